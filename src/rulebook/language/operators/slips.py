"""What goes wrong in writing an operator down: what a row's ``slips`` give, each with its name.

``{0}`` in a name is the first argument as it is written. What does not fit is not made: each slip
is a function, and the one who calls it skips a ShapeError.
"""

from __future__ import annotations

from collections.abc import Callable

from rulebook.language.row import Slips
from rulebook.language.tree import Expr, Number

__all__ = [
    "factor_lost",
    "lost",
    "of_difference",
    "of_product",
    "of_quotient",
    "of_sum",
    "spread",
]


def of_sum(a: Expr, b: Expr) -> Slips:
    yield "a sign flipped", lambda: a - b
    yield "a term lost", lambda: a
    yield "a term lost", lambda: b


def of_difference(a: Expr, b: Expr) -> Slips:
    yield "a sign flipped", lambda: a + b
    yield "a term lost", lambda: a
    yield "terms exchanged", lambda: b - a


def factor_lost(a: Expr, b: Expr) -> Slips:
    yield "the factor {0} lost", lambda: b
    yield "the factor {1} lost", lambda: a


def of_product(a: Expr, b: Expr) -> Slips:
    yield from factor_lost(a, b)
    yield "factors swapped", lambda: b @ a


def of_quotient(a: Expr, b: Expr) -> Slips:
    yield "the denominator lost", lambda: a
    if not isinstance(b, Number):
        yield "the denominator squared", lambda: a / b / b


def lost(what: str) -> Callable[..., Slips]:
    """The argument alone: an operator forgotten."""

    def slips(a: Expr, *others: Expr) -> Slips:
        yield f"the {what} lost", lambda: a

    return slips


def spread(a: Expr) -> Slips:
    yield "the diagonal spread to a full matrix", lambda: a @ a.T
