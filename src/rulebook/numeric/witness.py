"""Concrete smooth functions standing in for unspecified ones, or for partials of them.

u maps to sin(a·u + c) + 0.3 (b·u)², one a, b and c for each entry of the result, with every
argument's entries in u: analytic, neither linear nor symmetric, and its derivatives are known in
closed form. The arithmetic is that of the arguments: floats, or complex numbers.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Any, TypeAlias

from rulebook.errors import RulebookError

__all__ = ["Witness"]

Wave: TypeAlias = tuple[tuple[float, ...], tuple[float, ...], float]


@dataclass(frozen=True)
class Witness:
    """One function; its partials are witnesses of the same seed."""

    seed: int

    def entry(self, place: tuple[int, ...], at: Sequence[Any], by: Sequence[int]) -> Any:
        """Entry ``place`` of the function at a point, differentiated by some of its coordinates.

        Raises RulebookError beyond second derivatives.
        """
        a, b, c = _wave(self.seed, place, len(at))
        inside = sum((x * k for x, k in zip(at, a, strict=True)), c)
        quadratic = sum(x * k for x, k in zip(at, b, strict=True))
        sin, cos = (cmath.sin, cmath.cos) if isinstance(inside, complex) else (math.sin, math.cos)
        match by:
            case ():
                return sin(inside) + 0.3 * quadratic**2
            case (k,):
                return cos(inside) * a[k] + 0.6 * quadratic * b[k]
            case (k, m):
                return -sin(inside) * a[k] * a[m] + 0.6 * b[k] * b[m]
        raise RulebookError("witnesses go up to second derivatives")


@lru_cache(maxsize=4096)
def _wave(seed: int, place: tuple[int, ...], count: int) -> Wave:
    rng = Random(f"{seed} {place} {count}")
    a, b = (tuple(rng.gauss(0, 1) for _ in range(count)) for _ in range(2))
    return a, b, rng.gauss(0, 1)
