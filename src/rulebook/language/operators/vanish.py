"""Where an operator vanishes, or makes a matrix without an inverse: what its row may say."""

from __future__ import annotations

from rulebook.language.dims import ONE, SCALAR
from rulebook.language.signs import Zeros
from rulebook.language.tree import Expr, Number, Vanishing

__all__ = [
    "as_a_whole",
    "difference",
    "either",
    "of_matrices",
    "regular_if_all",
    "singular",
    "with_argument",
]


def with_argument(a: Expr, *others: Expr) -> Vanishing:
    return (Zeros(a),)


def either(a: Expr, b: Expr) -> Vanishing:
    """A product of entries."""
    return Zeros(a), Zeros(b)


def as_a_whole(a: Expr) -> Vanishing:
    return (Zeros(a, "whole"),)


def singular(a: Expr) -> Vanishing:
    return (Zeros(a, "singular"),)


def difference(a: Expr, b: Expr) -> Vanishing:
    """From 0, or to it, it is nothing new."""
    if Number(0) not in (a, b):
        return None
    return (Zeros(b if a == Number(0) else a),)


def of_matrices(a: Expr, b: Expr) -> Vanishing:
    """x.T @ x does where x does; of others it is not known."""
    return as_a_whole(b) if a.shape[0] == ONE and a == b.T else None


def regular_if_all(*args: Expr) -> Vanishing:
    """A product has an inverse if its factors have one: the numbers, and the square matrices."""
    if not all(a.shape == SCALAR or a.shape[0] == a.shape[1] for a in args):
        return None
    return tuple(Zeros(a, "entry" if a.shape == SCALAR else "singular") for a in args)
