"""The backend of entries: plain Python, through the entry that each operator's row states.

It needs no other package, and so runs where a reader's browser is all there is. A node's entries
are computed together, once; the arithmetic is that of floats, or of complex numbers.
"""

from __future__ import annotations

import cmath
import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from itertools import product
from math import inf, isfinite, nan
from typing import Any, TypeAlias

from rulebook.language import elimination
from rulebook.language.arithmetic import NoEntry, Position, Value
from rulebook.language.dims import Dim, DimLike, Shape, dim
from rulebook.language.entries import OpenIndices
from rulebook.language.nested import flat
from rulebook.language.operators.marks import DIFFERENTIAL
from rulebook.language.tree import Apply, Bind, Expr, Index, Let, Number, Symbol
from rulebook.language.unspecified import Unspecified
from rulebook.numeric.differentiate import derivative
from rulebook.numeric.evaluate import Table
from rulebook.numeric.points import Moves, Point, Sizes

__all__ = ["AtSizes", "Entries", "Floats"]

Chosen: TypeAlias = tuple[tuple[Index, int], ...]  # what indices are, inside what binds them
WHOLE = 64  # the largest whole exponent that is multiplied out
REAL_ONLY = frozenset({"erf", "erfc", "gamma", "lgamma"})  # of the functions Python knows


class Known(dict[tuple[int, ...], Any]):
    """The entries of a node, by index: what an operator's entry sees of an argument."""

    shape: Shape

    def __call__(self, *index: int) -> Any:
        return self[index]


class AtSizes(ABC):
    """What arithmetics at given sizes share: sums are written out, and positions are numbers."""

    def __init__(self, sizes: Sizes) -> None:
        self.sizes = sizes
        self._extents: dict[int, tuple[Dim, int]] = {}

    @abstractmethod
    def number(self, value: Any) -> Value:
        """A rational number in this arithmetic."""

    def extent(self, n: Dim) -> int:
        """A dimension at these sizes."""
        known = self._extents.get(id(n))
        if known is None:
            known = self._extents[id(n)] = (n, n.at(self.sizes))
        return known[1]

    def size(self, n: DimLike) -> Value:
        return self.number(dim(n).at(self.sizes))

    def index_value(self, position: int) -> Value:
        return self.number(position)

    def total(self, n: Dim, term: Callable[[int], Value]) -> Value:
        count = self.extent(n)
        if not count:
            return self.number(0)
        found = term(0)
        for k in range(1, count):
            found = found + term(k)
        return found

    def delta(self, i: Position, j: Position) -> Value:
        return self.number(int(i == j))

    def split(
        self, i: int, n: Dim, low: Callable[[int], Value], high: Callable[[int], Value]
    ) -> Value:
        cut = self.extent(n)
        return low(i) if i < cut else high(i - cut)

    def divide(self, i: int, n: Dim) -> tuple[int, int]:
        return divmod(i, self.extent(n))

    def indices(self, shape: Shape) -> list[tuple[int, ...]]:
        """Every index of an array, the last position running fastest."""
        return list(product(*(range(self.extent(d)) for d in shape)))


class Floats(AtSizes):
    """The arithmetic of floats and complex numbers; a kink is seen from its real side."""

    def __init__(self, point: Point) -> None:
        super().__init__(point.sizes)
        self.point = point
        self._inverses: dict[int, tuple[Any, elimination.Rows]] = {}

    def symbol(self, symbol: Symbol, index: tuple[int, ...]) -> Value:
        raise NoEntry("the entries of a symbol are read as a whole")

    def number(self, value: Any) -> float:
        return float(value)

    def position(self, value: Value) -> int:
        return int(value.real)

    def choose(self, a: Value, yes: Value, no: Value) -> Value:
        return yes if a.real > 0 else no if a.real <= 0 else nan

    def call(self, name: str, a: Value) -> Value:
        if isinstance(a, complex):
            f = None if name in REAL_ONLY else getattr(cmath, name, None)
        else:
            f = getattr(math, name, None)
        if f is None:
            raise NoEntry(f"{name} of a {type(a).__name__}")
        try:
            return f(a)
        except OverflowError:
            return inf
        except ValueError:
            return nan

    def log_size(self, a: Value) -> Value:
        return self.call("log", a if a.real > 0 else -a)

    def power(self, a: Value, b: Value) -> Value:
        if isinstance(b, float) and b.is_integer() and abs(b) <= WHOLE:
            return a ** int(b)
        if a.real < 0 or (not a and b.real < 0):
            return nan
        return a**b

    def determinant(self, a: Any) -> Value:
        return elimination.determinant(self._rows(a))

    def inverse(self, a: Any, i: int, j: int) -> Value:
        known = self._inverses.get(id(a))
        if known is None:
            known = self._inverses[id(a)] = (a, elimination.inverse(self._rows(a)))
        return known[1][i][j]

    def _rows(self, a: Any) -> elimination.Rows:
        n = self.extent(a.shape[0])
        return [[a(i, j) for j in range(n)] for i in range(n)]

    def unspecified(
        self, fn: Unspecified, out: tuple[int, ...], wrt: tuple[Any, ...], args: tuple[Any, ...]
    ) -> Value:
        at: list[Value] = []
        first: list[int] = []
        for a in args:
            first.append(len(at))
            at += [a(*index) for index in self.indices(a.shape)]
        by = [first[k] + (p[0] if p else 0) for k, p in zip(fn.slots, wrt, strict=True)]
        place = tuple(k for k in out if k) if fn.out is None else out
        return self.point.functions[fn.name].entry(place, at, by)


