"""Layouts: one name for each, one error for what is none, and each kept to throughout."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import rulebook
from rulebook.book.claims import Derivative, Differential, Equality, Pullback, cotangent, d
from rulebook.cli import main
from rulebook.deriving.present.lines import lines, names
from rulebook.errors import RuleError
from rulebook.language import operators as op
from rulebook.language.build import matrix, scalar, vector
from rulebook.language.dims import ONE
from rulebook.language.traverse import unspecified
from rulebook.language.tree import Apply, Expr, Let
from rulebook.printing.latex import latex
from rulebook.printing.layout import LAYOUTS, called, in_layout, is_turned, laid, layout_named
from rulebook.printing.sides import DerivativeOf
from rulebook.printing.unicode import text

x, y, A = vector("x", "n"), vector("y", "m"), matrix("A", "m", "n")
f, g, h = op.function("f"), op.function("g", "m"), op.function("h")
row, jacobian = op.partial(f(x), x), op.partial(g(x), x)


def rows(e: Any) -> Iterator[Any]:
    """The derivatives of scalars that stand as rows in what is printed."""
    if isinstance(e, Let):
        return
    if isinstance(e, DerivativeOf) and not e.of.shape and e.by.shape and e.order == 1:
        yield from () if e.gradient else (e,)
    fn = e.op.unspecified if isinstance(e, Apply) else None
    if fn and len(fn.slots) == 1 and fn.out == () and e.shape[:1] == (ONE,):
        yield e
    for a in e.args:
        yield from rows(a)


def test_the_gradient_convention_shows_no_row() -> None:
    for rule in rulebook.rules():
        sides = [side for pair in rule.claim.equations("gradient") for side in pair]
        names = [side for pair in rule.names("gradient") for side in pair]
        assert [n for side in (*sides, *names) for n in rows(side)] == [], rule.id


def test_a_row_is_seen() -> None:
    for rule_id in ("directional_derivative", "total_derivative_chain", "hessian_vector_product"):
        sides = [side for pair in rulebook.get(rule_id).claim.equations() for side in pair]
        assert any(True for side in sides for _ in rows(side)), rule_id
    assert list(rows(Derivative(of=f(x), wrt=x, equals=row).left("numerator")))


@pytest.mark.parametrize(
    ("e", "denominator", "gradient"),
    [
        (row, "(∂f/∂x)ᵀ", "(∇ₓ f)ᵀ"),
        (row.T, "∂f/∂x", "∇ₓ f"),
        (row @ x, "(∂f/∂x)ᵀ x", "(∇ₓ f)ᵀ x"),
        (jacobian, "(∂g/∂x)ᵀ", "∂g/∂x"),
        (jacobian.T @ y, "∂g/∂x y", "(∂g/∂x)ᵀ y"),
        (x.T @ A.T, "xᵀ Aᵀ", "xᵀ Aᵀ"),
    ],
)
def test_what_stands_is_laid_out(e: Expr, denominator: str, gradient: str) -> None:
    assert laid(e, "numerator") == e
    assert [text(laid(e, layout)) for layout in LAYOUTS[1:]] == [denominator, gradient]


def test_every_kind_of_claim_is_laid_out() -> None:
    u = vector("u", "m")
    changed = Differential(of=g(x), wrt=(x,), equals=jacobian @ d(x))
    back = Pullback(of=g(x), cotangents=cotangent("g", y), equals={x: jacobian.T @ u})
    same = Equality(left=row @ x, right=row @ x)
    said = {
        type(c): [text(right) for _, right in c.equations("denominator")]
        for c in (changed, back, same)
    }
    assert said == {
        Differential: ["(∂g/∂x)ᵀ dx"], Pullback: ["∂g/∂x u"], Equality: ["(∂f/∂x)ᵀ x"]
    }  # fmt: skip


TURNS = re.compile(r"\b([Rr]ows?|[Cc]olumns?|transposed?)\b|×|\bm by [kn]\b")
SETTLED = re.compile(r"layout|[Rr]ows?( i)? of [A-Z]\b|Of W, the rows|as a column|Rows and columns")


def unsettled(note: str) -> list[str]:
    """The sentences of a note that are true in one layout only, and do not say in which."""
    sentences = re.split(r"(?<=[.!?]) ", note)
    return [s for s in sentences if TURNS.search(s) and not SETTLED.search(s)]


def laid_out(rule: rulebook.Rule) -> bool:
    """Whether a layout has a say in the statement."""
    standing = unspecified(*rule.claim.sides.values())
    return isinstance(rule.claim, Derivative) or any(fn.slots for fn in standing)


def test_a_note_is_true_in_every_layout() -> None:
    notes = {r.id: unsettled(r.note) for r in rulebook.rules() if laid_out(r)}
    same = {  # said of an error, of a table, and of what is 1 × 1 in every layout
        "error_term_by_weights", "quotient", "chain_scalar_scalar_scalar",
        "chain_scalar_vector_scalar",
    }  # fmt: skip
    assert {id for id, sentences in notes.items() if sentences} == same


def test_a_note_that_is_true_in_one_layout_is_seen() -> None:
    for note in ("A row of ones.", "True. Row i is the gradient.", "1 × k times k × n: one step."):
        assert unsettled(note)
    for note in ("In numerator layout a row.", "The rows of W that are left.", "A sum."):
        assert not unsettled(note)


def test_which_layouts_turn_what() -> None:
    assert [is_turned(layout, ()) for layout in LAYOUTS] == [False, True, True]
    assert [is_turned(layout, y.shape) for layout in LAYOUTS] == [False, True, False]
    assert in_layout(A, y.shape, "denominator") == A.T
    assert in_layout(A, (), "gradient", order=2) == A
    assert in_layout(scalar("t") * 1, (), "gradient") == scalar("t") * 1
    assert [called(layout) for layout in LAYOUTS] == [
        "numerator layout", "denominator layout", "the gradient convention",
    ]  # fmt: skip


DERIVED = rulebook.derive("x @ x", wrt="x", shapes={"x": ("n",)})
MISTYPED: dict[str, Callable[[Any], object]] = {
    "rule.latex": lambda layout: rulebook.get("softmax").latex(layout),
    "rule.latex_parts": lambda layout: rulebook.get("softmax").latex_parts(layout),
    "rule.typst": lambda layout: rulebook.get("softmax").typst(layout),
    "derivation.latex": DERIVED.latex,
    "derivation.typst": DERIVED.typst,
    "derivation.numpy": DERIVED.numpy,
    "derivation.module": lambda layout: DERIVED.module("numpy", layout),
    "derivation.in_layout": DERIVED.in_layout,
    "lines": lambda layout: lines(DERIVED, layout),
    "names": lambda layout: names(DERIVED, layout),
    "check": lambda layout: rulebook.check(of="x @ x", wrt="x", equals="2 * x", layout=layout),
    "layout_named": layout_named,
}


@pytest.mark.parametrize("ask", MISTYPED.values(), ids=MISTYPED)
def test_a_layout_there_is_not_is_the_same_error_everywhere(ask: Callable[[Any], object]) -> None:
    with pytest.raises(RuleError, match=r"^no layout 'gradiant'; did you mean 'gradient'\?$"):
        ask("gradiant")
    said = r"^no layout None; the layouts are numerator, denominator, gradient$"
    with pytest.raises(RuleError, match=said):
        ask(None)
    ask("gradient")


def test_the_command_line_knows_the_same_layouts(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "euclidean_norm", "--json"]) == 0
    assert tuple(json.loads(capsys.readouterr().out)["latex"]) == LAYOUTS
    assert latex(DERIVED.in_layout("gradient")) == r"2 \, \mathbf{x}"
