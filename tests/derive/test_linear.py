"""An operator that is linear in some of its arguments: in those, and in no other."""

from collections.abc import Callable
from types import ModuleType

import numpy as np
import pytest
from truth import distance

import rulebook
from rulebook.checks.numbers import says_zero
from rulebook.deriving.match import Bound, Matcher
from rulebook.deriving.terms.algebra import Algebra
from rulebook.language.build import matrix, scalar, vector
from rulebook.language.dims import ONE, dim
from rulebook.language.operators import kron, unvec, zeros
from rulebook.language.operators.infix import HADAMARD, OUTER, PRODUCT, QUOTIENT, SCALING, SUM
from rulebook.language.operators.linear import KRON, TRACE
from rulebook.language.tree import Operator, Symbol

w, X, s = vector("w", "m"), matrix("X", "m", "n"), scalar("s")

CHAPTER = r'''"""Rows, each scaled by one more than its weight."""

from typing import Final

from rulebook.book.claims import Differential, Pullback, cotangent, d
from rulebook.book.references import Cite
from rulebook.book.rule import Rule
from rulebook.errors import ShapeError
from rulebook.language.build import matrix, vector
from rulebook.language.dims import ONE
from rulebook.language.operators import diag, diagonal
from rulebook.language.ranks import ShapeRule
from rulebook.language.tree import Operator


def _scaled(w, X):
    if w != (X[0], ONE):
        raise ShapeError("one weight a row")
    return X


SCALE_ROWS = Operator(
    name="scale rows",
    shape=ShapeRule(_scaled, ((1, 2, 2),), lambda w, X, r: [(w[0], X[0]), *zip(X, r, strict=True)]),
    entry=lambda s, i, w, X: (w(i[0], 0) + s.number(1)) * X(*i),
    latex=r"\operatorname{{scale}}({0}, {1})",
    numpy="((1 + {0}) * {1:atom}.T).T",
    call="scale_rows",
    text="scale_rows({0}, {1})",
    stands="column",
    linear=(1,),
)
HERE = (Cite("petersen2012"),)
w, X = vector("w", "m"), matrix("X", "m", "n")
g = cotangent("G", X)

scale_differential: Final = Rule(
    title="Differential of scaled rows",
    claim=Differential(
        of=SCALE_ROWS(w, X), wrt=(w, X), equals=diag(d(w)) @ X + SCALE_ROWS(w, d(X))
    ),
    cites=HERE,
)
scale_pullback: Final = Rule(
    title="Pullback of scaled rows",
    claim=Pullback(
        of=SCALE_ROWS(w, X), cotangents=g, equals={w: diagonal(g @ X.T), X: SCALE_ROWS(w, g)}
    ),
    cites=HERE,
)
'''


@pytest.fixture
def scale(add_chapter: Callable[[str], ModuleType]) -> Operator:
    row = add_chapter(CHAPTER).SCALE_ROWS
    assert isinstance(row, Operator)
    return row


def test_a_row_says_in_which_arguments(scale: Operator) -> None:
    assert [scale.linear_in(k) for k in (0, 1)] == [False, True]
    assert [QUOTIENT.linear_in(k) for k in (0, 1)] == [True, False]
    assert not SUM.linear_in(0)
    assert all(op.linear_in(k) for op in (PRODUCT, OUTER, SCALING, HADAMARD, KRON) for k in (0, 1))
    assert TRACE.linear_in(0)


def test_scalars_leave_where_it_is_linear(scale: Operator) -> None:
    g = Algebra()
    read = g.read
    assert read(scale(w, 2 * s * X)) is read(2 * s * scale(w, X))
    assert read(scale(2 * w, X)) is not read(2 * scale(w, X))
    assert read(kron(2 * X, s * X)) is read(2 * s * kron(X, X))


def test_a_multiple_is_matched_with_the_scalars_taken_back(scale: Operator) -> None:
    g = Algebra()
    Y, u = matrix("Y", "m", "n"), vector("u", "m")
    (found,) = Matcher(g).whole(g.read(scale(u, Y)), g.read(3 * s * scale(w, X)), Bound())
    assert found.symbols == {u: g.read(w), Y: g.read(3 * s * X)}
    mn, pq = (Symbol((dim(a) * b, ONE), a + b) for a, b in ("mn", "pq"))
    (found,) = Matcher(g).whole(
        g.read(unvec(mn, "m", "n")), g.read(2 * unvec(pq, "p", "q")), Bound()
    )
    assert found.symbols == {mn: g.read(2 * pq)}
    assert found.dims == {"m": dim("p"), "n": dim("q")}


def test_nothing_comes_of_nothing_where_it_is_linear(scale: Operator) -> None:
    g = Algebra()
    none, nothing = zeros("m"), zeros("m", "n")
    assert g.is_zero(g.read(scale(w, nothing)))
    assert not g.is_zero(g.read(scale(none, X)))
    assert says_zero(scale(w, nothing))
    assert not says_zero(scale(none, X))
    assert says_zero(X @ zeros("n"))
    assert not says_zero(X + nothing)


def test_a_number_is_no_fixed_point_of_every_linear_map() -> None:
    twice = Operator(
        name="twice",
        shape=lambda a: a,
        entry=lambda s, i, a: a(*i) + a(*i),
        latex="2 {0:product}",
        numpy="2 * {0:product}",
        linear=True,
    )
    g = Algebra()
    assert g.read(twice(s)) is not g.read(s)
    assert g.call(TRACE, g.read(s)) is g.read(s)


def test_it_is_checked_and_derived_through(scale: Operator) -> None:
    assert rulebook.check("scale_differential").ok
    assert rulebook.check("scale_pullback").ok
    W, Z = np.array([0.3, -1.2]), np.array([[0.5, 1.0, -0.7], [2.0, -0.1, 0.4]])
    by_x = rulebook.derive("sum(scale_rows(w, 3 * X))", wrt="X", shapes={"X": ("m", "n")})
    assert distance(by_x.jacobian(w=W, X=Z), np.outer(3 * (1 + W), np.ones(3))) < 1e-12
    by_w = rulebook.derive("sum(scale_rows(2 * w, 3 * X))", wrt="w", shapes={"X": ("m", "n")})
    assert distance(by_w.jacobian(w=W, X=Z), 6 * Z.sum(axis=1)) < 1e-12
