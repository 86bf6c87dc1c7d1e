"""References to rules: inside a project, and from one project to another."""

import re

import pytest
from sphinx.util.inventory import InventoryFile


def inventory_of(built):
    """What intersphinx reads."""
    with (built.out / "objects.inv").open("rb") as file:
        return InventoryFile.load(file, "", lambda _, uri: uri)


def links(html: str) -> dict[str, str]:
    """Texts of links with where they lead."""
    found = re.findall(r'<a class="[^"]*" href="([^"]*)"[^>]*>(.*?)</a>', html, re.DOTALL)
    return {re.sub(r"<[^>]*>", "", text): uri for uri, text in found}


def test_references_carry_the_title_or_the_given_text(project):
    project.page(
        "index.md",
        """
        # Home

        {rule:ref}`softmax`, {rule:ref}`that one <quadratic_form>`, {rule:chapter}`sums`,
        {rule:chapter}`these <forms>`, {any}`logarithms` and {rule:tex}`softmax`.

        ```{rule:erratum-table}
        ```

        {rule:ref}`half_a_rule`

        ```{toctree}
        rules/index
        ```
        """,
    )
    built = project.build("-n")
    found = links(built["index.html"])

    assert built.warnings == ""
    assert found["Softmax"] == "rules/softmax/index.html"
    assert found["that one"] == "rules/quadratic_form/index.html"
    assert found["Sums"] == "rules/index.html#chapter-sums"
    assert found["these"] == "rules/index.html#chapter-forms"
    assert found["logarithms"] == "rules/logarithms/index.html"
    assert found["Half a rule"] == "#erratum-half_a_rule"
    assert r"\operatorname{diag}(\mathbf{p})" in built["index.html"]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("\n{rule:ref}`sofmax`", 3, "no rule 'sofmax'; did you mean 'softmax'?"),
        ("\n{rule:tex}`sofmax`", 3, "no rule 'sofmax'; did you mean 'softmax'?"),
        ("\n{rule:ref}`half_a_ruler`", 3, "did you mean 'half_a_rule'?"),
        ("```{rule:show} sofmax\n```", 2, "no rule 'sofmax'; did you mean 'softmax'?"),
        ("```{rule:table}\nsofmax\n```", 2, "no rule 'sofmax'; did you mean 'softmax'?"),
        ("```{rule:erratum} half\n```", 2, "no rule 'half'; did you mean 'half_a_rule'?"),
        ("```{rule:page} sofmax\n```", 2, "no rule 'sofmax'; did you mean 'softmax'?"),
    ],
)
def test_an_unknown_id_is_a_warning_with_its_place_and_the_nearest(project, text, line, said):
    project.page("conf.py", (project.source / "conf.py").read_text() + 'rulebook_pages = ""\n')
    project.page("index.md", f"# Home\n{text}\n")
    built = project.build()

    assert f"index.md:{line}: WARNING: " in built.warnings
    assert said in built.warnings
    assert "[rulebook.unknown_rule]" in built.warnings
    assert built.warnings.count("WARNING") == 1


def test_an_unknown_chapter_is_a_warning(project):
    project.page("index.md", "# Home\n\n{rule:chapter}`sum`\n\n```{rule:index} sum\n```\n")
    built = project.build()

    assert "index.md:3: WARNING: no chapter 'sum'; did you mean 'sums'?" in built.warnings
    assert built.warnings.count("[rulebook.unknown_chapter]") == 2


def test_the_inventory_lists_rules_under_their_ids(site):
    inventory = inventory_of(site)
    rule = inventory["rule:rule"]["softmax"]
    assert rule.uri == "rules/softmax/index.html"
    assert rule.display_name == "Softmax"
    assert set(inventory["rule:rule"]) == {
        "quadratic_form", "logarithms", "sum_of_squares", "left_standing", "softmax",
    }  # fmt: skip
    assert inventory["rule:chapter"]["sums"].uri.endswith("rules/index.html#chapter-sums")


def test_another_project_links_by_intersphinx(project, tmp_path):
    first = project.build()
    conf = (
        (project.source / "conf.py").read_text()
        .replace('"myst_parser"', '"myst_parser", "sphinx.ext.intersphinx"')
    )  # fmt: skip
    known = ("https://example.org/", str(first.out / "objects.inv"))
    mapping = f"intersphinx_mapping = {{'book': {known!r}}}\n"
    other = type(project)(tmp_path / "other", conf + mapping + 'rulebook_pages = ""\n')
    other.page(
        "index.md",
        """
        # Other

        {external:rule:ref}`softmax`, {rule:ref}`logarithms` and [](inv:book#sum_of_squares)
        """,
    )
    built = other.build("-n")

    assert built.warnings == ""
    assert "https://example.org/rules/softmax/index.html" in built["index.html"]
    assert "https://example.org/rules/logarithms/index.html" in built["index.html"]
    assert "https://example.org/rules/sum_of_squares/index.html" in built["index.html"]


def test_rules_are_in_the_indices_and_in_the_search(site):
    assert 'href="rules/softmax/index.html#softmax"' in site["rule-index.html"]
    assert "Softmax (rule)" in site["genindex.html"]
    assert '"Softmax"' in site["searchindex.js"]


def test_the_parallel_build_knows_the_same_pages(project):
    built = project.build("-n", "-j", "3")

    assert built.warnings == ""
    assert 'href="rules/softmax/index.html"' in built["index.html"]
    assert "Referred to in" in built["rules/softmax/index.html"]
