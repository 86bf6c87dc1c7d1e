"""Domains: where an expression is defined and smooth, said in as few conditions as will do.

A condition is about something that must not vanish: the entries of x for log(x) and 1/x, S as a
matrix for its inverse, x as a whole for its norm. That tells what is said twice, what follows from
something stronger, and what an assumption grants. What each operator needs is in its row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from rulebook.book.kinks import edges, smoothed, values_need
from rulebook.book.vanishing import Signs, alike, canonical, causes, safe, sides, simplest
from rulebook.language.assumptions import Assumption
from rulebook.language.signs import Sign, Where, Zeros
from rulebook.language.template import Style
from rulebook.language.traverse import sign_of, walk
from rulebook.language.tree import Apply, Expr, Number
from rulebook.printing.latex import LATEX

__all__ = ["Condition", "domain", "unmet"]

Says: TypeAlias = Literal["positive", "nonzero", "whole", "invertible"]
SAYS: dict[Where, Says] = {"entry": "nonzero", "whole": "whole", "singular": "invertible"}


@dataclass(frozen=True)
class Condition:
    """What must hold: of the entries of an expression, of it as a whole, or of it as a matrix."""

    of: Expr
    says: Says = "nonzero"

    def written(self, style: Style = LATEX) -> str:
        """The condition in a notation, or as people type it."""
        if self.says == "positive":
            return f"{style(self.of)} > 0"
        if self.says == "invertible":
            return style(self.of) + style.aside("is invertible")
        by_entry = self.says == "nonzero"
        left, right = map(style, sides(self.of) if by_entry else (self.of, Number(0)))
        everywhere = style.aside("in every entry") if by_entry and self.of.shape else ""
        return f"{left} {style.unequal} {right}{everywhere}"


@dataclass(frozen=True)
class _Need:
    """A condition, with what it says does not vanish."""

    said: Condition
    about: Zeros
    bare: bool = True  # said of what cannot be simpler

    @property
    def above(self) -> bool:
        return self.said.says == "positive"

    @property
    def rank(self) -> tuple[bool, bool]:
        """> 0 outdoes ≠ 0; and x > 0 is more readable than √x > 0."""
        return self.above, self.bare


def unmet(
    *expressions: Expr, assuming: Iterable[Assumption] = (), smooth: bool = True
) -> tuple[Condition, ...]:
    r"""What the operators inside need and nothing assumed grants, each said once.

    With ``smooth=False`` for values alone: what is continuous goes on through its kinks.

    >>> from rulebook.language.build import matrix
    >>> from rulebook.language.operators import inv, logdet, norm, tr
    >>> S = matrix("S", "n", "n")
    >>> [c.written() for c in unmet(norm(S) + tr(inv(S.T)) + logdet(S))]
    ['S \\text{ is invertible}']
    """
    assuming = tuple(assuming)
    known: Signs = {a.symbol: a.sign for a in assuming}
    found: dict[Zeros, _Need] = {}
    made = [smoothed(e) for e in expressions]
    nodes = [n for e in made for n in walk(e) if isinstance(n, Apply)]
    rough = frozenset(nodes) if smooth else values_need(made, known)
    for node in nodes:
        for need in _needs(node, known, node in rough):
            before = found.get(need.about)
            if before is None or need.rank > before.rank:
                found[need.about] = need
    granted = _granted(assuming)
    return tuple(
        need.said
        for about, need in found.items()
        if granted.get(about, -1) < need.above and not _follows(about, found)
    )


def domain(e: Apply) -> tuple[Condition, ...]:
    """What an operator needs of its arguments to be defined and smooth, kinks apart."""
    op, args = e.op, e.args
    inside = [Condition(op.inside(*args), "positive")] if op.inside else []
    nonzero = [Condition(op.nonzero(*args))] if op.nonzero else []
    edge = [_said(op.except_at(*args))] if op.except_at else []
    return *(c for c in (*inside, *nonzero) if not safe(c.of)), *edge


def _needs(node: Apply, known: Signs, rough: bool) -> Iterator[_Need]:
    """The conditions of one operator, with its edges if it is rough there."""
    op, args = node.op, node.args
    if op.inside:
        yield from _above(op.inside(*args), known, rough or not op.continuous)
    if op.nonzero:
        yield from _apart(op.nonzero(*args), known)
    for edge in edges(node, known) if rough else ():
        yield from (_need(z, known) for z in _parts(edge, known))


def _above(e: Expr, known: Signs, strictly: bool) -> Iterator[_Need]:
    """That e > 0: of what is not negative, that it does not vanish."""
    sign = sign_of(e, known)
    if sign is Sign.POSITIVE or (sign is Sign.NOT_NEGATIVE and not strictly):
        return
    z = simplest(Zeros(e), known) if sign is Sign.NOT_NEGATIVE else Zeros(e)
    if sign is Sign.NOT_NEGATIVE and not (z.where == "entry" and sign_of(z.of, known)):
        yield _need(z, known)
    else:
        e = z.of
        bare = alike(e)
        yield _Need(Condition(e, "positive"), canonical(bare, signed=True), bare == Zeros(e))


def _apart(e: Expr, known: Signs) -> Iterator[_Need]:
    """That e is not 0: of a product, that its factors are not."""
    factors = list(_factors(e, known))
    for factor in factors:
        if not safe(factor, known):
            z = simplest(Zeros(factor), known)
            bare = len(factors) > 1 or z.where != "entry" or z.of == factor
            said = _said(z) if len(factors) > 1 else Condition(factor)
            yield _Need(said, canonical(z), bare)


def _factors(e: Expr, known: Signs) -> Iterator[Expr]:
    """The factors of a product, each of which must not vanish if it must not."""
    several = causes(Zeros(e), known) or ()
    if len(several) < 2:
        yield e
    else:
        for z in several:
            yield from _factors(z.of, known)


def _parts(z: Zeros, known: Signs) -> Iterator[Zeros]:
    """A matrix product is singular where a factor is, so each of them is spoken of by itself."""
    factors = causes(z, known) if z.where == "singular" else None
    if factors is not None:
        for cause in factors:
            yield from _parts(cause, known)
    elif z.where == "singular" or not safe(z.of, known):
        yield simplest(z, known) if z.where == "entry" else z


def _need(z: Zeros, known: Signs) -> _Need:
    return _Need(_said(z), canonical(simplest(z, known)))


def _said(z: Zeros) -> Condition:
    return Condition(z.of, SAYS[z.where])


def _granted(assuming: tuple[Assumption, ...]) -> dict[Zeros, bool]:
    """What the assumptions say does not vanish, and whether it is positive."""
    found: dict[Zeros, bool] = {}
    for z, above in (pair for a in assuming for pair in a.granted):
        found[z] = found.get(z, False) or above
    return found


def _follows(about: Zeros, found: Mapping[Zeros, _Need]) -> bool:
    """Whether an array does not vanish since no entry does, or since the matrix is invertible."""
    stronger = (Zeros(about.of, "entry"), Zeros(about.of, "singular"))
    return about.where == "whole" and any(z in found for z in stronger)
