"""How near is near enough: every tolerance, floor and step, once, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "ANALYTIC",
    "DIFFERENCES",
    "LADDER",
    "LINE",
    "LINE_NUDGE",
    "LINE_SPREAD",
    "MARGIN",
    "NUDGE",
    "READERS",
    "READERS_STEP",
    "ROUNDING",
    "SECOND",
    "SINGULAR",
    "SPREAD",
    "STEP",
    "STIR",
    "Tolerance",
]

STEP = 2.0**-100  # of a complex step: its square vanishes beside 1, and so does its rounding
LADDER = (2.0**-6, 2.0**-13, 2.0**-20)  # steps of differences: too long, about right, too short


@dataclass(frozen=True)
class Tolerance:
    """``rtol`` of the value plus ``floor`` of the natural scale of the problem."""

    rtol: float
    floor: float


ANALYTIC = Tolerance(1e-9, 1e-11)  # a complex step is as exact as the function itself
DIFFERENCES = Tolerance(1e-6, 1e-8)  # extrapolated differences lose half the digits
SECOND = Tolerance(2e-5, 1e-6)  # differences of differences lose two thirds

READERS_STEP = 2.0**-12  # for a reader's own code, whose scale is unknown; of an entry's size
READERS = 1e-5  # and how near its derivative must be to differences at such steps

LINE = 1e-6  # two lines of a derivation, relative to the larger: a wrong factor shows at once
ROUNDING = 1e-14  # of the largest number met on the way: what cancellation leaves of it

NUDGE, SPREAD = 2e-16, 20  # one unit in the last place; a gap of few times what it does is rounding
STIR = 2.0**-10  # of an entry, to see how far what is claimed to vanish moves
LINE_NUDGE, LINE_SPREAD = 1e-12, 100  # for lines, which pass through more operations

MARGIN = 0.03  # how far a sample keeps from a kink or from the edge of a domain
SINGULAR = 1e6  # condition of a matrix beyond which what is made of its inverse tells nothing
