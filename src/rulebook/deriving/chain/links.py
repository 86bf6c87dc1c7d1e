"""What the paper's style looks up: local Jacobians, and the chain rules that multiply them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from rulebook.book.claims import Derivative, Equality, d
from rulebook.book.library import Book
from rulebook.book.rule import Rule
from rulebook.deriving.declared import Declared
from rulebook.deriving.rules import Rules, concrete, root
from rulebook.deriving.stage import Stage, stage
from rulebook.deriving.terms.algebra import Algebra
from rulebook.deriving.terms.term import Term
from rulebook.deriving.transcript import Stopped, Transition
from rulebook.deriving.unify import Binding, fits, unify
from rulebook.errors import Refusal
from rulebook.language.dims import ONE, SCALAR, Shape
from rulebook.language.operators import partial
from rulebook.language.operators.infix import SUM
from rulebook.language.template import plain
from rulebook.language.traverse import substitute, symbols, unnamed, walk
from rulebook.language.tree import Apply, Expr, Symbol

__all__ = ["STYLE", "Chain", "Fact", "Facts", "is_matrix"]

STYLE = "paper style"
Kinds = tuple[bool, bool, bool, bool]  # whether f, u and x are scalars; whether f reads x as well


def is_matrix(shape: Shape) -> bool:
    """Whether a shape is neither a scalar's nor a vector's."""
    return len(shape) == 2 and ONE not in shape


@dataclass(frozen=True, eq=False)
class LocalRule:
    """A derivative of the book, functions f(x) of a scalar written as symbols of their own."""

    rule: Rule
    of: Expr
    places: tuple[Symbol, ...]  # where the variable may stand
    equals: Expr
    inner: dict[Symbol, Expr]  # the symbols, and the functions they stand for


@dataclass(frozen=True, eq=False)
class Fact:
    """A local Jacobian: what leads to it, and the rule that states it, if there is one."""

    jacobian: Term
    rule: Rule | None = None
    bound: Mapping[str, Expr] = field(default_factory=dict)
    stage: Stage | None = None
    transitions: tuple[Transition, ...] = ()


@dataclass(frozen=True, eq=False)
class Chain:
    """A chain rule of the book, for f(u(x)) or for f(x, u(x)) with its direct path."""

    rule: Rule
    through: Apply  # the product of ∂f/∂u and ∂u/∂x
    outer: Expr
    inner: Expr

    def product(self, outer: Expr, inner: Expr) -> Expr:
        """The product with other derivatives in the places of its own."""
        a, b = ({self.outer: outer, self.inner: inner}[e] for e in self.through.args)
        return a * b if SCALAR in (a.shape, b.shape) else a @ b


@dataclass
class Facts:
    """Looks local Jacobians up, and works those out that the book does not state."""

    rules: Rules
    declared: Declared
    algebra: Algebra = field(default_factory=Algebra)

    @cached_property
    def opening(self) -> Rule | None:
        """The equality that multiplies a matrix into a sum."""
        return self.rules.source.once(_opening)

    @cached_property
    def _stated(self) -> dict[str, list[LocalRule]]:
        return self.rules.source.once(_laws)

    @cached_property
    def _chained(self) -> dict[Kinds, Chain]:
        return self.rules.source.once(_chains)

    def of(self, local: Expr, v: Symbol) -> Fact:
        """The derivative of one operation by a variable it reads. Raises Refusal."""
        return self.stated(local, v) or self._worked_out(local, v)

    def stated(self, local: Expr, v: Symbol) -> Fact | None:
        """The same, if the book has a rule for just this operation."""
        kind = root(local) if v in symbols(local) else ""
        uses = [(law, at) for law in self._stated.get(kind, ()) for at in law.places]
        for as_written in (True, False):
            for law, at in uses:
                found = self._used(law, at, local, v, as_written)
                if found is not None:
                    return found
        return None

    def _used(
        self, law: LocalRule, at: Symbol, local: Expr, v: Symbol, as_written: bool
    ) -> Fact | None:
        """A rule with the variable in a place of its own; the other operands stand still."""
        start = Binding({at: v})
        if not fits(at.shape, v.shape, start.dims):
            return None
        bound = unify(law.of, local, start, self._same)
        if bound is None or (as_written and not self._in_order(law, local, bound)):
            return None
        if any(v in symbols(e) for s, e in bound.symbols.items() if s != at):
            return None
        read = {s: self.algebra.read(e) for s, e in bound.symbols.items()}
        if not self.declared.allows(law.rule, read, self.algebra):
            return None
        env = dict[Expr, Term](read.items())
        for s, f in law.inner.items():
            env[f] = read[s]
            env[partial(f, f.args[0])] = self.algebra.num(int(s == at))
        jacobian = self.algebra.read(law.equals, env, bound.dims)
        names = {plain(law.inner.get(s, s)): e for s, e in bound.symbols.items()}
        return Fact(jacobian, law.rule, names)

    def _in_order(self, law: LocalRule, local: Expr, bound: Binding) -> bool:
        """Whether the operands stand where the rule has them."""
        pairs = zip(law.of.args, local.args, strict=False)
        here = ((p, a) for p, a in pairs if isinstance(p, Symbol) and not law.inner)
        return all(self._same(bound.symbols[p], a) for p, a in here)

    def _same(self, a: Expr, b: Expr) -> bool:
        return self.algebra.read(a) is self.algebra.read(b)

    def _worked_out(self, local: Expr, v: Symbol) -> Fact:
        """A derivative by differentials; by one rule, if the operation is shortened to one."""
        try:
            found = stage(local, v, d(v), self.rules, self.declared)
        except Stopped as stopped:
            raise Refusal(
                f"no rule of the book handles {stopped.operation}, in {plain(local)}",
                stopped.operation,
                stopped.reached,
            ) from None
        if found.kind == "differential":
            raise Refusal(f"no matrix holds the derivative of {plain(local)}", STYLE)
        opening = tuple(t for t in found.transitions if t.phase == "shorten")
        stated = self.stated(found.of, v) if opening else None
        if stated is not None:
            return Fact(stated.jacobian, stated.rule, stated.bound, found, opening)
        return Fact(
            self.algebra.read(found.outcome.result), stage=found, transitions=found.transitions
        )

    def chain(self, f: Shape, through: list[Symbol], x: Shape, direct: bool) -> Chain:
        """The chain rule for the shapes at hand; several variables in the middle are one column.

        Where f reads x directly, x is one more of them, unless the rule has a place for it.
        """
        u = len(through) == 1 and not direct and through[0].shape == SCALAR
        kinds = (f == SCALAR, u, x == SCALAR)
        found = self._chained.get((*kinds, direct)) or self._chained.get((*kinds, False))
        if found is None:
            raise Refusal("the book has no chain rule for these shapes", STYLE)
        return found


def _laws(rules: Book) -> dict[str, list[LocalRule]]:
    """The derivatives of the book by scalars and vectors, the most particular first."""
    found = [law for law in map(_law, rules) if law]
    found.sort(key=lambda law: -sum(1 for _ in walk(law.of)))
    filed: dict[str, list[LocalRule]] = {}
    for law in found:
        filed.setdefault(root(law.of), []).append(law)
    return filed


def _law(rule: Rule) -> LocalRule | None:
    claim = rule.claim
    if not isinstance(claim, Derivative) or claim.order != 1 or is_matrix(claim.wrt.shape):
        return None
    x = claim.wrt
    functions = dict.fromkeys(n for n in walk(claim.of) if _function_of(n, x))
    inner = {Symbol(SCALAR, f"part_{n}"): f for n, f in enumerate(functions)}
    of = unnamed(substitute(claim.of, {f: s for s, f in inner.items()}))
    if not concrete(of):
        return None
    if inner and (isinstance(of, Symbol) or x in symbols(of)):
        return None  # d f(x)/dx is a name, and no rule
    return LocalRule(rule, of, tuple(inner) or (x,), claim.equals, inner)


def _function_of(e: Expr, x: Symbol) -> bool:
    """Whether it is f(x), for an unspecified scalar function of a scalar."""
    return (
        isinstance(e, Apply)
        and e.op.unspecified is not None
        and not e.op.unspecified.slots
        and (e.shape, e.args, x.shape) == (SCALAR, (x,), SCALAR)
    )


def _chains(rules: Book) -> dict[Kinds, Chain]:
    """The chain rules, by which of f, u and x are scalars and whether there is a direct path."""
    found: dict[Kinds, Chain] = {}
    for rule in rules:
        if isinstance(rule.claim, Derivative) and rule.claim.order == 1:
            _file(rule, rule.claim, found)
    return found


def _file(rule: Rule, claim: Derivative, found: dict[Kinds, Chain]) -> None:
    f, x, through = claim.of, claim.wrt, claim.equals
    if not isinstance(f, Apply) or not f.op.unspecified or f.op.unspecified.out is None:
        return
    inner = [a for a in f.args if isinstance(a, Apply) and a.op.unspecified and a.args == (x,)]
    direct = x in f.args
    if len(inner) != 1 or len(f.args) != 1 + direct:
        return
    outer, last = partial(f, inner[0]), partial(inner[0], x)
    if direct and isinstance(through, Apply) and through.op is SUM:
        through = next((a for a in through.args if a != partial(f, x)), through)
    if isinstance(through, Apply) and set(through.args) == {outer, last}:
        kinds = (f.shape == SCALAR, inner[0].shape == SCALAR, x.shape == SCALAR, direct)
        found.setdefault(kinds, Chain(rule, through, outer, last))


def _opening(rules: Book) -> Rule | None:
    return next(filter(_opens, rules), None)


def _opens(rule: Rule) -> bool:
    """Whether it says A (B + C) = A B + A C."""
    claim = rule.claim
    if not isinstance(claim, Equality) or not all(map(concrete, claim.sides.values())):
        return False
    product, total = Algebra().read(claim.right), Algebra().read(claim.left)
    kinds = [a.kind for a in product.args]
    return product.kind == "chain" and kinds == ["leaf", "sum"] and total.kind == "sum"
