"""Reading a derivative off a differential.

Of a scalar: ⟨G, L(dX)⟩ becomes ⟨G', dX⟩ by the pullbacks of the book, one factor at a time.
Of a column by a column: L(dx) becomes J dx by the equalities whose right side is a matrix times a
column. By a scalar: the coefficient of dt.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from rulebook.book.rule import Rule
from rulebook.deriving.match import Bound, Matcher
from rulebook.deriving.rules import Move, NoRule, Product, Rules, head
from rulebook.deriving.terms.algebra import Algebra
from rulebook.deriving.terms.term import Term
from rulebook.deriving.unify import fits
from rulebook.language.dims import ONE, Dim
from rulebook.language.operators import eye
from rulebook.language.operators.infix import HADAMARD, PRODUCT, SCALING, SUM, TRANSPOSE
from rulebook.language.operators.reductions import SUM_OF
from rulebook.language.tree import Expr, Operator, Symbol

__all__ = ["Columns", "Moved", "Pull", "Vec", "coefficient"]


# A rule, what it was used on, and the cotangents it gives, each with what it belongs to.
Pulled: TypeAlias = tuple[Rule, Mapping[Symbol, Term], list[tuple[Term, Term]]]


@dataclass(frozen=True, eq=False)
class Moved:
    """One move of the read-off: the whole line after it, or what became of a part."""

    rule: Rule
    line: Term
    bound: Mapping[Symbol, Term]
    part: Term | None = None


def gathered(g: Algebra, e: Term, tangent: Symbol) -> tuple[Term, dict[Term, Term]]:
    """A term in which the constant factors of a Hadamard product are gathered in one."""
    if e.kind == "call" and len(e.args) == 1:
        inside, still = gathered(g, e.args[0], tangent)
        return (g.call(e.head, inside) if still else e), still
    if e.kind != "had":
        return e, {}
    powers = [(b, q) for b, q in zip(e.args, e.exps, strict=True) if tangent not in b.symbols]
    if not powers or (len(powers) == 1 and powers[0][1] == 1):
        return e, {}
    constant = [g.power(b, q) for b, q in powers]
    one = g.leaf(Symbol(e.shape, "still"))
    moving = [b for b in e.args if tangent in b.symbols]
    return g.mul([one, *moving]), {one: g.mul(constant)}


@dataclass
class Pull:
    """The gradient of a scalar from its differential."""

    rules: Rules
    algebra: Algebra
    tangent: Symbol
    moves: list[Moved] = field(default_factory=list)

    def gradient(self, line: Term) -> Term:
        """G of df = ⟨G, dX⟩."""
        one = self.algebra.num(1)
        done: list[Term] = []
        todo = [(one, t) for t in self._parts(line)]
        while todo:
            bar, e = todo.pop(0)
            if e.kind == "leaf":
                done.append(bar)
                continue
            rule, bound, pulled = self._moved(bar, e)
            todo = [(g, p) for g, a in pulled for p in self._parts(a)] + todo
            self.moves.append(Moved(rule, self._line(done, todo), bound))
        return self.algebra.add([self.algebra.zero(self.tangent.shape), *done])

    def _parts(self, e: Term) -> list[Term]:
        return list(e.args) if e.kind == "sum" and all(a.shape == e.shape for a in e.args) else [e]

    def _line(self, done: list[Term], todo: list[tuple[Term, Term]]) -> Term:
        """⟨G, dX⟩ + ⟨what is left⟩."""
        g = self.algebra
        pairs = [(g.add(done), g.leaf(self.tangent)), *todo] if done else todo
        return g.add(self.paired(bar, e) for bar, e in pairs)

    def paired(self, bar: Term, e: Term) -> Term:
        """The inner product of two terms of one shape."""
        g = self.algebra
        if not e.shape:
            return g.mul([bar, e])
        if e.shape[1] == ONE:
            return g.chain([g.turn(bar), e])
        if e.shape[0] == ONE:
            return g.chain([bar, g.turn(e)])
        return g.call(SUM_OF, g.mul([bar, e]))

    def _moved(self, bar: Term, e: Term) -> Pulled:
        if (found := self._moved_whole(bar, e)) is not None:
            return found
        operation, args = self._view(e)
        for move in self.rules.moves.get(operation, ()):
            bound = self._bound(move, bar, args)
            moving = [n for n, a in enumerate(args) if self.tangent in a.symbols]
            if bound is None or not set(moving) <= set(move.equals):
                continue
            env = dict[Expr, Term](bound.symbols.items())
            pulled = [(self.algebra.read(move.equals[n], env, bound.dims), args[n]) for n in moving]
            return move.rule, bound.symbols, pulled
        raise NoRule(operation, self.algebra.show(e))

    def _moved_whole(self, bar: Term, e: Term) -> Pulled | None:
        """A pullback of several operations at once, such as that of an inner product."""
        g = self.algebra
        for move in self.rules.moves.get(f"whole {head(e)}", ()):
            whole, still = gathered(g, e, self.tangent)
            for bound in Matcher(g).whole(move.of, whole, Bound({move.bar: bar})):
                moving = [n for n, s in enumerate(move.args) if self._moves(bound.symbols[s])]
                if len(moving) != 1 or moving[0] not in move.equals:
                    continue
                env = dict[Expr, Term](bound.symbols.items())
                pulled = g.replace(g.read(move.equals[moving[0]], env, bound.dims), still)
                named = {s: g.replace(t, still) for s, t in bound.symbols.items()}
                return move.rule, named, [(pulled, bound.symbols[move.args[moving[0]]])]
        return None

    def _moves(self, t: Term) -> bool:
        return self.tangent in t.symbols

    def _bound(self, move: Move, bar: Term, args: list[Term]) -> Bound | None:
        dims: dict[str, Dim] = {}
        if len(args) != len(move.args):
            return None
        pairs = [*zip(move.args, args, strict=True), (move.bar, bar)]
        if not all(fits(s.shape, t.shape, dims) for s, t in pairs):
            return None
        return Bound(dict(pairs), dims)

    def _view(self, e: Term) -> tuple[str, list[Term]]:
        """A flat node as one operation on two operands, or on one."""
        g = self.algebra
        match e.kind:
            case "mono":
                return SCALING.family, self._split(e)
            case "had":
                moving = next(b for b in e.args if self.tangent in b.symbols)
                others = [
                    g.power(b, q) for b, q in zip(e.args, e.exps, strict=True) if b is not moving
                ]
                return SCALING.family, [moving, g.mul(others)]
            case "chain":
                at = next(n for n, f in enumerate(e.args) if self.tangent in f.symbols)
                cut = at or 1
                return PRODUCT.family, [g.chain(e.args[:cut]), g.chain(e.args[cut:])]
            case "turned":
                return TRANSPOSE.family, [e.args[0]]
            case "sum":
                first, *more = e.args
                return SUM.family, self._expanded(first, g.add(more))
        return e.head.family, list(e.args)

    def _split(self, e: Term) -> list[Term]:
        """Scalars and the array behind them; or the scalar that moves, and the rest."""
        g = self.algebra
        coef, powers, core = g.parts(e)
        if core is not None and self.tangent in core.symbols:
            return [g.mul([g.num(coef), *(g.power(b, q) for b, q in powers.items())]), core]
        moving = next(b for b in powers if self.tangent in b.symbols)
        rest = [g.power(b, q) for b, q in powers.items() if b is not moving]
        return [moving, g.mul([g.num(coef), *rest, *([core] if core is not None else [])])]

    def _expanded(self, a: Term, b: Term) -> list[Term]:
        """The array first, the scalar that is expanded second."""
        return [a, b] if a.shape else [b, a]


@dataclass
class Columns:
    """The Jacobian of a column by a column, from its differential."""

    rules: Rules
    algebra: Algebra
    tangent: Symbol
    moves: list[Moved] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.matcher = Matcher(self.algebra)

    def jacobian(self, line: Term) -> Term:
        """J of dy = J dx."""
        return self._read(line)

    def _read(self, e: Term) -> Term:
        g = self.algebra
        if e.kind == "leaf":
            return g.leaf(eye(e.shape[0]))
        if e.kind == "sum":
            whole = [a if a.shape else g.mul([a, g.all_ones(e.shape)]) for a in e.args]
            return g.add(self._read(a) for a in whole)
        if e.kind == "chain" and e.args[-1].kind == "leaf" and e.args[-1].head == self.tangent:
            return g.chain(e.args[:-1])
        if e.kind == "chain" and self._only_last(e):
            return g.chain([*e.args[:-1], self._read(e.args[-1])])
        if (opened := self._opened(e)) is not None:
            return self._read(opened)
        if e.kind == "mono":
            outside, inside = self._scaled(e)
            if inside is not None:
                return g.mul([outside, self._read(inside)])
            flat = self._flattened(e)
            if flat is not e:
                return self._read(flat)
        return self._by_rule(e)

    def _flattened(self, e: Term) -> Term:
        """A scalar that moves, in front of a column, as an inner product with the change."""
        g = self.algebra
        scalar = next((a for a in e.args if not a.shape and self.tangent in a.symbols), None)
        if scalar is None:
            return e
        pull = Pull(self.rules, g, self.tangent)
        gradient = pull.gradient(scalar)
        before = scalar
        for move in pull.moves:
            if move.line is not before:
                self.moves.append(Moved(move.rule, move.line, move.bound, before))
                before = move.line
        return g.replace(e, {scalar: pull.paired(gradient, g.leaf(self.tangent))})

    def _opened(self, e: Term) -> Term | None:
        """A bracket in front that moves, opened: (A + B) y = A y + B y."""
        if e.kind != "chain":
            return None
        g = self.algebra
        for n, f in enumerate(e.args[:-1]):
            if f.kind == "sum" and self.tangent in f.symbols:
                before, after = e.args[:n], e.args[n + 1 :]
                opened = g.add(g.chain([*before, t, *after]) for t in f.args)
                self.moves.append(Moved(self._law(e), opened, {}, e))
                return opened
        return None

    def _law(self, e: Term) -> Rule:
        """The law of distribution for a bracket on the left of a product."""
        for rewrite in self.rules.shorter.get("sum", ()):
            if rewrite.short.kind == "chain" and rewrite.short.args[0].kind == "sum":
                return rewrite.rule
        raise NoRule(PRODUCT.word, self.algebra.show(e))

    def _only_last(self, e: Term) -> bool:
        *before, last = e.args
        return self.tangent in last.symbols and all(self.tangent not in f.symbols for f in before)

    def _scaled(self, e: Term) -> tuple[Term, Term | None]:
        """A constant in front, and the column behind it."""
        g = self.algebra
        coef, powers, core = g.parts(e)
        still = {b: q for b, q in powers.items() if self.tangent not in b.symbols}
        outside = g.mul([g.num(coef), *(g.power(b, q) for b, q in still.items())])
        if len(still) == len(powers):
            return outside, core
        if coef == 1 and not still:
            return outside, None
        moving = [g.power(b, q) for b, q in powers.items() if b not in still]
        return outside, g.mul([*moving, core] if core is not None else moving)

    def _by_rule(self, e: Term) -> Term:
        g = self.algebra
        whole, still = gathered(g, e, self.tangent)
        for product, bound in self._ways(whole):
            moving = bound.symbols[product.moving]
            others = [t for s, t in bound.symbols.items() if s != product.moving]
            if self.tangent not in moving.symbols or any(self.tangent in t.symbols for t in others):
                continue
            env = dict[Expr, Term](bound.symbols.items())
            matrix = g.replace(g.read(product.matrix, env, bound.dims), still)
            named = {s: g.replace(t, still) for s, t in bound.symbols.items()}
            self.moves.append(Moved(product.rule, g.chain([matrix, moving]), named, e))
            return g.chain([matrix, self._read(moving)])
        raise NoRule(_spoken(e), g.show(e))

    def _ways(self, e: Term) -> Iterator[tuple[Product, Bound]]:
        kinds = (
            {head(e), "mono", "had", "chain"} if e.kind in ("mono", "had", "chain") else {head(e)}
        )
        for kind in sorted(kinds):
            for product in self.rules.columns.get(kind, ()):
                for bound, left in self.matcher.part(product.left, e, Bound()):
                    if left is None:
                        yield product, bound


@dataclass
class Vec:
    """vec(dF) = J vec(dX), for a differential whose terms are products around dX."""

    rules: Rules
    algebra: Algebra
    tangent: Symbol

    def jacobian(self, e: Term) -> Term:
        """J, by the rules that take a vec apart. Raises NoRule."""
        g = self.algebra
        if e.kind == "leaf" and e.head == self.tangent:
            return g.leaf(eye(e.shape[0] * e.shape[1]))
        if e.kind == "sum":
            return g.add(self.jacobian(a) for a in e.args)
        coef, powers, core = g.parts(e)
        still = all(self.tangent not in b.symbols for b in powers)
        if core is not None and core is not e and still:
            scalars = [g.power(b, q) for b, q in powers.items()]
            return g.mul([g.num(coef), *scalars, self.jacobian(core)])
        return self._by_rule(e)

    def _by_rule(self, e: Term) -> Term:
        matcher = Matcher(self.algebra)
        for product in self.rules.vecs:
            if (product.left.kind == "turned") != (e.kind == "turned"):
                continue
            for bound, left in matcher.part(product.left, e, Bound()):
                others = (t for s, t in bound.symbols.items() if s != product.moving)
                inner = bound.symbols[product.moving]
                if left is None and inner is not e and self._apart(inner, others):
                    env = dict[Expr, Term](bound.symbols.items())
                    matrix = self.algebra.read(product.matrix, env, bound.dims)
                    return self.algebra.chain([matrix, self.jacobian(inner)])
        raise NoRule(f"vec of {_spoken(e)}", self.algebra.show(e))

    def _apart(self, moving: Term, still: Iterable[Term]) -> bool:
        return self.tangent in moving.symbols and all(self.tangent not in t.symbols for t in still)


def coefficient(algebra: Algebra, line: Term, tangent: Symbol) -> Term:
    """The derivative by a scalar: what stands with dt."""
    return algebra.replace(line, {algebra.leaf(tangent): algebra.num(1)})


def _spoken(e: Term) -> str:
    """The operation at the root of a term, by the name a reader knows."""
    rows = {"chain": PRODUCT, "had": HADAMARD, "mono": SCALING}
    if e.kind in rows:
        return rows[e.kind].name
    return e.head.name if isinstance(e.head, Operator | Symbol) else e.kind
