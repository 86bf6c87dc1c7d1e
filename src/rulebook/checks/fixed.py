"""Claims of fixed sizes: tried small under names, unless the claim needs the numbers."""

from __future__ import annotations

from dataclasses import replace
from math import prod

from rulebook.book.claims import Claim, Derivative, Differential, Pullback
from rulebook.checks.subject import Subject, generic_sizes
from rulebook.language.traverse import nodes
from rulebook.language.tree import Expr, Number, Symbol
from rulebook.numeric.standins import SMALL, Names, freed, numbered, renamed, symbol_renamed

__all__ = ["crowded", "largest_array", "may_count", "standing_in"]

QUICK = 2**12  # entries of an array that is tried as it is before a claim is called false
MOST = 100  # entries of an array beyond which exact arithmetic is not asked, if sizes are fixed


def standing_in(subject: Subject) -> tuple[Subject, Names]:
    """The claim with names for fixed sizes, and which stands for what."""
    everything = _everything(subject)
    names = freed(everything) if any(numbered(everything)) else {}
    if not names:
        return subject, {}

    assuming = tuple(replace(a, symbol=symbol_renamed(a.symbol, names)) for a in subject.assuming)
    return Subject(subject.name, _renamed(subject.claim, names), assuming), names


def _everything(subject: Subject) -> list[Expr]:
    return [*subject.claim.sides.values(), *subject.claim.symbols]


def _renamed(claim: Claim, names: Names) -> Claim:
    def go(e: Expr) -> Expr:
        return renamed(e, names)

    def symbol(s: Symbol) -> Symbol:
        return symbol_renamed(s, names)

    match claim:
        case Derivative():
            wrt = symbol(claim.wrt)
            return replace(claim, of=go(claim.of), wrt=wrt, equals=go(claim.equals))
        case Differential():
            moving = tuple(map(symbol, claim.wrt))
            return replace(claim, of=go(claim.of), wrt=moving, equals=go(claim.equals))
        case Pullback():
            return Pullback(
                of=tuple(map(go, claim.of)),
                cotangents=tuple(map(symbol, claim.cotangents)),
                equals=tuple((symbol(x), go(g)) for x, g in claim.equals),
            )
    return replace(claim, left=go(claim.left), right=go(claim.right))


def may_count(subject: Subject) -> bool:
    """Whether a number that is written may have to do with a size after all, as 3 with √9.

    A small one is asked only where a small array is, for then it takes no time.
    """
    if largest_array(subject) <= QUICK:
        return True
    numbers = (n.value for n in nodes(*_everything(subject)) if isinstance(n, Number))
    return any(max(abs(q.numerator), q.denominator) > SMALL for q in numbers)


def largest_array(subject: Subject) -> int:
    """Entries of the largest array of a claim where it is tried."""
    sizes = generic_sizes(subject)[0]
    return max(prod(d.at(sizes) for d in n.shape) for n in nodes(*_everything(subject)))


def crowded(subject: Subject) -> bool:
    """Whether fixed sizes make too many entries for exact arithmetic."""
    return any(numbered(_everything(subject))) and largest_array(subject) > MOST
