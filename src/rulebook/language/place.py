"""Where a value stands by name, so that one that is unpickled is the value itself, found again."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

__all__ = ["found_at", "place_of"]


def place_of(value: Any, first: str = "") -> tuple[str, str] | None:
    """The module that holds a value, and its name there; the ``first`` module is asked first."""
    modules = sorted(sys.modules.items(), key=lambda pair: pair[0] == "__main__")  # there only last
    for module, held in ((first, sys.modules.get(first)), *modules):
        for name, other in list(getattr(held, "__dict__", {}).items()):
            if other is value:
                return module, name
    return None


def found_at(module: str, name: str) -> Any:
    """The value that stands there."""
    return getattr(import_module(module), name)
