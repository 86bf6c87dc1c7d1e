"""An imprint: under which title and at which address a package publishes its rules."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from rulebook.errors import RuleError

__all__ = ["Imprint"]


@dataclass(frozen=True, kw_only=True)
class Imprint:
    """What a citation of a rule says beside the rule, and where the pages of the rules stand.

    ``address`` is that of the site whose folder ``rules`` has a page for each rule; ``root`` is the
    folder of the repository in which the Python packages lie, if it is not the top.

    >>> from rulebook.book import Imprint
    >>> ours = Imprint(title="Cubes", authors="Ada", year=2030, address="https://cubes.example")
    >>> ours.permalink("cube")
    'https://cubes.example/rules/cube/'
    >>> ours.cite("cube", "The cube")
    'Ada, “The cube”, rule cube of Cubes, https://cubes.example/rules/cube/'
    """

    title: str
    authors: str
    year: int
    address: str
    root: str = ""

    @property
    def rules(self) -> str:
        """The address of the list of rules."""
        return f"{self.address.rstrip('/')}/rules/"

    def permalink(self, id: str) -> str:
        """Where the page of a rule stands for good."""
        return f"{self.rules}{id}/"

    def cite(self, id: str, title: str, form: str = "text") -> str:
        """A citation of a rule: ``text``, ``bibtex`` or ``csl`` (CSL-JSON)."""
        forms = {"text": self._text, "bibtex": self._bibtex, "csl": self._csl}
        if form not in forms:
            raise RuleError(f"no form {form!r}; the forms are {', '.join(forms)}")
        return forms[form](id, title)

    def _text(self, id: str, title: str) -> str:
        return f"{self.authors}, “{title}”, rule {id} of {self.title}, {self.permalink(id)}"

    def _bibtex(self, id: str, title: str) -> str:
        fields = {
            "author": f"{{{_escaped(self.authors)}}}",
            "title": f"{{{_escaped(title)}}}",
            "howpublished": _escaped(f"{self.title}, rule {id}"),
            "year": str(self.year),
            "url": self.permalink(id),
        }
        lines = [f"  {name} = {{{value}}}," for name, value in fields.items()]
        return "\n".join([f"@misc{{{self._key(id).replace('_', '-')},", *lines, "}"])

    def _csl(self, id: str, title: str) -> str:
        entry: dict[str, Any] = {
            "id": self._key(id),
            "type": "entry",
            "title": title,
            "container-title": self.title,
            "author": [{"literal": self.authors}],
            "issued": {"date-parts": [[self.year]]},
            "URL": self.permalink(id),
        }
        return json.dumps([entry], indent=2, ensure_ascii=False)

    def _key(self, id: str) -> str:
        return f"{re.sub(r'[^a-z0-9]+', '-', self.title.lower()).strip('-')}-{id}"


def _escaped(text: str) -> str:
    """Text as TeX reads it."""
    return re.sub(r"[%&#_$]", r"\\\g<0>", text)
