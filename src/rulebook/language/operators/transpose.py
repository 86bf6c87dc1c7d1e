"""The transpose, carried to the leaves: how one claim is written in the other layout."""

from __future__ import annotations

from rulebook.language.dims import SCALAR
from rulebook.language.operators.arrays import grid, stack
from rulebook.language.operators.constants import zeros_like
from rulebook.language.traverse import rebuild
from rulebook.language.tree import Apply, Bind, Expr, Let

__all__ = ["transposed"]


def transposed(e: Expr) -> Expr:
    """``e.T`` with the transpose pushed inwards as far as the operators' rows allow.

    >>> from rulebook.language import matrix, transposed, vector
    >>> A, x = matrix("A", "m", "n"), vector("x", "n")
    >>> transposed((A @ x).T @ A)
    A.T @ (A @ x)
    """
    if e.shape == SCALAR or (isinstance(e, Apply) and e.op.transposed == "same"):
        return e
    if isinstance(e, Bind) and e.kind == "total":
        return rebuild(e, (transposed(e.body),))
    if isinstance(e, Let) or not isinstance(e, Apply):
        return e.T
    match e.op.transposed:
        case "undo":
            return e.args[0]
        case "each":
            return e.op(*map(transposed, e.args))
        case "reverse":
            left, right = (transposed(a) for a in e.args)
            return right @ left
        case "grid":
            return _turned(e)
        case "zeros":
            return zeros_like((e.shape[1], e.shape[0]))
    return e.T


def _turned(e: Apply) -> Expr:
    """A matrix written out entry by entry, its columns written as rows."""
    m, n = (d.value or 0 for d in e.shape)
    columns = [[e.args[i * n + j] for i in range(m)] for j in range(n)]
    return stack(*(entry for (entry,) in columns)) if m == 1 else grid(*columns)
