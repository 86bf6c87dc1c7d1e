"""In a project of someone else's: nothing is taken over, and every format reads well."""

import os
import re
import shutil
import subprocess
import sys
from hashlib import sha256
from html import unescape
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import pytest

from rulebook.sphinx_ext import cache, domain, katex

ROOT = Path(__file__).parents[2]
SHEET, SCRIPT = "rulebook-ext.css", "rulebook-copy.js"
OTHERS = ["dirhtml", "singlehtml", "texinfo", "xml", "gettext"]


def hashes(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def text_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def configure(project, more: str) -> None:
    project.page("conf.py", (project.source / "conf.py").read_text() + more)


def test_the_sources_stay_as_they_are_and_no_rule_is_checked(guest, monkeypatch):
    monkeypatch.setattr(cache.Checks, "rule", lambda self, id: pytest.fail(f"{id} is checked"))
    before = hashes(guest.source)
    built = guest.build("-n", "-W")

    assert built.warnings == ""
    assert hashes(guest.source) == before
    assert not (guest.out / "rules").exists()
    assert "proved" not in text_of(built["index.html"])


def test_a_verdict_is_there_for_the_asking(guest):
    configure(guest, "rulebook_check = True\n")
    built = guest.build("-n", "-W")

    assert text_of(built["index.html"]).count("proved at every size") == 3


def test_a_table_with_a_column_of_verdicts_asks_for_them(guest):
    guest.page(
        "plain.rst", "Plain\n=====\n\n.. rule:table::\n   :show: rule verdict\n\n   softmax\n"
    )

    assert "proved at every size" in guest.build("-n", "-W")["plain.html"]


def test_their_formulas_stay_with_their_renderer(guest_built):
    assert "mathjax" in guest_built["index.html"]
    assert r"\(x^2\)" in guest_built["plain.html"]
    assert "katex" not in guest_built["index.html"]
    assert not (guest_built.out / "_static" / "katex").exists()


def test_a_renderer_that_bears_the_same_name_is_no_clash(guest):
    configure(guest, THEIR_KATEX)

    assert "<b>theirs</b>" in guest.build("-n", "-W")["plain.html"]


THEIR_KATEX = """
from docutils.nodes import SkipNode

def visit(self, node):
    self.body.append("<b>theirs</b>")
    raise SkipNode

def setup(app):
    app.add_html_math_renderer("katex", (visit, None), (visit, None))
"""


def test_only_the_pages_that_show_something_are_styled(guest_built):
    for name in (SHEET, SCRIPT):
        assert name in guest_built["index.html"]
        assert name not in guest_built["plain.html"]
        assert name not in guest_built["genindex.html"]
    assert 'data-blocks=".rulebook-code div.highlight"' in guest_built["index.html"]


def test_an_extension_that_copies_keeps_the_blocks_of_code(guest, monkeypatch):
    monkeypatch.setitem(sys.modules, "sphinx_copybutton", SimpleNamespace(setup=lambda app: {}))
    configure(guest, "extensions += ['sphinx_copybutton']\n")

    assert 'data-blocks=""' in guest.build()["index.html"]


def test_their_tables_are_written_as_before(guest_built):
    page = guest_built["index.html"]
    theirs = page[page.index("theirs") - 80 :]

    assert "scope=" not in theirs[: theirs.index("theirs")]
    assert page.count('scope="col"') == 4


def test_what_the_book_says_reads_alike_in_both_markups(guest):
    configure(guest, "extensions += ['myst_parser']\n")
    (guest.source / "plain.rst").unlink()
    guest.page("plain.md", "# Plain\n\n```{rule:show} elu\n```\n")
    built = guest.build("-n", "-W")
    rst, md = (
        re.search(r'<p class="rule-note">.*?</p>', built[f"{name}.html"])[0]
        for name in ("index", "plain")
    )

    assert rst == md
    assert r"\(\alpha = 1\)" in rst


@pytest.mark.parametrize("builder", OTHERS)
def test_builders_that_no_one_thought_of_are_content(guest, builder):
    built = guest.build("-n", "-W", "-b", builder)

    assert built.warnings == ""
    assert built.code == 0


def test_plain_text_has_the_whole_card_and_formulas_without_their_placing(guest):
    built = guest.build("-n", "-W", "-b", "text")
    text = built["index.txt"]

    assert built.warnings == ""
    assert "Exponential linear unit" in text
    assert "Below zero it levels off" in text
    assert re.search(r"^In denominator layout$|^\*\*In denominator layout\*\*$", text, re.MULTILINE)
    assert "return 2 * (A @ x - b) @ A" in text
    assert "every line checked" in text
    assert re.search(r"\d+ moves", text)
    assert r"= 2 \, \left(A \mathbf{x}" in " ".join(text.split())
    for placing in ("displaystyle", "aligned", "{} =", "Copy"):
        assert placing not in text
    assert "*Sum of a vector*   " in text  # a column as wide as what is in it


def test_a_manual_page_has_them_too(guest):
    built = guest.build("-n", "-W", "-b", "man")
    text = built["guest.1"]

    assert built.warnings == ""
    assert "Exponential linear unit" in text
    assert "derivative(A, x, b)" in text
    assert "displaystyle" not in text


def test_latex_gets_formulas_and_no_sign_that_pdflatex_does_not_know(guest):
    built = guest.build("-n", "-W", "-b", "latex")
    tex = built["guest.tex"]

    assert built.warnings == ""
    assert r"\(\displaystyle" in tex
    assert r"levels off at \(- \alpha\)" in tex
    assert not re.search("[−αβλη′]", tex)


@pytest.mark.parametrize("engine", ["pdflatex", "xelatex", "lualatex"])
def test_the_pdf_compiles(guest, engine):
    if not (shutil.which(engine) and shutil.which("latexmk")):
        pytest.skip(f"no {engine} with latexmk here")
    configure(guest, f"latex_engine = {engine!r}\nlatex_use_xindy = False\n")
    guest.build("-b", "latex")
    how = {"pdflatex": "-pdf", "xelatex": "-xelatex", "lualatex": "-lualatex"}[engine]
    done = subprocess.run(
        ["latexmk", how, "-interaction=nonstopmode", "-halt-on-error", "guest.tex"],
        cwd=guest.out, capture_output=True, text=True, errors="replace", check=False, timeout=600,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout[-3000:]
    log = (guest.out / "guest.log").read_text(encoding="utf-8", errors="replace")
    assert (guest.out / "guest.pdf").stat().st_size > 20_000
    assert "undefined" not in log
    assert "Missing character" not in log


def pages_of(book: Path) -> dict[str, str]:
    """The pages of an EPUB, each of which is well-formed."""
    with ZipFile(book) as archive:
        names = [name for name in archive.namelist() if name.endswith((".xhtml", ".opf", ".ncx"))]
        found = {name: archive.read(name).decode() for name in names}
    for name, text in found.items():
        assert ET.fromstring(text) is not None, name
    return found


def test_an_epub_is_styled_and_has_no_scripts_or_buttons(guest):
    built = guest.build("-n", "-W", "-b", "epub")
    page = pages_of(guest.out / "Guest.epub")["index.xhtml"]

    assert built.warnings == ""
    assert SHEET in page
    assert "<details" in page
    assert SCRIPT not in page
    assert "<button" not in page


def test_an_epub_of_a_site_with_rules_and_katex_is_whole(project):
    configure(project, 'project, version, copyright = "Own", "1", "2026"\n')
    built = project.build("-n", "-W", "-b", "epub")
    pages = pages_of(project.out / "Own.epub")

    assert built.warnings == ""
    assert "katex-html" in pages["rules/softmax/index.xhtml"]
    assert 'href="rule.json"' not in pages["rules/softmax/index.xhtml"]
    assert 'media-type="font/woff2"' in pages["content.opf"]
    assert "katex/LICENSE" in pages["content.opf"]


def test_a_project_that_shows_nothing_loads_nothing(guest):
    guest.page("index.rst", "Guest\n=====\n\n:math:`x^2`\n")
    guest.page("plain.rst", ":orphan:\n\nPlain\n=====\n")
    script = (
        "import sys; from sphinx.cmd.build import main; "
        f"assert main(['-q', '-W', {str(guest.source)!r}, {str(guest.out)!r}]) == 0; "
        "print(*sorted(m for m in sys.modules if m.startswith('rulebook.chapters.')), "
        "*sorted({'numpy', 'sympy', 'py_mini_racer'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=os.environ, check=True
    )

    assert done.stdout.split() == []


def test_katex_without_its_engine_names_the_extra(guest, monkeypatch):
    configure(guest, "extensions += ['rulebook.sphinx_ext.katex']\n")
    monkeypatch.setattr(katex, "find_spec", lambda name: None)
    built = guest.build()

    assert built.code == 2
    assert "mini-racer" in built.warnings
    assert "pip install 'matrix-rulebook[docs]'" in built.warnings


def test_pages_without_a_reader_of_markdown_name_the_extra(guest):
    configure(guest, "rulebook_pages = 'rules'\n")
    before = hashes(guest.source)
    built = guest.build()

    assert built.code == 2
    assert "'myst_parser'" in built.warnings
    assert "pip install 'matrix-rulebook[docs]'" in built.warnings
    assert hashes(guest.source) == before


def test_everything_there_is_to_ask_for_is_on_the_page():
    text = (ROOT / "docs" / "reference" / "sphinx.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([a-z-]+)[^`]*` \|[^|]*\|(.*)\|$", text, re.MULTILINE))
    options = set(re.findall(r"^`(rulebook_\w+)`$", text, re.MULTILINE))
    added = (ROOT / "src/rulebook/sphinx_ext/__init__.py").read_text(encoding="utf-8")

    assert options == set(re.findall(r'add_config_value\("(\w+)"', added))
    assert set(rows) == set(domain.DIRECTIVES)
    for name, place in domain.DIRECTIVES.items():
        module, _, made = place.partition(".")
        directive = getattr(import_module(f"rulebook.sphinx_ext.{module}"), made)
        told = re.findall(r"`([a-z]+)`", rows[name])
        assert set(directive.option_spec or {}) <= set(told), name
    for role in domain.RuleDomain.roles:
        assert f"{{rule:{role}}}" in text
        assert f":rule:{role}:" in text
