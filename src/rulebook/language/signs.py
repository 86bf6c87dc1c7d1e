"""What rows say of values: their sign, and where they vanish."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from rulebook.language.tree import Expr

__all__ = ["Sign", "Where", "Zeros"]

Where: TypeAlias = Literal["entry", "whole", "singular"]


class Sign(IntEnum):
    """What is known of the sign of every entry; the least of two is what their product has.

    >>> from rulebook.language import Sign
    >>> min(Sign.POSITIVE, Sign.NOT_NEGATIVE).name
    'NOT_NEGATIVE'
    """

    UNKNOWN = 0
    NOT_NEGATIVE = 1
    POSITIVE = 2


@dataclass(frozen=True)
class Zeros:
    """Where an array has a zero entry, is zero as a whole, or is a matrix that has no inverse.

    >>> from rulebook.language import Zeros, matrix
    >>> Zeros(matrix("X", "n", "n"), "singular").where
    'singular'
    """

    of: Expr
    where: Where = "entry"
