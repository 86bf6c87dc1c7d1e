"""The formats that have no HTML elements: what a directive made, in words that they all know.

LaTeX, plain text, manual pages and any other builder get paragraphs, formulas and blocks of code
from docutils' own vocabulary, so that no builder has to know this extension.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from docutils import nodes

from rulebook.sphinx_ext.markup import paragraph, rulebook_box, rulebook_cell

if TYPE_CHECKING:
    from sphinx.application import Sphinx

__all__ = ["make_places", "tell_plainly"]

# Pages of the book are Unicode; a LaTeX that is not knows these signs in formulas only.
TEX = {
    "×": r"\times", "−": "-", "′": "'", "≠": r"\neq", "≤": r"\leq", "≥": r"\geq", "∞": r"\infty",
    "∈": r"\in", "→": r"\to", "α": r"\alpha", "β": r"\beta", "γ": r"\gamma", "δ": r"\delta",
    "ε": r"\varepsilon", "η": r"\eta", "θ": r"\theta", "κ": r"\kappa", "λ": r"\lambda",
    "μ": r"\mu", "ν": r"\nu", "ξ": r"\xi", "π": r"\pi", "ρ": r"\rho", "σ": r"\sigma",
    "τ": r"\tau", "φ": r"\varphi", "χ": r"\chi", "ψ": r"\psi", "ω": r"\omega", "Δ": r"\Delta",
    "Σ": r"\Sigma",
}  # fmt: skip


PLACED = {
    r"\displaystyle ": "",
    r"\begin{aligned} & ": "",
    r" \\ & {} =": "\n=",
    r" \end{aligned}": "",
    "{} =": "=",
}


def tell_plainly(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Replace the boxes of a page by what they hold."""
    if app.builder.format != "html" or app.builder.name == "epub":
        for link in doctree.findall(nodes.reference):
            if "off_site" in link:
                link["refuri"] = link["off_site"]
    if app.builder.format == "html":
        return
    ours = [node for node in doctree.findall(nodes.Element) if is_ours(node)]
    for node in ours:
        if app.builder.format == "latex":
            make_places(node)
            spell(node)
        else:
            unset(node)
    for node in reversed(ours):  # what is inside first
        if isinstance(node, rulebook_box):
            node.parent.replace(node, opened(node))


def is_ours(node: nodes.Element) -> bool:
    """Whether the book wrote what a node says."""
    made = isinstance(node, rulebook_box | rulebook_cell)
    return made or (isinstance(node, nodes.inline) and "rule-ref" in node["classes"])


def make_places(node: nodes.Element) -> None:
    """Let references find what is marked within a line, which LaTeX forgets."""
    for marked in node.findall(nodes.inline):
        if marked["ids"]:
            marked.insert(0, nodes.target("", "", ids=marked["ids"]))
            marked["ids"] = []


def spell(node: nodes.Element) -> None:
    """Set the signs of a text that LaTeX may not know as formulas."""
    for text in list(node.findall(nodes.Text)):
        if not isinstance(text.parent, nodes.math | nodes.math_block | nodes.FixedTextElement):
            text.parent.replace(text, list(_spelled(text.astext())))


def _spelled(text: str) -> Iterator[nodes.Node]:
    for known, run in groupby(text, TEX.__contains__):
        said = "".join(run)
        yield nodes.math(said, " ".join(map(TEX.__getitem__, said))) if known else nodes.Text(said)


def unset(node: nodes.Element) -> None:
    """Take out of the formulas what only places them."""
    for formula in (*node.findall(nodes.math), *node.findall(nodes.math_block)):
        tex = formula.astext()
        for placed, plain in PLACED.items():
            tex = tex.replace(placed, plain)
        formula[:] = [nodes.Text(tex)]


def opened(node: rulebook_box) -> list[nodes.Node]:
    """What a box holds, as a sequence of paragraphs and other blocks."""
    if node["tag"] == "button":
        return []
    if "rule-head" in node["classes"]:
        return [_head(node)]
    blocks = list(flowing(node.children, strong=node["tag"] == "summary"))
    if blocks and node["ids"]:
        blocks[0]["ids"] += node["ids"]
    return [*blocks]


def _head(node: rulebook_box) -> nodes.paragraph:
    """A title and, after it, the verdict."""
    title, *marks = node.children
    said = [[nodes.Text(" – "), mark] for mark in marks]
    return paragraph(nodes.strong("", "", *title.children), *said)


def flowing(content: Iterable[nodes.Node], *, strong: bool = False) -> Iterator[nodes.Element]:
    """The content as blocks: what stands between them becomes a paragraph."""
    for inline, run in groupby(content, lambda n: isinstance(n, nodes.Text | nodes.Inline)):
        if not inline:
            yield from (block for block in run if isinstance(block, nodes.Element))
        elif (said := paragraph(run)).astext().strip():
            yield paragraph(nodes.strong("", "", *said.children)) if strong else said
