"""The tree: built whole or not at all, compared by structure, and never simplified."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulebook import RuleError, ShapeError
from rulebook.language.build import matrix, scalar, tensor, vector
from rulebook.language.dims import SCALAR, column, dim
from rulebook.language.operators import array, exp, ones, relu, sum_of, total, tr, transposed
from rulebook.language.template import plain
from rulebook.language.traverse import rebuild, substitute, walk
from rulebook.language.tree import Apply, Bind, Expr, Index, Let, Number, Symbol, lift
from rulebook.printing.latex import latex

s, t = scalar("s"), scalar("t")
x, y, z = vector("x", "n"), vector("y", "n"), vector("z", "m")
A, C = matrix("A", "m", "n"), matrix("C", "m", "n")
S, Q = matrix("S", "n", "n"), matrix("Q", "n", "n")
T = tensor("T", "m", "n", "p")
j = Index("j", "n")


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: x + z, "sum: shapes n×1 and m×1 differ (x is n×1, z is m×1)"),
        (lambda: x - x.T, "difference: shapes n×1 and 1×n differ (x is n×1, x.T is 1×n)"),
        (lambda: x * A, "Hadamard product: shapes n×1 and m×n differ (x is n×1, A is m×n)"),
        (lambda: x / z, "elementwise quotient: shapes n×1 and m×1 differ (x is n×1, z is m×1)"),
        (lambda: x**y, "elementwise power: an exponent is a scalar, not n×1 (x is n×1, y is n×1)"),
        (lambda: s**y, "power: an exponent is a scalar, not n×1 (s is scalar, y is n×1)"),
        (lambda: A @ C, "product: inner dimensions n and m differ (A is m×n, C is m×n)"),
        (lambda: x @ y, "product: inner dimensions 1 and n differ (x is n×1, y is n×1)"),
        (
            lambda: s @ x,
            "product: a product @ needs vectors or matrices; a scalar multiplies with *",
        ),
        (
            lambda: x @ 2,
            "product: a product @ needs vectors or matrices; a scalar multiplies with *",
        ),
        (lambda: T.T, "transpose: m×n×p has no transpose (T is m×n×p)"),
        (lambda: x[0, 1], "entry: an entry of n×1 takes 1 indices, not 2"),
        (lambda: A[x, 1], "entry: an index is a scalar"),
        (lambda: Bind("array", (j,), x), "an array is made of scalars, and its body is n×1"),
        (lambda: tr(A @ S), "trace: m×n is not square (A @ S is m×n)"),
    ],
)
def test_a_shape_error_names_the_shapes(build, message: str) -> None:
    with pytest.raises(ShapeError) as error:
        build()
    assert message in str(error.value)


@pytest.mark.parametrize(
    "build",
    [
        lambda: x + "y",
        lambda: lift(None),
        lambda: x[0:1],
        lambda: Symbol(SCALAR, "not a name"),
        lambda: Symbol(SCALAR, "lambda"),
        lambda: Symbol(SCALAR, "np"),
        lambda: x * 1j,
    ],
)
def test_what_is_no_expression_is_refused(build) -> None:
    with pytest.raises(RuleError):
        build()


def test_the_wrong_number_of_arguments_is_a_shape_error() -> None:
    with pytest.raises(ShapeError, match="exp does not take 2 arguments"):
        Apply(exp(s).op, s, t)


@pytest.mark.parametrize(
    ("e", "shape"),
    [
        (x.T @ y, SCALAR),
        (x.T @ S @ y, SCALAR),
        (x @ z.T, (dim("n"), dim("m"))),
        (A @ x, column("m")),
        (2 * x, column("n")),
        (1 - x, column("n")),
        (1 / x, column("n")),
        (1 + A, (dim("m"), dim("n"))),
        (x[0], SCALAR),
        (T[0, 1, 1], SCALAR),
        (total(j, x[j]), SCALAR),
        (array(j, x[j]), column("n")),
        (array((Index("i", "m"), j), s), (dim("m"), dim("n"))),
    ],
)
def test_shapes(e: Expr, shape: tuple) -> None:
    assert e.shape == shape


def test_a_transpose_is_undone_and_a_scalar_is_its_own() -> None:
    assert A.T.T == A
    assert x == x.T.T
    assert x.T @ y == (x.T @ y).T


def test_nothing_simplifies_and_equality_is_structural() -> None:
    assert x + y != y + x
    assert (x + 0) != x
    assert x.T @ (S + S.T) == x.T @ (S + S.T)
    assert hash(exp(x) + y) == hash(exp(x) + y)
    assert (x == 3) is False
    assert len({x, vector("x", "n"), vector("x", "m")}) == 2


def test_expressions_do_not_iterate() -> None:
    with pytest.raises(TypeError, match="not iterable"):
        list(x)


@pytest.mark.parametrize(
    ("value", "fraction"),
    [(2, Fraction(2)), (0.1, Fraction(1, 10)), (Fraction(1, 3), Fraction(1, 3))],
)
def test_numbers_are_exact(value: float, fraction: Fraction) -> None:
    assert Number(value).value == fraction


@pytest.mark.parametrize(
    ("e", "text"),
    [
        (x.T @ A.T, "(product (transpose_of_a_vector x) (transpose A))"),
        (Let("p", exp(x)), "(let p (exp x))"),
        (total(j, x[j]), "(total [j<n] (entry x j<n))"),
        (Number(Fraction(1, 2)) * s, "(scaling 1/2 s)"),
    ],
)
def test_prefix_notation(e: Expr, text: str) -> None:
    assert e.prefix() == text


@pytest.mark.parametrize(
    ("e", "text"),
    [
        (A.T @ z, "A.T @ z"),
        (x.T @ (S + S.T), "x.T @ (S + S.T)"),
        (Let("p", exp(x)).T, "p.T"),
        (x[0] + A[0, 1], "x[0] + A[0, 1]"),
        (total(j, x[j]), "total(x[j])"),
        (Number(Fraction(1, 3)) ** 2, "(1/3) ** 2"),
    ],
)
def test_plain_text_keeps_transposes(e: Expr, text: str) -> None:
    assert repr(e) == str(e) == plain(e) == text


def test_walk_goes_from_parents_to_children() -> None:
    assert [e.prefix() for e in walk(exp(x) + y)] == ["(sum (exp x) y)", "(exp x)", "x", "y"]


def test_substitution_reaches_every_kind_of_node() -> None:
    p = Let("p", exp(x) + total(j, x[j]) + 1)
    assert substitute(p, {x: y}) == Let("p", exp(y) + total(j, y[j]) + 1)
    assert substitute(p, {p: z}) == z
    assert rebuild(p, p.args) is p
    assert rebuild(x, (y,)) == x


def test_substitution_keeps_shapes_honest() -> None:
    with pytest.raises(ShapeError):
        substitute(x + y, {x: z})


# Random expressions -------------------------------------------------------------------------

LEAVES = {
    "scalar": [s, t, Number(2), Number(Fraction(1, 3)), Number(0.5), Number(-1)],
    "vector": [x, y, ones("n"), Let("p", x * y)],
    "matrix": [S, Q, S.T],
}


@st.composite
def expressions(draw: st.DrawFn, kind: str, depth: int) -> Expr:
    """An expression of a kind, without what needs a domain."""
    if depth == 0 or draw(st.integers(0, 4)) == 0:
        return draw(st.sampled_from(LEAVES[kind]))

    def sub(other: str = kind) -> Expr:
        return draw(expressions(other, depth - 1))

    common = {
        "sum": lambda: sub() + sub(),
        "difference": lambda: sub() - sub(),
        "negative": lambda: -sub(),
        "scaled": lambda: sub("scalar") * sub(),
        "scaled behind": lambda: sub() * sub("scalar"),
        "over a number": lambda: sub() / draw(st.sampled_from([s, s * t, s / t, s**2])),
        "square": lambda: sub() ** 2,
        "relu": lambda: relu(sub()),
        "expanded": lambda: sub("scalar") + sub(),
    }
    special = {
        "scalar": {
            "inner": lambda: sub("vector").T @ sub("vector"),
            "trace": lambda: tr(sub("matrix")),
            "sum": lambda: sum_of(sub("vector")),
            "entry": lambda: sub("vector")[1],
            "total": lambda: total(j, sub("vector")[j]),
        },
        "vector": {
            "product": lambda: sub("matrix") @ sub("vector"),
            "Hadamard": lambda: sub() * sub(),
            "quotient": lambda: sub() / draw(st.sampled_from([x, x * y, x / y])),
            "array": lambda: array(j, sub()[j]),
        },
        "matrix": {
            "product": lambda: sub() @ sub(),
            "Hadamard": lambda: sub() * sub(),
            "transpose": lambda: sub().T,
            "outer": lambda: sub("vector") @ sub("vector").T,
        },
    }
    ways = common | special[kind]
    return ways[draw(st.sampled_from(sorted(ways)))]()


ANY = st.sampled_from(sorted(LEAVES)).flatmap(lambda kind: expressions(kind, 4))


@settings(max_examples=250, deadline=None)
@given(e=ANY)
def test_printed_code_computes_what_the_entries_say(evaluate, e: Expr) -> None:
    values = evaluate.values(e)
    direct = evaluate.by_entries(e, values)
    scale = 1 + abs(direct).max()
    assert evaluate.by_numpy(e, values) / scale == pytest.approx(direct / scale, abs=1e-9)


@settings(max_examples=150, deadline=None)
@given(e=ANY)
def test_the_carried_transpose_is_the_transpose(evaluate, e: Expr) -> None:
    turned = transposed(e)
    values = evaluate.values(e)
    scale = 1 + abs(evaluate.by_entries(e, values)).max()
    assert turned.shape == e.T.shape
    assert evaluate.by_entries(turned, values) / scale == pytest.approx(
        evaluate.by_entries(e.T, values) / scale, abs=1e-9
    )


@settings(max_examples=250, deadline=None)
@given(e=ANY)
def test_latex_is_balanced(e: Expr) -> None:
    text = latex(e)
    depth = 0
    for character in text.replace(r"\{", "").replace(r"\}", ""):
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth >= 0
    assert depth == 0
    assert text.count(r"\left") == text.count(r"\right")
