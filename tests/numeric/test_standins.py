"""Fixed sizes are tried small, unless their numbers matter; what is too large is never made."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

import rulebook
from rulebook.checks import Verdict
from rulebook.language.build import matrix, vector
from rulebook.language.operators import diag, eye, grid, ones, stack, sum_of, total, vec
from rulebook.language.tree import Expr, Index
from rulebook.numeric.backends import running_on
from rulebook.numeric.points import dimensions
from rulebook.numeric.standins import freed, renamed

W, x, y = matrix("W", 256, 784), vector("x", 784), vector("y", 10)
i = Index("i", 784)
LAYER = {"W": (256, 784), "x": (784,), "b": (256,)}
LONG = {"x": (10**9,)}


@pytest.mark.parametrize(
    ("expressions", "names"),
    [
        ([W @ x], {256: "n256", 784: "n784"}),
        ([x.T @ x, vector("n784", "m")], {784: "n784_"}),
        ([ones(784).T @ x + eye(10)[0, 0]], {784: "n784"}),
        ([total(i, x[i] * 2)], {}),
        ([sum_of(x) / 784], {}),
        ([sum_of(x) * 2 / 1568], {}),
        ([sum_of(x) / 783], {}),
        ([x[3] * x], {}),
        ([stack(x, x).T @ vector("z", 1568)], {}),
        ([vec(W).T @ vector("z", 256 * 784)], {}),
        ([vector("z", 5) * 2], {}),
        ([diag(y), grid([y[0], y[1]])], {}),
    ],
)
def test_what_stands_for_a_size(expressions: Sequence[Expr], names: Mapping[int, str]) -> None:
    assert freed(expressions) == names
    for e in expressions:
        assert set(dimensions(renamed(e, names))) <= {*names.values(), "m"}


@pytest.mark.parametrize("backend", ["arrays", "entries"])
def test_a_layer_of_weights_is_derived_and_checked(backend: str) -> None:
    with running_on(backend):
        d = rulebook.derive("sum(relu(W @ x + b))", wrt="W", shapes=LAYER)
        assert {step.verdict for step in d.steps} == {"checked at 2 points"}
        told = rulebook.derive("sum(relu(W @ x + b))", wrt="x", shapes=LAYER).style("paper")
        assert {step.verdict for step in told.steps} == {"checked at 2 points"}
        mean_of = rulebook.derive("mean(x * x)", wrt="x", shapes={"x": (784,)})
        assert {step.verdict for step in mean_of.steps} == {"checked at 2 points"}


def test_a_size_that_matters_and_is_too_large_is_said() -> None:
    shapes = {"X": (1000, 1000), "z": (10**6,)}
    with pytest.raises(rulebook.Refusal, match="an array of 1000000 entries is too large"):
        rulebook.derive("vec(X) @ z", wrt="X", shapes=shapes)


@pytest.mark.parametrize("backend", ["arrays", "entries"])
@pytest.mark.parametrize(
    ("of", "wrt"),
    [
        ("sum(x) / 1000000000", "x"),
        ("x * 1000000000", "x"),  # whose derivative has 10¹⁸ entries
        ("logdet(X) / 500", "X"),
        ("tanh(X @ y) / 500", "y"),
    ],
)
def test_a_number_like_a_size_does_not_make_a_derivation_large(
    of: str, wrt: str, backend: str
) -> None:
    with running_on(backend):
        found = rulebook.derive(of, wrt, shapes=LONG | {"X": (500, 500), "y": (500,)})
    assert {step.verdict for step in found.steps} == {"checked at 2 points"}


def test_no_line_is_compared_where_it_makes_a_large_array() -> None:
    """Of 1000 = 20 · 50 entries each, which no name can stand for: the derivative has 10⁶."""
    shapes = {"x": (1000,), "Y": (20, 50)}
    with pytest.raises(rulebook.Refusal, match="an array of 1000000 entries is too large"):
        rulebook.derive("(x @ vec(Y)) * x", "x", shapes=shapes)


def test_what_is_checked_is_said() -> None:
    claim: dict[str, Any] = {"of": "sum(relu(W @ x + b))", "wrt": "W", "layout": "gradient"}
    right = rulebook.check(**claim, equals="outer(step(W @ x + b), x)", shapes=LAYER)
    assert right.ok
    assert "tried small, with n256 for 256, n784 for 784" in str(right)
    wrong = rulebook.check(**claim, equals="2 * outer(step(W @ x + b), x)", shapes=LAYER)
    assert wrong.verdict is Verdict.REFUTED


def test_a_check_never_makes_an_array_that_is_too_large() -> None:
    for number in (1, 300):  # a product of sizes is large, whatever stands for it
        sides = {"left": f"kron(X, Y) * {number}", "right": f"kron(Y, X) * {number}"}
        found = rulebook.check(**sides, shapes={"X": (300, 300), "Y": (300, 300)})
        assert not found.ok
        assert (found.verdict is Verdict.UNDECIDED) == (number == 300)
    either = {"x": (10**9,), "y": (784,)}
    found = rulebook.check(of="mean(x) * sum(y)", wrt="y", equals="sum(y) * y", shapes=either)
    assert not found.ok
    assert rulebook.check(of="x @ x", wrt="x", equals="2 * x", shapes=LONG).ok
    assert not rulebook.check(of="x @ x", wrt="x", equals="3 * x", shapes=LONG).ok
    found = rulebook.check(of="sum(x) / 1000000000", wrt="x", equals="0 * x", shapes=LONG)
    assert found.verdict is Verdict.UNDECIDED
    assert "too large to try" in found.reason


@pytest.mark.parametrize(
    ("of", "right", "wrong"),
    [
        ("norm2(ones(9)) * sum(x)", "3 * ones(25)", "5 * ones(25)"),
        ("mean(x)", "ones(25) / 5 / 5", "ones(25) / 5 / 4"),
        ("mean(x)", "0.2 * 0.2 * ones(25)", "0.2 * 0.3 * ones(25)"),
    ],
)
def test_a_number_that_comes_of_a_size_is_no_reason_to_refute(
    of: str, right: str, wrong: str
) -> None:
    given: dict[str, Any] = {"of": of, "wrt": "x", "shapes": {"x": (25,)}}
    assert rulebook.check(**given, equals=right).ok
    assert rulebook.check(**given, equals=wrong).verdict is Verdict.REFUTED


def test_a_large_derivative_is_refuted_without_being_written_out() -> None:
    given: dict[str, Any] = {"of": "mean(W @ x)", "wrt": "W", "layout": "gradient"}
    shapes = {"W": (40, 50), "x": (50,)}
    assert rulebook.check(**given, equals="outer(ones(40), x) / 40", shapes=shapes).ok
    found = rulebook.check(**given, equals="outer(ones(40), x) / 41", shapes=shapes)
    assert found.counterexample is not None
    assert len(found.counterexample.left.entries) == 1  # along one direction, not 2000


def test_where_the_number_matters_it_is_tried() -> None:
    given: dict[str, Any] = {"of": "mean(x)", "wrt": "x", "shapes": {"x": (20,)}}
    assert rulebook.check(**given, equals="ones(20) / 20").ok
    assert not rulebook.check(**given, equals="ones(20) / 21").ok
