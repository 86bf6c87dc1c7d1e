"""Domains: nothing that is needed goes unsaid, and nothing is said twice."""

from collections.abc import Callable

import pytest

import rulebook
from rulebook.book.conditions import unmet
from rulebook.language.assumptions import Assumption
from rulebook.language.build import matrix, scalar, vector
from rulebook.language.operators import (
    absolute,
    det,
    diag,
    exp,
    greater,
    inv,
    kron,
    log,
    logdet,
    maximum,
    norm,
    relu,
    sign,
    sqrt,
    step,
    sum_of,
    tr,
)
from rulebook.language.tree import Expr, Symbol, lift
from rulebook.printing.unicode import UNICODE

S, T, X = matrix("S", "n", "n"), matrix("T", "n", "n"), matrix("X", "m", "n")
x, s, t = vector("x", "n"), scalar("s"), scalar("t")

S_INVERTIBLE, X_ENTRIES = r"S \text{ is invertible}", r"X \neq 0 \text{ in every entry}"


def written(*expressions: Expr, assuming: tuple[Assumption, ...] = (), smooth: bool = True):
    needed = unmet(*expressions, assuming=assuming, smooth=smooth)
    return tuple(c.written() for c in needed)


@pytest.mark.parametrize(
    ("e", "said"),
    [
        (tr(inv(S.T)) + logdet(inv(S)), (S_INVERTIBLE,)),
        (norm(S) + logdet(S), (S_INVERTIBLE,)),
        (tr(inv(S)) + sum_of(1 / S), (S_INVERTIBLE, r"S \neq 0 \text{ in every entry}")),
        (norm(X) + norm(absolute(X)), (X_ENTRIES,)),
        (sum_of(maximum(X, 0)) - sum_of(relu(-X)), (X_ENTRIES,)),
        (log(det(S)) + logdet(S), (r"\det(S) > 0",)),
        (logdet(S @ T), (S_INVERTIBLE, r"T \text{ is invertible}")),
        (logdet(X.T @ X), (r"X^\top X \text{ is invertible}",)),
        (logdet(t * kron(S, S)), (r"t \neq 0", S_INVERTIBLE)),
        (log(s**2), (r"s \neq 0",)),
        (log(s) + log(-s), ("s > 0", "-s > 0")),
        (log(sqrt(s)), ("s > 0",)),
        (lift(1) / s**2 + log(s), ("s > 0",)),
        (log(norm(x)), (r"\mathbf{x} \neq 0",)),
    ],
)  # fmt: skip
def test_each_condition_is_said_once(e: Expr, said: tuple[str, ...]) -> None:
    assert written(e) == said


@pytest.mark.parametrize("of", [log, sqrt, lambda e: lift(1) / e])
@pytest.mark.parametrize(
    "inside",
    [relu(t), 2 * relu(t), exp(s) * relu(t), relu(s) + relu(t), sum_of(relu(x))],
)
def test_what_may_be_zero_is_not_taken_for_positive(
    of: Callable[[Expr], Expr], inside: Expr
) -> None:
    """Where a ReLU is flat it is zero: to keep off its kink is not enough for a logarithm."""
    assert set(unmet(of(inside))) - set(unmet(inside))
    assert set(unmet(of(inside + exp(s)))) == set(unmet(inside))


@pytest.mark.parametrize("text", ["log(relu(t))", "sqrt(relu(t))", "log(relu(t) * exp(t))"])
def test_a_derivation_says_so(text: str) -> None:
    said = rulebook.derive(text, wrt="t", shapes={"t": ()}).conditions
    assert any(" > 0" in condition for condition in said)


@pytest.mark.parametrize(
    ("e", "word", "of", "said"),
    [
        (logdet(S), "spd", S, ()),
        (log(det(S)), "spd", S, ()),
        (log(det(S)), "invertible", S, (r"\det(S) > 0",)),
        (norm(S), "invertible", S, ()),
        (norm(1 / S), "invertible", S, (r"S \neq 0 \text{ in every entry}",)),
        (log(s), "positive", s, ()),
        (log(s), "nonzero", s, ("s > 0",)),
        (1 / s, "nonzero", s, ()),
        (norm(x), "nonzero", x, ()),
        (norm(absolute(x)), "pm1", x, ()),
    ],
)
def test_what_is_assumed_grants_no_more_than_it_says(
    e: Expr, word: str, of: Symbol, said: tuple[str, ...]
) -> None:
    assert written(e, assuming=(Assumption(word, of),)) == said


