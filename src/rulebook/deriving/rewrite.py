"""Tidying: an equality of the book is used where it makes an expression cheaper."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from rulebook.deriving.declared import Declared
from rulebook.deriving.match import ENOUGH, WIDEST, Bound, Matcher
from rulebook.deriving.rules import Rewrite, Rules, Use, head
from rulebook.deriving.terms.algebra import Algebra
from rulebook.deriving.terms.term import Term
from rulebook.errors import ShapeError
from rulebook.language.tree import Expr, Symbol

__all__ = ["Tidy"]

LEAST = 0.05  # of a saving


@dataclass
class Tidy:
    """Uses equalities of the book until none makes the expression cheaper."""

    rules: Rules
    algebra: Algebra
    declared: Declared
    tangent: Symbol | None = None
    fixed: set[Term] = field(default_factory=set)  # terms nothing can be done for
    used: list[Use] = field(default_factory=list)
    _done: dict[Term, Term] = field(default_factory=dict)
    _open: set[Term] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.matcher = Matcher(self.algebra)
        self._words = self.declared.said()

    def of(self, t: Term) -> Term:
        """The cheapest form the book gives, the parts first."""
        if t in self.fixed:
            return t
        found = self._done.get(t)
        if found is None:
            if t in self._open:  # a product may be written either way round: this way will do
                return t
            self._open.add(t)
            made = t
            if t.args:
                args = [self.of(a) for a in t.args]
                if any(a is not b for a, b in zip(args, t.args, strict=True)):
                    made = self.algebra.rebuild(t, args)
            found = self._settled(made) if made is t else self.of(made)
            self._done[t] = self._done[found] = found
            self.fixed.add(found)
        return found

    def _settled(self, t: Term) -> Term:
        best = self._best(t) or self._opened(t)
        if best is None:
            return t
        self.used.append(best)
        return self.of(best.became)

    def _best(self, t: Term) -> Use | None:
        """The rewriting that saves most; what still holds dX is not factored."""
        if t.kind == "sum" and self.tangent in t.symbols:
            return None
        if self.matcher.spent > ENOUGH:
            return None
        best: Use | None = None
        cost = t.cost - LEAST if t.kind != "leaf" else 99.0  # what is declared of a symbol
        size = 0
        for rewrite in self._candidates(t):
            if best is not None and rewrite.left.size > size:
                break  # small patterns first: they leave more to the others
            size = rewrite.left.size
            for bound, left in self.matcher.part(rewrite.left, t, Bound()):
                if self.matcher.spent > ENOUGH:
                    return best
                if not self.declared.allows(rewrite.rule, bound.symbols, self.algebra):
                    continue
                became = self._became(rewrite, bound, left)
                if became is not None and became.cost < cost:
                    best = Use(rewrite.rule, t, became, bound.symbols)
                    cost = became.cost
        return best

    def _opened(self, t: Term) -> Use | None:
        """A bracket opened by a law of distribution, where that makes the whole cheaper."""
        if self.tangent in t.symbols or self.matcher.spent > ENOUGH:
            return None
        if t.kind == "sum":
            return self._opened_summand(t)
        sums = any(a.kind == "sum" for a in t.args)
        if t.kind == "chain" and sums and any(map(self.algebra.is_ones, t.args)):
            for used in self._distributed(t):
                trial = Tidy(self.rules, self.algebra, self.declared, self.tangent)
                trial.matcher.spent = self.matcher.spent + ENOUGH // 2
                if trial.of(used.became).cost < t.cost - LEAST:
                    return used
        return None

    def _opened_summand(self, t: Term) -> Use | None:
        for a in t.args[:WIDEST]:
            _, powers, core = self.algebra.parts(a)
            if not any(x.kind == "sum" for x in (*powers, core) if x is not None):
                continue
            for used in self._distributed(a):
                became = self.algebra.add([*(x for x in t.args if x is not a), used.became])
                if became.cost < t.cost - LEAST:
                    return Use(used.rule, t, became, used.bound)
        return None

    def _distributed(self, t: Term) -> Iterator[Use]:
        """A product with a bracket, opened: rules that factor, read the other way."""
        for rewrite in self.rules.shorter.get("sum", ()):
            if rewrite.short.kind not in ("chain", "mono", "had"):
                continue
            for bound in self.matcher.whole(rewrite.short, t, Bound()):
                if not self.declared.allows(rewrite.rule, bound.symbols, self.algebra):
                    continue
                env = dict[Expr, Term](bound.symbols.items())
                if not rewrite.left.symbols <= set(bound.symbols):
                    continue
                opened = self.algebra.read(rewrite.dear, env, bound.dims)
                if opened is not t:
                    yield Use(rewrite.rule, t, opened, bound.symbols)

    def _candidates(self, t: Term) -> Iterator[Rewrite]:
        kinds = [head(t)]
        if t.kind == "mono":
            kinds += ["had", "chain"]
        for kind in dict.fromkeys(kinds):
            for rewrite in self.rules.shorter.get(kind, ()):
                if rewrite.left.families <= t.families and self._declarable(rewrite):
                    yield rewrite

    def _declarable(self, rewrite: Rewrite) -> bool:
        """Whether what a rule assumes is declared of anything at all."""
        return all(a.meaning.conditional or a.word in self._words for a in rewrite.rule.assuming)

    def _became(self, rewrite: Rewrite, bound: Bound, left: Term | None) -> Term | None:
        env = dict[Expr, Term](bound.symbols.items())
        try:
            new = self.algebra.read(rewrite.right, env, bound.dims)
        except ShapeError:
            return None  # a scalar, where the right side needs a matrix
        return self.matcher.joined(new, left)
