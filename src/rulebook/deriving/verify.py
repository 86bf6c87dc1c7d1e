"""Each line of a derivation against the line before, at sample points.

A differential in a line is measured, and so depends on no rule. A derivation with a line that does
not hold is not shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod
from random import Random

from rulebook.book.claims import applied, d
from rulebook.deriving.stage import Stage
from rulebook.deriving.transcript import Transition
from rulebook.errors import Refusal
from rulebook.language.nested import Nested, extents, mapped
from rulebook.language.operators.linear import DET, INVERSE, LOGDET
from rulebook.language.operators.marks import differential
from rulebook.language.samplers import generic
from rulebook.language.template import plain
from rulebook.language.traverse import symbols, walk
from rulebook.language.tree import Apply, Expr, Let, Symbol
from rulebook.numeric.backends import evaluator
from rulebook.numeric.evaluate import Evaluator, agree, regular
from rulebook.numeric.points import Moves, Point, dimensions, drawn, sizings
from rulebook.numeric.tolerance import LINE

__all__ = ["Pair", "Verified", "apart", "sampled", "verified", "verified_by_name"]

POINTS, PATIENCE = 2, 8  # points that must agree; more are drawn to see kinks from all sides
SEED, TRIES = 20261121, 60
SIZES = (3, 2, 4, 5, 6, 7, 8, 9, 10, 11)
FEW = 3  # of the sizes are tried where there are no more names
LARGEST = 200_000  # entries of an array
REGULAR = (INVERSE, DET, LOGDET)

Words = Mapping[str, frozenset[str]]


# ----------------------------------------------------------------- points
def sampled(
    e: Expr, known: Sequence[Symbol], moves: Moves, words: Words, also: Sequence[Symbol] = ()
) -> Iterator[Evaluator]:
    """Points where ``e`` and its differential are finite; tangents are free of assumptions."""
    rng = Random(SEED)
    names = dimensions(e, *known)
    orders = list(sizings(names, SIZES[: max(len(names), FEW)]))
    tangents = (*also, *(dx for _, dx in moves))
    delicate = [n.args[0] for n in walk(e) if isinstance(n, Apply) and n.op in REGULAR]
    for attempt in range(TRIES):
        sizes = orders[29 * attempt % len(orders)]
        if max(_entries(n, sizes) for n in walk(e)) > LARGEST:
            continue
        values = _values(known, sizes, words, rng, attempt)
        values |= {t: drawn(t, sizes, (), rng) for t in tangents}
        at = evaluator(Point(sizes, values, moves=moves))
        if _judges(at, e, delicate):
            yield at


def _judges(at: Evaluator, e: Expr, delicate: Iterable[Expr]) -> bool:
    steady = all(regular(at.value(a)) for a in delicate)
    return steady and at.value(e).finite and at.value(differential(e)).finite


def _entries(n: Expr, sizes: Mapping[str, int]) -> int:
    return prod(d.at(sizes) for d in n.shape)


def _values(
    known: Sequence[Symbol], sizes: Mapping[str, int], words: Words, rng: Random, attempt: int
) -> dict[Symbol, Nested]:
    """Generic values; later positive ones for logarithms and roots, small ones for powers."""
    late = attempt >= TRIES // 4
    eager = ("positive",) if late and attempt % 2 else ()
    factor = 0.3 if attempt % 6 == 5 else 1.0
    values = {}
    for s in known:
        said = words.get(s.name, frozenset())
        made = drawn(s, sizes, said or eager, rng)
        values[s] = made if said else mapped(lambda a: factor * a, made)
    return values


# ----------------------------------------------------------------- the lines of a derivation
@dataclass(frozen=True)
class Verified:
    """What the comparison of all lines found, and where the last ones were compared."""

    verdicts: Mapping[Transition, tuple[str, float]]
    points: tuple[Point, ...]


def verified(stages: Iterable[Stage], wrt: Symbol, words: Words) -> Verified:
    """Every line of every stage. Raises Refusal where one fails, or none can be judged."""
    verdicts: dict[Transition, tuple[str, float]] = {}
    points: list[Point] = []
    for s in stages:
        worst, points = _compared(s, wrt, words)
        said = f"checked at {len(points)} points"
        verdicts |= {line: (said, w) for line, w in zip(s.transitions, worst, strict=True)}
    return Verified(verdicts, tuple(points))


def _compared(s: Stage, wrt: Symbol, words: Words) -> tuple[list[float], list[Point]]:
    """How far each line of a stage is off at worst, and the points that were judged."""
    worst, judged, sides = [0.0] * len(s.transitions), list[Point](), _Sides(s.given)
    for at in _points(s, wrt, words):
        if sides.enough(at):
            if sides.idle > PATIENCE:
                break
            continue
        errors = [_line_apart(s, line, at) for line in s.transitions]
        if None in errors:
            continue  # rounding drowns a line here
        worst = [max(w, e or 0.0) for w, e in zip(worst, errors, strict=True)]
        judged.append(at.point)
        if sides.settled(at):
            break
    if len(judged) < POINTS:
        raise Refusal(
            "no sample point in the domain could be judged: the expression is not defined, or "
            "not finite, where it was tried; is an assumption (positive, invertible, ...) "
            "missing?",
            "domain",
        )
    return worst, judged


class _Sides:
    """From which sides the kinks of an expression have been seen.

    Where two operands tie on a whole region, a rule that holds elsewhere fails: points are drawn
    until none sees a kink from a new side.
    """

    def __init__(self, e: Expr) -> None:
        kinks = (n.op.kink(*n.args) for n in walk(e) if isinstance(n, Apply) and n.op.kink)
        self.kinks = list(dict.fromkeys(kinks))
        self.seen: set[tuple[int, int]] = set()
        self.points = self.idle = 0

    def of(self, at: Evaluator) -> set[tuple[int, int]]:
        return {(n, side) for n, kink in enumerate(self.kinks) for side in at.value(kink).signs}

    def enough(self, at: Evaluator) -> bool:
        """Whether a point has nothing new to tell."""
        known = self.points >= POINTS and self.of(at) <= self.seen
        self.idle += known
        return known

    def settled(self, at: Evaluator) -> bool:
        """Count a point that was judged; whether no more are wanted."""
        self.points += 1
        self.seen |= self.of(at)
        return self.points >= POINTS and len(self.kinks) < 2


def _points(s: Stage, wrt: Symbol, words: Words) -> Iterator[Evaluator]:
    """Points for everything that occurs in a stage."""
    inside = {x for line in s.transitions for x in line.after.symbols}
    changes = {d(wrt), d(wrt, 2), s.tangent}
    by_name = sorted({*inside, *symbols(s.given), wrt}, key=lambda x: (x.name, x.tex))
    values = [x for x in by_name if x not in changes]
    others = [x for x in by_name if x in changes - {s.tangent}]
    return sampled(s.given, values, ((wrt, s.tangent),), words, others)


def _line_apart(s: Stage, line: Transition, at: Evaluator) -> float | None:
    """How far a line is from the line before. Raises Refusal if they are not equal."""
    before, after = s.algebra.show(line.before), s.algebra.show(line.after)
    if line.phase == "structure":  # the two sides of the rule, for a change that keeps to it
        before, after = s.algebra.show(line.part), s.algebra.show(line.became)
    if line.phase == "layout":
        after = applied(after, s.tangent)
    error = apart(at, before, after, line.rule.id)
    if line.phase == "shorten" and error is not None:  # equal at every point, so to first order too
        slope = apart(at, differential(before), differential(after), line.rule.id)
        error = None if slope is None else max(error, slope)
    return error


def apart(
    at: Evaluator, before: Expr, after: Expr, rule: str, shown: tuple[Expr, Expr] | None = None
) -> float | None:
    """How far two lines are apart; None where that cannot be told. Raises Refusal if too far."""
    error = agree(at, before, after)
    if error is not None and error > LINE:
        a, b = shown or (before, after)
        raise Refusal(
            f"the step by {rule} does not survive its check: {plain(a)} and {plain(b)} differ by "
            f"{error:.1e}",
            rule,
            a,
        )
    return error


# ----------------------------------------------------------------- intermediate variables
@dataclass(frozen=True, eq=False)
class Pair:
    """Two lines that must agree as ``moving`` moves, and the lines that a reader is shown."""

    lines: tuple[Expr, Expr]
    moving: Symbol
    rule: str
    shown: tuple[Expr, Expr]


def verified_by_name(
    of: Expr, wrt: Symbol, names: Mapping[Symbol, Let], pairs: Sequence[Pair], words: Words
) -> list[float]:
    """How far each pair is off at worst. Raises Refusal for one that does not hold."""
    worst, good = [0.0] * len(pairs), 0
    for at in sampled(of, symbols(of, wrt), ((wrt, d(wrt)),), words):
        moved = {s: _moved(at, s, names) for s in {pair.moving for pair in pairs}}
        found = [apart(moved[p.moving], *p.lines, p.rule, p.shown) for p in pairs]
        if None not in found:
            worst = [max(w, e or 0.0) for w, e in zip(worst, found, strict=True)]
            good += 1
        if good == POINTS:
            return worst
    raise Refusal("no sample point could be judged", "domain")


def _moved(at: Evaluator, s: Symbol, names: Mapping[Symbol, Let]) -> Evaluator:
    """The point with values for the intermediate variables, where one of them moves."""
    values = dict(at.point.values)
    values |= {name: at.value(let).nested for name, let in names.items()}
    values.setdefault(d(s), generic(extents(values[s]), Random(SEED)))
    return at.at(replace(at.point, values=values, moves=((s, d(s)),)))
