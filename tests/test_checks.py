"""The checks can fail: wrong claims are refuted, right ones accepted, silence is no agreement."""

import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import rulebook
from rulebook import Rule, RulebookError, RuleError, ShapeError, Verdict, check, check_gradient
from rulebook.book.claims import (
    Claim,
    Definition,
    Derivative,
    Differential,
    Equality,
    Pullback,
    cotangent,
    d,
)
from rulebook.book.references import Cite
from rulebook.book.rule import Erratum, Mistake
from rulebook.checks import check_rule
from rulebook.checks.everysize import prove_everywhere
from rulebook.checks.exact import bases
from rulebook.checks.exact.proof import holds_exactly, prove_at
from rulebook.checks.numbers import check_numbers
from rulebook.checks.subject import Subject, generic_sizes
from rulebook.checks.variants import small
from rulebook.checks.verify import verify
from rulebook.language.arithmetic import NoEntry
from rulebook.language.assumptions import Assumption, invertible, positive, spd, symmetric
from rulebook.language.build import matrix, scalar, vector
from rulebook.language.dims import dim
from rulebook.language.operators import (
    absolute,
    array,
    cos,
    diag,
    exp,
    function,
    inv,
    kron,
    log,
    logdet,
    maximum,
    ones,
    partial,
    relu,
    sin,
    size,
    sqrt,
    step,
    sum_of,
    tanh,
    tr,
    vec,
    zeros,
)
from rulebook.language.tree import INFIX, Index, Symbol, lift

V, M, SQ = ("n",), ("m", "n"), ("n", "n")

# of, wrt, shapes, assume, order, right, wrong ones
IDENTITIES: list[tuple[str, str, dict[str, Any], dict[str, Any], int, str, list[str]]] = [
    ("x @ A @ x", "x", {"x": V, "A": SQ}, {}, 1, "x @ (A + A.T)",
     ["2 * x @ A", "2 * x @ A.T", "x @ (A - A.T)", "x @ A", "-x @ (A + A.T)", "2 * x @ (A + A.T)"]),
    ("A @ x", "x", {"x": V, "A": SQ}, {}, 1, "A", ["A.T", "-A", "2 * A", "diag(diag(A))"]),
    ("norm2(A @ x - b) ** 2", "x", {"x": V, "A": M, "b": ("m",)}, {}, 1, "2 * A.T @ (A @ x - b)",
     ["A.T @ (A @ x - b)", "2 * A.T @ (A @ x + b)", "2 * A.T @ (b - A @ x)", "2 * A.T @ A @ x"]),
    ("trace(A @ X @ B)", "X", {"A": SQ, "X": SQ, "B": SQ}, {}, 1, "B @ A",
     ["A @ B", "(B @ A).T", "A.T @ B.T", "A", "B"]),
    ("normfro(X) ** 2", "X", {"X": SQ}, {}, 1, "2 * X.T", ["X.T", "2 * X", "2 * normfro(X) * X.T"]),
    ("logdet(X)", "X", {"X": SQ}, {"X": "invertible"}, 1, "inv(X)", ["inv(X).T", "det(X) * X"]),
    ("det(X)", "X", {"X": SQ}, {"X": "invertible"}, 1, "det(X) * inv(X)",
     ["det(X) * inv(X).T", "inv(X)", "trace(X) * eye(n) - X", "det(X) * eye(n)"]),
    ("trace(inv(X))", "X", {"X": SQ}, {"X": "invertible"}, 1, "-inv(X) @ inv(X)",
     ["inv(X) @ inv(X)", "-inv(X)", "-(inv(X) @ inv(X)).T", "-inv(X) @ inv(X).T"]),
    ("softmax(x)", "x", {"x": V}, {}, 1, "diag(softmax(x)) - outer(softmax(x), softmax(x))",
     ["diag(softmax(x))", "diag(softmax(x)) + outer(softmax(x), softmax(x))",
      "diag(softmax(x) * (1 - softmax(x)))", "-outer(softmax(x), softmax(x))"]),
    ("logsumexp(x)", "x", {"x": V}, {}, 1, "softmax(x)", ["exp(x)", "log(softmax(x))", "x"]),
    ("x * y", "x", {"x": V, "y": V}, {}, 1, "diag(y)", ["diag(x)", "outer(y, ones(n))", "eye(n)"]),
    ("x / y", "y", {"x": V, "y": V}, {}, 1, "diag(-x / y ** 2)",
     ["diag(x / y ** 2)", "diag(-x / y)", "diag(1 / y)"]),
    ("relu(A @ x)", "x", {"x": V, "A": M}, {}, 1, "diag(step(A @ x)) @ A",
     ["A", "0 * A", "diag(step(-A @ x)) @ A", "diag(relu(A @ x)) @ A"]),
    ("sum(abs(x - y))", "x", {"x": V, "y": V}, {}, 1, "sign(x - y)",
     ["sign(y - x)", "step(x - y)", "ones(n)", "sign(x)"]),
    ("norm2(x)", "x", {"x": V}, {}, 1, "x / norm2(x)", ["x", "2 * x", "x / norm2(x) ** 2"]),
    ("dot(x, x) * (A @ x)", "x", {"x": V, "A": M}, {}, 1, "dot(x, x) * A + 2 * outer(A @ x, x)",
     ["dot(x, x) * A", "dot(x, x) * A + outer(A @ x, x)", "2 * outer(A @ x, x)"]),
    ("sum(x + s)", "s", {"x": V, "s": ()}, {}, 1, "n", ["1", "0 * n", "sum(x)", "n + 1"]),
    ("s * x", "s", {"x": V, "s": ()}, {}, 1, "x", ["s * ones(n)", "ones(n)", "-x"]),
    ("x ** 3", "x", {"x": ()}, {}, 1, "3 * x ** 2", ["3 * x", "x ** 2", "2 * x ** 3"]),
    ("sqrt(x)", "x", {"x": ()}, {}, 1, "1 / (2 * sqrt(x))", ["1 / sqrt(x)", "sqrt(x) / 2"]),
    ("tanh(x)", "x", {"x": ()}, {}, 1, "1 - tanh(x) ** 2", ["1 - tanh(x)", "1 + tanh(x) ** 2"]),
    ("mean(x)", "x", {"x": V}, {}, 1, "ones(n) / n", ["ones(n)", "x / n", "ones(n) / (n + 1)"]),
    ("x @ A @ x", "x", {"x": V, "A": SQ}, {}, 2, "A + A.T", ["2 * A", "2 * A.T", "A", "A - A.T"]),
    ("sum(exp(x))", "x", {"x": V}, {}, 2, "diag(exp(x))",
     ["outer(exp(x), exp(x))", "eye(n)", "diag(x)", "2 * diag(exp(x))"]),
    ("det(A.T @ A)", "A", {"A": (2, 2)}, {}, 1, "2 * det(A) * (trace(A) * eye(2) - A)",
     ["2 * det(A) * (trace(A) * eye(2) - A).T", "2 * det(A) * A"]),
    ("normfro(kron(A, X)) ** 2", "X", {"A": M, "X": SQ}, {}, 1, "2 * normfro(A) ** 2 * X.T",
     ["2 * X.T", "2 * normfro(A) * X.T", "2 * normfro(A) ** 2 * X"]),
]  # fmt: skip
SCALES = ["1", "1e-8", "1e8"]


