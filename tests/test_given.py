"""What callers give: many forms are taken, and each mistake is one clear error everywhere."""

import pickle
from typing import Any

import numpy as np
import pytest

import rulebook
from rulebook.errors import RulebookError, RuleError, ShapeError, UnknownRule
from rulebook.language.build import matrix, vector
from rulebook.language.operators import exp, sum_of

x, A = vector("x", "n"), matrix("A", "n", "n")


def derive(**given: Any) -> object:
    return rulebook.derive(**({"of": "x @ A @ x", "wrt": "x"} | given))


def check(**given: Any) -> object:
    return rulebook.check(**({"of": "x @ A @ x", "wrt": "x", "equals": "x @ (A + A.T)"} | given))


MISTAKES = [
    ({"shapes": {"x": 3}}, ShapeError, "x: a shape is ('n',) of a vector, ('m', 'n') of a matrix"),
    ({"shapes": {"x": None}}, ShapeError, "and () of a scalar, not None"),
    ({"shapes": {"x": (2.5,)}}, ShapeError, "x: a dimension is a name or a whole number, not 2.5"),
    ({"shapes": {"x": (True,)}}, ShapeError, "a dimension is a name or a whole number, not True"),
    ({"shapes": {"x": np.ones(3)}}, ShapeError, "x: give the shape of the array, x.shape, not the"),
    ({"shapes": "x=n"}, ShapeError, "shapes gives names dimensions, as in {'x': ('n',)"),
    ({"shapes": {3: ("n",)}}, ShapeError, "a name is text, not 3"),
    ({"shapes": {"µ": (), "μ": ()}}, ShapeError, "'μ' is given twice"),
    ({"assume": "positive"}, RuleError, "assume gives names their words, as in {'S': 'symmetric'"),
    ({"assume": {"x": 3}}, RuleError, "x: words are text, as in {'S': 'symmetric'"),
    ({"assume": {"q": "positive"}}, RuleError, "'q' is assumed to be something; the variables are"),
    ({"assume": {"A": "inverible"}}, RuleError, "no assumption 'inverible'; did you mean 'invert"),
    ({"wrt": "q"}, RuleError, "no variable 'q' to differentiate by; the variables are A, x"),
    ({"wrt": 3}, RuleError, "no variable 3 to differentiate by"),
    ({"of": 3}, RuleError, "3 is neither text nor an expression"),
    ({"of": "x @ A @"}, rulebook.ParseError, "this is not an expression"),
    ({"order": 3}, RuleError, "order is 1 or 2, not 3"),
    ({"order": True}, RuleError, "order is 1 or 2, not True"),
]  # fmt: skip


@pytest.mark.parametrize("call", [derive, check])
@pytest.mark.parametrize(("given", "kind", "said"), MISTAKES)
def test_one_mistake_is_one_error(
    call: Any, given: dict[str, Any], kind: type[RulebookError], said: str
) -> None:
    with pytest.raises(RulebookError) as caught:
        call(**given)
    assert type(caught.value) is kind
    assert said in str(caught.value)
    assert pickle.loads(pickle.dumps(caught.value)) == caught.value


@pytest.mark.parametrize(
    ("call", "kind", "said"),
    [
        (lambda: rulebook.get(None), UnknownRule, "a rule is asked for by its id, not by None"),
        (lambda: rulebook.search(3), RuleError, "a search is text, not 3"),
        (lambda: rulebook.check(42), RuleError, "42 is neither the id of a rule nor a rule"),
        (lambda: rulebook.check("softmax", of="x"), RuleError, "a rule or a claim of your own"),
        (lambda: derive(without="softmax"), RuleError, "by a list of ids, so write ['softmax']"),
        (lambda: derive(without=3), RuleError, "by a list of ids, not by 3"),
        (lambda: derive(without=["sotfmax"]), UnknownRule, "no rule 'sotfmax'; did you mean"),
    ],
)  # fmt: skip
def test_look_ups_say_what_they_take(call: Any, kind: type[RulebookError], said: str) -> None:
    with pytest.raises(RulebookError) as caught:
        call()
    assert type(caught.value) is kind
    assert said in str(caught.value)


def test_checks_take_expressions_and_infer_shapes() -> None:
    assert rulebook.check(of="x @ A @ x", wrt="x", equals="x @ (A + A.T)").ok
    assert rulebook.check(of=x.T @ A @ x, wrt=x, equals=x.T @ (A + A.T)).ok
    assert rulebook.check(of="x @ A @ x", wrt="x", equals=x.T @ (A + A.T)).ok
    assert rulebook.check(left=sum_of(exp(x)), right="sum(exp(x))").ok
    assert not rulebook.check(of=x.T @ A @ x, wrt=x, equals=2 * x.T @ A).ok


SPELLINGS = [("µ", "μ"), ("𝐱", "x"), ("ϵ", "ε"), ("ϕ", "φ"), ("Å", "Å"), ("ｘ", "x")]


@pytest.mark.parametrize(("typed", "read"), SPELLINGS)
@pytest.mark.parametrize("declared", [0, 1])
def test_a_name_is_one_name_in_every_spelling(typed: str, read: str, declared: int) -> None:
    name = (typed, read)[declared]
    shapes = {name: (), "v": ("n",)}

    found = rulebook.derive(f"{typed} * v @ v", name, shapes=shapes, assume={name: "positive"})
    report = rulebook.check(of=f"{read} * v @ v", wrt=name, equals="v @ v", shapes=shapes)

    assert found.wrt.name == read
    assert found.numpy() == "v @ v"
    assert report.ok
    np.testing.assert_allclose(found.jacobian(**{name: 2.0, "v": np.ones(3)}), 3.0)


@pytest.mark.parametrize(("typed", "read"), SPELLINGS)
def test_a_dimension_is_one_dimension_in_every_spelling(typed: str, read: str) -> None:
    found = rulebook.derive("a @ b", "a", shapes={"a": (typed,), "b": (read,)})

    assert found.numpy() == "b"
