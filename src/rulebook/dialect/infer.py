"""Shapes that a reader left out, found from the text.

How a name is used says most: what stands under ``inv`` is a square matrix, ``@`` takes no scalar,
the two sides of ``+`` are alike. Where that leaves a choice the habit of the field decides:
capitals are matrices, lower case is a vector where it takes part in a product or in a function of
vectors, else a scalar. Lengths that must agree get one name.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from rulebook.dialect.habits import settle
from rulebook.dialect.lengths import Lengths
from rulebook.dialect.parse import LONGEST, declare, syntax
from rulebook.dialect.uses import Uses, names_in
from rulebook.language.dims import DimLike
from rulebook.language.spelling import Constant, functions, known_as
from rulebook.language.tree import Symbol

__all__ = ["infer"]


def infer(text: str, shapes: Mapping[str, Sequence[DimLike]]) -> dict[str, Symbol]:
    """The symbols of a text: those declared, and the others as their use and habit have it.

    Raises ParseError for text outside the dialect, and ShapeError, which names the variable, where
    no shape or more than one would do. Text without any sense is left to `rulebook.dialect.parse`.

    >>> from rulebook.language.dims import show
    >>> {name: show(s.shape) for name, s in infer("norm2(A @ x - b) ** 2", {}).items()}
    {'A': 'm×n', 'x': 'n×1', 'b': 'm×1'}
    >>> infer("det(X) + norm2(X)", {})
    Traceback (most recent call last):
        ...
    rulebook.errors.ShapeError: X has no shape that fits each use, norm2(X) among them: declare it
    """
    known = declare(shapes)
    tree = _tree(text)
    if tree is None:
        return known
    uses = Uses(" ".join(text.split()), known, _lengths(tree, known))
    if not set(names_in(tree)) - set(known) - uses.sizes - set(functions()):
        return known
    uses.read(tree, 0, among=False)
    settle(uses)
    return declare({**shapes, **Lengths(uses).found()})


def _tree(text: str) -> ast.expr | None:
    """The syntax tree; nothing where there is none, which `parse` explains."""
    if len(text) > LONGEST:
        return None
    try:
        return syntax(" ".join(text.split()))
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None


def _lengths(tree: ast.expr, known: Mapping[str, Symbol]) -> set[str]:
    """The names of lengths: those declared, and what ``ones`` and ``eye`` are given."""
    told = {n for s in known.values() for d in s.shape for n in d.names}
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name), args=[ast.Name(id=size)]):
                if isinstance(known_as(name), Constant):
                    told |= {size} - set(known)
    return told
