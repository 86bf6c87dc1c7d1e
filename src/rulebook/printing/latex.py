r"""Expressions in LaTeX, in the book's hand.

Bold lower case is a vector, capitals are matrices, ⊤ transposes, ⊙ multiplies entry by entry. The
templates stand in the operators' rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from rulebook.language.dims import Dim, Shape
from rulebook.language.operators.infix import OUTER, PRODUCT
from rulebook.language.row import Row
from rulebook.language.template import Go, Node, Piece
from rulebook.language.tree import Apply, Number
from rulebook.printing.notation import GREEK, Notation
from rulebook.printing.sides import DifferentialOf

__all__ = ["LATEX", "latex", "shape_latex"]

_CHANGE = r"\mathrm{d}"
_ENDS_IN_CHANGE = re.compile(r"\\mathrm\{d\}[^ ]*$")
_WORD = re.compile(r"[^\W\d]\w+")
_TALL = (r"\frac", r"\begin", r"\sum")


def latex(e: Node) -> str:
    r"""``e`` as the book prints it.

    >>> from rulebook.language.build import matrix, vector
    >>> x, A = vector("x", "n"), matrix("A", "n", "n")
    >>> print(latex(x.T @ (A + A.T)))
    \mathbf{x}^\top \left(A + A^\top\right)
    """
    return LATEX(e)


def shape_latex(shape: Shape) -> str:
    r"""A shape for print: ``n \times 1``."""
    return r" \times ".join(d.text(" ") for d in shape) if shape else r"1 \times 1"


class _Piece(Piece):
    def __format__(self, spec: str) -> str:
        if spec == "call" and any(mark in self.text for mark in _TALL):
            return self.text.join((r"\left(", r"\right)"))
        return super().__format__(spec)


class Latex(Notation):
    """The book's LaTeX."""

    name = "latex"
    piece = _Piece
    brackets = (r"\left(", r"\right)")
    unequal = r"\neq"
    curly, straight, circle = r"\partial", _CHANGE, r"\bigcirc"
    thin, dot = r" \, ", r" \cdot "

    def template(self, op: Row) -> tuple[str, str]:
        return op.latex, op.latex_level

    def letter(self, name: str, bold: bool) -> str:
        if name in GREEK:
            return rf"\boldsymbol{{\{name}}}" if bold else rf"\{name}"
        name = self.word(name)
        return rf"\mathbf{{{name}}}" if bold else name

    def word(self, text: str) -> str:
        return text.replace("_", r"\_")

    def size(self, d: Dim) -> str:
        return _WORD.sub(lambda m: self.glyph(m[0]), super().size(d))

    def accent(self, accent: str, text: str) -> str:
        return rf"\{accent}{{{text}}}"

    def below(self, text: str) -> str:
        return f"_{{{text}}}"

    def number(self, n: Number) -> tuple[str, str]:
        sign = "-" if n.value < 0 else ""
        top, bottom = abs(n.value.numerator), n.value.denominator
        text = str(top) if bottom == 1 else rf"\tfrac{{{top}}}{{{bottom}}}"
        return sign + text, "negative" if sign else "atom" if bottom == 1 else "unary"

    def sum(self, index: str, size: str) -> str:
        return rf"\sum_{{{index}=1}}^{{{size}}} "

    def entries(self, body: str, index: str) -> str:
        return rf"\left[ {body} \right]" + self.below(index)

    def quotient(self, sign: str, of: str, by: tuple[str, ...], order: int) -> str:
        top = sign + "^2" * (order - 1) + (f" {of}" if of else "")
        power = "^2" if order > len(by) else ""
        below = rf"{sign} {by[0]}{power}" + "".join(rf" \, {sign} {x}^\top" for x in by[1:])
        return rf"\frac{{{top}}}{{{below}}}"

    def nabla(self, of: str, by: str, left: bool = False) -> str:
        space = r" \, " if left else " "
        return rf"\nabla_{{{by}}}{space}{of}"

    def differential(self, e: DifferentialOf, go: Go) -> Piece:
        of, power = go(e.of).text, "^2" * (e.order - 1)
        return self.made(
            rf"{_CHANGE}{power}\,{of}" if e.bare else f"{_CHANGE}{power}{self.fenced(of)}"
        )

    def equations(self, pairs: Iterable[tuple[str, str]]) -> str:
        rows = r" \\ ".join(f"{left} &= {right}" for left, right in pairs)
        return rf"\begin{{aligned}} {rows} \end{{aligned}}"

    def definitions(self, pairs: Iterable[tuple[str, str]]) -> str:
        return "".join(rf", \quad {name} = {body}" for name, body in pairs)

    def aside(self, words: str) -> str:
        return rf" \text{{ {words}}}"

    def width(self, text: str) -> int:
        return len(re.sub(r"\\[a-z]+|[{}]", "", text))

    def special(self, e: Apply, go: Go) -> Piece | None:
        if e.op in (PRODUCT, OUTER):
            return self.product(e, go)
        if e.op.transposed in ("zeros", "grid"):
            return None  # their rows have templates for every shape
        return super().special(e, go)

    def product(self, e: Apply, go: Go) -> Piece | None:
        """A product with a change in it: dX keeps its distance, or A dX would read as d of AX."""
        left, right = (f"{go(a):product}" for a in e.args)
        if not (right.startswith(_CHANGE) or _ENDS_IN_CHANGE.search(left)):
            return None
        return self.made(rf"{left} \, {right}", "product")


LATEX = Latex()
