"""The arithmetic an operator's entry is written against.

An operator says what its (i, j) entry is once, through this interface; SymPy expressions at any
size, a finite field, rational functions and plain floats each implement it, so one statement is
proved, tested exactly and evaluated.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeAlias

from rulebook.language.dims import Dim, DimLike, Shape
from rulebook.language.unspecified import Unspecified

__all__ = ["Arg", "NoEntry", "Scalars", "Value"]

Value: TypeAlias = Any  # a number of the arithmetic at hand
Position: TypeAlias = Any  # an int, or a symbol that stands for one


class NoEntry(Exception):
    """The arithmetic has no closed form for this entry; another check must decide."""


class Arg(Protocol):
    """An argument as an operator's entry sees it: a shape, and its entries on request."""

    shape: Shape

    def __call__(self, *index: Position) -> Value: ...


class Scalars(Protocol):
    """What an entry may use. Values also support ``+ - * /`` and integer powers."""

    def symbol(self, symbol: Any, index: tuple[Position, ...]) -> Value:
        """Entry ``index`` of a symbol."""

    def number(self, value: Any) -> Value:
        """A rational number."""

    def size(self, n: DimLike) -> Value:
        """A dimension as a number."""

    def total(self, n: Dim, term: Callable[[Position], Value]) -> Value:
        """The sum of ``term(k)`` over k = 0 .. n-1."""

    def delta(self, i: Position, j: Position) -> Value:
        """1 where i = j, else 0."""

    def split(
        self,
        i: Position,
        n: Dim,
        low: Callable[[Position], Value],
        high: Callable[[Position], Value],
    ) -> Value:
        """``low(i)`` for i < n, else ``high(i - n)``."""

    def divide(self, i: Position, n: Dim) -> tuple[Position, Position]:
        """Quotient and remainder of an index by a size."""

    def choose(self, a: Value, yes: Value, no: Value) -> Value:
        """``yes`` where a > 0, else ``no``."""

    def call(self, name: str, a: Value) -> Value:
        """An elementary function by SymPy's name: exp, log, sin, sqrt, ..."""

    def log_size(self, a: Value) -> Value:
        """The logarithm of ``|a|``, which changes as that of a does."""

    def power(self, a: Value, b: Value) -> Value:
        """A to the power b, for a > 0 or integer b."""

    def determinant(self, a: Arg) -> Value:
        """The determinant of a square argument."""

    def inverse(self, a: Arg, i: Position, j: Position) -> Value:
        """Entry (i, j) of the inverse of a square argument."""

    def unspecified(
        self,
        fn: Unspecified,
        out: tuple[Position, ...],
        wrt: tuple[Any, ...],
        args: tuple[Any, ...],
    ) -> Value:
        """Entry ``out`` of an unspecified function at ``args``, or of its partial by ``wrt``."""

    def index_value(self, position: Position) -> Value:
        """A position as a value."""

    def position(self, value: Value) -> Position:
        """A value used as an index."""
