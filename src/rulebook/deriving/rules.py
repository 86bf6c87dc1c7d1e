"""The book as the engine reads it: which rules say how a given operation is handled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rulebook.book import library
from rulebook.book.claims import Derivative, Differential, Equality, Pullback, applied, d
from rulebook.book.rule import Rule
from rulebook.deriving.terms.algebra import Algebra
from rulebook.deriving.terms.term import Term
from rulebook.language.operators import shapes
from rulebook.language.operators.arrays import DELTA
from rulebook.language.operators.infix import ENTRY, PRODUCT, SCALING
from rulebook.language.operators.linear import VEC
from rulebook.language.traverse import symbols, walk
from rulebook.language.tree import Apply, Bind, Expr, Index, Let, Symbol

__all__ = [
    "Change",
    "LinearForm",
    "Move",
    "NoRule",
    "Rewrite",
    "Rules",
    "Use",
    "head",
    "open_rules",
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
    needs: frozenset[str]  # operations without which it cannot match
    dear: Expr  # the left side as the rule states it


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
    columns: dict[str, list[Rewrite]]  # the right side is a matrix times a column
    vecs: list[Rewrite]  # vec of something is a matrix times a vec
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
    columns: dict[str, list[Rewrite]] = {}
    forms: list[LinearForm] = []
    vecs: list[Rewrite] = []
    still = next(filter(_constant, rules), None)
    algebra = Algebra()
    for rule in rules:
        if not _concrete(rule):
            continue
        forms += _forms(rule, algebra)
        for change in _changes(rule):
            changes.setdefault(_root(change.of), []).append(change)
        for kind, move in _moves(rule, algebra):
            moves.setdefault(kind, []).append(move)
        for rewrite in _rewrites(rule, algebra):
            shorter.setdefault(head(rewrite.left), []).append(rewrite)
        vecs += _vecs(rule, algebra)
        for rewrite in _columns(rule, algebra):
            columns.setdefault(head(rewrite.left), []).append(rewrite)
    for rewrites in (*shorter.values(), *columns.values()):
        rewrites.sort(key=lambda r: r.left.size)
    forms.sort(key=lambda f: (-_weight(f.of), -symbols(f.of).index(f.wrt)))  # Gᵀ dx, not dxᵀ G
    for found in changes.values():
        found.sort(key=lambda c: c.rank)
    return Rules(changes, moves, shorter, columns, vecs, forms, still, rules)


def _concrete(rule: Rule) -> bool:
    """Whether a rule speaks of operators only: no unspecified function, no index."""
    for e in rule.claim.sides.values():
        for n in walk(e):
            if isinstance(n, Bind | Index) or (
                isinstance(n, Apply) and (n.op.unspecified or n.op in (ENTRY, DELTA))
            ):
                return False
    return True


def _bare(e: Expr) -> Expr:
    return _bare(e.body) if isinstance(e, Let) else e


def _root(e: Expr) -> str:
    e = _bare(e)
    return e.op.family if isinstance(e, Apply) else ""


def _weight(e: Expr) -> int:
    return sum(1 for n in walk(e) if not isinstance(n, Let))


def _changes(rule: Rule) -> list[Change]:
    claim = rule.claim
    if isinstance(claim, Differential):
        kind, of, moving, equals = 0, claim.of, claim.wrt, claim.equals
    elif isinstance(claim, Derivative) and claim.order == 1 and isinstance(_bare(claim.of), Apply):
        kind, of, moving = 1, claim.of, (claim.wrt,)
        equals = applied(claim.equals, d(claim.wrt))
    else:
        return []
    scalars = sum(not s.shape for s in symbols(of))
    rank = (kind, -_weight(of), len(moving), -scalars)
    return [Change(rule, of, frozenset(moving), equals, rank, _expands(of))]


def _expands(of: Expr) -> bool:
    """Whether an operation entry by entry meets a scalar among its arrays."""
    of = _bare(of)
    assert isinstance(of, Apply)
    return (
        of.op.shape is shapes.same
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
    return _rewrite(rule, dear, cheap, algebra)


def _rewrite(rule: Rule, left: Expr, right: Expr, algebra: Algebra) -> list[Rewrite]:
    pattern = algebra.read(left)
    if not set(symbols(right)) <= set(symbols(left)):
        return []
    if pattern.kind == "leaf" and not rule.assuming:
        return []
    return [Rewrite(rule, pattern, right, algebra.read(right), needed(pattern), left)]


def _columns(rule: Rule, algebra: Algebra) -> list[Rewrite]:
    claim = rule.claim
    if type(claim) is not Equality:
        return []
    found = []
    for left, right in ((claim.left, claim.right), (claim.right, claim.left)):
        end = _bare(right)
        if (
            isinstance(end, Apply)
            and end.op is PRODUCT
            and isinstance(end.args[1], Symbol)
            and end.args[1] not in symbols(end.args[0])
            and end.args[1].shape[1].value == 1
        ):
            found += _rewrite(rule, left, right, algebra)
    return found


def _vecs(rule: Rule, algebra: Algebra) -> list[Rewrite]:
    """vec(A X B) = (Bᵀ ⊗ A) vec(X), filed by what the vec is of."""
    claim = rule.claim
    if type(claim) is not Equality:
        return []
    found = []
    for left, right in ((claim.left, claim.right), (claim.right, claim.left)):
        if _is_vec(left) and isinstance(right, Apply) and right.op is PRODUCT:
            end = right.args[1]
            if _is_vec(end) and isinstance(end.args[0], Symbol):
                inside = algebra.read(left.args[0])
                found.append(Rewrite(rule, inside, right, algebra.read(right), frozenset(), left))
    return found


def _is_vec(e: Expr) -> bool:
    return isinstance(e, Apply) and e.op is VEC


def head(t: Term) -> str:
    """What a term is at its root, as patterns are filed."""
    return str(t.head.family) if t.kind == "call" else t.kind


def needed(t: Term) -> frozenset[str]:
    """The operations in a pattern; ones and sizes may have become numbers in what it matches."""
    return t.names - {"ones", "size"}


def rules_on(operation: str) -> list[Rule]:
    """Rules whose left side is the operation, then those that mention it."""
    found = []
    for rule in library.rules():
        parts = (n for e in rule.claim.sides.values() for n in walk(e))
        if operation in {n.op.family for n in parts if isinstance(n, Apply)}:
            of = next(iter(rule.claim.sides.values()))
            found.append((_root(of) != operation, rule))
    return [rule for _, rule in sorted(found, key=lambda pair: pair[0])]
