"""Walks over a tree: its nodes and symbols, its sign, and the same tree with parts replaced."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from rulebook.language.signs import Sign
from rulebook.language.tree import Apply, Bind, Expr, Let, Number, Symbol
from rulebook.language.unspecified import Unspecified

__all__ = [
    "inner_first",
    "nodes",
    "positive",
    "rebuild",
    "sign_of",
    "substitute",
    "symbols",
    "unnamed",
    "unspecified",
    "walk",
]


def walk(e: Expr) -> Iterator[Expr]:
    """Every node below and including ``e``, parents first."""
    yield e
    for a in e.args:
        yield from walk(a)


def nodes(*expressions: Expr) -> Iterator[Expr]:
    """Every node of several trees, each object once, however many of them share it."""
    seen: set[int] = set()
    waiting = [*reversed(expressions)]
    while waiting:
        e = waiting.pop()
        if id(e) not in seen:
            seen.add(id(e))
            yield e
            waiting += reversed(e.args)


def rebuild(e: Expr, args: tuple[Expr, ...]) -> Expr:
    """The same node over other arguments."""
    if args == e.args:
        return e
    match e:
        case Apply():
            return Apply(e.op, *args)
        case Let():
            return Let(e.name, args[0])
        case Bind():
            return Bind(e.kind, e.indices, args[0])
    return e


def substitute(e: Expr, mapping: dict[Expr, Expr]) -> Expr:
    """``e`` with every occurrence of a key replaced by its value."""
    if e in mapping:
        return mapping[e]
    return rebuild(e, tuple(substitute(a, mapping) for a in e.args))


def inner_first(e: Expr) -> Iterable[Expr]:
    """Every node, parts before what they are part of."""
    for a in e.args:
        yield from inner_first(a)
    yield e


def symbols(*expressions: Expr) -> tuple[Symbol, ...]:
    """The symbols in order of appearance."""
    return tuple(dict.fromkeys(e for e in nodes(*expressions) if isinstance(e, Symbol)))


def unspecified(*expressions: Expr) -> tuple[Unspecified, ...]:
    """The unspecified functions and partials that must be supplied as functions."""
    functions = (e.op.unspecified for e in nodes(*expressions) if isinstance(e, Apply))
    return tuple(dict.fromkeys(f for f in functions if f))


def unnamed(e: Expr) -> Expr:
    """What a name stands for; what is none is left as it is."""
    while isinstance(e, Let):
        e = e.body
    return e


def sign_of(e: Expr, known: Mapping[Expr, Sign] | None = None) -> Sign:
    """The sign of an expression on its face, given what is known of some."""

    def of(e: Expr) -> Sign:
        if known and e in known:
            return known[e]
        match e:
            case Number():
                return Sign.POSITIVE if e.value > 0 else Sign(int(e.value == 0))
            case Let() | Bind():
                return of(e.args[0])
            case Apply():
                return e.op.sign(of, *e.args)
        return Sign.UNKNOWN

    return of(e)


def positive(e: Expr) -> bool:
    """Whether an expression is positive on its face: exponentials, sizes, and sums of such."""
    return sign_of(e) is Sign.POSITIVE
