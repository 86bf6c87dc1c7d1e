"""Stacks, grids and parts of arrays, and sums and arrays over indices."""

from __future__ import annotations

from typing import Any

from rulebook.errors import ShapeError
from rulebook.language.dims import ONE, SCALAR, Dim, DimLike, Shape, column, dim, show
from rulebook.language.operators import shapes
from rulebook.language.row import rows
from rulebook.language.tree import Bind, Expr, ExprLike, Index, Operator, Symbol, lift

__all__ = ["array", "delta", "grid", "lower", "row_of", "stack", "total", "upper"]


def _vstack(s: Any, index: Any, *parts: Any) -> Any:
    i, j = index
    first, *rest = parts
    if not rest:
        return first(i, j) if first.shape else first()
    height = first.shape[0] if first.shape else ONE
    low = (lambda i: first(i, j)) if first.shape else (lambda i: first())
    return s.split(i, height, low, lambda i: _vstack(s, (i, j), *rest))


STACK = Operator(
    name="stack",
    arithmetic="stack",
    shape=shapes.stacked_scalars,
    entry=_vstack,
    latex=r"\begin{{bmatrix}} {args: \\ } \end{{bmatrix}}",
    tall=True,
    numpy="np.array([{args}])",
    torch="torch.stack([{args}])",
    call="stack",
    stands="column",
    text="stack({args})",
    about="scalars on top of each other",
)
STACK_ROWS = Operator(
    name="stack rows",
    family="stack",
    arithmetic="stack",
    shape=shapes.stacked_matrices,
    entry=_vstack,
    latex=r"\begin{{bmatrix}} {args: \\ } \end{{bmatrix}}",
    tall=True,
    numpy="np.vstack([{args}])",
    call="stack",
    stands="column",
    text="stack({args})",
    about="rows or matrices on top of each other",
)
CONCATENATE = Operator(
    name="concatenate",
    family="stack",
    arithmetic="stack",
    shape=shapes.stacked_columns,
    entry=_vstack,
    latex=r"\begin{{bmatrix}} {args: \\ } \end{{bmatrix}}",
    tall=True,
    numpy="np.hstack([{args}])",
    call="stack",
    stands="column",
    text="stack({args})",
    about="columns, or a column and scalars, on top of each other",
)


@rows
def _upper(m: Dim, n: Dim) -> Operator:
    return Operator(
        name=f"upper[{m},{n}]",
        shape=lambda a: (m, _width(a, m, n)),
        entry=lambda s, i, a: a(*i) if i else a(0, 0),
        latex=r"{0:atom}_{{\uparrow}}",
        numpy="{0:atom}[0]" if m == ONE else f"{{0:atom}}[:{m}]",
        linear=True,
        single=True,
        sizes=(m, n),
        resized=_upper,
        about="the upper part of a stack of m rows over n",
    )


@rows
def _lower(m: Dim, n: Dim) -> Operator:
    return Operator(
        name=f"lower[{m},{n}]",
        shape=lambda a: (n, _width(a, m, n)),
        entry=lambda s, i, a: _below(s, i or (0, 0), a, m),
        latex=r"{0:atom}_{{\downarrow}}",
        numpy="{0:atom}[-1]" if n == ONE else f"{{0:atom}}[{m}:]",
        linear=True,
        single=True,
        sizes=(m, n),
        resized=_lower,
        about="the lower part of a stack of m rows over n",
    )


def _width(a: Shape, m: Dim, n: Dim) -> Dim:
    if len(a) != 2 or a[0] != m + n:
        raise ShapeError(f"{show(a)} is no stack of {m} rows over {n}")
    return a[1]


def _below(s: Any, index: Any, a: Any, m: Dim) -> Any:
    i, j = index
    return a(s.position(s.index_value(i) + s.size(m)), j)


DELTA = Operator(
    name="Kronecker delta",
    shape=lambda a, b: SCALAR,
    entry=lambda s, i, a, b: s.delta(s.position(a()), s.position(b())),
    latex=r"[{0} = {1}]",
    numpy="float({0} == {1})",
    transposed="same",
    about="1 where two indices agree, else 0",
)


@rows
def _row(letter: str) -> Operator:
    return Operator(
        name=f"row[{letter}]",
        shape=_row_shape,
        entry=lambda s, i, a, k: a(s.position(k()), i[0]),
        latex=rf"\mathbf{{{{{letter.lower()}}}}}_{{{{{{1:position}}}}}}",
        numpy="{0:atom}[{1}]",
        label=letter.lower(),
        about="one row of a matrix, set upright as a column: input x_i of the rows of X",
    )


def _row_shape(a: Shape, k: Shape) -> Shape:
    if len(a) != 2 or k != SCALAR:
        raise ShapeError(f"a row is one of a matrix's, by a scalar, not of {show(a)} by {show(k)}")
    return column(a[1])


