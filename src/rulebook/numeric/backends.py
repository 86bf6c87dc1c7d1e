"""Which backend runs: arrays where NumPy can be imported, entries elsewhere, or as one says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from importlib import import_module

from rulebook.numeric.arrays import Arrays
from rulebook.numeric.entries import Entries
from rulebook.numeric.evaluate import Evaluator
from rulebook.numeric.points import Point

__all__ = ["evaluator", "largest", "running_on"]

BACKENDS: dict[str, Callable[[Point], Evaluator]] = {"arrays": Arrays, "entries": Entries}
LARGEST = {"arrays": 2**18, "entries": 2**12}
_chosen: ContextVar[str] = ContextVar("backend", default="")


def evaluator(point: Point) -> Evaluator:
    """Expressions at a point, by the backend there is."""
    return BACKENDS[_backend()](point)


def largest() -> int:
    """How many entries an array may have, to be worth the wait."""
    return LARGEST[_backend()]


def _backend() -> str:
    return _chosen.get() or ("arrays" if _has_numpy() else "entries")


@contextmanager
def running_on(backend: str) -> Iterator[None]:
    """Within it, one backend is taken, ``arrays`` or ``entries``."""
    before = _chosen.set(backend)
    try:
        yield
    finally:
        _chosen.reset(before)


def _has_numpy() -> bool:
    try:
        import_module("numpy")
    except ImportError:
        return False
    return True
