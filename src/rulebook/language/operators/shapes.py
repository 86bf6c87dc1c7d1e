"""Shape rules: what an operator accepts, what it makes of it, and how ranks go through it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import chain

from rulebook.errors import ShapeError
from rulebook.language.dims import ONE, SCALAR, Dim, Shape, column, dim, show
from rulebook.language.ranks import Axes, Equations, Made, Ranks, ShapeRule

__all__ = [  # public, as `rulebook.language.shapes`
    "keep",
    "same",
    "power",
    "to_scalar",
    "column_to_scalar",
    "matrix_to_scalar",
    "square_to_scalar",
    "square",
    "flip",
    "inner",
    "kron",
    "vec",
    "diagonal_matrix",
    "diagonal_part",
    "along_rows",
    "of_each_row",
    "stacked_scalars",
    "stacked_columns",
    "stacked_matrices",
    "is_column",
    "is_matrix",
    "is_square",
]

# ----------------------------------------------------------------- lengths, by axes in text


def _alike(a: Axes, r: Axes) -> Equations:
    return zip(a, r, strict=True)


def _expanded(a: Axes, b: Axes, r: Axes) -> Equations:
    return chain(*(zip(side, r, strict=True) for side in (a, b) if side))


def _contracted(a: Axes, b: Axes, r: Axes) -> Equations:
    return [(a[-1], b[0]), *zip(a[:-1] + b[1:], r, strict=True)]


def _beside(a: Axes, b: Axes, r: Axes) -> Equations:
    return zip((*a, *b), r, strict=True)


def _all_one(a: Axes, r: Axes) -> Equations:
    return [(a[0], n) for n in (*a[1:], *r)]


def _multiplied(a: Axes, b: Axes, r: Axes) -> Equations:
    return [(Made(True, (p, q)), n) for p, q, n in zip(a, b, r, strict=True)]


def _unrolled(a: Axes, r: Axes) -> Equations:
    return [(Made(True, (a[0], a[1])), r[0])]


def _added(a: Axes, b: Axes, r: Axes) -> Equations:
    p, q = (side[0] if side else dim(1) for side in (a, b))
    return [(Made(False, (p, q)), r[0]), *((side[1], r[1]) for side in (a, b) if len(r) == 2)]


# ----------------------------------------------------------------- checks, by shapes of the tree


def is_column(a: Shape) -> Dim:
    if len(a) != 2 or a[1] != ONE:
        raise ShapeError(f"{show(a)} is not a column")
    return a[0]


def is_matrix(a: Shape) -> Shape:
    if len(a) != 2 or ONE in a:
        raise ShapeError(f"{show(a)} is not a matrix")
    return a


def is_square(a: Shape) -> Shape:
    if len(a) != 2 or a[0] != a[1]:
        raise ShapeError(f"{show(a)} is not square")
    return a


def last_axis(a: Shape) -> int:
    """The axis along which a vector, or each row of a matrix, runs."""
    if len(a) < 2:
        raise ShapeError(f"{show(a)} is neither a vector nor a matrix")
    return 0 if a[1:] == (ONE,) else len(a) - 1


def _same(a: Shape, b: Shape) -> Shape:
    if a != b and SCALAR not in (a, b):
        raise ShapeError(f"shapes {show(a)} and {show(b)} differ")
    return b if a == SCALAR else a


def _power(a: Shape, b: Shape) -> Shape:
    if b != SCALAR:
        raise ShapeError(f"an exponent is a scalar, not {show(b)}")
    return a


def _flip(a: Shape) -> Shape:
    if len(a) != 2:
        raise ShapeError(f"{show(a)} has no transpose")
    return (a[1], a[0])


def _inner(a: Shape, b: Shape) -> Shape:
    if len(a) != 2 or len(b) != 2:
        raise ShapeError("a product @ needs vectors or matrices; a scalar multiplies with *")
    if a[1] != b[0]:
        raise ShapeError(f"inner dimensions {a[1]} and {b[0]} differ")
    return (a[0], b[1])


def _kron(a: Shape, b: Shape) -> Shape:
    if len(a) != 2 or len(b) != 2:
        raise ShapeError(f"a Kronecker product needs matrices, not {show(a)} and {show(b)}")
    return (a[0] * b[0], a[1] * b[1])


def _vec(a: Shape) -> Shape:
    m, n = is_matrix(a)
    return column(m * n)


def _along_rows(a: Shape) -> Shape:
    last_axis(a)
    return a


def _of_each_row(a: Shape) -> Shape:
    if len(a) > 2:
        raise ShapeError(f"{show(a)} is neither a vector nor a matrix")
    return SCALAR if last_axis(a) == 0 or a[0] == ONE else column(a[0])


def _stacked(*shapes: Shape) -> Shape:
    rows = [(ONE, ONE) if a == SCALAR else a for a in shapes]
    if any(len(a) != 2 for a in rows) or len({a[1] for a in rows}) != 1:
        raise ShapeError("stacked parts need the same width")
    total = dim(0)
    for a in rows:
        total = total + a[0]
    return (total, rows[0][1])


# ----------------------------------------------------------------- the rules

EXPANDING: tuple[Ranks, ...] = (
    *((0, 0, 0), (0, 1, 1), (0, 2, 2), (1, 0, 1)),
    *((2, 0, 2), (1, 1, 1), (2, 2, 2)),
)
BY_A_SCALAR: tuple[Ranks, ...] = ((0, 0, 0), (1, 0, 1), (2, 0, 2))

keep = ShapeRule(lambda a: a, ((0, 0), (1, 1), (2, 2)), _alike, entrywise=True)
same = ShapeRule(_same, EXPANDING, _expanded, entrywise=True)  # a scalar is expanded
power = ShapeRule(_power, BY_A_SCALAR, _expanded, entrywise=True)
to_scalar = ShapeRule(lambda a: SCALAR, ((0, 0), (1, 0), (2, 0)))
column_to_scalar = ShapeRule(lambda a: (is_column(a), SCALAR)[1], ((1, 0),))
matrix_to_scalar = ShapeRule(lambda a: (is_matrix(a), SCALAR)[1], ((2, 0),))
flip = ShapeRule(_flip, ((2, 2),), lambda a, r: zip(a, r[::-1], strict=True))
inner = ShapeRule(_inner, ((1, 1, 0), (1, 2, 1), (2, 1, 1), (2, 2, 2)), _contracted)
square = ShapeRule(is_square, ((2, 2),), _all_one)
square_to_scalar = ShapeRule(lambda a: (is_square(a), SCALAR)[1], ((2, 0),), _all_one)
diagonal_matrix = ShapeRule(lambda a: (is_column(a), a[0]), ((1, 2),), _all_one)
diagonal_part = ShapeRule(lambda a: column(is_square(a)[0]), ((2, 1),), _all_one)
along_rows = ShapeRule(_along_rows, ((1, 1), (2, 2)), _alike)
of_each_row = ShapeRule(_of_each_row, ((1, 0), (2, 1)), lambda a, r: zip(a[:-1], r, strict=True))
kron = ShapeRule(_kron, ((2, 2, 2),), _multiplied)
vec = ShapeRule(_vec, ((2, 1),), _unrolled)
stacked_scalars = ShapeRule(_stacked, ((0, 0, 1),), _added, many=True)
stacked_columns = ShapeRule(_stacked, ((0, 1, 1), (1, 0, 1), (1, 1, 1)), _added, many=True)
stacked_matrices = ShapeRule(_stacked, ((2, 2, 2),), _added, many=True)


# ----------------------------------------------------------------- of text, where it takes less


def only(rule: ShapeRule, *ranks: Ranks) -> ShapeRule:
    """The rule, for some of the ranks that it takes."""
    return replace(rule, ranks=ranks)


def _in_text(says: str, wrong: Callable[[Shape], bool], rule: ShapeRule) -> ShapeRule:
    """The rule, and what text says to an argument that is wrong in it."""

    def refuse(*shapes: Shape) -> None:
        for a in filter(wrong, shapes):
            raise ShapeError(says.format(show(a), a="a vector" if ONE in a else "a scalar"))

    return replace(rule, refuse=refuse)


scaled = only(same, *BY_A_SCALAR, (0, 1, 1), (0, 2, 2))
scalar_power = only(power, (0, 0, 0))


def _no_vector(a: Shape) -> bool:
    return len(a) != 2 or ONE not in a


_VECTOR = "a vector is needed here, not {}"
of_vector = _in_text(_VECTOR, _no_vector, column_to_scalar)
diagonal_of_vector = _in_text(_VECTOR, _no_vector, diagonal_matrix)
dot = _in_text(_VECTOR, _no_vector, only(inner, (1, 1, 0)))
outer = _in_text(_VECTOR, _no_vector, ShapeRule(_inner, ((1, 1, 2),), _beside))
product = _in_text(
    "@ is a matrix product; a scalar multiplies with *", lambda a: a == SCALAR, inner
)
kron_of_matrices = _in_text(
    "kron of vectors is not in the language; write it with matrices", lambda a: ONE in a, kron
)
turned = _in_text(
    ".T is for matrices, and this is {a} (in text a vector has no orientation)",
    lambda a: len(a) != 2 or ONE in a,
    flip,
)


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
