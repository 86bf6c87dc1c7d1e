"""What a caller gives beside the text: shapes, words, a variable. One mistake, one error.

`rulebook.derive` and `rulebook.check` read their arguments here, so that both take the same forms
and refuse the same mistakes in the same sentence.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, TypeAlias, get_args

from rulebook.dialect.infer import infer
from rulebook.dialect.parse import declare, parse
from rulebook.errors import RuleError, ShapeError
from rulebook.language.assumptions import Assumption
from rulebook.language.dims import Dim, DimLike
from rulebook.language.names import spelled
from rulebook.language.traverse import symbols
from rulebook.language.tree import Expr, Symbol

__all__ = [
    "STYLES",
    "Shapes",
    "Telling",
    "Words",
    "answer",
    "assumptions",
    "expression",
    "order_of",
    "size_typed",
    "style_named",
    "variable",
]

Shapes: TypeAlias = Mapping[str, str | Sequence[DimLike]]
Words: TypeAlias = Mapping[str, str | Iterable[str]]
Telling: TypeAlias = Literal["differentials", "paper"]
STYLES: tuple[Telling, ...] = get_args(Telling)  # how a derivation is told, the usual one first

SHAPES = "{'x': ('n',), 'A': ('m', 'n'), 't': ()}"
WORDS = "{'S': 'symmetric', 'x': ('positive', 'small')}"


def expression(
    of: Any, shapes: Shapes | None, known: Mapping[str, Symbol] | None = None
) -> tuple[Expr, dict[str, Symbol]]:
    """The expression that is given, and every name that has a shape, by name.

    Shapes that text leaves open are inferred; ``known`` are names that were read before. Raises
    ParseError for text outside the dialect, ShapeError for shapes that are none or do not fit,
    RuleError for what is neither text nor an expression.
    """
    declared = _shapes(shapes) | {n: _axes(s) for n, s in (known or {}).items()}
    if isinstance(of, str):
        found = infer(of, declared)
        return parse(of, found), found
    return _tree(of), declare(declared) | {s.name: s for s in symbols(_tree(of))}


def answer(of: Any, known: Mapping[str, Symbol]) -> Expr:
    """An expression over names that are known; a name that is not is a slip of the pen."""
    return parse(of, known) if isinstance(of, str) else _tree(of)


def _tree(of: Any) -> Expr:
    if not isinstance(of, Expr):
        raise RuleError(f"{_shown(of)} is neither text nor an expression")
    return of


def variable(wrt: Any, known: Mapping[str, Symbol]) -> Symbol:
    """The symbol to differentiate by. Raises RuleError where there is none of this name."""
    x = known.get(spelled(wrt)) if isinstance(wrt, str) else wrt
    if not isinstance(x, Symbol):
        have = ", ".join(sorted(known)) or "none"
        raise RuleError(f"no variable {wrt!r} to differentiate by; the variables are {have}")
    return x


def assumptions(assume: Any, known: Mapping[str, Symbol]) -> tuple[Assumption, ...]:
    """The words said of the symbols. Raises RuleError for a name or a word that is not known."""
    if not isinstance(assume, Mapping | None):
        raise RuleError(f"assume gives names their words, as in {WORDS}, not {_shown(assume)}")
    found: list[Assumption] = []
    for name, said in (assume or {}).items():
        symbol = known.get(spelled(str(name)))
        if symbol is None:
            have = ", ".join(sorted(known)) or "none"
            raise RuleError(f"{name!r} is assumed to be something; the variables are {have}")
        found += [Assumption(word, symbol) for word in _words(name, said)]
    return tuple(found)


def order_of(order: int) -> int:
    """How often to differentiate. Raises RuleError unless it is 1 or 2."""
    if order not in (1, 2) or isinstance(order, bool):
        raise RuleError(f"order is 1 or 2, not {order!r}")
    return order


def style_named(name: object) -> Telling:
    """The way to tell a derivation that was asked for. Raises RuleError for none."""
    for style in STYLES:
        if style == name:
            return style
    raise RuleError(f"no style {name!r}; the styles are {' and '.join(STYLES)}")


def size_typed(text: str) -> str | int:
    """A size as it is typed where all is text: a whole number, or a name."""
    return int(text) if text.isdecimal() else text


def _words(name: str, said: Any) -> tuple[str, ...]:
    several = (said,) if isinstance(said, str) else said
    if not isinstance(several, Iterable) or not all(isinstance(w, str) for w in several):
        raise RuleError(f"{name}: words are text, as in {WORDS}, not {_shown(said)}")
    return tuple(several)


def _shapes(shapes: Any) -> dict[str, tuple[DimLike, ...]]:
    """Shapes under the names that Python reads."""
    if not isinstance(shapes, Mapping | None):
        raise ShapeError(f"shapes gives names dimensions, as in {SHAPES}, not {_shown(shapes)}")
    found: dict[str, tuple[DimLike, ...]] = {}
    for name, given in (shapes or {}).items():
        if not isinstance(name, str):
            raise ShapeError(f"a name is text, not {_shown(name)}")
        own = spelled(name)
        if own in found:
            raise ShapeError(f"{name!r} is given twice: it is {own!r} in another spelling")
        found[own] = _shape(name, given)
    return found


def _shape(name: str, given: Any) -> tuple[DimLike, ...]:
    if isinstance(given, str):
        return (given,)
    if hasattr(given, "shape"):
        raise ShapeError(f"{name}: give the shape of the array, {name}.shape, not the array")
    if not isinstance(given, Sequence):
        raise ShapeError(
            f"{name}: a shape is ('n',) of a vector, ('m', 'n') of a matrix and () of a scalar, "
            f"not {_shown(given)}"
        )
    return tuple(_size(name, size) for size in given)


def _size(name: str, size: Any) -> DimLike:
    if isinstance(size, str | Dim):
        return size
    if isinstance(size, bool) or not hasattr(size, "__index__"):
        raise ShapeError(f"{name}: a dimension is a name or a whole number, not {_shown(size)}")
    return operator.index(size)


def _axes(s: Symbol) -> tuple[DimLike, ...]:
    """The shape of a symbol, as it would be given."""
    return tuple(d for d in s.shape if len(s.shape) != 2 or d.value != 1)


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"a {type(value).__name__}"
