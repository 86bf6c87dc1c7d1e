"""Expressions as NumPy source, and that source as functions.

Vectors are 1-D arrays, so a row needs no transpose; a `Let` becomes an assignment; a dimension
that is needed as a number is read off an argument's shape. What is printed is what is run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from rulebook.language.dims import array_shape
from rulebook.language.row import Row
from rulebook.language.template import Go, Piece, Style, render
from rulebook.language.traverse import inner_first, symbols, unspecified, walk
from rulebook.language.tree import Apply, Bind, Expr, Let, Number, Symbol

__all__ = [
    "DIALECT",
    "compiled",
    "definition",
    "dialect",
    "helpers",
    "module",
    "numpy_text",
    "parameters",
]


def numpy_text(e: Expr) -> str:
    """``e`` as one NumPy expression; a `Let` is its name.

    >>> from rulebook.language.build import matrix, vector
    >>> x, A = vector("x", "n"), matrix("A", "n", "n")
    >>> numpy_text(x.T @ (A + A.T))
    'x @ (A + A.T)'
    """
    return render(e, _STYLE).text


def dialect(e: Expr) -> str:
    """``e`` in the text that `rulebook.dialect.parse` reads; a `Let` is spelled out.

    >>> from rulebook.language.build import vector
    >>> from rulebook.language.operators import norm
    >>> dialect(norm(vector("x", "n")))
    'norm2(x)'
    """
    return render(e, DIALECT).text


def parameters(*expressions: Expr) -> tuple[str, ...]:
    """What a function that computes them takes: symbols, functions, sizes no array tells."""
    names = [s.name for s in symbols(*expressions)]
    names += [fn.code for fn in unspecified(*expressions)]
    told = _told(symbols(*expressions))
    return (*dict.fromkeys(names), *sorted(n for n in _size_names(*expressions) if n not in told))


def module(functions: Mapping[str, Expr], params: tuple[str, ...] | None = None) -> str:
    """Runnable source text: one function for each expression, over the same parameters."""
    params = params if params is not None else parameters(*functions.values())
    known = symbols(*functions.values())
    parts = ["import numpy as np", *helpers(*functions.values())]
    parts += [definition(name, e, params, known) for name, e in functions.items()]
    return "\n\n\n".join(parts) + "\n"


def definition(name: str, e: Expr, params: tuple[str, ...], known: Iterable[Symbol]) -> str:
    """The source of one function of ``params`` that computes ``e``."""
    told = _told(known)
    lines = [f"{n} = {told[n]}" for n in sorted(_size_names(e)) if n in told and n not in params]
    lets = dict.fromkeys(node for node in inner_first(e) if isinstance(node, Let))
    lines += [f"{let.name} = {numpy_text(let.body)}" for let in lets]
    lines.append(f"return {numpy_text(e)}")
    return f"def {name}({', '.join(params)}):\n" + "\n".join(f"    {line}" for line in lines)


def helpers(*expressions: Expr) -> list[str]:
    """The helper functions the operators' templates call."""
    nodes = (n for e in expressions for n in walk(e) if isinstance(n, Apply))
    return list(dict.fromkeys(n.op.helper for n in nodes if n.op.helper))


def compiled(text: str) -> dict[str, Callable[..., Any]]:
    """The functions of source text made by `module`; never given a user's text."""
    import numpy as np

    space: dict[str, Any] = {"np": np}
    exec(compile(text, "<rulebook>", "exec"), space)  # noqa: S102  our own printer's output
    return space


def _size_names(*expressions: Expr) -> set[str]:
    """Names of dimensions that appear as numbers in the code."""
    found: set[str] = set()
    for e in expressions:
        for node in walk(e):
            if isinstance(node, Bind):
                found |= {n for i in node.indices for n in i.size.names}
            elif isinstance(node, Apply):
                found |= {n for d in node.op.sizes for n in d.names}
    return found


def _told(known: Iterable[Symbol]) -> dict[str, str]:
    """For each named dimension, the code that reads it off an argument."""
    told: dict[str, str] = {}
    for s in known:
        for axis, d in enumerate(array_shape(s.shape)):
            if d.name:
                told.setdefault(d.name, f"{s.name}.shape[{axis}]")
    return told


class _Numpy(Style):
    def number(self, n: Number) -> tuple[str, str]:
        if n.value.denominator == 1:
            return str(n.value), "atom" if n.value >= 0 else "sum"
        short = repr(float(n.value))
        exact = len(short) <= 6
        return (short if exact else f"{n.value.numerator} / {n.value.denominator}"), (
            "atom" if exact and n.value > 0 else "product" if n.value > 0 else "sum"
        )

    def bind(self, e: Bind, go: Go) -> Piece:
        body = go(e.body).text
        loops = [f"for {i.name} in range({i.size})" for i in e.indices]
        if e.kind == "total":
            return self.made(f"sum({body} {' '.join(loops)})")
        for loop in reversed(loops):
            body = f"[{body} {loop}]"
        return self.made(f"np.array({body})")


class _Dialect(_Numpy):
    def template(self, op: Row) -> tuple[str, str]:
        return op.dialect, op.dialect_level

    def let(self, e: Let, go: Go) -> Piece:
        return go(e.body)


_STYLE, DIALECT = _Numpy(), _Dialect()
