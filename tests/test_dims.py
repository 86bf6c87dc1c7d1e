"""Dimensions are polynomials, shapes are tuples of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook import ShapeError
from rulebook.language.dims import ONE, SCALAR, Dim, array_shape, column, dim, row, show

SIZES = {"m": 3, "n": 4, "p": 2}


def dims() -> st.SearchStrategy[Dim]:
    leaves = st.one_of(st.sampled_from(["m", "n", "p"]), st.integers(-3, 5)).map(dim)
    return st.recursive(
        leaves,
        lambda more: st.builds(
            lambda a, b, how: {"+": a + b, "-": a - b, "*": a * b}[how],
            more,
            more,
            st.sampled_from("+-*"),
        ),
        max_leaves=6,
    )


@given(dims(), dims())
def test_arithmetic_is_that_of_the_sizes(a: Dim, b: Dim) -> None:
    assert (a + b).at(SIZES) == a.at(SIZES) + b.at(SIZES)
    assert (a - b).at(SIZES) == a.at(SIZES) - b.at(SIZES)
    assert (a * b).at(SIZES) == a.at(SIZES) * b.at(SIZES)


@given(dims(), dims(), dims())
def test_equal_polynomials_are_one_dimension(a: Dim, b: Dim, c: Dim) -> None:
    assert a * (b + c) == c * a + b * a
    assert a - a == dim(0)


@given(dims())
def test_the_text_of_a_dimension_is_python_for_it(a: Dim) -> None:
    assert eval(str(a), {}, SIZES) == a.at(SIZES)  # noqa: S307  our own text


@pytest.mark.parametrize(
    ("size", "text", "value", "name", "constant"),
    [
        (dim(0), "0", 0, None, 0),
        (dim(7), "7", 7, None, 7),
        (dim(-2), "-2", -2, None, -2),
        (dim("n"), "n", None, "n", 0),
        (dim("n") + 1, "n + 1", None, None, 1),
        (dim("H") - "P" + 1, "H - P + 1", None, None, 1),
        (dim("m") * "n", "m*n", None, None, 0),
        (dim("n") * 2, "2*n", None, None, 0),
        (dim("n") * -1, "-n", None, None, 0),
    ],
)
def test_parts(size: Dim, text: str, value: int | None, name: str | None, constant: int) -> None:
    assert (str(size), size.value, size.name, size.constant) == (text, value, name, constant)


def test_names_are_collected() -> None:
    assert (dim("m") * "n" + "p" - 1).names == {"m", "n", "p"}


@pytest.mark.parametrize("name", ["", "1n", "n m", "n-1"])
def test_a_dimension_needs_a_name(name: str) -> None:
    with pytest.raises(ShapeError, match="not the name of a dimension"):
        dim(name)


@pytest.mark.parametrize(
    ("shape", "text", "array"),
    [
        (SCALAR, "scalar", ()),
        (column("n"), "n×1", (dim("n"),)),
        (row("n"), "1×n", (dim("n"),)),
        ((dim("m"), dim("n")), "m×n", (dim("m"), dim("n"))),
        ((ONE, dim("m"), dim("n")), "1×m×n", (ONE, dim("m"), dim("n"))),
    ],
)
def test_shapes_for_people_and_for_numpy(shape: tuple, text: str, array: tuple) -> None:
    assert show(shape) == text
    assert array_shape(shape) == array
