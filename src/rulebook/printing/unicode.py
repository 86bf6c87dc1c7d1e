"""Expressions as plain text for a terminal: ``xᵀ (A + Aᵀ)``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import ClassVar

from rulebook.language.template import Go, Node, Piece
from rulebook.language.tree import Number, Symbol
from rulebook.printing.notation import GREEK, Notation, Template
from rulebook.printing.sides import DifferentialOf

__all__ = ["UNICODE", "script", "text"]

_MARKS = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303"}
_ABOVE = dict(
    zip(
        "0123456789+-=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVW",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂ",
        strict=True,
    )
)
_BELOW = dict(
    zip(
        "0123456789+-=()aehijklmnoprstuvx",
        "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ",
        strict=True,
    )
)
_CALLED = re.compile(r"[A-Za-z]{2,}\(|√|‖")  # d exp(x), not dexp(x)


def text(e: Node) -> str:
    """``e`` on one line of plain text.

    >>> from rulebook.language.build import matrix, vector
    >>> x, A = vector("x", "n"), matrix("A", "n", "n")
    >>> text(x.T @ (A + A.T) / 2)
    '(xᵀ (A + Aᵀ))/2'
    """
    return UNICODE(e)


class _Piece(Piece):
    def __format__(self, spec: str) -> str:
        if spec == "tight":
            return _tight(self.text)
        if spec == "solid":
            return _tight(self.text, " /")
        if spec == "above":
            return script(self.text, "^")
        if spec == "below":
            return script(super().__format__("position"), "_")
        return super().__format__(spec)


class Unicode(Notation):
    """The book's hand, as far as one line of text goes."""

    name = "unicode"
    zeros = ("𝟎", "𝟎ᵀ")
    piece = _Piece
    templates: ClassVar[Mapping[str, Template]] = {
        "sum": "{0:negative} + {1:sum}",
        "difference": "{0:negative} - {1:tensor}",
        "negative": "-{0:tensor}",
        "scaling": "{0:product} {1:last}",
        "Hadamard product": "{0:circle} ⊙ {1:circle}",
        "quotient": ("{0:solid}/{1:solid}", "fraction"),
        "elementwise quotient": "{0:circle} ⊘ {1:unary}",
        "power": "{0:atom}{1:above}",
        "elementwise power": "{0:atom}∘{1:above}",
        "product": "{0:product} {1:product}",
        "outer product": "{0:product} {1:product}",
        "transpose": "{0:atom}ᵀ",
        "transpose of a vector": "{0:atom}ᵀ",
        "inverse": "{0:atom}⁻¹",
        "Kronecker product": "{0:fraction} ⊗ {1:fraction}",
        "diagonal part": "diag⁻¹({0})",
        "trace": "tr({0})",
        "determinant": "det({0})",
        "log determinant": "log |det {0:atom}|",
        "unvec": "unvec_{sizes:,}({0})",
        "sum of entries": "sum({0})",
        "norm": "‖{0}‖",
        "Frobenius norm": "‖{0}‖_F",
        "sqrt": "√{0:solid}",
        "sigmoid": "σ({0})",
        "relu": "max(0, {0})",
        "step": "𝟙[{0} > 0]",
        "greater": "𝟙[{0} > {1}]",
        "abs": "|{0}|",
        "maximum": "max({0}, {1})",
        "minimum": "min({0}, {1})",
        "cases": "{{{1} if {0} > 0; {2} otherwise}}",
        "ones": "𝟏",
        "identity": "I",
        "commutation": "K_{sizes:,}",
        "size": "{sizes}",
        "stack": "[{args:; }]",
        "stack rows": "[{args:; }]",
        "concatenate": "[{args:; }]",
        "upper": "{0:atom}_↑",
        "lower": "{0:atom}_↓",
        "Kronecker delta": "[{0} = {1}]",
        "row": "{label}{1:below}",
        "unit": "e_{label}",
        "differential": "d({0})",
    }

    def __call__(self, e: Node) -> str:
        return unicodedata.normalize("NFC", super().__call__(e))

    def symbol(self, s: Symbol) -> str:
        """A tangent that could not be called dX, since the reader has a dX, is d(X)."""
        if s.role == "tangent" and s.of and s.name not in (f"d{s.of.name}", f"d{s.of.name}_2"):
            return f"d({self.symbol(s.of)})" + "'" * s.primed
        return super().symbol(s)

    def letter(self, name: str, bold: bool) -> str:
        return _greek(name) if name in GREEK else name

    def accent(self, accent: str, text: str) -> str:
        return text[:1] + _MARKS[accent] + text[1:]

    def below(self, text: str) -> str:
        return script(text, "_")

    def number(self, n: Number) -> tuple[str, str]:
        whole = n.value.denominator == 1
        return str(n.value), "negative" if n.value < 0 else "atom" if whole else "fraction"

    def sum(self, index: str, size: str) -> str:
        return f"∑{script(f'{index}=1', '_')}{script(size, '^')} "

    def quotient(self, sign: str, of: str, by: tuple[str, ...], order: int) -> str:
        of = _tight(of, " /") if of else ""
        top = sign + "²" * (order - 1) + " " * bool(_CALLED.match(of)) + of
        power = "²" if order > len(by) else ""
        below = " ".join([f"{sign}{by[0]}{power}", *(f"{sign}{x}ᵀ" for x in by[1:])])
        return f"{top}/{_tight(below)}"

    def nabla(self, of: str, by: str, left: bool = False) -> str:
        return f"∇{script(by, '_')} {of}"

    def differential(self, e: DifferentialOf, go: Go) -> Piece:
        of, power = go(e.of).text, "²" * (e.order - 1)
        apart = " " * bool(_CALLED.match(of))
        return self.made(f"d{power}{apart}{of}" if e.bare else f"d{power}({of})")

    def equations(self, pairs: Iterable[tuple[str, str]]) -> str:
        return "\n".join(f"{left} = {right}" for left, right in pairs)

    def definitions(self, pairs: Iterable[tuple[str, str]]) -> str:
        return "".join(f", {name} = {body}" for name, body in pairs)

    def opening(self, first: Piece) -> str:
        """The fraction after a first minus in brackets, as everywhere in a product."""
        fraction = re.fullmatch(r"-(\d+/\d+)", first.text)
        return f"-({fraction[1]})" if fraction else first.text


def script(inside: str, sign: str) -> str:
    """Raised or lowered where Unicode can, else after a sign."""
    small = _ABOVE if sign == "^" else _BELOW
    letters = inside.replace(" ", "")
    if letters and all(c in small for c in letters):
        return "".join(small[c] for c in letters)
    return sign + (inside if len(inside) == 1 or inside.isalnum() else _tight(inside, " /"))


def _tight(text: str, loose: str = " ") -> str:
    """In brackets, unless it already holds together."""
    depth, outside = 0, ""
    for c in re.sub(r"‖[^‖]*‖|\|[^|]*\|", "", text):
        depth -= c in ")]}"
        outside += c if depth == 0 else ""
        depth += c in "([{"
    return f"({text})" if any(c in outside for c in loose) else text


def _greek(name: str) -> str:
    size = "CAPITAL" if name[:1].isupper() else "SMALL"
    return unicodedata.lookup(f"GREEK {size} LETTER {name.upper().replace('LAMBDA', 'LAMDA')}")


UNICODE = Unicode()
