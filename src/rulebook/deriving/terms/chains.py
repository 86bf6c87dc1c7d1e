"""Matrix products, the transposes carried through them, and functions of what they give."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

from rulebook.deriving.terms.nodes import constant
from rulebook.deriving.terms.sums import Sums
from rulebook.deriving.terms.term import UNIT, ZERO, Bag, Term
from rulebook.language.dims import ONE, SCALAR, Shape
from rulebook.language.tree import Apply, Operator

__all__ = ["Chains"]


@dataclass
class Chains(Sums):
    """Multiplies matrices and transposes; what comes out as a scalar goes in front."""

    _turns: dict[Term, Term] = field(default_factory=dict)

    # ------------------------------------------------------------- matrix products
    def matmul(self, a: Term, b: Term) -> Term:
        return self.chain([a, b]) if a.shape and b.shape else self.mul([a, b])

    def chain(self, factors: Iterable[Term]) -> Term:
        """A matrix product: scalars and inner products in front, units dropped."""
        coef, powers, flat = UNIT, Bag(), list[Term]()
        shape: Shape = SCALAR
        given = list(factors)
        for f in given:
            c, scalars, core = self.parts(f)
            if self.is_zero(f):
                coef = ZERO
            coef *= c
            powers.update_with(scalars)
            if core is not None:
                flat += core.args if core.kind == "chain" else [core]
        arrays = [f for f in given if f.shape]
        if arrays:
            rows, columns = arrays[0].shape[0], arrays[-1].shape[1]
            shape = SCALAR if rows == columns == ONE else (rows, columns)
        if not coef:
            return self.zero(shape)
        trimmed = [f for f in flat if constant(f) != "identity"]
        if not trimmed:
            return self._mono(coef, powers, flat[0] if flat else None)
        return self._joined(coef, powers, trimmed)

    def _joined(self, coef: Fraction, powers: Bag, flat: list[Term]) -> Term:
        """Cut where a column meets a row: what lies between two cuts is a scalar."""
        cuts = [n for n in range(1, len(flat)) if flat[n - 1].shape[1] == ONE]
        edges = [0, *cuts, len(flat)]
        segments = [flat[a:b] for a, b in pairwise(edges)]
        arrays: list[list[Term]] = []
        for segment in segments:
            if segment[0].shape[0] == ONE == segment[-1].shape[1]:
                c, scalars, _ = self.parts(self._inner(segment))
                coef *= c
                powers.update_with(scalars)
            else:
                arrays.append(segment)
        joined = [f for segment in arrays for f in segment]
        core = self._chain(joined) if joined else None
        return self._mono(coef, powers, core)

    def window(self, factors: tuple[Term, ...]) -> Term:
        """Neighbouring factors of a product, as a product."""
        key = ("window", *map(id, factors))
        found = self.table.get(key)
        if found is None:
            found = self.table[key] = self.chain(factors)
        return found

    def _chain(self, flat: list[Term]) -> Term:
        if len(flat) == 1:
            return flat[0]
        return self._chained(flat, (flat[0].shape[0], flat[-1].shape[1]))

    def _inner(self, flat: list[Term]) -> Term:
        """An inner product, written the way it was met first: u'Av is v'A'u."""
        other = [self.turn(f) for f in reversed(flat)]
        met = ("chain", *map(id, other)) in self.table
        return self._chained(other if met else flat, SCALAR)

    # ------------------------------------------------------------- transposes
    def turn(self, t: Term) -> Term:
        """The transpose, carried to the leaves."""
        if not t.shape:
            return t
        found = self._turns.get(t)
        if found is None:
            found = self._turn(t)
            self._turns[t] = found
            self._turns.setdefault(found, t)
        return found

    def fix(self, t: Term) -> None:
        """Take a leaf as its own transpose: it stands for something symmetric."""
        self._turns[t] = t

    def _turn(self, t: Term) -> Term:
        match t.kind:
            case "turned":
                return t.args[0]
            case "zero":
                return self.zero((t.shape[1], t.shape[0]))
            case "chain":
                return self.chain([self.turn(a) for a in reversed(t.args)])
            case "sum":
                return self.add(self.turn(a) for a in t.args)
            case "mono":
                *scalars, core = t.args
                powers = dict(zip(scalars, t.exps, strict=False))
                return self._mono(t.coef, powers, self.turn(core))
            case "had":
                powers = {self.turn(b): e for b, e in zip(t.args, t.exps, strict=True)}
                return self._had(powers, (t.shape[1], t.shape[0]))
            case "call" if t.head.transposed == "each":
                return self.call(t.head, *(self.turn(a) for a in t.args))
            case "call" if t.head.transposed == "same":
                return t
            case "leaf" if isinstance(t.head, Apply) and t.head.op.transposed == "same":
                return t
        return self._turned(t)

    # ------------------------------------------------------------- functions
    def call(self, op: Operator, *args: Term) -> Term:
        """An operator that is not arithmetic; where it is linear it lets scalars out."""
        if op.single and len(args) == 1 and not args[0].shape:
            return args[0]
        linear = [k for k in range(len(args)) if op.linear_in(k)]
        if any(self.is_zero(args[k]) for k in linear):
            return self.zero(op.shape(*(a.shape for a in args)))
        for k in linear:
            coef, powers, core = self.parts(args[k])
            if core is not args[k] and core is not None:
                bare = self.call(op, *args[:k], core, *args[k + 1 :])
                return self._mono(coef, powers, bare)
        shape = op.shape(*(a.shape for a in args))
        shape = SCALAR if shape and set(shape) == {ONE} else shape
        return self._make(("call", op, *map(id, args)), "call", shape, args, op)
