"""Assumptions: the words on the page and the sampler, in one object.

A sampler satisfies its assumption and no more: symmetric samples hide transposes, so a matrix is
symmetric only where the rule says so.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import Random

from rulebook.errors import RulebookError, RuleError
from rulebook.language import samplers as made
from rulebook.language.nested import Nested, flat
from rulebook.language.tree import Symbol

__all__ = ["WORDS", "Assumption", "Word", "assumption", "sample"]


@dataclass(frozen=True)
class Word:
    """One assumption: how it reads, how it is sampled, how to see that it holds."""

    name: str
    phrase: str
    sampler: made.Sampler
    holds: made.Test
    rank: int  # of several words, the one that samples is the highest


@dataclass(frozen=True)
class Assumption:
    """A word said of a symbol; ``stays`` says that its change keeps the word true as well."""

    word: str
    symbol: Symbol
    stays: bool = False

    def __post_init__(self) -> None:
        meaning = WORDS.get(self.word)
        if meaning is None:
            near = difflib.get_close_matches(self.word, WORDS, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise RuleError(
                f"no assumption {self.word!r}{hint} (the words are {', '.join(sorted(WORDS))})"
            )
        shape = self.symbol.shape
        if self.word in SQUARE and (len(shape) != 2 or shape[0] != shape[1]):
            raise RuleError(f"{self.symbol.name} cannot be {self.word}: it is not a square matrix")

    @property
    def text(self) -> str:
        """The assumption in words, without the symbol: ``is invertible``."""
        return WORDS[self.word].phrase + (", and stays so" if self.stays else "")


def assumption(word: str) -> Callable[..., Assumption]:
    """A word as a function of a symbol, so that a rule reads ``assuming=(invertible(X),)``."""

    def of(symbol: Symbol, *, stays: bool = False) -> Assumption:
        return Assumption(word, symbol, stays)

    return of


def sample(shape: tuple[int, ...], words: Iterable[str], rng: Random) -> Nested:
    """A generic array with the words true of it and nothing more: a number, or nested lists.

    Raises RulebookError when no sampler makes all the words true at once.
    """
    chosen = sorted({WORDS[w] for w in words}, key=lambda w: (-w.rank, w.name))
    found = (chosen[0].sampler if chosen else made.generic)(shape, rng)
    if WORDS["symmetric"] in chosen:
        found = made.symmetrized(found)
    for word in chosen:
        if not word.holds(found):
            together = " and ".join(sorted(w.name for w in chosen))
            raise RulebookError(f"no sample of shape {shape} is {together}")
    return found


def _identity(a: Nested) -> bool:
    return made.idempotent(a) and made.regular(a)


_WORDS = (
    Word("identity", "is the identity", made.identity, _identity, 9),
    Word("ones", "is all ones", made.ones, made.some(1.0), 9),
    Word("onehot", "is one-hot (each row, if a matrix)", made.onehot, made.rows_sum(1), 8),
    Word("pm1", "has entries plus or minus 1", made.signs, made.some(-1.0, 1.0), 8),
    Word("binary", "has entries 0 or 1", made.bits, made.some(0.0, 1.0), 8),
    Word(
        "simplex",
        "has positive entries that sum to 1 (in each row)",
        made.simplex,
        made.rows_sum(1),
        7,
    ),
    Word("spd", "is symmetric positive definite", made.spd, made.definite, 6),
    Word("laplacian", "is a graph Laplacian", made.laplacian, made.rows_sum(0), 6),
    Word("sqdist", "holds squared distances", made.sqdist, made.symmetric, 6),
    Word("orthogonal", "is orthogonal", made.orthogonal, made.orthogonal_rows, 6),
    Word("posdet", "has a positive determinant", made.posdet, made.positive_det, 5),
    Word("unit", "has entries between 0 and 1", made.uniform(0.2, 0.8), made.within(0, 1), 5),
    Word("large", "has entries above 6", made.uniform(6.0, 8.0), made.within(6, 1e9), 4),
    Word("positive", "is positive", made.uniform(0.5, 1.8), made.within(0, 1e9), 3),
    Word("invertible", "is invertible", made.spread, made.regular, 2),
    Word("nonzero", "is nonzero", made.generic, lambda a: any(flat(a)), 1),
    Word("small", "is small", made.small, made.within(-9, 9), 1),
    Word("symmetric", "is symmetric", made.generic, made.symmetric, 0),
)
WORDS: dict[str, Word] = {word.name: word for word in _WORDS}
SQUARE = frozenset(
    {"identity", "invertible", "laplacian", "orthogonal", "posdet", "spd", "sqdist", "symmetric"}
)

invertible = assumption("invertible")
nonzero = assumption("nonzero")
onehot = assumption("onehot")
positive = assumption("positive")
simplex = assumption("simplex")
spd = assumption("spd")
symmetric = assumption("symmetric")
