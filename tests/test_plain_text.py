"""Plain text for a terminal: written from the tree, on one line, in what Unicode has."""

import re

import pytest

import rulebook
from rulebook.cli import reading
from rulebook.language import operators as op
from rulebook.language.build import matrix, scalar, vector
from rulebook.language.template import Node
from rulebook.language.tree import Index, Symbol
from rulebook.printing.layout import LAYOUTS
from rulebook.printing.prose import prose
from rulebook.printing.sides import DerivativeOf, DifferentialOf
from rulebook.printing.unicode import UNICODE, text

x, w = vector("x", "n"), vector("w", "n")
a, b, c, t, z = (scalar(name) for name in "abctz")
A, X, W = matrix("A", "n", "n"), matrix("X", "m", "n"), matrix("W", "m", "n")
i, j = Index("i", "m"), Index("j", "n")
f, g = op.function("f"), op.function("g")
SCALAR_RATE = op.partial(f(t), t)
TEXTS: dict[str, Node] = {
    "∂ exp(t)/∂t": DerivativeOf(op.exp(t), t),
    "(df/dt g(t))/g(t)²": SCALAR_RATE * g(t) / g(t) ** 2,
    "∂²f/(∂x ∂xᵀ)": op.partial(op.partial(f(x), x), x),
    "∂²/∂t² (a x)": DerivativeOf(a * x, t, order=2, apart=True),
    "d²t³/dt²": DerivativeOf(t**3, t, order=2, straight=True),
    "1/(2 √(t + 1)) + 1": 1 / (2 * op.sqrt(t + 1)) + 1,
    "√(1/t)": op.sqrt(1 / t),
    "(a/b)²": (a / b) ** 2,
    "(a/b)/(c/t)": (a / b) / (c / t),
    "(1/2) t": 0.5 * t,
    "-(1/2) t": -0.5 * t,
    "a · 2": a * 2,
    "a/b + c": a / b + c,
    "(a/b) x": a / b * x,
    "x ⊙ w/a": x * (w / a),
    "x∘² ⊘ w": x**2 / w,
    "∑ᵢ₌₁ᵐ ∑ⱼ₌₁ⁿ Wᵢⱼ": op.total((i, j), W[i, j]),
    "[Wᵢⱼ]_i,j": op.array((i, j), W[i, j]),
    "λ αₜ": scalar("lam") * scalar("alpha_t"),
    "‖X‖_F": op.norm(X),
    "∇_w wᵀ A w": DerivativeOf(w.T @ A @ w, w, gradient=True),
    "ŷ": vector("hat_y", "n"),
    "W̄": Symbol(W.shape, "W_bar", "cotangent", of=W),
    "dW'": Symbol(W.shape, "dW_2", "tangent", of=W, primed=True),
    "d(W)": Symbol(W.shape, "dW_1", "tangent", of=W),
    "[a, b; c, t]ᵀ": op.grid([a, b], [c, t]).T,
    "{z if z > 0; 0 otherwise}": op.cases(z, z, 0),
    "𝟙[z > 0] 𝟏ᵀ": op.step(z) * op.ones("n").T,
    "𝟎": op.zeros("n"),
    "log |det A|": op.logdet(A),
    "diag⁻¹(A)": op.diagonal(A),
    "d vec(A)": DifferentialOf(op.vec(A), bare=True),
    "d²(A)": DifferentialOf(A, order=2),
    "x_↑ᵀ": op.upper(vector("x", 5), 2, 3).T,
}


@pytest.mark.parametrize(("said", "e"), TEXTS.items())
def test_plain_text(said: str, e: Node) -> None:
    assert text(e) == said


def test_an_operator_it_has_no_template_for_is_a_call() -> None:
    assert text(op.softplus(op.exp(x))) == "softplus(exp(x))"


def test_every_statement_has_a_plain_text() -> None:
    left = re.compile(r"[\\$&{}]|left|right|begin|end|math")
    for rule in rulebook.rules():
        names = [text(side) for pair in rule.names() for side in pair]
        for layout in LAYOUTS:
            lines = [*reading.statement(rule, layout), *names, *rule.conditions_in(UNICODE)]
            bare = [re.sub(r"\{.* otherwise\}", "", line) for line in lines]
            assert [line for line in bare if left.search(line)] == [], rule.id
            assert all(line.count("(") == line.count(")") for line in lines), rule.id


@pytest.mark.parametrize(
    ("note", "said"),
    [
        (
            "See {rule:ref}`the rule <softmax>` and {rule:ref}`sine`:\n $\\mathbf{x}^\\top$.",
            "See the rule and sine: xᵀ.",
        ),
        (r"$n \geq 1$ and $-\mathrm{d}x / x^2$", "n ≥ 1 and -dx / x²"),
        (r"$1 - \sigma(z)$, $x_{t+1}$, $x_i$", "1 - σ(z), xₜ₊₁, xᵢ"),
        (r"what it does not know stays: $\Foo{x}$", r"what it does not know stays: \Foo{x}"),
    ],
)
def test_notes_without_markup(note: str, said: str) -> None:
    assert prose(note) == said


def test_no_note_of_the_book_keeps_its_markup() -> None:
    entries = (*rulebook.rules(), *rulebook.errata())
    assert [e.id for e in entries if re.search(r"[\\$`{}]", prose(e.note))] == []
