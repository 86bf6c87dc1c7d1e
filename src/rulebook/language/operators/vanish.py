"""Where an operator vanishes (``vanishes``), or a matrix it makes has no inverse (``singular``)."""

from __future__ import annotations

from rulebook.language.dims import ONE, SCALAR
from rulebook.language.operators.signs import Of
from rulebook.language.row import Vanishing
from rulebook.language.signs import Sign, Zeros
from rulebook.language.tree import Expr, Number

__all__ = [
    "as_a_whole",
    "diagonal",
    "difference",
    "either",
    "of_matrices",
    "regular_if_all",
    "singular",
    "total",
    "with_argument",
    "with_determinant",
]


def with_argument(of: Of, a: Expr, *others: Expr) -> Vanishing:
    return (Zeros(a),)


def either(of: Of, a: Expr, b: Expr) -> Vanishing:
    """A product of entries."""
    return Zeros(a), Zeros(b)


def as_a_whole(of: Of, a: Expr) -> Vanishing:
    return (Zeros(a, "whole"),)


def with_determinant(of: Of, a: Expr) -> Vanishing:
    return (Zeros(a, "singular"),)


def total(of: Of, a: Expr) -> Vanishing:
    """Where nothing is negative, a sum is 0 if all its terms are."""
    return (Zeros(a, "whole"),) if of(a) else None


def difference(of: Of, a: Expr, b: Expr) -> Vanishing:
    """From 0, or to it, it is nothing new."""
    if Number(0) not in (a, b):
        return None
    return (Zeros(b if a == Number(0) else a),)


def of_matrices(of: Of, a: Expr, b: Expr) -> Vanishing:
    """x.T @ x does where x does, and what weighs positive numbers where all its weights do."""
    if a.shape[0] == ONE and (a == b.T or (of(a) and of(b) is Sign.POSITIVE)):
        return (Zeros(a.T, "whole"),)
    return None


def singular(a: Expr) -> Vanishing:
    return (Zeros(a, "singular"),)


def diagonal(a: Expr) -> Vanishing:
    return (Zeros(a),)


def regular_if_all(*args: Expr) -> Vanishing:
    """A product has an inverse if its factors have one: the numbers, and the square matrices."""
    if not all(a.shape == SCALAR or a.shape[0] == a.shape[1] for a in args):
        return None
    return tuple(Zeros(a, "entry" if a.shape == SCALAR else "singular") for a in args)
