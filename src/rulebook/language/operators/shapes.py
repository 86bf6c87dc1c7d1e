"""Shape rules: what an operator accepts, and what it makes of it."""

from __future__ import annotations

from rulebook.errors import ShapeError
from rulebook.language.dims import ONE, SCALAR, Dim, Shape, column, show


def same(a: Shape, b: Shape) -> Shape:
    """Equal shapes, or a scalar expanded to the other's."""
    if a != b and SCALAR not in (a, b):
        raise ShapeError(f"shapes {show(a)} and {show(b)} differ")
    return b if a == SCALAR else a


def keep(a: Shape) -> Shape:
    return a


def to_scalar(a: Shape) -> Shape:
    return SCALAR


def flip(a: Shape) -> Shape:
    if len(a) != 2:
        raise ShapeError(f"{show(a)} has no transpose")
    return (a[1], a[0])


def inner(a: Shape, b: Shape) -> Shape:
    """The product of matrices: inner dimensions agree."""
    if len(a) != 2 or len(b) != 2:
        raise ShapeError("a product @ needs vectors or matrices; a scalar multiplies with *")
    if a[1] != b[0]:
        raise ShapeError(f"inner dimensions {a[1]} and {b[0]} differ")
    return (a[0], b[1])


def square(a: Shape) -> Shape:
    if len(a) != 2 or a[0] != a[1]:
        raise ShapeError(f"{show(a)} is not square")
    return a


def square_to_scalar(a: Shape) -> Shape:
    square(a)
    return SCALAR


def power(a: Shape, b: Shape) -> Shape:
    if b != SCALAR:
        raise ShapeError(f"an exponent is a scalar, not {show(b)}")
    return a


def is_column(a: Shape) -> Dim:
    if len(a) != 2 or a[1] != ONE:
        raise ShapeError(f"{show(a)} is not a column")
    return a[0]


def is_matrix(a: Shape) -> Shape:
    if len(a) != 2 or ONE in a:
        raise ShapeError(f"{show(a)} is not a matrix")
    return a


def diagonal_matrix(a: Shape) -> Shape:
    return (is_column(a), a[0])


def diagonal_part(a: Shape) -> Shape:
    return column(square(a)[0])


def jacobian(of: Shape, wrt: Shape) -> Shape:
    """Numerator layout: rows follow the function, columns the variable.

    A scalar by a column is a row, a scalar by an m×n matrix is n×m, a column by a column is m×n;
    anything by a scalar keeps its shape.
    """
    if wrt == SCALAR:
        return of
    if of == SCALAR and len(wrt) == 2:
        return flip(wrt)
    if len(of) == len(wrt) == 2 and of[1] == ONE == wrt[1]:
        return (of[0], wrt[0])
    raise ShapeError(
        f"no matrix holds the derivative of {show(of)} by {show(wrt)}; state it as a differential"
    )
