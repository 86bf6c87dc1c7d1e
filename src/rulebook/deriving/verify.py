"""Each line of a derivation against the line before, at sample points.

A differential in a line is measured, and so depends on no rule. A derivation with a line that does
not hold is not shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from itertools import islice
from math import prod
from random import Random

from rulebook.book.claims import applied, d
from rulebook.deriving.declared import Said
from rulebook.deriving.stage import Stage
from rulebook.deriving.transcript import Transition
from rulebook.errors import Refusal
from rulebook.language.arithmetic import NoEntry
from rulebook.language.dims import Shape
from rulebook.language.nested import Nested, extents, mapped
from rulebook.language.operators.linear import DET, INVERSE, LOGDET
from rulebook.language.operators.marks import differential
from rulebook.language.samplers import generic
from rulebook.language.template import plain
from rulebook.language.traverse import nodes, symbols
from rulebook.language.tree import Apply, Expr, Let, Symbol
from rulebook.numeric.backends import evaluator, largest
from rulebook.numeric.evaluate import Evaluator, agree, regular
from rulebook.numeric.points import Moves, Point, dimensions, drawn, sizings
from rulebook.numeric.standins import Names, freed, numbered, renamed, symbol_renamed
from rulebook.numeric.tolerance import LINE

__all__ = ["Claimed", "Judged", "Verified", "sampled", "verified", "verified_by_name"]

POINTS, PATIENCE = 2, 8  # points that must agree; more are drawn to see kinks from all sides
SEED, TRIES = 20261121, 60
SIZES = (3, 2, 4, 5, 6, 7, 8, 9, 10, 11)
ORDERS = 120  # of sizes
FEW = 3  # of the sizes are tried where there are no more names
REGULAR = (INVERSE, DET, LOGDET)


# ----------------------------------------------------------------- points
def sampled(
    e: Expr,
    known: Sequence[Symbol],
    moves: Moves,
    said: Said,
    also: Sequence[Symbol] = (),
    lines: Iterable[Expr] = (),
) -> Iterator[Evaluator]:
    """Points where ``e`` and its differential are finite; tangents are free of assumptions.

    There are none of sizes at which an array of ``e`` or of the ``lines`` is too large.
    """
    rng = Random(SEED)
    names = dimensions(e, *known)
    orders = list(islice(sizings(names, SIZES[: max(len(names), FEW)]), ORDERS))
    tangents = (*also, *(dx for _, dx in moves))
    shapes = {n.shape for n in nodes(e, *lines)}
    delicate = [n.args[0] for n in nodes(e) if isinstance(n, Apply) and n.op in REGULAR]
    for attempt in range(TRIES):
        sizes = orders[29 * attempt % len(orders)]
        if max(_entries(shape, sizes) for shape in shapes) > largest():
            continue
        values = _values(known, sizes, said, rng, attempt)
        values |= {t: drawn(t, sizes, (), rng) for t in tangents}
        at = evaluator(Point(sizes, values, moves=moves))
        if _judges(at, e, delicate):
            yield at


def _judges(at: Evaluator, e: Expr, delicate: Iterable[Expr]) -> bool:
    steady = all(regular(at.value(a)) for a in delicate)
    return steady and at.value(e).finite and at.value(differential(e)).finite


def _entries(shape: Shape, sizes: Mapping[str, int]) -> int:
    return prod(d.at(sizes) for d in shape)


def _values(
    known: Sequence[Symbol], sizes: Mapping[str, int], said: Said, rng: Random, attempt: int
) -> dict[Symbol, Nested]:
    """Generic values; later positive ones for logarithms and roots, small ones for powers."""
    late = attempt >= TRIES // 4
    eager = ("positive",) if late and attempt % 2 else ()
    factor = 0.3 if attempt % 6 == 5 else 1.0
    values = {}
    for s in known:
        words = said.get(s.name, frozenset())
        made = drawn(s, sizes, words or eager, rng)
        values[s] = made if words else mapped(lambda a: factor * a, made)
    return values


# ----------------------------------------------------------------- the lines of a derivation
@dataclass(frozen=True)
class Judged:
    """Points at which lines were compared, and the names that stood for fixed sizes there."""

    points: tuple[Point, ...] = ()
    names: Names = field(default_factory=dict)

    def apart(self, a: Expr, b: Expr) -> float:
        """How far two expressions are apart at worst, where that can be told."""
        a, b = renamed(a, self.names), renamed(b, self.names)
        return max((agree(evaluator(point), a, b) or 0.0 for point in self.points), default=0.0)


@dataclass(frozen=True)
class Verified:
    """What the comparison of all lines found, and where the last ones were compared."""

    verdicts: Mapping[Transition, tuple[str, float]] = field(default_factory=dict)
    judged: Judged = field(default_factory=Judged)


def verified(stages: Iterable[Stage], wrt: Symbol, said: Said) -> Verified:
    """Every line of every stage. Raises Refusal where one fails, or none can be judged."""
    verdicts: dict[Transition, tuple[str, float]] = {}
    judged = Judged()
    for s in stages:
        with _known_here():
            worst, judged = _Stretch.of(s, wrt).compared(said)
        verdict = f"checked at {len(judged.points)} points"
        verdicts |= {line: (verdict, w) for line, w in zip(s.transitions, worst, strict=True)}
    return Verified(verdicts, judged)


@contextmanager
def _known_here() -> Iterator[None]:
    """A refusal where the backend at hand has no numbers for an operation."""
    try:
        yield
    except NoEntry as missing:
        raise Refusal(f"no line can be compared without NumPy: {missing}", "entry") from None


@dataclass(frozen=True, eq=False)
class Claimed:
    """Two expressions that a rule makes equal, and the two that a reader is shown."""

    rule: str
    left: Expr
    right: Expr
    shown: tuple[Expr, Expr]

    def apart(self, at: Evaluator) -> float | None:
        """How far they are apart; None where that cannot be told. Raises Refusal if too far."""
        error = agree(at, self.left, self.right)
        if error is not None and error > LINE:
            a, b = self.shown
            raise Refusal(
                f"the step by {self.rule} does not survive its check: {plain(a)} and {plain(b)} "
                f"differ by {error:.1e}",
                self.rule,
                a,
            )
        return error

    def renamed(self, names: Names) -> Claimed:
        left, right = renamed(self.left, names), renamed(self.right, names)
        return replace(self, left=left, right=right)


@dataclass(frozen=True, eq=False)
class _Stretch:
    """The lines of a stage, each as what must be equal, with everything that occurs in them."""

    given: Expr
    lines: tuple[tuple[Claimed, ...], ...]
    values: tuple[Symbol, ...]
    changes: tuple[Symbol, ...]  # tangents that do not move here
    moves: Moves

    @classmethod
    def of(cls, s: Stage, wrt: Symbol) -> _Stretch:
        inside = {x for line in s.transitions for x in line.after.symbols}
        known = sorted({*inside, *symbols(s.given), wrt}, key=lambda x: (x.name, x.role))
        return cls(
            s.given,
            tuple(_claims(s, line) for line in s.transitions),
            tuple(x for x in known if x.role != "tangent"),
            tuple(x for x in known if x.role == "tangent" and x != s.tangent),
            ((wrt, s.tangent),),
        )

    @property
    def sides(self) -> list[Expr]:
        """Everything that is compared."""
        return [e for line in self.lines for c in line for e in (c.left, c.right)]

    def compared(self, said: Said) -> tuple[list[float], Judged]:
        """How far each line is off at worst, and where; fixed sizes stand for any, if they can."""
        names = _names(self.given, self.sides)
        if names:
            with suppress(Refusal):  # it may need the numbers after all
                return self._renamed(names)._tried(said, names)
        return self._tried(said, {})

    def _renamed(self, names: Names) -> _Stretch:
        def go(symbols: Iterable[Symbol]) -> tuple[Symbol, ...]:
            return tuple(symbol_renamed(s, names) for s in symbols)

        return _Stretch(
            renamed(self.given, names),
            tuple(tuple(c.renamed(names) for c in line) for line in self.lines),
            go(self.values),
            go(self.changes),
            tuple((x, dx) for x, dx in (go(pair) for pair in self.moves)),
        )

    def _tried(self, said: Said, names: Names) -> tuple[list[float], Judged]:
        worst, points, sides = [0.0] * len(self.lines), list[Point](), _Sides(self.given)
        for at in sampled(self.given, self.values, self.moves, said, self.changes, self.sides):
            if sides.enough(at):
                if sides.idle > PATIENCE:
                    break
                continue
            errors = [_worst(line, at) for line in self.lines]
            if None in errors:
                continue  # rounding drowns a line here
            worst = [max(w, e or 0.0) for w, e in zip(worst, errors, strict=True)]
            points.append(at.point)
            if sides.settled(at):
                break
        if len(points) < POINTS:
            raise _unjudged(self.given, *self.sides)
        return worst, Judged(tuple(points), names)


def _names(given: Expr, lines: Iterable[Expr]) -> Names:
    """Names for the fixed sizes of an expression that its lines do not need the numbers of."""
    return freed([given, *lines], warily=False) if any(numbered([given])) else {}


def _unjudged(*expressions: Expr) -> Refusal:
    size = max(prod(d.value or 1 for d in n.shape) for n in nodes(*expressions))
    if size > largest():
        what = f"the sizes matter here, and an array of {size} entries is too large to compare at"
        return Refusal(what, "size")
    return Refusal(
        "no sample point in the domain could be judged: the expression is not defined, or "
        "not finite, where it was tried; is an assumption (positive, invertible, ...) "
        "missing?",
        "domain",
    )


def _claims(s: Stage, line: Transition) -> tuple[Claimed, ...]:
    """What a line says: that it equals the line before; if it was shortened, that slopes do too."""
    before, after = s.algebra.show(line.before), s.algebra.show(line.after)
    if line.phase == "structure":  # the two sides of the rule, for a change that keeps to it
        before, after = s.algebra.show(line.part), s.algebra.show(line.became)
    if line.phase == "layout":
        after = applied(after, s.tangent)
    pairs = [(before, after)]
    if line.phase == "shorten":  # equal at every point, so to first order too
        pairs.append((differential(before), differential(after)))
    return tuple(Claimed(line.rule.id, *pair, pair) for pair in pairs)


def _worst(line: Iterable[Claimed], at: Evaluator) -> float | None:
    errors = [claimed.apart(at) for claimed in line]
    return None if None in errors else max(e or 0.0 for e in errors)


class _Sides:
    """From which sides the kinks of an expression have been seen.

    Where two operands tie on a whole region, a rule that holds elsewhere fails: points are drawn
    until none sees a kink from a new side.
    """

    def __init__(self, e: Expr) -> None:
        kinks = (n.op.kink(*n.args) for n in nodes(e) if isinstance(n, Apply) and n.op.kink)
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


# ----------------------------------------------------------------- intermediate variables
def verified_by_name(
    of: Expr,
    wrt: Symbol,
    named: Mapping[Symbol, Let],
    pairs: Sequence[tuple[Symbol, Claimed]],
    said: Said,
) -> list[float]:
    """How far each pair is off at worst, as its symbol moves. Raises Refusal for one that fails."""
    lines = [e for _, c in pairs for e in (c.left, c.right)]
    names = _names(of, [*named.values(), *lines])
    with _known_here():
        if names:
            small = [(symbol_renamed(s, names), c.renamed(names)) for s, c in pairs]
            lets = {symbol_renamed(s, names): renamed(let, names) for s, let in named.items()}
            with suppress(Refusal):  # it may need the numbers after all
                x = symbol_renamed(wrt, names)
                return _by_name(renamed(of, names), x, lets, small, said)
        return _by_name(of, wrt, named, pairs, said)


def _by_name(
    of: Expr,
    wrt: Symbol,
    named: Mapping[Symbol, Expr],
    pairs: Sequence[tuple[Symbol, Claimed]],
    said: Said,
) -> list[float]:
    worst, good = [0.0] * len(pairs), 0
    sides = [e for _, c in pairs for e in (c.left, c.right)]
    for at in sampled(of, symbols(of, wrt), ((wrt, d(wrt)),), said, lines=sides):
        moved = {s: _moved(at, s, named) for s, _ in pairs}
        found = [claimed.apart(moved[s]) for s, claimed in pairs]
        if None not in found:
            worst = [max(w, e or 0.0) for w, e in zip(worst, found, strict=True)]
            good += 1
        if good == POINTS:
            return worst
    raise _unjudged(of, *sides)


def _moved(at: Evaluator, s: Symbol, named: Mapping[Symbol, Expr]) -> Evaluator:
    """The point with values for the intermediate variables, where one of them moves."""
    values = dict(at.point.values)
    values |= {name: at.value(let).nested for name, let in named.items()}
    values.setdefault(d(s), generic(extents(values[s]), Random(SEED)))
    return at.at(replace(at.point, values=values, moves=((s, d(s)),)))
