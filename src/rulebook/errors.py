"""Every error the package raises on purpose; one base, so that one ``except`` is enough."""

from __future__ import annotations

from typing import Any

__all__ = [
    "ParseError",
    "Refusal",
    "RuleError",
    "RulebookError",
    "ShapeError",
    "UnknownRule",
]


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


class UnknownRule(RulebookError, KeyError):
    """No rule has this id; the message offers the nearest."""

    def __str__(self) -> str:
        return str(self.args[0])


class ParseError(RulebookError, ValueError):
    """Text outside the dialect; the message points at the place."""

    def __init__(self, message: str, text: str, column: int | None = None) -> None:
        self.text, self.column = text, column
        line = text if len(text) <= 200 else text[:200] + " …"
        caret = (
            f"\n  {line}\n  {' ' * column}^"
            if column is not None and column <= 200
            else f"\n  {line}"
        )
        super().__init__(message + caret)


class Refusal(RulebookError, ValueError):
    """No derivation is shown: no rule applies, or a line did not survive its check.

    ``operation`` names what stopped it, ``reached`` is the differential so far, ``nearest`` are
    ids of rules that come closest.

    >>> import rulebook
    >>> try:
    ...     left_out = ["log_differential", "logarithm"]
    ...     rulebook.derive("log(x)", wrt="x", shapes={"x": ()}, without=left_out)
    ... except rulebook.Refusal as error:
    ...     print(error.operation)
    log
    """

    def __init__(
        self,
        message: str,
        operation: str,
        reached: Any = None,
        nearest: tuple[str, ...] = (),
    ) -> None:
        self.operation, self.reached, self.nearest = operation, reached, nearest
        super().__init__(message)
