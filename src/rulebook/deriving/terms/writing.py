"""From normal form back to the language, as one would write it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from operator import matmul, mul

from rulebook.deriving.terms.chains import Chains
from rulebook.deriving.terms.term import HALF, Powers, Term
from rulebook.language.dims import ONE
from rulebook.language.operators import sqrt, zeros_like
from rulebook.language.operators.reductions import SUM_OF
from rulebook.language.tree import Apply, Expr, lift

__all__ = ["Writing"]


@dataclass
class Writing(Chains):
    """Writes terms down: few transposes, few signs, scalars in front and what divides below."""

    _shown: dict[Term, Expr] = field(default_factory=dict)
    _signs: dict[Term, int] = field(default_factory=dict)

    def show(self, t: Term) -> Expr:
        """The term as an expression, as one would write it."""
        found = self._shown.get(t)
        if found is None:
            made = self.show(self._across(t)).T if self._lies(t) else _SHOW[t.kind](self, t)
            found = self._shown[t] = made
        return found

    def _lies(self, t: Term) -> bool:
        """Whether a term is better written as the transpose of something."""
        core = t.args[-1] if t.kind == "mono" and t.shape else t
        if len(t.shape) != 2 or core.kind not in ("sum", "had", "call"):
            return False
        other = self._across(t)
        if other.kind != t.kind:
            return False
        here, there = self._written(t), 1 + self._written(other)
        inside = all(a.kind in ("call", "had", "sum") for a in core.args if a.shape)
        return here > there or (here == there and core.kind != "call" and inside)

    def _across(self, t: Term) -> Term:
        """The transpose for print: a difference keeps its sign."""
        turned = tuple(map(self.turn, t.args))
        if t.kind == "sum":
            return Term("sum", t.shape[::-1], turned)
        if t.kind == "had":
            return Term("had", t.shape[::-1], turned, exps=t.exps)
        return self.turn(t)

    def _written(self, t: Term) -> int:
        """How many transposes a node takes if it is written as it stands."""
        return (t.kind == "turned") + sum(map(self._transposes, t.args))

    def _transposes(self, t: Term) -> int:
        """How many transposes a term takes, written the better way."""
        found = self._signs.get(t)
        if found is None:
            found = self._written(t)
            if t.shape and t.kind in ("sum", "had", "call"):
                other = self._across(t)
                if other.kind == t.kind:
                    found = min(found, 1 + self._written(other))
            self._signs[t] = found
        return found

    def _show_sum(self, t: Term) -> Expr:
        lead = next(a for a in t.args if a.coef > 0 or a.kind not in ("mono", "num"))
        out = self.show(lead)
        for a in (a for a in t.args if a is not lead):
            negative = a.coef < 0 and a.kind in ("mono", "num") and not self._flips(a)
            out = out - self.show(self.negative(a)) if negative else out + self.show(a)
        return out

    def _show_mono(self, t: Term) -> Expr:
        coef, powers, core = self.parts(t)
        if coef < 0:
            flipped = self._flipped(powers, core)
            if flipped is None:
                return -self.show(self.negative(t))
            core, powers, coef = flipped[0], flipped[1], -coef
        over = [(b, e) for b, e in powers.items() if e > 0]
        under = [(b, -e) for b, e in powers.items() if e < 0]
        bottom = (
            lift(coef.denominator) if coef.denominator != 1 and (under or core is None) else None
        )
        number = coef if bottom is None else Fraction(coef.numerator)
        scalars = [self._power(b, e) for b, e in over]
        if number != 1 or not (scalars or core):
            scalars.insert(0, lift(number))
        top = self._scaled(scalars, core)
        for b, e in under:
            shown = self._power(b, e)
            bottom = shown if bottom is None else bottom * shown
        return top if bottom is None else top / bottom

    def _scaled(self, scalars: list[Expr], core: Term | None) -> Expr:
        if core is None:
            return reduce(mul, scalars)
        if not scalars:
            return self.show(core)
        front = reduce(mul, scalars)
        outer = core.kind == "chain" and any(a.shape[1] == ONE for a in core.args[:-1])
        plain = all(not s.args for s in scalars)  # a number or a name goes to the first factor
        if core.kind == "chain" and plain and not outer:
            return self._product([front * self.show(core.args[0])], core.args[1:])
        return front * self.show(core)

    def _flips(self, t: Term) -> bool:
        """Whether a minus can be taken into a difference."""
        _, powers, core = self.parts(t)
        return t.kind == "mono" and t.coef < 0 and self._flipped(powers, core) is not None

    def _flipped(self, powers: Powers, core: Term | None) -> tuple[Term | None, Powers] | None:
        """The same product without its minus, turned into a difference that reads backwards."""
        if core is not None:
            if core.kind == "sum" and any(a.coef < 0 for a in core.args):
                return self._backwards(core), powers
            if core.kind == "chain":
                for n, a in enumerate(core.args):
                    twice = core.args.count(a) + core.args.count(self.turn(a)) > 1
                    if a.kind == "sum" and not twice and any(x.coef < 0 for x in a.args):
                        args = (*core.args[:n], self._backwards(a), *core.args[n + 1 :])
                        return Term("chain", core.shape, args), powers
            if core.kind == "had":
                for n, (a, e) in enumerate(zip(core.args, core.exps, strict=True)):
                    if a.kind == "sum" and e == 1 and any(x.coef < 0 for x in a.args):
                        args = (*core.args[:n], self._backwards(a), *core.args[n + 1 :])
                        return Term("had", core.shape, args, exps=core.exps), powers
            return None
        for b, e in powers.items():
            if b.kind == "sum" and e == 1 and any(x.coef < 0 for x in b.args):
                return None, {self._backwards(x) if x is b else x: y for x, y in powers.items()}
        return None

    def _backwards(self, t: Term) -> Term:
        return Term("sum", t.shape, tuple(self.negative(a) for a in t.args))

    def _power(self, b: Term, e: Fraction) -> Expr:
        shown = self.show(b)
        if e == 1:
            return shown
        if e == HALF:
            return sqrt(shown)
        return shown ** lift(e)

    def _show_had(self, t: Term) -> Expr:
        powers = list(zip(t.args, t.exps, strict=True))
        over = [self._power(b, e) for b, e in powers if e > 0]
        under = [self._power(b, -e) for b, e in powers if e < 0]
        top = reduce(mul, over) if over else lift(1)
        return top / reduce(mul, under) if under else top

    def _show_chain(self, t: Term) -> Expr:
        return self._product([], t.args)

    def _product(self, first: list[Expr], factors: tuple[Term, ...]) -> Expr:
        """Left to right, the two halves of an outer product each on its own."""
        shown = [*first, *map(self.show, factors)]
        cut = next((n for n in range(1, len(shown)) if shown[n - 1].shape[1] == ONE), None)
        if cut is None:
            return reduce(matmul, shown)
        return reduce(matmul, shown[:cut]) @ reduce(matmul, shown[cut:])

    def _show_call(self, t: Term) -> Expr:
        if t.head is SUM_OF:  # of ⟨G, dX⟩ it is dX that stands upright
            return Apply(t.head, *(_SHOW[a.kind](self, a) for a in t.args))
        return Apply(t.head, *(self.show(a) for a in t.args))


_SHOW: dict[str, Callable[[Writing, Term], Expr]] = {
    "num": lambda g, t: lift(t.coef),
    "leaf": lambda g, t: t.head,
    "zero": lambda g, t: zeros_like(t.shape),
    "turned": lambda g, t: g.show(t.args[0]).T,
    "sum": Writing._show_sum,
    "mono": Writing._show_mono,
    "had": Writing._show_had,
    "chain": Writing._show_chain,
    "call": Writing._show_call,
}
