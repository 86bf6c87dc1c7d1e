"""Source text of expressions in three languages.

NumPy's is always run. JAX's and PyTorch's are run where those packages are installed; everywhere,
each name they call is looked up in a list of names that JAX 0.10.2 and PyTorch 2.13.0 have, with
which every case below was run and agreed with NumPy in double precision.
"""

import re
from importlib import import_module
from typing import Any

import numpy as np
import pytest

from rulebook import RuleError
from rulebook.language import operators as op
from rulebook.language.build import matrix, scalar, vector
from rulebook.language.traverse import walk
from rulebook.language.tree import INFIX, Apply, Expr, Index, Let, Operator, lift
from rulebook.printing.languages import LANGUAGES, module, source, text

KNOWN = {
    "jax": set(
        "jax.nn.logsumexp jax.nn.sigmoid jax.nn.softmax "
        "jnp.abs jnp.arange jnp.array jnp.cos jnp.diag jnp.exp jnp.eye jnp.hstack jnp.kron "
        "jnp.linalg.det jnp.linalg.inv jnp.linalg.norm jnp.linalg.slogdet jnp.log jnp.maximum "
        "jnp.mean jnp.minimum jnp.ones jnp.outer jnp.sign jnp.sin jnp.sqrt jnp.sum jnp.tanh "
        "jnp.trace jnp.vstack jnp.where jnp.zeros".split()
    ),
    "torch": set(
        "torch.abs torch.arange torch.cos torch.diag torch.exp torch.eye torch.hstack torch.kron "
        "torch.linalg.det torch.linalg.inv torch.linalg.norm torch.linalg.slogdet torch.log "
        "torch.logsumexp torch.maximum torch.mean torch.minimum torch.outer torch.relu "
        "torch.sigmoid torch.sign torch.sin torch.softmax torch.sqrt torch.stack torch.sum "
        "torch.tanh torch.tensor torch.trace torch.vstack torch.where".split()
    ),
}

A, B, C = matrix("A", "m", "n"), matrix("B", "m", "n"), matrix("C", "n", "k")
S, x, y, b = matrix("S", "n", "n"), vector("x", "n"), vector("y", "n"), vector("b", "m")
s, t = scalar("s"), scalar("t")
n, i, j = op.size("n"), Index("i", "n"), Index("j", "m")
p = Let("p", op.softmax(Let("z", S @ x)))
r = Let("r", op.sqrt(n))

ELEMENTWISE = (
    op.exp,
    op.log,
    op.sqrt,
    op.sin,
    op.cos,
    op.tanh,
    op.sigmoid,
    op.softplus,
    op.relu,
    op.step,
    op.absolute,
    op.sign,
)
CASES: list[Expr] = [
    *(f(a) for f in ELEMENTWISE for a in (A, x, t, A @ x - b, lift(2), n / 2)),
    *(f(*ab) for f in (op.maximum, op.minimum, op.greater) for ab in ((A, B), (x, y), (s, t))),
    *(f(a, c) for f in (op.maximum, op.minimum, op.greater) for a, c in ((x, 0), (t, A), (1, x))),
    *(op.cases(*abc) for abc in ((x, y, y), (x, 1, 0), (x, y, 0), (s, t, 3), (x, 1, t))),
    *(f(e) for f in (op.tr, op.det, op.logdet, op.inv, op.diagonal) for e in (S, S.T @ S)),
    *(op.vec(e) for e in (A, A.T, A @ C)),
    *(op.diag(x), op.diag(x * y) @ S, op.kron(A, S) @ op.vec(S @ S), op.kron(S.T, A - B)),
    *(f(e) for f in (op.sum_of, op.mean, op.norm) for e in (A, x, A @ x - b)),
    *(f(e) for f in (op.softmax, op.logsumexp) for e in (A, x, A @ C, A @ x)),
    *(op.ones("n") + x, op.ones("n"), op.eye("n") @ S, op.zeros("m", "n") + A, op.zeros("n")),
    *(op.unit(1, "n") + x, op.commutation("m", "n") @ op.vec(A), r * x + op.exp(r) * x),
    *(n * t, x / n, op.sqrt(n) * x, (n + op.size("m")) * x, op.delta(1, 1) * x),
    *(op.stack(s, t, 1), op.stack(x, y), op.stack(t, 2, x), op.stack(A, B), op.stack(x.T, A)),
    *(op.grid([s, t], [t, s]), op.grid([s, t, s]), op.grid([t, lift(0)], [lift(1), s])),
    *(x.T @ y, x @ y.T, x @ b.T, (x @ y.T) @ S, 2 * x.T @ S, (A @ x - b).T @ A),
    *(-(x**2), (-x) ** 2, x**-2, (x * x) ** 0.5, lift(2) ** t, x**t, A**2 / (1 + A**2)),
    *(1 / t, 1 / x, x / (s / t), t / (s * t), (t / s) / t, A - (A - B), t**s),
    *(x[0], A[0, 1] * x, op.row_of(A, 1), op.total(i, x[i] * y[i]), op.total((i, j), A[j, i] * 2)),
    *(op.diag(p) - p @ p.T, p.T @ S @ p, op.softmax(A) * B - op.softmax(B)),
]


