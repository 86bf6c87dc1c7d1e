"""Matching flat: a pattern of the book against the sums and products of a derivation.

Patterns are matched against flat sums and products, so that ``diag(x) y`` is found inside
``A diag(x) y zᵀ``; what a pattern leaves over stays where it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from rulebook.deriving.terms.algebra import Algebra
from rulebook.deriving.terms.nodes import constant
from rulebook.deriving.terms.term import UNIT, Term
from rulebook.deriving.unify import bind_sizes, fits
from rulebook.language.dims import Dim
from rulebook.language.tree import Apply, Operator, Symbol

__all__ = ["ENOUGH", "WIDEST", "Bound", "Matcher"]

ENOUGH = 10_000  # comparisons after which an answer is left as it is
WIDEST = 12  # a longer sum or product is matched in its first parts only


@dataclass(frozen=True)
class Bound:
    """What a pattern's symbols and dimensions stand for."""

    symbols: dict[Symbol, Term] = field(default_factory=dict)
    dims: dict[str, Dim] = field(default_factory=dict)


Found = tuple[Bound, Term | None]  # what was bound, and what was left over


@dataclass
class Matcher:
    """Patterns of the book against terms of one derivation."""

    algebra: Algebra
    spent: int = 0  # comparisons made so far

    def whole(self, p: Term, t: Term, b: Bound) -> Iterator[Bound]:
        """Every way in which the pattern is the whole term."""
        self.spent += 1
        if self.spent > ENOUGH:
            return
        if p.kind == "leaf":
            yield from self._leaf(p, t, b)
        elif p.kind == "turned":
            if t.shape:
                yield from self.whole(p.args[0], self.algebra.turn(t), b)
        elif p.kind == "num":
            if t is self.algebra.num(p.coef):
                yield b
        elif p.kind == "zero":
            dims = dict(b.dims)
            if t.kind == "zero" and fits(p.shape, t.shape, dims):
                yield Bound(b.symbols, dims)
        elif p.kind == "call":
            dims = dict(b.dims)
            op, args = self._called(t, p.head)
            if op is None or len(args) != len(p.args):
                return
            if not p.head.sizes or bind_sizes(p.head, op, dims):
                yield from self._all(p.args, args, Bound(b.symbols, dims))
        else:
            for found, left in self.part(p, t, b, whole=True):
                if left is None:
                    yield found

    def _called(self, t: Term, op: Operator) -> tuple[Operator | None, tuple[Term, ...]]:
        """Its row and operands, if it is this operation; what that is linear in takes scalars."""
        if t.kind == "call" and t.head.family == op.family:
            return t.head, t.args
        if t.kind != "mono" or t.exps[-1] != 1:
            return None, ()
        *others, core = t.args
        k = next((k for k in range(len(core.args)) if op.linear_in(k)), None)
        if core.kind != "call" or core.head.family != op.family or k is None:
            return None, ()
        g = self.algebra
        scalars = [g.power(x, e) for x, e in zip(others, t.exps, strict=False)]
        scaled = g.mul([g.num(t.coef), *scalars, core.args[k]])
        return core.head, (*core.args[:k], scaled, *core.args[k + 1 :])

    def _leaf(self, p: Term, t: Term, b: Bound) -> Iterator[Bound]:
        dims = dict(b.dims)
        if isinstance(p.head, Symbol):
            known = b.symbols.get(p.head)
            if known is not None:
                if known is t:
                    yield b
            elif fits(p.shape, t.shape, dims):
                yield Bound({**b.symbols, p.head: t}, dims)
        elif isinstance(p.head, Apply) and t.kind == "leaf" and isinstance(t.head, Apply):
            a, have = p.head, t.head
            if a.op.family == have.op.family and bind_sizes(a.op, have.op, dims):
                yield Bound(b.symbols, dims)
        elif constant(p) == "ones" and t is self.algebra.num(1):
            yield from [Bound(b.symbols, dims)] if fits(p.shape, t.shape, dims) else []

    def _all(self, ps: tuple[Term, ...], ts: tuple[Term, ...], b: Bound) -> Iterator[Bound]:
        if not ps:
            yield b
            return
        for found in self.whole(ps[0], ts[0], b):
            yield from self._all(ps[1:], ts[1:], found)

    def part(self, p: Term, t: Term, b: Bound, whole: bool = False) -> Iterator[Found]:
        """Every way in which the pattern is part of a sum or a product, with what is left.

        With ``whole`` those may be left out that leave something.
        """
        match p.kind:
            case "chain":
                yield from self._chain(p, t, b, whole)
            case "had" | "mono":
                yield from self._powers(p, t, b, whole)
            case "sum":
                yield from self._sum(p, t, b)
            case _:
                for found in self.whole(p, t, b):
                    yield found, None

    # ------------------------------------------------------------- products of matrices
    def _chain(self, p: Term, t: Term, b: Bound, whole: bool) -> Iterator[Found]:
        coef, powers, core = self.algebra.parts(t)
        if core is None:  # a scalar: an inner product among its factors, to the first power
            core = next((x for x, e in powers.items() if x.kind == "chain" and e == 1), None)
            powers = {x: e for x, e in powers.items() if x is not core}
        if core is None or core.kind != "chain":
            return
        outside = self.algebra.mul(
            [self.algebra.num(coef), *(self.algebra.power(x, e) for x, e in powers.items())]
        )
        ways = [core.args]
        if core.scalar:  # an inner product reads both ways
            ways.append(tuple(self.algebra.turn(f) for f in reversed(core.args)))
        for factors in ways:
            yield from self._placed(p, t, factors, outside, b, whole)

    def _placed(
        self, p: Term, t: Term, factors: tuple[Term, ...], outside: Term, b: Bound, whole: bool
    ) -> Iterator[Found]:
        """The pattern at every place of a product."""
        for start in (0,) if whole else range(len(factors)):
            if not _like(p.args[0], factors[start]):
                continue
            for found, stop in self._window(p.args, factors, start, b, whole):
                if start != 0 or stop != len(factors):
                    beside = (factors[:start], factors[stop:])
                    yield found, Term("around", t.shape, (outside,), beside)
                elif outside is self.algebra.num(1):
                    yield found, None
                else:
                    yield from self._absorbed(p, found, b, outside)

    def _absorbed(self, p: Term, found: Bound, b: Bound, outside: Term) -> Iterator[Found]:
        """Scalars in front of a product belong to one of its factors that is new."""
        for a in p.args:
            core = a.args[0] if a.kind == "turned" else a
            new = (
                core.kind == "leaf" and isinstance(core.head, Symbol) and core.head not in b.symbols
            )
            if new and _once(core.head, list(p.args)):
                scaled = self.algebra.mul([outside, found.symbols[core.head]])
                yield Bound({**found.symbols, core.head: scaled}, found.dims), None
        yield found, Term("around", (), (outside,), ((), ()))

    def _window(
        self, ps: tuple[Term, ...], factors: tuple[Term, ...], at: int, b: Bound, whole: bool
    ) -> Iterator[tuple[Bound, int]]:
        """The pattern's factors against neighbours, from ``at`` on; a symbol may take several."""
        if not ps:
            yield b, at
            return
        p, *others = ps
        most = len(factors) - at - len(others)
        for n in self._widths(p, most if len(factors) <= WIDEST else min(most, 2), b):
            if whole and not others and n != len(factors) - at:
                continue
            if others and not _like(others[0], factors[at + n]):
                continue
            taken = factors[at : at + n]
            window = taken[0] if n == 1 else self.algebra.window(taken)
            if not window.shape and n > 1:
                continue
            for found in self.whole(p, window, b):
                yield from self._window(ps[1:], factors, at + n, found, whole)

    def _widths(self, p: Term, most: int, b: Bound) -> Iterable[int]:
        """How many factors a factor of the pattern may stand for, the most first."""
        core = p.args[0] if p.kind == "turned" else p
        if most < 1 or core.kind != "leaf" or not isinstance(core.head, Symbol):
            return range(min(most, 1), 0, -1)
        known = b.symbols.get(core.head)
        if known is not None:
            width = len(known.args) if known.kind == "chain" else 1
            return (width,) if width <= most else ()
        return range(min(most, WIDEST), 0, -1)

    # ------------------------------------------------------------- products entry by entry
    def _powers(self, p: Term, t: Term, b: Bound, whole: bool) -> Iterator[Found]:
        want = _powers_of(p)
        coef, powers, core = self.algebra.parts(t)
        have = dict(powers)
        if core is not None:
            inner = core.kind == "had"
            have |= dict(zip(core.args, core.exps, strict=True)) if inner else {core: UNIT}
        if p.kind == "mono" and p.coef != 1:
            if coef != p.coef:
                return
            coef = UNIT
        if len(have) > WIDEST:
            return
        for found, rest in self._factors(want, have, b):
            left = {x: e for x, e in rest.items() if e}
            if coef == 1 and not left:
                yield found, None
            elif not any(x.shape for x in left) and (new := self._newest(want, b)) is not None:
                scaled = self._product(coef, left, found.symbols[new])
                yield Bound({**found.symbols, new: scaled}, found.dims), None
            elif not whole:
                yield found, Term("beside", t.shape, (self._product(coef, left),))
        if not whole and p.kind == "mono" and core is None and p.coef == 1:
            for found, rest in self._factors(want, {x: -e for x, e in have.items()}, b):
                left = {x: -e for x, e in rest.items() if e}
                yield found, Term("above", t.shape, (self._product(coef, left),))

    def _product(self, coef: Fraction, powers: dict[Term, Fraction], *more: Term) -> Term:
        g = self.algebra
        return g.mul([g.num(coef), *(g.power(x, e) for x, e in powers.items()), *more])

    def _factors(
        self, want: list[tuple[Term, Fraction]], have: dict[Term, Fraction], b: Bound
    ) -> Iterator[tuple[Bound, dict[Term, Fraction]]]:
        if not want:
            yield b, have
            return
        (p, e), *others = want
        symbol = isinstance(p.head, Symbol) and e == 1
        if symbol and not others and p.shape:
            yield from self._everything(p, have, b)
        for x, power in have.items():
            if symbol and power and power != 1 and bool(p.shape) == bool(x.shape):
                taken = self._share(p, x, power, b)
                for found in self.whole(p, self.algebra.power(x, taken), b):
                    yield from self._factors(others, {**have, x: power - taken}, found)
            if not power or (power > 0) != (e > 0) or abs(power) < abs(e):
                continue
            for found in self.whole(p, x, b):
                yield from self._factors(others, {**have, x: power - e}, found)

    def _newest(self, want: list[tuple[Term, Fraction]], b: Bound) -> Symbol | None:
        """A symbol that may take a coefficient: bound just now, and an array."""
        names = (p.head for p, e in want if e == 1 and p.shape and p.kind == "leaf")
        new = (s for s in names if isinstance(s, Symbol) and s not in b.symbols)
        return next((s for s in new if _once(s, [p for p, _ in want])), None)

    def _share(self, p: Term, x: Term, power: Fraction, b: Bound) -> Fraction:
        """How much of a power a symbol takes: all of it, or what it stands for already."""
        known = b.symbols.get(p.head)
        if known is None or known.kind not in ("mono", "had") or known.coef != 1:
            return power
        if len(known.args) != 1 or known.args[0] is not x:
            return power
        less = known.exps[0]
        return less if less / power > 0 and abs(less) <= abs(power) else power

    def _everything(
        self, p: Term, have: dict[Term, Fraction], b: Bound
    ) -> Iterator[tuple[Bound, dict[Term, Fraction]]]:
        """The last array of a pattern may stand for all arrays that are left."""
        arrays = {x: e for x, e in have.items() if x.shape and e}
        if len(arrays) < 2:
            return
        product = self.algebra.mul([self.algebra.power(x, e) for x, e in arrays.items()])
        for found in self.whole(p, product, b):
            yield found, {x: e for x, e in have.items() if x not in arrays}

    # ------------------------------------------------------------- sums
    def _sum(self, p: Term, t: Term, b: Bound) -> Iterator[Found]:
        if t.kind != "sum" or len(t.args) < len(p.args) or len(t.args) > WIDEST:
            return
        yield from self._summands(p.args, t.args, b, t)

    def _summands(
        self, ps: tuple[Term, ...], ts: tuple[Term, ...], b: Bound, t: Term
    ) -> Iterator[Found]:
        if not ps:
            if not ts:
                yield b, None
            else:
                yield b, Term("plus", t.shape, ts)
            return
        for n, x in enumerate(ts):
            for found in self.whole(ps[0], x, b):
                yield from self._summands(ps[1:], ts[:n] + ts[n + 1 :], found, t)

    def joined(self, new: Term, left: Term | None) -> Term:
        """A rewritten part, put back among what was left over."""
        g = self.algebra
        if left is None:
            return new
        match left.kind:
            case "around":
                before, after = left.head
                middle = [new] if new.shape else []
                chain = (
                    g.chain([*before, *middle, *after]) if before or after or middle else g.num(1)
                )
                scalars = [] if new.shape else [new]
                return g.mul([*left.args, *scalars, chain])
            case "beside":
                return g.mul([*left.args, new])
            case "above":
                return g.mul([*left.args, g.power(new, Fraction(-1))])
        return g.add([new, *left.args])


def _powers_of(p: Term) -> list[tuple[Term, Fraction]]:
    """The factors of a pattern, those that say most first."""
    pairs: list[tuple[Term, Fraction]] = []
    for a, e in zip(p.args, p.exps, strict=True):
        if a.kind == "had" and e == 1:
            pairs += zip(a.args, a.exps, strict=True)
        else:
            pairs.append((a, e))
    return sorted(pairs, key=lambda pair: -pair[0].size)


def _once(s: Symbol, factors: list[Term]) -> bool:
    """Whether a symbol is a factor of a product and stands nowhere else in it."""
    return sum(s in f.symbols for f in factors) == 1


def _like(p: Term, t: Term) -> bool:
    """Whether a factor could begin what a factor of a pattern stands for, at a glance."""
    if p.kind == "turned":
        p, t = p.args[0], t.args[0] if t.kind == "turned" else t
    if p.kind == "call":
        if t.kind == "turned":
            t = t.args[0]
        return t.kind == "call" and t.head.family == p.head.family
    if p.kind == "leaf" and isinstance(p.head, Apply):
        core = t.args[0] if t.kind == "turned" else t
        return core.kind == "leaf" and isinstance(core.head, Apply)
    return True