def says(i: int, equals: str, scale: str = "1") -> rulebook.Report:
    of, wrt, shapes, assume, order, *_ = IDENTITIES[i]
    of, equals = (of, equals) if scale == "1" else (f"{scale} * ({of})", f"{scale} * ({equals})")
    return check(of=of, wrt=wrt, equals=equals, shapes=shapes, assume=assume, order=order)


RIGHT = [pytest.param(i, row[5], id=f"{row[0]} = {row[5]}") for i, row in enumerate(IDENTITIES)]
WRONG = [
    pytest.param(i, wrong, id=f"{row[0]} = {wrong}")
    for i, row in enumerate(IDENTITIES)
    for wrong in row[6]
]


def test_there_are_wrong_claims_enough() -> None:
    assert len(WRONG) >= 60


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize(("i", "equals"), RIGHT)
def test_right_claims_are_accepted_at_every_scale(i: int, equals: str, scale: str) -> None:
    found = says(i, equals, scale)
    assert found.ok, str(found)
    assert found.worst < 1e-4


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize(("i", "equals"), WRONG)
def test_wrong_claims_are_refuted_at_every_scale(i: int, equals: str, scale: str) -> None:
    found = says(i, equals, scale)
    assert found.verdict is Verdict.REFUTED, str(found)
    assert found.counterexample is not None
    assert not found.ok
    assert not found


# The provers may say that they do not know; they may not say yes to what is wrong ---------------


def stated(i: int, equals: str) -> Subject:
    from rulebook.checks.stated import reader_claim

    of, wrt, shapes, assume, order, *_ = IDENTITIES[i]
    return reader_claim(of, wrt, equals, "", "", shapes, assume, order, "numerator").subject


PROVERS: dict[str, Callable[[Subject], bool]] = {
    "every size": prove_everywhere,
    "given sizes": lambda subject: prove_at(subject, small(subject)),
    "other sizes": lambda subject: prove_at(subject, small(subject, 3)),
    "a random point": lambda subject: all(
        holds_exactly(subject, sizes) for sizes in generic_sizes(subject)
    ),
}


@pytest.mark.parametrize("prover", PROVERS.values(), ids=PROVERS)
@pytest.mark.parametrize(("i", "equals"), WRONG)
def test_no_prover_accepts_what_is_wrong(
    prover: Callable[[Subject], bool], i: int, equals: str
) -> None:
    subject = stated(i, equals)
    true_at_two = equals == "trace(X) * eye(n) - X" and prover is PROVERS["given sizes"]
    assert accepted(prover, subject) is true_at_two


def accepted(prover: Callable[[Subject], bool], subject: Subject) -> bool:
    try:
        return prover(subject)
    except (NoEntry, ZeroDivisionError):
        return False


@pytest.mark.parametrize(("i", "equals"), RIGHT)
def test_an_exact_test_accepts_what_is_right(i: int, equals: str) -> None:
    subject = stated(i, equals)
    assert all(holds_exactly(subject, sizes) for sizes in generic_sizes(subject))


def test_every_side_of_every_kink_is_tried() -> None:
    """Each claim is true on all sides but one: of one kink, and of several in either order."""
    at_sizes = PROVERS["given sizes"]
    for left, right in [
        (absolute(t), t), (relu(t), t), (step(t), lift(1)), (absolute(t), -t), (relu(t), 0 * t),
        (absolute(s) + absolute(t), absolute(s) + t), (absolute(s) + absolute(t), s + absolute(t)),
        (step(s) * step(t), step(s)), (step(s) * step(t), step(t)),
        ((1 - step(s)) * (1 - step(t)), 0 * s), (maximum(s, t), s), (maximum(s, t), t),
    ]:  # fmt: skip
        assert not accepted(at_sizes, Subject("true on one side", Equality(left=left, right=right)))
        assert accepted(at_sizes, Subject("itself", Equality(left=left, right=left)))


def test_a_side_met_only_beyond_another_kink_is_tried() -> None:
    """For x > 0 the two kinks are one; for x < 0 they are two, and the claim is false."""
    bent = relu(s) - s + t
    claim = Equality(left=step(bent) * (1 - step(t)), right=0)
    assert not accepted(PROVERS["given sizes"], Subject("false where s < 0", claim))


def test_the_name_of_a_change_is_not_free() -> None:
    """With a variable dx, the change of x would be tried in the direction of that dx alone."""
    shapes = {"x": V, "dx": V, "A": SQ}
    with pytest.raises(RulebookError, match="'dx' is what the change of x is called"):
        check(of="dx @ A @ x", wrt="x", equals="A @ dx", shapes=shapes)


