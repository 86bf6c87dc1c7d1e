"""Expressions entry by entry.

`Reader` walks a tree with any arithmetic; `Symbolic` is SymPy's, at sizes left open. With it an
entry of x'Ax is the double sum over k and l of x[k] A[k, l] x[l], whatever n is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy as sp

from rulebook.dims import Dim, DimLike, Shape, dim
from rulebook.expr import Apply, Bind, Expr, Index, Let, Number, Symbol
from rulebook.scalars import Arg, NoEntry, Scalars

__all__ = ["Reader", "Symbolic"]

Env = dict[Index, Any]


class Reader:
    """Entries of expressions in one arithmetic, each computed once."""

    def __init__(self, scalars: Scalars) -> None:
        self.scalars = scalars
        self._memo: dict[Any, Any] = {}
        self._free: dict[Expr, frozenset[Index]] = {}

    def entry(self, e: Expr, index: tuple[Any, ...] = (), env: Env | None = None) -> Any:
        """Entry ``index`` of ``e``, one position for each dimension of its shape."""
        bound = {i: v for i, v in (env or {}).items() if i in self._open(e)}
        key = (e, index, tuple(bound.items()))
        if key not in self._memo:
            self._memo[key] = self._read(e, index, bound)
        return self._memo[key]

    def _read(self, e: Expr, index: tuple[Any, ...], env: Env) -> Any:
        s = self.scalars
        match e:
            case Symbol():
                return s.symbol(e, index)
            case Number():
                return s.number(e.value)
            case Index():
                return s.index_value(env[e])
            case Let():
                return self.entry(e.body, index, env)
            case Apply():
                return e.op.entry(s, index, *(_Arg(self, a, env) for a in e.args))
            case Bind(kind="array"):
                return self.entry(e.body, (), env | dict(zip(e.indices, index, strict=False)))
            case Bind():
                return self._total(e, index, e.indices, env)
        raise TypeError(e)

    def _total(self, e: Bind, at: tuple[Any, ...], left: tuple[Index, ...], env: Env) -> Any:
        if not left:
            return self.entry(e.body, at, env)
        first, *rest = left
        return self.scalars.total(
            first.size, lambda k: self._total(e, at, tuple(rest), env | {first: k})
        )

    def _open(self, e: Expr) -> frozenset[Index]:
        """The indices of ``e`` that something outside must bind."""
        if e not in self._free:
            inside = frozenset[Index]().union(*(self._open(a) for a in e.args))
            own = frozenset({e}) if isinstance(e, Index) else frozenset()
            self._free[e] = (inside | own) - (
                frozenset(e.indices) if isinstance(e, Bind) else frozenset()
            )
        return self._free[e]


@dataclass(frozen=True, eq=False)
class _Arg:
    reader: Reader
    node: Expr
    env: Env

    @property
    def shape(self) -> Shape:
        return self.node.shape

    def __call__(self, *index: Any) -> Any:
        return self.reader.entry(self.node, index, self.env)


class Step(sp.Function):  # type: ignore[misc]
    """1 where the argument is positive, else 0; constant wherever it is smooth."""

    nargs = 1

    @classmethod
    def eval(cls, a: Any) -> Any:
        if a.is_number and a.is_comparable:
            return sp.Integer(1 if a > 0 else 0)
        return None

    def fdiff(self, argindex: int = 1) -> Any:
        return sp.Integer(0)


class Symbolic:
    """SymPy's arithmetic at sizes left open: sums stay sums, indices stay symbols."""

    def __init__(self) -> None:
        self.ranges: dict[Any, Dim] = {}
        self.functions: dict[str, tuple[Any, tuple[Any, ...]]] = {}
        self._tags: dict[Any, str] = {}

    def position(self, value: Any) -> Any:
        return int(value) if value.is_Integer else value

    def index_value(self, position: Any) -> Any:
        return sp.sympify(position)

    def symbol(self, symbol: Symbol, index: tuple[Any, ...]) -> Any:
        if not index:
            return sp.Symbol(symbol.name, real=True)
        vector = len(index) == 2 and 1 in (symbol.shape[0].value, symbol.shape[1].value)
        at = [i for i, d in zip(index, symbol.shape, strict=True) if not (vector and d.value == 1)]
        return sp.IndexedBase(symbol.name, real=True)[tuple(at)]

    def number(self, value: Any) -> Any:
        return sp.Rational(value.numerator, value.denominator)

    def size(self, n: DimLike) -> Any:
        return sum(
            (
                sp.Rational(c.numerator, c.denominator) * sp.prod([_size(x) for x in names])
                for names, c in dim(n).terms
            ),
            sp.Integer(0),
        )

    def fresh(self, n: Dim) -> Any:
        """A new index over a dimension."""
        k = sp.Symbol(f"k{len(self.ranges)}", integer=True, nonnegative=True)
        self.ranges[k] = n
        return k

    def positions(self, n: Dim) -> list[Any]:
        """Positions that stand for a whole dimension: an open one, and any counted off."""
        if n.value is not None:
            return list(range(n.value))
        if n.constant <= 0:
            return [self.fresh(n)]
        rest = n - n.constant
        return [self.fresh(rest), *(self.size(rest) + c for c in range(n.constant))]

    def total(self, n: Dim, term: Callable[[Any], Any]) -> Any:
        out = sp.Integer(0)
        for k in self.positions(n):
            body = term(k)
            out += sp.Sum(body, (k, 0, self.size(self.ranges[k]) - 1)) if k in self.ranges else body
        return out

    def delta(self, i: Any, j: Any) -> Any:
        return sp.KroneckerDelta(i, j)

    def split(self, i: Any, n: Dim, low: Callable[[Any], Any], high: Callable[[Any], Any]) -> Any:
        if isinstance(i, int) and n.value is not None:
            return low(i) if i < n.value else high(i - n.value)
        if self.ranges.get(i) == n:
            return low(i)
        beyond = sp.sympify(i) - self.size(n)
        if beyond.is_Integer and beyond >= 0:
            return high(int(beyond))
        raise NoEntry("the position is on neither side of the join for every size")

    def divide(self, i: Any, n: Dim) -> tuple[Any, Any]:
        if isinstance(i, int) and n.value is not None:
            return divmod(i, n.value)
        raise NoEntry("an index into a product of sizes")

    def choose(self, a: Any, yes: Any, no: Any) -> Any:
        positive = 1 - Step(-a) if a.could_extract_minus_sign() else Step(a)
        return no + positive * (yes - no)

    def call(self, name: str, a: Any) -> Any:
        return getattr(sp, name)(a)

    def power(self, a: Any, b: Any) -> Any:
        return a**b

    def determinant(self, a: Arg) -> Any:
        raise NoEntry("a determinant at a size left open")

    def inverse(self, a: Arg, i: Any, j: Any) -> Any:
        raise NoEntry("an inverse at a size left open")

    def unspecified(
        self, fn: Any, out: tuple[Any, ...], wrt: tuple[Any, ...], args: tuple[Any, ...]
    ) -> Any:
        """An atom of SymPy's that `differential` knows how to differentiate."""
        if any(a.shape and a.env for a in args):
            raise NoEntry("an unspecified function of something that depends on an index")
        by = sorted(zip(fn.slots, wrt, strict=True), key=lambda pair: (pair[0], str(pair[1])))
        scalars = [a() for a in args if not a.shape]
        nodes = tuple(getattr(a, "node", None) if a.shape else None for a in args)
        slots = tuple(k for k, _ in by)
        tag = self._tags.setdefault((fn.name, slots, nodes), f"{fn.name}_{len(self._tags)}")
        self.functions[tag] = (fn, args)
        where = [p for _, position in by for p in position]
        return sp.Function(tag, real=True)(sp.Tuple(*out, *where), *scalars)


def _size(name: str) -> Any:
    return sp.Symbol(name, integer=True, positive=True)
