"""Matching: when a statement of the book speaks of the expression at hand.

`unify` compares trees as they are written, up to the order of commutative operands. A matrix of a
statement may stand for a column, a row or a scalar: the statement holds at every size, 1 included.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from rulebook.language.dims import ONE, Dim, Shape, replaced
from rulebook.language.operators import stack
from rulebook.language.operators.arrays import STACK
from rulebook.language.tree import Apply, Expr, Let, Number, Operator, Symbol

__all__ = ["Binding", "bind_sizes", "fits", "unify"]


@dataclass
class Binding:
    """What the symbols and the dimensions of a statement stand for."""

    symbols: dict[Symbol, Expr] = field(default_factory=dict)
    dims: dict[str, Dim] = field(default_factory=dict)

    def copy(self) -> Binding:
        return Binding(dict(self.symbols), dict(self.dims))


def fits(pattern: Shape, shape: Shape, dims: dict[str, Dim]) -> bool:
    """Whether a shape is an instance of a pattern's, whose dimensions it then binds."""
    if not pattern:
        return not shape
    if len(pattern) != 2 or len(shape) not in (0, 2):
        return pattern == shape
    if not shape and (ONE in pattern or pattern[0] == pattern[1]):
        return False  # a column and a square matrix are what their operations need
    have = shape or (ONE, ONE)
    return all(_fits(p, d, dims) for p, d in zip(pattern, have, strict=True))


def _fits(p: Dim, d: Dim, dims: dict[str, Dim]) -> bool:
    name = p.name
    if name is not None:
        return dims.setdefault(name, d) == d
    return (p if p.value is not None else replaced(p, dims)) == d


def bind_sizes(p: Operator, e: Operator, dims: dict[str, Dim]) -> bool:
    """Whether an operator made for certain sizes is an instance of a pattern's."""
    return len(p.sizes) == len(e.sizes) and all(
        _fits(n, k, dims) for n, k in zip(p.sizes, e.sizes, strict=True)
    )


def unify(p: Expr, e: Expr, b: Binding, same: Callable[[Expr, Expr], bool]) -> Binding | None:
    """The binding that turns the pattern into the expression, or nothing."""
    match p:
        case Symbol():
            known = b.symbols.get(p)
            if known is not None:
                return b if same(known, e) else None
            if not fits(p.shape, e.shape, b.dims):
                return None
            b.symbols[p] = e
            return b
        case Let():
            return unify(p.body, e, b, same)
        case Number():
            return b if isinstance(e, Number) and e.value == p.value else None
    if isinstance(e, Let):
        return unify(p, e.body, b, same)
    if not isinstance(p, Apply) or not isinstance(e, Apply):
        return None
    if p.op.family != e.op.family:
        return None
    given = _paired(e.args) if p.op.family == STACK.family else e.args
    if len(p.args) != len(given):
        return None
    if not p.args:
        return b if bind_sizes(p.op, e.op, b.dims) else None
    if p.args and not bind_sizes(p.op, e.op, b.dims):
        return None
    orders = [given, given[::-1]] if p.op.commutes else [given]
    for args in orders:
        found: Binding | None = b.copy()
        for q, a in zip(p.args, args, strict=True):
            found = unify(q, a, found, same) if found is not None else None
        if found is not None:
            return found
    return None


def _paired(parts: tuple[Expr, ...]) -> tuple[Expr, ...]:
    """A stack of many as one of two: the first, and the rest."""
    return parts if len(parts) <= 2 else (parts[0], stack(*parts[1:]))
