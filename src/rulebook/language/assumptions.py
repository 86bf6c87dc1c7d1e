"""Assumptions: a row for each word, and a word said of a symbol."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any, Protocol, Self

from rulebook.errors import RulebookError, RuleError
from rulebook.language import samplers as made
from rulebook.language.dims import ONE, SCALAR
from rulebook.language.nested import Nested, flat
from rulebook.language.place import found_at, place_of
from rulebook.language.signs import Sign, Where, Zeros
from rulebook.language.tree import Symbol

__all__ = ["SYMMETRIC", "WORDS", "Assumption", "Word", "assumption", "register", "sample"]


class Free(Protocol):
    """What an exact sample is made of, in whatever arithmetic."""

    shape: tuple[int, ...]

    def number(self, value: int) -> Any: ...

    def free(self, *index: int) -> Any:
        """An entry that is not tied to any other."""


@dataclass(frozen=True, eq=False, repr=False)
class Word:
    """One assumption, whole: how it reads, is sampled and is seen to hold, and what it grants.

    A prover uses a word only as far as its row says: one that neither leaves its entries free
    (``open``) nor has exact samples is one that no proof can use.

    >>> from rulebook.language import matrix, spd
    >>> word = spd(matrix("S", "n", "n")).meaning
    >>> word.phrase, word.implies
    ('is symmetric positive definite', ('symmetric', 'posdet'))
    """

    name: str
    phrase: str
    sampler: made.Sampler
    holds: made.Test
    rank: int  #: of several words, the one that samples is the highest
    square: bool = False  #: said of square matrices alone
    rows: bool = False  #: said of each row of a matrix
    conditional: bool = False  #: where it is not declared, it may be a condition of the answer
    open: bool = False  #: what is true of its samples, of ratios of polynomials, is true of all
    implies: tuple[str, ...] = ()
    entries: Sign = Sign.UNKNOWN
    determinant: Sign = Sign.UNKNOWN
    never: Where | None = None  #: what it rules out: a zero entry, all of them, no inverse
    exact: Callable[[Free, tuple[int, ...]], Any] | None = None  #: an entry of an exact sample

    @property
    def entailed(self) -> frozenset[Word]:
        """The word itself, and every word that follows."""
        return frozenset({self}).union(*(WORDS[w].entailed for w in self.implies))

    def __repr__(self) -> str:
        return self.name

    def __copy__(self) -> Self:
        return self  # a word is one object

    def __deepcopy__(self, known: Any) -> Self:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """What is unpickled is the word itself, from the module that holds it."""
        place = None if self in _WORDS else place_of(self)
        return (found_at, place) if place else (_word, (self.name,))


def _word(name: str) -> Word:
    return WORDS[name]


@dataclass(frozen=True)
class Assumption:
    """A word said of a symbol; its change is free of it. A word is called to make one.

    >>> from rulebook.language import invertible, matrix
    >>> print(invertible(matrix("X", "n", "n")).text)
    is invertible
    """

    word: str
    symbol: Symbol

    def __post_init__(self) -> None:
        shape = self.symbol.shape
        if known(self.word).square and (len(shape) != 2 or shape[0] != shape[1]):
            raise RuleError(f"{self.symbol.name} cannot be {self.word}: it is not a square matrix")

    def __reduce__(self) -> tuple[Any, ...]:
        return _assumed, (self.meaning, self.symbol)

    @property
    def meaning(self) -> Word:
        return WORDS[self.word]

    @property
    def text(self) -> str:
        """The assumption in words, without the symbol: ``is invertible``."""
        matrix = ONE not in self.symbol.shape and len(self.symbol.shape) == 2
        by_rows = " in each row" if self.meaning.rows and matrix else ""
        return self.meaning.phrase + by_rows

    @property
    def sign(self) -> Sign:
        """Of the symbol's entries."""
        return max(word.entries for word in self.meaning.entailed)

    @property
    def granted(self) -> Iterator[tuple[Zeros, bool]]:
        """What does not vanish, and whether it is even positive."""
        scalar = self.symbol.shape == SCALAR
        for word in self.meaning.entailed:
            if word.entries is Sign.POSITIVE:
                yield Zeros(self.symbol), True
            if word.never:
                where = "entry" if scalar else word.never
                yield Zeros(self.symbol, where), word.determinant is Sign.POSITIVE


