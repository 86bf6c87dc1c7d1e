"""Functions left unspecified, and their partial derivatives: what the chain rules are about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial as partial_of
from typing import Any

from rulebook.errors import RuleError, ShapeError
from rulebook.language.dims import SCALAR, DimLike, Shape, column, show
from rulebook.language.operators import shapes
from rulebook.language.operators.infix import at
from rulebook.language.row import rows
from rulebook.language.tree import Apply, Expr, ExprLike, Operator, lift
from rulebook.language.unspecified import Unspecified


@dataclass(frozen=True)
class _Scalar:
    """One entry of an argument, as an argument of its own."""

    value: Callable[[], Any]
    shape: Shape = SCALAR

    def __call__(self, *index: Any) -> Any:
        return self.value()


def _entry(fn: Unspecified) -> Callable[..., Any]:
    def entry(s: Any, index: Any, *args: Any) -> Any:
        if fn.out is None:
            one = tuple(_Scalar(partial_of(at, a, index)) for a in args)
            return s.unspecified(fn, index, ((),) * len(fn.slots), one)
        out = (index[0],) if fn.out != SCALAR else ()
        by = index[1:] if fn.out != SCALAR else index[-len(fn.slots) :] if len(index) else ()
        wrt = iter(by)
        moved = tuple((next(wrt),) if args[k].shape != SCALAR else () for k in fn.slots)
        return s.unspecified(fn, out, moved, args)

    return entry


def _shape(fn: Unspecified) -> Callable[..., Shape]:
    def shape(*args: Shape) -> Shape:
        if fn.out is None:
            found = SCALAR
            for a in args:
                found = shapes.same(found, a)
            return found
        if any(a != SCALAR and a[1:] != column(1)[1:] for a in args):
            raise ShapeError("an unspecified function takes scalars and columns")
        out = fn.out
        for n, k in enumerate(fn.slots):
            out = shapes.jacobian(out, args[k]) if n == 0 else _second(out, args[k])
        return out

    return shape


def _second(first: Shape, wrt: Shape) -> Shape:
    """The shape of a Jacobian's Jacobian: only a scalar function has one that is a matrix."""
    if first == SCALAR and wrt == SCALAR:
        return SCALAR
    if len(first) == 2 and first[0].value == 1 and wrt != SCALAR:
        return (first[1], wrt[0])
    raise ShapeError(f"no matrix holds the derivative of {show(first)} by {show(wrt)}")


def _level(fn: Unspecified) -> str:
    """A fraction is a factor as it stands, and needs brackets only under a power or a transpose."""
    if fn.infix and not fn.slots:
        return "circle"
    fraction = fn.slots and (fn.out is not None or fn.infix)
    return "unary" if fraction else "atom"


def _symmetric(fn: Unspecified) -> bool:
    """A second derivative by the same argument twice."""
    return len(fn.slots) == 2 and len(set(fn.slots)) == 1


@rows
def _operator(fn: Unspecified) -> Operator:
    return Operator(
        name=f"{fn.code}[{show(fn.out) if fn.out is not None else 'elementwise'}]",
        shape=_shape(fn),
        entry=_entry(fn),
        latex="",  # a notation writes it, from what ``fn`` says
        numpy=f"{fn.code}({{args}})",
        latex_level=_level(fn),
        transposed="same" if fn.out is not None and _symmetric(fn) else "wrap",
        unspecified=fn,
        about="a partial derivative of one" if fn.slots else "a function left unspecified",
    )


def function(name: str, out: DimLike | None = None) -> Operator:
    """An unspecified function: scalar-valued, or a column of length ``out``.

    It takes scalars and columns; other arguments raise ShapeError.

    >>> from rulebook.language import function, vector
    >>> f = function("f", "m")
    >>> f(vector("x", "n")).shape == vector("y", "m").shape
    True
    """
    shape = SCALAR if out is None else column(out)
    return _operator(Unspecified(name, shape, bold=out is not None))


def elementwise(name: str, *, bold: bool = False, infix: bool = False) -> Operator:
    """An unspecified function applied entry by entry, its i-th output reading i-th entries only.

    It is printed ``bold``, like what it makes, or as a sign between its two arguments, ``infix``.
    The shape of the result is that of its arguments.

    >>> from rulebook.language import elementwise, vector
    >>> circle = elementwise("op", infix=True)
    >>> circle(vector("w", "n"), vector("x", "n")).shape == vector("y", "n").shape
    True
    """
    return _operator(Unspecified(name, None, bold, infix))


def partial(of: Expr, wrt: ExprLike) -> Expr:
    """The derivative of an unspecified function by one of its arguments, left standing.

    For `function` it is a Jacobian in numerator layout, m×n for m outputs and a column of length
    n; for `elementwise` it is the array of entry-by-entry derivatives. Raises RuleError where
    ``of`` is no such function, or ``wrt`` none of its arguments.

    >>> from rulebook.language import function, matrix, partial, vector
    >>> x, f = vector("x", "n"), function("f", "m")
    >>> partial(f(x), x).shape == matrix("J", "m", "n").shape
    True
    """
    wrt = lift(wrt)
    if not isinstance(of, Apply) or of.op.unspecified is None:
        raise RuleError("only an unspecified function has a partial left standing")
    if wrt not in of.args:
        raise RuleError(f"{wrt!r} is not an argument of {of.op.unspecified.name}")
    fn = of.op.unspecified
    if len(of.args) == 1 and wrt.shape == SCALAR and fn.out is not None:
        fn = replace(fn, straight=True)
    return _operator(replace(fn, slots=(*fn.slots, of.args.index(wrt))))(*of.args)
