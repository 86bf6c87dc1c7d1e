"""Layouts: how a statement, which is made in numerator layout, is written in another one."""

from __future__ import annotations

from dataclasses import replace

from rulebook.language.dims import ONE, SCALAR
from rulebook.language.operators.shapes import flip
from rulebook.language.traverse import rebuild
from rulebook.language.tree import INFIX, Apply, Expr, Operator

__all__ = ["LAYOUTS", "relaid"]

LAYOUTS = ("numerator", "denominator", "gradient")


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
