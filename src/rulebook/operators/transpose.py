"""The transpose, carried to the leaves: how one claim is written in the other layout."""

from __future__ import annotations

from dataclasses import replace

from rulebook.dims import ONE, SCALAR
from rulebook.expr import INFIX, Apply, Bind, Expr, Let, Operator, rebuild
from rulebook.operators.arrays import grid, stack, zeros_like
from rulebook.operators.shapes import flip

__all__ = ["relaid", "transposed"]


def transposed(e: Expr) -> Expr:
    """``e.T`` with the transpose pushed inwards as far as the operators' rows allow.

    >>> from rulebook.expr import matrix, vector
    >>> A, x = matrix("A", "m", "n"), vector("x", "n")
    >>> transposed((A @ x).T @ A)
    (product (transpose A) (product A x))
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


def relaid(e: Expr, layout: str) -> Expr:
    """``e``, already transposed, for print: a derivative left standing is laid out like the rest.

    In denominator layout ∂f/∂x denotes the transpose of what it denotes in numerator layout; in
    the gradient convention the transposed row ∂f/∂x of a scalar function is its gradient ∇f.
    """
    if isinstance(e, Apply) and e.op in (INFIX["transpose"], INFIX["transpose of a vector"]):
        inner = e.args[0]
        if isinstance(inner, Apply) and _standing(inner, layout):
            return _other(inner.op, layout)(*inner.args)
    if layout == "denominator" and isinstance(e, Apply) and _standing(e, layout):
        return _other(e.op, layout)(*e.args).T
    return rebuild(e, tuple(relaid(a, layout) for a in e.args))


def _standing(e: Apply, layout: str) -> bool:
    """Whether ``e`` is a Jacobian of an unspecified function that the layout writes otherwise."""
    fn = e.op.unspecified
    if fn is None or fn.out is None or len(fn.slots) != 1 or e.shape == SCALAR:
        return False
    return layout == "denominator" or bool(e.shape[0] == ONE)


def _other(op: Operator, layout: str) -> Operator:
    """The row of a partial derivative in another layout; it is only ever printed."""
    fn, shape = op.unspecified, op.shape
    tex, slot = fn.tex.replace("{", "{{").replace("}", "}}"), fn.slots[0]
    gradient = rf"\nabla_{{{{{{{slot}:head}}}}}} {tex}"
    return replace(
        op,
        shape=lambda *args: flip(shape(*args)),
        latex=gradient if layout == "gradient" else op.latex,
        latex_level="unary",
    )
