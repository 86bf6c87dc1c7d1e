"""Packages of chapters: which are installed, what each declares, and its chapters as read.

A package of chapters is a Python package whose ``__init__`` says ``CHAPTERS``, the names of its
modules in reading order, and ``IMPRINT``; a module that states rules and is not listed comes last.
Beside them may lie ``references.bib``, the sources that its chapters cite beside ours, and
``ledger.json``. An installed distribution offers one by an entry point of the group
``rulebook.chapters``, whose value is the package's name.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from traceback import walk_tb
from types import ModuleType
from typing import Any

from rulebook.book.imprint import Imprint
from rulebook.book.references import Reference, merged, references
from rulebook.book.rule import Erratum, Rule
from rulebook.errors import RulebookError, RuleError

__all__ = ["GROUP", "OURS", "Chapter", "Package", "installed", "read_chapter", "read_package"]

OURS = "rulebook.chapters"
GROUP = "rulebook.chapters"  # of entry points
ENTRIES = {"Rule", "Erratum"}  # what a chapter states
DATA = Path(__file__).parents[1] / "data"  # what lies beside our own chapters


@dataclass(frozen=True, repr=False)
class Chapter:
    """One module of the book: its name, title, opening words and rules in order.

    >>> import rulebook
    >>> chapter = rulebook.Book.read("rulebook.chapters").chapter("softmax")
    >>> chapter.rules[0].id
    'softmax'
    """

    name: str
    title: str
    text: str
    rules: tuple[Rule, ...]
    errata: tuple[Erratum, ...] = ()
    path: str = ""
    imprint: Imprint | None = None
    ids: tuple[str, ...] = field(init=False)  #: a rule under another id equals the one it was

    def __post_init__(self) -> None:
        object.__setattr__(self, "ids", tuple(e.id for e in self.entries))

    @property
    def entries(self) -> tuple[Rule | Erratum, ...]:
        """Its rules, then its errata."""
        return (*self.rules, *self.errata)

    def __repr__(self) -> str:
        return f"Chapter({self.name}: {self.title}, {len(self.entries)} entries)"

    @property
    def permalink(self) -> str:
        """Where its rules are listed for good; empty, if it stands in no book."""
        place = f"#chapter-{self.name.replace('_', '-')}"
        return self.imprint.rules + place if self.imprint else ""


@dataclass(frozen=True, kw_only=True)
class Package:
    """A package of chapters: what it declares, and what lies beside it."""

    name: str
    folder: Path
    names: tuple[str, ...]
    imprint: Imprint
    sources: Mapping[str, Reference]

    @property
    def ledger(self) -> Path:
        """The file of its published ids; it need not be there."""
        return self.folder / "ledger.json"

    @property
    def published(self) -> dict[str, dict[str, Any]]:
        """Its ledger: ``rules``, by id, and ``renamed``, from old ids to new ones."""
        if not self.ledger.exists():
            return {"rules": {}, "renamed": {}}
        found: dict[str, dict[str, Any]] = json.loads(self.ledger.read_text(encoding="utf-8"))
        return found

    @property
    def chapters(self) -> tuple[Chapter, ...]:
        """Its chapters in reading order, read from their modules."""
        return tuple(read_chapter(_imported(f"{self.name}.{n}"), self) for n in self.names)

    def path(self, file: str) -> str:
        """A module of the package as a path in its repository."""
        root = f"{self.imprint.root}/" if self.imprint.root else ""
        return f"{root}{self.name.replace('.', '/')}/{file}"


def installed() -> tuple[str, ...]:
    """The names of our own package of chapters and of those that other distributions offer."""
    return (OURS, *sorted({entry.value for entry in entry_points(group=GROUP)} - {OURS}))


def read_package(name: str) -> Package:
    """What a package of chapters declares. Raises RuleError for one that is none."""
    module = _imported(name)
    names, imprint = getattr(module, "CHAPTERS", None), getattr(module, "IMPRINT", None)
    if not isinstance(names, tuple) or not isinstance(imprint, Imprint) or not module.__file__:
        raise RuleError(
            f"{name} is no package of chapters: its __init__ has to say CHAPTERS, a tuple of the "
            "names of its modules, and IMPRINT, an Imprint"
        )
    folder = DATA if name == OURS else Path(module.__file__).parent
    sources = [references(f / "references.bib") for f in dict.fromkeys((DATA, folder))]
    more = _unlisted(Path(module.__file__).parent, names)
    return Package(
        name=name,
        folder=folder,
        names=(*names, *more),
        imprint=imprint,
        sources=merged(*sources),
    )


def _unlisted(folder: Path, listed: tuple[str, ...]) -> tuple[str, ...]:
    """Chapters that have no place in the reading order: modules that state rules, by name."""
    modules = sorted(path for path in folder.glob("[!_]*.py") if path.stem not in listed)
    return tuple(path.stem for path in modules if _states(path))


def _states(path: Path) -> bool:
    """Whether a module states a rule or an erratum."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    made = (n.value for n in body if isinstance(n, ast.AnnAssign))
    calls = (n.func for n in made if isinstance(n, ast.Call))
    return any(isinstance(f, ast.Name) and f.id in ENTRIES for f in calls)


