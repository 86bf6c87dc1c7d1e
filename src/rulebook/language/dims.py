"""Dimensions and shapes.

A dimension is a polynomial in named sizes: ``n``, ``m*n`` (a Kronecker product), ``H - P + 1`` (a
convolution), ``n + 1`` (a bias carried as one more weight). A shape is a tuple of dimensions:
``()`` is a scalar, ``(n, 1)`` a column, ``(1, n)`` a row, ``(m, n)`` a matrix, longer ones arrays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import TypeAlias

from rulebook.errors import ShapeError
from rulebook.language.names import is_name, spelled

__all__ = [
    "ONE",
    "SCALAR",
    "Dim",
    "DimLike",
    "Shape",
    "array_shape",
    "column",
    "dim",
    "is_vector",
    "replaced",
    "row",
    "show",
]

Monomial: TypeAlias = tuple[str, ...]


@dataclass(frozen=True)
class Dim:
    """A size, known or named: a polynomial with rational coefficients, in canonical form.

    >>> from rulebook.language import dim
    >>> str(dim("m") * "n" + 1)
    'm*n + 1'
    >>> (dim("m") * "n" + 1).at({"m": 2, "n": 3})
    7
    """

    terms: tuple[tuple[Monomial, Fraction], ...]

    @property
    def value(self) -> int | None:
        """The size if it is a plain number, else None."""
        if not self.terms:
            return 0
        (names, factor), *rest = self.terms
        return int(factor) if not names and not rest else None

    @property
    def name(self) -> str | None:
        """The name if the size is a single name, else None."""
        match self.terms:
            case (((name,), factor),) if factor == 1:
                return name
        return None

    @property
    def names(self) -> frozenset[str]:
        return frozenset(name for monomial, _ in self.terms for name in monomial)

    @property
    def constant(self) -> int:
        """The part without names: 1 of ``n + 1``."""
        return int(dict(self.terms).get((), Fraction(0)))

    def at(self, sizes: Mapping[str, int]) -> int:
        """The number this size is when its names have the given sizes."""
        total = Fraction(0)
        for monomial, factor in self.terms:
            total += factor * prod(sizes[name] for name in monomial)
        return int(total)

    def __add__(self, other: DimLike) -> Dim:
        terms = dict(self.terms)
        for monomial, factor in dim(other).terms:
            terms[monomial] = terms.get(monomial, Fraction(0)) + factor
        return _canonical(terms)

    def __mul__(self, other: DimLike) -> Dim:
        terms: dict[Monomial, Fraction] = {}
        for left, a in self.terms:
            for right, b in dim(other).terms:
                key = tuple(sorted(left + right))
                terms[key] = terms.get(key, Fraction(0)) + a * b
        return _canonical(terms)

    def __sub__(self, other: DimLike) -> Dim:
        return self + dim(other) * -1

    def __str__(self) -> str:
        return self.text("*")

    def text(self, times: str) -> str:
        """The polynomial as text, factors joined by ``times``: ``*`` for code, a space in print."""
        out = ""
        for names, factor in self.terms:
            sign = ("-" if factor < 0 else "") if not out else (" - " if factor < 0 else " + ")
            size = abs(factor)
            parts = ([] if names and size == 1 else [str(size)]) + list(names)
            out += sign + times.join(parts)
        return out or "0"


DimLike: TypeAlias = Dim | str | int


def _canonical(terms: Mapping[Monomial, Fraction]) -> Dim:
    kept = [(key, factor) for key, factor in terms.items() if factor]
    return Dim(tuple(sorted(kept, key=lambda term: (-len(term[0]), term[0]))))


def dim(size: DimLike) -> Dim:
    """A dimension from a name, a number or itself. Raises ShapeError for what is no name.

    >>> from rulebook.language import dim
    >>> str(dim("n") + 1), dim(3).value
    ('n + 1', 3)
    """
    if isinstance(size, Dim):
        return size
    if isinstance(size, str):
        name = spelled(size)
        if not is_name(name):
            raise ShapeError(f"{size!r} is not the name of a dimension")
        return Dim((((name,), Fraction(1)),))
    return _canonical({(): Fraction(size)})


def replaced(size: Dim, known: Mapping[str, Dim]) -> Dim:
    """A dimension with its names replaced, where something is known of them."""
    total = dim(0)
    for names, factor in size.terms:
        part = _canonical({(): factor})
        for name in names:
            part = part * known.get(name, dim(name))
        total = total + part
    return total


Shape: TypeAlias = tuple[Dim, ...]
ONE = dim(1)
SCALAR: Shape = ()


def column(n: DimLike) -> Shape:
    """The shape of a column, n×1.

    >>> from rulebook.language import column, dim
    >>> column("n") == (dim("n"), dim(1))
    True
    """
    return (dim(n), ONE)


def row(n: DimLike) -> Shape:
    return (ONE, dim(n))


def is_vector(shape: Shape) -> bool:
    """Whether it is a column's or a row's."""
    return len(shape) == 2 and ONE in shape


def array_shape(shape: Shape) -> Shape:
    """The axes a NumPy array of this shape has: vectors are 1-D, whichever way they stand."""
    return tuple(d for d in shape if d != ONE) if len(shape) == 2 else shape


def show(shape: Shape) -> str:
    """A shape for people: ``scalar``, ``nx1``, ``mxn``.

    >>> show(column("n"))
    'n×1'
    """
    return "×".join(str(d) for d in shape) if shape else "scalar"
