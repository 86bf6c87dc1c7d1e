"""Determinant and inverse of a matrix of numbers, by elimination.

The pivot is the entry with the largest real part in size, so that a complex number that is a real
one with a tiny imaginary step takes the same way as the real one.
"""

from __future__ import annotations

from typing import Any, TypeAlias

__all__ = ["Rows", "determinant", "inverse", "transpose", "times"]

Rows: TypeAlias = list[list[Any]]


def determinant(a: Rows) -> Any:
    """The determinant; exactly 0 where a column has no pivot."""
    left, found = [row[:] for row in a], 1.0
    for k in range(len(left)):
        found = found * _pivot(left, k)
        if not left[k][k]:
            return found
        for r in range(k + 1, len(left)):
            _clear(left[r], left[k], k)
    return found


def inverse(a: Rows) -> Rows:
    """The inverse. Raises ZeroDivisionError where there is none."""
    n = len(a)
    both = [[*row, *(1.0 if r == c else 0.0 for c in range(n))] for r, row in enumerate(a)]
    for k in range(n):
        _pivot(both, k)
        scale = 1 / both[k][k]
        both[k] = [scale * entry for entry in both[k]]
        for r in range(n):
            if r != k:
                _clear(both[r], both[k], k)
    return [row[n:] for row in both]


def _pivot(rows: Rows, k: int) -> Any:
    """Bring the largest entry of column k to row k; the entry, with the sign of the exchange."""
    best = max(range(k, len(rows)), key=lambda r: abs(rows[r][k].real))
    rows[k], rows[best] = rows[best], rows[k]
    return rows[k][k] if best == k else -rows[k][k]


def _clear(row: list[Any], by: list[Any], k: int) -> None:
    """Make entry k of a row 0 by taking away so much of another."""
    factor = row[k] / by[k]
    row[k:] = [a - factor * b for a, b in zip(row[k:], by[k:], strict=True)]


def transpose(a: Rows) -> Rows:
    return [list(column) for column in zip(*a, strict=True)]


def times(a: Rows, b: Rows) -> Rows:
    columns = transpose(b)
    return [[sum(x * y for x, y in zip(row, c, strict=True)) for c in columns] for row in a]
