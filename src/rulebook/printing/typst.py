"""Expressions in Typst, for between two dollar signs: all that the notation is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import ClassVar

from rulebook.language.dims import Dim
from rulebook.language.row import Row
from rulebook.language.template import Go, Piece
from rulebook.language.tree import Number
from rulebook.printing.notation import GREEK, Notation, Template, literal
from rulebook.printing.sides import DifferentialOf

__all__ = ["TYPST"]

_ACCENTS = {"bar": "macron", "hat": "hat", "tilde": "tilde"}
_WORD = re.compile(r"[^\W\d_]\w+")  # what Typst would take for a variable


class Typst(Notation):
    """The book's hand in Typst's mathematics."""

    name = "typst"
    templates: ClassVar[Mapping[str, Template]] = {
        "sum": "{0:negative} + {1:sum}",
        "difference": "{0:negative} - {1:tensor}",
        "negative": "-{0:tensor}",
        "scaling": "{0:product} thin {1:last}",
        "Hadamard product": "{0:circle} ⊙ {1:circle}",
        "quotient": "frac({0}, {1})",
        "elementwise quotient": "{0:circle} ⊘ {1:unary}",
        "power": "{0:atom}^({1})",
        "elementwise power": "{0:atom}^(∘ {1})",
        "product": "{0:product} {1:product}",
        "outer product": "{0:product} {1:product}",
        "transpose": "{0:atom}^top",
        "transpose of a vector": "{0:atom}^top",
        "inverse": "{0:atom}^(-1)",
        "Kronecker product": "{0:product} ⊗ {1:product}",
        "diagonal part": 'op("diag")^(-1) ({0})',
        "trace": "tr({0})",
        "determinant": "det({0})",
        "log determinant": "log abs(det {0:atom})",
        "unvec": 'op("unvec")_({sizes}) ({0})',
        "sum of entries": 'op("sum")({0})',
        "norm": "norm({0})",
        "Frobenius norm": "norm({0})_F",
        "exp": "exp({0})",
        "log": "log({0})",
        "sin": "sin({0})",
        "cos": "cos({0})",
        "tanh": "tanh({0})",
        "sqrt": "sqrt({0})",
        "sigmoid": "sigma({0})",
        "relu": "max(0, {0})",
        "step": "bb(1)[{0} > 0]",
        "greater": "bb(1)[{0} > {1}]",
        "abs": "abs({0})",
        "maximum": "max({0}, {1})",
        "minimum": "min({0}, {1})",
        "cases": 'cases({1} & "if" {0} > 0, {2} & "otherwise")',
        "ones": "arrow(1)",
        "identity": "I",
        "commutation": "K_({sizes})",
        "size": "{sizes}",
        "stack": 'mat(delim: "[", {args:; })',
        "stack rows": 'mat(delim: "[", {args:; })',
        "concatenate": 'mat(delim: "[", {args:; })',
        "upper": "{0:atom}_↑",
        "lower": "{0:atom}_↓",
        "Kronecker delta": "[{0} = {1}]",
        "row": "bold({label})_({1:position})",
        "unit": "bold(e)_({label})",
        "differential": "dif({0})",
    }
    curly, straight, beside = "∂", "dif", " "
    thin, dot = " thin ", " dot "
    zeros = ("arrow(0)", "arrow(0)^top")

    def called(self, op: Row) -> Template:
        """Any other function: under its name, upright."""
        quoted = literal(op.word.replace("\\", r"\\").replace('"', r"\""))
        return f'op("{quoted}")({{args}})', "atom"

    def letter(self, name: str, bold: bool) -> str:
        letter = name if name in GREEK else self.word(name)
        return f"bold({letter})" if bold else letter

    def accent(self, accent: str, text: str) -> str:
        return f"{_ACCENTS[accent]}({text})"

    def below(self, text: str) -> str:
        return f"_({text})"

    def word(self, text: str) -> str:
        bare = text.isdigit() or (len(text) == 1 and text != "_")
        return text if bare else f'"{text}"'

    def size(self, d: Dim) -> str:
        return _WORD.sub(lambda m: self.word(m[0]), super().size(d))

    def change(self, text: str) -> str:
        return f"dif {text}"

    def number(self, n: Number) -> tuple[str, str]:
        sign = "-" if n.value < 0 else ""
        top, bottom = abs(n.value.numerator), n.value.denominator
        text = str(top) if bottom == 1 else f"frac({top}, {bottom})"
        return sign + text, "negative" if sign else "atom" if bottom == 1 else "unary"

    def sum(self, index: str, size: str) -> str:
        return f"sum_({index} = 1)^({size}) "

    def quotient(self, sign: str, of: str, by: tuple[str, ...], order: int) -> str:
        top = sign + "^2" * (order - 1) + (f" {of}" if of else "")
        power = "^2" if order > len(by) else ""
        below = f"{sign} {by[0]}{power}" + "".join(f" thin {sign} {x}^top" for x in by[1:])
        return f"frac({top}, {below})"

    def nabla(self, of: str, by: str, left: bool = False) -> str:
        return f"nabla_({by}) {'thin ' * left}{of}"

    def differential(self, e: DifferentialOf, go: Go) -> Piece:
        of, power = go(e.of).text, "^2" * (e.order - 1)
        return self.made(f"dif{power} {of}" if e.bare else f"dif{power} ({of})")

    def equations(self, pairs: Iterable[tuple[str, str]]) -> str:
        return " \\\n".join(f"{left} &= {right}" for left, right in pairs)

    def definitions(self, pairs: Iterable[tuple[str, str]]) -> str:
        return "".join(f", quad {name} = {body}" for name, body in pairs)

    def grid(self, rows: list[list[str]]) -> str:
        return f'mat(delim: "[", {"; ".join(map(", ".join, rows))})'

    def aside(self, words: str) -> str:
        return f' "{words}"'


TYPST = Typst()
