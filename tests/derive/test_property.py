"""Thousands of random expressions: what is shown is right, and what is refused is rare and named.

``RULEBOOK_WILD=100000 pytest tests/derive/test_property.py`` looks at more of them, and
``RULEBOOK_WILD_SEED`` at others.
"""

import os
from collections import Counter
from typing import Any

import numpy as np
import pytest
from truth import LAYOUTS, SHIFT, SMOOTH, along_units, distance, executed, jacobian, laid_out, value
from wild import SIZES, Case, wild

import rulebook
from rulebook.dialect.parse import declare, parse
from rulebook.language.spelling import functions
from rulebook.language.traverse import walk
from rulebook.language.tree import Symbol

COUNT = int(os.environ.get("RULEBOOK_WILD", "5000"))
SEED = int(os.environ.get("RULEBOOK_WILD_SEED", "20261121"))
CHUNKS = 10
CLOSE = {1: 1e-8, 2: 1e-6}
LARGEST = 1e6


def known(case: Case, values: dict[str, Any]) -> tuple[Any, float]:
    """The truth at a point, or nothing where no number can be trusted; the size of the value."""
    size = float(np.max(np.abs(value(case.text, values, SIZES)), initial=1.0))
    if not size <= LARGEST:  # it may be NaN
        return None, size
    made = jacobian(case.text, case.wrt, values, SIZES, case.order)
    return (made if np.max(np.abs(made), initial=0.0) <= LARGEST else None), size


def doubt(case: Case, values: dict[str, Any], truth: Any) -> float:
    """How far rounding, a kink or the step of the differences may have moved the truth."""
    if not np.all(np.isfinite(value(case.text, values, SIZES, SMOOTH))):
        return np.inf
    nudged = {name: a * (1 + 1e-12) for name, a in values.items()}
    again = jacobian(case.text, case.wrt, nudged, SIZES, case.order)
    finer = jacobian(case.text, case.wrt, values, SIZES, case.order, shift=SHIFT / 10)
    return 1e3 * max(distance(again, truth), distance(finer, truth))


def as_source(
    d: rulebook.Derivation, case: Case, values: dict[str, Any], truth: Any, size: float
) -> str:
    """right, or how the source of one of the conventions is wrong."""
    for layout in LAYOUTS:
        source, wanted = d.numpy(layout=layout), truth
        with np.errstate(all="ignore"):
            if d.is_differential:
                found = along_units(source, case.wrt, values, truth.ndim)
            else:
                found = executed(source, values)
                wanted = laid_out(truth, values[case.wrt], case.order, layout)
        if not distance(found, wanted, size) <= 10 * CLOSE[case.order]:
            return f"its source in {layout} layout is wrong: {source}"
    return "right"


def outcome(case: Case, rng: Any, printed: bool = False) -> str:
    """right, refused, hopeless, or what is wrong."""
    values = case.values(rng)
    truth, size = known(case, values)
    if truth is None:
        return "hopeless"
    try:
        d = rulebook.derive(
            case.text, wrt=case.wrt, shapes=case.shapes, assume=case.assume, order=case.order
        )
        found = d.jacobian(**values)
    except rulebook.Refusal as refusal:
        named = refusal.operation and refusal.operation in str(refusal)
        return "refused" if named else f"refused without a name: {refusal}"
    except Exception as error:  # noqa: BLE001  a test collects them
        return f"{type(error).__name__}: {error}"
    off = distance(found, truth, size)
    if off <= CLOSE[case.order]:
        return as_source(d, case, values, truth, size) if printed else "right"
    return "hopeless" if off <= doubt(case, values, truth) else f"off by {off:.1e}: {d.numpy()}"


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_what_is_shown_is_right(chunk: int) -> None:
    seen: Counter[str] = Counter()
    wrong = []
    for n in range(chunk, 4 * COUNT, CHUNKS):
        rng = np.random.default_rng([SEED, n])
        case = wild(rng)
        found = outcome(case, rng, printed=n // CHUNKS % 5 == 0)
        if found not in ("right", "refused", "hopeless"):
            wrong.append(f"[{n}] {case}\n    {found}")
        seen[found if found in ("right", "refused", "hopeless") else "wrong"] += 1
        if seen["right"] + seen["refused"] + seen["wrong"] >= COUNT // CHUNKS:
            break
    assert not wrong, f"{seen}\n" + "\n".join(wrong[:20])
    assert seen["right"] + seen["refused"] == COUNT // CHUNKS > 0
    assert seen["refused"] <= COUNT // CHUNKS / 100, seen
    assert seen["hopeless"] <= seen["right"] / 10, seen


ONCE_WRONG = [
    Case("x @ y + (x @ z) ** 2", "x", {"x": ("n",), "y": ("n",), "z": ("n",)}, {}, 1),
    Case("t * (x @ y + 1 / (x @ x))", "x", {"x": ("n",), "y": ("n",), "t": ()}, {}, 2),
    Case("stack(A @ x, x)", "x", {"A": ("m", "n"), "x": ("n",)}, {}, 2),
    Case("softmax(A / t)", "t", {"A": ("m", "n"), "t": ()}, {}, 2),
    Case("step(t)", "t", {"t": ()}, {}, 1),
    Case("mean(outer(x, y) @ C)", "x", {"x": ("n",), "y": ("p",), "C": ("p", "m")}, {}, 1),
    Case(
        "t * logsumexp(inv(D) @ (y * (B @ x)) - inv(A) @ x)",
        "x",
        {"t": (), "x": ("n",), "y": ("n",), "A": ("n", "n"), "B": ("n", "n"), "D": ("n", "n")},
        {"A": ["invertible"], "B": ["spd"], "D": ["spd"]},
        1,
    ),
]


@pytest.mark.parametrize("case", ONCE_WRONG, ids=[case.text for case in ONCE_WRONG])
def test_what_was_wrong_once_is_right(case: Case) -> None:
    assert outcome(case, np.random.default_rng(1), printed=True) == "right"


def test_the_cases_are_what_they_claim_to_be() -> None:
    """Every function, every kind of value and variable, both orders, deep trees."""
    calls, kinds, deep = set[str](), set[tuple[int, int, int]](), 0
    for n in range(1500):
        case = wild(np.random.default_rng([SEED, n]))
        e = parse(case.text, declare(case.shapes))
        calls |= {name for name in functions() if f"{name}(" in case.text}
        rank = sum(d.value != 1 for d in e.shape)
        kinds.add((rank, len(case.shapes[case.wrt]), case.order))
        deep += sum(1 for _ in walk(e)) >= 20
        assert {s.name for s in walk(e) if isinstance(s, Symbol)} <= set(case.shapes)
    assert calls == set(functions())
    assert {(out, by, 1) for out in range(3) for by in range(3)} <= kinds
    assert {(0, by, 2) for by in range(3)} <= kinds
    assert deep >= 200


@pytest.mark.parametrize(
    ("text", "wrong"),
    [("sum(x0 ** 2)", "3 * x0"), ("x0 @ A1 @ x0", "2 * x0 @ A1"), ("softmax(x0)", "diag(x0)")],
)
def test_a_wrong_answer_would_be_seen(
    text: str, wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = Case(text, "x0", {"x0": ("n",), "A1": ("n", "n")}, {}, 1)

    def shown(d: object, **arrays: Any) -> Any:
        return value(wrong, arrays, SIZES)

    monkeypatch.setattr(rulebook.Derivation, "jacobian", shown)
    assert "off by" in outcome(case, np.random.default_rng(1))