def ready(language: str) -> tuple[dict[str, Any], Any]:
    """What text in a language may call, and how it takes an array; skips where it is missing."""
    if language == "numpy":
        return {"np": np}, np.asarray
    if language == "jax":
        jax = pytest.importorskip("jax")
        jax.config.update("jax_enable_x64", True)
        return {"jax": jax, "jnp": jax.numpy}, jax.numpy.asarray
    torch = pytest.importorskip("torch")
    return {"torch": torch}, lambda a: torch.tensor(a, dtype=torch.float64)


def of_source(code: str, space: dict[str, Any]) -> Any:
    *before, last = code.split("\n")
    exec("\n".join([*before, f"_found = {last}"]), space)  # noqa: S102  our own printer's output
    return np.asarray(space["_found"])


def of_module(code: str, given: dict[str, Any]) -> Any:
    space: dict[str, Any] = {}
    exec(code, space)  # noqa: S102  our own printer's output
    return np.asarray(space["derivative"](**given))


@pytest.mark.parametrize("language", LANGUAGES)
def test_source_and_module_compute_the_expression(language: str, evaluate: Any) -> None:
    library, convert = ready(language)

    for e in CASES:
        values = evaluate.values(e, A, x)
        given = {name: convert(a) for name, a in values.items()}
        wanted = evaluate.by_entries(e, values)
        for found in (
            of_source(source(e, language, A, x), {**library, **given}),
            of_module(module(e, language, "derivative", A, x), given),
        ):
            assert found.dtype in (np.float64, np.int64)
            np.testing.assert_allclose(found, wanted, rtol=1e-10, atol=1e-12, err_msg=repr(e))


@pytest.mark.parametrize("language", ["jax", "torch"])
def test_every_name_called_is_one_the_library_has(language: str) -> None:
    called = re.compile(r"\b(?:jnp|jax|torch|np)\.[\w.]*\w(?=[(\[])")
    code = "\n".join(source(e, language, A, x) for e in CASES)

    assert set(called.findall(code)) == KNOWN[language]


@pytest.mark.parametrize("language", ["jax", "torch"])
def test_the_names_recorded_exist(language: str) -> None:
    library, _ = ready(language)

    for name in KNOWN[language]:
        head, *path = name.split(".")
        found = library[head]
        for part in path:
            found = getattr(found, part)
        assert callable(found)


def test_the_cases_hold_every_operator() -> None:
    modules = ("arrays", "elementwise", "infix", "linear", "reductions")
    rows = [
        v for m in modules for v in vars(import_module(f"rulebook.language.operators.{m}")).values()
    ]
    there = {row.name for row in (*rows, *INFIX.values()) if isinstance(row, Operator)}
    seen = {node.op.name for e in CASES for node in walk(e) if isinstance(node, Apply)}

    assert there <= seen


def test_names_and_sizes_come_before_what_uses_them() -> None:
    assert source(op.eye("n") - p @ p.T, "numpy", S).split("\n") == [
        "def softmax(z):",
        "    e = np.exp(z - np.max(z, axis=-1, keepdims=True))",
        "    return e / np.sum(e, axis=-1, keepdims=True)",
        "n = S.shape[0]",
        "z = S @ x",
        "p = softmax(z)",
        "np.eye(n) - np.outer(p, p)",
    ]


def test_a_library_function_needs_no_helper() -> None:
    assert source(p, "torch") == "z = S @ x\np = torch.softmax(z, dim=-1)\np"
    assert source(op.sigmoid(x), "jax") == "jax.nn.sigmoid(x)"


def test_a_module_takes_what_is_given_and_imports_what_it_calls() -> None:
    assert module(op.ones("n"), "jax", "gradient", op.sum_of(x)).split("\n") == [
        "import jax.numpy as jnp",
        "",
        "",
        "def gradient(x):",
        "    n = x.shape[0]",
        "    return jnp.ones(n)",
        "",
    ]
    assert module(op.softmax(x), "jax").startswith("import jax\nimport jax.numpy as jnp\n")


def test_a_number_is_made_a_tensor_where_torch_wants_one() -> None:
    assert text(op.maximum(x, 0), "torch") == "torch.maximum(x, x.new_tensor(0))"
    assert text(op.sqrt(n) * x, "torch") == "torch.sqrt(x.new_tensor(n)) * x"
    assert text(2 * x + t / 3, "torch") == "2 * x + t / 3"


def test_a_language_that_is_not_there_and_an_array_that_cannot_be_written() -> None:
    with pytest.raises(RuleError, match="no source text in 'julia'; there is numpy, jax, torch"):
        text(x, "julia")
    with pytest.raises(RuleError, match="an array over indices has no source text in torch"):
        text(op.array(i, x[i]), "torch")
