"""Which pages are out of date: what a page shows of the book, digested when it was read.

Sphinx compares the times of files. A page here also depends on rules, on the engine that checks
them and on this extension, so each page records what it showed and in which state that was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from hashlib import sha256
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import rulebook

if TYPE_CHECKING:
    from types import ModuleType

    from sphinx.config import Config

    from rulebook import Book, Chapter, Erratum, Rule

__all__ = [
    "content",
    "digest",
    "engine",
    "forget",
    "library",
    "of",
    "own_chapters",
    "own_rules",
    "rules_by_id",
    "the_book",
]

PACKAGE = Path(rulebook.__file__).parent
LIBRARIES = ("matrix-rulebook", "numpy", "sympy")
NOT_ENGINE = ("chapters", "sphinx_ext", "cli", "__main__.py")


def of(*parts: object) -> str:
    """A digest of anything with a stable text."""
    return sha256(repr(parts).encode()).hexdigest()[:16]


def _files(paths: Iterable[Path]) -> str:
    return of(*((path.name, path.read_bytes()) for path in sorted(paths)))


@cache
def engine() -> str:
    """What decides how a check comes out, other than the rules themselves."""
    paths = [p for p in PACKAGE.rglob("*.py") if p.relative_to(PACKAGE).parts[0] not in NOT_ENGINE]
    return of(_files((*paths, *_of_guests())), *map(version, LIBRARIES))


def _of_guests() -> Iterator[Path]:
    """The files of other packages of chapters, which may state operators, too."""
    packages = import_module("rulebook.book.packages")
    others = [name for name in packages.installed() if name != packages.OURS]
    for name in dict.fromkeys(name.partition(".")[0] for name in others):
        for folder in import_module(name).__path__:
            yield from Path(folder).rglob("*.py")


@cache
def _looks() -> str:
    """What decides how a page is made."""
    return _files((PACKAGE / "sphinx_ext").glob("*.py"))


def library() -> ModuleType:
    """Where books are; loaded when a page shows something of one, which a guest's may never do."""
    return import_module("rulebook.book.library")


def the_book() -> Book:
    """The book in use."""
    book: Book = library().book()
    return book


def rules_by_id() -> Mapping[str, Rule]:
    """Every rule by its id."""
    return the_book().by_id


def errata_by_id() -> Mapping[str, Erratum]:
    """Every erratum by its id."""
    return the_book().errata_by_id


def own_chapters(config: Config) -> tuple[Chapter, ...]:
    """The chapters whose rules have their pages in this project, all if it names none."""
    names = config.rulebook_chapters
    book = the_book()
    return tuple(map(book.chapter, names)) if names else book.chapters


def own_rules(config: Config) -> tuple[Rule, ...]:
    """The rules that have their pages in this project."""
    return tuple(rule for chapter in own_chapters(config) for rule in chapter.rules)


def content(rule: Rule) -> str:
    """A digest of everything that a rule says."""
    wrong = [(m.equals.prefix(), m.why) for m in rule.mistakes]
    return of(
        rule.statement, rule.title, rule.note, rule.sources, rule.latex(), rule.numpy(), wrong
    )


@cache
def digest(token: str) -> str:
    """The present state of what a token names; an empty one of what does not exist.

    The tokens are ``book``, ``engine`` (with this extension), ``cells`` (without it), and
    ``title:``, ``rule:``, ``page:``, ``cells:``, ``erratum:`` or ``chapter:`` before an id.
    """
    kind, _, id = token.partition(":")
    if kind == "engine":
        return of(engine(), _looks())
    if token == "cells":
        return engine()
    if kind == "book":
        return of(_looks(), [digest(f"rule:{id}") for id in rules_by_id()], _order())
    if kind == "chapter":
        return of(_order().get(id))
    if kind == "erratum":
        return _erratum(errata_by_id().get(id))
    rule = rules_by_id().get(id)
    if rule is None:
        return of("erratum", errata_by_id()[id].title) if id in errata_by_id() else ""
    makers = {
        "title": lambda: of(rule.title),
        "cells": lambda: of(content(rule)),
        "rule": lambda: of(digest(f"cells:{id}"), engine(), _looks()),
        "page": lambda: of(digest(f"rule:{id}"), rule.path, rule.line, _order()[rule.chapter]),
    }
    return makers[kind]()


@cache
def _order() -> dict[str, tuple[str, ...]]:
    """The titles of each chapter in order: what its tables and its pages' neighbors are."""
    return {
        c.name: (c.title, c.text, *(f"{r.id} {r.title}" for r in c.rules))
        for c in the_book().chapters
    }


def _erratum(erratum: Erratum | None) -> str:
    if erratum is None:
        return ""
    printed = erratum.refusal if callable(erratum.printed) else erratum.printed.statement
    said = (erratum.title, printed, erratum.right, erratum.note, erratum.items, erratum.sources)
    return of(said, engine(), _looks())


def forget() -> None:
    """Look at the book and at the files again; every build begins with this."""
    for cached in (engine, _looks, digest, _order):
        cached.cache_clear()
