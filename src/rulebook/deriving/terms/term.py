"""A node of an expression in normal form, what it costs to read, and powers of nodes."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, TypeAlias

from rulebook.language.dims import ONE, Shape
from rulebook.language.tree import Apply, Expr, Symbol

__all__ = ["HALF", "MINUS", "UNIT", "ZERO", "Bag", "Env", "Powers", "Term"]

UNIT, ZERO, HALF, MINUS = Fraction(1), Fraction(0), Fraction(1, 2), Fraction(-1)
NOTHING: frozenset[str] = frozenset()
NUMBERS = ("ones", "size")  # what is a number where sizes are known


class Term:
    """One node in normal form; ``args`` of a product come with exponents."""

    __slots__ = (
        "args",
        "coef",
        "cost",
        "exps",
        "families",
        "head",
        "kind",
        "shape",
        "size",
        "symbols",
    )

    def __init__(
        self,
        kind: str,
        shape: Shape,
        args: tuple[Term, ...] = (),
        head: Any = None,
        coef: Fraction = UNIT,
        exps: tuple[Fraction, ...] = (),
    ) -> None:
        self.kind, self.shape, self.args = kind, shape, args
        self.head, self.coef, self.exps = head, coef, exps
        inside = [a.symbols for a in args]
        self.symbols: frozenset[Symbol] = frozenset().union(*inside) if inside else frozenset()
        below = [a.families for a in args if a.families]
        own = _family(kind, head)
        self.families: frozenset[str] = own.union(*below) if below or own else own
        self.size: int = 1 + sum(a.size for a in args)
        self.cost = _cost(self)

    @property
    def scalar(self) -> bool:
        return not self.shape

    def __repr__(self) -> str:
        inside = " ".join(map(repr, self.args))
        head = getattr(self.head, "name", self.head)
        return f"({self.kind} {head or ''} {self.coef if self.coef != 1 else ''} {inside})"


Env: TypeAlias = Mapping[Expr, Term]
Powers: TypeAlias = "dict[Term, Fraction]"


class Bag(dict[Term, Fraction]):
    """Factors with exponents."""

    def update_with(self, more: Mapping[Term, Fraction]) -> Bag:
        for base, e in more.items():
            self[base] = self.get(base, ZERO) + e
        return self


def _family(kind: str, head: Any) -> frozenset[str]:
    """The operation of a node, as a set, for a pattern to be ruled out at a glance.

    Ones and sizes do not count: they may have become numbers in what the pattern matches.
    """
    if kind == "call":
        return frozenset((head.family,))
    if kind == "leaf" and isinstance(head, Apply) and head.op.arithmetic not in NUMBERS:
        return frozenset((head.op.family,))
    return NOTHING


def _cost(t: Term) -> float:
    """How long a term reads, dear operations counted dearer."""
    inside = sum(a.cost for a in t.args)
    match t.kind:
        case "leaf":
            return 0.2 + t.head.op.cost if isinstance(t.head, Apply) else 1.0
        case "num":
            return 0.9 if t.coef.denominator == 1 else 1.4
        case "turned":
            return inside + 0.3
        case "call":
            return float(inside * (1 + t.head.growth) + t.head.cost)
        case "mono" | "had":
            odd = sum(0.0 if e in (1, -1) else 1.0 for e in t.exps)
            joints = len(t.args) - (abs(t.coef) == 1)
            sign = 0.5 * (t.coef < 0)
            return inside + odd + joints + sign + (0.9 if abs(t.coef) != 1 else 0)
        case "chain":
            outer = 1.5 if any(a.shape[1] == ONE for a in t.args[:-1]) else 0.0
            return inside + len(t.args) - 1 + outer
        case "sum":
            return inside + len(t.args) - 1
    return 1.0 + inside
