"""Which kinks are conditions: all of them of a derivative, but not all of an equality of values.

Both sides of an equality are compared away from the kinks. It holds at a kink too where both are
continuous there, or where all that jumps there jumps after it: then the sides are what they are
just before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rulebook.book.vanishing import Signs, canonical, causes, sides, simplest
from rulebook.language.operators.infix import NEGATIVE
from rulebook.language.operators.reductions import FROBENIUS, NORM, SUM_OF
from rulebook.language.signs import Zeros
from rulebook.language.traverse import rebuild, walk
from rulebook.language.tree import Apply, Expr, Number, Symbol

__all__ = ["edges", "smoothed", "values_need"]


def smoothed(e: Expr) -> Expr:
    """The same expression with squared norms, which are smooth, as sums of squares."""
    match e:
        case Apply(args=(Apply(op=op) as norm, Number(value=k))) if op in (NORM, FROBENIUS):
            if k > 0 and k % 2 == 0:
                squares = SUM_OF(smoothed(norm.args[0]) ** 2)
                return squares if k == 2 else squares ** (k / 2)
    return rebuild(e, tuple(map(smoothed, e.args)))


def edges(node: Apply, known: Signs) -> Iterator[Zeros]:
    """Where an operator is not smooth, though it may be defined."""
    op, args = node.op, node.args
    if op.except_at:
        yield op.except_at(*args)
    if op.kink and len(set(sides(kink := op.kink(*args)))) == 2:  # of two equals either will do
        yield simplest(Zeros(kink), known)


def values_need(expressions: Iterable[Expr], known: Signs) -> frozenset[Apply]:
    """The operators whose edges are conditions of the values, with nothing differentiated."""
    nodes = {n for e in expressions for n in _untamed(e, known)}
    rough = {n for n in nodes if not (n.op.continuous and all(map(_thin, edges(n, known))))}
    ways: dict[Zeros, set[tuple[Expr, Expr] | None]] = {}
    for n in rough:
        for edge in _at(n, known):
            ways.setdefault(edge, set()).add(_way(n, known))
    after = {edge for edge, found in ways.items() if len(found) == 1 and None not in found}
    return frozenset(n for n in rough if not _at(n, known) & after)


def _untamed(e: Expr, known: Signs) -> Iterator[Apply]:
    """The operators of an expression, without what jumps where a factor beside it is 0."""
    factors = {canonical(simplest(Zeros(a), known)) for a in e.args}
    product = len(causes(Zeros(e), known) or ()) > 1
    for a in e.args:
        if product and isinstance(a, Apply) and a.op.kink and _at(a, known) <= factors:
            yield from (n for b in a.args for n in _untamed(b, known))
        else:
            yield from _untamed(a, known)
    if isinstance(e, Apply):
        yield e


def _at(n: Apply, known: Signs) -> set[Zeros]:
    return {canonical(z) for z in edges(n, known)}


def _way(n: Apply, known: Signs) -> tuple[Expr, Expr] | None:
    """From where to where a jump comes after the zeros of a difference, if that has both signs."""
    if not (n.op.kink and n.op.jumps_after):
        return None
    left, right = sides(n.op.kink(*n.args))
    if isinstance(left, Apply) and left.op is NEGATIVE and right == Number(0):
        left, right = right, left.args[0]
    free = all(isinstance(e, Symbol | Number) and e not in known for e in (left, right))
    return (left, right) if free else None


def _thin(z: Zeros) -> bool:
    """Whether what is not 0 everywhere vanishes on no open set."""
    return not any(n.op.kink or n.op.unspecified for n in walk(z.of) if isinstance(n, Apply))