def test_a_coincidence_at_one_size_is_not_a_rule() -> None:
    """For two by two matrices det X has the derivative tr(X) I − X; for no other size."""
    claim = {"of": "det(X)", "wrt": "X", "equals": "trace(X) * eye({0}) - X"}
    at_two = check(**{k: v.format(2) for k, v in claim.items()}, shapes={"X": (2, 2)})
    at_three = check(**{k: v.format(3) for k, v in claim.items()}, shapes={"X": (3, 3)})
    at_all = check(**{k: v.format("n") for k, v in claim.items()}, shapes={"X": ("n", "n")})
    assert (at_two.ok, at_three.ok, at_all.ok) == (True, False, False)


# Vacuous agreement -----------------------------------------------------------------------------

s, t = scalar("s"), scalar("t")
w, x, y, z = vector("w", "n"), vector("x", "n"), vector("y", "n"), vector("z", "m")
A, B = matrix("A", "m", "n"), matrix("B", "n", "p")
S, X = matrix("S", "n", "n"), matrix("X", "n", "n")


def verdict(claim: Claim, *assuming: Any) -> Verdict:
    return verify(Subject("a claim", claim, assuming)).verdict


def test_zero_is_refuted_at_the_live_side_of_a_kink() -> None:
    neuron = relu(w.T @ x + s)
    assert verdict(Derivative(of=neuron, wrt=w, equals=0 * x.T)) is Verdict.REFUTED
    assert verdict(Derivative(of=neuron, wrt=w, equals=step(w.T @ x + s) * x.T)).proved


def test_agreement_in_zero_alone_is_vacuous() -> None:
    dead = relu(-(x.T @ x) - 1)
    found = verify(Subject("dead", Derivative(of=dead, wrt=x, equals=step(-(x.T @ x) - 1) * x.T)))
    assert found.verdict is Verdict.VACUOUS
    assert not found.ok
    assert "zero" in found.reason


def test_to_say_zero_is_not_vacuous() -> None:
    assert verdict(Derivative(of=y.T @ y, wrt=x, equals=zeros(1, "n"))).ok


@pytest.mark.parametrize(
    ("claim", "word"),
    [
        (Derivative(of=logdet(S), wrt=S, equals=inv(S).T), invertible),
        (Derivative(of=x.T @ S @ x, wrt=x, equals=2 * (x.T @ S)), invertible),
        (Derivative(of=tr(S @ S), wrt=S, equals=2 * S.T), invertible),
    ],
)
def test_what_only_a_symmetric_matrix_satisfies_needs_the_word(
    claim: Derivative, word: Any
) -> None:
    assert verdict(claim) is Verdict.REFUTED
    assert verdict(claim, word(S)) is Verdict.REFUTED
    assert verdict(claim, symmetric(S), word(S)).ok


def test_what_is_assumed_of_a_matrix_is_not_assumed_of_its_change() -> None:
    by_all = Derivative(of=logdet(S), wrt=S, equals=inv(S))
    by_diagonal = Derivative(of=logdet(S), wrt=S, equals=diag_twice())
    assert verdict(by_all, spd(S)).ok
    assert verdict(by_diagonal, spd(S)) is Verdict.REFUTED


def diag_twice() -> Any:
    from rulebook.language.operators import diagonal

    return 2 * inv(S) - diag(diagonal(inv(S)))


# Where the provers stop ------------------------------------------------------------------------

f, F = function("f"), function("f", "m")
i_m, j_n = Index("i", "m"), Index("j", "n")


@pytest.mark.parametrize(
    ("claim", "assuming", "message"),
    [
        (Derivative(of=logdet(X), wrt=X, equals=inv(X)), (), "a determinant at a size left open"),
        (Differential(of=inv(X), wrt=(X,), equals=-(inv(X) @ d(X) @ inv(X))), (),
         "an inverse at a size left open"),
        (Derivative(of=x.T @ S @ x, wrt=x, equals=2 * (x.T @ S)), (symmetric(S),),
         "no proof at every size uses symmetric"),
        (Differential(of=kron(A, S), wrt=(S,), equals=kron(A, d(S))), (), "an index into"),
        (Equality(left=vec(A), right=vec(A)), (), "an index into a product"),
    ],
)  # fmt: skip
def test_no_proof_at_every_size(claim: Claim, assuming: tuple, message: str) -> None:
    with pytest.raises(NoEntry, match=message):
        prove_everywhere(Subject("a claim", claim, assuming))
    assert verdict(claim, *assuming, *([invertible(X)] if X in claim.symbols else [])).proved


@pytest.mark.parametrize(
    ("claim", "assuming", "message"),
    [
        (Derivative(of=sqrt(s), wrt=s, equals=1 / (2 * sqrt(s))), (),
         "a square root is not a rational function"),
        (Derivative(of=s ** lift(0.3), wrt=s, equals=lift(0.3) * s ** lift(-0.7)), (),
         "a power that is neither whole nor half"),
        (Equality(left=relu(size("n") - 7) * x, right=zeros("n")), (), "a size decides"),
        (Equality(left=step(sum_of(ones("n")) - 7) * x, right=zeros("n")), (), "a size decides"),
        (Derivative(of=relu(A @ x), wrt=x, equals=diag(step(A @ x)) @ A), (), ""),
    ],
)  # fmt: skip
def test_no_proof_at_given_sizes(claim: Claim, assuming: tuple, message: str) -> None:
    subject = Subject("a claim", claim, assuming)
    if not message:
        assert prove_at(subject, small(subject))
        return
    with pytest.raises(NoEntry, match=message):
        prove_at(subject, small(subject))


