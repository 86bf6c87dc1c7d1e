"""The book is a value: made of chapters, looked up, compared, copied, and exchanged."""

import copy
import pickle
from dataclasses import replace

import pytest

import rulebook
from rulebook import Book, RuleError, UnknownRule, using
from rulebook.book.library import book
from rulebook.book.packages import OURS, read_package

WHOLE = book()
FEW = Book.of(WHOLE.chapters[:3])


def test_a_book_has_a_length_and_an_order() -> None:
    assert len(rulebook.rules()) == len(WHOLE) == len(list(WHOLE)) > len(FEW) > 0
    assert rulebook.rules()[0] is WHOLE.rules[0] is next(iter(WHOLE))
    assert len(rulebook.errata()) == len(WHOLE.errata)
    assert "softmax" in WHOLE
    assert rulebook.get("softmax") in WHOLE
    assert "softmax" not in FEW
    assert rulebook.get("softmax") not in FEW


def test_reading_again_gives_an_equal_book_and_leaves_the_first_alone() -> None:
    again = Book.read(OURS)

    assert again is not WHOLE
    assert again == WHOLE
    assert hash(again) == hash(WHOLE)
    assert [r.id for r in WHOLE] == [r.id for r in again]


@pytest.mark.parametrize(
    "through", [copy.copy, copy.deepcopy, lambda b: pickle.loads(pickle.dumps(b))]
)
def test_a_book_is_equal_by_value(through) -> None:
    FEW.once(len)
    made = through(FEW)

    assert made == FEW
    assert hash(made) == hash(FEW)
    assert made.get("power").permalink == FEW.get("power").permalink


def test_a_book_with_another_rule_or_another_id_is_another_book() -> None:
    first, *others = FEW.chapters
    rule, *rest = first.rules
    renamed = replace(first, rules=(replace(rule, id="another"), *rest))
    retold = replace(first, rules=(replace(rule, title="Another"), *rest))

    assert Book.of([renamed, *others]) != FEW
    assert Book.of([retold, *others]) != FEW
    assert Book.of(FEW.chapters, {"old": rule.id}) != FEW


def test_what_is_made_of_a_book_is_made_once() -> None:
    seen: list[Book] = []

    def count(read: Book) -> int:
        seen.append(read)
        return len(read)

    other = Book.of(FEW.chapters)
    assert [FEW.once(count), FEW.once(count), other.once(count)] == [len(FEW)] * 3
    assert list(map(id, seen)) == [id(FEW), id(other)]


def test_another_book_is_used_for_a_while() -> None:
    with using(FEW) as few:
        assert book() is few is FEW
        assert len(rulebook.rules()) == len(FEW)
        with pytest.raises(UnknownRule):
            rulebook.get("softmax")
        with pytest.raises(UnknownRule):
            rulebook.check("softmax")
        with pytest.raises(rulebook.Refusal):
            rulebook.derive("logdet(X)", wrt="X", shapes={"X": ("n", "n")})
    assert book() is WHOLE
    assert rulebook.check("softmax").ok
    assert rulebook.derive("logdet(X)", wrt="X", shapes={"X": ("n", "n")}).steps


def test_an_empty_book_is_a_book() -> None:
    with using(Book.of([])):
        assert rulebook.rules() == ()
        assert rulebook.search("softmax") == []


def test_rules_are_left_out_by_id() -> None:
    assert WHOLE.without([]) is WHOLE
    thin = WHOLE.without(iter(["softmax", "power"]))
    assert len(thin) == len(WHOLE) - 2
    assert "softmax" not in thin
    assert thin.errata == WHOLE.errata


@pytest.mark.parametrize(
    ("ids", "error", "said"),
    [
        (["sofmax"], UnknownRule, "no rule 'sofmax'; did you mean 'softmax'"),
        ("softmax", RuleError, "rules are left out by a list of ids, so write ['softmax']"),
        (None, RuleError, "rules are left out by a list of ids, not by None"),
    ],
)
def test_what_cannot_be_left_out(ids, error: type[Exception], said: str) -> None:
    with pytest.raises(error) as caught:
        WHOLE.without(ids)
    assert said in str(caught.value)


def test_a_derivation_goes_by_what_is_left() -> None:
    shapes = {"X": ("n", "n")}
    used = {step.rule for step in rulebook.derive("logdet(X)", wrt="X", shapes=shapes).steps}
    some = next(iter(used))
    try:
        steps = rulebook.derive("logdet(X)", wrt="X", shapes=shapes, without=[some]).steps
    except rulebook.Refusal:
        return
    assert some not in {step.rule for step in steps}


def test_two_of_a_name_are_refused_with_both_files() -> None:
    first, second = FEW.chapters[:2]
    elsewhere = replace(first, path="elsewhere.py")
    moved = replace(second, rules=(replace(first.rules[0], path="elsewhere.py"),))

    with pytest.raises(RuleError, match=f"two chapters '{first.name}': in {first.path} and else"):
        Book.of([first, elsewhere])
    with pytest.raises(
        RuleError, match=f"two rules '{first.rules[0].id}': in {first.path} and els"
    ):
        Book.of([first, moved])


def test_chapters_and_errata_are_looked_up_by_name() -> None:
    assert WHOLE.chapter("softmax").title
    with pytest.raises(RuleError, match="no chapter 'sofmax'; the chapters are scalars, "):
        WHOLE.chapter("sofmax")
    with pytest.raises(UnknownRule, match="no erratum 'softmax'"):
        WHOLE.erratum("softmax")


def test_ours_is_a_package_like_any_other() -> None:
    package = read_package(OURS)
    assert package.imprint.title == "Rulebook"
    assert {rule.imprint for rule in WHOLE} == {package.imprint}
    assert {cite.source for rule in WHOLE for cite in rule.cites} <= set(package.sources.values())
    with pytest.raises(RuleError, match=r"rulebook\.language is no package of chapters"):
        read_package("rulebook.language")
