"""Short ways to build docutils nodes, and the one node docutils lacks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from docutils import nodes
from sphinx.writers.html5 import HTML5Translator

__all__ = [
    "Content", "box", "button", "code", "depart_box", "depart_entry", "depart_other", "details",
    "display", "listed", "mark", "math", "paragraph", "section", "spread", "table", "visit_box",
    "visit_entry", "visit_other",
]  # fmt: skip

Content: TypeAlias = nodes.Node | str | Iterable["nodes.Node | str"]


class box(nodes.General, nodes.TextElement):  # noqa: N801  docutils names nodes in lower case
    """An HTML element with its attributes; other formats see its content only."""


def visit_box(self: HTML5Translator, node: box) -> None:
    """Open the element."""
    self.body.append(self.starttag(node, node["tag"], node["end"], **node["html"]))


def depart_box(self: HTML5Translator, node: box) -> None:
    """Close the element."""
    self.body.append(f"</{node['tag']}>{node['end']}")


def visit_other(self: Any, node: box) -> None:
    """Leave out what only a screen can use."""
    if node["tag"] == "button":
        raise nodes.SkipNode


def depart_other(self: Any, node: box) -> None:
    """Do nothing: there is no element to close."""


def visit_entry(self: HTML5Translator, node: nodes.entry) -> None:
    """Say of a header cell whether it heads a column or a row."""
    HTML5Translator.visit_entry(self, node)
    heads_column = isinstance(node.parent.parent, nodes.thead)
    scope = "col" if heads_column else "row"
    tag = self.body[-1].replace("<th ", f'<th scope="{scope}" ', 1)
    self.body[-1] = tag.replace("head stub", "head") if heads_column else tag


def depart_entry(self: HTML5Translator, node: nodes.entry) -> None:
    """Close the cell."""
    HTML5Translator.depart_entry(self, node)


def spread(content: Content) -> list[nodes.Node]:
    """Content as a list of nodes."""
    if isinstance(content, str | nodes.Node):
        content = (content,)
    return [nodes.Text(c) if isinstance(c, str) else c for c in content]


def _box(
    tag: str, *content: Content, end: str = "\n", classes: str = "", id: str = "", **html: str
) -> box:
    ids = [id] if id else []
    node = box("", "", classes=classes.split(), ids=ids, tag=tag, end=end, html=html)
    for part in content:
        node += spread(part)
    return node


def division(classes: str, *content: Content, tag: str = "div", id: str = "", **html: str) -> box:
    """A block with classes."""
    return _box(tag, *content, classes=classes, id=id, **html)


def button(label: str, source: str) -> box:
    """A button that copies the element with the id ``source``; hidden until a script shows it."""
    html = {"type": "button", "hidden": "hidden", "data-copy-from": f"#{source}"}
    return _box("button", label, end="", classes="copy", **html)


def details(summary: Content, *content: Content, classes: str = "") -> box:
    """Content that opens under its summary, without a script."""
    return _box("details", _box("summary", summary), *content, classes=classes)


def paragraph(*content: Content, classes: str = "") -> nodes.paragraph:
    """A paragraph of text and inline nodes."""
    node = nodes.paragraph(classes=classes.split())
    for part in content:
        node += spread(part)
    return node


def mark(text: str, classes: str, id: str = "") -> nodes.inline:
    """Inline text with classes."""
    return nodes.inline(text, text, classes=classes.split(), ids=[id] if id else [])


def math(tex: str) -> nodes.math:
    """An inline formula."""
    return nodes.math(tex, tex)


def display(tex: str) -> nodes.math_block:
    """A displayed formula, without a number."""
    return nodes.math_block(tex, tex, nowrap=False, **{"no-wrap": False}, number=None)


def code(text: str, language: str, id: str = "") -> nodes.literal_block:
    """A block of code."""
    text = text.rstrip("\n")
    return nodes.literal_block(text, text, language=language, ids=[id] if id else [])


def listed(*items: Content) -> nodes.bullet_list:
    """A list of paragraphs."""
    return nodes.bullet_list("", *(nodes.list_item("", paragraph(item)) for item in items))


def section(title: Content, id: str, *content: nodes.Node) -> nodes.section:
    """A section with its heading."""
    heading = nodes.title("", "")
    heading += spread(title)
    return nodes.section("", heading, *content, ids=[id], names=[id])


def table(
    head: Sequence[Content],
    rows: Iterable[Sequence[Content]],
    *,
    caption: Content = "",
    classes: str = "",
    id: str = "",
) -> nodes.table:
    """A table whose first column heads its rows; one with a caption needs an id."""
    group = nodes.tgroup("", cols=len(head))
    group += [nodes.colspec("", colwidth=1, stub=int(n == 0)) for n in range(len(head))]
    group += nodes.thead("", _row(head))
    group += nodes.tbody("", *(_row(row) for row in rows))
    ids = [id] if id else []
    node = nodes.table("", group, classes=["colwidths-auto", *classes.split()], ids=ids)
    if caption:
        title = nodes.title("", "")
        title += spread(caption)
        node.insert(0, title)
    return node


def _row(cells: Sequence[Content]) -> nodes.row:
    row = nodes.row()
    for cell in cells:
        content = spread(cell)
        blocks = any(isinstance(c, nodes.Body) and not isinstance(c, nodes.Inline) for c in content)
        row += nodes.entry("", *(content if blocks else [paragraph(content)] if content else []))
    return row
