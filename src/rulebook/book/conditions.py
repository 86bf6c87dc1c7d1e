"""Domains: where an expression is defined and smooth, said in as few conditions as will do.

A condition is about something that must not vanish: the entries of x for log(x) and 1/x, det S for
the inverse, the norm of x for the norm itself. That tells what is said twice, what follows from
something stronger, and what an assumption grants.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from rulebook.language.assumptions import Assumption
from rulebook.language.dims import SCALAR
from rulebook.language.operators import det, norm
from rulebook.language.template import Piece
from rulebook.language.traverse import walk
from rulebook.language.tree import Apply, Expr, Number, positive
from rulebook.printing.latex import latex

__all__ = ["unmet", "worded"]

_POSITIVE = {"positive", "simplex", "unit", "large", "ones"}
_REGULAR = {"invertible", "posdet", "spd", "orthogonal", "identity"}
_NONZERO = _POSITIVE | _REGULAR | {"nonzero", "pm1"}
_SAME = {  # these vanish where their argument does
    "power", "elementwise power", "sqrt", "negative", "transpose", "transpose of a vector", "vec",
}  # fmt: skip
_NORMS = {"norm", "Frobenius norm"}


@dataclass(frozen=True)
class _Need:
    """Something that must not vanish, or must be positive, and how that reads."""

    about: Expr
    text: str
    above: bool = False
    direct: bool = True  # said of ``about`` itself

    @property
    def rank(self) -> tuple[bool, bool]:
        """> 0 outdoes ≠ 0; and x > 0 is more readable than √x > 0."""
        return self.above, self.direct


def unmet(
    *expressions: Expr, assuming: Iterable[Assumption] = (), show: Callable[[Expr], str] = latex
) -> tuple[str, ...]:
    r"""What the operators inside need and nothing assumed grants, each said once.

    >>> from rulebook.language.build import matrix
    >>> from rulebook.language.operators import inv, logdet, norm, tr
    >>> S = matrix("S", "n", "n")
    >>> unmet(norm(S) + tr(inv(S.T)) + logdet(S))
    ('S \\text{ is invertible}',)
    """
    found: dict[Expr, _Need] = {}
    assuming = tuple(assuming)
    above = frozenset(a.symbol for a in assuming if a.word in _POSITIVE)
    for node in (n for e in expressions for n in walk(e) if isinstance(n, Apply)):
        for need in _needs(node, show, above):
            known = found.get(need.about)
            if known is None or need.rank > known.rank:
                found[need.about] = need
    granted = dict(pair for a in assuming for pair in _granted(a))
    return tuple(
        need.text
        for about, need in found.items()
        if not (about in granted and granted[about] >= need.above) and not _follows(about, found)
    )


def _needs(node: Apply, show: Callable[[Expr], str], above: frozenset[Expr]) -> Iterator[_Need]:
    """The conditions of one operator."""
    op, args = node.op, node.args
    make = op.inside or op.nonzero
    if op.domain and make is not None:
        condition = make(*args)
        factors = _factors(condition)
        if op.inside is None and len(factors) > 1:
            for factor in factors:
                if _sign(factor, above) is not True:
                    yield _apart(_bare(factor), show)
        elif op.inside and _even(condition):
            yield _apart(_bare(condition), show)
        elif _sign(condition, above) is not True:
            about = _core(condition, strict := op.inside is not None)
            text = _formatted(op.domain, [show(a) for a in args])
            yield _Need(about, text, strict, about == condition)
    elif op.domain and op.name in _NORMS:
        of = _bare(args[0])
        yield _Need(norm(_core(of)), _formatted(op.domain, [show(of)]))
    elif op.domain:
        yield from _regular(args[0], op.domain, show)
    if op.kink:
        yield _apart(_bare(op.kink(*args)), show)


def _sign(e: Expr, above: frozenset[Expr]) -> bool | None:
    """True for what is positive, False for what is not negative, None for what may be.

    ``above`` are the symbols that are declared positive.
    """
    if positive(e) or e in above:
        return True
    if isinstance(e, Number):
        return False if e.value == 0 else None
    if not isinstance(e, Apply):
        return None
    signs = [_sign(a, above) for a in e.args]
    match e.op.name:
        case "power" | "elementwise power":
            even = isinstance(e.args[1], Number) and e.args[1].value % 2 == 0
            return signs[0] if signs[0] is not None else False if even else None
        case "sum":
            return None if None in signs else any(signs)
        case "scaling" | "Hadamard product" | "quotient" | "elementwise quotient" | "product":
            return None if None in signs else all(signs)
        case "sum of entries" | "mean" | "sqrt" | "transpose" | "transpose of a vector":
            return signs[0]
        case "norm" | "Frobenius norm" | "abs" | "relu":
            return False
    return None


def _factors(e: Expr) -> list[Expr]:
    """The factors of a product, each of which must not vanish if it must not."""
    if isinstance(e, Apply) and e.op.name in ("scaling", "Hadamard product"):
        return [f for a in e.args for f in _factors(a)]
    return [e]


def _regular(e: Expr, said: str, show: Callable[[Expr], str]) -> Iterator[_Need]:
    """That a matrix is invertible: of a product of square matrices, that each of them is."""
    name = e.op.name if isinstance(e, Apply) else ""
    if name.startswith("identity["):
        return
    if name in ("product", "Kronecker product") and all(_square(a) for a in e.args):
        for a in e.args:
            yield from _regular(a, said, show)
    elif name == "scaling":
        factor, array = e.args
        if not positive(factor):
            yield _apart(_bare(factor), show)
        yield from _regular(array, said, show)
    elif name in ("transpose", "inverse", "negative"):
        yield from _regular(e.args[0], said, show)
    else:
        yield _Need(det(e), _formatted(said, [show(e)]))


def _square(e: Expr) -> bool:
    return len(e.shape) == 2 and e.shape[0] == e.shape[1]


def _even(e: Expr) -> bool:
    """Whether a condition e > 0 says no more than that something is not zero."""
    if not isinstance(e, Apply):
        return False
    squared = e.op.name in ("power", "elementwise power") and e.args[1] == Number(2)
    return squared or e.op.name == "abs"


def _granted(a: Assumption) -> Iterator[tuple[Expr, bool]]:
    """What an assumption says does not vanish, and whether it is positive."""
    x, word = a.symbol, a.word
    if word in _POSITIVE or word == "pm1" or (word == "nonzero" and x.shape == SCALAR):
        yield x, word in _POSITIVE
    if word in _REGULAR:
        yield det(x), word in ("posdet", "spd", "identity")
    if word in _NONZERO and len(x.shape) == 2:
        yield norm(x), False


def _follows(about: Expr, found: dict[Expr, _Need]) -> bool:
    """Whether a norm cannot vanish, since no entry does or the matrix is invertible."""
    if not isinstance(about, Apply) or about.op.name not in _NORMS:
        return False
    (x,) = about.args
    return x in found or (_square(x) and det(x) in found)


def _core(e: Expr, above: bool = False) -> Expr:
    """What vanishes exactly when ``e`` does, or is positive when ``e`` is; x − y for y − x, too."""
    bare = _bare(e, above)
    if isinstance(bare, Apply) and bare.op.name == "difference" and not above:
        left, right = sorted(bare.args, key=lambda a: a.prefix())
        return left - right
    return bare


def _bare(e: Expr, above: bool = False) -> Expr:
    """X for −x, 2x, x², √x and x − 0; ``above`` keeps the sign."""
    match e:
        case Apply() if e.op.name in _SAME and not (above and e.op.name == "negative"):
            return _bare(e.args[0], above)
        case Apply() if e.op.name == "scaling" and isinstance(factor := e.args[0], Number):
            return e if above and factor.value < 0 else _bare(e.args[1], above)
        case Apply() if e.op.name == "determinant":
            return det(_unturned(e.args[0]))
        case Apply() if e.op.name in _NORMS:
            return norm(_core(e.args[0]))
        case Apply(args=(Apply(args=(a, Number(value=2))),)) if e.op.name == "sum of entries":
            return norm(_core(a))  # the sum of squares
        case Apply() if e.op.name == "abs" and not above:
            return _bare(e.args[0])
        case Apply() if e.op.name == "difference" and Number(0) in e.args and not above:
            left, right = e.args
            return _bare(right if left == Number(0) else left)
    return e


def _unturned(e: Expr) -> Expr:
    """What is invertible exactly when ``e`` is: S for its transpose and its inverse."""
    turned = isinstance(e, Apply) and e.op.name in ("transpose", "inverse", "negative")
    return _unturned(e.args[0]) if turned else e


def _apart(kink: Expr, show: Callable[[Expr], str]) -> _Need:
    """That a kink is not met: ``w ≠ x`` for the kink at w − x; x ≠ 0 for the norm of x."""
    if isinstance(kink, Apply) and kink.op.name in _NORMS:
        return _Need(norm(_core(kink.args[0])), rf"{show(kink.args[0])} \neq 0")
    different = isinstance(kink, Apply) and kink.op.name == "difference"
    left, right = map(show, kink.args) if different else (show(kink), "0")
    everywhere = r" \text{ in every entry}" if kink.shape else ""
    return _Need(_core(kink), rf"{left} \neq {right}{everywhere}")


def _formatted(template: str, args: list[str]) -> str:
    """A condition on arguments: long ones get brackets where the template asks for an atom."""
    pieces = [Piece(a, "atom" if len(a) < 12 else "sum", (r"\left(", r"\right)")) for a in args]
    return template.format(*pieces)


def worded(text: str) -> str:
    """A condition without its LaTeX words."""
    for mark, word in (("\\neq", "≠"), ("\\det", "det"), ("\\text{", ""), ("}", "")):
        text = text.replace(mark, word)
    return " ".join(text.split())
