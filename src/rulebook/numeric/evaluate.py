"""What both backends do: the value of an expression at a point, and how it changes.

A value is a `Table`, the same from either backend, so that comparisons stand here, once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, isfinite, isnan, nan
from random import Random
from typing import Any, Protocol

from rulebook.language.elimination import inverse
from rulebook.language.nested import Nested, filled
from rulebook.language.tree import Expr
from rulebook.numeric.points import Moves, Point
from rulebook.numeric.tolerance import LINE, LINE_NUDGE, LINE_SPREAD, ROUNDING, SINGULAR

__all__ = ["UNKNOWN", "Evaluator", "Table", "agree", "gap", "regular"]


@dataclass(frozen=True)
class Table:
    """The entries of a value, the last index running fastest; a vector has one axis."""

    shape: tuple[int, ...]
    entries: tuple[Any, ...]

    @property
    def finite(self) -> bool:
        return all(isfinite(x.real) and isfinite(x.imag) for x in self.entries)

    @property
    def largest(self) -> float:
        """The largest entry in size, 0 where there is none or one is not a number."""
        sizes = [abs(x) for x in self.entries]
        return 0.0 if any(map(isnan, sizes)) else max(sizes, default=0.0)

    @property
    def signs(self) -> set[int]:
        """The signs among the entries, 0 among them."""
        return {(x > 0) - (x < 0) for x in self.entries}

    @property
    def nested(self) -> Nested:
        """The same as nested lists."""
        entries = iter(self.entries)
        return filled(self.shape, lambda: next(entries))

    @property
    def imag(self) -> Table:
        return Table(self.shape, tuple(nan if isnan(x.real) else x.imag for x in self.entries))

    def map(self, f: Callable[..., Any], *more: Table) -> Table:
        """``f`` of the entries; what has no value leaves none."""
        if any(t.shape != self.shape for t in more):
            return UNKNOWN
        entries = zip(self.entries, *(t.entries for t in more), strict=True)
        return Table(self.shape, tuple(f(*several) for several in entries))


UNKNOWN = Table((1,), (nan,))  # what has no value here


class Evaluator(Protocol):
    """Expressions at one point, each computed once."""

    point: Point

    def value(self, e: Expr) -> Table:
        """The value; not a number where there is none. Raises NoEntry where none is known."""

    def shifted(self, step: complex, moves: Moves) -> Evaluator:
        """The same at x + step · dx, for each x that moves."""

    def at(self, point: Point) -> Evaluator:
        """The same at another point."""

    def takes_complex(self, e: Expr) -> bool:
        """Whether what is run for an expression may be fed complex numbers."""

    @property
    def largest(self) -> float:
        """The largest finite number that was met."""


def gap(a: Table, b: Table) -> float:
    """The largest difference between entries; NaN if one has no value."""
    if a.shape != b.shape:
        return nan
    apart = [abs(x - y) for x, y in zip(a.entries, b.entries, strict=True)]
    return nan if any(map(isnan, apart)) else max(apart, default=0.0)


def agree(at: Evaluator, before: Expr, after: Expr) -> float | None:
    """How far two lines are apart, relative to their size; None where rounding drowns both.

    Lines of different shapes are infinitely far apart.
    """
    a, b = at.value(before), at.value(after)
    if not (a.finite and b.finite):
        return None
    if a.shape != b.shape:
        return inf
    apart, size = gap(a, b), max(a.largest, b.largest)
    if apart <= LINE * size:
        return apart / size if size else 0.0
    if apart <= ROUNDING * at.largest:
        return 0.0
    return None if apart <= LINE_SPREAD * _spread(at, before, after) else apart / size


def _spread(at: Evaluator, *lines: Expr) -> float:
    """How far lines move when the values change in the twelfth digit."""
    rng, most = Random(0), 0.0
    for _ in range(2):
        near = at.at(at.point.nudged(LINE_NUDGE, rng))
        moved = [gap(near.value(e), at.value(e)) for e in lines]
        most = max(most, *(inf if isnan(m) else m for m in moved))
    return most


def regular(a: Table) -> bool:
    """Whether a square matrix is far enough from singular."""
    n = a.shape[0]
    if not a.finite:
        return False
    try:
        back = inverse([list(a.entries[r * n : (r + 1) * n]) for r in range(n)])
    except (ZeroDivisionError, OverflowError):
        return False
    sizes = (sum(x * x for x in a.entries), sum(x * x for row in back for x in row))
    return bool(sizes[0] * sizes[1] < SINGULAR**2)
