"""How shapes go through an operator: the check, the ranks in text, and which lengths agree.

A shape of the tree has an orientation; in text a vector has none. So a `ShapeRule` says its part
twice: as a check that turns shapes into a shape, and as a table of the ranks that the text dialect
takes (0 a scalar, 1 a vector, 2 a matrix) with equations between the lengths.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from rulebook.language.dims import Dim, Shape, array_shape

__all__ = ["Axes", "Equations", "Length", "Made", "Ranks", "ShapeRule", "rank"]

Length: TypeAlias = "Dim | int | Made"  # known, open, or made of others
Axes: TypeAlias = "tuple[Length, ...]"
Equations: TypeAlias = "Iterable[tuple[Length, Length]]"
Ranks: TypeAlias = "tuple[int, ...]"


@dataclass(frozen=True)
class Made:
    """A length that is the product or the sum of others."""

    times: bool
    parts: tuple[Length, ...]


def _none(*_: Axes) -> Equations:
    return ()


def _silent(*_: Shape) -> None:
    """Nothing to add to what the check says."""


@dataclass(frozen=True, eq=False)
class ShapeRule:
    """What an operator accepts and makes of it.

    ``check`` gives the result's shape from the arguments', or raises ShapeError. ``ranks`` lists
    the ranks of the arguments and, last, of the result; ``lengths`` the equations between their
    axes. A rule for ``many`` arguments lists two neighbours, and takes any number of such.

    >>> from rulebook.language import shapes
    >>> shapes.inner.takes((2, 1)), shapes.inner.takes((0, 1))
    (True, False)
    """

    check: Callable[..., Shape]
    ranks: tuple[Ranks, ...] = ()
    lengths: Callable[..., Equations] = _none
    many: bool = False
    entrywise: bool = False  #: entry by entry, whatever the shape
    refuse: Callable[..., None] = _silent  #: what text says to other ranks, as a ShapeError

    def __call__(self, *shapes: Shape) -> Shape:
        return self.check(*shapes)

    def takes(self, ranks: Ranks) -> bool:
        """Whether arguments of these ranks are in the table."""
        if self.many:
            return set(ranks) in [set(row[:-1]) for row in self.ranks]
        return ranks in [row[:-1] for row in self.ranks]


def rank(shape: Shape) -> int:
    """How many axes text gives a shape: a vector has one, whichever way it stands."""
    return len(array_shape(shape))
