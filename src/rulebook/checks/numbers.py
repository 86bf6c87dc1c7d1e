"""The numeric check: the printed NumPy code against a derivative measured at sample points.

Tolerances are homogeneous in function and variable: no absolute number. A mismatch is adjudicated,
by moving the point one unit in the last place, before it counts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count
from math import inf, isfinite, prod
from random import Random

import numpy as np

from rulebook.book.claims import Derivative
from rulebook.book.obligations import Obligation
from rulebook.checks.points import Place, guards, one_sided, sample_points
from rulebook.checks.subject import Subject
from rulebook.checks.verdict import Trial
from rulebook.language.nested import Nested, filled
from rulebook.language.traverse import symbols, unspecified
from rulebook.language.tree import Apply, Expr, Number
from rulebook.numeric.arrays import Printed, as_array, table
from rulebook.numeric.differentiate import derivative
from rulebook.numeric.evaluate import Table, gap
from rulebook.numeric.points import Point, shape_at
from rulebook.numeric.tolerance import (
    ANALYTIC,
    DIFFERENCES,
    NUDGE,
    SECOND,
    SPREAD,
    STIR,
    Tolerance,
)

__all__ = ["Numeric", "Program", "check_numbers", "located", "says_zero"]

SHOWN = 256  # entries of a variable along which a derivative is measured only to be shown


@dataclass(frozen=True)
class Numeric:
    """All trials of one claim."""

    trials: tuple[Trial, ...]  # place by place
    places: tuple[Place, ...] = ()
    vacuous: str = ""

    @property
    def placed(self) -> tuple[tuple[Trial, Place], ...]:
        """Each trial with where it was made."""
        each = len(self.trials) // len(self.places)
        return tuple((t, self.places[n // each]) for n, t in enumerate(self.trials))

    @property
    def failed(self) -> Trial | None:
        wrong = [t for t in self.trials if not t.agrees and not t.inconclusive]
        return max(wrong, key=lambda t: (t.generic, -sum(t.sizes.values())), default=None)

    @property
    def worst(self) -> float:
        return max((t.error for t in self.trials if not t.inconclusive), default=0.0)


@dataclass(frozen=True)
class Program:
    """An obligation as code."""

    obligation: Obligation

    def reads_only(self, point: Point) -> bool:
        """Whether a point has a value for everything the code reads."""
        o = self.obligation
        moving = (s for moves in o.along for pair in moves for s in pair)
        named = {fn.name for fn in unspecified(o.left, o.right)}
        read = set(symbols(o.left, o.right, *moving))
        return read <= set(point.values) and named <= set(point.functions)

    def trial(self, place: Place, measured: Table | None = None) -> Trial:
        """Both sides at a point; the left one may have been measured before."""
        at, o = place.at, self.obligation
        measured = measured or self.measure(at)
        claimed, tolerance = at.value(o.right), self.tolerance(at)
        noise = tolerance.floor * self._scale(at)
        error = _error(measured, claimed, tolerance, noise)
        inconclusive = not measured.finite
        if not error <= 1.0 and not inconclusive and measured.shape == claimed.shape:
            inconclusive = self._noisy(at, measured, claimed)
        return Trial(
            o.label, place.sizes, error * tolerance.rtol, tolerance.rtol,
            measured, claimed, place.generic, inconclusive, noise,
        )  # fmt: skip

    def measure(self, at: Printed) -> Table:
        """The left side, differentiated as often as asked."""
        return derivative(at, self.obligation.left, self.obligation.along)

    def tolerance(self, at: Printed) -> Tolerance:
        along, analytic = self.obligation.along, at.takes_complex(self.obligation.left)
        if len(along) == 2:
            return DIFFERENCES if analytic else SECOND
        return ANALYTIC if analytic or not along else DIFFERENCES

    def _scale(self, at: Printed) -> float:
        """The natural size of the problem: the function's own.

        What is claimed to vanish has none but rounding's; there it is how far the function moves
        while its arguments do, in units of theirs.
        """
        left, rng = self.obligation.left, Random(0)
        value = at.value(left)
        if self.obligation.along or not says_zero(self.obligation.right):
            return value.largest
        moved = [gap(at.at(at.point.nudged(STIR, rng)).value(left), value) for _ in range(3)]
        return max([value.largest, *(m / STIR for m in moved if isfinite(m))])

    def _noisy(self, at: Printed, measured: Table, claimed: Table) -> bool:
        """Whether the gap is within what one unit in the last place of the inputs does."""
        rng, spread = Random(0), 0.0
        for _ in range(3):
            near = at.at(at.point.nudged(NUDGE, rng))
            again = near.value(self.obligation.right)
            spread = max(spread, gap(self.measure(near), measured), gap(again, claimed))
        return gap(measured, claimed) <= SPREAD * spread


def _error(measured: Table, claimed: Table, tolerance: Tolerance, noise: float) -> float:
    """The largest gap in units of the tolerance; shapes must match exactly."""
    if measured.shape != claimed.shape or not claimed.finite:
        return inf
    scale = max(measured.largest, claimed.largest)
    allowed = tolerance.rtol * scale + max(tolerance.floor * scale, noise)
    apart = gap(measured, claimed)
    return apart / allowed if allowed else 0.0 if apart == 0 else inf


def check_numbers(subject: Subject) -> Numeric:
    """Every obligation of a claim, at generic points and at the edges."""
    programs = [Program(o) for o in subject.claim.obligations]
    places = sample_points(subject)
    shaped = _shape_trial(subject, places[0])
    if shaped is not None:
        return Numeric((shaped,), (places[0],))
    trials = tuple(p.trial(place) for place in places for p in programs)
    return Numeric(trials, tuple(places), _vacuous(subject, trials, places))


def _shape_trial(subject: Subject, place: Place) -> Trial | None:
    """The code of each side must give the shape that was stated, before any number is compared."""
    for name, e in subject.claim.sides.items():
        wanted, got = shape_at(e.shape, place.sizes), place.at.value(e)
        if got.shape != wanted and got.finite:
            zeros = Table(wanted, (0.0,) * prod(wanted))
            return Trial(name, place.sizes, inf, 0.0, zeros, got, True)
    return None


def _vacuous(subject: Subject, trials: tuple[Trial, ...], places: list[Place]) -> str:
    """Why the agreement proves nothing, if it does not."""
    for obligation in subject.claim.obligations:
        if says_zero(obligation.right):
            if one_sided(guards(subject), places):
                return "nothing changes here, but a kink was seen from one side only"
            continue
        seen = [t for t in trials if t.obligation == obligation.label and t.generic]
        if not any(abs(x) > t.noise for t in seen for x in t.left.entries):
            return f"both sides of the {obligation.label} are zero at every point tried"
    return ""


def says_zero(e: Expr) -> bool:
    """Whether an expression is zero on its face: the claim itself is that nothing changes."""
    if isinstance(e, Apply):
        zeros = (k for k, a in enumerate(e.args) if says_zero(a))
        return e.op.zero or any(map(e.op.linear_in, zeros))
    return isinstance(e, Number) and e.value == 0


def located(subject: Subject, trial: Trial, place: Place) -> Trial:
    """The same disagreement, told by entries of the derivative itself where that can be done."""
    found = _whole(subject, place)
    if found is None or found[0].shape != found[1].shape:
        return trial
    return replace(trial, left=found[0], right=found[1])


def _whole(subject: Subject, place: Place) -> tuple[Table, Table] | None:
    """The whole derivative at a point, entry by entry: measured, and as the claim says it.

    Only where the claim is one array, a first derivative, and there are few entries to move.
    """
    claim = subject.claim
    if not isinstance(claim, Derivative) or claim.order != 1:
        return None
    (obligation,) = claim.obligations
    ((x, dx),) = obligation.along[0]
    point, shape = place.at.point, shape_at(x.shape, place.sizes)
    if prod(shape) > SHOWN:
        return None
    columns = []
    for k in range(prod(shape)):
        moved = place.at.at(replace(point, values={**point.values, dx: _unit(shape, k)}))
        columns.append(as_array(Program(obligation).measure(moved)))
    measured = np.moveaxis(np.array(columns), 0, -1).reshape(columns[0].shape + shape)
    claimed = place.at.array(claim.equals)
    turned = len(shape) == 2 and measured.ndim == 2
    return table(measured), table(claimed.T if turned else claimed)


def _unit(shape: tuple[int, ...], k: int) -> Nested:
    """1 in the k-th entry, 0 elsewhere."""
    entries = count()
    return filled(shape, lambda: float(next(entries) == k))
