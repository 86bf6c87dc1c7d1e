"""The Sphinx extension: rules as pages, cards, tables and references; mathematics without scripts.

Add ``rulebook.sphinx_ext`` to ``extensions`` in conf.py. ``rulebook_pages`` is the folder for the
pages of the rules; empty, a project shows and cites rules and links to Rulebook's own site.
``rulebook_chapters`` names the chapters whose rules have their pages here, if that is not all.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.util.fileutil import copy_asset

from rulebook.sphinx_ext import markup
from rulebook.sphinx_ext.cache import check_ahead
from rulebook.sphinx_ext.derivation import DerivationDirective
from rulebook.sphinx_ext.directives import ShowDirective, TableDirective
from rulebook.sphinx_ext.domain import RuleDomain, outdated, permalink
from rulebook.sphinx_ext.errata import ErratumDirective, ErratumTableDirective
from rulebook.sphinx_ext.lists import (
    IndexDirective,
    InventoryDirective,
    OperatorsDirective,
    StatsDirective,
)
from rulebook.sphinx_ext.notebooks import describe_kernel, spread
from rulebook.sphinx_ext.page import Mentions, PageDirective
from rulebook.sphinx_ext.pages import add_metadata, mentions_changed, write_files, write_stubs
from rulebook.sphinx_ext.worked import WorkedDirective

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

STATIC = Path(__file__).parent / "static"
DIRECTIVES = {
    "show": ShowDirective,
    "table": TableDirective,
    "worked": WorkedDirective,
    "derivation": DerivationDirective,
    "erratum": ErratumDirective,
    "erratum-table": ErratumTableDirective,
    "inventory": InventoryDirective,
    "index": IndexDirective,
    "operators": OperatorsDirective,
    "stats": StatsDirective,
    "page": PageDirective,
}


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register everything."""
    app.setup_extension("rulebook.sphinx_ext.katex")

    app.add_config_value("rulebook_pages", "rules", "env", types=frozenset({str}))
    app.add_config_value("rulebook_chapters", (), "env", types=frozenset({list, tuple}))
    app.add_config_value("rulebook_source_url", "", "env", types=frozenset({str}))
    app.add_config_value("rulebook_inventory", "inventory.toml", "env", types=frozenset({str}))

    app.add_domain(RuleDomain)
    for name, directive in DIRECTIVES.items():
        app.add_directive_to_domain("rule", name, directive)
    app.add_post_transform(Mentions)

    other = (markup.visit_other, markup.depart_other)
    html = (markup.visit_box, markup.depart_box)
    app.add_node(
        markup.box, override=True, html=html, latex=other, text=other, man=other, texinfo=other
    )
    app.add_node(nodes.entry, override=True, html=(markup.visit_entry, markup.depart_entry))

    app.connect("builder-inited", write_stubs)
    app.connect("builder-inited", add_assets)
    app.connect("env-get-outdated", outdated)
    app.connect("env-before-read-docs", check_ahead)
    app.connect("env-before-read-docs", spread)
    app.connect("source-read", describe_kernel)
    app.connect("env-updated", mentions_changed)
    app.connect("missing-reference", permalink, priority=900)
    app.connect("html-page-context", add_metadata)
    app.connect("build-finished", write_files)
    return {"env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}


def add_assets(app: Sphinx) -> None:
    """Copy the script and the style sheet, which a page can do without."""
    if app.builder.format != "html":
        return
    for name in ("copy.js", "rulebook-ext.css"):
        copy_asset(STATIC / name, Path(app.outdir) / "_static", force=True)
    app.add_js_file("copy.js", priority=900, defer="defer")
    app.add_css_file("rulebook-ext.css", priority=402)