def test_too_much_is_not_tried() -> None:
    big = Equality(left=tr(A @ B @ (A @ B).T), right=tr(A @ B @ (A @ B).T))
    with pytest.raises(NoEntry, match="variables are too many for a proof"):
        prove_at(Subject("big", big), {"m": 7, "n": 7, "p": 7})
    kinks = Equality(left=sum_of(relu(A)), right=sum_of(relu(A)))
    with pytest.raises(NoEntry, match="kinks have too many sides to go through"):
        prove_at(Subject("kinks", kinks), {"m": 3, "n": 3})
    with pytest.raises(NoEntry, match="beyond 6 × 6"):
        holds_exactly(Subject("det", Derivative(of=logdet(X), wrt=X, equals=inv(X))), {"n": 7})


@pytest.mark.parametrize("word", ["pm1", "binary", "orthogonal", "laplacian"])
def test_exact_points_cannot_have_every_word(word: str) -> None:
    subject = Subject("a claim", Equality(left=S @ x, right=S @ x), (Assumption(word, S if word in
                      ("orthogonal", "laplacian") else x),))  # fmt: skip
    with pytest.raises(NoEntry, match=f"no exact samples that are {word}"):
        holds_exactly(subject, {"n": 3})


@pytest.mark.parametrize(
    ("claim", "answer"),
    [
        (Equality(left=x.T @ y, right=y.T @ x), True),
        (Equality(left=x**2 / s**3, right=x**2), True),
        (Equality(left=x ** lift(0.5), right=x), False),
        (Equality(left=s**t, right=s**t), False),
        (Equality(left=exp(x), right=exp(x)), False),
        (Equality(left=f(x), right=f(x)), False),
        (Equality(left=relu(x), right=relu(x)), False),
    ],
)
def test_only_rational_claims_can_be_refuted_exactly(claim: Equality, answer: bool) -> None:
    wrong = Subject("a claim", Equality(left=claim.left, right=claim.left + claim.left))
    if answer:
        assert not holds_exactly(wrong, {"n": 3})
        return
    with pytest.raises(NoEntry, match="the sides differ in what is only modelled"):
        holds_exactly(wrong, {"n": 3})
    with pytest.raises(NoEntry, match="is only modelled"):
        holds_exactly(Subject("a claim", claim), {"n": 3}, models=False)


# Every kind of claim ---------------------------------------------------------------------------

y_bar = cotangent("y", A @ x)
S_bar = cotangent("Y", S)
KINDS = {
    "Differential": (
        Differential(of=inv(X), wrt=(X,), equals=-(inv(X) @ d(X) @ inv(X))),
        Differential(of=inv(X), wrt=(X,), equals=inv(X) @ d(X) @ inv(X)),
        (invertible(X),),
    ),
    "Differential in two": (
        Differential(of=A @ B, wrt=(A, B), equals=d(A) @ B + A @ d(B)),
        Differential(of=A @ B, wrt=(A, B), equals=A @ d(B)),
        (),
    ),
    "Pullback": (
        Pullback(of=A @ x, cotangents=y_bar, equals={A: y_bar @ x.T, x: A.T @ y_bar}),
        Pullback(of=A @ x, cotangents=y_bar, equals={A: -(y_bar @ x.T), x: A.T @ y_bar}),
        (),
    ),
    "Pullback of two": (
        Pullback(of=(X @ x, 2 * x), cotangents=(cotangent("u", x), cotangent("v", x)),
                 equals={x: X.T @ cotangent("u", x) + 2 * cotangent("v", x)}),
        Pullback(of=(X @ x, 2 * x), cotangents=(cotangent("u", x), cotangent("v", x)),
                 equals={x: X.T @ cotangent("u", x) + cotangent("v", x)}),
        (),
    ),
    "Pullback of a matrix": (
        Pullback(of=X @ X, cotangents=S_bar, equals={X: S_bar @ X.T + X.T @ S_bar}),
        Pullback(of=X @ X, cotangents=S_bar, equals={X: S_bar @ X.T + X @ S_bar}),
        (),
    ),
    "Equality": (
        Equality(left=tr(S @ X), right=tr(X @ S)),
        Equality(left=tr(S @ X), right=tr(X @ S.T)),
        (),
    ),
    "Definition": (
        Definition(left=sum_of(x), right=array(j_n, x[j_n]).T @ array(j_n, lift(1) + 0 * x[j_n])),
        Definition(left=sum_of(x), right=x.T @ x),
        (),
    ),
    "Chain": (
        Derivative(of=f(F(x)) if False else f(A @ x), wrt=x, equals=partial(f(A @ x), A @ x) @ A),
        Derivative(of=f(A @ x), wrt=x, equals=2 * (partial(f(A @ x), A @ x) @ A)),
        (),
    ),
    "Size": (
        Derivative(of=sum_of(s + x), wrt=s, equals=size("n")),
        Derivative(of=sum_of(s + x), wrt=s, equals=size("n") + 1),
        (),
    ),
    "Second derivative": (
        Derivative(of=log(s), wrt=s, equals=-1 / s**2, order=2),
        Derivative(of=log(s), wrt=s, equals=1 / s**2, order=2),
        (positive(s),),
    ),
    "Hessian of an unspecified function": (
        Derivative(of=f(s * x), wrt=s, equals=partial(f(s * x), s * x) @ x),
        Derivative(of=f(s * x), wrt=s, equals=partial(f(s * x), s * x) @ (s * x)),
        (),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "assuming"), KINDS.values(), ids=KINDS)
def test_every_kind_of_claim(right: Claim, wrong: Claim, assuming: tuple) -> None:
    assert verdict(right, *assuming).ok
    found = verify(Subject("wrong", wrong, assuming))
    assert found.verdict is Verdict.REFUTED
    assert "claimed" in str(found)


def test_a_definition_is_checked_and_says_so() -> None:
    right, _, _ = KINDS["Definition"]
    assert verdict(right) is Verdict.DEFINITION


# Adjudication: at an ill-conditioned point a gap is no verdict -----------------------------------


