"""The style sheet and the script, on the pages that need them; both can be done without."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.util.fileutil import copy_asset

from rulebook.sphinx_ext.markup import rulebook_box, rulebook_cell

if TYPE_CHECKING:
    from docutils.nodes import document
    from sphinx.application import Sphinx

__all__ = ["add_assets", "copy_assets"]

STATIC = Path(__file__).parent / "static"
SCRIPT, SHEET = "rulebook-copy.js", "rulebook-ext.css"


def copy_assets(app: Sphinx) -> None:
    """Put both beside the theme's own."""
    if app.builder.format == "html":
        for name in (SCRIPT, SHEET):
            copy_asset(STATIC / name, Path(app.outdir) / "_static", force=True)


def add_assets(
    app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: document | None
) -> None:
    """Style a page that shows something of the book.

    In a project that prints the pages of the rules every block of code gets a button that copies,
    in any other one those that were made here; a project that has buttons keeps its own.
    """
    house = bool(app.config.rulebook_pages)
    if not house and (doctree is None or not any(doctree.findall(_ours))):
        return
    app.add_css_file(SHEET, priority=402)
    if app.builder.name == "epub":
        return
    theirs = "sphinx_copybutton" in app.extensions
    blocks = "" if theirs else "div.highlight" if house else ".rulebook-code div.highlight"
    app.add_js_file(SCRIPT, priority=900, defer="defer", **{"data-blocks": blocks})


def _ours(node: object) -> bool:
    return isinstance(node, rulebook_box | rulebook_cell)
