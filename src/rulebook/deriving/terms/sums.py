"""Sums: like terms merged, a number common to all in front, scalars among arrays expanded."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from rulebook.deriving.terms.products import Products
from rulebook.deriving.terms.term import MINUS, UNIT, ZERO, Term
from rulebook.language.dims import SCALAR, Shape

__all__ = ["Sums"]


class Sums(Products):
    """Adds; a sum and its negative are one node, under a sign."""

    def add(self, terms: Iterable[Term]) -> Term:
        """A sum; scalars among arrays are expanded."""
        merged: dict[Term, Fraction] = {}
        shape: Shape = SCALAR
        for t in terms:
            shape = shape or t.shape
            for coef, body in self.summands(t):
                merged[body] = merged.get(body, ZERO) + coef
        kept = [(c, b) for b, c in merged.items() if c]
        if not kept:
            return self.zero(shape)
        if shape and len(kept) > 1:
            kept = self._contracted(kept)
            uniform = [b if not b.shape else self._uniform(b) for _, b in kept]
            if all(u is not None for u in uniform):  # the same in every entry
                scalars = (self.scale(c, u) for (c, _), u in zip(kept, uniform, strict=True) if u)
                return self.mul([self.add(scalars), self.all_ones(shape)])
        if all(not b.shape for _, b in kept) and shape:
            return self.mul([self._sum(kept), self.all_ones(shape)])
        return self._sum(kept)

    def summands(self, t: Term) -> list[tuple[Fraction, Term]]:
        """Coefficients and bodies whose sum is ``t``."""
        if t.kind == "sum":
            return [self.split(a) for a in t.args]
        coef, body = self.split(t)
        if body.kind == "sum":
            return [(coef * c, b) for c, b in (self.split(a) for a in body.args)]
        return [(coef, body)] if coef else []

    def _contracted(self, kept: list[tuple[Fraction, Term]]) -> list[tuple[Fraction, Term]]:
        """Arrays of ones beside other arrays are written as scalars, to be expanded."""
        merged: dict[Term, Fraction] = {}
        for c, b in kept:
            scalar = self._uniform(b)
            for k, part in self.summands(scalar) if scalar else [(UNIT, b)]:
                merged[part] = merged.get(part, ZERO) + c * k
        short = [(c, b) for b, c in merged.items() if c]
        return short if any(b.shape for _, b in short) else kept

    def _uniform(self, t: Term) -> Term | None:
        """The scalar that an array repeats in every entry, if it does."""
        if not t.shape:
            return None
        _, powers, core = self.parts(t)
        if core is None or core is not self.all_ones(core.shape):
            return None
        return self._mono(UNIT, powers, None)

    def _sum(self, kept: list[tuple[Fraction, Term]]) -> Term:
        if len(kept) == 1:
            return self.scale(*kept[0])
        common = abs(kept[0][0])
        if common != 1 and all(abs(c) == common for c, _ in kept):
            return self.scale(common, self._sum([(c / common, b) for c, b in kept]))
        key = frozenset((b, c) for c, b in kept)
        opposite = frozenset((b, -c) for c, b in kept)
        if ("sum", opposite) in self.table:
            return self.scale(MINUS, self.table["sum", opposite])
        if all(c < 0 for c, _ in kept):
            return self.scale(MINUS, self._sum([(-c, b) for c, b in kept]))
        args = tuple(self.scale(c, b) for c, b in kept)
        shape = next((a.shape for a in args if a.shape), SCALAR)
        return self._make(("sum", key), "sum", shape, args)
