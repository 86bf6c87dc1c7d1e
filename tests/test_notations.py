"""Notations: each is one file, reads the same trees, and says nothing in another's words."""

import json
import re
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import ClassVar
from unicodedata import normalize

import pytest

import rulebook
from rulebook.book.claims import Pullback, cotangent, d
from rulebook.language import operators as op
from rulebook.language.build import matrix, scalar, vector
from rulebook.language.dims import dim
from rulebook.language.operators import shapes
from rulebook.language.template import Go, Piece
from rulebook.language.tree import Expr, Index, Let, Operator
from rulebook.printing.latex import LATEX, latex
from rulebook.printing.layout import LAYOUTS
from rulebook.printing.notation import Notation
from rulebook.printing.sides import DifferentialOf
from rulebook.printing.typst import TYPST
from rulebook.printing.unicode import UNICODE, text

OPEN_SET = json.loads((Path(__file__).parent / "data/derive-open-set.json").read_text())["entries"]
x, X, Y = vector("x", "n"), matrix("X", "n", "n"), matrix("Y", "n", "n")
i = Index("i", "n")


class Words(Notation):
    """A notation made up here: everything it needs is in this class."""

    name = "words"
    templates: ClassVar = {
        "sum": "{0:negative} plus {1:sum}",
        "product": "{0:product} {1:product}",
        "transpose": "{0:atom}'",
        "transpose of a vector": "{0:atom}'",
    }
    curly, straight = "change of ", "change of "

    def letter(self, name: str, bold: bool) -> str:
        return f"vector {name}" if bold else name

    def accent(self, accent: str, text: str) -> str:
        return f"{text} {accent}"

    def below(self, text: str) -> str:
        return f" at {text}"

    def sum(self, index: str, size: str) -> str:
        return f"sum over {index} to {size} of "

    def quotient(self, sign: str, of: str, by: tuple[str, ...], order: int) -> str:
        return f"{sign}{of} by {' and '.join(by)}"

    def nabla(self, of: str, by: str, left: bool = False) -> str:
        return f"gradient by {by} of {of}"

    def differential(self, e: DifferentialOf, go: Go) -> Piece:
        return self.made(f"change of {go(e.of).text}")

    def equations(self, pairs: Iterable[tuple[str, str]]) -> str:
        return "; ".join(f"{left} is {right}" for left, right in pairs)

    def definitions(self, pairs: Iterable[tuple[str, str]]) -> str:
        return "".join(f", where {name} is {body}" for name, body in pairs)


WORDS = Words()


def test_a_notation_made_up_here_prints_every_rule_and_derivation() -> None:
    found = rulebook.derive("x @ A @ x", wrt="x", shapes={"A": ("n", "n")})

    assert rulebook.get("quadratic_form").written(WORDS, "gradient") == (
        "gradient by vector x of vector x' A vector x = (A' plus A) vector x"
    )
    assert found.written(WORDS) == "change of vector x' A vector x by vector x = " + WORDS(
        found.result
    )
    assert all(r.written(WORDS, layout) for r in rulebook.rules() for layout in LAYOUTS)


def test_what_has_no_template_is_a_call_and_a_row_may_bring_its_own() -> None:
    cube = Operator(
        name="cube",
        shape=shapes.keep,
        entry=lambda s, i, a: a(*i) ** 3,
        latex="{0:atom}^3",
        numpy="{0:atom} ** 3",
        notations={"typst": "{0:atom}^3"},
    )

    assert WORDS(op.exp(x)) == "exp(vector x)"
    assert TYPST(op.softplus(x)) == 'op("softplus")(bold(x))'
    assert [n(cube(x)) for n in (LATEX, UNICODE, TYPST, WORDS)] == [
        r"\mathbf{x}^3", "cube(x)", "bold(x)^3", "cube(vector x)",
    ]  # fmt: skip


ROLES: list[tuple[Expr, str, str, str]] = [
    (d(X), r"\mathrm{d}X", "dX", "dif X"),
    (d(X, 2), r"\mathrm{d}X'", "dX'", "dif X'"),
    (d(scalar("lam")), r"\mathrm{d}\lambda", "dλ", "dif lambda"),
    (cotangent("Y", Y), r"\bar{Y}", "Ȳ", "macron(Y)"),
    (d(cotangent("Y", Y)), r"\mathrm{d}\bar{Y}", "dȲ", "dif macron(Y)"),
    (Let("w_next", x), r"\mathbf{w}_{t+1}", "wₜ₊₁", "bold(w)_(t + 1)"),
    (vector("hat_y1", "n"), r"\hat{\mathbf{y}_{1}}", "ŷ₁", "hat(bold(y)_(1))"),
    (scalar("a") * 2, r"a \cdot 2", "a · 2", "a dot 2"),
    (matrix("dX", "n", "n"), "dX", "dX", '"dX"'),
    (d(X)[0, i], r"\mathrm{d}X_{1i}", "dX₁ᵢ", "dif X_(1 i)"),
    (X[0, i], "X_{1i}", "X₁ᵢ", "X_(1 i)"),
    (x[i], "x_{i}", "xᵢ", "x_(i)"),
    (op.size(dim("batch") * 2), "2 batch", "2 batch", '2 "batch"'),
    (-Fraction(1, 2) * x, r"-\tfrac{1}{2} \, \mathbf{x}", "-(1/2) x", "-frac(1, 2) thin bold(x)"),
]


