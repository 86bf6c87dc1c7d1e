"""Where expressions are evaluated: sizes, and a value for every symbol, drawn without NumPy.

Sizes are pairwise different, because a forgotten transpose hides in a square; values satisfy what
is assumed and no more. Whether a point will do is for those to say who draw it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, permutations
from random import Random
from typing import TypeAlias

from rulebook.language.assumptions import sample
from rulebook.language.dims import Shape, array_shape
from rulebook.language.nested import Nested, filled, flat, mapped
from rulebook.language.traverse import nodes, unspecified
from rulebook.language.tree import Apply, Bind, Expr, Symbol
from rulebook.numeric.witness import Witness

__all__ = ["Moves", "Point", "Sizes", "dimensions", "drawn", "shape_at", "sizings", "witnesses"]

Moves: TypeAlias = tuple[tuple[Symbol, Symbol], ...]  # what moves, each along its tangent
Sizes: TypeAlias = Mapping[str, int]
MOST = 5000  # assignments of sizes that are tried


@dataclass(frozen=True)
class Point:
    """Sizes, a value for each symbol, and functions for those left unspecified, by name."""

    sizes: Sizes
    values: Mapping[Symbol, Nested]
    functions: Mapping[str, Witness] = field(default_factory=dict)
    moves: Moves = ()  # what a differential left standing in an expression is along

    @property
    def is_real(self) -> bool:
        return not any(isinstance(x, complex) for v in self.values.values() for x in flat(v))

    def nudged(self, by: float, rng: Random) -> Point:
        """Every real number made larger or smaller by a fraction of itself."""

        def near(a: float) -> float:
            return a if isinstance(a, int) else a * (1 + by * rng.choice((-1, 1)))

        return replace(self, values={s: mapped(near, v) for s, v in self.values.items()})

    def shifted(self, step: complex, moves: Moves) -> Point:
        """What moves, moved: x + step · dx."""
        moved = {
            x: mapped(lambda a, b: a + step * b, self.values[x], self.values[dx])
            for x, dx in moves
            if x in self.values
        }
        return replace(self, values={**self.values, **moved})


def shape_at(shape: Shape, sizes: Sizes) -> tuple[int, ...]:
    """The shape of the array at given sizes; a vector has one axis."""
    return tuple(d.at(sizes) for d in array_shape(shape))


def drawn(s: Symbol, sizes: Sizes, words: Iterable[str], rng: Random) -> Nested:
    """A value for a symbol."""
    shape = shape_at(s.shape, sizes)
    if s.role == "index":
        limit = s.limit.at(sizes) if s.limit else 1
        return filled(shape, lambda: rng.randrange(limit))
    return sample(shape, words, rng)


def witnesses(rng: Random, *expressions: Expr) -> dict[str, Witness]:
    """A function for each name that is left unspecified."""
    names = dict.fromkeys(fn.name for fn in unspecified(*expressions))
    return {name: Witness(rng.randrange(2**31)) for name in names}


def dimensions(*expressions: Expr) -> tuple[str, ...]:
    """Every named size: of the symbols, of indices, and of the constants inside."""
    found: set[str] = set()
    for n in nodes(*expressions):
        sizes = [i.size for i in n.indices] if isinstance(n, Bind) else [*n.shape]
        sizes += [n.limit] if isinstance(n, Symbol) and n.limit else []
        sizes += n.op.sizes if isinstance(n, Apply) else []
        found |= {name for d in sizes for name in d.names}
    return tuple(sorted(found))


def sizings(
    names: Sequence[str], pool: Sequence[int], fits: Callable[[Sizes], bool] = lambda sizes: True
) -> Iterator[dict[str, int]]:
    """Pairwise different sizes for names, in order of preference, as far as they fit."""
    extra = range(max(pool) + 1, max(pool) + 1 + len(names) - len(pool))
    orders = islice(permutations((*pool, *extra), len(names)), MOST)
    return (s for order in orders if fits(s := dict(zip(names, order, strict=True))))
