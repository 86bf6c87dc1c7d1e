"""The Sphinx extension: rules as pages, cards, tables and references; mathematics without scripts.

Add ``rulebook.sphinx_ext`` to ``extensions`` in conf.py. ``rulebook_pages`` is the folder for the
pages of the rules; empty, a project shows and cites rules and links to Rulebook's own site.
``rulebook_chapters`` names the chapters whose rules have their pages here, if that is not all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rulebook.sphinx_ext.domain import RuleDomain, outdated, permalink
from rulebook.sphinx_ext.freshness import forget
from rulebook.sphinx_ext.markup import (
    depart_box,
    depart_cell,
    rulebook_box,
    rulebook_cell,
    visit_box,
    visit_cell,
)
from rulebook.sphinx_ext.mentions import Mentions
from rulebook.sphinx_ext.notebooks import describe_kernel, open_cache
from rulebook.sphinx_ext.plain import tell_plainly
from rulebook.sphinx_ext.style import add_assets, copy_assets

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.util.typing import ExtensionMetadata


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register everything."""
    app.add_config_value("rulebook_pages", "", "env", types=frozenset({str}))
    app.add_config_value("rulebook_chapters", (), "env", types=frozenset({list, tuple}))
    app.add_config_value("rulebook_check", False, "env", types=frozenset({bool}))
    app.add_config_value("rulebook_source_url", "", "env", types=frozenset({str}))
    app.add_config_value("rulebook_inventory", "inventory.toml", "env", types=frozenset({str}))

    app.add_domain(RuleDomain)
    app.add_node(rulebook_box, override=True, html=(visit_box, depart_box))
    app.add_node(rulebook_cell, override=True, html=(visit_cell, depart_cell))
    app.add_post_transform(Mentions)

    app.connect("config-inited", add_pages)
    app.connect("builder-inited", lambda app: forget())
    app.connect("builder-inited", copy_assets)
    app.connect("env-get-outdated", outdated)
    app.connect("env-before-read-docs", open_cache)
    app.connect("source-read", describe_kernel)
    app.connect("missing-reference", permalink, priority=900)
    app.connect("doctree-resolved", tell_plainly)
    app.connect("html-page-context", add_assets)
    return {"env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}


def add_pages(app: Sphinx, config: Config) -> None:
    """The pages of the rules, and what is loaded and done for them, for a project that asks."""
    if config.rulebook_pages:
        app.setup_extension("rulebook.sphinx_ext.pages")
