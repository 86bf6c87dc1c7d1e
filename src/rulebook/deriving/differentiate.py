"""The differential, worked out from the outside in: one rule of the book for each operation."""

from __future__ import annotations

from dataclasses import dataclass, field

from rulebook.book.claims import d
from rulebook.deriving.declared import Declared
from rulebook.deriving.rules import Change, NoRule, Rules, Use
from rulebook.deriving.terms.algebra import Algebra
from rulebook.deriving.terms.term import Term
from rulebook.deriving.unify import Binding, unify
from rulebook.language.operators.marks import differential
from rulebook.language.traverse import unnamed
from rulebook.language.tree import Apply, Bind, Expr, Number, Symbol

__all__ = ["Differentiation"]


@dataclass
class Differentiation:
    """d(f) in terms of dX, and how it was reached."""

    rules: Rules
    algebra: Algebra
    variable: Symbol
    tangent: Symbol
    declared: Declared
    uses: list[Use] = field(default_factory=list)
    _final: dict[Term, Term] = field(default_factory=dict)
    _parts: dict[Term, Expr] = field(default_factory=dict)
    _moves: dict[int, tuple[Expr, bool]] = field(default_factory=dict)

    def of(self, e: Expr) -> Term:
        """The differential of ``e``, every part worked out."""
        return self._expanded(self.mark(e))

    def mark(self, e: Expr) -> Term:
        """d(e), before any rule is used."""
        e = unnamed(e)
        if e == self.variable:
            return self.algebra.leaf(self.tangent)
        if not self.depends(e):
            return self.algebra.zero(e.shape)
        leaf = self.algebra.leaf(differential(e), frozenset((self.tangent,)))
        self._parts[leaf] = e
        return leaf

    def depends(self, e: Expr) -> bool:
        known = self._moves.get(id(e))
        if known is None:
            found = e == self.variable or any(self.depends(a) for a in e.args)
            known = self._moves[id(e)] = (e, found)
        return known[1]

    def _expanded(self, leaf: Term) -> Term:
        part = self._parts.get(leaf)
        if part is None:
            return leaf
        if leaf not in self._final:
            use = self._used(leaf, part)
            self.uses.append(use)
            inner = {m: self._expanded(m) for m in self._marks(use.became)}
            self._final[leaf] = self.algebra.replace(use.became, inner)
        return self._final[leaf]

    def _marks(self, t: Term) -> list[Term]:
        """The differentials left in a term, from left to right."""
        found: dict[Term, None] = {}

        def go(t: Term) -> None:
            if self.tangent not in t.symbols:
                return
            if t in self._parts:
                found[t] = None
            for a in t.args:
                go(a)

        go(t)
        return list(found)

    def _used(self, leaf: Term, part: Expr) -> Use:
        name = _operation(part)
        if isinstance(part, Apply):
            for change in self.rules.changes.get(part.op.family, ()):
                bound = self._bound(change, part)
                if bound is not None:
                    return Use(change.rule, leaf, self._became(change, bound), bound.symbols)
        raise NoRule(name, part)

    def _bound(self, change: Change, part: Expr) -> Binding | None:
        bound = unify(change.of, part, Binding(), self._same)
        if bound is None or (change.expands and _all_scalars(bound)):
            return None
        moving = {s for s, e in bound.symbols.items() if self.depends(e)}
        if not moving <= change.moving:
            return None
        if change.rule.assuming:
            read = {s: self.algebra.read(e) for s, e in bound.symbols.items()}
            if not self.declared.allows(change.rule, read, self.algebra):
                return None
        return bound

    def _same(self, a: Expr, b: Expr) -> bool:
        return a is b or self.algebra.read(a) is self.algebra.read(b)

    def _became(self, change: Change, bound: Binding) -> Term:
        env: dict[Expr, Term] = {s: self.algebra.read(e) for s, e in bound.symbols.items()}
        for s in change.moving:
            env[d(s)] = self.mark(bound.symbols[s])
        return self.algebra.read(change.equals, env, bound.dims)


def _all_scalars(bound: Binding) -> bool:
    return all(not e.shape for e in bound.symbols.values())


def _operation(e: Expr) -> str:
    """An operation by the name a reader knows."""
    match e:
        case Apply():
            return e.op.word
        case Bind():
            return "sum over an index" if e.kind == "total" else "array over an index"
        case Number() | Symbol():
            return "constant"
    return type(e).__name__.lower()
