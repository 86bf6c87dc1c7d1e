"""Where a claim is tried: generic points, away from kinks, on both sides of them; and the edges.

Points satisfy the assumptions and no more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations_with_replacement, product
from random import Random
from typing import Literal, TypeAlias

from rulebook.checks.subject import Subject, edge_sizes, generic_sizes
from rulebook.errors import RulebookError
from rulebook.language.operators import array as array_of
from rulebook.language.traverse import positive, symbols, walk
from rulebook.language.tree import Apply, Bind, Expr, Index
from rulebook.numeric.arrays import Printed
from rulebook.numeric.evaluate import Table
from rulebook.numeric.points import Point, drawn, witnesses
from rulebook.numeric.tolerance import MARGIN

__all__ = ["Guard", "Place", "guards", "one_sided", "sample_points"]

SEED = 20180801
GENERIC_POINTS = 3
MORE_POINTS = 30  # tried where there are kinks; kept if they see a new combination of sides
TRIES = 400

Sides: TypeAlias = frozenset[tuple[int, bool, int, bool]]  # sides of two kinks, seen together


@dataclass(frozen=True)
class Guard:
    """An expression that has to keep its distance from 0: a kink, the edge of a domain."""

    kind: Literal["kink", "inside", "nonzero"]
    condition: Expr


@dataclass(frozen=True, eq=False)
class Place:
    """The printed code at a point, and what was seen of the kinks there."""

    at: Printed
    generic: bool  # sizes pairwise different, none of them 1
    sides: Sides

    @property
    def sizes(self) -> dict[str, int]:
        return dict(self.at.point.sizes)


def sample_points(subject: Subject) -> list[Place]:
    """Generic points that see the kinks from all sides, then one point at each edge."""
    asked, rng = guards(subject), Random(SEED)
    generic = generic_sizes(subject)
    places = [
        _place(subject, sizes, rng, asked, True) for sizes in generic for _ in range(GENERIC_POINTS)
    ]
    for _ in range(MORE_POINTS if any(g.kind == "kink" for g in asked) else 0):
        another = _place(subject, generic[0], rng, asked, True)
        if not another.sides <= frozenset().union(*(p.sides for p in places)):
            places.append(another)
    return places + [_place(subject, sizes, rng, asked, False) for sizes in edge_sizes(subject)]


def one_sided(asked: list[Guard], places: list[Place]) -> bool:
    """Whether some kink was seen from one side only."""
    seen = {(n, side) for p in places for n, side, *_ in p.sides}
    kinks = [n for n, g in enumerate(asked) if g.kind == "kink"]
    return not {(n, side) for n in kinks for side in (False, True)} <= seen


def guards(subject: Subject) -> list[Guard]:
    """What the operators of the claim ask of a sample point."""
    asked = (g for e in subject.expressions for g in _conditions(e, ()))
    return list(dict.fromkeys(g for g in asked if symbols(g.condition)))


def _conditions(e: Expr, bound: tuple[Index, ...]) -> Iterator[Guard]:
    if isinstance(e, Bind):
        bound = (*bound, *e.indices)
    if isinstance(e, Apply):
        yield from (replace(g, condition=_over(bound, g.condition)) for g in _asked(e))
    for a in e.args:
        yield from _conditions(a, bound)


def _over(bound: tuple[Index, ...], e: Expr) -> Expr:
    """A scalar for all values of the indices it reads, as an array."""
    free = tuple(i for i in bound if i in walk(e))
    return array_of(free, e) if free and not e.shape else e


def _asked(e: Apply) -> Iterator[Guard]:
    """What one operator asks of its arguments; of two equals either may be taken, with no kink."""
    equals = len(e.args) == 2 and e.args[0] == e.args[1]
    if e.op.kink and not equals:
        yield Guard("kink", e.op.kink(*e.args))
    if e.op.inside and not positive(base := e.op.inside(*e.args)):
        yield Guard("inside", base)
    if e.op.nonzero and not positive(divisor := e.op.nonzero(*e.args)):
        yield Guard("nonzero", divisor)


def _place(
    subject: Subject, sizes: Mapping[str, int], rng: Random, asked: list[Guard], generic: bool
) -> Place:
    """A sample point that every guard accepts."""
    for _ in range(TRIES):
        at = Printed(_point(subject, sizes, rng))
        sides = _accepted(asked, at)
        if sides is not None:
            return Place(at, generic, sides)
    raise RulebookError(
        f"{subject.name}: no sample point lies in the domain; "
        "is an assumption (positive, invertible, ...) missing?"
    )


def _point(subject: Subject, sizes: Mapping[str, int], rng: Random) -> Point:
    along = (moves for o in subject.claim.obligations for moves in o.along)
    moving = (s for moves in along for pair in moves for s in pair)
    known = symbols(*subject.claim.symbols, *subject.expressions, *moving)
    values = {s: drawn(s, sizes, subject.words(s), rng) for s in known}
    return Point(sizes, values, witnesses(rng, *subject.expressions))


def _accepted(asked: list[Guard], at: Printed) -> Sides | None:
    kinks: dict[int, Table] = {}
    for n, guard in enumerate(asked):
        value = at.value(guard.condition)
        if guard.kind == "inside":
            if not all(x > MARGIN for x in value.entries):
                return None
            continue
        if not all(abs(x) >= MARGIN for x in value.entries):
            return None
        if guard.kind == "kink":
            kinks[n] = value.map(lambda x: x > 0)
    return frozenset(_sides(kinks))


def _sides(kinks: dict[int, Table]) -> Iterator[tuple[int, bool, int, bool]]:
    """Which sides of two kinks (or of one, twice) are seen together, at some entry."""
    for (n, a), (m, b) in combinations_with_replacement(kinks.items(), 2):
        pairs = zip if a.shape == b.shape else product
        for side, other in set(pairs(a.entries, b.entries)):
            yield n, side, m, other
