"""The symbols of a statement: scalars, columns, matrices and arrays of higher rank."""

from __future__ import annotations

from rulebook.language.dims import SCALAR, DimLike, column, dim
from rulebook.language.tree import Symbol

__all__ = ["matrix", "scalar", "tensor", "vector"]


def scalar(name: str) -> Symbol:
    """A scalar symbol."""
    return Symbol(SCALAR, name)


def vector(name: str, n: DimLike) -> Symbol:
    """A column of length n."""
    return Symbol(column(n), name)


def matrix(name: str, m: DimLike, n: DimLike) -> Symbol:
    """An m by n matrix."""
    return Symbol((dim(m), dim(n)), name)


def tensor(name: str, *sizes: DimLike) -> Symbol:
    """An array of rank three or more."""
    return Symbol(tuple(dim(n) for n in sizes), name)