def test_rounding_is_not_a_counterexample() -> None:
    """Cancellation loses ten digits here; the claim is right all the same."""
    huge = lift(10) ** 12
    claim = Derivative(of=(s + huge) ** 2 - huge**2, wrt=s, equals=2 * (s + huge))
    assert verdict(claim).ok
    assert verdict(Equality(left=(s + huge) - huge, right=s)).ok
    assert verdict(Equality(left=(s + huge) - huge, right=2 * s)) is Verdict.REFUTED


@pytest.mark.parametrize(("pace", "gap"), [("1e6", "1.2e-8"), ("1e7", "1.2e-7"), ("1e8", "1.2e-6")])
def test_noise_excuses_no_more_than_it_makes(pace: str, gap: str) -> None:
    """The last digit of t moves the sine by 2e-16 times its pace; the gap is 60 times that."""
    told = {"left": f"sin({pace} * t)", "shapes": {"t": ()}}
    assert check(**told, right=f"sin({pace} * t)").ok
    assert check(**told, right=f"sin({pace} * t) + {gap}").verdict is Verdict.REFUTED


@pytest.mark.parametrize(
    ("of", "equals", "off"),
    [
        ("x @ x", "2 * x", 1e-7),
        ("sum(exp(x))", "exp(x)", 1e-7),
        ("logsumexp(x)", "softmax(x)", 1e-7),
        ("norm2(x)", "x / norm2(x)", 1e-4),
        ("sum(abs(x - y))", "sign(x - y)", 1e-4),
    ],
)
def test_nearly_right_is_refuted(of: str, equals: str, off: float) -> None:
    """Seven digits where the derivative is measured to fifteen, four where by differences."""
    shapes = {"x": V, "y": V} if "y" in of else {"x": V}
    told = {"of": of, "wrt": "x", "shapes": shapes}
    assert check(**told, equals=equals).ok
    assert check(**told, equals=f"{1 + off} * ({equals})").verdict is Verdict.REFUTED
    assert check(**told, equals=f"({equals}) + {off} * x / norm2(x)").verdict is Verdict.REFUTED


def test_where_a_point_shakes_there_is_no_verdict_at_it() -> None:
    claim = Equality(
        left=sin(lift(10) ** 12 * s), right=2 * sin(lift(10) ** 12 * s + lift(10) ** -5)
    )
    numeric = check_numbers(Subject("shakes", claim))
    assert all(trial.inconclusive or not trial.agrees for trial in numeric.trials)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("left", ["logdet(Q)", "sum(Q ** 2) - n", "det(Q) ** 2 - 1"])
def test_what_vanishes_but_for_rounding_is_judged_by_how_far_it_moves(
    left: str, scale: str
) -> None:
    said = {"right": "0", "shapes": {"Q": SQ}}
    assert check(left=f"{scale} * ({left})", **said, assume={"Q": "orthogonal"}).ok
    for wrong, word in [(left, "posdet"), (f"{left} + 1e-6", "orthogonal")]:
        found = check(left=f"{scale} * ({wrong})", **said, assume={"Q": word})
        assert found.verdict is Verdict.REFUTED


@pytest.mark.parametrize("of", ["x / 0", "0 ** -1 * x", "exp(exp(exp(exp(exp(9 + x * x)))))"])
def test_without_numbers_there_is_no_verdict(of: str) -> None:
    found = check(of=of, wrt="x", equals="x", shapes={"x": ()})
    assert found.verdict is Verdict.UNDECIDED
    assert "no sample point could be judged" in found.reason


@pytest.mark.parametrize("of", ["log(-x @ x)", "sum(sqrt(x - x))", "sum(abs(x - x))"])
def test_a_domain_that_no_sample_meets_is_said(of: str) -> None:
    with pytest.raises(RulebookError, match="no sample point lies in the domain"):
        check(of=of, wrt="x", equals="x", shapes={"x": V})


# A reader's claim in three layouts ---------------------------------------------------------------

QUADRATIC = {"of": "x @ A @ x", "wrt": "x", "shapes": {"x": V, "A": SQ}}
LINEAR = {"of": "A @ x", "wrt": "x", "shapes": {"x": V, "A": SQ}}
TRACE = {"of": "trace(A @ X)", "wrt": "X", "shapes": {"A": ("n", "m"), "X": M}}
SQUARE = {"of": "trace(A @ X)", "wrt": "X", "shapes": {"A": SQ, "X": SQ}}


@pytest.mark.parametrize(
    ("claim", "equals", "right_in"),
    [
        (QUADRATIC, "x @ (A + A.T)", "numerator denominator gradient"),
        (QUADRATIC, "(A + A.T) @ x", "numerator denominator gradient"),
        (LINEAR, "A", "numerator gradient"),
        (LINEAR, "A.T", "denominator"),
        (SQUARE, "A", "numerator"),
        (SQUARE, "A.T", "denominator gradient"),
        (QUADRATIC | {"order": 2}, "A + A.T", "numerator denominator gradient"),
    ],
)
def test_layouts_of_a_reader(claim: dict[str, Any], equals: str, right_in: str) -> None:
    for layout in ("numerator", "denominator", "gradient"):
        found = check(**claim, equals=equals, layout=layout)
        assert found.ok is (layout in right_in.split())
        if not found.ok:
            assert found.hint.startswith(f"this is right in {hinted(right_in)}; in ")


def hinted(layout: str) -> str:
    first = layout.split(maxsplit=1)[0]
    return "the gradient convention" if first == "gradient" else f"{first} layout"


def test_a_hint_can_be_typed_back() -> None:
    hint = check(**LINEAR, equals="A.T").hint
    assert hint == "this is right in denominator layout; in numerator layout it is A"
    assert check(**LINEAR, equals=hint.rpartition(" it is ")[2]).ok
    assert check(**LINEAR, equals="A @ A").hint == ""


