"""Truncated Taylor arithmetic over an exact base: dual numbers, and dual numbers of those.

A jet over t tangents holds the coefficient of every product of distinct infinitesimals, indexed by
bit mask: of a + b ε₁ + c ε₂ + d ε₁ε₂ they are [a, b, c, d]. Two bases are given: the field of
integers modulo 2⁶¹ − 1, where a random point tests an identity, and rational functions, where one
computation proves it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from operator import add, mul, sub
from typing import Any

from rulebook.language.arithmetic import NoEntry

__all__ = ["PRIME", "Jet", "Mod", "Ratio"]

PRIME = 2**61 - 1
MOST_TERMS = 100_000  # that a product of polynomials may have to go through


class Mod:
    """An integer modulo the prime 2⁶¹ − 1."""

    __slots__ = ("value",)

    def __init__(self, value: int) -> None:
        self.value = value % PRIME

    def __add__(self, other: Mod) -> Mod:
        return Mod(self.value + other.value)

    def __sub__(self, other: Mod) -> Mod:
        return Mod(self.value - other.value)

    def __mul__(self, other: Mod) -> Mod:
        return Mod(self.value * other.value)

    def __neg__(self) -> Mod:
        return Mod(-self.value)

    def inverse(self) -> Mod:
        if not self.value:
            raise ZeroDivisionError
        return Mod(pow(self.value, -1, PRIME))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Mod) and self.value == other.value

    def __hash__(self) -> int:
        return hash(self.value)

    @property
    def zero(self) -> bool:
        return not self.value

    @property
    def key(self) -> tuple[int, bool]:
        """The value up to sign, and the sign."""
        flipped = self.value > PRIME // 2
        return (PRIME - self.value if flipped else self.value), flipped


def _times(a: Any, b: Any) -> Any:
    """A product of polynomials, if it stays of a size worth waiting for."""
    if len(a) * len(b) > MOST_TERMS:
        raise NoEntry("the polynomials of the proof grow too large")
    return a * b


class Ratio:
    """A quotient of polynomials, never reduced: equality is by cross-multiplication."""

    __slots__ = ("bottom", "top")

    def __init__(self, top: Any, bottom: Any) -> None:
        self.top, self.bottom = top, bottom

    def __add__(self, other: Ratio) -> Ratio:
        if self.bottom == other.bottom:
            return Ratio(self.top + other.top, self.bottom)
        top = _times(self.top, other.bottom) + _times(other.top, self.bottom)
        return Ratio(top, _times(self.bottom, other.bottom))

    def __sub__(self, other: Ratio) -> Ratio:
        return self + -other

    def __mul__(self, other: Ratio) -> Ratio:
        if self.top == other.bottom:
            return Ratio(other.top, self.bottom)
        if self.bottom == other.top:
            return Ratio(self.top, other.bottom)
        return Ratio(_times(self.top, other.top), _times(self.bottom, other.bottom))

    def __neg__(self) -> Ratio:
        return Ratio(-self.top, self.bottom)

    def inverse(self) -> Ratio:
        if not self.top:
            raise ZeroDivisionError
        return Ratio(self.bottom, self.top)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Ratio):
            return NotImplemented
        return bool(_times(self.top, other.bottom) == _times(other.top, self.bottom))

    __hash__ = None  # type: ignore[assignment]  # equal ratios differ in form

    @property
    def zero(self) -> bool:
        return not self.top


class Jet:
    """A value with its first (and mixed second) derivatives along fixed tangents."""

    __slots__ = ("parts", "rational")

    def __init__(self, parts: Sequence[Any], rational: Fraction | None = None) -> None:
        self.parts = tuple(parts)
        self.rational = rational  # set for plain numbers: they can be exponents, and indices

    def __add__(self, other: Jet) -> Jet:
        parts = [a + b for a, b in zip(self.parts, other.parts, strict=True)]
        return Jet(parts, _both(add, self, other))

    def __sub__(self, other: Jet) -> Jet:
        parts = [a - b for a, b in zip(self.parts, other.parts, strict=True)]
        return Jet(parts, _both(sub, self, other))

    def __neg__(self) -> Jet:
        return Jet([-a for a in self.parts], None if self.rational is None else -self.rational)

    def __mul__(self, other: Jet) -> Jet:
        parts = [self._product(other, mask) for mask in range(len(self.parts))]
        return Jet(parts, _both(mul, self, other))

    def _product(self, other: Jet, mask: int) -> Any:
        terms = [self.parts[s] * other.parts[mask ^ s] for s in submasks(mask)]
        out = terms[0]
        for term in terms[1:]:
            out = out + term
        return out

    def inverse(self) -> Jet:
        first = self.parts[0].inverse()
        found = [first]
        for mask in range(1, len(self.parts)):
            known = None
            for s in submasks(mask):
                if s:
                    term = self.parts[s] * found[mask ^ s]
                    known = term if known is None else known + term
            found.append(-(first * known))
        return Jet(found, 1 / self.rational if self.rational else None)

    def __truediv__(self, other: Jet) -> Jet:
        return self * other.inverse()

    def __pow__(self, exponent: int) -> Jet:
        if exponent < 0:
            return (self**-exponent).inverse()
        out = None
        for _ in range(exponent):
            out = self if out is None else out * self
        if out is None:
            return self * self.inverse() if not self.parts[0].zero else self
        return out


def _both(operation: Callable[[Fraction, Fraction], Fraction], a: Jet, b: Jet) -> Fraction | None:
    """What is made of plain numbers is one."""
    if a.rational is None or b.rational is None:
        return None
    return operation(a.rational, b.rational)


def submasks(mask: int) -> list[int]:
    return [s for s in range(mask + 1) if s & mask == s]
