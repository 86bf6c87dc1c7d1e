"""A rebuild does what changed, and all of it."""

import pytest
from sphinx.util.inventory import InventoryFile

from rulebook.sphinx_ext import cache, freshness

NEW = """
doubled: Final = Rule(
    title="Twice", claim=Derivative(of=2 * x, wrt=x, equals=diag(2 + 0 * x)), cites=cites
)
"""


@pytest.fixture
def checked(monkeypatch):
    """The rules that were checked, in order."""
    seen = []
    check = cache.rulebook.check
    monkeypatch.setattr(
        cache.rulebook, "check", lambda id=None, **claim: seen.append(id) or check(id, **claim),
        raising=False,
    )  # fmt: skip
    return seen


def test_nothing_changed_nothing_is_read(project, checked):
    project.build()
    assert len(checked) == 5

    again = project.build()

    assert again.read == again.written == set()
    assert len(checked) == 5


def test_a_changed_rule_is_checked_and_its_pages_read(project, checked, small_book):
    project.build()
    checked.clear()
    small_book.change(
        "sums", "sum_of(x * x), wrt=x, equals=2 * x.T", "sum_of(x), wrt=x, equals=0 * x.T + 1"
    )
    again = project.build("-n")

    assert again.read == {"rules/sum_of_squares/index", "rules/index"}
    assert checked == ["sum_of_squares"]
    assert again.warnings == ""


def test_a_page_that_refers_to_a_rule_is_read_when_its_title_changes(project, small_book):
    project.build()
    small_book.change("sums", 'title="Softmax"', 'title="Soft maximum"')
    again = project.build()

    assert "index" in again.read
    assert "Soft maximum" in again["index.html"]
    assert "Soft maximum" in again["rules/softmax/index.html"]


def test_a_changed_engine_has_everything_checked_again(project, checked, monkeypatch):
    project.build()
    checked.clear()
    monkeypatch.setattr(freshness, "LIBRARIES", ("numpy",))
    again = project.build()

    assert len(checked) == 5
    assert len(again.read) >= 6
    assert len(list((project.source.parent / "doctrees" / "rulebook-checks").iterdir())) == 5


def test_a_new_rule_gets_a_page_a_row_and_an_entry_of_the_inventory(project, small_book):
    project.build()
    sums = (small_book.folder / "sums.py").read_text(encoding="utf-8")
    small_book.write("extra", sums.replace("Sums.", "Extra.").split("sum_of_squares")[0] + NEW)
    again = project.build("-n")

    assert again.warnings == ""
    assert "<h1>Twice" in again["rules/doubled/index.html"]
    assert 'href="doubled/index.html"' in again["rules/index.html"]
    with (again.out / "objects.inv").open("rb") as file:
        inventory = InventoryFile.load(file, "", lambda _, uri: uri)
    assert inventory["rule:rule"]["doubled"].uri == "rules/doubled/index.html"


def test_a_rule_that_is_gone_leaves_nothing(project, small_book):
    project.build()
    small_book.change("forms", "logarithms: Final", "log_by_vector: Final")
    again = project.build("-n")

    assert again.warnings == ""
    assert not (project.source / "rules" / "logarithms").exists()
    assert not (project.out / "rules" / "logarithms").exists()
    assert (project.out / "rules" / "log_by_vector" / "index.html").exists()


def test_the_list_of_who_refers_to_a_rule_follows_the_pages(project):
    project.page("more.md", "---\norphan: true\n---\n# More\n")
    project.build()
    project.page("more.md", "---\norphan: true\n---\n# More\n\n{rule:ref}`logarithms`\n")
    again = project.build()

    assert again.read == {"more"}
    assert again.written == {"more", "rules/logarithms/index"}
    assert "More</span></a>" in again["rules/logarithms/index.html"]


def test_a_damaged_report_is_made_again(project, checked):
    project.build()
    for path in (project.source.parent / "doctrees" / "rulebook-checks").iterdir():
        path.write_bytes(b"")
    checked.clear()
    project.page(
        "index.md", "# Home\n\n```{rule:show} softmax\n```\n\n```{toctree}\nrules/index\n```\n"
    )
    again = project.build()

    assert "softmax" in checked
    assert again.warnings == ""


def test_a_check_that_breaks_says_on_which_rule(project, monkeypatch, capsys):
    def broken(id):
        raise ZeroDivisionError(id)

    monkeypatch.setattr(cache.rulebook, "check", broken, raising=False)
    built = project.build()

    assert built.code != 0
    assert "the check of 'quadratic_form' broke: ZeroDivisionError" in capsys.readouterr().err
