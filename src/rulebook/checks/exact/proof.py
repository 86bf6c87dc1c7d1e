"""Exact checks at given sizes.

`holds_exactly` evaluates both sides on jets over the integers modulo 2⁶¹ − 1 at random points: an
identity between rational functions that fails is caught except with a chance of about its degree
over 2⁶¹. `prove_at` does the same with every entry a variable of its own: agreement is a proof at
that size. Elementary functions become independent unknowns with the right derivatives, and the
sides of a kink independent choices: an identity that holds then holds for the functions themselves.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from math import prod

from rulebook.book.obligations import Obligation
from rulebook.checks.exact.bases import Field, NotASquare, Rationals
from rulebook.checks.exact.jets import PRIME, Jet
from rulebook.checks.exact.taylor import Jets
from rulebook.checks.subject import Subject
from rulebook.language.arithmetic import NoEntry
from rulebook.language.entries import Reader
from rulebook.language.traverse import symbols, walk
from rulebook.language.tree import Apply, Expr, Symbol

__all__ = ["ERROR_BOUND", "prove_at", "holds_exactly"]

ERROR_BOUND = 200 / PRIME  # degrees here stay far below 200
TRIES = 64  # points of the field, of which half lack a given square root
MOST = 60  # variables of a proof


def holds_exactly(
    subject: Subject, sizes: dict[str, int], seed: int = 1, models: bool = True
) -> bool:
    """Whether every obligation holds at a random point modulo 2⁶¹ − 1.

    Raises `NoEntry` where that cannot be asked, and where sides differ only in a model of what is
    not rational; with ``models=False`` wherever anything is modelled.
    """
    return all(
        _holds(subject, o, sizes, (Field(seed + 1000 * n) for n in range(TRIES)), models)
        for o in subject.claim.obligations
    )


def prove_at(subject: Subject, sizes: dict[str, int], most_bits: int = 6) -> bool:
    """Whether every obligation holds identically in all entries, on every side of every kink.

    Raises `NoEntry` where that cannot be asked, or would say nothing of other sizes.
    """
    if any(map(_decided_by_a_size, (n for e in subject.expressions for n in walk(e)))):
        raise NoEntry("a size decides between cases, and may decide otherwise where it is larger")
    room = _room(subject, sizes)
    for o in subject.claim.obligations:
        first = Rationals(room)
        if not _holds(subject, o, sizes, [first]):
            return False
        if len(first.sides) > most_bits:
            raise NoEntry(f"{len(first.sides)} kinks have too many sides to go through")
        if not _on_every_side(subject, o, sizes, room, len(first.sides)):
            return False
    return True


def _decided_by_a_size(e: Expr) -> bool:
    """Whether a size, and nothing that varies, says on which side of a kink something is."""
    if not (isinstance(e, Apply) and e.op.kink):
        return False
    inside = list(walk(e.op.kink(*e.args)))
    sized = any(d.names for n in inside if isinstance(n, Apply) for d in n.op.sizes)
    return sized and not any(isinstance(n, Symbol) for n in inside)


def _on_every_side(
    subject: Subject, o: Obligation, sizes: dict[str, int], room: int, sides: int
) -> bool:
    """The same for every choice of sides; one choice may bring up kinks that another never met."""
    waiting: list[tuple[bool, ...]] = [(True,) * k + (False,) for k in range(sides)]
    while waiting:
        bits = waiting.pop()
        base = Rationals(room, bits)
        if not _holds(subject, o, sizes, [base]):
            return False
        met = len(base.sides)
        waiting += [bits + (True,) * (k - len(bits)) + (False,) for k in range(len(bits), met)]
    return True


def _room(subject: Subject, sizes: dict[str, int]) -> int:
    """How many variables a proof may need: the entries, and as many again for functions of them."""
    known = symbols(*subject.expressions)
    count = sum(prod(d.at(sizes) for d in s.shape) for s in known)
    if count > MOST:
        raise NoEntry(f"{count} variables are too many for a proof")
    return 3 * count + 40


def _holds(
    subject: Subject,
    o: Obligation,
    sizes: dict[str, int],
    bases: Iterable[Field | Rationals],
    models: bool = True,
) -> bool:
    """Whether one obligation holds over the first base that has all the square roots it needs."""
    for base in bases:
        try:
            return _equal(o, Jets(base, sizes, subject, o, models))
        except NotASquare:
            continue
    raise NoEntry("no point of the field has all the square roots")


def _equal(o: Obligation, jets: Jets) -> bool:
    reader = Reader(jets)
    for index in itertools.product(*(range(d.at(jets.sizes)) for d in o.left.shape)):
        left: Jet = reader.entry(o.left, tuple(index))
        right: Jet = reader.entry(o.right, tuple(index))
        if not (left.parts[-1] - right.parts[0]).zero:
            if jets.modelled:
                raise NoEntry("the sides differ in what is only modelled")
            return False
    return True
