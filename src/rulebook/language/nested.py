"""Arrays without NumPy: a number, or a list of numbers, or a list of such lists, and so on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

__all__ = ["Nested", "extents", "filled", "flat", "mapped"]

Nested: TypeAlias = Any


def filled(shape: tuple[int, ...], make: Callable[[], Any]) -> Nested:
    """An array of a shape, its entries made one after the other."""
    return [filled(shape[1:], make) for _ in range(shape[0])] if shape else make()


def flat(a: Nested) -> Iterator[Any]:
    """The entries, the last index running fastest."""
    if isinstance(a, list):
        for part in a:
            yield from flat(part)
    else:
        yield a


def mapped(f: Callable[..., Any], a: Nested, *more: Nested) -> Nested:
    """``f`` of the entries of arrays of one shape."""
    if isinstance(a, list):
        return [mapped(f, *parts) for parts in zip(a, *more, strict=True)]
    return f(a, *more)


def extents(a: Nested) -> tuple[int, ...]:
    """The shape of an array that has entries."""
    return (len(a), *extents(a[0])) if isinstance(a, list) else ()