@pytest.mark.parametrize(
    ("claim", "equals", "message"),
    [
        (TRACE, "A.T", "it would fit denominator layout: say layout='denominator', or write A"),
        (TRACE, "X @ A", "the derivative by X in numerator layout is n×m, the right side is m×m"),
        (QUADRATIC, "A", "is a vector of length n, the right side is n×n"),
        (QUADRATIC, "1", "is a vector of length n, the right side is scalar"),
        (LINEAR, "x", "the derivative by x in numerator layout is n×n"),
    ],
)
def test_a_right_side_of_the_wrong_shape(claim: dict[str, Any], equals: str, message: str) -> None:
    with pytest.raises(ShapeError) as error:
        check(**claim, equals=equals)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        ({}, "name a rule, or say of=, wrt= and equals= (or left= and right=)"),
        ({"of": "x", "wrt": "x"}, "name a rule, or say of="),
        (QUADRATIC | {"equals": "x", "left": "x"}, "name a rule, or say of="),
        (QUADRATIC | {"equals": "x", "wrt": "q"}, "no variable 'q' to differentiate by"),
        (QUADRATIC | {"equals": "x", "layout": "row"}, "no layout 'row'; the layouts are"),
        (QUADRATIC | {"equals": "x", "order": 3}, "order is 1 or 2, not 3"),
        (QUADRATIC | {"equals": "x", "assume": {"B": "spd"}}, "'B' is assumed to be something"),
        (QUADRATIC | {"equals": "x", "assume": {"A": "inverible"}},
         "no assumption 'inverible'; did you mean 'invertible'? (the words are binary, identity,"),
        (QUADRATIC | {"equals": "x", "assume": {"x": "spd"}}, "x cannot be spd: it is not"),
        ({"rule": "sofmax"}, "no rule 'sofmax'; did you mean 'softmax'"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked(claim: dict[str, Any], message: str) -> None:
    with pytest.raises(RulebookError) as error:
        check(**claim)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("left", "right", "ok"),
    [
        ("trace(A @ B)", "trace(B @ A)", True),
        ("trace(A @ B)", "trace(A) * trace(B)", False),
        ("x @ A", "A.T @ x", True),
        ("x @ A", "A @ x", False),
        ("inv(A @ B)", "inv(B) @ inv(A)", True),
        ("inv(A @ B)", "inv(A) @ inv(B)", False),
        ("det(A @ B)", "det(A) * det(B)", True),
        ("vec(A @ B)", "kron(B.T, eye(n)) @ vec(A)", True),
        ("vec(A @ B)", "kron(eye(n), B) @ vec(A)", False),
        ("log(exp(x))", "x", True),
    ],
)
def test_equalities_of_a_reader(left: str, right: str, ok: bool) -> None:
    shapes = {"A": SQ, "B": SQ, "x": V}
    assume = {"A": "invertible", "B": ["invertible"]}
    assert check(left=left, right=right, shapes=shapes, assume=assume).ok is ok


# Variants ----------------------------------------------------------------------------------------

HERE = (Cite("petersen2012"),)


def outcomes(claim: Claim, *mistakes: Mistake, assuming: tuple = ()) -> dict[str, set[str]]:
    rule = Rule(title="A rule", claim=claim, cites=HERE, mistakes=mistakes, assuming=assuming)
    found: dict[str, set[str]] = {}
    for variant in check_rule(rule).variants:
        found.setdefault(variant.what, set()).add(variant.outcome)
    return found


def test_the_usual_slips_are_made_and_refuted() -> None:
    found = outcomes(Derivative(of=x.T @ S @ x, wrt=x, equals=x.T @ (S + S.T)))
    assert found == {
        "wrong sign": {"refuted"},
        "twice as much": {"refuted"},
        "the factor x lost": {"refused"},
        "the factor S + S.T lost": {"refuted"},
        "a sign flipped": {"refuted"},
        "a term lost": {"refuted"},
        "the transpose lost": {"refuted"},
    } or set().union(*found.values()) <= {"refuted", "refused"}


def test_a_variant_that_says_the_same_is_proved_to() -> None:
    found = outcomes(Derivative(of=x * y, wrt=x, equals=diag(y)))
    assert found["the other layout"] == found["only the diagonal"] == {"equivalent"}
    assert found["wrong sign"] == {"refuted"}


def test_a_mistake_made_by_hand_is_among_the_variants() -> None:
    mistake = Mistake(equals=2 * (x.T @ S), why="only if S is symmetric")
    claim = Derivative(of=x.T @ S @ x, wrt=x, equals=x.T @ (S + S.T))
    assert outcomes(claim, mistake)["only if S is symmetric"] == {"refuted"}
    assert outcomes(claim, mistake, assuming=(symmetric(S),))["only if S is symmetric"] == {
        "equivalent"
    }


def test_zero_has_the_variant_that_something_changes() -> None:
    assert outcomes(Derivative(of=y, wrt=x, equals=zeros("n", "n"))) == {
        "something for nothing": {"refused"}
    }
    found = outcomes(Derivative(of=relu(x), wrt=x, equals=diag(step(x))))
    assert found["the diagonal spread to a full matrix"] == {"refuted"}


@pytest.mark.parametrize("id", ["quadratic_form", "softmax", "vector_chain", "division_by_second"])
def test_no_prover_accepts_a_refuted_variant(id: str) -> None:
    from rulebook.checks.variants import _changes, _right_sides

    rule = rulebook.get(id)
    refuted = {v.numpy for v in check(id).variants if v.outcome == "refuted"}
    tried = 0
    for right, put in _right_sides(rule.claim):
        for _, make in _changes(right):
            try:
                wrong = make()
                claim = put(wrong)
            except (ShapeError, RuleError):
                continue
            subject = Subject(id, claim, rule.assuming)
            if rulebook.checks.variants.numpy_text(wrong) in refuted:
                tried += 1
                assert not any(accepted(prover, subject) for prover in PROVERS.values())
    assert tried >= 2


