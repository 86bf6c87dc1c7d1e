"""Two exact bases for jets: a finite field at a random point, and rational functions of entries.

Elementary functions become independent unknowns, and the sides of a kink independent choices: an
identity that holds then holds for the functions themselves.
"""

from __future__ import annotations

import random
from fractions import Fraction
from functools import lru_cache
from typing import Any

from rulebook.checks.exact.jets import PRIME, Mod, Ratio
from rulebook.language.arithmetic import NoEntry

__all__ = ["Field", "NotASquare", "Rationals"]


class NotASquare(Exception):
    """This random point has a square root that the field lacks; another one will do."""


class Field:
    """The integers modulo a prime, at a random point."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.known: dict[Any, Mod] = {}
        self.sides: dict[Any, bool] = {}

    def fresh(self, key: Any) -> Mod:
        """A random unit, the same for the same key."""
        return self.known.setdefault(key, Mod(self.random.randrange(1, PRIME)))

    def constant(self, q: Fraction) -> Mod:
        return Mod(q.numerator) * Mod(q.denominator).inverse()

    def unit(self, name: str, a: Mod) -> Any:
        """An unknown f(a), one for each a up to sign, with the sign."""
        key, flipped = a.key
        return self.fresh((name, key)), flipped

    def key_of(self, a: Mod) -> Any:
        return a.value

    def positive(self, a: Mod) -> bool:
        key, flipped = a.key
        return self.sides.setdefault(key, self.random.random() < 0.5) != flipped

    def root(self, a: Mod) -> Mod:
        found = Mod(pow(a.value, (PRIME + 1) // 4, PRIME))
        if found * found != a:
            raise NotASquare
        return found


class Rationals:
    """Rational functions in the entries themselves; what is fresh is a new variable."""

    def __init__(self, room: int, bits: tuple[bool, ...] = ()) -> None:
        self.generators = iter(_generators(room))
        self.one = next(self.generators) ** 0
        self.known: dict[Any, Any] = {}
        self.seen: list[tuple[str, Ratio, Any]] = []
        self.bits, self.sides = bits, list[tuple[Ratio, bool]]()

    def fresh(self, key: Any) -> Ratio:
        if key not in self.known:
            try:
                self.known[key] = Ratio(next(self.generators), self.one)
            except StopIteration:
                raise NoEntry("more variables than there is room for") from None
        found: Ratio = self.known[key]
        return found

    def constant(self, q: Fraction) -> Ratio:
        return Ratio(self.one * q.numerator, self.one * q.denominator)

    def unit(self, name: str, a: Ratio) -> Any:
        for other, at, found in self.seen:
            if other == name and at == a:
                return found, False
            if other == name and at == -a:
                return found, True
        found = self.fresh((name, len(self.seen)))
        self.seen.append((name, a, found))
        return found, False

    def key_of(self, a: Ratio) -> Any:
        """A number for each distinct value."""
        found, flipped = self.unit("value", a)
        return -id(found) if flipped else id(found)

    def positive(self, a: Ratio) -> bool:
        for at, side in self.sides:
            if at in (a, -a):
                return side != (at != a)
        n = len(self.sides)
        side = self.bits[n] if n < len(self.bits) else True
        self.sides.append((a, side))
        return side

    def root(self, a: Ratio) -> Ratio:
        raise NoEntry("a square root is not a rational function")


@lru_cache(maxsize=8)
def _generators(room: int) -> tuple[Any, ...]:
    names = [f"t{n}" for n in range(room)]
    try:
        import flint

        ring = flint.fmpz_mpoly_ctx.get(names, "degrevlex")
        return tuple(ring.gens())
    except (ImportError, AttributeError, TypeError):
        from sympy import ZZ
        from sympy.polys.rings import ring as sympy_ring

        return tuple(sympy_ring(names, ZZ)[1:])
