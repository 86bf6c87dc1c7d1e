"""The symbols of a statement: scalars, columns, matrices and arrays of higher rank."""

from __future__ import annotations

from rulebook.language.dims import SCALAR, DimLike, column, dim
from rulebook.language.tree import Symbol

__all__ = ["matrix", "scalar", "tensor", "vector"]


def scalar(name: str, tex: str = "") -> Symbol:
    """A scalar symbol."""
    return Symbol(SCALAR, name, tex)


def vector(name: str, n: DimLike, tex: str = "") -> Symbol:
    """A column of length n."""
    return Symbol(column(n), name, tex)


def matrix(name: str, m: DimLike, n: DimLike, tex: str = "") -> Symbol:
    """An m by n matrix."""
    return Symbol((dim(m), dim(n)), name, tex)


def tensor(name: str, *sizes: DimLike, tex: str = "") -> Symbol:
    """An array of rank three or more."""
    return Symbol(tuple(dim(n) for n in sizes), name, tex)