# Errata ------------------------------------------------------------------------------------------


def erratum(printed: Any) -> Erratum:
    return Erratum(title="E", printed=printed, right="quadratic_form", cites=HERE)


def test_an_erratum_is_ok_when_what_is_printed_is_false() -> None:
    wrong = Derivative(of=x.T @ S @ x, wrt=x, equals=2 * (x.T @ S))
    right = Derivative(of=x.T @ S @ x, wrt=x, equals=x.T @ (S + S.T))
    refused = rulebook.check_erratum(
        erratum(lambda: Derivative(of=x.T @ S @ x, wrt=x, equals=2 * (S @ x)))
    )
    assert rulebook.check_erratum(erratum(wrong)).ok
    assert rulebook.check_erratum(erratum(wrong)).counterexample is not None
    assert "cannot be written: the right side is n×1" in refused.reason
    assert rulebook.check_erratum(erratum(right)).verdict is Verdict.UNDECIDED


# Reports -----------------------------------------------------------------------------------------


def test_a_variable_that_is_not_read_has_no_effect() -> None:
    found = check(of="y @ y", wrt="x", equals="zeros(n)", shapes={"x": V, "y": V})
    assert found.ok


def test_code_of_another_shape_than_its_statement_is_refuted() -> None:
    transposed_code = replace(INFIX["transpose"], name="odd", numpy="{0:atom}")
    found = verify(Subject("odd", Equality(left=transposed_code(A), right=A.T)))
    assert found.verdict is Verdict.REFUTED
    assert "the shapes are (" in str(found)


def test_sizes_that_cannot_be() -> None:
    few = vector("q", dim(1) - dim("n"))
    with pytest.raises(RulebookError, match="no sizes make every dimension positive"):
        verify(Subject("few", Equality(left=few + few, right=2 * few)))


def test_words_in_exact_arithmetic() -> None:
    E, O, y01, p = (matrix(n, "n", "n") for n in "EOYP")
    total = sum_of(y01 @ O) + tr(E) + sum_of(p)
    words = {"identity": E, "ones": O, "onehot": y01, "simplex": p}
    assuming = tuple(Assumption(word, symbol) for word, symbol in words.items())
    right = Equality(left=total, right=size("n") * size("n") + 2 * size("n"))
    wrong = Equality(left=total, right=size("n") * size("n") + size("n"))
    assert holds_exactly(Subject("sums", right, assuming), {"n": 3})
    assert not holds_exactly(Subject("sums", wrong, assuming), {"n": 3})


@pytest.mark.parametrize("word", ["onehot", "simplex"])
def test_what_is_said_of_rows_is_not_said_of_columns(word: str) -> None:
    P, ones_m, ones_n = matrix("P", "m", "n"), ones("m"), ones("n")
    rows, columns = (
        Equality(left=P @ ones_n, right=ones_m),
        Equality(left=P.T @ ones_m, right=ones_n),
    )
    assuming = (Assumption(word, P),)
    assert holds_exactly(Subject("rows", rows, assuming), {"m": 3, "n": 4})
    assert not holds_exactly(Subject("columns", columns, assuming), {"m": 3, "n": 4})
    assert verdict(rows, *assuming).ok
    assert verdict(columns, *assuming) is Verdict.REFUTED


@pytest.mark.parametrize("e", [s**t, sin(s) * exp(-s), sqrt(s) * s, tanh(s) + log(s), cos(0 * s)])
def test_elementary_functions_in_exact_arithmetic(e: Any) -> None:
    assert holds_exactly(Subject("itself", Equality(left=e, right=e)), {})
    for other in (e + s, -e):
        with pytest.raises(NoEntry, match="only modelled"):
            holds_exactly(Subject("another", Equality(left=e, right=other)), {})


def test_proofs_without_flint(monkeypatch: pytest.MonkeyPatch) -> None:

    monkeypatch.setitem(sys.modules, "flint", None)
    bases._generators.cache_clear()
    subject = stated(0, "x @ (A + A.T)")
    assert prove_at(subject, {"n": 2})
    assert not prove_at(stated(0, "2 * x @ A"), {"n": 2})
    bases._generators.cache_clear()


def test_a_report_speaks_to_people_and_to_programs() -> None:
    found = check("quadratic_form")
    text, data = str(found), found.as_json()
    assert text.startswith("✓ quadratic_form: proved at every size\n")
    assert "wrong variants: " in text
    assert "numbers agree at " in text
    assert data["ok"] is True
    assert data["variants"]["made"] == data["variants"]["refuted"] == len(found.variants)
    assert found.statement == rulebook.get("quadratic_form").statement


def test_a_refusal_shows_where() -> None:
    found = check(**LINEAR, equals="A + eye(n)")
    assert "claimed" in str(found)
    assert "in entry (" in str(found)
    assert found.as_json()["counterexample"] in str(found)
    assert "numbers agree" not in str(found)


# A reader's own code -----------------------------------------------------------------------------

P = np.array([[1.0, 2.0], [0.0, 3.0]])
Q = np.array([[1.0, 2.0, 0.5], [0.0, 3.0, -1.0]])
U = np.array([1.0, -1.0])