@pytest.mark.parametrize(("e", "tex", "plain", "typst"), ROLES)
def test_roles(e: Expr, tex: str, plain: str, typst: str) -> None:
    assert (latex(e), text(e), TYPST(e)) == (tex, normalize("NFC", plain), typst)


def test_symbols_of_one_name_and_two_roles_are_two() -> None:
    mine, bar = matrix("dX", "n", "n"), matrix("Y_bar", "n", "n")

    assert mine != d(X)
    assert bar != cotangent("Y", Y)
    assert (repr(mine), repr(bar)) == (repr(d(X)), repr(cotangent("Y", Y)))
    assert len({mine, d(X), d(X, 2)}) == 3
    assert d(X) == d(matrix("X", "n", "n")) != d(matrix("X", "m", "n"))


def test_a_name_for_the_result_itself_is_not_said_to_be_itself() -> None:
    for rule in rulebook.rules():
        assert [pair for pair in rule.where if pair[0] == pair[1]] == [], rule.id
    p = Let("p", op.softmax(x))
    bar = cotangent("p", p)
    claim = Pullback(of=p, cotangents=bar, equals={x: p * (bar - p.T @ bar)})
    assert [(latex(a), latex(b)) for a, b in claim.names()] == [
        (r"\mathbf{p}", r"\operatorname{softmax}(\mathbf{x})")
    ]
    other = Pullback(of=p, cotangents=cotangent("y", p), equals={x: bar})
    assert [latex(b) for _, b in other.names()] == [r"\mathbf{p}", LATEX(op.softmax(x))]


@pytest.mark.parametrize(("name", "told"), [("latex", r"\mathbf"), ("typst", "bold(")])
def test_notations_are_not_mixed(name: str, told: str) -> None:
    others = {"latex": re.compile(r"bold\(|frac\("), "typst": re.compile(r"\\[a-z]")}
    said = [getattr(r, name)(layout) for r in rulebook.rules() for layout in LAYOUTS]
    assert any(told in text for text in said)
    assert [text for text in said if others[name].search(text)] == []


def typst_texts() -> Iterable[str]:
    for rule in rulebook.rules():
        yield from (rule.typst(layout) for layout in LAYOUTS)
    for entry in OPEN_SET:
        shapes = {name: tuple(sizes) for name, sizes in entry["vars"].items()}
        found = rulebook.derive(
            entry["expr"], entry["wrt"], shapes=shapes, order=entry.get("order", 1),
            assume=entry.get("assumptions") or {}, check=False,
        )  # fmt: skip
        yield from (found.typst(layout) for layout in LAYOUTS)


def test_typst_compiles_what_is_printed_in_typst() -> None:
    typst = pytest.importorskip("typst")
    texts = list(typst_texts())

    assert len(texts) > 1500
    assert typst.compile("\n".join(f"$ {text} $" for text in texts).encode(), format="pdf")
    with pytest.raises(typst.TypstError):
        typst.compile(b"$ frac(a, unknownname) $", format="pdf")


@pytest.mark.parametrize(
    ("name", "tex", "typ"),
    [
        ("loss_in_out", r"loss_{in\_out}", '"loss"_("in_out")'),
        ("_", r"\_", '"_"'),
        ("_x", r"\_x", '"_x"'),
        ("hat_", "hat", '"hat"'),
        ("hat_x_1", r"\hat{x_{1}}", "hat(x_(1))"),
        ("lambda_", r"\lambda", "lambda"),
    ],
)
def test_no_name_breaks_a_formula(name: str, tex: str, typ: str) -> None:
    """A second index below an index is an error in LaTeX, and a letter must not be empty."""
    assert latex(scalar(name)) == tex
    assert TYPST(scalar(name)) == typ
    assert text(2 * (3 * scalar(name)))


def test_a_size_is_set_as_a_name_is() -> None:
    assert LATEX(op.size(dim("d_in_x") + "n")) == r"d_{in\_x} + n"


@pytest.mark.parametrize(
    ("name", "typ", "said"),
    [
        ("my sum", 'op("my sum")(bold(x))', "my sum(x)"),
        ('quo"te', r'op("quo\"te")(bold(x))', 'quo"te(x)'),
        ("{set}", 'op("{set}")(bold(x))', "{set}(x)"),
    ],
)
def test_what_has_no_template_is_a_call_of_its_name(name: str, typ: str, said: str) -> None:
    row = Operator(name=name, shape=shapes.keep, entry=lambda s, i, a: a(*i), latex="", numpy="")
    assert TYPST(row(x)) == typ
    assert text(row(x)) == said


def test_a_notation_that_leaves_something_out_is_none() -> None:
    class Half(Notation):
        name = "half"

        def letter(self, name: str, bold: bool) -> str:
            return name

    with pytest.raises(TypeError, match="abstract method"):
        Half()
