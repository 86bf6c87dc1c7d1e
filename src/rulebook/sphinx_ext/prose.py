"""What the book says in words, read alike on every page, be it MyST or reStructuredText.

Notes of rules and errata and the introductions of chapters are text with ``$formulas$``,
```{rule:ref}`id` ```, ```` `code` ```` and ``*emphasis*``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docutils import nodes

from rulebook.sphinx_ext.domain import of_the_book
from rulebook.sphinx_ext.markup import math

if TYPE_CHECKING:
    from docutils.nodes import Node

    from rulebook.sphinx_ext.domain import RuleDomain

__all__ = ["read"]

MARKUP = re.compile(
    r"\$(?P<math>[^$]+)\$|\{rule:ref\}`(?P<rule>[^`]+)`|`(?P<code>[^`]+)`|\*(?P<emphasis>[^*]+)\*"
)


def read(domain: RuleDomain, text: str) -> list[Node]:
    """The text as nodes."""
    found: list[Node] = []
    end = 0
    text = " ".join(text.split())
    for piece in MARKUP.finditer(text):
        found += [nodes.Text(text[end : piece.start()]), _node(domain, piece)]
        end = piece.end()
    return [*found, nodes.Text(text[end:])]


def _node(domain: RuleDomain, piece: re.Match[str]) -> Node:
    kind, said = piece.lastgroup, piece[piece.lastgroup or 0]
    if kind == "math":
        return math(said)
    if kind == "code":
        return nodes.literal(said, said)
    if kind == "emphasis":
        return nodes.emphasis(said, said)
    return _reference(domain, said)


def _reference(domain: RuleDomain, id: str) -> Node:
    docname = domain.env.docname
    domain.note(docname, f"title:{id}")
    domain.note_mention(docname, id)
    entry = of_the_book(id)
    return domain.reference(id, entry.title if entry else id)
