"""Claims: what cannot be stated, and what a statement says in each layout."""

import pytest

import rulebook
from rulebook import RulebookError, RuleError, ShapeError
from rulebook.book.claims import (
    Definition,
    Derivative,
    Differential,
    Equality,
    Pullback,
    applied,
    cotangent,
    d,
)
from rulebook.language.build import matrix, scalar, vector
from rulebook.language.operators import (
    diag,
    exp,
    eye,
    function,
    inv,
    log,
    ones,
    partial,
    sum_of,
    tr,
    zeros,
)
from rulebook.language.tree import Expr

s, t = scalar("s"), scalar("t")
x, y, z = vector("x", "n"), vector("y", "n"), vector("z", "m")
A, S, X = matrix("A", "m", "n"), matrix("S", "n", "n"), matrix("X", "n", "n")
f = function("f")
Y_bar = cotangent("Y", A)

REFUSED = {
    "denominator layout": (
        lambda: Derivative(of=x.T @ S @ x, wrt=x, equals=(S + S.T) @ x),
        "(n×1) in numerator layout is 1×n: this is the denominator layout, transpose it",
    ),
    "a Jacobian turned": (
        lambda: Derivative(of=A @ x, wrt=x, equals=A.T),
        "the right side is n×m, the derivative of m×1 by x (n×1) in numerator layout is m×n",
    ),
    "a matrix turned": (
        lambda: Derivative(of=sum_of(A), wrt=A, equals=ones("m") @ ones("n").T),
        "numerator layout is n×m: this is the denominator layout, transpose it",
    ),
    "another shape": (
        lambda: Derivative(of=A @ x, wrt=x, equals=S),
        "the right side is n×n, the derivative of m×1 by x (n×1) in numerator layout is m×n",
    ),
    "too many dimensions": (
        lambda: Derivative(of=A @ x, wrt=A, equals=A),
        "no matrix holds the derivative of m×1 by m×n; state it as a differential",
    ),
    "a variable that does not occur": (
        lambda: Derivative(of=exp(y), wrt=x, equals=diag(exp(y))),
        "x does not occur in np.exp(y)",
    ),
    "order three": (
        lambda: Derivative(of=s**3, wrt=s, equals=6, order=3),
        "order is 1 or 2, not 3",
    ),
    "the Hessian of a vector": (
        lambda: Derivative(of=A @ x, wrt=x, equals=S, order=2),
        "a Hessian is of a scalar by a scalar or a column, not of m×1",
    ),
    "the Hessian by a matrix": (
        lambda: Derivative(of=tr(S), wrt=S, equals=S, order=2),
        "a Hessian is of a scalar by a scalar or a column",
    ),
    "a differential of another shape": (
        lambda: Differential(of=inv(X), wrt=(X,), equals=tr(d(X))),
        "dF is scalar, F is n×n",
    ),
    "a differential by a stranger": (
        lambda: Differential(of=inv(X), wrt=(S,), equals=d(S)),
        "S does not occur in np.linalg.inv(X)",
    ),
    "a cotangent of another shape": (
        lambda: Pullback(of=A @ x, cotangents=cotangent("y", x), equals={x: A.T @ z}),
        "a cotangent is n×1, what it belongs to is m×1",
    ),
    "an answer of another shape": (
        lambda: Pullback(of=A @ x, cotangents=cotangent("y", z), equals={x: z}),
        "a cotangent is m×1, what it belongs to is n×1",
    ),
    "a cotangent too few": (
        lambda: Pullback(of=(A @ x, x), cotangents=cotangent("y", z), equals={}),
        "each result has one cotangent",
    ),
    "a pullback to a stranger": (
        lambda: Pullback(of=A @ x, cotangents=cotangent("y", z), equals={y: A.T @ z}),
        "y is not an input of",
    ),
    "unequal shapes": (
        lambda: Equality(left=x, right=z),
        "the left side is n×1, the right side m×1",
    ),
    "no such layout": (
        lambda: Derivative(of=tr(S), wrt=S, equals=eye("n")).latex_parts("Jacobian"),
        "no layout 'Jacobian'; the layouts are numerator, denominator, gradient",
    ),
}


