"""Mathematics on the site: typeset while it is built, from files that ship with the package."""

import re
from hashlib import sha256
from html import unescape

import pytest

pytest.importorskip("py_mini_racer")
build = pytest.importorskip("sphinx.cmd.build")

from rulebook.sphinx_ext import katex  # noqa: E402

VENDORED = katex.STATIC / "katex"
CONF = """
extensions = ["rulebook.sphinx_ext.katex"]
html_theme = "basic"
html_math_renderer = "katex"
katex_macros = {r"\\J": r"\\frac{\\partial #1}{\\partial #2}"}
"""
SOFTMAX = r"\frac{\partial \mathbf p}{\partial \mathbf x} = \operatorname{diag}(\mathbf p)"
WIDE = (
    r"\mathbf a + \mathbf b + \mathbf c + \mathbf d = \mathbf e + \mathbf f + \mathbf g + 12345678"
)


def make(folder, text, *options):
    """Build a page of reStructuredText; return the exit code and the page."""
    source, out = folder / "source", folder / "out"
    source.mkdir(exist_ok=True)
    (source / "conf.py").write_text(CONF, encoding="utf-8")
    (source / "index.rst").write_text("Title\n=====\n\n" + text, encoding="utf-8")
    code = build.main(["-q", "-n", "-W", *options, str(source), str(out)])
    return code, (out / "index.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    text = rf"""
Inline :math:`\J{{y}}{{x}}` and a number in :eq:`chain`.

.. math:: {SOFTMAX}
   :label: chain

.. math:: {WIDE}

.. math::

   a &= b \\
   c &= d

.. math::
   :no-wrap:

   \begin{{align}}
   e &= f
   \end{{align}}
"""
    code, html = make(tmp_path_factory.mktemp("page"), text)
    assert code == 0
    return html


@pytest.mark.parametrize(
    ("tex", "marks"),
    [
        (r"\mathbf x^{\mathsf T}", ["<msup>", 'mathvariant="bold"']),
        (r"\frac{a}{b}", ["<mfrac>", "frac-line"]),
        (r"\begin{bmatrix}1&2\\3&4\end{bmatrix}", ["<mtable", "arraycolsep"]),
        (r"\begin{cases}0 & z<0\\ 1 & z>0\end{cases}", ["<mtable", "{"]),
        (r"\bm{w} \odot \mathbb{R} \lVert x\rVert", ["⊙", "R", "∥"]),
    ],
)
def test_a_formula_is_html_with_mathml(tex, marks):
    html = katex.render(tex, display=True)

    assert 'class="katex-display"' in html
    assert 'class="katex-mathml"' in html
    assert f'<annotation encoding="application/x-tex">{tex}' in unescape(html)
    assert all(mark in html for mark in marks)


def test_a_formula_is_typeset_once():
    katex.render(r"x^{271828}")
    before = katex._render.cache_info()

    katex.render(r"x^{271828}")

    after = katex._render.cache_info()
    assert (after.hits, after.misses) == (before.hits + 1, before.misses)


def test_macros_are_part_of_what_is_remembered():
    first = katex.render(r"\thing", macros={r"\thing": "a"})

    assert first != katex.render(r"\thing", macros={r"\thing": "b"})


@pytest.mark.parametrize(
    ("tex", "said"),
    [
        (r"\frac{a", "expected '}'"),
        (r"\transpose x", r"Undefined control sequence: \transpose"),
        (r"\begin{bmatrix}1", "Expected"),
        (r"\href{https://example.org}{x}", r"\href is not allowed"),
        ("ȳ + ыx", "LaTeX-incompatible input"),
    ],
)
def test_what_katex_cannot_read_is_an_error(tex, said):
    with pytest.raises(katex.MathError, match=re.escape(said)):
        katex.render(tex)


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        ("a = b", "a = b"),
        (r"a \\ b", r"\begin{aligned}a \\ b\end{aligned}"),
        ("a &= b", r"\begin{aligned}a &= b\end{aligned}"),
        ("a\n\nb", "\\begin{aligned}a\\\\\nb\\end{aligned}"),
        (r"\begin{cases}0\\1\end{cases}", r"\begin{cases}0\\1\end{cases}"),
        (r"\sum_{\substack{i\\j}} \text{A \& B}", r"\sum_{\substack{i\\j}} \text{A \& B}"),
        (r"\begin{align}a&=b\end{align}", r"\begin{align*}a&=b\end{align*}"),
    ],
)
def test_lines_are_aligned_only_where_the_author_has_not(tex, expected):
    assert katex.prepare(tex) == expected


def test_the_number_of_an_equation_is_an_anchor_and_a_label(page):
    assert '<div class="math notranslate nohighlight" id="equation-chain">' in page
    assert '<span class="eqno">(1)<a class="headerlink" href="#equation-chain"' in page
    assert 'href="#equation-chain">(1)</a>' in page


def test_macros_of_the_configuration_are_known(page):
    inline = re.search(r'<span class="math notranslate nohighlight">.*?</math>', page)

    assert inline is not None
    assert "<mfrac>" in inline[0]


def test_a_display_that_may_scroll_is_reached_by_keyboard_and_named(page):
    label = " ".join(WIDE.split())

    assert f'<div class="math-scroll" tabindex="0" role="math" aria-label="{label}">' in page
    assert page.count('<div class="math-scroll">') >= 2  # narrow ones are no tab stop


def test_a_long_inline_formula_breaks_a_wide_one_scrolls(tmp_path):
    long, wide = WIDE, rf"\begin{{pmatrix}} {WIDE} \end{{pmatrix}}"

    _, html = make(tmp_path, f":math:`{long}`\n\n:math:`{wide}`\n")

    classes = re.findall(r'<span class="(math[^"]*)"', html)
    assert classes == ["math notranslate nohighlight", "math math-wide notranslate nohighlight"]


def test_no_environment_counts_its_own_lines(page):
    assert "eqn-num" not in page


def test_the_page_needs_no_script_and_no_one_else(page):
    assert "katex.min.js" not in page
    assert not re.search(r'(src|rel="stylesheet"[^>]*href)="(https?:)?//', page)


def test_only_what_the_reader_needs_is_copied(tmp_path):
    make(tmp_path, ":math:`x`")

    copied = tmp_path / "out" / "_static" / "katex"
    assert not list(copied.rglob("*.js"))
    assert len(list(copied.glob("fonts/*.woff2"))) == 20
    assert (copied / "LICENSE").is_file()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Fine.\n\n.. math:: \\frac{a\n", 6),
        ("One line, then\nanother with :math:`\\nosuch x` in it.\n", 4),
    ],
)
def test_a_malformed_formula_fails_the_build_where_it_stands(tmp_path, capsys, text, line):
    code, html = make(tmp_path, text)

    said = capsys.readouterr().err
    assert code == 1
    assert re.search(rf"index\.rst:{line}: WARNING: formula not understood", said)
    assert "[rulebook.math]" in said
    assert '<code class="math-error">' in html


def test_a_parallel_build_starts_an_engine_in_each_process(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    names = [f"page{i}" for i in range(6)]
    for name in names:
        text = f":orphan:\n\n{name}\n=====\n\n:math:`x_{{{name[-1]}}}`\n"
        (source / f"{name}.rst").write_text(text, encoding="utf-8")

    code, _ = make(tmp_path, "Text.", "-j", "3")

    assert code == 0
    for name in names:
        assert "<msub>" in (tmp_path / "out" / f"{name}.html").read_text(encoding="utf-8")


def test_vendored_files_are_the_ones_recorded():
    lines = (VENDORED / "VERSIONS").read_text(encoding="utf-8").splitlines()
    recorded = {name: sha for sha, _, name in (s.partition("  ") for s in lines if s[0] != "#")}

    found = {
        path.relative_to(VENDORED).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in VENDORED.rglob("*")
        if path.is_file() and path.name != "VERSIONS"
    }

    assert found == recorded


def test_the_style_sheet_names_its_own_fonts_only():
    css = (VENDORED / "katex.min.css").read_text(encoding="utf-8")

    urls = set(re.findall(r"url\(([^)]*)\)", css))

    assert urls == {f"fonts/{path.name}" for path in (VENDORED / "fonts").iterdir()}
    assert "//" not in css
    assert "@import" not in css
