"""Derivations as values: equal by what they say, and put away as expressions only."""

import json
import pickle
from collections.abc import Callable
from copy import copy, deepcopy
from pathlib import Path
from typing import Any

import pytest

import rulebook
from rulebook import Derivation

OPEN_SET = Path(__file__).parents[1] / "data" / "derive-open-set.json"
ENTRIES = {e["id"]: e for e in json.loads(OPEN_SET.read_text(encoding="utf-8"))["entries"]}
LOGDET = {"of": "logdet(X)", "wrt": "X", "shapes": {"X": ("n", "n")}}
FITTING = {"of": "sum((A @ x - b) ** 2)", "wrt": "x"}


def derived(entry: dict[str, Any], **how: Any) -> Derivation:
    return rulebook.derive(
        entry["expr"],
        wrt=entry["wrt"],
        shapes=entry["vars"],
        assume=entry["assumptions"],
        order=entry["order"],
        **how,
    )


def again(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))


@pytest.mark.parametrize("id", ENTRIES)
def test_what_was_put_away_says_the_same(id: str) -> None:
    found = derived(ENTRIES[id])
    kept = again(found)

    assert kept == found
    assert hash(kept) == hash(found)
    assert (repr(kept), str(kept), kept.steps) == (repr(found), str(found), found.steps)
    assert (kept.conditions, kept.lets) == (found.conditions, found.lets)
    for layout in ("numerator", "denominator", "gradient"):
        assert kept.latex(layout) == found.latex(layout)
        assert kept.module("torch", layout) == found.module("torch", layout)


@pytest.mark.parametrize("made_again", [again, copy, deepcopy])
@pytest.mark.parametrize(
    "more",
    [
        lambda: rulebook.derive(**LOGDET).among("symmetric"),
        lambda: rulebook.derive(**LOGDET, order=2),
        lambda: rulebook.derive(**FITTING, without=("squared_euclidean_norm_differential",)),
        lambda: rulebook.derive(**FITTING).style("paper"),
        lambda: rulebook.derive(**FITTING).steps[0],
    ],
    ids=["among", "twice", "without", "paper", "step"],
)
def test_everything_can_be_put_away(
    more: Callable[[], Any], made_again: Callable[[Any], Any]
) -> None:
    found = more()
    kept = made_again(found)
    assert kept == found
    assert hash(kept) == hash(found)
    assert str(kept) == str(found)


def test_the_work_is_done_once_more_where_it_is_asked_for() -> None:
    found = rulebook.derive(**LOGDET)
    assert again(found).among("diagonal") == found.among("diagonal")
    fitting = rulebook.derive(**FITTING, without=("squared_euclidean_norm_differential",))
    assert again(fitting).style("paper") == fitting.style("paper")
    product = rulebook.derive("A @ X @ B", wrt="X")
    assert again(product).vec() == product.vec()


def test_what_says_something_else_is_not_equal() -> None:
    found = rulebook.derive(**LOGDET)
    others = [
        rulebook.derive(**LOGDET, order=2),
        rulebook.derive(**LOGDET, check=False),
        rulebook.derive(**LOGDET, assume={"X": "symmetric"}),
        rulebook.derive("logdet(2 * X)", wrt="X", shapes={"X": ("n", "n")}),
        found.among("symmetric"),
        rulebook.derive(**FITTING),
        found.result,
    ]
    assert [other for other in others if other == found] == []
    assert rulebook.derive(**LOGDET) == found


def test_the_steps_are_the_same_whatever_was_asked_before() -> None:
    """A restricted derivative is tidied with what tidied the free one, whose steps are its own."""
    entry = {"expr": "y @ inv(K) @ y + logdet(K)", "wrt": "K", "order": 1}
    entry |= {"vars": {"K": ("n", "n"), "y": ("n",)}, "assumptions": {"K": "spd"}}
    at_once, after_its_steps = derived(entry, check=False), derived(entry)
    assert at_once.among("symmetric") == after_its_steps.among("symmetric")


def test_the_terminal_shows_the_answer() -> None:
    found = rulebook.derive("x @ x", wrt="x", shapes={"x": ("n",)})
    assert repr(found) == "Derivation(x.T @ x, wrt=x: 2 * x.T)"
    assert repr(found.style("paper")) == "PaperDerivation(x.T @ x, wrt=x: 2 * x.T)"
    assert "order=2" in repr(rulebook.derive(**LOGDET, order=2))
    assert "among=symmetric" in repr(rulebook.derive(**LOGDET).among("symmetric"))
