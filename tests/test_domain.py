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
    exp,
    inv,
    kron,
    log,
    logdet,
    maximum,
    norm,
    relu,
    sqrt,
    sum_of,
    tr,
)
from rulebook.language.tree import Expr, Symbol, lift

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
        (log(norm(x)), (r"\lVert \mathbf{x} \rVert > 0",)),
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
