"""Points: pairwise different sizes, values as they are assumed, witnesses that are one function."""

from itertools import islice
from math import isclose
from random import Random

import pytest

from rulebook import RulebookError
from rulebook.language.build import matrix, vector
from rulebook.language.dims import dim
from rulebook.language.operators import commutation, ones
from rulebook.language.tree import Symbol
from rulebook.numeric.evaluate import Table, regular
from rulebook.numeric.points import Point, dimensions, drawn, sizings
from rulebook.numeric.witness import Witness

x, A = vector("x", "n"), matrix("A", "m", "n")


def test_every_named_size_is_found() -> None:
    assert dimensions(A @ x, ones("k")) == ("k", "m", "n")
    assert dimensions(commutation("p", "q")) == ("p", "q")


def test_sizes_are_pairwise_different_and_fit() -> None:
    some = list(islice(sizings(["m", "n"], (3, 2, 4)), 6))
    assert some[0] == {"m": 3, "n": 2}
    assert all(len(set(sizes.values())) == 2 for sizes in some)
    assert len({tuple(sizes.items()) for sizes in some}) == 6
    tall = sizings(["m", "n"], (3, 2, 4), lambda sizes: sizes["m"] < sizes["n"])
    assert next(tall) == {"m": 3, "n": 4}
    assert next(sizings("abcd", (1, 2))) == {"a": 1, "b": 2, "c": 3, "d": 4}


def test_values_are_drawn_as_is_assumed_and_indices_are_whole() -> None:
    sizes = {"m": 3, "n": 4}
    made = drawn(A, sizes, ("positive",), Random(1))
    assert [len(row) for row in made] == [4, 4, 4]
    assert all(a > 0 for row in made for a in row)
    k = Symbol((), "k", role="index", limit=dim("n"))
    assert all(drawn(k, sizes, (), Random(seed)) in range(4) for seed in range(20))
    assert drawn(x, sizes, (), Random(1)) == drawn(x, sizes, (), Random(1))
    assert drawn(x, sizes, (), Random(1)) != drawn(x, sizes, (), Random(2))


def test_what_moves_is_moved_and_nothing_else() -> None:
    dx = vector("dx", "n")
    point = Point({"n": 2}, {x: [1.0, 2.0], dx: [1.0, -1.0]})
    assert point.shifted(0.5, ((x, dx),)).values == {x: [1.5, 1.5], dx: [1.0, -1.0]}
    assert point.is_real
    assert not point.shifted(1j, ((x, dx),)).is_real


def test_partials_of_a_witness_are_those_of_one_function() -> None:
    f, at, h = Witness(7), [0.3, -0.8, 1.1], 1e-6
    for k in range(3):
        up, down = ([a + s * h * (n == k) for n, a in enumerate(at)] for s in (1, -1))
        for by in ((), (0,)):
            slope = (f.entry((1,), up, by) - f.entry((1,), down, by)) / (2 * h)
            assert isclose(slope, f.entry((1,), at, (*by, k)), rel_tol=1e-6)
    step = [complex(a, 1e-30 * (n == 2)) for n, a in enumerate(at)]
    assert isclose(f.entry((1,), step, ()).imag / 1e-30, f.entry((1,), at, (2,)), rel_tol=1e-12)
    assert f.entry((0,), at, ()) != f.entry((1,), at, ()) != Witness(8).entry((1,), at, ())
    with pytest.raises(RulebookError, match="second derivatives"):
        f.entry((), at, (0, 1, 2))


@pytest.mark.parametrize(
    ("rows", "steady"),
    [
        ((1.0, 0.0, 0.0, 1.0), True),
        ((0.0, 2.0, -1.0, 0.0), True),
        ((1.0, 2.0, 2.0, 4.0), False),
        ((1.0, 1.0, 1.0, 1.0 + 1e-9), False),
        ((float("nan"), 0.0, 0.0, 1.0), False),
    ],
)
def test_a_matrix_near_a_singular_one_tells_nothing(rows: tuple[float, ...], steady: bool) -> None:
    assert regular(Table((2, 2), rows)) is steady
