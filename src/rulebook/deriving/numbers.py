"""Each line of a derivation, evaluated at sample points.

The interpreter runs the NumPy templates of the operators' rows, one call a node. A differential is
measured, by a complex step through the part it stands for, and so depends on no rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice, permutations
from math import prod
from typing import Any

import numpy as np

from rulebook.deriving.marks import DIFFERENTIAL
from rulebook.errors import RulebookError
from rulebook.language.assumptions import sample
from rulebook.language.dims import array_shape
from rulebook.language.template import Piece
from rulebook.language.traverse import walk
from rulebook.language.tree import Apply, Expr, Let, Number, Operator, Symbol
from rulebook.printing.numpy import compiled

__all__ = ["Point", "agree", "points"]

STEP = 2.0**-100
SIZES = (3, 5, 2, 4, 6, 7, 8, 9, 10, 11)
ROUNDING = 1e-14  # of the largest number met on the way
TOLERANCE = 1e-6  # relative to the largest number on either line
SEED = 20261121
TRIES = 60
LARGEST = 200_000  # entries of an array
WORST = 1e6  # condition number of a matrix that is inverted
REGULAR = frozenset({"inverse", "determinant", "log determinant"})


@dataclass
class Point:
    """Sizes, values of the symbols, a direction of change, and what was computed from them."""

    sizes: dict[str, int]
    values: dict[Symbol, Any]
    variable: Symbol
    tangents: tuple[Symbol, ...]
    _real: dict[int, tuple[Expr, Any]] = field(default_factory=dict)
    _moved: dict[int, tuple[Expr, Any]] = field(default_factory=dict)

    def value(self, e: Expr) -> Any:
        """The value of a line."""
        with np.errstate(all="ignore"):
            try:
                return np.asarray(self._value(e))
            except (ArithmeticError, np.linalg.LinAlgError):
                return np.full(1, np.nan)

    def signs(self, e: Expr) -> set[float]:
        """The signs among the entries of an expression, 0 among them."""
        return set(np.sign(self.value(e)).ravel().tolist())

    @property
    def largest(self) -> float:
        """The largest finite number computed at this point."""
        sizes = (float(np.max(np.abs(v), initial=0)) for _, v in self._real.values())
        return max((s for s in sizes if np.isfinite(s)), default=0.0)

    def _value(self, e: Expr) -> Any:
        known = self._real.get(id(e))
        if known is None:
            known = self._real[id(e)] = (e, self._computed(e, self._value, False))
        return known[1]

    def _complex(self, e: Expr) -> Any:
        known = self._moved.get(id(e))
        if known is None:
            if e == self.variable:
                made = self.values[self.variable] + 1j * STEP * self.values[self.tangents[-1]]
            else:
                made = self._computed(e, self._complex, True)
            known = self._moved[id(e)] = (e, made)
        return known[1]

    def _computed(self, e: Expr, go: Callable[[Expr], Any], moving: bool) -> Any:
        match e:
            case Symbol():
                return self.values[e]
            case Number():
                return float(e.value)
            case Let():
                return go(e.body)
            case Apply() if e.op is DIFFERENTIAL:
                return np.imag(self._complex(e.args[0])) / STEP
            case Apply():
                run = _runner(e.op, len(e.args), moving)
                return run(self.sizes, *map(go, e.args))
        raise RulebookError(f"{e!r} cannot be evaluated")


@lru_cache(maxsize=4096)
def _runner(op: Operator, count: int, moving: bool) -> Callable[..., Any]:
    """An operator's NumPy template as a function of its operands."""
    template = op.complex_step if moving and op.complex_step else op.numpy
    names = [f"a{n}" for n in range(count)]
    pieces = [Piece(n, "atom", ("(", ")")) for n in names]
    text = template.format(*pieces, args=", ".join(names))
    lines = [f"    {n} = sizes[{n!r}]" for n in sorted({n for d in op.sizes for n in d.names})]
    source = "\n".join([f"def run({', '.join(['sizes', *names])}):", *lines, f"    return {text}"])
    run: Callable[..., Any] = compiled(f"{op.helper}\n\n{source}")["run"]
    return run


