"""Constants that are made of their sizes: ones, zeros, the identity, a dimension as a number."""

from __future__ import annotations

from typing import Any

from rulebook.language.dims import ONE, SCALAR, Dim, DimLike, Shape, column, dim, show
from rulebook.language.operators import signs, vanish
from rulebook.language.row import rows
from rulebook.language.spelling import constant
from rulebook.language.tree import Expr, Operator, lift

__all__ = ["commutation", "eye", "ones", "size", "unit", "zeros", "zeros_like"]


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


@constant("ones", rank=1)
def ones(n: DimLike) -> Expr:
    """The column of n ones.

    >>> from rulebook.language import ones
    >>> ones("n"), ones("n").T @ ones("n")
    (np.ones(n), np.ones(n).T @ np.ones(n))
    """
    return _ones(dim(n))()


@constant("zeros", rank=1)
def zeros(*sizes: DimLike) -> Expr:
    """A column of zeros from one size, a matrix or an array from more; ``zeros(1, n)`` is a row.

    >>> from rulebook.language import zeros
    >>> zeros("n"), zeros("m", "n")
    (np.zeros(n), np.zeros((m, n)))
    """
    shape = tuple(dim(n) for n in sizes)
    return _zeros(column(shape[0]) if len(shape) == 1 else shape)()


@constant("eye", rank=2)
def eye(n: DimLike) -> Expr:
    """The n×n identity matrix.

    >>> from rulebook.language import eye
    >>> eye("n")
    np.eye(n)
    """
    return _eye(dim(n))()


def commutation(m: DimLike, n: DimLike) -> Expr:
    """The commutation matrix of m×n matrices: ``commutation(m, n) @ vec(A) = vec(A.T)``.

    It is mn×mn. Source: Magnus and Neudecker 2019, ch. 3.

    >>> from rulebook.language import commutation, matrix, vec
    >>> product = commutation("m", "n") @ vec(matrix("A", "m", "n"))
    >>> product.shape == vec(matrix("B", "n", "m")).shape
    True
    """
    return _commutation(dim(m), dim(n))()


def unit(k: int, n: DimLike) -> Expr:
    """The standard basis vector k of length n, a column; counting starts at 0.

    >>> from rulebook.language import unit
    >>> unit(0, "n")
    np.eye(n)[0]
    """
    return _unit(k, dim(n))()


def size(n: DimLike) -> Expr:
    """A dimension as a number, a scalar: the n of a mean, say.

    >>> from rulebook.language import size, sum_of, vector
    >>> sum_of(vector("x", "n")) / size("n")
    np.sum(x) / n
    """
    return _size(dim(n))()


def zeros_like(shape: Shape) -> Expr:
    """Zeros of a shape; of a scalar's, the number 0.

    >>> from rulebook.language import matrix, zeros_like
    >>> zeros_like(matrix("A", "m", "n").shape)
    np.zeros((m, n))
    """
    return _zeros(shape)() if shape else lift(0)
