"""The book: one chapter a module, data only. ``CHAPTERS`` is the reading order."""

import sys
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import Any

CHAPTERS = (
    "scalars",
    "jacobians",
    "elementwise",
    "expansion",
    "reductions",
    "chain",
    "neurons",
    "layers",
    "softmax",
    "second_order",
    "errata",
)


class _Callable(ModuleType):
    """Once a chapter was imported, ``rulebook.rules`` is this package; a call lists the book."""

    def __call__(self) -> Iterator[Any]:
        return import_module("rulebook.book").rules()  # type: ignore[no-any-return]


sys.modules[__name__].__class__ = _Callable
