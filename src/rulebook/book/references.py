"""The sources the rules cite: the entries of ``data/references.bib``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from rulebook.errors import RuleError

__all__ = ["Cite", "Reference", "references"]


@dataclass(frozen=True)
class Reference:
    """One entry of the bibliography."""

    key: str
    kind: str
    fields: tuple[tuple[str, str], ...]

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
    """A place in a source: a key of the bibliography, and where in it."""

    key: str
    where: str = ""

    def __post_init__(self) -> None:
        if self.key not in references():
            raise RuleError(
                f"no source {self.key!r} in references.bib "
                f"(it has {', '.join(sorted(references()))})"
            )


@cache
def references() -> dict[str, Reference]:
    """Every source, by key."""
    text = files("rulebook").joinpath("data/references.bib").read_text(encoding="utf-8")
    found = {}
    entries = re.findall(r"^@(\w+)\{([^,]+),\n(.*?)^\}", text, re.MULTILINE | re.DOTALL)
    for kind, key, body in entries:
        fields = re.findall(r"^\s*(\w+)\s*=\s*\{(.*)\},?$", body, re.MULTILINE)
        found[key] = Reference(key, kind, tuple(fields))
    return found
