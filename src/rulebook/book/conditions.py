"""Domains: where an expression is defined and smooth, said in as few conditions as will do.

A condition is about something that must not vanish: the entries of x for log(x) and 1/x, S as a
matrix for its inverse, x as a whole for its norm. That tells what is said twice, what follows from
something stronger, and what an assumption grants. What each operator needs is in its row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from rulebook.language.assumptions import Assumption
from rulebook.language.dims import SCALAR
from rulebook.language.operators import transposed
from rulebook.language.operators.reductions import FROBENIUS, NORM, SUM_OF
from rulebook.language.signs import Sign, Where, Zeros
from rulebook.language.traverse import rebuild, walk
from rulebook.language.tree import INFIX, Apply, Expr, Number, sign_of
from rulebook.printing.latex import latex
from rulebook.printing.numpy import dialect

__all__ = ["LATEX", "TEXT", "Condition", "Wording", "domain", "unmet"]

Says: TypeAlias = Literal["positive", "nonzero", "whole", "invertible"]
Signs: TypeAlias = Mapping[Expr, Sign]


@dataclass(frozen=True)
class Wording:
    """How a notation says a condition."""

    show: Callable[[Expr], str]
    unequal: str
    words: str  # that follow a formula


LATEX = Wording(latex, r"\neq", r" \text{{ {}}}")
TEXT = Wording(dialect, "≠", " {}")
DIFFERENCE = INFIX["difference"]
PRODUCT = INFIX["product"]
SAYS: dict[Where, Says] = {"entry": "nonzero", "whole": "whole", "singular": "invertible"}


@dataclass(frozen=True)
class Condition:
    """What must hold: of the entries of an expression, of it as a whole, or of it as a matrix."""

    of: Expr
    says: Says = "nonzero"

    def written(self, wording: Wording = LATEX) -> str:
        """The condition in a notation."""
        if self.says == "positive":
            return f"{wording.show(self.of)} > 0"
        if self.says == "invertible":
            return wording.show(self.of) + wording.words.format("is invertible")
        left, right = map(
            wording.show, _sides(self.of) if self.says == "nonzero" else (self.of, Number(0))
        )
        everywhere = self.says == "nonzero" and self.of.shape
        return f"{left} {wording.unequal} {right}" + (
            wording.words.format("in every entry") if everywhere else ""
        )


@dataclass(frozen=True)
class _Need:
    """A condition, with what it says does not vanish."""

    said: Condition
    about: Zeros

    @property
    def above(self) -> bool:
        return self.said.says == "positive"

    @property
    def rank(self) -> tuple[bool, bool]:
        """> 0 outdoes ≠ 0; and x > 0 is more readable than √x > 0."""
        return self.above, self.about.where != "entry" or self.said.of == self.about.of


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
    for node in (n for e in expressions for n in walk(_smoothed(e)) if isinstance(n, Apply)):
        for need in _needs(node, known, smooth):
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
    return *(c for c in (*inside, *nonzero) if not _safe(c.of)), *edge


def _smoothed(e: Expr) -> Expr:
    """The same expression with squared norms, which are smooth, as sums of squares."""
    match e:
        case Apply(args=(Apply(op=op) as norm, Number(value=k))) if op in (NORM, FROBENIUS):
            if k > 0 and k % 2 == 0:
                squares = SUM_OF(_smoothed(norm.args[0]) ** 2)
                return squares if k == 2 else squares ** (k / 2)
    return rebuild(e, tuple(map(_smoothed, e.args)))


def _needs(node: Apply, known: Signs, smooth: bool) -> Iterator[_Need]:
    """The conditions of one operator."""
    op, args = node.op, node.args
    if op.inside:
        yield from _above(op.inside(*args), known, smooth or not op.continuous)
    if op.nonzero:
        yield from _apart(op.nonzero(*args), known)
    edges = [op.except_at(*args)] if op.except_at else []
    if op.kink and not _nothing(kink := op.kink(*args)):
        edges += [_simplest(Zeros(kink))]
    for edge in edges:
        if smooth or not (op.continuous and _thin(edge.of)):
            yield from (_Need(_said(z), _about(z)) for z in _parts(edge, known))


def _above(e: Expr, known: Signs, strictly: bool) -> Iterator[_Need]:
    """That e > 0: of what is not negative, that it does not vanish."""
    sign = sign_of(e, known)
    if sign is Sign.POSITIVE or (sign is Sign.NOT_NEGATIVE and not strictly):
        return
    if sign is Sign.NOT_NEGATIVE and (z := _simplest(Zeros(e))) != Zeros(e):
        yield _Need(_said(z), _about(z))
    else:
        yield _Need(Condition(e, "positive"), _canonical(_alike(e), signed=True))


def _apart(e: Expr, known: Signs) -> Iterator[_Need]:
    """That e is not 0: of a product, that its factors are not."""
    factors = list(_factors(e))
    for factor in factors:
        if not _safe(factor, known):
            z = _simplest(Zeros(factor))
            yield _Need(_said(z) if len(factors) > 1 else Condition(factor), _about(z))


def _factors(e: Expr) -> Iterator[Expr]:
    """The factors of a product, each of which must not vanish if it must not."""
    causes = _causes(Zeros(e)) or ()
    if len(causes) < 2:
        yield e
    else:
        for z in causes:
            yield from _factors(z.of)


def _parts(z: Zeros, known: Signs) -> Iterator[Zeros]:
    """A matrix product is singular where a factor is, so each of them is spoken of by itself."""
    causes = _causes(z) if z.where == "singular" else None
    if causes is None:
        yield _simplest(z) if z.where == "entry" else z
        return
    for cause in causes:
        if cause.where != "entry" or not _safe(cause.of, known):
            yield from _parts(cause, known)


def _causes(z: Zeros) -> tuple[Zeros, ...] | None:
    """Where else something vanishes exactly when it does at ``z``, as its row has it."""
    if not isinstance(z.of, Apply):
        return None
    make = z.of.op.singular if z.where == "singular" else z.of.op.vanishes
    return make(*z.of.args) if make else None


def _cause(z: Zeros) -> Zeros | None:
    """The only one of them, numbers apart."""
    causes = {c for c in _causes(z) or () if c.where != "entry" or not _safe(c.of)}
    return causes.pop() if len(causes) == 1 else None


def _simplest(z: Zeros) -> Zeros:
    """The same zeros of what is simplest: of X for −X, 2X, √X and X − 0, as for S transposed."""
    cause = _cause(z)
    if cause is None:
        return z
    whole = z.where == "whole" and cause.where == "entry"
    return _simplest(Zeros(cause.of, "whole") if whole else cause)


def _alike(e: Expr) -> Zeros:
    """What is positive where ``e`` is: x for 2x and √x, but neither for −x nor for x²."""
    cause = _cause(Zeros(e))
    if cause is None or cause.where == "singular":
        return cause or Zeros(e)
    inner = cause.of
    signs = (sign_of(e, {inner: sign}) for sign in (Sign.UNKNOWN, Sign.POSITIVE))
    same = tuple(signs) == (Sign.UNKNOWN, Sign.POSITIVE)
    return _alike(inner) if same else Zeros(e)


def _about(z: Zeros) -> Zeros:
    return _canonical(_simplest(z))


def _canonical(z: Zeros, signed: bool = False) -> Zeros:
    """One for all that vanish together: S and its transpose, x − y and y − x, (AB)C and A(BC)."""
    forms = [z.of, transposed(z.of)] if len(z.of.shape) == 2 else [z.of]
    forms = [_chained(e) for e in forms]
    if not signed:
        forms = [_ordered(e) for e in forms]
    return Zeros(min(forms, key=lambda e: (len(e.prefix()), e.prefix())), z.where)


def _ordered(e: Expr) -> Expr:
    if isinstance(e, Apply) and e.op is DIFFERENCE:
        left, right = sorted(e.args, key=lambda a: a.prefix())
        return left - right
    return e


def _chained(e: Expr) -> Expr:
    """Matrix products read from the left."""
    e = rebuild(e, tuple(map(_chained, e.args)))
    match e:
        case Apply(op=op, args=(a, Apply(op=inner, args=(b, c)))) if op is inner is PRODUCT:
            if (joined := a @ b).shape != SCALAR:
                return _chained(joined) @ c
    return e


def _said(z: Zeros) -> Condition:
    return Condition(z.of, SAYS[z.where])


def _sides(e: Expr) -> tuple[Expr, Expr]:
    """The two that must differ: w and x for the kink at w − x."""
    if isinstance(e, Apply) and e.op is DIFFERENCE:
        left, right = e.args
        return left, right
    return e, Number(0)


def _safe(e: Expr, known: Signs | None = None) -> bool:
    """Whether an expression cannot vanish."""
    return sign_of(e, known) is Sign.POSITIVE or (isinstance(e, Number) and e.value != 0)


def _nothing(kink: Expr) -> bool:
    """Of two equals either may be taken: no kink at all."""
    return len(set(_sides(kink))) == 1


def _thin(e: Expr) -> bool:
    """Whether an expression that is not 0 everywhere vanishes on no open set."""
    return not any(n.op.kink or n.op.unspecified for n in walk(e) if isinstance(n, Apply))


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
