"""Short ways to build docutils nodes, and the two nodes docutils lacks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from docutils import nodes

if TYPE_CHECKING:
    from sphinx.writers.html5 import HTML5Translator

__all__ = [
    "Content", "beside", "button", "code", "depart_box", "depart_cell", "details", "display",
    "division", "listed", "mark", "math", "paragraph", "rulebook_box", "rulebook_cell",
    "section", "spread", "table", "visit_box", "visit_cell",
]  # fmt: skip

WIDEST = 40
"""Signs in a column of a table that is set in plain text."""

Content: TypeAlias = nodes.Node | str | Iterable["nodes.Node | str"]


class rulebook_box(nodes.General, nodes.TextElement):  # noqa: N801  docutils names nodes in lower case
    """An HTML element with its attributes; `rulebook.sphinx_ext.plain` tells the other formats."""


class rulebook_cell(nodes.entry):  # noqa: N801
    """A cell of a table of ours; every format but HTML takes it for the entry that it is."""


def visit_box(self: HTML5Translator, node: rulebook_box) -> None:
    """Open the element; a book has no script that could bring its buttons to life."""
    if node["tag"] == "button" and self.builder.name == "epub":
        raise nodes.SkipNode
    self.body.append(self.starttag(node, node["tag"], node["end"], **node["html"]))


def depart_box(self: HTML5Translator, node: rulebook_box) -> None:
    """Close the element."""
    self.body.append(f"</{node['tag']}>{node['end']}")


def visit_cell(self: HTML5Translator, node: nodes.entry) -> None:
    """Write a cell as the theme does, and say of a header whether it heads a column or a row."""
    type(self).visit_entry(self, node)
    heads_column = isinstance(node.parent.parent, nodes.thead)
    scope = "col" if heads_column else "row"
    tag = self.body[-1].replace("<th ", f'<th scope="{scope}" ', 1)
    self.body[-1] = tag.replace("head stub", "head") if heads_column else tag


def depart_cell(self: HTML5Translator, node: nodes.entry) -> None:
    """Close the cell."""
    type(self).depart_entry(self, node)


def spread(content: Content) -> list[nodes.Node]:
    """Content as a list of nodes."""
    if isinstance(content, str | nodes.Node):
        content = (content,)
    return [nodes.Text(c) if isinstance(c, str) else c for c in content]


def _box(
    tag: str, *content: Content, end: str = "\n", classes: str = "", id: str = "", **html: str
) -> rulebook_box:
    ids = [id] if id else []
    node = rulebook_box("", "", classes=classes.split(), ids=ids, tag=tag, end=end, html=html)
    for part in content:
        node += spread(part)
    return node


def division(
    classes: str, *content: Content, tag: str = "div", id: str = "", **html: str
) -> rulebook_box:
    """A block with classes."""
    return _box(tag, *content, classes=classes, id=id, **html)


def button(label: str, source: str) -> rulebook_box:
    """A button that copies the element with the id ``source``; hidden until a script shows it."""
    html = {"type": "button", "hidden": "hidden", "data-copy-from": f"#{source}"}
    return _box("button", label, end="", classes="rule-copy", **html)


def details(summary: Content, *content: Content, classes: str = "") -> rulebook_box:
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
    classes, ids = ["rulebook-code"], [id] if id else []
    return nodes.literal_block(text, text, language=language, classes=classes, ids=ids)


def beside(name: str, page: str) -> nodes.reference:
    """A link to a file beside the page, which off the site is found at the page's address."""
    return nodes.reference("", name, refuri=name, internal=True, off_site=page + name)


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
    lines = [_row(row) for row in (head, *rows)]
    columns = zip(*lines, strict=True)
    widths = [min(WIDEST, max(len(c.astext()) for c in column)) for column in columns]
    group = nodes.tgroup("", cols=len(head))
    group += [nodes.colspec("", colwidth=w, stub=int(n == 0)) for n, w in enumerate(widths)]
    group += [nodes.thead("", lines[0]), nodes.tbody("", *lines[1:])]
    ids = [id] if id else []
    node = nodes.table("", group, classes=["colwidths-auto", *classes.split()], ids=ids)
    if caption:
        title = nodes.title("", "")
        title += spread(caption)
        node.insert(0, title)
    return node


def _row(cells: Sequence[Content]) -> nodes.row:
    row = nodes.row()
    for one in cells:
        content = spread(one)
        blocks = any(isinstance(c, nodes.Body) and not isinstance(c, nodes.Inline) for c in content)
        row += rulebook_cell("", *(content if blocks else [paragraph(content)] if content else []))
    return row
