"""Names: one spelling for each, the one in which Python itself reads identifiers."""

from __future__ import annotations

from keyword import iskeyword
from unicodedata import normalize

__all__ = ["is_name", "spelled"]


def spelled(name: str) -> str:
    r"""A name as Python reads it: the micro sign µ is the letter μ, a full-width ｘ is x.

    Source: PEP 3131 (normal form NFKC).

    >>> spelled("\u00b5") == spelled("\u03bc") == "\u03bc"
    True
    """
    return name if name.isascii() else normalize("NFKC", name)


def is_name(name: str) -> bool:
    """Whether a variable may be called so: an identifier, no keyword, and not the np of code."""
    return name.isidentifier() and not iskeyword(name) and name != "np"
