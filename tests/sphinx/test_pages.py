"""The page that every rule has."""

import json
import re
from html.parser import HTMLParser

import pytest

from rulebook.sphinx_ext.instance import instance


@pytest.fixture(scope="module")
def page(site):
    return site["rules/quadratic_form/index.html"]


class Outline(HTMLParser):
    """The headings and the header cells of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.levels: list[int] = []
        self.scopes: list[str | None] = []
        self.tables = self.captions = 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if tag == "th":
            self.scopes.append(dict(attrs).get("scope"))
        self.tables += tag == "table"
        self.captions += tag == "caption"


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def test_a_site_builds_without_warnings(site):
    assert site.warnings == ""
    assert site.code == 0


def test_every_rule_has_a_page_at_its_address(site):
    for id in ("quadratic_form", "logarithms", "sum_of_squares", "left_standing", "softmax"):
        assert (site.out / "rules" / id / "index.html").exists()


def test_a_page_states_its_rule_with_shapes_and_verdict(page):
    text = text_of(page)

    assert "<h1>Quadratic form" in page
    assert "In denominator layout" in text
    assert "As a gradient" in text
    assert r"\mathbf{x}^\top \left(A + A^\top\right)" in page
    assert 'class="rule-verdict proved"' in page
    assert "proved at every size" in text
    assert "The gradient is its transpose" in text
    assert "If A is symmetric" in text
    assert "The Matrix Cookbook (2012)" in text


def test_a_page_shows_what_was_verified(page):
    text = text_of(page)

    assert re.search(r"exact test in a finite field .*chance of accepting something false", text)
    assert re.search(r"worst relative error \d\.\de-\d\d", text)
    assert re.search(r"wrong variants \d+ made, \d+ refuted", text)
    assert re.search(r"checked with matrix-rulebook [\d.]+, numpy", text)


def test_mistakes_of_people_come_before_mechanical_ones(page):
    table = page[page.index('id="table-variants"') :]

    first = text_of(re.findall(r"<tr.*?</tr>", table, re.DOTALL)[1])
    assert "true only if A is symmetric" in first
    assert re.search(r"refuted at n=\d", first)


def test_a_page_has_code_and_the_same_code_run_on_numbers(page):
    text = re.sub(r"<[^>]*>", "", page)

    assert "def gradient(x, A):" in text
    assert "&gt;&gt;&gt; A = np.array([[" in text
    assert "&gt;&gt;&gt; gradient(x, A)\narray([" in text


def test_functions_left_unspecified_have_no_numbers(site):
    assert "left unspecified" in text_of(site["rules/left_standing/index.html"])


def test_conditions_are_said(site):
    assert "Provided that" in text_of(site["rules/logarithms/index.html"])


def test_names_are_explained(site):
    assert r"\mathbf{p} = \frac" in site["rules/softmax/index.html"]


def test_headings_are_in_order_and_tables_are_accessible(page):
    outline = Outline(page[page.index('role="main"') : page.index('class="sphinxsidebar"')])

    assert outline.levels[0] == 1
    assert outline.levels.count(1) == 1
    assert all(b - a <= 1 for a, b in zip(outline.levels, outline.levels[1:], strict=False))
    assert set(outline.scopes) == {"col", "row"}
    assert outline.tables == outline.captions == 3


def test_a_page_leads_to_its_neighbors_and_to_who_refers_to_it(site, page):
    assert 'href="../logarithms/index.html"' in page
    assert 'href="../index.html#chapter-forms"' in page
    softmax = text_of(site["rules/softmax/index.html"])
    assert "Referred to in: Home" in softmax
    sums = text_of(site["rules/sum_of_squares/index.html"])
    assert "Referred to in: Quadratic form" in sums
    assert "Referred to in" not in text_of(page)


def test_a_page_says_how_to_cite_it(page):
    assert page.count('class="rule-copy"') == 2
    assert "@misc" in page
    assert "container-title" in page
    assert 'href="cite.bib"' in page


def test_files_for_programs_stand_beside_the_page(site):
    data = json.loads(site["rules/quadratic_form/rule.json"])

    assert data["id"] == "quadratic_form"
    assert data["report"]["verdict"] == "proved at every size"
    assert data["shapes"] == {"x": ["n"], "A": ["n", "n"]}
    assert site["rules/quadratic_form/cite.bib"].startswith("@misc{rulebook-quadratic-form")
    assert json.loads(site["rules/quadratic_form/cite.csl.json"])[0]["title"] == "Quadratic form"
    assert len(json.loads(site["rules/rules.json"])) == 5


def test_linked_data_is_in_the_head(site, page):
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)

    assert json.loads(found[1])["termCode"] == "quadratic_form"
    assert "ld+json" not in site["index.html"]


def test_the_list_of_rules_is_by_chapter(site):
    html = site["rules/index.html"]

    assert html.index('id="chapter-forms"') < html.index('id="chapter-sums"')
    assert "its length" in html
    assert 'href="softmax/index.html"' in html


def test_the_source_line_is_linked_when_an_address_is_given(project):
    project.page(
        "conf.py",
        (project.source / "conf.py").read_text()
        + ('rulebook_source_url = "https://example.org/{version}/{path}#L{line}"\n'),
    )
    built = project.build()

    assert re.search(
        r'href="https://example.org/[\d.]+/src/rulebook/chapters/sums.py#L\d+"',
        built["rules/softmax/index.html"],
    )


def test_a_renamed_rule_keeps_its_address(project, small_book):
    small_book.renamed["old_name"] = "sum_of_squares"
    small_book.use()
    built = project.build()

    there = built["rules/old_name/index.html"]
    assert 'url=../sum_of_squares/index.html"' in there
    assert '<a href="../sum_of_squares/index.html">' in there


def test_a_rule_that_the_check_refutes_is_a_warning(project, small_book):
    small_book.change("sums", "equals=2 * x.T", "equals=3 * x.T")
    built = project.build()

    assert "the check does not confirm this rule" in built.warnings
    assert "[rulebook.check]" in built.warnings
    assert 'class="rule-verdict refuted"' in built["rules/sum_of_squares/index.html"]


def test_a_book_can_be_used_without_pages(project):
    project.page("conf.py", (project.source / "conf.py").read_text() + 'rulebook_pages = ""\n')
    project.page("index.md", "# Home\n\n{rule:ref}`softmax`\n\n```{rule:show} softmax\n```\n")
    built = project.build("-n")

    assert built.warnings == ""
    assert not (project.source / "rules").exists()
    assert "/rules/softmax/" in built["index.html"]


def test_other_formats_show_the_content_without_buttons(project):
    built = project.build("-b", "text")

    text = built["rules/softmax/index.txt"]
    assert "What was verified" in text
    assert "Copy text" not in text
    assert not (built.out / "rules/softmax/rule.json").exists()


def test_numbers_of_an_instance_can_be_read(small_book):
    from rulebook import get

    assert instance(get("softmax")).startswith(">>> x = np.array([")
    assert instance(get("left_standing")) is None
