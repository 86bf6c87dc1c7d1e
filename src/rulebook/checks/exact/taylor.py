"""An operator's arithmetic on jets over an exact base, at given sizes."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from rulebook.book.obligations import Obligation
from rulebook.checks.exact.elementary import Elementary, derivative, elementary
from rulebook.checks.exact.jets import Jet
from rulebook.checks.subject import Subject
from rulebook.language.arithmetic import NoEntry
from rulebook.language.assumptions import WORDS, Word
from rulebook.language.dims import ONE
from rulebook.language.tree import Symbol
from rulebook.language.unspecified import Unspecified
from rulebook.numeric.entries import AtSizes

__all__ = ["Jets"]

LARGEST = 6  # of determinants, the larger of the generic sizes


class Jets(AtSizes):
    """An operator's arithmetic on jets over a base, at given sizes."""

    def __init__(
        self,
        base: Any,
        sizes: dict[str, int],
        subject: Subject,
        obligation: Obligation,
        models: bool = True,
    ) -> None:
        super().__init__(sizes)
        self.models, self.modelled = models, False
        self.base, self.subject = base, subject
        self.width = 2 ** len(obligation.along)
        self.moves = [dict(moves) for moves in obligation.along]
        self._whole: dict[Any, Any] = {}

    def lift(self, value: Any, rational: Fraction | None = None) -> Jet:
        zero = self.base.constant(Fraction(0))
        return Jet([value] + [zero] * (self.width - 1), rational)

    def number(self, value: Any) -> Jet:
        return self.lift(self.base.constant(Fraction(value)), Fraction(value))

    def position(self, value: Jet) -> int:
        if value.rational is None:
            raise NoEntry("an index that is computed")
        return int(value.rational)

    def symbol(self, symbol: Symbol, index: tuple[int, ...]) -> Jet:
        if symbol.role == "index":
            limit = symbol.limit.at(self.sizes) if symbol.limit else 1
            return self.number((sum(index) * 7 + 3) % limit)
        parts = [self._entry(symbol, index)] + [self.base.constant(Fraction(0))] * (self.width - 1)
        for n, moves in enumerate(self.moves):
            if symbol in moves:
                parts[1 << n] = self._entry(moves[symbol], index)
        return Jet(parts)

    def _entry(self, symbol: Symbol, index: tuple[int, ...]) -> Any:
        """A generic entry under the assumptions on its symbol."""
        words = {WORDS[w] for w in self.subject.words(symbol)}
        tied = _tied(words)
        if tied is None:
            return self.base.fresh((symbol.name, index))
        column = len(symbol.shape) == 2 and symbol.shape[1] == ONE
        flat = slice(0, 1) if column else slice(None)
        shape = tuple(d.at(self.sizes) for d in symbol.shape[flat])
        return tied(_Free(self.base, symbol.name, shape), index[flat])

    def choose(self, a: Jet, yes: Jet, no: Jet) -> Jet:
        if a.rational is not None:
            return yes if a.rational > 0 else no
        self._model("the side of a kink")
        return yes if self.base.positive(a.parts[0]) else no

    def _model(self, what: str) -> None:
        """Note that the result stands for more than one number: two that differ refute nothing."""
        if not self.models:
            raise NoEntry(f"{what} is only modelled in exact arithmetic")
        self.modelled = True

    def log_size(self, a: Jet) -> Jet:
        return self.call("log", a)

    def power(self, a: Jet, b: Jet) -> Jet:
        if b.rational is None:
            return self.call("exp", b * self.call("log", a))
        if b.rational.denominator == 1:
            return self.number(1) if b.rational == 0 else a ** int(b.rational)
        if b.rational.denominator == 2:
            return self.call("sqrt", a) ** b.rational.numerator
        raise NoEntry("a power that is neither whole nor half")

    def call(self, name: str, a: Jet) -> Jet:
        """F of a jet: its value, first and second derivative at the base, and Taylor."""
        self._model(name)
        f = [self._value(name, a.parts[0], n) for n in range(self.width.bit_length())]
        parts = [f[0]]
        for mask in range(1, self.width):
            out = f[1] * a.parts[mask]
            if mask == 3:
                out = out + f[2] * a.parts[1] * a.parts[2]
            parts.append(out)
        return Jet(parts)

    def _value(self, name: str, at: Any, order: int) -> Any:
        """The order-th derivative of an elementary function at a base value."""
        return self._formula(derivative(name, order), at)

    def _formula(self, e: Any, at: Any) -> Any:
        base = self.base
        if e.is_Symbol:
            return at
        if e.is_Rational:
            return base.constant(Fraction(int(e.p), int(e.q)))
        if e.is_NumberSymbol:
            return base.fresh(("constant", str(e)))
        if e.is_Add or e.is_Mul:
            out, *rest = [self._formula(a, at) for a in e.args]
            for b in rest:
                out = out + b if e.is_Add else out * b
            return out
        if e.is_Pow and e.exp.is_Integer:
            inside = self._formula(e.base, at)
            return (Jet([inside]) ** int(e.exp)).parts[0]
        if e.is_Pow and (2 * e.exp).is_Integer:
            root = base.root(self._formula(e.base, at))
            return (Jet([root]) ** int(2 * e.exp)).parts[0]
        if not e.is_Function or len(e.args) != 1:
            raise NoEntry(f"{e} in exact arithmetic")
        return self._function(elementary(e.func.__name__), self._formula(e.args[0], at))

    def _function(self, f: Elementary, a: Any) -> Any:
        one = self.base.constant(Fraction(1))
        if a.zero and f.at_zero is not None:
            return self.base.constant(Fraction(f.at_zero))
        if f.opposite is None:
            return f.value(one, self.base.fresh((f.unknown, self.base.key_of(a))))
        found, flipped = self.base.unit(f.unknown, a)
        return (f.opposite if flipped else f.value)(one, found)

    def determinant(self, a: Any) -> Jet:
        n = a.shape[0].at(self.sizes)
        return self._minor(self._matrix(a, n), tuple(range(n)), tuple(range(n)))

    def inverse(self, a: Any, i: int, j: int) -> Jet:
        """Entry of the inverse: a cofactor over the determinant."""
        n = a.shape[0].at(self.sizes)
        key = ("inverse", a.node, tuple(a.env.items()))
        whole = self._matrix(a, n)
        if key not in self._whole:
            self._whole[key] = self.determinant(a)
        rows = tuple(r for r in range(n) if r != j)
        cols = tuple(c for c in range(n) if c != i)
        cofactor = self._minor(whole, rows, cols)
        determinant: Jet = self._whole[key]
        return (cofactor if (i + j) % 2 == 0 else -cofactor) / determinant

    def _matrix(self, a: Any, n: int) -> Any:
        if n > LARGEST:
            raise NoEntry(f"a determinant beyond {LARGEST} × {LARGEST} in exact arithmetic")
        key = ("matrix", a.node, tuple(a.env.items()))
        if key not in self._whole:
            self._whole[key] = ([[a(r, c) for c in range(n)] for r in range(n)], {})
        return self._whole[key]

    def _minor(self, whole: Any, rows: tuple[int, ...], cols: tuple[int, ...]) -> Jet:
        entries, known = whole
        if not rows:
            return self.number(1)
        if (rows, cols) not in known:
            out = None
            for n, c in enumerate(cols):
                term = entries[rows[0]][c] * self._minor(whole, rows[1:], cols[:n] + cols[n + 1 :])
                signed = term if n % 2 == 0 else -term
                out = signed if out is None else out + signed
            known[rows, cols] = out
        found: Jet = known[rows, cols]
        return found

    def unspecified(
        self, fn: Unspecified, out: tuple[Any, ...], wrt: tuple[Any, ...], args: tuple[Any, ...]
    ) -> Jet:
        """A fresh value for each partial of f at each point, and Taylor in the arguments."""
        self._model(fn.name)
        flat = [(k, at, a(*at)) for k, a in enumerate(args) for at in self.indices(a.shape)]
        point = tuple(self.base.key_of(jet.parts[0]) for _, _, jet in flat)
        by = tuple((k, tuple(p)) for k, p in zip(fn.slots, wrt, strict=True))

        def partial(*more: Any) -> Any:
            return self.base.fresh((fn.name, out, tuple(sorted((*by, *more))), point))

        at = [((k, p[:1]), jet) for k, p, jet in flat]
        parts = [partial()]
        for mask in range(1, self.width):
            total = self.base.constant(Fraction(0))
            for where, jet in at:
                if not jet.parts[mask].zero:
                    total = total + partial(where) * jet.parts[mask]
            if mask == 3:
                for (w1, j1), (w2, j2) in itertools.product(at, at):
                    if not j1.parts[1].zero and not j2.parts[2].zero:
                        total = total + partial(w1, w2) * j1.parts[1] * j2.parts[2]
            parts.append(total)
        return Jet(parts)


@dataclass(frozen=True)
class _Free:
    """What a word's exact sample of a symbol is made of."""

    base: Any
    name: str
    shape: tuple[int, ...]

    def number(self, value: int) -> Any:
        return self.base.constant(Fraction(value))

    def free(self, *index: int) -> Any:
        return self.base.fresh((self.name, index))


def _tied(words: set[Word]) -> Callable[[Any, tuple[int, ...]], Any] | None:
    """How the entries that some words tie together are made; nothing if they leave them free.

    Raises `NoEntry` for a word that exact arithmetic cannot sample, and for several that tie.
    """
    implied = frozenset[Word]().union(*(w.entailed - {w} for w in words))
    tie = [w for w in words - implied if not w.open]
    if len(tie) > 1 or any(w.exact is None for w in tie):
        raise NoEntry(f"no exact samples that are {', '.join(sorted(w.name for w in tie))}")
    return tie[0].exact if tie else None
