"""A word of one's own is one row: sampled, proved with, refuted under, and said of a change."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from rulebook import Rule, RuleError, Verdict
from rulebook.book.claims import Claim, Differential, Equality, d
from rulebook.book.references import Cite
from rulebook.checks import check_rule
from rulebook.checks.everysize import prove_everywhere
from rulebook.checks.exact.proof import holds_exactly
from rulebook.checks.subject import Subject
from rulebook.language.arithmetic import NoEntry
from rulebook.language.assumptions import WORDS, Assumption, Free, Word, register
from rulebook.language.build import matrix, vector
from rulebook.language.operators import zeros
from rulebook.language.tree import lift

HERE = (Cite("petersen2012", "eq. 81"),)
S, x, y = matrix("S", "n", "n"), vector("x", "n"), vector("y", "n")


def sampled(shape: tuple[int, ...], rng: Any) -> Any:
    a = [[rng.uniform(-1, 1) for _ in range(shape[1])] for _ in range(shape[0])]
    return [[a[i][j] - a[j][i] for j in range(shape[1])] for i in range(shape[0])]


def holds(a: Any) -> bool:
    return all(a[i][j] == -a[j][i] for i in range(len(a)) for j in range(len(a)))


def entry(s: Free, at: tuple[int, ...]) -> Any:
    i, j = at
    return s.number(0) if i == j else s.free(i, j) if i < j else -s.free(j, i)


SKEW = Word("skew", "is skew-symmetric", sampled, holds, 6, square=True, exact=entry)


@pytest.fixture
def word(request: pytest.FixtureRequest) -> Iterator[Word]:
    made = replace(SKEW, **getattr(request, "param", {}))
    register(made)
    yield made
    del WORDS[made.name]


def said(stays: bool) -> tuple[Assumption, ...]:
    """That S is skew; and, if it stays so, that its change is."""
    return tuple(Assumption("skew", symbol) for symbol in (S, d(S))[: 1 + stays])


def rule(claim: Claim, stays: bool = False) -> Rule:
    return Rule(title="A rule", claim=claim, assuming=said(stays), cites=HERE)


def subject(claim: Claim, stays: bool = False) -> Subject:
    return Subject("a claim", claim, said(stays))


FORM = Equality(left=x.T @ S @ x, right=lift(0))
TURNED = Differential(of=S @ x, wrt=(S,), equals=-(d(S).T @ x))


@pytest.mark.parametrize(("claim", "stays"), [(FORM, False), (TURNED, True)])
def test_what_is_true_of_it_alone_is_proved(word: Word, claim: Claim, stays: bool) -> None:
    found = check_rule(rule(claim, stays))
    assert found.verdict is Verdict.GIVEN_SIZES
    assert found.exact
    assert found.variants
    assert found.ok
    assert check_rule(replace(rule(claim), assuming=())).verdict is Verdict.REFUTED


@pytest.mark.parametrize(
    ("claim", "stays"),
    [
        (Equality(left=x.T @ S @ y, right=lift(0)), False),
        (Equality(left=S @ x, right=zeros("n")), False),
        (TURNED, False),  # a change of S need not be skew
        (Differential(of=S @ x, wrt=(S,), equals=d(S).T @ x), True),
    ],
)
def test_what_is_false_of_it_is_refuted(word: Word, claim: Claim, stays: bool) -> None:
    found = check_rule(rule(claim, stays))
    assert found.verdict is Verdict.REFUTED
    assert not holds_exactly(subject(claim, stays), {"n": 3})


@pytest.mark.parametrize("word", [{"exact": None}], indirect=True)
def test_a_prover_that_cannot_sample_a_word_is_silent(word: Word) -> None:
    for prover in (prove_everywhere, lambda s: holds_exactly(s, {"n": 3})):
        with pytest.raises(NoEntry, match="skew"):
            prover(subject(FORM))
    assert check_rule(rule(FORM)).verdict is Verdict.NUMERIC


def test_a_word_is_said_of_a_change_that_the_claim_makes(word: Word) -> None:
    with pytest.raises(RuleError, match="assumes something of dS, which does not occur"):
        rule(FORM, stays=True)


def test_one_name_has_one_meaning(word: Word) -> None:
    register(word)  # the same again
    with pytest.raises(RuleError, match="there is a word 'skew' already"):
        register(SKEW)


def test_two_words_that_tie_entries_are_not_sampled_together(word: Word) -> None:
    both = (Assumption("skew", S), Assumption("symmetric", S))
    with pytest.raises(NoEntry, match="no exact samples that are skew, symmetric"):
        holds_exactly(Subject("both", FORM, both), {"n": 3})