class Entries:
    """Expressions at a point, all entries of a node at once; a differential is measured."""

    def __init__(self, point: Point) -> None:
        self.point = point
        self.scalars = Floats(point)
        self._known: dict[Any, tuple[Expr, Known]] = {}
        self._open = OpenIndices()
        self._shifted: dict[tuple[complex, Moves], Entries] = {}

    def value(self, e: Expr) -> Table:
        found = self._entries(e, ())
        shape = tuple(map(self.scalars.extent, e.shape))
        if len(shape) == 2:
            shape = tuple(n for n, d in zip(shape, e.shape, strict=True) if d.value != 1)
        return Table(shape, tuple(found.values()))

    def shifted(self, step: complex, moves: Moves) -> Entries:
        known = self._shifted.get((step, moves))
        if known is None:
            known = self._shifted[step, moves] = self.at(self.point.shifted(step, moves))
        return known

    def at(self, point: Point) -> Entries:
        return Entries(point)

    def takes_complex(self, e: Expr) -> bool:
        return True  # what cannot be raises NoEntry

    @property
    def largest(self) -> float:
        sizes = (abs(x) for _, known in self._known.values() for x in known.values())
        return max((s for s in sizes if isfinite(s)), default=0.0)

    def _entries(self, e: Expr, env: Chosen) -> Known:
        if env:
            free = self._open(e)
            env = tuple(pair for pair in env if pair[0] in free)
        key = (id(e), env) if env else id(e)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = (e, self._computed(e, env))
        return known[1]

    def _computed(self, e: Expr, env: Chosen) -> Known:
        s = self.scalars
        if isinstance(e, Let):
            return self._entries(e.body, env)
        found = Known()
        found.shape = e.shape
        indices = s.indices(e.shape)
        match e:
            case Symbol():
                found.update(zip(indices, flat(self.point.values[e]), strict=True))
            case Number():
                found[()] = s.number(e.value)
            case Index():
                found[()] = s.index_value(dict(env)[e])
            case Apply() if e.op is DIFFERENTIAL:
                change = derivative(self, e.args[0], (self.point.moves,))
                found.update(zip(indices, change.entries, strict=True))
            case Apply():
                args = [self._entries(a, env) for a in e.args]
                for index in indices:
                    found[index] = _entry(e.op.entry, s, index, args)
            case Bind(kind="array"):
                for index in indices:
                    bound = (*env, *zip(e.indices, index, strict=False))
                    found[index] = self._entries(e.body, bound)[()]
            case Bind():
                self._total(e, env, found)
        return found

    def _total(self, e: Bind, env: Chosen, found: Known) -> None:
        for chosen in self.scalars.indices(tuple(i.size for i in e.indices)):
            body = self._entries(e.body, (*env, *zip(e.indices, chosen, strict=True)))
            for index, term in body.items():
                found[index] = found[index] + term if index in found else term


def _entry(entry: Any, s: Floats, index: tuple[int, ...], args: list[Known]) -> Any:
    try:
        return entry(s, index, *args)
    except (ArithmeticError, KeyError):  # nothing there, or no such entry
        return nan
