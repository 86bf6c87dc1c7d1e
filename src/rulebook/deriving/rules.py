"""The book as the engine reads it: which rules say how a given operation is handled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rulebook.book import library
from rulebook.book.claims import Derivative, Differential, Equality, Pullback, applied, d
from rulebook.book.rule import Rule
from rulebook.deriving.terms.algebra import Algebra
from rulebook.deriving.terms.term import Term
from rulebook.language.dims import ONE
from rulebook.language.operators import shapes
from rulebook.language.operators.arrays import DELTA
from rulebook.language.operators.infix import ENTRY, PRODUCT, SCALING
from rulebook.language.operators.linear import VEC
from rulebook.language.traverse import symbols, unnamed, walk
from rulebook.language.tree import Apply, Bind, Expr, Index, Let, Symbol

__all__ = [
    "Change",
    "LinearForm",
    "Move",
    "NoRule",
    "Product",
    "Rewrite",
    "Rules",
    "Use",
    "concrete",
    "head",
    "open_rules",
    "root",
    "rules_on",
]


@dataclass(frozen=True, eq=False)
class Use:
    """One use of a rule: the part it was used on, what became of it, and what was bound."""

    rule: Rule
    part: Term
    became: Term
    bound: Mapping[Symbol, Any]  # to terms or to expressions


@dataclass(frozen=True, eq=False)
class Change:
    """A derivative of the book as a differential: d(of) = equals."""

    rule: Rule
    of: Expr
    moving: frozenset[Symbol]
    equals: Expr
    rank: tuple[int, ...]
    expands: bool  # a scalar among arrays is expanded


@dataclass(frozen=True, eq=False)
class Move:
    """A pullback: the cotangent of one argument of an operation from that of its result."""

    rule: Rule
    args: tuple[Symbol, ...]
    bar: Symbol
    equals: dict[int, Expr]
    of: Term


@dataclass(frozen=True, eq=False)
class Rewrite:
    """An equality read in one direction."""

    rule: Rule
    left: Term
    right: Expr
    short: Term  # the right side, as a pattern
    dear: Expr  # the left side as the rule states it


@dataclass(frozen=True, eq=False)
class Product:
    """An equality whose right side is a matrix times what moves, or times its vec."""

    rule: Rule
    left: Term
    matrix: Expr
    moving: Symbol


@dataclass(frozen=True, eq=False)
class LinearForm:
    """The derivative of a linear form: what stands with the variable."""

    rule: Rule
    of: Expr
    wrt: Symbol
    equals: Term


@dataclass(frozen=True, eq=False)
class Rules:
    """The rules, filed by what they apply to."""

    changes: dict[str, list[Change]]
    moves: dict[str, list[Move]]
    shorter: dict[str, list[Rewrite]]
    columns: dict[str, list[Product]]  # something is a matrix times a column
    vecs: list[Product]  # vec of something is a matrix times a vec
    forms: list[LinearForm]
    still: Rule | None  # a constant has derivative zero
    source: library.Book

    @property
    def left_out(self) -> tuple[str, ...]:
        """The rules of the book in use that these do without, by id."""
        return tuple(id for id in library.book().by_id if id not in self.source.by_id)


class NoRule(Exception):
    """No rule of the book applies to an operation that depends on the variable."""

    def __init__(self, operation: str, part: Expr) -> None:
        super().__init__(operation)
        self.operation, self.part = operation, part


def open_rules(without: Iterable[str] = ()) -> Rules:
    """The book as it stands, rules left out by id."""
    return library.book().without(without).once(_filed)


def _filed(rules: library.Book) -> Rules:
    changes: dict[str, list[Change]] = {}
    moves: dict[str, list[Move]] = {}
    shorter: dict[str, list[Rewrite]] = {}
    columns: dict[str, list[Product]] = {}
    forms: list[LinearForm] = []
    vecs: list[Product] = []
    still = next(filter(_constant, rules), None)
    algebra = Algebra()
    for rule in rules:
        if not all(map(concrete, rule.claim.sides.values())):
            continue
        forms += _forms(rule, algebra)
        for change in _changes(rule):
            changes.setdefault(root(change.of), []).append(change)
        for kind, move in _moves(rule, algebra):
            moves.setdefault(kind, []).append(move)
        for rewrite in _rewrites(rule, algebra):
            shorter.setdefault(head(rewrite.left), []).append(rewrite)
        vecs += _vecs(rule, algebra)
        for column in _columns(rule, algebra):
            columns.setdefault(head(column.left), []).append(column)
    for rewrites in shorter.values():
        rewrites.sort(key=lambda r: r.left.size)
    for products in columns.values():
        products.sort(key=lambda p: p.left.size)
    forms.sort(key=lambda f: (-_weight(f.of), -symbols(f.of).index(f.wrt)))  # Gᵀ dx, not dxᵀ G
    for found in changes.values():
        found.sort(key=lambda c: c.rank)
    return Rules(changes, moves, shorter, columns, vecs, forms, still, rules)


def concrete(e: Expr) -> bool:
    """Whether an expression holds operations on whole arrays only, each of them spelled out."""
    return not any(
        isinstance(n, Bind | Index)
        or (isinstance(n, Apply) and (n.op.unspecified or n.op in (ENTRY, DELTA)))
        for n in walk(e)
    )


def root(e: Expr) -> str:
    """The operation at the root of an expression, as rules are filed; empty if there is none."""
    e = unnamed(e)
    return e.op.family if isinstance(e, Apply) else ""


def _weight(e: Expr) -> int:
    return sum(1 for n in walk(e) if not isinstance(n, Let))


def _changes(rule: Rule) -> list[Change]:
    claim = rule.claim
    if isinstance(claim, Differential):
        kind, of, moving, equals = 0, claim.of, claim.wrt, claim.equals
    elif isinstance(claim, Derivative) and claim.order == 1 and root(claim.of):
        kind, of, moving = 1, claim.of, (claim.wrt,)
        equals = applied(claim.equals, d(claim.wrt))
    else:
        return []
    scalars = sum(not s.shape for s in symbols(of))
    rank = (kind, -_weight(of), len(moving), -scalars)
    return [Change(rule, of, frozenset(moving), equals, rank, _expands(of))]


def _expands(of: Expr) -> bool:
    """Whether an operation entry by entry meets a scalar among its arrays."""
    of = unnamed(of)
    return (
        isinstance(of, Apply)
        and of.op.shape is shapes.same
        and of.op.family != SCALING.family
        and not all(a.shape for a in of.args)
    )


def _forms(rule: Rule, algebra: Algebra) -> list[LinearForm]:
    """The derivative of something linear in the variable does not hold the variable."""
    claim = rule.claim
    if not isinstance(claim, Derivative) or claim.order != 1 or _weight(claim.of) > 4:
        return []
    if claim.wrt in symbols(claim.equals) or claim.wrt not in symbols(claim.of):
        return []
    return [LinearForm(rule, claim.of, claim.wrt, algebra.read(claim.equals))]


def _constant(rule: Rule) -> bool:
    claim = rule.claim
    return isinstance(claim, Derivative) and isinstance(claim.of, Symbol) and claim.of != claim.wrt


def _moves(rule: Rule, algebra: Algebra) -> list[tuple[str, Move]]:
    claim = rule.claim
    if not isinstance(claim, Pullback) or len(claim.of) != 1 or not isinstance(claim.of[0], Apply):
        return []
    of = claim.of[0]
    args = symbols(of)
    equals = {args.index(x): g for x, g in claim.equals}
    plain = of.args == args  # else the operation is made of several, and matched as a whole
    kind = of.op.family if plain else f"whole {of.op.family}"
    return [(kind, Move(rule, args, claim.cotangents[0], equals, algebra.read(of)))]


def _rewrites(rule: Rule, algebra: Algebra) -> list[Rewrite]:
    """An equality, read from its dearer side to its cheaper one."""
    claim = rule.claim
    if type(claim) is not Equality:
        return []
    left, right = algebra.read(claim.left), algebra.read(claim.right)
    if left.cost == right.cost:
        return []
    backwards = left.cost < right.cost
    dear, cheap = (claim.right, claim.left) if backwards else (claim.left, claim.right)
    pattern, short = (right, left) if backwards else (left, right)
    matches = _matches(rule, pattern, dear, cheap)
    return [Rewrite(rule, pattern, cheap, short, dear)] if matches else []


def _matches(rule: Rule, pattern: Term, left: Expr, right: Expr) -> bool:
    """Whether a left side says what all symbols of the right one are, and where it applies."""
    told = set(symbols(right)) <= set(symbols(left))
    return told and (pattern.kind != "leaf" or bool(rule.assuming))


def _columns(rule: Rule, algebra: Algebra) -> Iterator[Product]:
    """diag(x) y = x ⊙ y, filed by what the product is equal to."""
    for left, right in _both_ways(rule):
        match unnamed(right):
            case Apply(op=op, args=(matrix, Symbol() as column)) if op is PRODUCT:
                pattern = algebra.read(left)
                still = column not in symbols(matrix) and column.shape[1] == ONE
                if still and _matches(rule, pattern, left, right):
                    yield Product(rule, pattern, matrix, column)


def _vecs(rule: Rule, algebra: Algebra) -> Iterator[Product]:
    """vec(A X B) = (Bᵀ ⊗ A) vec(X), filed by what the vec is of."""
    for left, right in _both_ways(rule):
        match left, right:
            case (
                Apply(op=first, args=(inside,)),
                Apply(op=op, args=(matrix, Apply(op=last, args=(Symbol() as x,)))),
            ) if op is PRODUCT and first is last is VEC:
                yield Product(rule, algebra.read(inside), matrix, x)


def _both_ways(rule: Rule) -> Iterator[tuple[Expr, Expr]]:
    """The two sides of an equality, each of them as the left one."""
    if type(rule.claim) is Equality:
        yield rule.claim.left, rule.claim.right
        yield rule.claim.right, rule.claim.left


def head(t: Term) -> str:
    """What a term is at its root, as patterns are filed."""
    return str(t.head.family) if t.kind == "call" else t.kind


def rules_on(operation: str) -> list[Rule]:
    """Rules whose left side is the operation, then those that mention it."""
    found = []
    for rule in library.rules():
        parts = (n for e in rule.claim.sides.values() for n in walk(e))
        if operation in {n.op.family for n in parts if isinstance(n, Apply)}:
            of = next(iter(rule.claim.sides.values()))
            found.append((root(of) != operation, rule))
    return [rule for _, rule in sorted(found, key=lambda pair: pair[0])]