def read_chapter(module: ModuleType, package: Package) -> Chapter:
    """The chapter that a module states: a rule's id is the name it is assigned to."""
    path = Path(module.__file__ or "")
    name = module.__name__.rpartition(".")[2]
    entries: list[Rule | Erratum] = []
    known: dict[int, str] = {}
    for slug, line in _lines(path).items():
        entry = getattr(module, slug)
        if isinstance(entry, Rule | Erratum):
            if known.setdefault(id(entry), slug) != slug:
                raise RuleError(f"one entry under two ids: {known[id(entry)]!r} and {slug!r}")
            entries.append(_placed(entry, slug, name, package, package.path(path.name), line))
    title, _, text = (module.__doc__ or name).strip().partition("\n")
    return Chapter(
        name,
        title.rstrip("."),
        text.strip(),
        tuple(e for e in entries if isinstance(e, Rule)),
        tuple(e for e in entries if isinstance(e, Erratum)),
        package.path(path.name),
        package.imprint,
    )


def _placed(
    entry: Rule | Erratum, slug: str, chapter: str, package: Package, path: str, line: int
) -> Rule | Erratum:
    """The entry as it stands in the book; what the module states is left as it is."""
    try:
        cites = tuple(cite.among(package.sources) for cite in entry.cites)
    except RuleError as error:
        raise RuleError(f"{path}, line {line}: {error}") from None
    placed = copy(entry)  # not made anew, for what it says was found well formed
    vars(placed).update(id=slug, chapter=chapter, path=path, line=line, cites=cites)
    vars(placed).update(imprint=package.imprint)
    return placed


def _lines(path: Path) -> dict[str, int]:
    """Module-level names with their lines; a name used twice is an error."""
    found: dict[str, int] = {}
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            if node.target.id in found:
                raise RuleError(
                    f"{path.name}, line {node.lineno}: a second rule {node.target.id!r}"
                )
            found[node.target.id] = node.lineno
    return found


def _imported(name: str) -> ModuleType:
    """A module; what is wrong in it is an error of the book, with the place in a note."""
    try:
        return import_module(name)
    except RulebookError as error:
        for place in _places(error):
            error.add_note(place)
        raise
    except Exception as error:
        wrong = RuleError(f"{name} cannot be read: {type(error).__name__}: {error}")
        for place in _places(error):
            wrong.add_note(place)
        raise wrong from error


def _places(error: Exception) -> Iterator[str]:
    """Where a module stopped, the innermost one if several import each other."""
    frames = [(f.f_code, line) for f, line in walk_tb(error.__traceback__)]
    stopped = [(code, line) for code, line in frames if code.co_name == "<module>"]
    for code, line in stopped[-1:]:
        yield f"in {code.co_filename}, line {line}"
