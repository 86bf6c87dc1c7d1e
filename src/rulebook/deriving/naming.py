"""Names for what a result says more than once: ``let s = …``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from rulebook.deriving.terms.algebra import Algebra
from rulebook.deriving.terms.term import Term
from rulebook.language.dims import ONE
from rulebook.language.traverse import rebuild, substitute
from rulebook.language.tree import Expr, Let, Symbol
from rulebook.printing.numpy import numpy_text

__all__ = ["named"]

WORTH = 6  # characters that a name must save
MOST = 12  # names in one answer
HUGE = 2000  # nodes of an answer that no name makes readable
NAMES = {"scalar": "rstucd", "column": "rsuvhz", "matrix": "SMRHZQ"}


def named(
    algebra: Algebra,
    t: Term,
    taken: Iterable[str],
    changes: frozenset[Symbol],
    symmetric: Iterable[Symbol] = (),
) -> Expr:
    """``t`` with names for its repeated parts, the largest first; only where that is shorter.

    What holds one of the ``changes`` gets no name: a differential is read in dX. A part that is
    symmetric, given the ``symmetric`` symbols, is never written transposed.
    """
    same = {algebra.turn(algebra.leaf(s)): algebra.leaf(s) for s in symmetric}
    names = _Names(algebra, set(taken), changes, same)
    return names.written(algebra.replace(t, same))


@dataclass
class _Names:
    algebra: Algebra
    taken: set[str]
    changes: frozenset[Symbol]
    same: dict[Term, Term]
    bodies: dict[Symbol, Term] = field(default_factory=dict)
    called: dict[Symbol, str] = field(default_factory=dict)

    def written(self, t: Term) -> Expr:
        for _ in range(MOST if t.size < HUGE else 0):
            part = self._worth([t, *self.bodies.values()])
            if part is None:
                break
            new = self._leaf(part)
            t = self._put(t, part, new)
            self.bodies = {s: self._put(body, part, new) for s, body in self.bodies.items()}
            self.bodies[new.head] = part
        if not self.bodies and not self.same:
            return self.algebra.show(t)
        shown = self._spelled(self.algebra.show(t), {})
        leaves = {a.args[0] if a.kind == "turned" else a for a in self.same.values()}
        return substitute(shown, {a.head.T: a.head for a in leaves})

    def _leaf(self, part: Term) -> Term:
        """A new symbol that stands for a part; its own transpose if the part is."""
        g = self.algebra
        name = _name(part, self.taken)
        self.taken.add(name)
        symbol = Symbol(part.shape, f"{name}_{len(g.table)}")  # of this answer only
        self.called[symbol] = name
        leaf = g.leaf(symbol, part.symbols)
        if part.shape and g.replace(g.turn(part), self.same) is part:
            g.fix(leaf)
        return leaf

    def _worth(self, terms: list[Term]) -> Term | None:
        """The repeated part whose name saves most, if one saves enough."""
        found: Counter[Term] = Counter()
        for t in terms:
            for part in self._parts(t):
                other = self.algebra.turn(part)
                found[other if other in found else part] += 1
        repeated = [
            p for p, n in found.items() if n > 1 and p.args and not p.symbols & self.changes
        ]
        repeated.sort(key=lambda p: -(found[p] - 1) * p.cost)
        return next((p for p in repeated[:MOST] if self._saved(p, found[p]) >= WORTH), None)

    def _parts(self, t: Term) -> Iterator[Term]:
        """Every part that could have a name: nodes, and the two halves of an outer product."""
        if t.kind != "turned":
            yield t
        for a in self._halves(t) or t.args:
            yield from self._parts(a)

    def _halves(self, t: Term) -> list[Term]:
        """The two sides of an outer product."""
        if t.kind != "chain" or not t.shape:
            return []
        cut = next((n for n in range(1, len(t.args)) if t.args[n - 1].shape[1] == ONE), None)
        if cut is None:
            return []
        return [
            h[0] if len(h) == 1 else self.algebra.window(h) for h in (t.args[:cut], t.args[cut:])
        ]

    def _put(self, t: Term, part: Term, new: Term) -> Term:
        """A term with a name in place of a part, and of its transpose."""
        g = self.algebra
        mapping = {part: new, g.turn(part): g.turn(new)}

        def go(t: Term) -> Term:
            if t in mapping:
                return mapping[t]
            if any(half in mapping for half in self._halves(t)):
                return g.chain(map(go, self._halves(t)))
            if not t.args:
                return t
            args = [go(a) for a in t.args]
            kept = all(a is b for a, b in zip(args, t.args, strict=True))
            return t if kept else g.rebuild(t, args)

        return go(t)

    def _saved(self, part: Term, count: int) -> int:
        """Characters of NumPy source that a name of one letter saves, at the cost of a line."""
        length = len(numpy_text(self.algebra.show(part)))
        return count * (length - 1) - (length + 4)

    def _spelled(self, e: Expr, known: dict[Symbol, Let]) -> Expr:
        """The expression with each name as a `Let`, what it stands for inside."""
        if isinstance(e, Symbol) and e in self.bodies:
            if e not in known:
                body = self._spelled(self.algebra.show(self.bodies[e]), known)
                known[e] = Let(self.called[e], body)
            return known[e]
        return rebuild(e, tuple(self._spelled(a, known) for a in e.args))


def _name(part: Term, taken: set[str]) -> str:
    kind = "scalar" if not part.shape else "column" if ONE in part.shape else "matrix"
    first = part.head.letter if part.kind == "call" else ""
    first = first.upper() if kind == "matrix" else first.lower()
    pool: list[str] = [*first, *NAMES[kind], *(f"{NAMES[kind][0]}_{n}" for n in range(1, 100))]
    return next(n for n in pool if n not in taken)
