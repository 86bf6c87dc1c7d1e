"""The book: every rule with its id, its chapter and the line that states it; and look-up."""

from __future__ import annotations

import ast
import difflib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from types import ModuleType

from rulebook.book.claims import Derivative, Differential, Pullback
from rulebook.book.rule import Erratum, Rule
from rulebook.chapters import CHAPTERS
from rulebook.errors import RuleError, UnknownRule
from rulebook.language.dims import array_shape

__all__ = ["Chapter", "chapters", "errata", "get", "rules", "search", "signature"]


@dataclass(frozen=True)
class Chapter:
    """One module of the book: its name, title, opening words and rules in order."""

    name: str
    title: str
    text: str
    rules: tuple[Rule, ...]
    errata: tuple[Erratum, ...] = ()


def chapters() -> tuple[Chapter, ...]:
    """The chapters in reading order.

    >>> from rulebook.book.library import chapters
    >>> chapters()[0].name
    'scalars'
    """
    return tuple(chapter(name) for name in CHAPTERS)


@cache
def chapter(name: str) -> Chapter:
    """One chapter, its rules given their ids and places."""
    return read_chapter(import_module(f"rulebook.chapters.{name}"), name)


def read_chapter(module: ModuleType, name: str) -> Chapter:
    """The chapter that a module states: a rule's id is the name it is assigned to."""
    path = Path(module.__file__ or "")
    lines = _lines(path)
    kept: dict[str, Rule | Erratum] = {}
    for slug, line in lines.items():
        entry = getattr(module, slug)
        if isinstance(entry, Rule | Erratum):
            if entry.id not in ("", slug):
                raise RuleError(f"one entry under two ids: {entry.id!r} and {slug!r}")
            _place(entry, slug, name, f"src/rulebook/chapters/{path.name}", line)
            kept[slug] = entry
    title, _, text = (module.__doc__ or name).strip().partition("\n")
    return Chapter(
        name,
        title.rstrip("."),
        text.strip(),
        tuple(e for e in kept.values() if isinstance(e, Rule)),
        tuple(e for e in kept.values() if isinstance(e, Erratum)),
    )


def _place(entry: Rule | Erratum, slug: str, chapter: str, path: str, line: int) -> None:
    for key, value in {"id": slug, "chapter": chapter, "path": path, "line": line}.items():
        object.__setattr__(entry, key, value)


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


@cache
def _index() -> dict[str, Rule]:
    found: dict[str, Rule] = {}
    for c in chapters():
        for rule in c.rules:
            if rule.id in found:
                raise RuleError(f"two rules {rule.id!r}: in {found[rule.id].path} and {rule.path}")
            found[rule.id] = rule
    return found


def rules() -> Iterator[Rule]:
    """Every rule of the book in reading order.

    >>> import rulebook
    >>> "softmax" in {rule.id for rule in rulebook.rules()}
    True
    """
    return iter(_index().values())


def errata() -> Iterator[Erratum]:
    """Every erratum of the book: an equation that is false as printed, beside the right rule.

    >>> import rulebook
    >>> all(erratum.right for erratum in rulebook.errata())
    True
    """
    return (e for c in chapters() for e in c.errata)


def get(id: str) -> Rule:
    """The rule with this id, or that once had it; raises `UnknownRule` with the nearest ids.

    >>> import rulebook
    >>> rulebook.get("softmax").title
    'Softmax'
    """
    found = _index().get(id) or _index().get(renamed().get(id, ""))
    if found is None:
        raise UnknownRule(f"no rule {id!r}{nearest(id, list(_index()))}")
    return found


@cache
def renamed() -> dict[str, str]:
    """Ids that were published once, with the ids that took their place."""
    ledger = files("rulebook").joinpath("data/ledger.json").read_text(encoding="utf-8")
    found: dict[str, str] = json.loads(ledger)["renamed"]
    return found


def nearest(id: str, known: list[str]) -> str:
    """``; did you mean ...?`` with the closest of the known ids, or nothing."""
    near = difflib.get_close_matches(id, known, n=3, cutoff=0.5)
    near += [k for k in known if id and id in k and k not in near][: 3 - len(near)]
    return f"; did you mean {' or '.join(map(repr, near))}?" if near else ""


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
    if "->" in text:
        return [r for r in rules() if _same_pattern(signature(r), text)]
    words = [w for w in (word.strip(".,;:()") for word in text.lower().split()) if w]
    scored = [
        (sum(_score(r, w) for w in words), r)
        for r in rules()
        if words and all(_score(r, w) for w in words)
    ]
    return [r for _, r in sorted(scored, key=lambda pair: -pair[0])]


def signature(rule: Rule) -> str:
    """What goes in and what comes out, as shapes: ``(n) -> (n, n)``."""
    claim = rule.claim
    if isinstance(claim, Derivative):
        return f"{_tuple(claim.wrt.shape)} -> {_tuple(claim.equals.shape)}"
    if isinstance(claim, Differential):
        return f"{', '.join(_tuple(x.shape) for x in claim.wrt)} -> {_tuple(claim.of.shape)}"
    if isinstance(claim, Pullback):
        given = ", ".join(_tuple(c.shape) for c in claim.cotangents)
        return f"{given} -> {', '.join(_tuple(x.shape) for x, _ in claim.equals)}"
    return f"-> {_tuple(claim.left.shape)}"


def _tuple(shape: object) -> str:
    return "(" + ", ".join(str(d) for d in array_shape(shape)) + ")"  # type: ignore[arg-type]


def _same_pattern(a: str, b: str) -> bool:
    """Equal up to the names of the dimensions."""
    return _numbered(a) == _numbered(b)


def _numbered(pattern: str) -> str:
    seen: dict[str, str] = {}
    return re.sub(
        r"\w+",
        lambda m: seen.setdefault(m[0], f"d{len(seen)}"),
        pattern.replace(" ", "").replace(",)", ")"),
    )


def _score(rule: Rule, word: str) -> int:
    exact = re.compile(rf"\b{re.escape(word)}\b")
    if word == rule.id or exact.search(rule.title.lower()):
        return 8
    if word in rule.id or word in rule.title.lower():
        return 4
    if any(word in op.lower() for op in rule.operators):
        return 3
    if any(exact.search(f"{c.key} {c.where}".lower()) for c in rule.cites):
        return 2
    return 1 if word in f"{rule.note} {rule.chapter}".lower() else 0
