"""Values behave: equal by value, sent between processes, copied, hashed."""

import copy
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import rulebook
from rulebook import errors
from rulebook.book import library
from rulebook.errors import RulebookError
from rulebook.language.assumptions import WORDS
from rulebook.language.build import matrix, vector
from rulebook.language.dims import dim
from rulebook.language.operators import (
    commutation,
    eye,
    function,
    grid,
    lower,
    ones,
    partial,
    row_of,
    size,
    softmax,
    total,
    unit,
    unvec,
    upper,
    zeros,
)
from rulebook.language.operators.elementwise import RELU
from rulebook.language.traverse import walk
from rulebook.language.tree import Apply, Expr, Index, Let, Operator

x, y, A, i = vector("x", "n"), vector("y", "m"), matrix("A", "m", "n"), Index("i", "n")
f = function("f", "m")
SIZED: list[Expr] = [
    commutation("m", "n"),
    eye("n"),
    grid([x[0], x[1]]),
    lower(vector("w", dim("m") + "n"), "m", "n"),
    ones("n"),
    partial(f(x), x),
    row_of(A, 0),
    size("n"),
    total(i, x[i]),
    unit(1, "n"),
    unvec(vector("w", dim("m") * "n"), "m", "n"),
    upper(vector("w", dim("m") + "n"), "m", "n"),
    zeros("m", "n"),
    Let("p", softmax(x)) @ Let("p", softmax(x)).T,
]


def expressions() -> Iterator[Expr]:
    yield from SIZED
    for rule in rulebook.rules():
        yield from rule.claim.sides.values()


def ways(value: Any) -> Iterator[Any]:
    yield pickle.loads(pickle.dumps(value))
    yield copy.copy(value)
    yield copy.deepcopy(value)


def test_every_expression_survives_pickling_and_copying() -> None:
    for e in expressions():
        for other in ways(e):
            assert other == e
            assert hash(other) == hash(e)
            assert other.prefix() == e.prefix()


def test_a_row_is_the_row_itself_wherever_it_went() -> None:
    for e in expressions():
        for node in walk(e):
            if isinstance(node, Apply):
                assert all(other is node.op for other in ways(node.op))


def test_every_rule_survives_pickling_and_copying() -> None:
    for rule in rulebook.rules():
        for other in ways(rule):
            assert other == rule
            assert hash(other) == hash(rule)
            assert (other.id, other.fingerprint) == (rule.id, rule.fingerprint)


BORROWED = """
from rulebook.language.assumptions import Word, register
from rulebook.language.operators.elementwise import RELU
from rulebook.language.samplers import uniform, within
from rulebook.language.tree import Operator

RAMP = Operator(name="ramp", shape=RELU.shape, entry=RELU.entry, latex="{0}", numpy="{0}")
TINY = Word("tiny", "is tiny", uniform(0.1, 0.2), within(0, 1), 1)
register(TINY)
"""
KEPT = """
from borrowed import RAMP
from rulebook.language.assumptions import Assumption
from rulebook.language.build import scalar
from pickle import dump
x = scalar("x")
dump((RAMP(x), Assumption("tiny", x)), open("kept", "wb"))
"""
LOADED = """
from pickle import load
e, a = load(open("kept", "rb"))
from borrowed import RAMP, TINY
assert (e.op, a.meaning) == (RAMP, TINY)
"""


def test_rows_and_words_of_a_package_are_found_again_in_a_fresh_process(tmp_path: Path) -> None:
    (tmp_path / "borrowed.py").write_text(BORROWED)
    for code in (KEPT, LOADED):
        subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)


def test_a_row_that_stands_nowhere_is_copied_but_not_pickled() -> None:
    stray = Operator(name="stray", shape=RELU.shape, entry=RELU.entry, latex="", numpy="")
    assert copy.deepcopy(stray) is stray
    with pytest.raises(pickle.PicklingError, match="the operator stray stands in no module"):
        pickle.dumps(stray)


def test_every_word_survives_pickling_and_copying() -> None:
    for word in WORDS.values():
        assert all(other is word for other in ways(word))
        assert repr(word) == word.name


def test_errata_and_books_are_told_in_one_line() -> None:
    for erratum in rulebook.errata():
        assert all(other == erratum for other in ways(erratum))
        assert repr(erratum).startswith(f"Erratum({erratum.id}: ")
        assert "object at" not in repr(erratum)
    few = rulebook.Book.of(library.book().chapters[:2])
    assert repr(few) == f"Book(2 chapters, {len(few)} rules, 0 errata)"
    assert repr(few.chapters[0]).startswith("Chapter(scalars: ")


def _asked(rule: rulebook.Rule) -> tuple[str, int]:
    return rule.fingerprint, len({rule: 1, rulebook.get(rule.id): 2})


def test_rules_go_to_other_processes_and_are_the_same_there() -> None:
    some = [rulebook.get(id) for id in ("softmax", "quadratic_form", "vector_chain")]
    with ProcessPoolExecutor(1) as pool:
        assert list(pool.map(_asked, some)) == [(rule.fingerprint, 1) for rule in some]


def _raised(call: Callable[[], object]) -> RulebookError:
    with pytest.raises(RulebookError) as caught:
        call()
    return caught.value


EXAMPLES: dict[str, Callable[[], object]] = {
    "ParseError": lambda: rulebook.derive("x +* y", wrt="x"),
    "Refusal": lambda: rulebook.derive("log(x)", "x", without=["log_differential", "logarithm"]),
    "RuleError": lambda: rulebook.derive("x @ x", wrt="x", order=7),
    "ShapeError": lambda: A @ A,
    "UnknownRule": lambda: rulebook.get("quadratic_from"),
}


def test_there_is_an_example_of_every_error() -> None:
    assert set(EXAMPLES) == set(errors.__all__) - {"RulebookError"}


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_error_survives_pickling_and_copying(name: str) -> None:
    error = _raised(EXAMPLES[name])
    assert type(error).__name__ == name
    for other in ways(error):
        assert other == error
        assert (str(other), vars(other)) == (str(error), vars(error))
    assert error != RulebookError(str(error))


REPORTS: dict[str, Callable[[], rulebook.Report]] = {
    "a rule": lambda: rulebook.check("quadratic_form"),
    "an erratum": lambda: rulebook.check_erratum(rulebook.errata()[0]),
    "a refuted claim": lambda: rulebook.check(of="x @ A @ x", wrt="x", equals="2 * A @ x"),
    "a gradient": lambda: rulebook.check_gradient(np.sum, lambda x: 2 * x, np.ones(3)),
}


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_survives_pickling_and_copying(name: str) -> None:
    report = REPORTS[name]()
    for other in ways(report):
        assert other == report
        assert hash(other) == hash(report)
        assert str(other) == str(report)
    assert report != REPORTS[next(other for other in REPORTS if other != name)]()


def test_a_report_explains_itself_where_it_is_asserted() -> None:
    report = REPORTS["a refuted claim"]()
    assert repr(report).startswith("✗ d(x @ A @ x)/dx: refuted\n  at n=3: ")


def test_the_rules_have_a_number() -> None:
    assert len(rulebook.rules()) == len(list(rulebook.rules()))
    assert rulebook.rules()[0] in rulebook.rules()