def known(word: str) -> Word:
    """The row of a word. Raises RuleError, with the nearest word, for one there is not."""
    if word not in WORDS:
        near = difflib.get_close_matches(word, WORDS, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise RuleError(f"no assumption {word!r}{hint} (the words are {', '.join(sorted(WORDS))})")
    return WORDS[word]


def _assumed(word: Word, symbol: Symbol) -> Assumption:
    return Assumption(word.name, symbol)


def assumption(word: str) -> Callable[[Symbol], Assumption]:
    """A word as a function of a symbol, so that a rule reads ``assuming=(invertible(X),)``.

    Raises RuleError for a word there is not, and for one of square matrices said of another shape.

    >>> from rulebook.language import assumption, matrix
    >>> orthogonal = assumption("orthogonal")
    >>> orthogonal(matrix("Q", "n", "n")).text
    'is orthogonal'
    """

    def of(symbol: Symbol) -> Assumption:
        return Assumption(word, symbol)

    of.__name__ = of.__qualname__ = word
    of.__doc__ = f"Assume that ``symbol`` {known(word).phrase}."
    return of


def sample(shape: tuple[int, ...], words: Iterable[str], rng: Random) -> Nested:
    """A generic array with the words true of it and nothing more: a number, or nested lists.

    Raises RulebookError when no sampler makes all the words true at once.
    """
    chosen = sorted({WORDS[w] for w in words}, key=lambda w: (-w.rank, w.name))
    found = (chosen[0].sampler if chosen else made.generic)(shape, rng)
    if SYMMETRIC in chosen:
        found = made.symmetrized(found)
    for word in chosen:
        if not word.holds(found):
            together = " and ".join(sorted(w.name for w in chosen))
            raise RulebookError(f"no sample of shape {shape} is {together}")
    return found


def _identity(a: Nested) -> bool:
    return made.idempotent(a) and made.regular(a)


def _completed(s: Free, i: tuple[int, ...]) -> Any:
    """The last entry of a row is what the others leave of 1."""
    *row, k = i
    if k < s.shape[-1] - 1:
        return s.free(*i)
    out = s.number(1)
    for before in range(k):
        out = out - s.free(*row, before)
    return out


def _one_of_row(s: Free, i: tuple[int, ...]) -> Any:
    *row, k = i
    return s.number(int(k == sum(row) % s.shape[-1]))


SYMMETRIC = Word(
    "symmetric", "is symmetric", made.generic, made.symmetric, 0,
    square=True,
    exact=lambda s, i: s.free(*sorted(i)),
)  # fmt: skip
_WORDS = (
    Word(
        "identity", "is the identity", made.identity, _identity, 9,
        square=True,
        implies=("orthogonal", "spd"),
        exact=lambda s, i: s.number(int(i[0] == i[1])),
    ),
    Word(
        "ones", "is all ones", made.ones, made.some(1.0), 9,
        implies=("positive",),
        exact=lambda s, i: s.number(1),
    ),
    Word(
        "onehot", "is one-hot", made.onehot, made.rows_sum(1), 8,
        rows=True,
        implies=("binary", "nonzero"),
        exact=_one_of_row,
    ),
    Word(
        "pm1", "has entries plus or minus 1", made.signs, made.some(-1.0, 1.0), 8,
        implies=("nonzero",),
        never="entry",
    ),
    Word(
        "binary", "has entries 0 or 1", made.bits, made.some(0.0, 1.0), 8,
        entries=Sign.NOT_NEGATIVE,
    ),
    Word(
        "simplex", "has nonnegative entries that sum to 1", made.simplex, made.rows_sum(1), 7,
        rows=True,
        implies=("nonzero",),
        entries=Sign.NOT_NEGATIVE,
        exact=_completed,
    ),
    Word(
        "spd", "is symmetric positive definite", made.spd, made.definite, 6,
        square=True,
        implies=("symmetric", "posdet"),
        exact=lambda s, i: s.free(*sorted(i)),
    ),
    Word(
        "laplacian", "is a graph Laplacian", made.laplacian, made.rows_sum(0), 6,
        square=True,
        implies=("symmetric",),
    ),
    Word(
        "sqdist", "holds squared distances", made.sqdist, made.symmetric, 6,
        square=True,
        implies=("symmetric",),
        entries=Sign.NOT_NEGATIVE,
    ),
    Word(
        "orthogonal", "is orthogonal", made.orthogonal, made.orthogonal_rows, 6,
        square=True,
        implies=("invertible",),
    ),
    Word(
        "posdet", "has a positive determinant", made.posdet, made.positive_det, 5,
        square=True,
        conditional=True,
        open=True,
        implies=("invertible",),
        determinant=Sign.POSITIVE,
        never="singular",
    ),
    Word(
        "unit", "has entries between 0 and 1", made.uniform(0.2, 0.8), made.within(0, 1), 5,
        open=True,
        implies=("positive",),
    ),
    Word(
        "large", "has entries above 6", made.uniform(6.0, 8.0), made.within(6, 1e9), 4,
        open=True,
        implies=("positive",),
    ),
    Word(
        "positive", "is positive", made.uniform(0.5, 1.8), made.within(0, 1e9), 3,
        conditional=True,
        open=True,
        implies=("nonzero",),
        entries=Sign.POSITIVE,
    ),
    Word(
        "invertible", "is invertible", made.spread, made.regular, 2,
        square=True,
        conditional=True,
        open=True,
        implies=("nonzero",),
        never="singular",
    ),
    Word(
        "nonzero", "is nonzero", made.generic, lambda a: any(flat(a)), 1,
        conditional=True,
        open=True,
        never="whole",
    ),
    Word(
        "small", "is small", made.small, made.within(-9, 9), 1,
        open=True,
    ),
    SYMMETRIC,
)  # fmt: skip
WORDS: dict[str, Word] = {word.name: word for word in _WORDS}


def register(word: Word) -> None:
    """Add a word to the language. Raises RuleError for a name that another word has.

    >>> from rulebook.language import invertible, matrix, register
    >>> word = invertible(matrix("X", "n", "n")).meaning
    >>> register(word)  # what is there already may be registered again
    """
    if WORDS.setdefault(word.name, word) is not word:
        raise RuleError(f"there is a word {word.name!r} already")


invertible = assumption("invertible")
nonzero = assumption("nonzero")
onehot = assumption("onehot")
positive = assumption("positive")
simplex = assumption("simplex")
spd = assumption("spd")
symmetric = assumption("symmetric")
