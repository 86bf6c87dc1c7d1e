"""The nodes of one derivation, each made once: numbers, names, and arrays of zeros and of ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from rulebook.deriving.terms.term import UNIT, Term
from rulebook.language.dims import ONE, SCALAR, Shape
from rulebook.language.operators import ones
from rulebook.language.tree import Apply, Expr, Symbol

__all__ = ["Nodes", "constant"]


@dataclass
class Nodes:
    """Nodes by what they are made of, so that equal means identical."""

    table: dict[Any, Term] = field(default_factory=dict)

    def _make(
        self,
        key: Any,
        kind: str,
        shape: Shape,
        args: tuple[Term, ...] = (),
        head: Any = None,
        coef: Fraction = UNIT,
        exps: tuple[Fraction, ...] = (),
    ) -> Term:
        found = self.table.get(key)
        if found is None:
            found = self.table[key] = Term(kind, shape, args, head, coef, exps)
            if kind == "leaf" and isinstance(head, Symbol):
                found.symbols = frozenset((head,))
        return found

    def num(self, value: Fraction | int) -> Term:
        value = Fraction(value)
        return self._make(("num", value), "num", SCALAR, coef=value)

    def leaf(self, e: Expr, symbols: frozenset[Symbol] = frozenset()) -> Term:
        """A symbol, a constant, or an expression taken as it stands."""
        found = self._make(("leaf", e), "leaf", e.shape, head=e)
        if symbols:
            found.symbols = symbols
        return found

    def zero(self, shape: Shape) -> Term:
        return self._make(("zero", shape), "zero", shape) if shape else self.num(0)

    def is_zero(self, t: Term) -> bool:
        return t.kind == "zero" or (t.kind == "num" and not t.coef)

    def all_ones(self, shape: Shape) -> Term:
        """The array of ones of a shape."""
        if shape == SCALAR:
            return self.num(1)
        rows, columns = (self.leaf(ones(d)) for d in shape)
        if shape[1] == ONE:
            return rows
        if shape[0] == ONE:
            return self._turned(columns)
        return self._chained([rows, self._turned(columns)], shape)

    def is_ones(self, t: Term) -> bool:
        """A vector of ones; ones of a matrix are the book's to remove."""
        return constant(t.args[0] if t.kind == "turned" else t) == "ones"

    def _turned(self, t: Term) -> Term:
        """A node under a transpose that nothing takes away."""
        return self._make(("turned", id(t)), "turned", (t.shape[1], t.shape[0]), (t,))

    def _chained(self, factors: list[Term], shape: Shape) -> Term:
        """A matrix product, its factors as they stand."""
        return self._make(("chain", *map(id, factors)), "chain", shape, tuple(factors))


def constant(t: Term) -> str:
    """What arithmetic takes a leaf for: ``ones``, ``zeros``, an ``identity`` or a ``size``."""
    return t.head.op.arithmetic if t.kind == "leaf" and isinstance(t.head, Apply) else ""
