"""How the site is built; `sphinx-build -n -W docs build/html` needs no network."""

import os
import re
from hashlib import sha256
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Any

from docutils import nodes

from rulebook.chapters import IMPRINT
from rulebook.sphinx_ext.markup import depart_cell, visit_cell
from rulebook.sphinx_ext.plain import make_places

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent

project = "Rulebook"
author = "the Rulebook authors"
copyright = f"{IMPRINT.year}, {author}"  # noqa: A001
release = version_of("matrix-rulebook")
version = ".".join(release.split(".")[:2])

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.intersphinx",
    "sphinxcontrib.bibtex",
    "rulebook.sphinx_ext",
    "rulebook.sphinx_ext.katex",
]
nitpicky = True
templates_path = ["_templates"]
exclude_patterns = ["_build", "**/.ipynb_checkpoints"]
bibtex_bibfiles = ["../src/rulebook/data/references.bib"]
bibtex_default_style = "plain"
intersphinx_mapping: dict[str, tuple[str, None]] = {}

# Pages.
myst_enable_extensions = [
    "amsmath",
    "attrs_block",
    "attrs_inline",
    "colon_fence",
    "deflist",
    "dollarmath",
    "fieldlist",
    "substitution",
]
myst_heading_anchors = 3
numfig = True
math_numfig = False

# Cells run again when they change, when plotting.py does, and (rulebook.sphinx_ext sees to that)
# when the rules of their page or the engine do.
nb_execution_mode = "cache"
plotting = sha256((HERE / "plotting.py").read_bytes()).hexdigest()[:16]
nb_execution_cache_path = str(ROOT / "build" / "jupyter-cache" / plotting)
search = [str(HERE), os.environ.get("PYTHONPATH", "")]
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, search))  # cells import plotting
nb_execution_raise_on_error = True
nb_execution_show_tb = True
nb_execution_timeout = 180
nb_merge_streams = True
nb_output_stderr = "warn"

rulebook_pages = "rules"
rulebook_source_url = "https://github.com/matrix-rulebook/rulebook/blob/v{version}/{path}#L{line}"

# Mathematics is set while the site is built. Fractions in a matrix do not touch.
katex_macros = {r"\arraystretch": "1.2"}

# The PDF. Its text is Unicode, and so is the engine; output has signs that FreeMono lacks.
latex_engine = "xelatex"
latex_use_xindy = False  # not everyone who has a LaTeX has it
latex_elements = {
    "fontpkg": r"""
\IfFontExistsTF{FreeSerif.otf}
  {\setmainfont{FreeSerif}[Extension=.otf, ItalicFont=*Italic, BoldFont=*Bold,
     BoldItalicFont=*BoldItalic]
   \setsansfont{FreeSans}[Extension=.otf, ItalicFont=*Oblique, BoldFont=*Bold,
     BoldItalicFont=*BoldOblique]}{}
\IfFontExistsTF{DejaVu Sans Mono}{\setmonofont[Scale=0.8]{DejaVu Sans Mono}}{}
""",
}

# The API page.
default_role = "py:obj"  # of docstrings; pages are Markdown
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
python_display_short_literal_types = True
python_maximum_signature_line_length = 130
python_use_unqualified_type_names = True
toc_object_entries_show_parents = "hide"
nitpick_ignore_regex = [
    ("py:class", r"(collections\.abc|fractions|numpy|random)\..*"),  # told elsewhere
    ("py:class", r"P|(.*\.)?(Free|Judged|Maker|R|Table|Unspecified)"),  # private
    ("py:obj", "Phase"),  # a few words, which stand beside it
]

# The theme.
html_theme = "pydata_sphinx_theme"
html_title = "Rulebook"
html_favicon = "_static/favicon.svg"
html_static_path = ["_static"]
html_css_files = ["rulebook.css"]
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_permalinks_icon = "¶"
html_sidebars: dict[str, list[str]] = {"**": ["sidebar-nav-bs"], "index": []}
html_context = {"default_mode": "auto"}
html_theme_options = {
    "logo": {
        "text": "Rulebook",
        "image_light": "_static/logo-light.svg",
        "image_dark": "_static/logo-dark.svg",
    },
    "navigation_depth": 2,
    "collapse_navigation": True,
    "show_toc_level": 2,
    "header_links_before_dropdown": 6,
    "navbar_end": ["theme-switcher"],
    "icon_links": [],
    "use_edit_page_button": False,
    "secondary_sidebar_items": ["page-toc"],
    "search_bar_text": "Search the rulebook",
    "footer_start": ["license"],
    "footer_center": [],
    "footer_end": [],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}


def plain_references(*args: Any) -> None:
    """Drop the deprecated roles docutils gives a list of references; they nest wrongly."""
    context = args[3]
    if "doc-biblioentry" in context.get("body", ""):
        roles = r' role="(doc-biblioentry|doc-backlink|doc-biblioref)"|(?<=<div) role="list"'
        context["body"] = re.sub(roles, "", context["body"])


def link_within_lines(app: Any, doctree: Any, docname: str) -> None:
    """Keep the places that pages mark within a line in the PDF, too."""
    if app.builder.format == "latex":
        make_places(doctree)


def setup(app: Any) -> None:
    app.add_node(nodes.entry, override=True, html=(visit_cell, depart_cell))  # of every table
    app.connect("html-page-context", plain_references)
    app.connect("doctree-resolved", link_within_lines)
