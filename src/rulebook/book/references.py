"""The sources that rules cite: entries of the BibTeX files beside the chapters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from rulebook.errors import RuleError

__all__ = ["Cite", "Reference", "merged", "references"]

ENTRY = re.compile(r"@(?!(?:comment|preamble|string)\b)(\w+)\s*\{\s*([^\s,{}]+)\s*,", re.IGNORECASE)
FIELD = re.compile(r"[\s,]*([\w-]+)\s*=\s*(?:\{|\"([^\"]*)\"|(\w+))")
NEEDED = ("author", "title", "year")


@dataclass(frozen=True)
class Reference:
    """One entry of a bibliography."""

    key: str
    kind: str
    fields: tuple[tuple[str, str], ...]
    file: str = field(default="", compare=False, repr=False)

    def __getitem__(self, name: str) -> str:
        return dict(self.fields).get(name, "")

    @property
    def authors(self) -> str:
        """Family names: ``Parr and Howard``."""
        people = [a.split(",")[0].strip("{} ") for a in self["author"].split(" and ")]
        return people[0] if len(people) == 1 else ", ".join(people[:-1]) + " and " + people[-1]

    @property
    def text(self) -> str:
        parts = [
            self.authors,
            f"{self['title'].replace('{', '').replace('}', '')} ({self['year']})",
        ]
        preprint = self["eprint"] and f"arXiv:{self['eprint']}"
        where = self["journal"] or self["publisher"] or preprint
        return ", ".join(p for p in [*parts, where] if p)


@dataclass(frozen=True)
class Cite:
    """A place in a source: a key of the bibliography, and where in it.

    The source itself is found when the chapter is read, among those of its package and ours.

    >>> import rulebook
    >>> print(rulebook.get("quadratic_form").cites[0].text)
    Petersen and Pedersen, The Matrix Cookbook (2012), Technical University of Denmark, eq. 81
    """

    key: str
    where: str = ""
    source: Reference | None = field(default=None, compare=False, repr=False)

    @property
    def text(self) -> str:
        """The citation in words."""
        source = self.source.text if self.source else self.key
        return f"{source}, {self.where}" if self.where else source

    def among(self, sources: Mapping[str, Reference]) -> Cite:
        """The same place, its source found; raises RuleError if there is none of this key."""
        if self.key not in sources:
            raise RuleError(
                f"no source {self.key!r} in references.bib (it has {', '.join(sorted(sources))})"
            )
        return replace(self, source=sources[self.key])


def references(path: Path) -> dict[str, Reference]:
    """Every source of a BibTeX file, by key; none, if there is no such file."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    found: dict[str, Reference] = {}
    for kind, key, body in _entries(text, path):
        fields, rest = _fields(body)
        lacking = [name for name in NEEDED if name not in dict(fields)]
        if rest:
            raise RuleError(f"{path}: source {key!r} cannot be read from {rest[:30]!r} on")
        if lacking:
            raise RuleError(f"{path}: source {key!r} has no {' and no '.join(lacking)}")
        if key in found:
            raise RuleError(f"{path}: two sources {key!r}")
        found[key] = Reference(key, kind.lower(), fields, str(path))
    return found


def merged(*sources: Mapping[str, Reference]) -> dict[str, Reference]:
    """Several bibliographies as one; a key may not stand for two sources."""
    found: dict[str, Reference] = {}
    for more in sources:
        for key, reference in more.items():
            known = found.setdefault(key, reference)
            if known != reference:
                raise RuleError(f"two sources {key!r}: in {known.file} and in {reference.file}")
    return found


def _entries(text: str, path: Path) -> Iterator[tuple[str, str, str]]:
    """Kind, key and body of each entry."""
    at = 0
    while found := ENTRY.search(text, at):
        at = _closing(text, found.end())
        if at == len(text):
            raise RuleError(f"{path}: source {found[2]!r} has a brace that is not closed")
        yield found[1], found[2], text[found.end() : at]


def _closing(text: str, at: int) -> int:
    """Where the brace is that closes the one before a place; the end, if there is none."""
    depth = 1
    for n in range(at, len(text)):
        depth += {"{": 1, "}": -1}.get(text[n], 0)
        if not depth:
            return n
    return len(text)


def _fields(body: str) -> tuple[tuple[tuple[str, str], ...], str]:
    """Names and values, which stand in braces, in quotation marks or bare; and what is no field."""
    fields, at = [], 0
    while found := FIELD.match(body, at):
        start, at = found.end(), found.end()
        value = found[2] or found[3] or ""
        if body[start - 1] == "{":
            at = _closing(body, start) + 1
            value = body[start : at - 1]
        fields.append((found[1].lower(), " ".join(value.split())))
    return tuple(fields), body[at:].strip(" ,\n")
