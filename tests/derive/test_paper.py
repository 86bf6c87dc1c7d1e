"""The paper's style: intermediate variables, local Jacobians, chain rule, each step a rule."""

import re
from collections.abc import Callable
from itertools import pairwise
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from truth import distance, jacobian
from wild import SIZES as WILD
from wild import wild

import rulebook
from rulebook.deriving.chain.paper import PaperDerivation, paper
from rulebook.language.template import plain
from rulebook.language.tree import Expr
from rulebook.printing.latex import latex
from rulebook.printing.numpy import compiled, module

SIZES = {"n": 3, "m": 5, "N": 4}
SHAPES = {
    "w": ("n",),
    "x": ("n",),
    "c": ("m",),
    "b": (),
    "t": (),
    "s": (),
    "y": ("N",),
    "X": ("N", "n"),
    "A": ("n", "n"),
    "W": ("m", "n"),
}

CASES = [
    ("sum(w * x)", "w"),
    ("sum(w * x)", "x"),
    ("dot(w, x)", "w"),
    ("max(0, w @ x + b)", "w"),
    ("max(0, w @ x + b)", "b"),
    ("relu(w @ x + b)", "x"),
    ("(t - max(0, w @ x + b)) ** 2", "w"),
    ("(t - relu(w @ x + b)) ** 2", "b"),
    ("mean((y - relu(X @ w + b)) ** 2)", "w"),
    ("mean((y - relu(X @ w + b)) ** 2)", "b"),
    ("sum((y - max(0, X @ w + b)) ** 2) / 7", "w"),
    ("sum((y - X @ w) ** 2)", "w"),
    ("norm2(X @ w - y)", "w"),
    ("relu(W @ x + c)", "x"),
    ("relu(W @ x + c)", "c"),
    ("tanh(W @ x + b)", "b"),
    ("sigmoid(W @ x) * c", "x"),
    ("x @ A @ x", "x"),
    ("w @ A @ x", "x"),
    ("softmax(W @ x)", "x"),
    ("logsumexp(W @ x) - dot(c, W @ x)", "x"),
    ("sum(softplus(-y * (X @ w)))", "w"),
    ("sigmoid(dot(w, x) + b)", "w"),
    ("x * x", "x"),
    ("x * exp(-x * x)", "x"),
    ("t * t", "t"),
    ("t + t ** 2", "t"),
    ("sin(t + t ** 2)", "t"),
    ("t * t ** 2", "t"),
    ("log(sin(t ** 3) ** 2)", "t"),
    ("sin(t) * cos(t) / exp(t)", "t"),
    ("t * x", "t"),
    ("exp(t * x) * sin(t)", "t"),
    ("dot(x, x) * (W @ x)", "x"),
    ("sum(exp(x) - x)", "x"),
    ("sum(w)", "x"),
    ("x", "x"),
    ("1 / norm2(x)", "x"),
]


def values() -> dict[str, Any]:
    rng = np.random.default_rng(7)
    made = {k: rng.normal(size=[SIZES[n] for n in shape]) for k, shape in SHAPES.items()}
    return made | {"b": 0.8, "t": 0.6, "s": 1.3}


def styled(text: str, wrt: str, **more: Any) -> PaperDerivation:
    named = {*re.findall(r"\w+", text), wrt}
    used = {name: shape for name, shape in SHAPES.items() if name in named}
    return paper(rulebook.derive(text, wrt=wrt, shapes=used, **more))


def computed(e: Expr) -> Any:
    """The value of an expression, as NumPy computes it."""
    functions = compiled(module({"value": e}, (*SHAPES, *SIZES)))
    return np.asarray(functions["value"](**values(), **SIZES))


@pytest.mark.parametrize(("text", "wrt"), CASES)
def test_the_answer_is_the_derivative(text: str, wrt: str) -> None:
    p = styled(text, wrt)
    expected = jacobian(text, wrt, values(), SIZES)
    assert distance(computed(p.result).reshape(expected.shape), expected) < 1e-9
    assert distance(computed(p.in_names).reshape(expected.shape), expected) < 1e-9


@pytest.mark.parametrize(("text", "wrt"), CASES)
def test_every_step_is_checked_and_cites_a_rule(text: str, wrt: str) -> None:
    p = styled(text, wrt)
    assert p.steps
    for step in p.steps:
        assert rulebook.get(step.rule).id == step.rule
        assert step.phase in ("local", "chain", "tidy")
        assert step.verdict == "checked at 2 points"
        assert step.error <= 1e-6
        assert latex(step.before)
        assert latex(step.became)
    cited = {step.rule for step in p.steps}
    assert {rule for link in p.links for rule in link.rules} <= cited
    assert all(link.rules for link in p.links)


