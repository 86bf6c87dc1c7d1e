"""Products entry by entry and their powers: scalars in front, then one array."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from rulebook.deriving.terms.nodes import Nodes
from rulebook.deriving.terms.term import MINUS, UNIT, ZERO, Bag, Powers, Term
from rulebook.errors import RuleError, ShapeError
from rulebook.language.dims import SCALAR, Shape

__all__ = ["Products"]

WIDEST = 1000  # of exponents, and of bits in a coefficient


class Products(Nodes):
    """Multiplies entry by entry; powers of one base are merged."""

    # ------------------------------------------------------------- a number in front
    def split(self, t: Term) -> tuple[Fraction, Term]:
        """The rational coefficient of a term, and the rest."""
        if t.kind == "num":
            return (t.coef, self.num(1))
        if t.kind == "zero":
            return ZERO, t
        if t.kind == "mono" and t.coef != 1:
            return t.coef, self._mono(UNIT, dict(zip(t.args, t.exps, strict=True)), None)
        return UNIT, t

    def scale(self, coef: Fraction, t: Term) -> Term:
        """A rational number times a term."""
        if coef == 1 or t.kind == "zero":
            return t
        if not coef:
            return self.zero(t.shape)
        if t.kind == "num":
            return self.num(coef * t.coef)
        if t.kind == "mono":
            return self._mono(coef * t.coef, dict(zip(t.args, t.exps, strict=True)), None)
        return self._mono(coef, {t: UNIT}, None)

    def negative(self, t: Term) -> Term:
        return self.scale(MINUS, t)

    # ------------------------------------------------------------- products
    def mul(self, factors: Iterable[Term]) -> Term:
        """A product entry by entry, scalars expanded: scalars in front, then one array."""
        coef, powers = UNIT, Bag()
        arrays: list[Term] = []
        for f in factors:
            if self.is_zero(f):
                coef = ZERO
            c, scalars, core = self.parts(f)
            coef *= c
            powers.update_with(scalars)
            if core is not None:
                arrays.append(core)
            elif f.kind == "zero":
                arrays.append(f)
        if not coef:
            return self.zero(next((a.shape for a in arrays), SCALAR))
        if len(arrays) <= 1:
            return self._mono(coef, powers, arrays[0] if arrays else None)
        c, scalars, core = self.parts(self._hadamard(arrays))
        return self._mono(coef * c, powers.update_with(scalars), core)

    def parts(self, t: Term) -> tuple[Fraction, Powers, Term | None]:
        """Coefficient, scalar factors with exponents, and the array, if there is one."""
        if t.kind == "num":
            return t.coef, {}, None
        if t.kind == "mono":
            powers = dict(zip(t.args, t.exps, strict=True))
            core = t.args[-1] if t.shape else None
            if core is not None:
                del powers[core]
            return t.coef, powers, core
        return (UNIT, {}, t) if t.shape else (UNIT, {t: UNIT}, None)

    def _mono(self, coef: Fraction, powers: Powers, core: Term | None) -> Term:
        kept = {b: e for b, e in powers.items() if e}
        if core is not None:
            c, scalars, inner = self.parts(core)
            coef, kept = coef * c, {b: e for b, e in Bag(kept).update_with(scalars).items() if e}
            if inner is not None:
                kept[inner] = UNIT
            core = inner
        if not kept:
            return self.num(coef)
        if coef == 1 and len(kept) == 1 and next(iter(kept.values())) == 1:
            return next(iter(kept))
        shape = next((b.shape for b in kept if b.shape), SCALAR)
        if shape:  # the array stands last
            kept = dict(sorted(kept.items(), key=lambda be: bool(be[0].shape)))
        key = ("mono", coef, frozenset(kept.items()))
        return self._make(key, "mono", shape, tuple(kept), coef=coef, exps=tuple(kept.values()))

    def _hadamard(self, arrays: list[Term]) -> Term:
        shape = arrays[0].shape
        if any(self.is_zero(a) for a in arrays):
            return self.zero(shape)
        powers = Bag()
        for a in arrays:
            if a.shape != shape:
                raise ShapeError("Hadamard product of different shapes")
            if a.kind == "had":
                powers.update_with(dict(zip(a.args, a.exps, strict=True)))
            else:
                powers.update_with({a: UNIT})
        return self._had({b: e for b, e in powers.items() if e}, shape)

    def _had(self, kept: Powers, shape: Shape) -> Term:
        plain = {b: e for b, e in kept.items() if not self.is_ones(b)}
        if not plain:
            return self.all_ones(shape)
        if len(plain) == 1 and next(iter(plain.values())) == 1:
            return next(iter(plain))
        key = ("had", frozenset(plain.items()))
        return self._make(key, "had", shape, tuple(plain), exps=tuple(plain.values()))

    # ------------------------------------------------------------- powers
    def power(self, t: Term, q: Fraction) -> Term:
        """A power by a rational number, entry by entry if ``t`` is an array."""
        if q == 0:
            return self.all_ones(t.shape)
        if q == 1:
            return t
        whole = q.denominator == 1
        if q < 0 and self.is_zero(t):
            raise RuleError("division by zero")
        _bounded(t, q)
        if t.kind == "num" and whole:
            return self.num(t.coef ** int(q))
        coef, powers, core = self.parts(t)
        simple = coef == 1 and len(powers) + (core is not None) == 1
        if not whole and not simple:
            return self._raised(t, q)
        c = coef ** int(q) if whole else UNIT
        raised = {b: _times(e, q) for b, e in powers.items()}
        if any(e is None for e in raised.values()):
            return self._raised(t, q)
        head = self._powered(core, q) if core is not None else None
        return self._mono(Fraction(c), {b: e for b, e in raised.items() if e is not None}, head)

    def _powered(self, core: Term, q: Fraction) -> Term:
        if core.kind != "had":
            return self._had({core: q}, core.shape)
        raised = {b: _times(e, q) for b, e in zip(core.args, core.exps, strict=True)}
        if any(e is None for e in raised.values()):
            return self._had({core: q}, core.shape)
        return self._had({b: e for b, e in raised.items() if e}, core.shape)

    def _raised(self, t: Term, q: Fraction) -> Term:
        if t.shape:
            return self._had({t: q}, t.shape)
        key = ("mono", UNIT, frozenset({(t, q)}))
        return self._make(key, "mono", SCALAR, (t,), exps=(q,))


def _bounded(t: Term, q: Fraction) -> None:
    """Refuse powers whose numbers nobody could read."""
    bits = max(t.coef.numerator.bit_length(), t.coef.denominator.bit_length())
    widest = max((abs(e) for e in t.exps), default=UNIT)
    if (bits - 1) * abs(q) > WIDEST or widest * abs(q) > WIDEST:
        raise RuleError("a power with numbers too large to write")


def _times(e: Fraction, q: Fraction) -> Fraction | None:
    """The exponent of a power of a power, unless an even one would lose a sign."""
    if q.denominator != 1 and e.denominator == 1 and e % 2 == 0:
        return None
    return e * q
