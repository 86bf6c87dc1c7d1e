"""What pages show of the book."""

import re

import pytest


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


@pytest.fixture
def page(project):
    """A function from the text of a page to its HTML and warnings."""
    conf = (project.source / "conf.py").read_text()
    project.page("conf.py", conf + 'rulebook_pages = ""\nrulebook_check = True\nnumfig = True\n')

    def make(text):
        project.page("index.md", f"# Home\n\n{text}\n")
        built = project.build("-n")
        html = built["index.html"]
        return html[html.index("<h1>") : html.index('class="sphinxsidebar"')], built.warnings

    return make


def test_show_is_a_card_with_statement_shapes_and_verdict(page):
    html, warnings = page("```{rule:show} quadratic_form\n```\n```{rule:show} logarithms\n```")
    text = text_of(html)

    assert warnings == ""
    assert '<div class="rule">' in html
    assert "proved at every size" in text
    assert r"\mathbf{x}^\top \left(A + A^\top\right)" in html
    assert "Shapes:" in text
    assert "Provided that" in text
    assert "see Sum of squares" in text


def test_show_prints_the_layout_that_is_asked_for(page):
    html, _ = page("```{rule:show} quadratic_form\n:layout: gradient\n```")

    assert r"\nabla_{\mathbf{x}}" in html


def test_an_unknown_layout_is_an_error(page):
    _, warnings = page("```{rule:show} quadratic_form\n:layout: sideways\n```")

    assert "sideways" in warnings


def test_a_table_has_the_rows_and_columns_it_was_given(page):
    html, warnings = page(
        """```{rule:table}
:caption: Some *rules*
:name: some-rules
quadratic_form
softmax
```
See {numref}`some-rules`."""
    )
    text = text_of(html)

    assert warnings == ""
    assert len(re.findall("<tr", html)) == 3
    assert "rule function with respect to derivative verdict" in text
    assert "Table 1 Some rules" in text
    assert "See Table 1" in text
    assert html.count('scope="col"') == 5
    assert html.count('scope="row"') == 2


def test_a_table_may_show_other_columns(page):
    html, warnings = page(
        """```{rule:table}
:show: rule, f, shape conditions numpy source
logarithms
left_standing
```"""
    )
    text = text_of(html)

    assert warnings == ""
    assert "The Matrix Cookbook (2012)" in text
    assert "np.diag(1 / x)" in text
    assert "in NumPy" in text


def test_a_table_may_show_whole_statements(page):
    html, warnings = page("```{rule:table}\n:show: rule statement\nsoftmax\nsum_of_squares\n```")

    assert warnings == ""
    assert "rule statement" in text_of(html)
    assert len(re.findall("<mo[^>]*>=</mo>", html)) == 2


def test_a_table_refuses_columns_it_does_not_have(page):
    _, warnings = page("```{rule:table}\n:show: rule color\nsoftmax\n```")

    assert "no column 'color'" in warnings


WORKED = """```{rule:worked} By *parts*
:shapes: x: n; A: n, n
:layout: gradient
of: x @ A @ x
wrt: x
= A @ x + A.T @ x | both factors, as in {rule:ref}`quadratic_form`
= (A + A.T) @ x
```"""


def test_a_worked_example_sets_and_checks_every_line(page):
    html, warnings = page(WORKED)

    assert warnings == ""
    assert html.count('class="worked-step"') == 2
    assert html.count("checked") == 2
    assert r"\nabla_{\mathbf{x}}" in html
    assert "By <em>parts</em>" in html
    assert "Quadratic form</span></a>" in html


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("left: sum(x * x)\n= x @ x | a dot product", ""),
        ("of: x @ x\nwrt: x\n= 2 * x", ""),
        (":order: 2\nof: x @ x\nwrt: x\n= 2 * eye(n)", ""),
        (":assume: x: positive\nleft: exp(log(x))\n= x", ""),
        ("of: x @ x\nwrt: x\n= 3 * x", "index.md:7: WARNING: this line does not hold"),
        ("of: x @ x\nwrt: x\n= 2 * (x", "index.md:7: WARNING: 2 * (x"),
        ("of: x @ x\nwrt: x", "a worked example says of: and wrt:"),
        ("what: x @ x", "expected of:, wrt:, left:"),
    ],
)
def test_a_line_that_does_not_hold_is_a_warning_at_its_place(page, body, said):
    html, warnings = page("```{rule:worked}\n:shapes: x: n\n" + body + "\n```")

    assert said in warnings
    assert (warnings == "") == (said == "")
    if "does not hold" in said:
        assert "not confirmed" in html


