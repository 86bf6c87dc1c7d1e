"""Every error the package raises on purpose; one base, so that one ``except`` is enough."""

from __future__ import annotations

__all__ = ["RuleError", "RulebookError", "ShapeError"]


class RulebookError(Exception):
    """The base of every error that Rulebook raises on purpose.

    >>> from rulebook import RulebookError, get
    >>> try:
    ...     get("quadratic_from")
    ... except RulebookError as error:
    ...     print(str(error).split(";")[0])
    no rule 'quadratic_from'
    """


class ShapeError(RulebookError, TypeError):
    """Operands that are not conformable; the message names both shapes."""


class RuleError(RulebookError, ValueError):
    """A rule, claim or citation that is not well formed."""
