"""The list of the pages that refer to a rule, put in when all pages are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from rulebook.sphinx_ext.domain import rule_domain
from rulebook.sphinx_ext.markup import paragraph

if TYPE_CHECKING:
    from docutils.nodes import Node

__all__ = ["Mentions", "mentions"]


class mentions(nodes.General, nodes.Element):  # noqa: N801  docutils names nodes in lower case
    """Stands for the list of pages that refer to a rule, known when all pages are read."""


class Mentions(SphinxPostTransform):
    """List who refers to a rule, as links that Sphinx resolves like any other."""

    default_priority = 5  # before references are resolved

    def run(self, **kwargs: object) -> None:
        domain = rule_domain(self.env)
        for stand_in in list(self.document.findall(mentions)):
            links: list[Node] = []
            for docname in domain.mentioned_in(stand_in["id"]):
                links += [nodes.Text(", ")] * bool(links) + [self.link(docname)]
            said = [paragraph("Referred to in: ", links, ".")] if links else []
            stand_in.replace_self(said)

    def link(self, docname: str) -> addnodes.pending_xref:
        inner = nodes.inline("", docname, classes=["xref", "doc"])
        return addnodes.pending_xref(
            "",
            inner,
            refdomain="std",
            reftype="doc",
            reftarget=f"/{docname}",
            refexplicit=False,
            refwarn=True,
            refdoc=self.env.docname,
        )
