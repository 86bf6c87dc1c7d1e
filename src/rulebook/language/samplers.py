"""How the words of an assumption are sampled, and how to see that they hold: plain Python.

A sampler satisfies its word and no more: symmetric samples hide transposes, so a matrix is
symmetric only where that is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import copysign, isclose, sqrt
from random import Random
from typing import TypeAlias

from rulebook.language.elimination import Rows, determinant, times, transpose
from rulebook.language.nested import Nested, filled, flat, mapped

__all__ = [
    "Sampler",
    "Extents",
    "Test",
    "bits",
    "definite",
    "generic",
    "idempotent",
    "identity",
    "laplacian",
    "onehot",
    "ones",
    "orthogonal",
    "orthogonal_rows",
    "posdet",
    "positive_det",
    "regular",
    "rows_sum",
    "signs",
    "simplex",
    "small",
    "some",
    "spd",
    "spread",
    "sqdist",
    "symmetric",
    "symmetrized",
    "uniform",
    "within",
]

Extents: TypeAlias = tuple[int, ...]
Sampler: TypeAlias = Callable[[Extents, Random], Nested]
Test: TypeAlias = Callable[[Nested], bool]


def generic(shape: Extents, rng: Random) -> Nested:
    """No entry near 0, no symmetry, no order."""

    def entry() -> float:
        made = rng.gauss(0, 1)
        return made + copysign(0.2, made) if abs(made) < 0.1 else made

    return filled(shape, entry)


def uniform(low: float, high: float) -> Sampler:
    return lambda shape, rng: filled(shape, lambda: rng.uniform(low, high))


def small(shape: Extents, rng: Random) -> Nested:
    return filled(shape, lambda: rng.gauss(0, 0.5))


def signs(shape: Extents, rng: Random) -> Nested:
    return filled(shape, lambda: rng.choice((-1.0, 1.0)))


def bits(shape: Extents, rng: Random) -> Nested:
    return filled(shape, lambda: rng.choice((0.0, 1.0)))


def ones(shape: Extents, rng: Random) -> Nested:
    return filled(shape, lambda: 1.0)


def identity(shape: Extents, rng: Random) -> Nested:
    return _diagonal([1.0] * shape[0])


def onehot(shape: Extents, rng: Random) -> Nested:
    """One 1, the rest 0; in each row of a matrix."""

    def row(n: int) -> list[float]:
        chosen = rng.randrange(n)
        return [float(k == chosen) for k in range(n)]

    return _by_rows(shape, row)


def simplex(shape: Extents, rng: Random) -> Nested:
    """Positive shares of 1; in each row of a matrix."""

    def row(n: int) -> list[float]:
        made = [rng.uniform(0.3, 1.0) for _ in range(n)]
        return [share / sum(made) for share in made]

    return _by_rows(shape, row)


def _by_rows(shape: Extents, row: Callable[[int], list[float]]) -> Nested:
    return filled(shape[:-1], lambda: row(shape[-1]))


def orthogonal(shape: Extents, rng: Random) -> Rows:
    """Normal columns made orthonormal one after the other (Gram–Schmidt)."""
    made: Rows = []
    while len(made) < shape[0]:
        v = [rng.gauss(0, 1) for _ in range(shape[0])]
        size = _norm(v)
        for _ in range(2):  # once more for what rounding left
            for u in made:
                along = sum(a * b for a, b in zip(u, v, strict=True))
                v = [b - along * a for a, b in zip(u, v, strict=True)]
        if _norm(v) > 1e-3 * size:
            made.append([a / _norm(v) for a in v])
    return transpose(made)


def spread(shape: Extents, rng: Random) -> Rows:
    """Singular values between 0.5 and 2, far from orthogonal and from singular."""
    left, right = orthogonal(shape, rng), orthogonal(shape, rng)
    values = [rng.uniform(0.5, 2.0) for _ in range(shape[0])]
    return times(times(left, _diagonal(values)), right)


def posdet(shape: Extents, rng: Random) -> Rows:
    made = spread(shape, rng)
    if determinant(made) < 0:
        made[0] = [-a for a in made[0]]
    return made


def spd(shape: Extents, rng: Random) -> Rows:
    """Eigenvalues between 0.6 and 2."""
    q = orthogonal(shape, rng)
    values = [rng.uniform(0.6, 2.0) for _ in range(shape[0])]
    return symmetrized(times(times(q, _diagonal(values)), transpose(q)))


def laplacian(shape: Extents, rng: Random) -> Rows:
    """Of a graph with weighted edges; in binary fractions, so that rows add up to exactly 0."""
    weights = symmetrized(filled(shape, lambda: rng.randrange(13, 65) / 64))
    for k, row in enumerate(weights):
        row[k] = 0.0
    degrees = [sum(row) for row in weights]
    return [
        [degrees[i] if i == j else -w for j, w in enumerate(row)] for i, row in enumerate(weights)
    ]


def sqdist(shape: Extents, rng: Random) -> Rows:
    """Squared distances of points in space."""
    points = filled((shape[0], 3), lambda: rng.gauss(0, 1))
    return [[sum((a - b) ** 2 for a, b in zip(p, q, strict=True)) for q in points] for p in points]


def symmetrized(a: Rows) -> Rows:
    made: Rows = mapped(lambda x, y: (x + y) / 2, a, transpose(a))
    return made


def _diagonal(values: list[float]) -> Rows:
    n = len(values)
    return [[values[i] if i == j else 0.0 for j in range(n)] for i in range(n)]


def _norm(v: list[float]) -> float:
    return sqrt(sum(a * a for a in v))


# ----------------------------------------------------------------- tests
def symmetric(a: Nested) -> bool:
    return _near(a, transpose(a))


def idempotent(a: Nested) -> bool:
    return _near(times(a, a), a)


def orthogonal_rows(a: Nested) -> bool:
    return _near(times(a, transpose(a)), _diagonal([1.0] * len(a)))


def regular(a: Nested) -> bool:
    return bool(abs(determinant(a)) > 1e-9)


def positive_det(a: Nested) -> bool:
    return bool(determinant(a) > 0)


def definite(a: Nested) -> bool:
    """Symmetric, and every leading minor is positive."""
    minors = ([row[:k] for row in a[:k]] for k in range(1, len(a) + 1))
    return symmetric(a) and all(determinant(m) > 0 for m in minors)


def rows_sum(total: float) -> Test:
    return lambda a: all(isclose(sum(row), total, abs_tol=1e-9) for row in _rows(a))


def _rows(a: Nested) -> Iterator[list[float]]:
    if isinstance(a[0], list):
        for part in a:
            yield from _rows(part)
    else:
        yield a


def within(low: float, high: float) -> Test:
    return lambda a: all(low < x < high for x in flat(a))


def some(*values: float) -> Test:
    """Every entry is one of few."""
    return lambda a: all(x in values for x in flat(a))


def _near(a: Nested, b: Nested) -> bool:
    pairs = zip(flat(a), flat(b), strict=True)
    return all(isclose(x, y, rel_tol=1e-5, abs_tol=1e-9) for x, y in pairs)
