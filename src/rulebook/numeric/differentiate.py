"""The derivative along a tangent: a complex step where the code may be fed complex numbers.

Elsewhere central differences on a ladder of steps, two of them extrapolated (Griewank and Walther
2008). A second derivative is differences of a first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

from rulebook.language.arithmetic import NoEntry
from rulebook.language.tree import Expr
from rulebook.numeric.evaluate import Evaluator, Table, gap
from rulebook.numeric.points import Moves
from rulebook.numeric.tolerance import LADDER, STEP

__all__ = ["derivative"]


def derivative(at: Evaluator, e: Expr, along: Sequence[Moves]) -> Table:
    """``e`` differentiated along one direction, or along two; with none, its value."""
    if not along:
        return at.value(e)
    first, *rest = along
    if not rest and at.takes_complex(e):
        with suppress(NoEntry):  # a function that is known of real numbers only
            return at.shifted(STEP * 1j, first).value(e).imag.map(lambda x: x / STEP)
    return _ladder(lambda h: derivative(at.shifted(h, first), e, rest))


def _ladder(f: Callable[[float], Table]) -> Table:
    """Central differences at several steps, two of them extrapolated; the steadiest wins."""
    coarse, middle, small = (_central(f, h) for h in LADDER)
    fine = _central(f, LADDER[1] / 2)
    extrapolated = fine.map(lambda a, b: a + (a - b) / 3, middle)
    near, far = gap(extrapolated, middle), gap(small, middle)
    return extrapolated if near <= far + 1e-7 * coarse.largest else small


def _central(f: Callable[[float], Table], h: float) -> Table:
    return f(h).map(lambda up, down: (up - down) / (2 * h), f(-h))
