"""Fixed sizes as names: 256 × 784 weights are tried small, unless the number itself matters.

A size that an expression does not need the number of stands for any; equal numbers get one name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from rulebook.errors import ShapeError
from rulebook.language.dims import Dim, dim
from rulebook.language.operators.infix import ENTRY
from rulebook.language.traverse import nodes, rebuild
from rulebook.language.tree import Apply, Bind, Expr, Index, Number, Symbol
from rulebook.numeric.points import dimensions

__all__ = ["Names", "freed", "numbered", "renamed", "symbol_renamed"]

Names: TypeAlias = Mapping[int, str]  # of fixed sizes
SMALL = 8  # up to here a fixed size is tried as it is


def freed(expressions: Sequence[Expr], *, warily: bool = True) -> dict[int, str]:
    """A name for each fixed size whose number the expressions do not need.

    Where a number is written that may have to do with a size, it has none, if ``warily``.
    """
    taken = {*dimensions(*expressions)}
    taken |= {n.name for n in nodes(*expressions) if isinstance(n, Symbol)}
    found: dict[int, str] = {}
    for size in sorted(set(numbered(expressions))):
        name = next(n for k in range(99) if (n := f"n{size}{'_' * k}") not in taken)
        if not (warily and _counted(size, expressions)) and _stands(
            expressions, found | {size: name}
        ):
            found[size] = name
    return found


def numbered(expressions: Iterable[Expr]) -> Iterator[int]:
    """Every fixed size beyond the small ones that something has of itself."""
    for n in nodes(*expressions):
        dims = n.op.sizes if isinstance(n, Apply) else () if n.args else n.shape
        dims = tuple(i.size for i in n.indices) if isinstance(n, Bind) else dims
        yield from (d.value for d in dims if d.value is not None and d.value > SMALL)


def _counted(size: int, expressions: Iterable[Expr]) -> bool:
    """Whether a number is written that has to do with a size: n, 1/n, 2n, n − 1."""
    numbers = (n.value for n in nodes(*expressions) if isinstance(n, Number))
    parts = {abs(part) for q in numbers for part in (q.numerator, q.denominator)}
    return any(part % size in (0, 1, size - 1) and part >= size - 1 for part in parts)


def _stands(expressions: Iterable[Expr], names: Names) -> bool:
    try:
        return all(renamed(e, names) is not None for e in expressions)
    except ShapeError:
        return False


def renamed(e: Expr, names: Names) -> Expr:
    """The expression with names for fixed sizes. Raises ShapeError where it needs the number."""
    if not names:
        return e
    match e:
        case Symbol():
            return symbol_renamed(e, names)
        case Index():
            return Index(e.name, _renamed(e.size, names))
        case Bind():
            indices = tuple(Index(i.name, _renamed(i.size, names)) for i in e.indices)
            return Bind(e.kind, indices, renamed(e.body, names))
    args = tuple(renamed(a, names) for a in e.args)
    if isinstance(e, Apply) and e.op is ENTRY and args[0].shape != e.args[0].shape:
        raise ShapeError("an entry is one of so many")
    if isinstance(e, Apply) and any(d.value in names for d in e.op.sizes):
        if e.op.resized is None:
            raise ShapeError(f"{e.op.name} is of this size only")
        made = e.op.resized(*(_renamed(d, names) for d in e.op.sizes))
        return made if isinstance(made, Expr) else Apply(made, *args)
    return rebuild(e, args)


def symbol_renamed(s: Symbol, names: Names) -> Symbol:
    """A symbol with names for fixed sizes."""
    limit = _renamed(s.limit, names) if s.limit else None
    of = symbol_renamed(s.of, names) if s.of else None
    return replace(s, shape=tuple(_renamed(d, names) for d in s.shape), of=of, limit=limit)


def _renamed(d: Dim, names: Names) -> Dim:
    return dim(names[d.value]) if d.value is not None and d.value in names else d