def test_an_erratum_shows_what_is_printed_what_refutes_it_and_what_is_right(page):
    html, warnings = page(
        "```{rule:erratum} half_a_rule\n```\n"
        "```{rule:erratum} no_shape\n```\n"
        "```{rule:erratum-table}\n```"
    )
    text = text_of(html)

    assert warnings == ""
    assert "As printed" in text
    assert re.search(r"Counterexample: at n=\d: \S+ claimed, \S+ measured", text)
    assert "cannot be written: the right side is n×1" in text
    assert "shapes do not fit" in text
    assert 'id="erratum-half_a_rule"' in html
    assert "A is not symmetric." in text


def test_an_erratum_that_is_true_is_a_warning(page, small_book):
    small_book.change("sums", "equals=x.T @ A),", "equals=x.T @ (A + A.T)),")
    _, warnings = page("```{rule:erratum} half_a_rule\n```")

    assert "erratum half_a_rule is not confirmed" in warnings


def test_the_index_lists_every_rule_by_chapter(page):
    html, warnings = page("```{rule:index}\n```")

    assert warnings == ""
    assert html.count("<caption>") == 2
    assert len(re.findall("<tr", html)) == 2 + 5


def test_the_index_of_one_chapter_lists_its_rules(page):
    html, _ = page("```{rule:index} forms\n```")

    assert len(re.findall("<tr", html)) == 1 + 2


def test_the_notation_comes_from_the_rows(page):
    html, warnings = page("```{rule:operators}\n```")
    text = text_of(html)

    assert warnings == ""
    assert "np.linalg.inv" in text
    assert "Hadamard product" in text


def test_the_counts_are_counted(page):
    html, _ = page("```{rule:stats}\n```")
    text = text_of(html)

    assert "5 rules in 2 chapters" in text
    assert re.search(r"\d+ of the \d+ that differ refuted \(100.0%\)", text)
    assert "2 errata" in text


INVENTORY = """
[P-1]
about = "a *rule*"
home = ["rule:softmax", "index#p-1"]
[P-2]
about = "an inline place"
home = "index#p-2"
[S-1]
about = "a page"
home = "index"
"""


def test_the_inventory_links_each_item_to_where_it_is_told(page, project):
    project.page("inventory.toml", INVENTORY)
    html, warnings = page(
        "(p-1)=\nA paragraph with a [place]{#p-2}.\n\n"
        "```{rule:inventory}\n```\n```{rule:inventory} S\n```"
    )

    assert warnings == ""
    assert 'href="#p-1"' in html
    assert 'href="#p-2"' in html
    assert "a <em>rule</em>" in html
    assert len(re.findall("<tr", html)) == 4 + 2


@pytest.mark.parametrize(
    ("home", "said"),
    [
        ('"rule:sofmax"', "did you mean 'softmax'?"),
        ('"nowhere#p-1"', "P-1: no page 'nowhere'"),
        ('"index#p-9"', "p-9"),
        ("", "Invalid value"),
    ],
)
def test_an_item_without_a_home_is_a_warning(page, project, home, said):
    project.page("inventory.toml", f'[P-1]\nabout = "a"\nhome = {home}\n')
    _, warnings = page("```{rule:inventory}\n```")

    assert said in warnings


def test_a_missing_inventory_is_a_warning(page):
    _, warnings = page("```{rule:inventory}\n```")

    assert "[rulebook.inventory]" in warnings
