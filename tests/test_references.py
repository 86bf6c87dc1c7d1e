"""Sources: BibTeX files as people have them, what a citation says, and what is refused."""

from dataclasses import replace

import pytest

from rulebook import RuleError
from rulebook.book.packages import OURS, read_package
from rulebook.book.references import Cite, merged, references

GIVEN = """
Words between entries are no entry, though a {brace} be open.
@comment{ignored2000, year = 2000}
@string{acm = "ACM"}
@Book{ada1843,
  author = {Lovelace, Ada and {The Analysts}},
  Title = "A {Title} in quotation marks",
  year = 1843
}
@misc{bea2001, author={Bea, B.},
  title={Two
         lines}, year={2001}, url={https://example.org/a,b=c}}
"""


@pytest.fixture
def given(tmp_path):
    path = tmp_path / "references.bib"
    path.write_text(GIVEN, encoding="utf-8")
    return path


def test_entries_are_read_in_every_usual_form(given) -> None:
    found = references(given)

    assert list(found) == ["ada1843", "bea2001"]
    assert found["ada1843"].text == "Lovelace and The Analysts, A Title in quotation marks (1843)"
    assert found["ada1843"].kind == "book"
    assert found["bea2001"]["title"] == "Two lines"
    assert found["bea2001"]["url"] == "https://example.org/a,b=c"


def test_no_file_is_no_sources(tmp_path) -> None:
    assert references(tmp_path / "references.bib") == {}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("year = 1843\n}", "year = 1843\n", "source 'ada1843' has a brace that is not closed"),
        ("year = 1843", "date = 1843", "source 'ada1843' has no year"),
        (
            "  author = {Lovelace, Ada and {The Analysts}},\n  Title",
            "  T",
            "no author and no title",
        ),
        ("year = 1843", 'year = 1843 # "a"', "source 'ada1843' cannot be read from"),
        ("bea2001", "ada1843", "two sources 'ada1843'"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(given, old: str, new: str, said: str) -> None:
    assert old in GIVEN
    given.write_text(GIVEN.replace(old, new), encoding="utf-8")
    with pytest.raises(RuleError) as error:
        references(given)
    assert said in str(error.value)
    assert str(error.value).startswith(str(given))


def test_a_key_is_one_source_in_all_files(given) -> None:
    found = references(given)
    other = {"ada1843": replace(found["ada1843"], fields=(("year", "1844"),), file="other.bib")}

    assert merged(found, found) == found
    with pytest.raises(RuleError, match=r"two sources 'ada1843': in .*references.bib and in other"):
        merged(found, other)


def test_a_citation_is_data_until_its_source_is_found(given) -> None:
    cite = Cite("bea2001", "eq. 3")
    found = cite.among(references(given))

    assert cite.text == "bea2001, eq. 3"
    assert found.text == "Bea, Two lines (2001), eq. 3"
    assert Cite("bea2001").among(references(given)).text == "Bea, Two lines (2001)"
    assert found == cite
    with pytest.raises(RuleError) as error:
        Cite("euler1748").among(references(given))
    assert str(error.value) == "no source 'euler1748' in references.bib (it has ada1843, bea2001)"


def test_our_own_sources_are_all_read() -> None:
    package = read_package(OURS)
    text = (package.folder / "references.bib").read_text(encoding="utf-8")

    assert len(package.sources) == text.count("@") > 0