@pytest.mark.parametrize(
    ("f", "grad", "arrays", "options"),
    [
        (lambda x, A: x @ A @ x, lambda x, A: x @ (A + A.T), (U, P), {}),
        (lambda x, A: x @ A @ x, lambda x, A: np.outer(x, x), (U, P), {"wrt": 1}),
        (lambda x: np.sum(np.exp(x)), np.exp, (U,), {}),
        (lambda A: np.sum(A**2), lambda A: 2 * A, (Q,), {}),
        (lambda x, A: A @ x, lambda x, A: A, (U, P), {}),
        (lambda x, A: A @ x, lambda c, x, A: A.T @ c, (U, P), {"vjp": True}),
        (lambda x, A: A @ x, lambda c, x, A: np.outer(c, x), (U, P), {"vjp": True, "wrt": 1}),
        (lambda s: s**3, lambda s: 3 * s**2, (2.0,), {}),
        (lambda s: np.array([s, s**2]), lambda s: np.array([1.0, 2 * s]), (2.0,), {}),
        (lambda x: np.maximum(0, x).sum(), lambda x: (x > 0) * 1.0, (U,), {}),
        (lambda x: 1e8 * np.sum(x**2), lambda x: 2e8 * x, (U,), {}),
        (lambda x: 1e-6 * np.sum(x**2), lambda x: 2e-6 * x, (U,), {}),
        (np.sum, lambda x: np.ones(2), ([1, 2],), {}),
    ],
)
def test_right_code(f: Any, grad: Any, arrays: tuple, options: dict[str, Any]) -> None:
    found = check_gradient(f, grad, *arrays, **options)
    assert found.ok, str(found)
    assert found.verdict is Verdict.NUMERIC


@pytest.mark.parametrize(
    ("f", "grad", "arrays", "options", "message"),
    [
        (lambda x, A: x @ A @ x, lambda x, A: 2 * A @ x, (U, P), {}, "2 of 2 entries differ"),
        (lambda x: np.sum(x**2), lambda x: 2 * x + [0, 0.25], (U,), {},
         "at this point: -1.75 claimed, -2 measured in entry (2,)"),
        (lambda x: np.sum(x**2), lambda x: 2 * x + [0, 0.25], (U,), {},
         "1 of 2 entries differ; the largest gap is 0.25, relative error 0.12"),
        (lambda x, A: A @ x, lambda x, A: A.T, (U, P), {}, "its transpose is right"),
        (lambda x, A: A @ x, lambda c, x, A: A @ c, (U, P), {"vjp": True}, "pullback: refuted"),
        (lambda x: 1e-6 * np.sum(x**2), lambda x: 3e-6 * x, (U,), {}, "2 of 2 entries differ"),
        (lambda x: 1e8 * np.sum(x**2), lambda x: 2.001e8 * x, (U,), {}, "2 of 2 entries differ"),
        (lambda s: s**3, lambda s: 2 * s**2, (2.0,), {}, "at this point: 8 claimed, 12 measured"),
    ],
)  # fmt: skip
def test_wrong_code(f: Any, grad: Any, arrays: tuple, options: dict, message: str) -> None:
    found = check_gradient(f, grad, *arrays, **options)
    assert found.verdict is Verdict.REFUTED
    assert message in str(found)


@pytest.mark.parametrize(
    ("f", "grad", "arrays", "options", "error", "message"),
    [
        (lambda x, A: A @ x, lambda x, A: A.T, (np.ones(3), Q), {}, ShapeError,
         "the Jacobian has shape (2, 3), and the code returns (3, 2), the transpose"),
        (np.sum, lambda x: np.ones(3), (U,), {}, ShapeError,
         "the gradient has shape (2,), and the code returns (3,)"),
        (np.sum, lambda x: np.ones((1, 2)), (U,), {}, ShapeError, "the code returns (1, 2)"),
        (np.sum, lambda x: x * np.nan, (U,), {}, RulebookError, "the code returns NaN or infinity"),
        (lambda x: np.full(2, np.inf), lambda x: x, (U,), {}, RulebookError, "f is not finite"),
        (np.sum, lambda x: x, (np.array([np.nan]),), {}, RulebookError, "contains NaN"),
        (np.sum, lambda x: x, (["a"],), {}, RulebookError, "argument 1 is not an array of real"),
        (np.sum, lambda x: x, (U,), {"wrt": 1}, RulebookError, "wrt=1, but there are 1 arrays"),
        (lambda x: x * 1j, lambda x: x, (U,), {}, RulebookError, "f returns complex128"),
        (lambda x: np.abs(x).sum(), np.sign, (np.array([0.0, 1.0]),), {}, RulebookError,
         "f has a kink or a jump at entry (1,)"),
        (abs, np.sign, (0.0,), {}, RulebookError, "f has a kink or a jump at this point"),
        (lambda x: np.floor(x).sum(), lambda x: 0 * x, (np.array([0.5, 3.0]),), {}, RulebookError,
         "at entry (2,)"),
    ],
)  # fmt: skip
def test_code_that_cannot_be_judged(
    f: Any, grad: Any, arrays: tuple, options: dict, error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as raised:
        check_gradient(f, grad, *arrays, **options)
    assert message in str(raised.value)


def test_the_cotangent_comes_from_the_generator_given() -> None:
    seen = []

    def pullback(c: Any, x: Any) -> Any:
        seen.append(c)
        return 2 * x * c

    for seed in (1, 1, 2):
        assert check_gradient(np.square, pullback, U, vjp=True, rng=np.random.default_rng(seed))
    assert np.array_equal(seen[0], seen[1])
    assert not np.array_equal(seen[0], seen[2])


def test_an_index_symbol_picks_an_entry() -> None:
    k = Symbol((), "k", role="index", limit=x.shape[0])
    right = Derivative(of=x[k], wrt=x, equals=array(j_n, delta_of(j_n, k)).T)
    assert verdict(right).ok


def delta_of(a: Any, b: Any) -> Any:
    from rulebook.language.operators import delta

    return delta(a, b)


@pytest.mark.parametrize("size", ["1e-12", "1e-20"])
def test_a_tiny_function_is_judged_by_its_own_size(size: str) -> None:
    shapes = {"A": ("m", "n"), "x": ("n",), "b": ("m",)}
    slope = "A.T @ (A @ x - b) / norm2(A @ x - b)"
    told = {"of": f"{size} * norm2(A @ x - b)", "wrt": "x", "shapes": shapes}
    assert rulebook.check(**told, equals=f"{size} * ({slope})").ok
    assert rulebook.check(**told, equals=f"2 * {size} * ({slope})").verdict is Verdict.REFUTED
