"""A derivation's answer as an array, at the reader's own numbers."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rulebook.deriving.model import Record
from rulebook.errors import ShapeError
from rulebook.language.dims import array_shape, show
from rulebook.language.traverse import symbols
from rulebook.language.tree import Expr, Symbol
from rulebook.numeric.arrays import Arrays
from rulebook.numeric.points import Point, dimensions, shape_at

__all__ = ["jacobian"]


def jacobian(found: Record, arrays: Mapping[str, Any]) -> Any:
    """The derivative as an array of shape out + wrt (+ wrt)."""
    values, sizes = _values(found, arrays)
    last = found.outcomes[-1]
    tangents = [s.tangent for s in found.outcomes if s.kind == "differential"]
    point = Point(sizes, values, moves=((found.wrt, last.tangent),))
    return _over(last.answer, point, tangents)


def _over(e: Expr, point: Point, tangents: list[Symbol]) -> Any:
    """The value, for every unit change of each tangent; their axes come last, in order."""
    import numpy as np

    if not tangents:
        return np.array(Arrays(point).array(e), dtype=float)
    last = tangents[-1]
    shape = shape_at(last.shape, point.sizes)
    columns = []
    for index in np.ndindex(*shape):
        unit = np.zeros(shape)
        unit[index] = 1.0
        moved = replace(point, values={**point.values, last: unit})
        columns.append(_over(e, moved, tangents[:-1]))
    stacked = np.stack(columns, axis=-1)
    return stacked.reshape(*stacked.shape[:-1], *shape)


def _values(found: Record, given: Mapping[str, Any]) -> tuple[dict[Symbol, Any], dict[str, int]]:
    """The reader's arrays, each of the shape declared, and the sizes that they tell."""
    known = {s.name: s for s in symbols(found.of, found.wrt)}
    also = {s.name: s for s in found.declared} | known  # what does not occur may tell a size
    names = dimensions(*also.values(), found.of)
    if unknown := sorted(set(given) - set(also) - set(names)):
        raise ShapeError(f"no variable {unknown[0]!r}; the variables are {', '.join(known)}")
    if missing := [n for n in known if n not in given]:
        raise ShapeError(f"{missing[0]} is missing; it is {show(known[missing[0]].shape)}")
    sizes = {n: _size(n, given[n]) for n in names if n in given}
    values = {s: _array(s, given[n], sizes) for n, s in also.items() if n in given}
    if untold := [n for n in dimensions(found.of, *values) if n not in sizes]:
        raise ShapeError(f"{untold[0]} is missing; it is a size that no array tells")
    for s, a in values.items():
        _fits(s, a, shape_at(s.shape, sizes))
    return values, sizes


def _size(name: str, given: Any) -> int:
    try:
        return operator.index(given)
    except TypeError:
        raise ShapeError(f"{name} is a size, which is a whole number, not {given!r}") from None


def _array(s: Symbol, given: Any, sizes: dict[str, int]) -> Any:
    """An array of as many axes as declared, which may tell the ``sizes`` that are a name."""
    import numpy as np

    a, wanted = np.asarray(given, dtype=float), array_shape(s.shape)
    if a.ndim != len(wanted):
        raise ShapeError(f"{s.name} is {show(s.shape)}, and the array given has shape {a.shape}")
    for dim, n in zip(wanted, a.shape, strict=True):
        if dim.name:
            sizes.setdefault(dim.name, n)
    return a if a.shape else float(a)


def _fits(s: Symbol, a: Any, wanted: tuple[int, ...]) -> None:
    for dim, n, fixed in zip(array_shape(s.shape), getattr(a, "shape", ()), wanted, strict=True):
        if fixed != n:
            raise ShapeError(f"{s.name} has shape {a.shape}, where {dim} is {fixed}")
