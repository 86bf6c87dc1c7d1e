"""The numeric check: the printed NumPy code against a derivative measured at sample points.

Complex step along a Gaussian direction where every operator is analytic, else central differences
on a ladder of steps. Tolerances are homogeneous in function and variable: no absolute number.
A mismatch is adjudicated, by moving the point one unit in the last place, before it counts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from rulebook.book.claims import Derivative, Obligation
from rulebook.checks.points import (
    Guard,
    Point,
    Subject,
    draw,
    edge_sizes,
    generic_sizes,
    guards,
    quiet,
)
from rulebook.checks.verdict import Trial
from rulebook.language.dims import array_shape
from rulebook.language.traverse import walk
from rulebook.language.tree import Apply, Expr
from rulebook.printing.numpy import compiled, module, parameters

__all__ = ["Numeric", "Program", "check_numbers", "directional", "located", "says_zero"]

STEP = 2.0**-100
LADDER = (2.0**-6, 2.0**-13, 2.0**-20)
SEED = 20180801
NUDGE = 2.0**-10  # of an entry, to see how far what is claimed to vanish moves
GENERIC_POINTS = 3
MORE_POINTS = 30  # tried where there are kinks; kept if they see a new combination of sides


@dataclass(frozen=True)
class Tolerance:
    """``rtol`` of the value plus ``floor`` of the natural scale of the problem."""

    rtol: float
    floor: float


ANALYTIC, DIFFERENCES, SECOND = Tolerance(1e-9, 1e-11), Tolerance(1e-6, 1e-8), Tolerance(2e-5, 1e-6)


@dataclass(frozen=True)
class Numeric:
    """All trials of one claim."""

    trials: tuple[Trial, ...]
    points: tuple[Point, ...] = ()
    vacuous: str = ""

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
    left: Callable[..., Any]
    right: Callable[..., Any]
    params: tuple[str, ...]
    tolerance: Tolerance
    analytic: bool

    @classmethod
    def of(cls, obligation: Obligation) -> Program:
        moving = (s for moves in obligation.along for pair in moves for s in pair)
        params = parameters(obligation.left, obligation.right, *moving)
        made = compiled(module({"left": obligation.left, "right": obligation.right}, params))
        analytic = is_analytic(obligation.left)
        second = SECOND if not analytic else DIFFERENCES
        tolerance = (
            second
            if len(obligation.along) == 2
            else ANALYTIC
            if analytic or not obligation.along
            else DIFFERENCES
        )
        left, right = quiet(made["left"]), quiet(made["right"])
        return cls(obligation, left, right, params, tolerance, analytic)

    def trial(self, point: Point, measured: Any = None) -> Trial:
        """Both sides at a point; the left one may have been measured before."""
        values = {p: point.values[p] for p in self.params}
        measured = self.measure(values) if measured is None else measured
        claimed = np.asarray(self.right(**values))
        noise = self.tolerance.floor * self._scale(values)
        error = self._error(measured, claimed, noise)
        inconclusive = not np.all(np.isfinite(measured))
        if not error <= 1.0 and not inconclusive and measured.shape == claimed.shape:
            inconclusive = self._noisy(values, measured, claimed)
        return Trial(
            self.obligation.label, point.sizes, error * self.tolerance.rtol, self.tolerance.rtol,
            measured, claimed, point.generic, inconclusive, noise,
        )  # fmt: skip

    def measure(self, values: dict[str, Any]) -> Any:
        """The left side, differentiated as often as asked."""
        along = [
            {x.name: values[dx.name] for x, dx in moves if x.name in values}
            for moves in self.obligation.along
        ]
        if not all(along):  # the function does not read what moves
            return np.zeros_like(np.asarray(self.left(**values)))
        return directional(
            lambda **moved: self.left(**(values | moved)), values, along, self.analytic
        )

    def _scale(self, values: dict[str, Any]) -> float:
        """The natural size of the problem: the function's own.

        What is claimed to vanish has none but rounding's; there it is how far the function moves
        while its arguments do, in units of theirs.
        """
        value, rng = np.asarray(self.left(**values)), np.random.default_rng(SEED)
        if self.obligation.along or not says_zero(self.obligation.right):
            return _largest(value)
        moved = (np.asarray(self.left(**_nudged(values, NUDGE, rng))) for _ in range(3))
        return max(_largest(value), *(_largest(m - value) / NUDGE for m in moved))

    def _error(self, measured: Any, claimed: Any, noise: float) -> float:
        """The largest gap in units of the tolerance; shapes must match exactly."""
        if measured.shape != claimed.shape or not np.all(np.isfinite(claimed)):
            return float("inf")
        scale = max(_largest(measured), _largest(claimed))
        allowed = self.tolerance.rtol * scale + max(self.tolerance.floor * scale, noise)
        gap = _largest(measured - claimed)
        return gap / allowed if allowed else 0.0 if gap == 0 else float("inf")

    def _noisy(self, values: dict[str, Any], measured: Any, claimed: Any) -> bool:
        """Whether the gap is within what one unit in the last place of the inputs does."""
        rng, spread = np.random.default_rng(0), 0.0
        for _ in range(3):
            near = _nudged(values, 2e-16, rng)
            again = (self.measure(near), np.asarray(self.right(**near)))
            spread = max(
                spread,
                *(
                    float(np.max(np.abs(a - b)))
                    for a, b in zip(again, (measured, claimed), strict=True)
                ),
            )
        return bool(np.max(np.abs(measured - claimed)) <= 20 * spread)


def _largest(a: Any) -> float:
    """The largest entry in size; points and directions are of order one, so it sets the scale."""
    return float(np.nan_to_num(np.max(np.abs(a), initial=0.0)))


def _nudged(values: dict[str, Any], by: float, rng: np.random.Generator) -> dict[str, Any]:
    """Values that differ by a small share of each entry, up or down."""
    return {
        k: v * (1 + rng.choice([-1, 1], size=np.shape(v)) * by) if _is_real(v) else v
        for k, v in values.items()
    }


def _is_real(value: Any) -> bool:
    return isinstance(value, np.ndarray | np.floating) and np.asarray(value).dtype.kind == "f"


def is_analytic(e: Expr) -> bool:
    return all(n.op.analytic for n in walk(e) if isinstance(n, Apply))


def directional(
    f: Callable[..., Any], at: dict[str, Any], along: list[dict[str, Any]], analytic: bool
) -> Any:
    """The derivative of ``f`` along one direction, or along two; with none, its value."""
    if not along:
        return np.asarray(f())
    first, *rest = along
    if rest:
        inner = lambda **moved: directional(f_at(f, moved), at | moved, rest, analytic)  # noqa: E731
        return _ladder(inner, at, first)
    if analytic:
        moved = {n: at[n] + 1j * STEP * v for n, v in first.items()}
        return np.asarray(np.imag(f(**moved)) / STEP)
    return _ladder(f, at, first)


def f_at(f: Callable[..., Any], fixed: dict[str, Any]) -> Callable[..., Any]:
    return lambda **moved: f(**(fixed | moved))


def _ladder(f: Callable[..., Any], at: dict[str, Any], along: dict[str, Any]) -> Any:
    """Central differences at several steps, two of them extrapolated; the steadiest wins."""
    h1, h2, h3 = (_central(f, at, along, h) for h in LADDER)
    fine = _central(f, at, along, LADDER[1] / 2)
    extrapolated = fine + (fine - h2) / 3
    small = h3
    return (
        extrapolated
        if np.max(np.abs(extrapolated - h2), initial=0)
        <= np.max(np.abs(small - h2), initial=0) + 1e-7 * np.max(np.abs(h1), initial=0)
        else small
    )


def _central(f: Callable[..., Any], at: dict[str, Any], along: dict[str, Any], h: float) -> Any:
    up = np.asarray(f(**{n: at[n] + h * v for n, v in along.items()}))
    down = np.asarray(f(**{n: at[n] - h * v for n, v in along.items()}))
    return (up - down) / (2 * h)


def check_numbers(subject: Subject) -> Numeric:
    """Every obligation of a claim, at generic points and at the edges."""
    programs = [Program.of(o) for o in subject.claim.obligations]
    points = list(sample_points(subject))
    shaped = _shape_trial(subject, points[0])
    if shaped is not None:
        return Numeric((shaped,), (points[0],))
    trials = tuple(p.trial(point) for point in points for p in programs)
    return Numeric(trials, tuple(points), _vacuous(subject, trials, points))


def sample_points(subject: Subject) -> list[Point]:
    """Generic points that see the kinks from all sides, then one point at each edge."""
    asked, rng = guards(subject), np.random.default_rng(SEED)
    generic = generic_sizes(subject)
    points = [
        draw(subject, sizes, rng, asked, True) for sizes in generic for _ in range(GENERIC_POINTS)
    ]
    for _ in range(MORE_POINTS if any(g.kind == "kink" for g in asked) else 0):
        another = draw(subject, generic[0], rng, asked, True)
        if not another.sides <= frozenset().union(*(p.sides for p in points)):
            points.append(another)
    return points + [draw(subject, sizes, rng, asked, False) for sizes in edge_sizes(subject)]


def one_sided(asked: list[Guard], points: list[Point]) -> bool:
    """Whether some kink was seen from one side only."""
    seen = {(n, side) for p in points for n, side, *_ in p.sides}
    kinks = [n for n, g in enumerate(asked) if g.kind == "kink"]
    return not {(n, side) for n in kinks for side in (False, True)} <= seen


def _shape_trial(subject: Subject, point: Point) -> Trial | None:
    """The code of each side must give the shape that was stated, before any number is compared."""
    sides = subject.claim.sides
    params = parameters(*sides.values())
    made = compiled(module(sides, params))
    for name, e in sides.items():
        wanted = tuple(d.at(point.sizes) for d in array_shape(e.shape))
        got = np.asarray(quiet(made[name])(**{p: point.values[p] for p in params}))
        if got.shape != wanted and not np.all(np.isnan(got)):
            return Trial(name, point.sizes, float("inf"), 0.0, np.zeros(wanted), got, True)
    return None


def _vacuous(subject: Subject, trials: tuple[Trial, ...], points: list[Point]) -> str:
    """Why the agreement proves nothing, if it does not."""
    for obligation in subject.claim.obligations:
        if says_zero(obligation.right):
            if one_sided(guards(subject), points):
                return "nothing changes here, but a kink was seen from one side only"
            continue
        seen = [t for t in trials if t.obligation == obligation.label and t.generic]
        if not any(np.any(np.abs(t.left) > t.noise) for t in seen):
            return f"both sides of the {obligation.label} are zero at every point tried"
    return ""


def says_zero(e: Expr) -> bool:
    """Whether an expression is zero on its face: the claim itself is that nothing changes."""
    if isinstance(e, Apply):
        zeros = (k for k, a in enumerate(e.args) if says_zero(a))
        return e.op.zero or any(map(e.op.linear_in, zeros))
    return getattr(e, "value", None) == 0


def whole(subject: Subject, point: Point) -> tuple[Any, Any] | None:
    """The whole derivative at a point, entry by entry: measured, and as the claim says it.

    Only where the claim is one array: a first derivative, or the pullback to one input.
    """
    claim = subject.claim
    if not isinstance(claim, Derivative) or claim.order != 1:
        return None
    (obligation,) = claim.obligations
    program = Program.of(obligation)
    ((x, dx),) = obligation.along[0]
    values = {p: point.values[p] for p in program.params}
    at = np.asarray(point.values[x.name])
    columns = []
    for k in range(at.size):
        basis = np.zeros(at.size)
        basis[k] = 1.0
        columns.append(program.measure(values | {dx.name: basis.reshape(at.shape)[()]}))
    measured = np.moveaxis(np.array(columns), 0, -1).reshape(columns[0].shape + at.shape)
    params = parameters(claim.of, claim.equals)
    code = compiled(module({"value": claim.of, "claimed": claim.equals}, params))["claimed"]
    claimed = np.asarray(code(**{p: point.values[p] for p in params}))
    return measured, claimed.T if at.ndim == 2 and measured.ndim == 2 else claimed


def located(subject: Subject, trial: Trial, point: Point) -> Trial:
    """The same disagreement, told by entries of the derivative itself where that can be done."""
    from dataclasses import replace

    found = whole(subject, point)
    if found is None or found[0].shape != found[1].shape:
        return trial
    return replace(trial, left=found[0], right=found[1])