@pytest.mark.parametrize(("text", "wrt"), CASES)
def test_each_line_starts_from_the_line_before(text: str, wrt: str) -> None:
    p = styled(text, wrt)
    steps = [step for step in p.steps if step.phase != "local"]
    jumps = [b for a, b in pairwise(steps) if b.phase == "tidy" and b.before != a.after]
    assert len(jumps) <= 1  # where the names are replaced by what they stand for
    for step in jumps:
        assert distance(computed(step.before), computed(p.in_names)) < 1e-9


def test_the_chain_rule_multiplies_what_was_looked_up() -> None:
    p = styled("sin(t + t ** 2)", "t")
    assert [plain(step.became) for step in p.steps if step.phase == "chain"] == [
        "∂v/∂t + ∂v/∂u * du/dt",
        "dy/dv * dv/dt",
    ]


def test_the_dot_product_as_in_the_paper() -> None:
    p = styled("sum(w * x)", "w")
    assert [(let.name, plain(local)) for let, local in p.variables] == [
        ("u", "w * x"),
        ("y", "np.sum(u)"),
    ]
    assert [(plain(k.left), plain(k.equals), k.rules) for k in p.links] == [
        ("∂u/∂w", "np.diag(x)", ("hadamard_by_first",)),
        ("∂y/∂u", "np.ones(n).T", ("sum_by_vector",)),
    ]
    chain, tidy = p.steps[2:]
    assert (chain.rule, plain(chain.before)) == ("chain_scalar_vector_vector", "∂y/∂w")
    assert (plain(chain.became), plain(chain.after)) == (
        "∂y/∂u @ ∂u/∂w",
        "np.ones(n).T @ np.diag(x)",
    )
    assert (tidy.rule, plain(tidy.after)) == ("ones_times_diagonal", "x.T")
    assert p.latex() == (
        r"\frac{\partial y}{\partial \mathbf{w}} = \mathbf{x}^\top, \quad \mathbf{u} = "
        r"\mathbf{w} \odot \mathbf{x}, \quad y = \operatorname{sum}(\mathbf{u})"
    )


def test_the_neuron_as_in_the_paper() -> None:
    p = styled("relu(w @ x + b)", "w")
    assert [(let.name, plain(local)) for let, local in p.variables] == [
        ("u", "w.T @ x + b"),
        ("y", "np.maximum(0, u)"),
    ]
    assert [step.rule for step in p.steps] == [
        "affine_by_weights",
        "relu",
        "chain_scalar_scalar_vector",
    ]
    assert [step.rule for step in styled("relu(w @ x + b)", "b").steps] == [
        "affine_by_bias",
        "relu",
        "single_variable_chain",
    ]


def test_the_loss_as_in_the_paper() -> None:
    p = styled("(t - max(0, w @ x + b)) ** 2", "w")
    assert [plain(local) for _, local in p.variables] == [
        "w.T @ x + b",
        "np.maximum(0, u)",
        "t - v",
        "z ** 2",
    ]
    assert plain(p.in_names) == "-2 * z * np.where(u > 0, 1.0, 0.0) * x.T"
    rules = [step.rule for step in p.steps]
    assert rules.count("chain_scalar_scalar_vector") == 3
    assert {"affine_by_weights", "relu_as_maximum", "relu", "power"} <= set(rules)


def test_the_mean_loss_multiplies_jacobians() -> None:
    p = styled("mean((y - relu(X @ w + b)) ** 2)", "w")
    links = {plain(k.left): k.rules[0] for k in p.links}
    assert links["∂u_3/∂u_2"] == "relu_elementwise"
    assert links["∂u_4/∂u_3"] == "subtraction_by_second"
    assert links["∂f/∂u_5"] == "mean_by_vector"
    rules = [step.rule for step in p.steps]
    assert {"vector_chain", "diag_times_diag", "ones_times_diagonal"} <= set(rules)


def test_two_paths_are_a_total_derivative() -> None:
    p = styled("t + t ** 2", "t")
    (chain,) = (step for step in p.steps if step.phase == "chain")
    assert chain.rule == "total_derivative_chain"
    assert plain(chain.before) == "dy/dt"
    assert plain(chain.became) == "∂y/∂t + ∂y/∂u * du/dt"
    assert plain(chain.after) == "1 + 2 * t"


