"""The book: chapters of rules, looked up by what they are; and the one that is in use."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any, TypeVar

from rulebook.book.packages import Chapter, installed, read_package
from rulebook.book.references import merged
from rulebook.book.rule import Erratum, Rule
from rulebook.book.search import found
from rulebook.errors import RuleError, UnknownRule

__all__ = ["Book", "book", "errata", "get", "nearest", "rules", "search", "using"]

Made = TypeVar("Made")


@dataclass(frozen=True, repr=False)
class Book:
    """Chapters of rules: a value, whose look-ups are worked out once and kept with it.

    An id names one rule or erratum in all its chapters. ``renamed`` has the ids that were
    published once, with the ids that took their place.

    >>> from rulebook.book import Book, book
    >>> few = Book.of(book().chapters[:2])
    >>> "power" in few, len(few) < len(book())
    (True, True)
    """

    chapters: tuple[Chapter, ...]
    renamed: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, chapters: Iterable[Chapter], renamed: Mapping[str, str] | None = None) -> Book:
        """The book of these chapters."""
        return cls(tuple(chapters), tuple((renamed or {}).items()))

    @classmethod
    def read(cls, *names: str) -> Book:
        """The book of packages of chapters, by name, with their sources and old ids."""
        packages = [read_package(name) for name in names]
        merged(*(package.sources for package in packages))
        renamed = [pair for p in packages for pair in p.published["renamed"].items()]
        return cls(tuple(c for p in packages for c in p.chapters), tuple(renamed))

    def __post_init__(self) -> None:
        _distinct("chapters", ((c.name, c.path) for c in self.chapters))
        _distinct("rules", ((e.id, e.path) for c in self.chapters for e in c.entries))

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.rules)

    def __len__(self) -> int:
        return len(self.rules)

    def __contains__(self, rule: object) -> bool:
        """Whether it has a rule, or a rule of this id."""
        return rule in (self.rules if isinstance(rule, Rule) else self.by_id)

    def __repr__(self) -> str:
        return f"Book({len(self.chapters)} chapters, {len(self)} rules, {len(self.errata)} errata)"

    def __reduce__(self) -> tuple[Any, ...]:
        return Book, (self.chapters, self.renamed)  # and nothing that was made of them

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule in reading order."""
        return tuple(rule for chapter in self.chapters for rule in chapter.rules)

    @cached_property
    def errata(self) -> tuple[Erratum, ...]:
        """Every erratum in reading order."""
        return tuple(erratum for chapter in self.chapters for erratum in chapter.errata)

    @cached_property
    def by_id(self) -> Mapping[str, Rule]:
        """The rules by their ids, without those that they once had."""
        return {rule.id: rule for rule in self.rules}

    @cached_property
    def errata_by_id(self) -> Mapping[str, Erratum]:
        """The errata by their ids."""
        return {erratum.id: erratum for erratum in self.errata}

    def get(self, id: str) -> Rule:
        """The rule with this id, or that once had it; raises UnknownRule with the nearest ids."""
        if not isinstance(id, str):
            raise UnknownRule(f"a rule is asked for by its id, not by {id!r}")
        rule = self.by_id.get(id) or self.by_id.get(dict(self.renamed).get(id, ""))
        if rule is None:
            raise UnknownRule(f"no rule {id!r}{nearest(id, self.by_id)}")
        return rule

    def erratum(self, id: str) -> Erratum:
        """The erratum with this id; raises UnknownRule with the nearest ids."""
        if id not in self.errata_by_id:
            raise UnknownRule(f"no erratum {id!r}{nearest(id, self.errata_by_id)}")
        return self.errata_by_id[id]

    def chapter(self, name: str) -> Chapter:
        """The chapter of this name, which its rules know; raises RuleError if there is none."""
        by_name = {chapter.name: chapter for chapter in self.chapters}
        if name not in by_name:
            raise RuleError(f"no chapter {name!r}; the chapters are {', '.join(by_name)}")
        return by_name[name]

    def search(self, text: str) -> list[Rule]:
        """Rules by words, shapes or source, best first; see `search`."""
        return found(self.rules, text)

    def without(self, ids: Iterable[str]) -> Book:
        """The book with rules left out; raises UnknownRule for an id that it does not have."""
        if isinstance(ids, str):
            raise RuleError(f"rules are left out by a list of ids, so write [{ids!r}]")
        if not isinstance(ids, Iterable):
            raise RuleError(f"rules are left out by a list of ids, not by {ids!r}")
        out = {self.get(id).id for id in ids}
        if not out:
            return self
        return replace(
            self,
            chapters=tuple(
                replace(c, rules=tuple(r for r in c.rules if r.id not in out))
                for c in self.chapters
            ),
        )

    def once(self, make: Callable[[Book], Made]) -> Made:
        """What is made of the book, made when it is first asked for and kept with it."""
        if make not in self._made:
            self._made[make] = make(self)
        made: Made = self._made[make]
        return made

    @cached_property
    def _made(self) -> dict[Callable[[Book], Any], Any]:
        return {}


