"""The book: every rule is checked, every wrong variant told apart, every erratum refuted."""

import re
from functools import cache
from importlib import metadata

import numpy as np
import pytest

import rulebook
from rulebook import Report, UnknownRule, Verdict
from rulebook.book.library import book
from rulebook.book.search import signature
from rulebook.chapters import CHAPTERS
from rulebook.checks import check_rule
from rulebook.checks.points import sample_points
from rulebook.checks.subject import Subject
from rulebook.language.dims import array_shape
from rulebook.printing.numpy import compiled, parameters

RULES = list(rulebook.rules())
IDS = [rule.id for rule in RULES]
ERRATA = list(rulebook.errata())
PAPER = CHAPTERS[: CHAPTERS.index("neurons") + 1]


@cache
def report(id: str) -> Report:
    return rulebook.check(id)


@pytest.mark.parametrize("id", IDS)
def test_every_rule_holds_and_every_wrong_variant_is_told_apart(id: str) -> None:
    found = report(id)
    assert found.ok, str(found)
    assert not found.survived
    assert all(v.outcome in ("refuted", "refused", "equivalent") for v in found.variants)
    assert all(v.outcome != "equivalent" for v in found.variants if v.by_hand), str(found)
    assert found.variants or found.verdict is Verdict.DEFINITION


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_every_printed_program_runs_and_has_the_stated_shapes(rule: rulebook.Rule) -> None:
    space = compiled(rule.numpy())
    sides = rule.claim.sides
    params = parameters(*sides.values())
    place = sample_points(Subject(rule.id, rule.claim, rule.assuming))[0]
    given = place.at.arguments(params, *sides.values())
    for name, side in sides.items():
        with np.errstate(all="raise"):
            made = np.asarray(space[name](**given))
        assert made.shape == tuple(d.at(place.sizes) for d in array_shape(side.shape))


def test_nine_in_ten_of_the_rules_of_the_paper_are_proved() -> None:
    """The quick way round: without variants, a proof is a matter of milliseconds."""
    verdicts = [check_rule(rule, variants=False).verdict for rule in RULES if rule.chapter in PAPER]
    claims = [v for v in verdicts if v is not Verdict.DEFINITION]
    assert sum(v.proved for v in claims) >= 0.9 * len(claims) > 0


def test_every_erratum_is_refuted_and_names_what_is_right() -> None:
    for erratum in ERRATA:
        found = rulebook.check_erratum(erratum)
        assert found.ok, str(found)
        assert found.counterexample is not None or "cannot be written" in found.reason
        assert not re.fullmatch("[a-z0-9_]+", erratum.right) or rulebook.get(erratum.right)


def test_ids_are_unique_names_in_snake_case() -> None:
    assert len(set(IDS)) == len(IDS)
    assert [id for id in IDS if not re.fullmatch("[a-z][a-z0-9]*(_[a-z0-9]+)*", id)] == []
    assert not {e.id for e in ERRATA} & set(IDS)


def test_rules_stand_in_reading_order_and_know_their_lines() -> None:
    assert [c.name for c in book().chapters] == list(CHAPTERS)
    assert [rule.id for c in book().chapters for rule in c.rules] == IDS
    for chapter in book().chapters:
        lines = [rule.line for rule in chapter.rules]
        assert lines == sorted(lines)
        assert {rule.path for rule in chapter.rules} <= {f"src/rulebook/chapters/{chapter.name}.py"}
        assert chapter.title
        assert not chapter.title.endswith(".")


def test_every_rule_has_a_title_of_its_own() -> None:
    titles = [rule.title for rule in RULES]
    assert {t for t in titles if titles.count(t) > 1} == set()


def test_no_note_repeats_the_statement_in_latex() -> None:
    assert [rule.id for rule in RULES if rule.latex() in rule.note] == []


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_a_rule_is_found_by_what_it_is(rule: rulebook.Rule) -> None:
    assert rulebook.get(rule.id) is rule
    assert rule in rulebook.search(rule.id)
    assert rule in rulebook.search(signature(rule))
    assert rule in rulebook.search(f"{rule.cites[0].key} {rule.cites[0].where}".strip())


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("quadratic_form", "quadratic_form"),
        ("Quadratic FORM", "quadratic_form"),
        ("petersen2012 81", "quadratic_form"),
        ("softmax", "softmax"),
    ],
)
def test_the_best_match_comes_first(text: str, first: str) -> None:
    assert rulebook.search(text)[0].id == first


@pytest.mark.parametrize(
    ("text", "found", "not_found"),
    [
        ("(n) -> (n, n)", "softmax", "quadratic_form"),
        ("(k)->(k,k)", "softmax", "linear_map"),
        ("(n) -> (m, n)", "linear_map", "softmax"),
        ("(n) -> (n)", "quadratic_form", "softmax"),
        ("() -> ()", "sine", "softmax"),
        ("exp", "softmax", "linear_map"),
        ("chain rule", "vector_chain", "softmax"),
    ],
)
def test_search_by_shape_operator_or_words(text: str, found: str, not_found: str) -> None:
    ids = [rule.id for rule in rulebook.search(text)]
    assert found in ids
    assert not_found not in ids


@pytest.mark.parametrize("text", ["", "   ", "no such rule anywhere", "(a, b, c) -> (d)"])
def test_a_search_may_find_nothing(text: str) -> None:
    assert rulebook.search(text) == []


@pytest.mark.parametrize(
    ("id", "message"),
    [
        ("sofmax", "no rule 'sofmax'; did you mean 'softmax'"),
        ("quadratic", "'quadratic_form'"),
        ("", "no rule ''"),
        ("xyzzy", "no rule 'xyzzy'"),
    ],
)
def test_an_unknown_id_offers_the_nearest(id: str, message: str) -> None:
    with pytest.raises(UnknownRule) as error:
        rulebook.get(id)
    assert message in str(error.value)


def test_an_unknown_erratum_is_an_unknown_rule() -> None:
    with pytest.raises(UnknownRule, match="no erratum 'nothing'"):
        rulebook.check_erratum("nothing")


def test_the_public_names_are_there_and_others_are_not() -> None:
    assert set(rulebook.__all__) <= set(dir(rulebook))
    with pytest.raises(AttributeError, match="no attribute 'derivative'"):
        rulebook.derivative  # noqa: B018


def test_the_version_is_the_installed_one() -> None:
    try:
        installed = metadata.version("matrix-rulebook")
    except metadata.PackageNotFoundError:
        pytest.skip("rulebook runs from a path, it is not installed")
    assert rulebook.__version__ == installed


@pytest.mark.parametrize("name", rulebook.__all__)
def test_every_public_name_is_documented_with_an_example(name: str) -> None:
    public = getattr(rulebook, name)
    public = public if callable(public) and not hasattr(public, "__path__") else rulebook.book.rules
    doc = public.__doc__ or ""
    assert doc
    assert isinstance(public, type) or ">>>" in doc
