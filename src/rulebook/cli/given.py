"""What is said of names on the command line: their shapes, and what is assumed of them."""

from __future__ import annotations

from collections.abc import Sequence

from rulebook.dialect.given import size_typed
from rulebook.errors import RulebookError

__all__ = ["assumed", "shaped"]


def shaped(texts: Sequence[str]) -> dict[str, tuple[str | int, ...]]:
    """``A=n,n`` is a matrix, ``x=n`` a vector, ``t=`` a scalar; a size may be a number.

    >>> shaped(["A=m,3", "t="])
    {'A': ('m', 3), 't': ()}
    """
    return dict(map(_shape, texts))


def _shape(text: str) -> tuple[str, tuple[str | int, ...]]:
    name, equals, sizes = text.partition("=")
    if not equals:
        raise RulebookError(
            f"--shape {text}: write --shape {name}=n, or --shape {name}= if it is a scalar"
        )
    parts = [p.strip() for p in sizes.strip().strip("()").split(",")]
    return name.strip(), tuple(size_typed(p) for p in parts if p)


def assumed(texts: Sequence[str]) -> dict[str, list[str]]:
    """``A=symmetric`` or ``A=symmetric,positive``; the option may be repeated.

    >>> assumed(["A=symmetric", "A=positive"])
    {'A': ['symmetric', 'positive']}
    """
    found: dict[str, list[str]] = {}
    for text in texts:
        name, equals, words = text.partition("=")
        if not equals:
            raise RulebookError(f"--assume {text}: write it as --assume A=symmetric")
        found.setdefault(name.strip(), []).extend(w.strip() for w in words.split(",") if w.strip())
    return found
