"""Layouts: how a statement, which is made in numerator layout, is written in another one."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from typing import Literal, TypeAlias, get_args

from rulebook.errors import RuleError
from rulebook.language.dims import ONE, SCALAR, Shape
from rulebook.language.operators.shapes import flip
from rulebook.language.operators.transpose import transposed
from rulebook.language.traverse import rebuild
from rulebook.language.tree import Apply, Expr

__all__ = ["LAYOUTS", "Layout", "called", "in_layout", "is_turned", "laid", "layout_named"]

Layout: TypeAlias = Literal["numerator", "denominator", "gradient"]
LAYOUTS: tuple[Layout, ...] = get_args(Layout)


def layout_named(name: object) -> Layout:
    """The layout that was asked for. Raises RuleError, with the nearest name, for none.

    >>> layout_named("gradients")
    Traceback (most recent call last):
        ...
    rulebook.errors.RuleError: no layout 'gradients'; did you mean 'gradient'?
    """
    for layout in LAYOUTS:
        if layout == name:
            return layout
    near = get_close_matches(str(name), LAYOUTS, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"the layouts are {', '.join(LAYOUTS)}"
    raise RuleError(f"no layout {name!r}; {hint}")


def called(layout: Layout) -> str:
    """What people call it."""
    return "the gradient convention" if layout == "gradient" else f"{layout} layout"


def is_turned(layout: Layout, of: Shape) -> bool:
    """Whether a first derivative of something of shape ``of`` stands transposed in a layout."""
    return layout == "denominator" or (layout == "gradient" and of == SCALAR)


def in_layout(derivative: Expr, of: Shape, layout: Layout, order: int = 1) -> Expr:
    """A derivative in numerator layout, as another layout writes it."""
    turned = is_turned(layout, of) and len(derivative.shape) == 2 and order == 1
    return laid(transposed(derivative) if turned else derivative, layout)


def laid(e: Expr, layout: Layout) -> Expr:
    """``e`` for print: a derivative left standing in it is laid out like the rest.

    In denominator layout ∂f/∂x denotes the transpose of what it denotes in numerator layout; in
    the gradient convention the row ∂f/∂x of a scalar function is written (∇f)ᵀ.
    """
    if layout == "numerator":
        return e
    turned = e.args[0] if isinstance(e, Apply) and e.op.transposed == "undo" else None
    if turned is not None and (other := _other(turned, layout)) is not None:
        return other
    if (other := _other(e, layout)) is not None:
        return other.T
    return rebuild(e, tuple(laid(a, layout) for a in e.args))


def _other(e: Expr, layout: Layout) -> Expr | None:
    """The Jacobian of an unspecified function as the layout writes it, if it does otherwise.

    It is only ever printed.
    """
    if not isinstance(e, Apply) or (fn := e.op.unspecified) is None:
        return None
    if fn.out is None or len(fn.slots) != 1:
        return None
    if e.shape == SCALAR or (layout != "denominator" and e.shape[0] != ONE):
        return None
    shape, fn = e.op.shape, replace(fn, gradient=layout == "gradient")
    op = replace(e.op, shape=lambda *args: flip(shape(*args)), unspecified=fn, latex_level="unary")
    return op(*(laid(a, layout) for a in e.args))
