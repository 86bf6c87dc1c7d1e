"""What a notation for readers is: its templates for the rows, and a few words of its own.

A notation is a subclass of `Notation`, in one file. It says how it sets a letter, an index below
it, a fraction, a derivative; the templates say how it writes each operator. What it has no
template for is written as a call.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from rulebook.language.dims import ONE, is_vector
from rulebook.language.operators.infix import ENTRY, SCALING
from rulebook.language.row import Row
from rulebook.language.template import Go, Piece, Style
from rulebook.language.tree import Apply, Bind, Expr, Index, Let, Number, Symbol
from rulebook.language.unspecified import Unspecified

if TYPE_CHECKING:
    from rulebook.printing.sides import DerivativeOf, DifferentialOf

__all__ = ["GREEK", "Notation", "Template", "literal"]

Template: TypeAlias = "str | tuple[str, str]"  # alone, it binds as the row says

GREEK = frozenset(
    "alpha beta gamma delta epsilon zeta eta theta kappa lambda mu nu xi pi rho sigma tau phi chi "
    "psi omega Gamma Delta Theta Lambda Sigma Phi Psi Omega".split()
)
_SHORT = {"lam": "lambda"}  # what Python does not let a name be
_ACCENTS = ("bar", "hat", "tilde")
_NUMBERED = re.compile(r"^([A-Za-z]+)(\d+)$")  # x1 is x with 1 below
_WIDEST = 24  # characters that may stand above a fraction bar


class Notation(Style, ABC):
    """How one notation writes trees, left sides and whole equations."""

    name: ClassVar[str]  # what a row calls it that brings a template of its own
    templates: ClassVar[Mapping[str, Template]] = {}  # by the rows' words
    curly = "∂"
    straight = "d"
    circle = "○"  # an operator left unspecified, between its arguments
    beside = ""  # between the letters of an index
    zeros = ("0", "0")  # a column of them, and a row
    thin, dot = " ", " · "  # between factors

    # ------------------------------------------------------------------- to be said by each

    @abstractmethod
    def letter(self, name: str, bold: bool) -> str:
        """A letter, bold or not."""

    @abstractmethod
    def accent(self, accent: str, text: str) -> str:
        """A bar, a hat or a tilde over a letter."""

    @abstractmethod
    def below(self, text: str) -> str:
        """An index, set lower."""

    @abstractmethod
    def quotient(self, sign: str, of: str, by: tuple[str, ...], order: int) -> str:
        """A derivative as a fraction; one variable of order 2 is squared, of two the last is ᵀ."""

    @abstractmethod
    def nabla(self, of: str, by: str, left: bool = False) -> str:
        """A gradient; as a ``left`` side it may be of a whole expression."""

    @abstractmethod
    def sum(self, index: str, size: str) -> str:
        """A sum sign, up to where its body begins."""

    @abstractmethod
    def equations(self, pairs: Iterable[tuple[str, str]]) -> str:
        """Several equations, one under the other."""

    @abstractmethod
    def definitions(self, pairs: Iterable[tuple[str, str]]) -> str:
        """What names stand for, after an equation."""

    # ------------------------------------------------------------------- what follows from it

    def word(self, text: str) -> str:
        """A word in an index, or the name of one."""
        return text

    def width(self, text: str) -> int:
        """How wide a text is once it is set, in letters."""
        return len(text)

    def fenced(self, text: str) -> str:
        return text.join(self.brackets)

    def change(self, text: str) -> str:
        """The d of a tangent before what it belongs to."""
        return self.straight + text

    def glyph(self, name: str, bold: bool = False) -> str:
        """A name as a letter, with what it says of accents and of an index."""
        head, _, below = name.partition("_")
        if head in _ACCENTS and below:
            return self.accent(head, self.glyph(below, bold))
        head, _, below = _NUMBERED.sub(r"\1_\2", name).partition("_")
        if not head:
            return self.letter(name, bold)
        letter = self.letter(_SHORT.get(head, head), bold)
        index = f"t{self.beside}+{self.beside}1" if below == "next" else self.word(below)
        return letter + (self.below(index) if below else "")

    def symbol(self, s: Symbol) -> str:
        if s.of is None:
            return self.glyph(s.name, is_vector(s.shape))
        whole = self.symbol(s.of)
        made = self.change(whole) if s.role == "tangent" else self.accent("bar", whole)
        return made + "'" * s.primed

    def index(self, i: Index) -> str:
        return self.word(i.name)

    def let(self, e: Let, go: Go) -> Piece:
        return self.made(self.glyph(e.name, is_vector(e.shape)))

    def bind(self, e: Bind, go: Go) -> Piece:
        if e.kind == "total":
            sums = "".join(self.sum(self.index(i), self.size(i.size)) for i in e.indices)
            return self.made(f"{sums}{go(e.body):product}", "series")
        return self.made(self.entries(go(e.body).text, ",".join(map(self.index, e.indices))))

    def entries(self, body: str, index: str) -> str:
        """An array by its entries."""
        return f"[{body}]" + self.below(index)

    def grid(self, rows: list[list[str]]) -> str:
        """A matrix written out."""
        return f"[{'; '.join(map(', '.join, rows))}]"

    def template(self, op: Row) -> tuple[str, str]:
        own = op.notations.get(self.name) or self.templates.get(op.word) or self.called(op)
        return (own, op.latex_level) if isinstance(own, str) else own

    def called(self, op: Row) -> Template:
        """An operator that the notation has no template for, as a call."""
        return f"{literal(op.word)}({{args}})", "atom"

    def special(self, e: Apply, go: Go) -> Piece | None:
        if e.op.unspecified:
            return self.function(e.op.unspecified, e, go)
        if e.op.straight is not None:
            sign = self.straight if e.op.straight else self.curly
            of, by = (go(a).text for a in e.args)
            return self.made(self.quotient(sign, of, (by,), 1), "unary")
        if e.op.transposed == "zeros":
            return self.made(self.zeros[e.shape[0] == ONE] if is_vector(e.shape) else "0")
        if e.op.transposed == "grid":
            width = e.shape[1].value or 1
            entries = [go(a).text for a in e.args]
            return self.made(
                self.grid([entries[n : n + width] for n in range(0, len(entries), width)])
            )
        if e.op is SCALING:
            return self.scaling(e, go)
        return self.entry(e, go) if e.op is ENTRY else None

    def entry(self, e: Apply, go: Go) -> Piece:
        """One entry: the letter of the whole, not bold, with its place below."""
        whole, *chosen = e.args
        parts = [str(c.value + 1) if isinstance(c, Number) else go(c).text for c in chosen]
        index = ("," if any(len(p) > 1 for p in parts) else self.beside).join(parts)
        role = isinstance(whole, Symbol) and whole.of
        name = whole.name if isinstance(whole, Let | Symbol) and not role else ""
        letter = self.glyph(name) if name and "_" not in name else f"{go(whole):atom}"
        return self.made(letter + self.below(index))

    def scaling(self, e: Apply, go: Go) -> Piece | None:
        """A product as a hand writes it: a dot before a digit, no brackets around a first minus."""
        first, right = e.args[0], f"{go(e.args[1]):last}"
        dotted = right[0] in "0123456789" or (_opening(e.args[1]) or 0) > 0
        minus = (_opening(first) or 0) < 0
        if not (minus or dotted):
            return None
        left = self.opening(go(first)) if minus else f"{go(first):product}"
        between = self.dot if dotted else self.thin
        return self.made(left + between + right, "negative" if minus else "product")

    def opening(self, first: Piece) -> str:
        """The first factor of a product, where it opens with a minus."""
        return first.text

    def function(self, fn: Unspecified, e: Apply, go: Go) -> Piece:
        """A function left unspecified, and its derivatives."""
        args = [go(a) for a in e.args]
        by = tuple(f"{args[k]:head}" for k in fn.slots)
        if fn.infix:
            both = f"{args[0]:fraction} {self.circle} {args[1]:fraction}"
            made = self.quotient(self.curly, f"({both})", by, 1) if by else both
            return self.made(made, "unary" if by else "circle")
        f = self.glyph(fn.name, fn.bold)
        if not by or (fn.out is None and set(fn.slots) == {0}):
            listed = ", ".join(a.text for a in args)
            return self.made(f"{f}{self.primes(len(by))}({listed})", "atom", f)
        if fn.gradient:
            return self.made(self.nabla(f, by[0]), "unary", f)
        sign = self.straight if fn.straight else self.curly
        many = by[:1] if fn.straight else by
        return self.made(self.quotient(sign, f, many, len(by)), "unary", f)

    def primes(self, count: int) -> str:
        return "'" * count

    def derivative(self, e: DerivativeOf, go: Go) -> Piece:
        """A left side: the function above the bar where there is room, else behind it."""
        of, by = go(e.of).text, go(e.by).text
        held = not (e.apart or e.is_bulky) and self.width(of) < _WIDEST
        behind = of if e.is_call and not e.apart else self.fenced(of)
        if e.gradient:
            return self.made(self.nabla(of if held else behind, by, True))
        sign = self.straight if e.straight else self.curly
        many = (by, by) if e.order == 2 and e.by.shape else (by,)
        if held:
            return self.made(self.quotient(sign, of, many, e.order))
        return self.made(f"{self.quotient(sign, '', many, e.order)} {behind}")

    def differential(self, e: DifferentialOf, go: Go) -> Piece:
        raise NotImplementedError


def literal(text: str) -> str:
    """A text that stands for itself in a template."""
    return text.replace("{", "{{").replace("}", "}}")


def _opening(e: Expr) -> Fraction | None:
    """The number that a product opens with, if it does."""
    if isinstance(e, Apply) and e.op is SCALING:
        return _opening(e.args[0])
    return e.value if isinstance(e, Number) else None