@rows
def _grid(m: int, n: int) -> Operator:
    places = [[f"{{{i * n + j}}}" for j in range(n)] for i in range(m)]
    latex = r" \\ ".join(map(" & ".join, places))
    lists = ", ".join(f"[{', '.join(line)}]" for line in places)
    return Operator(
        name=f"grid[{m}×{n}]",
        shape=lambda *entries: _grid_shape(m, n, entries),
        entry=lambda s, i, *entries: entries[i[0] * n + i[1]](),
        latex=rf"\begin{{{{bmatrix}}}} {latex} \end{{{{bmatrix}}}}",
        numpy=f"np.array({lists if m == 1 else f'[{lists}]'})",
        torch=f"torch.stack({lists})" if m == 1 else f"torch.tensor([{lists}])",
        transposed="grid",
        tall=True,
        about="a matrix written out, scalar by scalar",
    )


def _grid_shape(m: int, n: int, entries: tuple[Shape, ...]) -> Shape:
    if len(entries) != m * n or any(e != SCALAR for e in entries):
        raise ShapeError(f"a grid of {m} by {n} takes that many scalars")
    return (dim(m), dim(n))


def stack(*parts: ExprLike) -> Expr:
    """Scalars, columns, rows or matrices on top of each other.

    The result is as wide as its parts. Raises ShapeError for widths that differ.

    >>> from rulebook.language import scalar, stack, vector
    >>> [str(size) for size in stack(vector("x", "n"), scalar("b")).shape]
    ['n + 1', '1']
    """
    lifted = [lift(p) for p in parts]
    if all(p.shape == SCALAR for p in lifted):
        return STACK(*lifted)
    one_wide = any(p.shape[1:] in ((), (ONE,)) for p in lifted)
    return (CONCATENATE if one_wide else STACK_ROWS)(*lifted)


def grid(*rows: list[Expr]) -> Expr:
    """A matrix, or a row, from its scalar entries, a list for each row.

    Raises ShapeError for entries that are no scalars.

    >>> from rulebook.language import grid, scalar
    >>> a, b, c, d = (scalar(name) for name in "abcd")
    >>> grid([a, b], [c, d])
    np.array([[a, b], [c, d]])
    """
    return _grid(len(rows), len(rows[0]))(*(entry for row in rows for entry in row))


def upper(a: Expr, m: DimLike, n: DimLike) -> Expr:
    """The first m of m + n rows, of the same width. Raises ShapeError for another height.

    >>> from rulebook.language import dim, matrix, upper
    >>> upper(matrix("A", dim("m") + "n", "k"), "m", "n")
    A[:m]
    """
    return _upper(dim(m), dim(n))(a)


def lower(a: Expr, m: DimLike, n: DimLike) -> Expr:
    """The last n of m + n rows, of the same width. Raises ShapeError for another height.

    >>> from rulebook.language import dim, lower, matrix
    >>> lower(matrix("A", dim("m") + "n", "k"), "m", "n")
    A[m:]
    """
    return _lower(dim(m), dim(n))(a)


def row_of(a: Symbol, i: ExprLike) -> Expr:
    """Row i of an m×n matrix as a column of length n: input x_i of the rows of X.

    It is printed as the matrix's letter in bold lower case. Raises ShapeError for what is no
    matrix.

    >>> from rulebook.language import Index, matrix, row_of, vector
    >>> row_of(matrix("X", "N", "n"), Index("i", "N")).shape == vector("x", "n").shape
    True
    """
    return _row(a.name)(a, i)


def delta(i: ExprLike, j: ExprLike) -> Expr:
    """The Kronecker delta: 1 where two indices agree, else 0; a scalar.

    >>> from rulebook.language import Index, array, delta, unit
    >>> i = Index("i", "n")
    >>> array(i, delta(i, 0)).shape == unit(0, "n").shape
    True
    """
    return DELTA(i, j)


def total(index: Index | tuple[Index, ...], body: Expr) -> Expr:
    """The sum of ``body`` over its indices, of the shape of ``body``.

    >>> from rulebook.language import Index, matrix, total
    >>> A, k = matrix("A", "n", "n"), Index("k", "n")
    >>> total(k, A[k, k]).shape
    ()
    """
    return Bind("total", index if isinstance(index, tuple) else (index,), body)


def array(index: Index | tuple[Index, ...], body: Expr) -> Expr:
    """The column, matrix or array whose entries are ``body``, a scalar.

    It has an axis for each index. Raises ShapeError for a body that is no scalar.

    >>> from rulebook.language import Index, array, matrix
    >>> A, i, j = matrix("A", "m", "n"), Index("i", "m"), Index("j", "n")
    >>> array((j, i), A[i, j]).shape == A.T.shape
    True
    """
    return Bind("array", index if isinstance(index, tuple) else (index,), body)
