"""Assumptions: a sample satisfies its words, and is nothing more special than they say."""

from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np
import pytest

from rulebook import RulebookError, RuleError
from rulebook.language.assumptions import WORDS, Assumption, invertible, sample
from rulebook.language.build import matrix, vector

S, A, x = matrix("S", "n", "n"), matrix("A", "m", "n"), vector("x", "n")

PROPERTIES: dict[str, Callable[[Any], bool]] = {
    "symmetric": lambda a: bool(np.allclose(a, a.T)),
    "diagonal": lambda a: bool(np.allclose(a, np.diag(np.diag(a)))),
    "invertible": lambda a: bool(np.linalg.svd(a, compute_uv=False).min() > 1e-3),
    "orthogonal": lambda a: bool(np.allclose(a @ a.T, np.eye(len(a)))),
    "posdet": lambda a: bool(np.linalg.det(a) > 0),
    "spd": lambda a: bool(np.allclose(a, a.T) and np.linalg.eigvalsh(a).min() > 0.1),
    "identity": lambda a: bool(np.array_equal(a, np.eye(len(a)))),
    "laplacian": lambda a: bool(
        np.allclose(a, a.T) and np.allclose(a.sum(1), 0) and (a - np.diag(np.diag(a)) <= 0).all()
    ),
    "sqdist": lambda a: bool(np.allclose(a, a.T) and np.allclose(np.diag(a), 0) and (a >= 0).all()),
    "ones": lambda a: bool((a == 1).all()),
    "pm1": lambda a: bool(np.isin(a, [-1, 1]).all()),
    "binary": lambda a: bool(np.isin(a, [0, 1]).all()),
    "onehot": lambda a: bool(np.isin(a, [0, 1]).all() and (a.sum(axis=-1) == 1).all()),
    "simplex": lambda a: bool((a > 0).all() and np.allclose(a.sum(axis=-1), 1)),
    "unit": lambda a: bool(((a > 0) & (a < 1)).all()),
    "positive": lambda a: bool((a > 0).all()),
    "nonzero": lambda a: bool((np.abs(a) > 0.05).all()),
    "large": lambda a: bool((a > 6).all()),
    "small": lambda a: bool(np.abs(a).mean() < 1),
}
# What a word entails, beside itself; of anything else a sample must break each property.
ENTAILS = {
    "identity": "symmetric diagonal invertible orthogonal posdet spd binary onehot small",
    "ones": "symmetric pm1 binary nonzero positive",
    "pm1": "nonzero",
    "binary": "small",
    "onehot": "binary small",
    "simplex": "unit positive nonzero small",
    "unit": "positive nonzero small",
    "spd": "symmetric invertible posdet small",
    "laplacian": "symmetric small",
    "sqdist": "symmetric posdet",  # at odd sizes, such as 5
    "orthogonal": "invertible small",
    "posdet": "invertible small",
    "invertible": "small",
    "symmetric": "small",
    "large": "positive nonzero",
    "positive": "nonzero small",
    "nonzero": "small",
    "small": "",
}


def drawn(*words: str, shape: tuple[int, ...] = (5, 5)) -> list[Any]:
    return [np.array(sample(shape, words, Random(seed))) for seed in range(20)]


def test_every_word_is_tried() -> None:
    assert set(ENTAILS) == set(WORDS) <= set(PROPERTIES)


@pytest.mark.parametrize("word", WORDS)
def test_a_sample_satisfies_its_word_and_what_it_entails(word: str) -> None:
    for name in [word, *ENTAILS[word].split()]:
        if name == "small" and word != "small":
            continue  # how large a generic entry may be is no promise
        assert all(PROPERTIES[name](a) for a in drawn(word)), name


@pytest.mark.parametrize("word", WORDS)
def test_a_sample_is_no_more_special_than_its_word(word: str) -> None:
    entailed = {word, "small", *ENTAILS[word].split()}
    special = set(PROPERTIES) - {"invertible", "nonzero", "unit", "small"}  # true of almost all
    always = {name for name in special if all(PROPERTIES[name](a) for a in drawn(word))}
    assert always <= entailed


@pytest.mark.parametrize("shape", [(), (4,), (3, 5), (2, 3, 4)])
def test_without_a_word_a_sample_is_generic(shape: tuple[int, ...]) -> None:
    for a in drawn(shape=shape):
        assert a.shape == shape
        assert np.all(np.abs(a) >= 0.1)
    signs = np.sign(np.array(drawn(shape=shape)))
    assert {-1.0, 1.0} <= set(signs.ravel())


def test_a_generic_matrix_is_neither_symmetric_nor_singular() -> None:
    for a in drawn():
        assert not PROPERTIES["symmetric"](a)
        assert abs(np.linalg.det(a)) > 1e-3


def test_an_invertible_matrix_has_either_sign_of_determinant() -> None:
    assert {np.sign(np.linalg.det(a)) for a in drawn("invertible")} == {-1.0, 1.0}


@pytest.mark.parametrize(
    ("words", "holds"),
    [
        (("invertible", "posdet"), ("posdet", "invertible")),
        (("symmetric", "invertible"), ("symmetric", "invertible")),
        (("spd", "symmetric"), ("spd",)),
        (("nonzero", "positive"), ("positive",)),
        (("positive", "symmetric"), ("positive", "symmetric")),
    ],
)
def test_words_hold_together(words: tuple[str, ...], holds: tuple[str, ...]) -> None:
    for a in drawn(*words):
        assert all(PROPERTIES[name](a) for name in holds)


@pytest.mark.parametrize("word", ["onehot", "simplex", "pm1", "positive", "unit"])
def test_words_of_vectors(word: str) -> None:
    assert all(PROPERTIES[word](a) for a in drawn(word, shape=(4,)))


@pytest.mark.parametrize(
    ("word", "symbol", "message"),
    [
        (
            "inverible",
            S,
            "no assumption 'inverible'; did you mean 'invertible'? (the words are binary",
        ),
        ("qqq", S, "no assumption 'qqq' (the words are binary, identity, invertible, laplacian"),
        ("spd", A, "A cannot be spd: it is not a square matrix"),
        ("symmetric", x, "x cannot be symmetric: it is not a square matrix"),
    ],
)
def test_words_that_cannot_be_said(word: str, symbol: Any, message: str) -> None:
    with pytest.raises(RuleError) as error:
        Assumption(word, symbol)
    assert message in str(error.value)


def test_a_word_reads_as_a_sentence() -> None:
    assert invertible(S).text == "is invertible"
    assert all(word.phrase.split()[0] in ("is", "has", "holds") for word in WORDS.values())


def test_words_that_exclude_each_other_are_caught() -> None:
    with pytest.raises(RulebookError, match=r"no sample of shape \(4,\) is onehot and ones"):
        sample((4,), ["ones", "onehot"], Random(0))
