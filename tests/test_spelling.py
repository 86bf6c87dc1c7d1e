"""How operators are typed: a row is known by its names, and no name means two things."""

from dataclasses import replace
from typing import Any

import pytest

from rulebook import RuleError
from rulebook.dialect.parse import declare, parse
from rulebook.language import spelling
from rulebook.language.dims import DimLike
from rulebook.language.operators import shapes
from rulebook.language.operators.elementwise import EXP
from rulebook.language.operators.linear import DIAG, DIAGONAL
from rulebook.language.operators.reductions import FROBENIUS, NORM
from rulebook.language.spelling import Call, Constant, Spelling, constant, functions, known_as
from rulebook.language.tree import Expr, Operator


@pytest.fixture(autouse=True)
def _as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spelling, "_KNOWN", dict(spelling._KNOWN))


def made(name: str = "mine", call: Any = "mine", shape: Any = shapes.keep) -> Operator:
    """A row of this file, which is another package than the book's."""
    return Operator(
        name=name,
        shape=shape,
        entry=lambda s, i, a: a(*i),
        latex="{0}",
        numpy="np.copy({0})",
        call=call,
    )


def rows(name: str) -> list[Operator]:
    meaning = known_as(name)
    assert isinstance(meaning, Spelling)
    return [way.row for way in meaning.ways]


def read(text: str) -> Any:
    return parse(text, declare({"x": ("n",), "A": ("m", "n"), "S": ("n", "n")}))


def test_a_row_is_typed_once_it_is_made() -> None:
    assert "mine" not in functions()
    row = made()
    assert "mine" in functions()
    assert read("mine(x)").op is row


def test_a_row_may_have_several_names_and_a_name_several_rows() -> None:
    assert [c.name for c in NORM.calls] == ["norm2", "normfro"]
    assert rows("normfro") == [NORM, FROBENIUS]
    assert rows("diag") == [DIAGONAL, DIAG]
    assert [read(t).op for t in ("diag(x)", "diag(S)")] == [DIAG, DIAGONAL]
    assert [read(t).op for t in ("normfro(x)", "normfro(x @ S)", "normfro(A)")] == [
        NORM,
        NORM,
        FROBENIUS,
    ]


def test_rows_of_one_package_share_a_name_by_ranks() -> None:
    of_vector = made("vector", Call("both", shapes.of_vector), shapes.column_to_scalar)
    of_matrix = made("matrix", "both", shapes.matrix_to_scalar)
    assert rows("both") == [of_vector, of_matrix]
    assert [read(t).op for t in ("both(x)", "both(A)")] == [of_vector, of_matrix]


@pytest.mark.parametrize("name", ["exp", "stack", "ones", "+", "@", ".T"])
def test_a_name_that_another_package_has_is_refused(name: str) -> None:
    before = known_as(name)
    with pytest.raises(RuleError, match="and that name is taken"):
        made(call=name)
    assert known_as(name) is before


def test_a_row_must_say_of_what_ranks_it_is_typed() -> None:
    with pytest.raises(RuleError, match="its shape rule must say of what ranks"):
        made(shape=lambda a: a)
    assert "mine" not in functions()


def test_a_row_made_again_takes_its_place() -> None:
    made()
    again = made()
    assert rows("mine") == [again]


def test_a_copy_is_not_typed() -> None:
    replace(EXP, numpy="slow.exp({0})")
    assert rows("exp") == [EXP]


def test_a_constant_is_typed_with_its_size() -> None:
    @constant("hilbert", rank=2)
    def hilbert(n: DimLike) -> Expr:
        return EXP(read(f"eye({n})"))

    found = known_as("hilbert")
    assert isinstance(found, Constant)
    assert (found.rank, found.make) == (2, hilbert)
    assert read("A @ hilbert(n)").shape == read("A").shape
    for name in ("ones", "exp"):
        with pytest.raises(RuleError, match=f"a constant is typed as {name}"):
            constant(name, rank=2)(hilbert)
