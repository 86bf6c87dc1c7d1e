"""SymPy's arithmetic at sizes left open.

With it an entry of x'Ax is the double sum over k and l of x[k] A[k, l] x[l], whatever n is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy as sp

from rulebook.language.arithmetic import Arg, NoEntry
from rulebook.language.dims import Dim, DimLike, dim
from rulebook.language.tree import Symbol
from rulebook.language.unspecified import Unspecified

__all__ = ["StepFunction", "Symbolic"]


class StepFunction(sp.Function):  # type: ignore[misc]
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
        positive = 1 - StepFunction(-a) if a.could_extract_minus_sign() else StepFunction(a)
        return no + positive * (yes - no)

    def call(self, name: str, a: Any) -> Any:
        function = getattr(sp, name, None)
        if function is None:
            raise NoEntry(f"{name}, which SymPy does not know")
        return function(a)

    def log_size(self, a: Any) -> Any:
        return sp.log(sp.Abs(a))

    def power(self, a: Any, b: Any) -> Any:
        return a**b

    def determinant(self, a: Arg) -> Any:
        raise NoEntry("a determinant at a size left open")

    def inverse(self, a: Arg, i: Any, j: Any) -> Any:
        raise NoEntry("an inverse at a size left open")

    def unspecified(
        self, fn: Unspecified, out: tuple[Any, ...], wrt: tuple[Any, ...], args: tuple[Any, ...]
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
