"""A rule that is added to the book is used, and the engine has not heard of it before."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from truth import distance

import rulebook
from rulebook.language.spelling import functions

Add = Callable[..., None]

# Two operators as a contributor would add them: one entry by entry, one that is linear.
ROWS = r'''"""Operators and rules of a test."""

from typing import Final

from rulebook.book import Cite, Differential, Equality, Pullback, Rule, cotangent, d
from rulebook.language import Operator, ShapeRule, matrix, ones, shapes, sum_of, vector

HERE = (Cite("petersen2012"),)
X, x, w = matrix("X", "m", "n"), vector("x", "n"), vector("w", "n")

cube = Operator(
    name="cube",
    shape=shapes.keep,
    entry=lambda s, i, a: a(*i) * a(*i) * a(*i),
    latex=r"\operatorname{{cube}}{0:call}",
    numpy="np.power({0}, 3)",
    call="cube",
    text="cube({0})",
    transposed="each",
)
flip = Operator(
    name="flip",
    shape=ShapeRule(lambda a: (shapes.is_column(a), a)[1], ((1, 1),)),
    entry=lambda s, i, a: a(a.shape[0].value - 1 - i[0], 0),
    latex=r"\operatorname{{flip}}{0:call}",
    numpy="np.flip({0})",
    call="flip",
    stands="column",
)
'''

CUBE = """
cube_differential: Final = Rule(
    title="Differential of a cube",
    claim=Differential(of=cube(X), wrt=(X,), equals=3 * X**2 * d(X)),
    cites=HERE,
)
"""
FLIP = """
flip_differential: Final = Rule(
    title="Differential of a flip",
    claim=Differential(of=flip(x), wrt=(x,), equals=flip(d(x))),
    cites=HERE,
)
"""
BACK = """
g = cotangent("g", x)
flip_pullback: Final = Rule(
    title="Pullback of a flip",
    claim=Pullback(of=flip(x), cotangents=g, equals={x: flip(g)}),
    cites=HERE,
)
"""
TWICE = """
flip_twice: Final = Rule(
    title="A flip undone",
    claim=Equality(left=flip(flip(x)), right=x),
    cites=HERE,
)
"""
COUNTED = """
flip_counted: Final = Rule(
    title="The entries of a flip",
    claim=Equality(left=sum_of(flip(x)), right=sum_of(x)),
    cites=HERE,
)
"""

VALUES: dict[str, Any] = {
    "x": np.array([0.3, -1.2, 0.7]),
    "w": np.array([1.1, 0.4, -0.6]),
    "A": np.array([[0.2, 1.3, -0.4], [0.9, -0.8, 0.5]]),
}


def derived(text: str, **more: Any) -> rulebook.Derivation:
    return rulebook.derive(
        text, wrt="x", shapes={"x": ("n",), "w": ("n",), "A": ("m", "n")}, **more
    )


@pytest.fixture
def add(add_chapter: Callable[[str], ModuleType]) -> Add:
    """Add the two operators to the book, and the given rules of them."""

    def add(*rules: str) -> None:
        add_chapter("".join((ROWS, *rules)))

    return add


def test_without_its_rule_an_operation_is_refused_by_name(add: Add) -> None:
    add()
    with pytest.raises(rulebook.Refusal) as refusal:
        derived("sum(w * cube(A.T @ (A @ x)))")
    assert refusal.value.operation == "cube"
    assert "cube" in str(refusal.value)
    assert "d(cube" in str(refusal.value).replace("np.power", "cube")
    assert refusal.value.reached is not None


def test_with_its_rule_it_is_derived_through(add: Add) -> None:
    add(CUBE)
    d = derived("sum(w * cube(A.T @ (A @ x)))")
    x, w, S = VALUES["x"], VALUES["w"], VALUES["A"].T @ VALUES["A"]
    assert distance(d.jacobian(**VALUES), (3 * w * (S @ x) ** 2) @ S) < 1e-12
    (step,) = (step for step in d.steps if step.rule == "cube_differential")
    assert step.verdict == "checked at 2 points"
    assert set(step.binding) == {"X"}
    assert rulebook.get("cube_differential").chapter == "added"
    assert rulebook.check("cube_differential").ok
    twice = derived("sum(cube(x))", order=2)
    assert distance(twice.jacobian(x=x), np.diag(6 * x)) < 1e-12


def test_left_out_it_is_refused_again(add: Add) -> None:
    add(CUBE)
    assert derived("sum(cube(x))").steps
    with pytest.raises(rulebook.Refusal, match="cube"):
        derived("sum(cube(x))", without=["cube_differential"])


def test_a_pullback_lets_a_gradient_be_read_off(add: Add) -> None:
    add(FLIP)
    with pytest.raises(rulebook.Refusal) as refusal:
        derived("w @ flip(A.T @ (A @ x))")
    assert refusal.value.operation == "flip"
    add(FLIP, BACK)
    d = derived("w @ flip(A.T @ (A @ x))")
    S = VALUES["A"].T @ VALUES["A"]
    assert distance(d.jacobian(**VALUES), S @ VALUES["w"][::-1]) < 1e-12
    assert {"flip_differential", "flip_pullback"} <= {step.rule for step in d.steps}


def test_an_equality_shortens(add: Add) -> None:
    add(FLIP, BACK)
    long = derived("w @ flip(flip(x)) + sum(flip(x))").numpy()
    assert "flip" in long
    add(FLIP, BACK, TWICE, COUNTED)
    d = derived("w @ flip(flip(x)) + sum(flip(x))")
    assert {"flip_twice", "flip_counted"} <= {step.rule for step in d.steps}
    assert "flip" not in d.numpy()
    x, w = VALUES["x"], VALUES["w"]
    assert distance(d.jacobian(x=x, w=w), w + 1) < 1e-12


def test_the_book_is_as_it_was_afterwards() -> None:
    assert "cube_differential" not in {rule.id for rule in rulebook.rules()}
    assert "cube" not in functions()
