"""Constants with a size, stacking, and sums and arrays over indices."""

from __future__ import annotations

from typing import Any

from rulebook.errors import ShapeError
from rulebook.language.dims import ONE, SCALAR, Dim, DimLike, Shape, column, dim, row, show
from rulebook.language.operators import shapes, signs, vanish
from rulebook.language.row import rows
from rulebook.language.spelling import constant
from rulebook.language.tree import Bind, Expr, ExprLike, Index, Operator, Symbol, lift


@rows
def _ones(n: Dim) -> Operator:
    return Operator(
        name=f"ones[{n}]",
        arithmetic="ones",
        shape=lambda: column(n),
        entry=lambda s, i: s.number(1),
        latex=r"\vec{{1}}",
        numpy=f"np.ones({n})",
        torch=f"{{like}}.new_ones({n})",
        sizes=(n,),
        resized=ones,
        sign=signs.always,
        about="the column of ones",
    )


@rows
def _zeros(shape: Shape) -> Operator:
    sizes = ", ".join(str(d) for d in shape if len(shape) != 2 or d != ONE)
    flat = "," not in sizes
    latex = r"\vec{{0}}" if shape[1:] == (ONE,) else r"\vec{{0}}^\top" if shape[0] == ONE else "0"
    return Operator(
        name=f"zeros[{show(shape)}]",
        arithmetic="zeros",
        shape=lambda: shape,
        entry=lambda s, i: s.number(0),
        latex=latex,
        numpy=f"np.zeros({sizes})" if flat else f"np.zeros(({sizes}))",
        torch=f"{{like}}.new_zeros({sizes})" if flat else f"{{like}}.new_zeros(({sizes}))",
        transposed="zeros",
        sizes=shape,
        resized=lambda *sizes: zeros_like(sizes),
        zero=True,
        about="a vector or matrix of zeros",
    )


@rows
def _eye(n: Dim) -> Operator:
    return Operator(
        name=f"identity[{n}]",
        arithmetic="identity",
        cost=1.3,
        shape=lambda: (n, n),
        entry=lambda s, i: s.delta(*i),
        latex="I",
        numpy=f"np.eye({n})",
        torch=f"torch.eye({n}).to({{like}})",
        transposed="same",
        sizes=(n,),
        resized=eye,
        singular=vanish.regular_if_all,
        about="the identity matrix",
    )


@rows
def _unit(k: int, n: Dim) -> Operator:
    return Operator(
        name=f"unit[{k},{n}]",
        shape=lambda: column(n),
        entry=lambda s, i: s.delta(i[0], k),
        latex=rf"\mathbf{{{{e}}}}_{{{{{k + 1}}}}}",
        numpy=f"np.eye({n})[{k}]",
        torch=f"torch.eye({n}).to({{like}})[{k}]",
        label=str(k + 1),
        sizes=(n,),
        resized=lambda n: unit(k, n),
        about="a standard basis vector",
    )


@rows
def _commutation(m: Dim, n: Dim) -> Operator:
    order = f'np.arange({m * n}).reshape({m}, {n}, order="F").ravel()'
    turned = f"torch.arange({m * n}).reshape({n}, {m}).T.ravel()"
    return Operator(
        name=f"commutation[{m},{n}]",
        shape=lambda: (m * n, m * n),
        entry=lambda s, i: _commuted(s, i, m, n),
        latex="K_{{{sizes:,}}}",
        numpy=f"np.eye({m * n})[{order}]",
        torch=f"torch.eye({m * n}).to({{like}})[{turned}]",
        sizes=(m, n),
        resized=commutation,
        text=f"commutation({m}, {n})",
        about="the commutation matrix: K vec(A) is the vec of A transposed",
    )


def _commuted(s: Any, index: Any, m: Dim, n: Dim) -> Any:
    (i, j), (k, r) = s.divide(index[0], n), s.divide(index[1], m)
    return s.delta(i, r) * s.delta(j, k)


@rows
def _size(n: Dim) -> Operator:
    return Operator(
        name=f"size[{n}]",
        arithmetic="size",
        shape=lambda: SCALAR,
        entry=lambda s, i: s.size(n),
        latex="{sizes}",
        numpy=str(n),
        latex_level="atom" if n.name else "sum",
        numpy_level="atom" if n.name else "sum",
        transposed="same",
        sizes=(n,),
        resized=size,
        sign=signs.always,
        counts=True,
        about="a dimension, as a number",
    )


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
    rows = [[f"{{{i * n + j}}}" for j in range(n)] for i in range(m)]
    latex = r" \\ ".join(" & ".join(row) for row in rows)
    lists = ", ".join(f"[{', '.join(row)}]" for row in rows)
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


@constant("ones", rank=1)
def ones(n: DimLike) -> Expr:
    return _ones(dim(n))()


@constant("zeros", rank=1)
def zeros(*sizes: DimLike) -> Expr:
    """A column of zeros from one size, a matrix or an array from more; ``zeros(1, n)`` is a row."""
    shape = tuple(dim(n) for n in sizes)
    return _zeros(column(shape[0]) if len(shape) == 1 else shape)()


@constant("eye", rank=2)
def eye(n: DimLike) -> Expr:
    return _eye(dim(n))()


def commutation(m: DimLike, n: DimLike) -> Expr:
    """The commutation matrix of m×n matrices: ``commutation(m, n) @ vec(A) = vec(A.T)``."""
    return _commutation(dim(m), dim(n))()


def unit(k: int, n: DimLike) -> Expr:
    return _unit(k, dim(n))()


def size(n: DimLike) -> Expr:
    return _size(dim(n))()


def zeros_like(shape: Shape) -> Expr:
    return _zeros(shape)() if shape else lift(0)


def stack(*parts: ExprLike) -> Expr:
    """Scalars, columns, rows or matrices on top of each other."""
    lifted = [lift(p) for p in parts]
    if all(p.shape == SCALAR for p in lifted):
        return STACK(*lifted)
    one_wide = any(p.shape[1:] in ((), (ONE,)) for p in lifted)
    return (CONCATENATE if one_wide else STACK_ROWS)(*lifted)


def grid(*rows: list[Expr]) -> Expr:
    """A matrix, or a row, from its scalar entries: ``grid([a, b], [c, d])``."""
    return _grid(len(rows), len(rows[0]))(*(entry for row in rows for entry in row))


def upper(a: Expr, m: DimLike, n: DimLike) -> Expr:
    """The first m of m + n rows."""
    return _upper(dim(m), dim(n))(a)


def lower(a: Expr, m: DimLike, n: DimLike) -> Expr:
    """The last n of m + n rows."""
    return _lower(dim(m), dim(n))(a)


def row_of(a: Symbol, i: ExprLike) -> Expr:
    """Row i of a matrix as a column, printed as the matrix's letter in bold lower case."""
    return _row(a.name)(a, i)


def delta(i: ExprLike, j: ExprLike) -> Expr:
    return DELTA(i, j)


def total(index: Index | tuple[Index, ...], body: Expr) -> Expr:
    """The sum of ``body`` over its indices."""
    return Bind("total", index if isinstance(index, tuple) else (index,), body)


def array(index: Index | tuple[Index, ...], body: Expr) -> Expr:
    """The vector, matrix or array whose entries are ``body``."""
    return Bind("array", index if isinstance(index, tuple) else (index,), body)


__all__ = [
    "array",
    "commutation",
    "delta",
    "eye",
    "grid",
    "lower",
    "ones",
    "row",
    "row_of",
    "size",
    "stack",
    "total",
    "unit",
    "upper",
    "zeros",
]