def test_what_is_read_twice_gets_a_second_name() -> None:
    p = styled("x * x", "x")
    assert [plain(local) for _, local in p.variables] == ["x", "x * u"]
    assert {"identity_function", "hadamard_by_first", "hadamard_by_second"} <= {
        step.rule for step in p.steps
    }
    assert plain(p.result) == "2 * np.diag(x)"


def test_one_path_of_scalars_has_one_rule_a_link() -> None:
    p = styled("log(sin(t ** 3) ** 2)", "t")
    assert [plain(k.left) for k in p.links] == ["du/dt", "dv/du", "dz/dv", "dy/dz"]
    assert [k.rules for k in p.links] == [("power",), ("sine",), ("power",), ("logarithm",)]
    assert {s.rule for s in p.steps if s.phase == "chain"} == {"single_variable_chain"}


def test_equal_parts_have_one_name() -> None:
    p = styled("sum(exp(W @ x)) + sum(sin(W @ x))", "x")
    assert [plain(local) for _, local in p.variables].count("W @ x") == 1


def test_no_name_is_taken_twice() -> None:
    d = rulebook.derive(
        "v_1 * sum((u * dv - u) ** 2)",
        wrt="u",
        shapes={"u": ("y",), "v_1": (), "dv": ("y",)},
    )
    names = [let.name for let, _ in paper(d).variables]
    assert names == ["z_1", "z_2", "z_3", "z_4", "f"]
    assert [let.name for let, _ in styled("sum(sin(w * x))", "x").variables] == ["u", "v", "y"]


@pytest.mark.parametrize(
    ("text", "wrt", "said"),
    [
        ("sum(W * W)", "W", "the variable W is m×n"),
        ("sum(outer(x, x))", "x", "the intermediate result np.outer(x, x.T) is n×n"),
        ("A @ diag(x) @ w", "x", "np.diag(x)"),
        ("inv(t * A)", "t", "np.linalg.inv(t * A) is n×n"),
    ],
)
def test_a_matrix_is_refused_by_name(text: str, wrt: str, said: str) -> None:
    with pytest.raises(rulebook.Refusal) as refusal:
        styled(text, wrt)
    assert said in str(refusal.value)
    assert refusal.value.operation == "paper style"


def test_second_derivatives_are_refused() -> None:
    with pytest.raises(rulebook.Refusal, match="first derivatives"):
        styled("x @ A @ x", "x", order=2)


ADDED = '''"""Rules of a test."""

from typing import Final

from rulebook.book.claims import Derivative
from rulebook.language.build import vector
from rulebook.language.operators import diag, {uses}
from rulebook.book.references import Cite
from rulebook.book.rule import Rule

x = vector("x", "n")

added: Final = Rule(
    title="Added",
    claim=Derivative(of={of}, wrt=x, equals={equals}),
    cites=(Cite("petersen2012"),),
)
'''

Add = Callable[[str], ModuleType]


def test_a_rule_that_is_added_is_cited(add_chapter: Add) -> None:
    assert "added" not in {step.rule for step in styled("sum(exp(x))", "x").steps}
    add_chapter(ADDED.format(uses="exp", of="exp(x)", equals="diag(exp(x))"))
    assert styled("sum(exp(x))", "x").links[0].rules == ("added",)


def test_a_wrong_rule_is_caught(add_chapter: Add) -> None:
    add_chapter(ADDED.format(uses="exp", of="exp(x)", equals="diag(x)"))
    with pytest.raises(rulebook.Refusal, match="added does not survive its check"):
        styled("sum(exp(x))", "x")


def test_what_is_not_refused_is_right() -> None:
    shown = 0
    for seed in range(400):
        rng = np.random.default_rng([31, seed])
        case = wild(rng, depth=4)
        if case.order == 2 or len(case.shapes[case.wrt]) == 2:
            continue
        try:
            found = rulebook.derive(case.text, case.wrt, shapes=case.shapes, assume=case.assume)
            result = paper(found).result
        except rulebook.Refusal:
            continue
        given = case.values(rng, WILD)
        expected = jacobian(case.text, case.wrt, given, WILD)
        value = compiled(module({"value": result}, (*case.shapes, *WILD)))["value"](**given, **WILD)
        assert distance(np.broadcast_to(value, expected.shape), expected) < 1e-6, case.text
        shown += 1
    assert shown > 50
