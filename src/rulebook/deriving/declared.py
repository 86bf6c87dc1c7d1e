"""What the reader declares of the symbols, and when that is enough for a rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from rulebook.book.rule import Rule
from rulebook.deriving.terms.algebra import Algebra
from rulebook.deriving.terms.term import Term
from rulebook.language.assumptions import SYMMETRIC, WORDS, Assumption, Word
from rulebook.language.tree import Symbol

__all__ = ["Declared", "Said"]

Said: TypeAlias = Mapping[str, frozenset[str]]  # words, by the names that they are said of


@dataclass(frozen=True)
class Declared:
    """The reader's words, by name; what they say is used to shorten, never to differentiate."""

    words: Said

    @classmethod
    def of(cls, assuming: Iterable[Assumption]) -> Declared:
        words: dict[str, frozenset[str]] = {}
        for a in assuming:
            words[a.symbol.name] = words.get(a.symbol.name, frozenset()) | {a.word}
        return cls(words)

    def said(self) -> frozenset[str]:
        """Every word that is declared of some symbol, or follows from one."""
        return frozenset(word.name for said in self.words.values() for word in _entailed(said))

    def without(self, variable: Symbol) -> Declared:
        """What is said of the others: while a variable is differentiated it moves freely."""
        if variable.name not in self.words:
            return self
        return Declared({name: said for name, said in self.words.items() if name != variable.name})

    def allows(self, rule: Rule, bound: Mapping[Symbol, Term], algebra: Algebra) -> bool:
        """Whether everything the rule assumes is declared, or a condition to print."""
        return all(
            a.meaning.conditional or self._says(a.meaning, bound[a.symbol], algebra)
            for a in rule.assuming
            if a.symbol in bound
        )

    def _says(self, word: Word, t: Term, algebra: Algebra) -> bool:
        if word is SYMMETRIC and algebra.turn(t) is t:
            return True
        if t.kind == "turned" and not word.rows:
            t = t.args[0]
        if t.kind != "leaf" or not isinstance(t.head, Symbol):
            return False
        return word in _entailed(self.words.get(t.head.name, frozenset()))


def _entailed(words: Iterable[str]) -> frozenset[Word]:
    return frozenset[Word]().union(*(WORDS[w].entailed for w in words))