def _distinct(what: str, named: Iterable[tuple[str, str]]) -> None:
    """Refuse two of a name, which may come from packages that do not know each other."""
    paths: dict[str, str] = {}
    for name, path in named:
        if name in paths:
            raise RuleError(f"two {what} {name!r}: in {paths[name]} and {path}")
        paths[name] = path


_IN_USE: ContextVar[Book] = ContextVar("book in use")


@cache
def _installed() -> Book:
    return Book.read(*installed())


def book() -> Book:
    """The book in use: our chapters and those that installed packages offer, or that of `using`.

    >>> from rulebook import rules
    >>> from rulebook.book import book
    >>> len(book()) == len(rules())
    True
    """
    found = _IN_USE.get(None)
    return _installed() if found is None else found


@contextmanager
def using(other: Book) -> Iterator[Book]:
    """Use another book in what follows: look-up, checks and derivations.

    >>> import rulebook
    >>> from rulebook.book import book, using
    >>> with using(book().without(["softmax"])) as smaller:
    ...     rulebook.rules() == smaller.rules, "softmax" in smaller
    (True, False)
    """
    token = _IN_USE.set(other)
    try:
        yield other
    finally:
        _IN_USE.reset(token)


def rules() -> tuple[Rule, ...]:
    """Every rule of the book in reading order.

    >>> import rulebook
    >>> "softmax" in {rule.id for rule in rulebook.rules()}
    True
    """
    return book().rules


def errata() -> tuple[Erratum, ...]:
    """Every erratum of the book: an equation that is false as printed, beside the right rule.

    >>> import rulebook
    >>> all(erratum.right for erratum in rulebook.errata())
    True
    """
    return book().errata


def get(id: str) -> Rule:
    """The rule with this id, or that once had it; raises `UnknownRule` with the nearest ids.

    >>> import rulebook
    >>> rulebook.get("softmax").title
    'Softmax'
    """
    return book().get(id)


def search(text: str) -> list[Rule]:
    """Rules by words of title, id or note, operator, shapes or source, best first.

    A shape pattern names what goes in and what comes out, ``(n) -> (m, n)``; a source is a key
    and a place, ``petersen2012 81``.

    >>> import rulebook
    >>> [rule.id for rule in rulebook.search("petersen2012 81")]
    ['quadratic_form']
    >>> "softmax" in [rule.id for rule in rulebook.search("(n) -> (n, n)")]
    True
    """
    return book().search(text)


def nearest(id: str, known: Iterable[str]) -> str:
    """``; did you mean ...?`` with the closest of the known ids, or nothing."""
    near = difflib.get_close_matches(id, known := list(known), n=3, cutoff=0.5)
    near += [k for k in known if id and id in k and k not in near][: 3 - len(near)]
    return f"; did you mean {' or '.join(map(repr, near))}?" if near else ""
