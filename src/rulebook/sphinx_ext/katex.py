"""Mathematics typeset with KaTeX while the pages are built: an extension of its own.

The reader's browser gets finished HTML with MathML inside it: formulas are there without
JavaScript and without a request to anyone.  A formula KaTeX cannot read is a warning of type
``rulebook.math`` at its place in the source, so ``sphinx-build -W`` stops on it.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from functools import cache
from html import escape, unescape
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.fileutil import copy_asset
from sphinx.util.math import get_node_equation_number

if TYPE_CHECKING:
    from py_mini_racer import MiniRacer
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata
    from sphinx.writers.html5 import HTML5Translator

STATIC = Path(__file__).parent / "static"
WIDE = 20
"""Glyphs that certainly fit on one line of a small phone."""

# KaTeX prints a command it does not trust in red and carries on; here it is an error like others.
_RENDER = r"""
function render(tex, display, macros) {
  const trust = (context) => { throw new Error(`${context.command} is not allowed`); };
  const options = {displayMode: display, macros: JSON.parse(macros), strict: "error", trust};
  try {
    return JSON.stringify({html: katex.renderToString(tex, options)});
  } catch (error) {
    return JSON.stringify({error: error.message.replace("KaTeX parse error: ", "")});
  }
}
"""

logger = logging.getLogger(__name__)


NO_ENGINE = (
    "formulas are set with KaTeX, which needs mini-racer, and that is not installed: "
    "pip install 'matrix-rulebook[docs]', or leave 'rulebook.sphinx_ext.katex' out of extensions"
)


class MathError(ValueError):
    """A formula that KaTeX cannot read."""


@cache
def _engine(_pid: int) -> MiniRacer:
    """KaTeX in V8, one per process: an engine does not survive a fork."""
    from py_mini_racer import MiniRacer

    engine = MiniRacer()
    engine.eval((STATIC / "katex" / "katex.min.js").read_text(encoding="utf-8"))
    engine.eval(_RENDER)
    return engine


@cache
def _render(tex: str, display: bool, macros: str) -> str:
    answer = json.loads(str(_engine(os.getpid()).call("render", tex, display, macros)))
    if "error" in answer:
        raise MathError(answer["error"])
    return str(answer["html"])


def render(tex: str, *, display: bool = False, macros: Mapping[str, str] | None = None) -> str:
    """Return the HTML of a formula; each distinct formula is typeset once."""
    return _render(tex, display, json.dumps(dict(macros or {}), sort_keys=True))


def _outside(tex: str) -> str:
    """Return what is left of a formula without its environments and braces."""
    inner = r"\\begin\{(\w+\*?)\}(?:(?!\\begin\{).)*?\\end\{\1\}"
    while (shorter := re.sub(inner, "", tex, flags=re.DOTALL)) != tex:
        tex = shorter
    while (shorter := re.sub(r"(?<!\\)\{[^{}]*(?<!\\)\}", "", tex)) != tex:
        tex = shorter
    return tex


def prepare(tex: str) -> str:
    """Make one display of a block: blank lines and bare line breaks align, as Sphinx has it.

    Numbers are Sphinx's, one a display, so environments that count their own lines are starred.
    """
    numbered = r"\\(begin|end)\{(equation|align|alignat|gather)\}"
    parts = [part.strip() for part in re.split(r"\n\s*\n", tex) if part.strip()]
    joined = "\\\\\n".join(parts)
    if re.search(r"\\\\|(?<!\\)&", _outside(joined)):
        joined = rf"\begin{{aligned}}{joined}\end{{aligned}}"
    return re.sub(numbered, r"\\\1{\2*}", joined)


def _focusable(html: str, tex: str, *, display: bool) -> str:
    """Return the attributes that let the keyboard reach a formula that may have to scroll.

    A display stays on one line; an inline formula breaks between the boxes KaTeX calls bases.
    """
    drawn = html.partition('<span class="katex-html" aria-hidden="true">')[2]
    boxes = [drawn] if display else drawn.split('<span class="katex-base">')
    glyphs = [unescape(re.sub(r"<[^>]*>|\u200b", "", box)) for box in boxes]
    if max(map(len, glyphs)) <= WIDE:
        return ""
    return f' tabindex="0" role="math" aria-label="{escape(" ".join(tex.split()))}"'


def _location(node: nodes.Node) -> nodes.Node:
    """Return the nearest node that knows its line; inline mathematics often does not."""
    while node.line is None and node.parent is not None:
        node = node.parent
    return node


def _typeset(self: HTML5Translator, node: nodes.Element, tex: str, display: bool) -> str:
    try:
        return render(tex, display=display, macros=self.config.katex_macros)
    except MathError as error:
        message = "formula not understood: %s: %s"
        place = _location(node)
        logger.warning(message, error, tex, location=place, type="rulebook", subtype="math")
        return f'<code class="math-error">{escape(tex)}</code>'


def visit_math(self: HTML5Translator, node: nodes.math) -> None:
    """Write an inline formula."""
    html = _typeset(self, node, node.astext(), display=False)
    attributes = _focusable(html, node.astext(), display=False)
    kind = "math math-wide" if attributes else "math"
    start = self.starttag(node, "span", "", CLASS=f"{kind} notranslate nohighlight")
    self.body.append(f"{start[:-1]}{attributes}>{html}</span>")
    raise nodes.SkipNode


def visit_math_block(self: HTML5Translator, node: nodes.math_block) -> None:
    """Write a display, its number at the margin."""
    html = _typeset(self, node, prepare(node.astext()), display=True)
    attributes = _focusable(html, node.astext(), display=True)
    self.body.append(self.starttag(node, "div", CLASS="math notranslate nohighlight"))
    if node.get("number"):
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append(f'<div class="math-scroll"{attributes}>{html}</div></div>\n')
    raise nodes.SkipNode


def _copy_assets(app: Sphinx) -> None:
    builder: Any = app.builder
    if builder.format != "html" or builder.math_renderer_name != "katex":
        return
    if find_spec("py_mini_racer") is None:
        raise ExtensionError(NO_ENGINE)
    target = app.outdir / "_static"
    left_out = _bound(builder) if builder.name == "epub" else (".js",)
    copy_asset(STATIC / "katex", target / "katex", lambda p: p.endswith(left_out), force=True)
    copy_asset(STATIC / "math.css", target, force=True)
    app.add_css_file("katex/katex.min.css", priority=400)
    app.add_css_file("math.css", priority=401)


def _bound(builder: Any) -> tuple[str, ...]:
    """What an EPUB cannot hold; its fonts get the type that Sphinx does not know."""
    builder.media_types = builder.media_types | {".woff2": "font/woff2", "": "text/plain"}
    return (".js", "VERSIONS")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the renderer; Sphinx takes it unless ``html_math_renderer`` names another."""
    app.add_html_math_renderer("katex", (visit_math, None), (visit_math_block, None))
    app.add_config_value("katex_macros", {}, "html", types=frozenset({dict}))
    app.connect("builder-inited", _copy_assets)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
