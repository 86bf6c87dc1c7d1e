"""What is checked, and at which sizes: pairwise different ones, then the edges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rulebook.book.claims import Claim
from rulebook.errors import RulebookError
from rulebook.language.assumptions import Assumption
from rulebook.language.traverse import walk
from rulebook.language.tree import Bind, Expr, Symbol
from rulebook.numeric.points import dimensions, sizings

__all__ = ["Subject", "edge_sizes", "generic_sizes", "possible", "small"]

SUITES = ((3, 5, 2, 4, 6, 7), (6, 3, 5, 7, 2, 4))


@dataclass(frozen=True)
class Subject:
    """What is checked: a claim with its assumptions, under a name."""

    name: str
    claim: Claim
    assuming: tuple[Assumption, ...] = ()

    @property
    def expressions(self) -> tuple[Expr, ...]:
        return tuple(e for o in self.claim.obligations for e in (o.left, o.right))

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Every named size of the claim."""
        return dimensions(*self.claim.sides.values(), *self.claim.symbols)

    def words(self, symbol: Symbol) -> tuple[str, ...]:
        return tuple(a.word for a in self.assuming if a.symbol == symbol)


def generic_sizes(subject: Subject) -> list[dict[str, int]]:
    """Two assignments of pairwise different sizes."""
    found: list[dict[str, int]] = []
    for suite in SUITES:
        fits = sizings(subject.dimensions, suite, lambda sizes: possible(subject, sizes))
        chosen = next((s for s in fits if s not in found), None)
        found += [chosen] if chosen is not None else []
    if not found:
        raise RulebookError(f"{subject.name}: no sizes make every dimension positive")
    return found


def edge_sizes(subject: Subject) -> list[dict[str, int]]:
    """Every dimension 1 in turn, and all at once."""
    names = subject.dimensions
    base = next(sizings(names, SUITES[0]))
    tried = [base | {n: 1} for n in names] + [dict.fromkeys(names, 1)]
    unique = [s for n, s in enumerate(tried) if s not in tried[:n]]
    return [s for s in unique if names and possible(subject, s)]


def small(subject: Subject, first: int = 2) -> dict[str, int]:
    """Small, pairwise different sizes for a proof with every entry a variable."""
    pool = (2, 3, 1, 4, 5, 6) if first == 2 else (3, 2, 4, 1, 5, 6)
    return next(sizings(subject.dimensions, pool, lambda s: possible(subject, s)), {})


def possible(subject: Subject, sizes: Mapping[str, int]) -> bool:
    """Whether no dimension comes out empty."""
    inside = (n for e in subject.expressions for n in walk(e) if isinstance(n, Bind))
    dims = [d for s in subject.claim.symbols for d in s.shape]
    dims += [i.size for n in inside for i in n.indices]
    return all(d.at(sizes) >= 1 for d in dims)