def points(
    e: Expr,
    known: tuple[Symbol, ...],
    variable: Symbol,
    tangents: tuple[Symbol, ...],
    words: Mapping[str, frozenset[str]],
) -> Iterator[Point]:
    """Sample points where ``e`` and its differential are finite, sizes pairwise different."""
    rng = np.random.default_rng(SEED)
    names = sorted(_dimensions(e, known))
    square = [n for n in walk(e) if isinstance(n, Apply) and n.op.name in REGULAR]
    for attempt in range(TRIES):
        sizes = _sizes(names, attempt // 2)
        if _largest(e, sizes) > LARGEST:
            continue
        values = _values(known, sizes, words, rng, attempt)
        for t in tangents:
            values[t] = _sample(t, sizes, frozenset(), rng)
        point = Point(sizes, values, variable, tangents)
        regular = all(_regular(point.value(n.args[0])) for n in square)
        if regular and _finite(point.value(e)) and _finite(point.value(Apply(DIFFERENTIAL, e))):
            yield point


def _regular(a: Any) -> bool:
    """Whether a matrix is far enough from singular."""
    return _finite(a) and bool(np.linalg.cond(a) < WORST)


def _dimensions(e: Expr, known: tuple[Symbol, ...]) -> set[str]:
    """Every named size: of the symbols, and of the constants inside."""
    shapes = [s.shape for s in known] + [n.shape for n in walk(e)]
    return {n for shape in shapes for d in shape for n in d.names} | {
        n for a in walk(e) if isinstance(a, Apply) for d in a.op.sizes for n in d.names
    }


def _largest(e: Expr, sizes: dict[str, int]) -> int:
    """Entries of the largest array in an expression."""
    return max(prod(d.at(sizes) for d in n.shape) for n in walk(e))


def _sizes(names: list[str], turn: int) -> dict[str, int]:
    """Pairwise different sizes; another order of them for each turn."""
    pool = [*SIZES, *range(12, 12 + max(0, len(names) - len(SIZES)))]
    pool = pool[: max(len(names), 5)]
    order = next(islice(permutations(pool), 29 * turn % 120, None))
    return dict(zip(names, order, strict=False))


def _values(
    known: tuple[Symbol, ...],
    sizes: dict[str, int],
    words: Mapping[str, frozenset[str]],
    rng: Any,
    attempt: int,
) -> dict[Symbol, Any]:
    """Generic values; later positive ones for logarithms and roots, small ones for powers."""
    late = attempt >= TRIES // 4
    eager = frozenset(("positive",) if late and attempt % 2 else ())
    factor = 0.3 if attempt % 6 == 5 else 1.0
    values = {}
    for s in known:
        said = words.get(s.name, frozenset())
        made = _sample(s, sizes, said or eager, rng)
        values[s] = made if said else factor * made
    return values


def _sample(s: Symbol, sizes: dict[str, int], words: frozenset[str], rng: Any) -> Any:
    shape = tuple(d.at(sizes) for d in array_shape(s.shape))
    made = sample(shape, words, rng)
    return made if made.shape else float(made)


def _finite(a: Any) -> bool:
    return bool(np.all(np.isfinite(a)))


def agree(point: Point, before: Expr, after: Expr) -> float | None:
    """How far two lines are apart, relative to their size; None where rounding drowns both.

    Lines of different shapes are infinitely far apart.
    """
    a, b = point.value(before), point.value(after)
    if a.shape != b.shape and _finite(b):
        return float("inf")
    if not (_finite(a) and _finite(b)):
        return None
    gap = float(np.max(np.abs(a - b), initial=0))
    size = max(float(np.max(np.abs(x), initial=0)) for x in (a, b))
    if gap <= TOLERANCE * size:
        return gap / size if size else 0.0
    if gap <= ROUNDING * point.largest:
        return 0.0
    return None if gap <= 100 * _noise(point, before, after) else gap / size


def _noise(point: Point, before: Expr, after: Expr) -> float:
    """How far the lines move when the values change in the twelfth digit."""
    rng, spread = np.random.default_rng(SEED), 0.0
    for _ in range(2):
        near = {
            s: v * (1 + 1e-12 * rng.choice([-1.0, 1.0], size=np.shape(v)))
            for s, v in point.values.items()
        }
        moved = Point(point.sizes, near, point.variable, point.tangents)
        for e in (before, after):
            gap = np.abs(moved.value(e) - point.value(e))
            spread = max(spread, float(np.max(gap, initial=0)))
    return spread if np.isfinite(spread) else float("inf")
