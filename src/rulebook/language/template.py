"""From a tree to text, by the templates in the operators' rows.

One renderer serves every notation: a `Style` says how symbols, numbers and brackets look, the rows
say everything else. Each node knows which part of a style writes it, so nothing here knows nodes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from string import Formatter
from typing import Any, Protocol, TypeAlias

from rulebook.language.dims import Dim
from rulebook.language.row import Row

__all__ = [
    "LEVELS",
    "Go",
    "Node",
    "Piece",
    "Style",
    "applied",
    "filled",
    "plain",
    "render",
]

_LOOSEST_FIRST = (
    "",
    "compare",
    "negative",
    "sum",
    "series",
    "tensor",
    "circle",
    "fraction",
    "product",
    "unary",
    "power",
    "atom",
)
_WIDE = ("negative", "sum", "series", "tensor", "circle", "fraction", "product")
LEVELS = {level: n for n, level in enumerate(_LOOSEST_FIRST)}


@dataclass(frozen=True)
class Piece:
    """Text that knows how loosely it binds: formatting it for a tighter place adds brackets."""

    text: str
    level: str
    brackets: tuple[str, str] = ("(", ")")
    head: str = ""  # for f(x): the bare f, as in the denominator of a partial derivative

    def __format__(self, spec: str) -> str:
        if spec == "head":
            return self.head or (f"({self.text})" if self.level in _WIDE else self.text)
        if spec == "position":  # print counts from 1
            return str(int(self.text) + 1) if self.text.isdigit() else self.text
        if spec == "call":
            return f"({self.text})"
        if spec == "last":  # the last factor of a product: a sum sign needs no brackets there
            spec = "series" if self.level == "series" else "product"
        loose = LEVELS[self.level] < LEVELS[spec]
        return self.text.join(self.brackets) if loose else self.text


class Node(Protocol):
    """What can be written: a node of a tree, or the left side of an equation."""

    @property
    def args(self) -> tuple[Any, ...]: ...

    def written(self, style: Style, go: Go) -> Piece: ...


Go: TypeAlias = "Callable[[Any], Piece]"  # writes a part of what is being written


class Style:
    """How one notation writes what is no operator, and which template of a row it reads.

    This one is NumPy-like; the others say what they do otherwise.
    """

    brackets = ("(", ")")
    piece = Piece
    unequal = "≠"

    def __call__(self, e: Node) -> str:
        """The text of a tree, or of a left side."""
        return render(e, self).text

    def aside(self, words: str) -> str:
        """Words after a formula."""
        return f" {words}"

    def made(self, text: str, level: str = "atom", head: str = "") -> Piece:
        """A piece with the brackets of the style."""
        return self.piece(text, level, self.brackets, head)

    def template(self, op: Row) -> tuple[str, str]:
        """An operator's template, and how loosely it binds."""
        return op.numpy, op.numpy_level

    def special(self, e: Any, go: Go) -> Piece | None:
        """An operator that is not written by a template; None for the others."""
        return None

    def symbol(self, s: Any) -> str:
        return str(s.name)

    def index(self, i: Any) -> str:
        return str(i.name)

    def size(self, d: Dim) -> str:
        """A dimension, as print writes it."""
        return d.text(" ")

    def number(self, n: Any) -> tuple[str, str]:
        """The text of a number, and how loosely it binds."""
        whole = n.value >= 0 and n.value.denominator == 1
        return str(n.value), "atom" if whole else "sum"

    def let(self, e: Any, go: Go) -> Piece:
        return self.made(e.name)

    def bind(self, e: Any, go: Go) -> Piece:
        return self.made(f"{e.kind}({go(e.body).text})")


def render(e: Node, style: Style) -> Piece:
    """``e`` in the given style."""
    known: dict[int, Piece] = {}  # a special may look at a part and then leave it to the template

    def go(e: Node) -> Piece:
        if id(e) not in known:
            known[id(e)] = e.written(style, go)
        return known[id(e)]

    return go(e)


def applied(e: Any, style: Style, go: Go) -> Piece:
    """An operator over arguments: by the style's own way with it, or by the row's template."""
    return style.special(e, go) or filled(e, style, [go(a) for a in e.args])


def filled(e: Any, style: Style, parts: Sequence[Piece]) -> Piece:
    """A row's template with its arguments put in."""
    template, level = style.template(e.op)
    named = {
        "args": _Joined([p.text for p in parts]),
        "rest": _Joined([p.text for p in parts[1:]]),
        "sizes": _Joined([style.size(d) for d in e.op.sizes]),
        "label": e.op.label,
    }
    text = Formatter().vformat(template, parts, named)
    return style.made(text, parts[0].level if level == "through" else level)


@dataclass(frozen=True)
class _Joined:
    """``{args}`` in a template: every argument, by commas or what the spec says between."""

    parts: list[str]

    def __format__(self, spec: str) -> str:
        return (spec or ", ").join(self.parts)


def plain(e: Node) -> str:
    """A short text for error messages: NumPy-like, with ``.T`` kept, so that shapes can be seen."""
    return render(e, _PLAIN).text


class _Plain(Style):
    def special(self, e: Any, go: Go) -> Piece | None:
        turned = e.op.transposed == "undo"
        return self.made(f"{go(e.args[0]):atom}.T") if turned else None


_PLAIN = _Plain()
