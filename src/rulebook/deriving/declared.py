"""What the reader declares of the symbols, and when that is enough for a rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rulebook.book.rule import Rule
from rulebook.deriving.terms.algebra import Algebra
from rulebook.deriving.terms.term import Term
from rulebook.language.assumptions import Assumption
from rulebook.language.tree import Symbol

__all__ = ["DOMAIN", "SYMMETRIC", "Declared"]

DOMAIN = frozenset({"positive", "nonzero", "invertible", "posdet"})  # a condition of the answer
BY_ROWS = frozenset({"onehot", "simplex"})  # said of the rows, not of the columns
IMPLIED = {
    "spd": {"symmetric", "invertible", "posdet"},
    "laplacian": {"symmetric"},
    "sqdist": {"symmetric"},
    "identity": {"symmetric", "orthogonal", "spd", "invertible"},
    "orthogonal": {"invertible"},
    "onehot": {"binary"},
    "unit": {"positive"},
    "large": {"positive"},
    "simplex": {"positive"},
    "positive": {"nonzero"},
}
SYMMETRIC = {"symmetric"} | {word for word, said in IMPLIED.items() if "symmetric" in said}


@dataclass(frozen=True)
class Declared:
    """The reader's words, by name; what they say is used to shorten, never to differentiate."""

    words: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, assuming: Iterable[Assumption]) -> Declared:
        words: dict[str, frozenset[str]] = {}
        for a in assuming:
            words[a.symbol.name] = words.get(a.symbol.name, frozenset()) | {a.word}
        return cls(words)

    def said(self) -> frozenset[str]:
        """Every word that is declared of some symbol, or follows from one."""
        words = frozenset[str]().union(*self.words.values())
        return words.union(*(IMPLIED.get(w, ()) for w in words))

    def without(self, variable: Symbol) -> Declared:
        """What is said of the others: while a variable is differentiated it moves freely."""
        if variable.name not in self.words:
            return self
        return Declared({name: said for name, said in self.words.items() if name != variable.name})

    def allows(self, rule: Rule, bound: Mapping[Symbol, Term], algebra: Algebra) -> bool:
        """Whether everything the rule assumes is declared, or a condition to print."""
        return all(
            a.word in DOMAIN or self._says(a.word, bound[a.symbol], algebra)
            for a in rule.assuming
            if a.symbol in bound
        )

    def _says(self, word: str, t: Term, algebra: Algebra) -> bool:
        if word == "symmetric" and algebra.turn(t) is t:
            return True
        if t.kind == "turned" and word not in BY_ROWS:
            t = t.args[0]
        if t.kind != "leaf" or not isinstance(t.head, Symbol):
            return False
        said = self.words.get(t.head.name, frozenset())
        return word in said or any(word in IMPLIED.get(s, ()) for s in said)