@pytest.mark.parametrize(("state", "message"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_stated(state, message: str) -> None:
    with pytest.raises(RulebookError) as error:
        state()
    assert isinstance(error.value, ShapeError | RuleError)
    assert message in str(error.value)


def derivative(of: Expr, wrt, equals, order: int = 1) -> Derivative:
    return Derivative(of=of, wrt=wrt, equals=equals, order=order)


# claim, its right side in numerator layout, denominator layout and the gradient convention
LAYOUTS = {
    "scalar by column": (
        derivative(x.T @ S @ x, x, x.T @ (S + S.T)),
        r"\mathbf{x}^\top \left(S + S^\top\right)",
        r"\left(S^\top + S\right) \mathbf{x}",
        r"\left(S^\top + S\right) \mathbf{x}",
    ),
    "column by column": (derivative(A @ x, x, A), "A", r"A^\top", "A"),
    "scalar by matrix": (
        derivative(tr(S @ X), X, S),
        "S",
        r"S^\top",
        r"S^\top",
    ),
    "column by scalar": (
        derivative(s * x, s, x),
        r"\mathbf{x}",
        r"\mathbf{x}^\top",
        r"\mathbf{x}",
    ),
    "scalar by scalar": (derivative(s**2, s, 2 * s), r"2 \, s", r"2 \, s", r"2 \, s"),
    "Hessian": (
        derivative(x.T @ S @ x, x, S + S.T, 2),
        r"S + S^\top",
        r"S + S^\top",
        r"S + S^\top",
    ),
}


@pytest.mark.parametrize(
    ("claim", "numerator", "denominator", "gradient"), LAYOUTS.values(), ids=LAYOUTS
)
def test_layouts(claim: Derivative, numerator: str, denominator: str, gradient: str) -> None:
    found = [claim.latex_parts(layout)[0][1] for layout in ("numerator", "denominator", "gradient")]
    assert found == [numerator, denominator, gradient]


def test_a_derivative_left_standing_is_laid_out_like_the_rest() -> None:
    F, u = function("F", "m"), function("u")
    chain = derivative(u(F(x)), x, partial(u(F(x)), F(x)) @ partial(F(x), x))
    found = [chain.latex_parts(layout)[0][1] for layout in ("denominator", "gradient")]
    assert found == [
        r"\frac{\partial \mathbf{F}}{\partial \mathbf{x}} \frac{\partial u}{\partial \mathbf{F}}",
        r"\left(\frac{\partial \mathbf{F}}{\partial \mathbf{x}}\right)^\top \nabla_{\mathbf{F}} u",
    ]


def test_a_jacobian_written_out_is_transposed_entry_by_entry() -> None:
    """The paper's, of f and g by x₁ and x₂: its first column is, in the other layout, a row."""
    entries = {
        f"{a}{k}": rf"\frac{{\partial {a}}}{{\partial x_{{{k}}}}}" for a in "fg" for k in "12"
    }
    printed = "{f1} & {f2} \\\\ {g1} & {g2}", "{f1} & {g1} \\\\ {f2} & {g2}"
    for layout, body in zip(("numerator", "denominator"), printed, strict=True):
        said = rulebook.get("jacobian_of_two_functions").latex(layout)
        assert said.endswith(rf"= \begin{{bmatrix}} {body.format(**entries)} \end{{bmatrix}}")


LEFT_SIDES = {
    r"\frac{\partial \mathbf{x}^\top S \mathbf{x}}{\partial \mathbf{x}}": LAYOUTS[
        "scalar by column"
    ][0],
    r"\frac{\mathrm{d} s^{2}}{\mathrm{d} s}": LAYOUTS["scalar by scalar"][0],
    r"\frac{\partial}{\partial \mathbf{x}} \left(\mathbf{x} + \mathbf{y}\right)": derivative(
        x + y, x, eye("n")
    ),
    r"\frac{\mathrm{d}}{\mathrm{d} s} \left(\frac{1}{s}\right)": derivative(1 / s, s, -1 / s**2),
    r"\frac{\mathrm{d}^2 s^{2}}{\mathrm{d} s^2}": derivative(s**2, s, 2, 2),
    r"\frac{\partial f(s, t)}{\partial s}": derivative(f(s, t), s, partial(f(s, t), s)),
}


@pytest.mark.parametrize(("left", "claim"), LEFT_SIDES.items())
def test_left_sides(left: str, claim: Derivative) -> None:
    assert claim.latex_parts()[0][0] == left


def test_a_gradient_has_a_nabla() -> None:
    claim = LAYOUTS["scalar by column"][0]
    assert claim.latex_parts("gradient")[0][0].startswith(r"\nabla_{\mathbf{x}}")
    assert r"\partial \mathbf{x}^\top" in LAYOUTS["Hessian"][0].latex_parts()[0][0]


def test_other_claims_print_their_sides() -> None:
    assert Differential(of=inv(X), wrt=(X,), equals=-(inv(X) @ d(X) @ inv(X))).latex_parts() == (
        (r"\mathrm{d}\left(X^{-1}\right)", r"-X^{-1} \, \mathrm{d}X \, X^{-1}"),
    )
    assert Pullback(of=A @ x, cotangents=cotangent("y", z), equals={x: A.T @ cotangent("y", z)})
    assert Equality(left=tr(S @ X), right=tr(X @ S)).latex_parts("gradient") == (
        (r"\operatorname{tr}(S X)", r"\operatorname{tr}(X S)"),
    )


@pytest.mark.parametrize(
    ("claim", "sides"),
    [
        (LAYOUTS["scalar by column"][0], ["value", "gradient"]),
        (LAYOUTS["column by column"][0], ["value", "jacobian"]),
        (LAYOUTS["column by scalar"][0], ["value", "derivative"]),
        (LAYOUTS["Hessian"][0], ["value", "hessian"]),
        (derivative(s**2, s, 2, 2), ["value", "second_derivative"]),
        (Differential(of=x, wrt=(x,), equals=d(x)), ["value", "differential"]),
        (Pullback(of=x, cotangents=cotangent("y", x), equals={x: cotangent("y", x)}),
         ["value", "pullback_x"]),
        (Pullback(of=(x, 2 * x), cotangents=(cotangent("y", x), cotangent("z", x)),
                  equals={x: cotangent("y", x) + 2 * cotangent("z", x)}),
         ["value_1", "value_2", "pullback_x"]),
        (Definition(left=x, right=x), ["left", "right"]),
    ],
)  # fmt: skip
def test_the_sides_are_named_after_what_they_are(claim, sides: list[str]) -> None:
    assert list(claim.sides) == sides


def test_numbers_are_lifted_and_zero_needs_no_variable() -> None:
    assert derivative(s, s, 1).equals.shape == ()
    assert derivative(t, s, 0).symbols == (t, s)
    assert derivative(y, x, zeros("n", "n")).symbols == (y, x)


@pytest.mark.parametrize(
    ("jacobian", "dx", "shape"),
    [
        (x.T, d(x), ()),
        (A, d(x), (A.shape[0], x.shape[1])),
        (x, d(s), x.shape),
        (S, d(X), ()),
        (x, d(y).T, ()),
    ],
)
def test_a_derivative_applied_to_a_tangent(jacobian: Expr, dx, shape: tuple) -> None:
    if isinstance(dx, type(d(x))):
        assert applied(jacobian, dx).shape == shape


def test_a_scalar_is_no_derivative_by_an_array() -> None:
    with pytest.raises(ShapeError, match="a scalar derivative by an array"):
        applied(s, d(x))


BASE = derivative(x.T @ S @ y, x, y.T @ S.T)


@pytest.mark.parametrize(
    "other",
    [
        derivative(x.T @ S @ y, x, y.T @ S),
        derivative(x.T @ S.T @ y, x, y.T @ S.T),
        derivative(x.T @ S @ y, y, x.T @ S),
        derivative(x.T @ S @ y, x, (S @ y).T),
        Equality(left=x.T @ S @ y, right=y.T @ S.T @ x),
    ],
)
def test_a_statement_changes_with_its_meaning(other) -> None:
    assert other.statement != BASE.statement


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (derivative(x + y, x, eye("n")), derivative(x + y, y, eye("n"))),
        (derivative(log(s), s, 1 / s), derivative(log(s), s, 1 / s, 2)),
        (Equality(left=x, right=x), Equality(left=vector("x", "m"), right=vector("x", "m"))),
        (Equality(left=x, right=x), Definition(left=x, right=x)),
        (Differential(of=S @ X, wrt=(X,), equals=S @ d(X)),
         Differential(of=S @ X, wrt=(S, X), equals=S @ d(X))),
    ],
)  # fmt: skip
def test_statements_that_differ_only_in_kind_variable_order_or_size(one, other) -> None:
    assert one.statement != other.statement


def test_a_statement_reads_well() -> None:
    assert BASE.statement == (
        "Derivative by x: value (product (product (transpose_of_a_vector x) S) y); "
        "gradient (product (transpose_of_a_vector y) (transpose S)); S n×n, x n×1, y n×1"
    )