def equality(left: Expr, right: Expr) -> tuple[str, ...]:
    return written(left, right, smooth=False)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (absolute(-x), absolute(x)),
        (relu(x), maximum(x, 0)),
        (norm(-x), norm(x)),
        (norm(x) ** 2, x.T @ x),
        (sqrt(s**2), absolute(s)),
        (sqrt(x.T @ x), norm(x)),
        (greater(x, 0), step(x)),
        (step(x) * step(x), step(x)),
        (step(x) * x, relu(x)),
        (sign(x) * absolute(x), x),
    ],
)  # fmt: skip
def test_an_equality_goes_through_the_kinks_where_it_holds(left: Expr, right: Expr) -> None:
    assert equality(left, right) == ()
    assert written(left, right) != () or left == norm(x) ** 2


@pytest.mark.parametrize(
    ("left", "right", "said"),
    [
        (1 - step(s), step(-s), (r"s \neq 0",)),  # 1 and 0
        (sign(s) * sign(s), lift(1) ** 2, (r"s \neq 0",)),
        (s / absolute(s), sign(s), (r"s \neq 0",)),
        (absolute(relu(s)), s, (r"\max(0, s) \neq 0",)),  # 0 all along, not only at a kink
        (step(s**2), lift(1), (r"s \neq 0",)),  # nothing comes before
        (log(s), log(s), ("s > 0",)),
        (norm(x) / norm(x), lift(1), (r"\lVert \mathbf{x} \rVert \neq 0",)),
    ],
)
def test_an_equality_stops_where_it_may_not_hold(
    left: Expr, right: Expr, said: tuple[str, ...]
) -> None:
    assert equality(left, right) == said


@pytest.mark.parametrize(
    ("e", "said"),
    [
        (log(relu(t)), (r"\max(0, t) > 0", r"t \neq 0")),
        (log(norm(x)), (r"\mathbf{x} \neq 0",)),
        (log(1 + norm(x)), (r"\mathbf{x} \neq 0",)),  # the norm's own
        (log(sum_of(absolute(x))), (r"\mathbf{x} \neq 0 \text{ in every entry}",)),
        (log(maximum(s, 1)), (r"s \neq 1",)),
        (log(s**4), (r"s \neq 0",)),
        (log(s**3), ("s^{3} > 0",)),
        (maximum(X, X), ()),
        (tr(inv(diag(x))) + sum_of(1 / x), (r"\mathbf{x} \neq 0 \text{ in every entry}",)),
        (tr(inv(S @ T @ S)) + tr(inv((S @ T).T)), (S_INVERTIBLE, r"T \text{ is invertible}")),
        (logdet(X @ X.T) + log(det((X @ X.T).T)), (r"\det(\left(X X^\top\right)^\top) > 0",)),
        (log(x.T @ (S @ x)) + 1 / (x.T @ S @ x), (r"\mathbf{x}^\top S \mathbf{x} > 0",)),
        (sum_of(absolute(s - S) * absolute(S.T - s)), (r"s \neq S \text{ in every entry}",)),
        (s ** lift(0.5) + t ** lift(-1), ("s > 0", r"t \neq 0")),
    ],
)  # fmt: skip
def test_signs_and_zeros_come_from_the_rows(e: Expr, said: tuple[str, ...]) -> None:
    assert written(e) == said


def test_a_plain_notation_says_the_same() -> None:
    needed = unmet(log(det(S)) + sum_of(absolute(x - 2)) + tr(inv(T)) + norm(x))
    assert [c.written(UNICODE) for c in needed] == [
        "det(S) > 0", "x ≠ 2 in every entry", "T is invertible", "x ≠ 0",
    ]  # fmt: skip
