"""A derivation's answer as an array, at the reader's own numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rulebook.deriving.model import Record
from rulebook.errors import ShapeError
from rulebook.language.dims import array_shape, show
from rulebook.language.traverse import symbols
from rulebook.language.tree import Expr, Symbol
from rulebook.numeric.arrays import Arrays
from rulebook.numeric.points import Point, shape_at

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


def _values(found: Record, arrays: Mapping[str, Any]) -> tuple[dict[Symbol, Any], dict[str, int]]:
    """The reader's arrays, each of the shape declared."""
    import numpy as np

    known = {s.name: s for s in symbols(found.of, found.wrt)}
    if unknown := sorted(set(arrays) - set(known) - found.declared):
        raise ShapeError(f"no variable {unknown[0]!r}; the variables are {', '.join(known)}")
    if missing := [n for n in known if n not in arrays]:
        raise ShapeError(f"{missing[0]} is missing; it is {show(known[missing[0]].shape)}")
    values: dict[Symbol, Any] = {}
    sizes: dict[str, int] = {}
    for name, s in known.items():
        a = np.asarray(arrays[name], dtype=float)
        wanted = array_shape(s.shape)
        if a.ndim != len(wanted):
            raise ShapeError(f"{name} is {show(s.shape)}, and the array given has shape {a.shape}")
        for dim, n in zip(wanted, a.shape, strict=True):
            fixed = dim.value if dim.value is not None else sizes.setdefault(dim.name or "", n)
            if fixed != n:
                raise ShapeError(f"{name} has shape {a.shape}, where {dim} is {fixed}")
        values[s] = a if a.shape else float(a)
    return values, sizes
