"""How signs go through an operator: what a row's ``sign`` may be."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from rulebook.language.dims import ONE
from rulebook.language.signs import Sign
from rulebook.language.tree import Expr, Number

__all__ = [
    "Of",
    "always",
    "kept",
    "least",
    "most",
    "not_negative",
    "of_matrices",
    "power",
    "squared",
    "total",
]

Of: TypeAlias = Callable[[Expr], Sign]  # the sign of an argument


def always(of: Of, *args: Expr) -> Sign:
    return Sign.POSITIVE


def not_negative(of: Of, a: Expr, *others: Expr) -> Sign:
    """Not negative in any case, positive where its argument is."""
    return max(of(a), Sign.NOT_NEGATIVE)


def kept(of: Of, a: Expr, *others: Expr) -> Sign:
    """That of the first argument."""
    return of(a)


def least(of: Of, *args: Expr) -> Sign:
    """A product's: it is positive if every factor is."""
    return min(map(of, args))


def most(of: Of, *args: Expr) -> Sign:
    """A maximum's: it is positive if one of them is."""
    return max(map(of, args))


def total(of: Of, *args: Expr) -> Sign:
    """A sum's: positive if one term is and none may be negative."""
    return most(of, *args) if least(of, *args) else Sign.UNKNOWN


def squared(of: Of, a: Expr, b: Expr) -> Sign:
    """A product's, entry by entry; a square is not negative."""
    return not_negative(of, a) if a == b else least(of, a, b)


def of_matrices(of: Of, a: Expr, b: Expr) -> Sign:
    """A matrix product's; x.T @ x is a sum of squares."""
    return Sign.NOT_NEGATIVE if a.shape[0] == ONE and a == b.T else least(of, a, b)


def power(of: Of, a: Expr, b: Expr) -> Sign:
    even = isinstance(b, Number) and b.value % 2 == 0
    return not_negative(of, a) if even else of(a)
