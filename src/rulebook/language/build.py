"""The symbols of a statement: scalars, columns, matrices and arrays of higher rank."""

from __future__ import annotations

from rulebook.language.dims import SCALAR, DimLike, column, dim
from rulebook.language.tree import Symbol

__all__ = ["matrix", "scalar", "tensor", "vector"]


def scalar(name: str) -> Symbol:
    """A scalar symbol, of shape ``()``. Raises RuleError for what is no name.

    >>> from rulebook.language import scalar
    >>> scalar("t").shape
    ()
    """
    return Symbol(SCALAR, name)


def vector(name: str, n: DimLike) -> Symbol:
    """A column of length n; its ``.T`` is a row. Raises RuleError for what is no name.

    >>> from rulebook.language import vector
    >>> [str(size) for size in vector("x", "n").shape]
    ['n', '1']
    """
    return Symbol(column(n), name)


def matrix(name: str, m: DimLike, n: DimLike) -> Symbol:
    """An m by n matrix. Raises RuleError for what is no name.

    >>> from rulebook.language import matrix
    >>> A = matrix("A", "m", "n")
    >>> [str(size) for size in A.T.shape]
    ['n', 'm']
    """
    return Symbol((dim(m), dim(n)), name)


def tensor(name: str, *sizes: DimLike) -> Symbol:
    """An array of rank three or more. Raises RuleError for what is no name.

    >>> from rulebook.language import tensor
    >>> len(tensor("T", "i", "j", "k").shape)
    3
    """
    return Symbol(tuple(dim(n) for n in sizes), name)
