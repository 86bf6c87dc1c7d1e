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

    Two errors are equal if they say the same, so that they can be sent between processes.
    """

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.__reduce__() == other.__reduce__()

    def __hash__(self) -> int:
        return hash((type(self), self.args))

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (type(self), self.args, vars(self))


def _again(kind: type[RulebookError], said: tuple[Any, ...], held: dict[str, Any]) -> RulebookError:
    """An error as it was, without asking its class to word it again."""
    made = kind.__new__(kind, *said)
    made.args = said
    vars(made).update(held)
    return made


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
