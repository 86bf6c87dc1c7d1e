r"""Expressions in LaTeX, in the book's hand.

Bold lower case is a vector, capitals are matrices, ⊤ transposes, ⊙ multiplies entry by entry.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from rulebook.language.dims import ONE, Shape
from rulebook.language.template import Piece, Style, render
from rulebook.language.tree import Apply, Bind, Expr, Index, Let, Number, Symbol

__all__ = ["latex", "shape_latex"]

_GREEK = frozenset(
    "alpha beta gamma delta epsilon zeta eta theta kappa lambda mu nu xi pi rho sigma tau phi chi "
    "psi omega Gamma Delta Theta Lambda Sigma Phi Psi Omega".split()
)
_NUMBERED = re.compile(r"^([A-Za-z]+)(\d+)$")  # x1 is x with 1 below
_CHANGE = r"\mathrm{d}"
_ENDS_IN_CHANGE = re.compile(r"\\mathrm\{d\}[^ ]*$")
_BRACKETS = (r"\left(", r"\right)")


def latex(e: Expr) -> str:
    r"""``e`` as the book prints it.

    >>> from rulebook.language.build import matrix, vector
    >>> x, A = vector("x", "n"), matrix("A", "n", "n")
    >>> print(latex(x.T @ (A + A.T)))
    \mathbf{x}^\top \left(A + A^\top\right)
    """
    return render(e, _STYLE).text


def shape_latex(shape: Shape) -> str:
    r"""A shape for print: ``n \times 1``."""
    return r" \times ".join(d.text(" ") for d in shape) if shape else r"1 \times 1"


def glyph(name: str, shape: Shape, tex: str = "") -> str:
    """A symbol: bold if it is a vector, its index set below."""
    if tex:
        return tex
    for prefix, accent in (("bar_", r"\bar"), ("hat_", r"\hat"), ("tilde_", r"\tilde")):
        if name.startswith(prefix):
            return f"{accent}{{{glyph(name.removeprefix(prefix), shape)}}}"
    head, _, below = _NUMBERED.sub(r"\1_\2", name).partition("_")
    letter = f"\\{head}" if head in _GREEK else head
    if len(shape) == 2 and ONE in shape:
        letter = rf"\boldsymbol{{{letter}}}" if head in _GREEK else rf"\mathbf{{{letter}}}"
    return letter + (f"_{{{below}}}" if below else "")


def _number(n: Number) -> tuple[str, str]:
    sign = "-" if n.value < 0 else ""
    top, bottom = abs(n.value.numerator), n.value.denominator
    text = str(top) if bottom == 1 else rf"\tfrac{{{top}}}{{{bottom}}}"
    return sign + text, "negative" if sign else "atom" if bottom == 1 else "unary"


def _let(e: Let, go: Callable[[Expr], Piece]) -> Piece:
    return Piece(glyph(e.name, e.shape, e.tex), "atom", _BRACKETS)


def _bind(e: Bind, go: Callable[[Expr], Piece]) -> Piece:
    if e.kind == "total":
        sums = "".join(rf"\sum_{{{i.name}=1}}^{{{i.size.text(' ')}}} " for i in e.indices)
        return Piece(f"{sums}{go(e.body):product}", "series", _BRACKETS)
    below = ",".join(i.name for i in e.indices)
    return Piece(rf"\left[ {go(e.body)} \right]_{{{below}}}", "atom", _BRACKETS)


def _entry(e: Apply, go: Callable[[Expr], Piece]) -> Piece:
    whole, *chosen = e.args
    parts = [_position(c, go) for c in chosen]
    index = ("," if any(len(p) > 1 for p in parts) else "").join(parts)
    letter = f"{go(whole):atom}"
    if isinstance(whole, Symbol | Let) and not whole.tex and "_" not in whole.name:
        letter = glyph(whole.name, ())
    return Piece(f"{letter}_{{{index}}}", "atom", _BRACKETS)


def _scaling(e: Apply, go: Callable[[Expr], Piece]) -> Piece | None:
    """A product as a hand writes it: a dot before a digit, no brackets around a first minus."""
    first, right = e.args[0], f"{go(e.args[1]):last}"
    dotted = right[0].isdigit() or right.startswith(r"\tfrac")
    minus = _opens_with_minus(first)
    if not (minus or dotted):
        return None
    left = go(first).text if minus else f"{go(first):product}"
    between = r"\cdot" if dotted else r"\,"
    return Piece(rf"{left} {between} {right}", "negative" if minus else "product", _BRACKETS)


def _product(e: Apply, go: Callable[[Expr], Piece]) -> Piece | None:
    """A product with a change in it: dX keeps its distance, so that A dX is not read as d of AX."""
    left, right = (f"{go(a):product}" for a in e.args)
    if not (right.startswith(_CHANGE) or _ENDS_IN_CHANGE.search(left)):
        return None
    return Piece(rf"{left} \, {right}", "product", _BRACKETS)


def _opens_with_minus(e: Expr) -> bool:
    """Whether the first factor of a product is a negative number."""
    if isinstance(e, Apply) and e.op.name == "scaling":
        return _opens_with_minus(e.args[0])
    return isinstance(e, Number) and e.value < 0


def _position(c: Expr, go: Callable[[Expr], Piece]) -> str:
    """Books count from 1."""
    return str(c.value + 1) if isinstance(c, Number) else go(c).text


def _index(i: Index) -> str:
    return i.name


_STYLE = Style(
    reader="latex",
    brackets=_BRACKETS,
    symbol=lambda s: glyph(s.name, s.shape, s.tex),
    number=_number,
    let=_let,
    index=_index,
    bind=_bind,
    special={
        "entry": _entry,
        "scaling": _scaling,
        "product": _product,
        "outer product": _product,
    },
)
