"""From a tree to text, by the templates in the operators' rows.

One renderer serves every notation: a `Style` says how symbols, numbers and brackets look, the rows
say everything else. Each node knows which part of a style writes it, so nothing here knows nodes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from string import Formatter
from typing import Any, Protocol, TypeAlias

__all__ = [
    "LEVELS",
    "Go",
    "Node",
    "Piece",
    "Style",
    "applied",
    "counted",
    "entry",
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
    "product",
    "unary",
    "power",
    "atom",
)
_WIDE = ("negative", "sum", "series", "tensor", "circle", "product")
LEVELS = {level: n for n, level in enumerate(_LOOSEST_FIRST)}


@dataclass(frozen=True)
class Piece:
    """Text that knows how loosely it binds: formatting it for a tighter place adds brackets."""

    text: str
    level: str
    brackets: tuple[str, str]
    head: str = ""  # for f(x): the bare f, as in the denominator of a partial derivative

    def __format__(self, spec: str) -> str:
        if spec == "head":
            return self.head or (f"({self.text})" if self.level in _WIDE else self.text)
        if spec == "position":  # print counts from 1
            return str(int(self.text) + 1) if self.text.isdigit() else self.text
        if spec == "call":
            tall = any(mark in self.text for mark in ("\\frac", "\\begin", "\\sum"))
            return self.text.join((r"\left(", r"\right)") if tall else ("(", ")"))
        if spec == "last":  # the last factor of a product: a sum sign needs no brackets there
            spec = "series" if self.level == "series" else "product"
        loose = LEVELS[self.level] < LEVELS[spec]
        return self.text.join(self.brackets) if loose else self.text


class Node(Protocol):
    """What can be written: a node of a tree."""

    @property
    def args(self) -> tuple[Any, ...]: ...

    def written(self, style: Style, go: Go) -> Piece: ...


Go: TypeAlias = "Callable[[Any], Piece]"  # writes a part of what is being written


@dataclass(frozen=True)
class Style:
    """How one notation writes what is not an operator."""

    reader: str  # which template of a row: "latex", "numpy" or "dialect"
    brackets: tuple[str, str]
    symbol: Callable[[Any], str]
    number: Callable[[Any], tuple[str, str]]  # text and level
    let: Callable[[Any, Go], Piece]
    index: Callable[[Any], str]
    bind: Callable[[Any, Go], Piece]
    special: dict[str, Callable[[Any, Go], Piece | None]] = field(default_factory=dict)

    def atom(self, text: str) -> Piece:
        return Piece(text, "atom", self.brackets)


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
    special = style.special.get(e.op.name)
    made = special(e, go) if special else None
    return made or _filled(e, style, [go(a) for a in e.args])


def _filled(e: Any, style: Style, parts: list[Piece]) -> Piece:
    text = Formatter().vformat(getattr(e.op, style.reader), parts, {"args": _Joined(parts)})
    level = getattr(e.op, f"{style.reader}_level")
    head = getattr(e.op.unspecified, "tex", "")
    return Piece(text, parts[0].level if level == "through" else level, style.brackets, head)


@dataclass(frozen=True)
class _Joined:
    """``{args}`` in a template: every argument, by commas or what the spec says between."""

    parts: list[Piece]

    def __format__(self, spec: str) -> str:
        return (spec or ", ").join(p.text for p in self.parts)


def entry(number: Callable[[Any], str | None]) -> Callable[[Any, Go], Piece]:
    """How an entry prints, given how an index that is a plain number does."""

    def special(e: Any, go: Go) -> Piece:
        whole, *chosen = e.args
        index = ", ".join(number(c) or go(c).text for c in chosen)
        return Piece(f"{go(whole):atom}[{index}]", "atom", ("(", ")"))

    return special


def counted(e: Any) -> str | None:
    """The text of an index that is a plain number."""
    value = getattr(e, "value", None)
    return None if value is None else str(value)


def plain(e: Node) -> str:
    """A short text for error messages: NumPy-like, with ``.T`` kept, so that shapes can be seen."""
    return render(e, _PLAIN).text


def _dotted(e: Any, go: Go) -> Piece:
    return Piece(f"{go(e.args[0]):atom}.T", "atom", ("(", ")"))


def _plain_number(n: Any) -> tuple[str, str]:
    whole = n.value >= 0 and n.value.denominator == 1
    return str(n.value), "atom" if whole else "sum"


_PLAIN = Style(
    reader="numpy",
    brackets=("(", ")"),
    symbol=lambda s: str(s.name),
    number=_plain_number,
    let=lambda e, go: Piece(e.name, "atom", ("(", ")")),
    index=lambda i: str(i.name),
    bind=lambda e, go: Piece(f"{e.kind}({go(e.body).text})", "atom", ("(", ")")),
    special={
        "transpose": _dotted,
        "transpose of a vector": _dotted,
        "entry": entry(counted),
    },
)
