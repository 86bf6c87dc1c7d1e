"""The lengths of all axes: those that must agree are one, and get a name."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, count

from rulebook.dialect.parse import DEEPEST, LONGEST
from rulebook.dialect.uses import Uses
from rulebook.errors import ShapeError
from rulebook.language.dims import Dim, dim
from rulebook.language.ranks import Axes, Length, Made

__all__ = ["Lengths"]

FRESH = "nmkpqrstuvwijh"  # names for lengths, in the order they are given out


class Lengths:
    """The lengths of all axes: those that must agree are one, and get a name."""

    def __init__(self, uses: Uses) -> None:
        self.uses = uses
        self.counter = count()
        self.is_: dict[int, Length] = {}
        self.later: list[tuple[Length, Length]] = []
        self.axes = [self._axes(n) for n in range(len(uses.ranks))]

    def _axes(self, n: int) -> Axes:
        rank = self.uses.ranks[n].bit_length() - 1
        return self.uses.axes.get(n) or tuple(next(self.counter) for _ in range(rank))

    def found(self) -> dict[str, tuple[Dim, ...]]:
        """The lengths of what was not declared."""
        for use in self.uses.uses:
            for a, b in use.meaning.lengths(*(self.axes[n] for n in use.nodes)):
                self.equate(a, b)
        self._compare()
        names = self._names()
        for n in self.uses.open.values():
            for axis in reversed(self.axes[n]):
                self._named(axis, names)
        return {name: tuple(map(self.known, self.axes[n])) for name, n in self.uses.open.items()}

    def equate(self, a: Length, b: Length) -> None:
        """Make two lengths one; two that are declared to differ are left to the parser."""
        a, b = self.last(a), self.last(b)
        if isinstance(a, int):
            if a not in self.leaves(b):
                self.is_[a] = self._flat(b)
        elif isinstance(b, int):
            self.equate(b, a)
        elif isinstance(a, Made) or isinstance(b, Made):
            self.later.append((a, b))

    def _flat(self, a: Length) -> Length:
        """A sum of sums as one sum, a product of products as one product."""
        if not isinstance(a, Made):
            return a
        parts: list[Length] = []
        for part in map(self.last, a.parts):
            match part:
                case Made(times=a.times, parts=inner):
                    parts += inner
                case _:
                    parts.append(part)
        if len(parts) > LONGEST:
            raise self._unknown(set())
        return Made(a.times, tuple(parts))

    def _compare(self) -> None:
        """Products and sums that are to be equal, once all else is known: part by part."""
        while self.later:
            a, b = map(self._flat, self.later.pop(0))
            open_ = self.leaves(a) | self.leaves(b)
            if not open_:
                continue
            match a, b:
                case Made(times=one, parts=p), Made(times=other, parts=q) if one == other:
                    if len(p) == len(q):
                        for pair in zip(p, q, strict=True):
                            self.equate(*pair)
                        continue
            raise self._unknown(open_)

    def _unknown(self, open_: set[int]) -> ShapeError:
        names = [
            n
            for n, k in self.uses.open.items()
            if any(self.leaves(i) & open_ for i in self.axes[k])
        ]
        name = names[0] if names else next(iter(self.uses.open))
        return ShapeError(f"the text leaves open how long {name} is: declare it")

    def last(self, a: Length) -> Length:
        while isinstance(a, int) and a in self.is_:
            a = self.is_[a]
        return a

    def leaves(self, a: Length) -> set[int]:
        """The open lengths that a length is made of."""
        seen: set[int] = set()
        found: set[int] = set()
        waiting = [a]
        while waiting:
            length = waiting.pop()
            if isinstance(length, Made):
                waiting += length.parts
            elif isinstance(length, int) and length not in seen:
                seen.add(length)
                if length in self.is_:
                    waiting.append(self.is_[length])
                else:
                    found.add(length)
        return found

    def known(self, a: Length, depth: int = 0) -> Dim:
        """A length in names. Raises ShapeError for one that no reader would write."""
        while isinstance(a, int):
            a = self.is_[a]
        if isinstance(a, Dim):
            return a
        total = dim(1 if a.times else 0)
        for part in a.parts:
            size = self.known(part, depth + 1)
            if isinstance(part, int):
                self.is_[part] = size
            total = total * size if a.times else total + size
            if depth > DEEPEST or sum(1 + len(names) for names, _ in total.terms) > LONGEST:
                raise self._unknown(set())
        return total

    def _named(self, a: Length, names: Iterator[str]) -> None:
        for leaf in sorted(self.leaves(a)):
            self.is_[leaf] = dim(next(names))

    def _names(self) -> Iterator[str]:
        """Names for lengths that nothing else goes by."""
        known = self.uses.known
        taken = {n for s in known.values() for d in s.shape for n in d.names}
        taken |= {*known, *self.uses.open, *self.uses.sizes}
        return (n for n in chain(FRESH, (f"n{k}" for k in count(1))) if n not in taken)
