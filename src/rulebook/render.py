"""From a tree to text, by the templates in the operators' rows.

One renderer serves LaTeX and NumPy: a `Style` says how symbols, numbers and brackets look, the
rows say everything else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from string import Formatter

from rulebook.expr import Apply, Bind, Expr, Index, Let, Number, Symbol

__all__ = ["LEVELS", "Piece", "Style", "plain", "render"]

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


@dataclass(frozen=True)
class Style:
    """How one notation writes what is not an operator."""

    reader: str  # which template of a row: "latex", "numpy" or "dialect"
    brackets: tuple[str, str]
    symbol: Callable[[Symbol], str]
    number: Callable[[Number], tuple[str, str]]  # text and level
    let: Callable[[Let, Callable[[Expr], Piece]], Piece]
    index: Callable[[Index], str]
    bind: Callable[[Bind, Callable[[Expr], Piece]], Piece]
    special: dict[str, Callable[[Apply, Callable[[Expr], Piece]], Piece | None]] = field(
        default_factory=dict
    )


def render(e: Expr, style: Style) -> Piece:
    """``e`` in the given style."""
    known: dict[int, Piece] = {}  # a special may look at a part and then leave it to the template

    def go(e: Expr) -> Piece:
        if id(e) not in known:
            known[id(e)] = made(e)
        return known[id(e)]

    def made(e: Expr) -> Piece:
        match e:
            case Symbol():
                return Piece(style.symbol(e), "atom", style.brackets)
            case Number():
                return Piece(*style.number(e), style.brackets)
            case Index():
                return Piece(style.index(e), "atom", style.brackets)
            case Let():
                return style.let(e, go)
            case Bind():
                return style.bind(e, go)
            case Apply():
                special = style.special.get(e.op.name)
                written = special(e, go) if special else None
                return written or _template(e, style, [go(a) for a in e.args])
        raise TypeError(e)

    return go(e)


def _template(e: Apply, style: Style, parts: list[Piece]) -> Piece:
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


def plain(e: Expr) -> str:
    """A short text for error messages: NumPy-like, with ``.T`` kept, so that shapes can be seen."""

    def dotted(e: Apply, go: Callable[[Expr], Piece]) -> Piece:
        return Piece(f"{go(e.args[0]):atom}.T", "atom", ("(", ")"))

    style = Style(
        reader="numpy",
        brackets=("(", ")"),
        symbol=lambda s: s.name,
        number=lambda n: (
            str(n.value),
            "atom" if n.value >= 0 and n.value.denominator == 1 else "sum",
        ),
        let=lambda e, go: Piece(e.name, "atom", ("(", ")")),
        index=lambda i: i.name,
        bind=lambda e, go: Piece(f"{e.kind}({go(e.body).text})", "atom", ("(", ")")),
        special={
            "transpose": dotted,
            "transpose of a vector": dotted,
            "entry": entry(lambda n: str(n.value)),
        },
    )
    return render(e, style).text


def entry(number: Callable[[Number], str]) -> Callable[[Apply, Callable[[Expr], Piece]], Piece]:
    """How an entry prints, given how an index that is a plain number does."""

    def special(e: Apply, go: Callable[[Expr], Piece]) -> Piece:
        whole, *chosen = e.args
        index = ", ".join(number(c) if isinstance(c, Number) else go(c).text for c in chosen)
        return Piece(f"{go(whole):atom}[{index}]", "atom", ("(", ")"))

    return special
