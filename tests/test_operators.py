"""Every operator's row: its shape, its LaTeX, its NumPy code, its entries, its transpose."""

import inspect
from importlib import import_module
from typing import Any

import numpy as np
import pytest

from rulebook import RuleError, ShapeError
from rulebook.dialect.parse import parse
from rulebook.language import operators as op
from rulebook.language.build import matrix, scalar, tensor, vector
from rulebook.language.dims import array_shape, dim
from rulebook.language.operators import function, partial, transposed
from rulebook.language.traverse import symbols, walk
from rulebook.language.tree import INFIX, Apply, Bind, Expr, Index, Let, Number, Operator
from rulebook.printing.latex import latex
from rulebook.printing.numpy import dialect, module, numpy_text

s, t = scalar("s"), scalar("t")
x, y, z = vector("x", "n"), vector("y", "n"), vector("z", "m")
A, B, C = matrix("A", "m", "n"), matrix("B", "n", "p"), matrix("C", "m", "n")
S, Q = matrix("S", "n", "n"), matrix("Q", "n", "n")
T = tensor("T", "m", "n", "p")
i, j = Index("i", "m"), Index("j", "n")
f, u, F = function("f"), function("u"), function("f", "m")
h, circ = op.elementwise("h", bold=True), op.elementwise("op", infix=True)

# expression, LaTeX, NumPy
ROWS: list[tuple[Expr, str, str]] = [
    # infix
    (x + y, r"\mathbf{x} + \mathbf{y}", "x + y"),
    (s + x, r"s + \mathbf{x}", "s + x"),
    (x + (y + x), r"\mathbf{x} + \mathbf{y} + \mathbf{x}", "x + (y + x)"),
    (x + -y, r"\mathbf{x} + \left(-\mathbf{y}\right)", "x + (-y)"),
    (-x + y, r"-\mathbf{x} + \mathbf{y}", "-x + y"),
    (x - (y - x), r"\mathbf{x} - \left(\mathbf{y} - \mathbf{x}\right)", "x - (y - x)"),
    (x - y - x, r"\mathbf{x} - \mathbf{y} - \mathbf{x}", "x - y - x"),
    (-(x + y), r"-\left(\mathbf{x} + \mathbf{y}\right)", "-(x + y)"),
    (2 * x, r"2 \, \mathbf{x}", "2 * x"),
    (s * (x - y), r"s \, \left(\mathbf{x} - \mathbf{y}\right)", "s * (x - y)"),
    (A @ (s * x), r"A s \, \mathbf{x}", "A @ (s * x)"),
    (x * y, r"\mathbf{x} \odot \mathbf{y}", "x * y"),
    (x * (y * x), r"\mathbf{x} \odot \mathbf{y} \odot \mathbf{x}", "x * (y * x)"),
    (A @ (x * y), r"A \left(\mathbf{x} \odot \mathbf{y}\right)", "A @ (x * y)"),
    ((A @ x) * z, r"A \mathbf{x} \odot \mathbf{z}", "A @ x * z"),
    (x / s, r"\frac{\mathbf{x}}{s}", "x / s"),
    (s / (t * s), r"\frac{s}{t \, s}", "s / (t * s)"),
    (s / (t / s), r"\frac{s}{\frac{t}{s}}", "s / (t / s)"),
    (x / y, r"\mathbf{x} \oslash \mathbf{y}", "x / y"),
    (x / (y * x), r"\mathbf{x} \oslash \left(\mathbf{y} \odot \mathbf{x}\right)", "x / (y * x)"),
    (x / (A.T @ z), r"\mathbf{x} \oslash \left(A^\top \mathbf{z}\right)", "x / (A.T @ z)"),
    (1 / x, r"1 \oslash \mathbf{x}", "1 / x"),
    (s**2, "s^{2}", "s ** 2"),
    (s ** (t + 1), "s^{t + 1}", "s ** (t + 1)"),
    (s**-1, "s^{-1}", "s ** (-1)"),
    ((s**2) ** t, r"\left(s^{2}\right)^{t}", "(s ** 2) ** t"),
    ((s / t) ** 2, r"\left(\frac{s}{t}\right)^{2}", "(s / t) ** 2"),
    (-(s**2), "-s^{2}", "-s ** 2"),
    ((-s) ** 2, r"\left(-s\right)^{2}", "(-s) ** 2"),
    (x**2, r"\mathbf{x}^{\circ 2}", "x ** 2"),
    ((x - y) ** 2, r"\left(\mathbf{x} - \mathbf{y}\right)^{\circ 2}", "(x - y) ** 2"),
    (x.T @ S @ y, r"\mathbf{x}^\top S \mathbf{y}", "x @ S @ y"),
    (S @ (Q @ B), "S Q B", "S @ (Q @ B)"),
    ((A + C) @ B, r"\left(A + C\right) B", "(A + C) @ B"),
    (x @ z.T, r"\mathbf{x} \mathbf{z}^\top", "np.outer(x, z)"),
    (z @ x.T @ S, r"\mathbf{z} \mathbf{x}^\top S", "np.outer(z, x) @ S"),
    (A.T, r"A^\top", "A.T"),
    ((A @ B).T, r"\left(A B\right)^\top", "(A @ B).T"),
    ((A / s).T, r"\left(\frac{A}{s}\right)^\top", "(A / s).T"),
    ((x + y).T, r"\left(\mathbf{x} + \mathbf{y}\right)^\top", "x + y"),
    ((x + y).T @ S, r"\left(\mathbf{x} + \mathbf{y}\right)^\top S", "(x + y) @ S"),
    (x[0], "x_{1}", "x[0]"),
    (A[0, 1], "A_{12}", "A[0, 1]"),
    (T[0, 1, 1], "T_{122}", "T[0, 1, 1]"),
    ((x + y)[1], r"\left(\mathbf{x} + \mathbf{y}\right)_{2}", "(x + y)[1]"),
    # numbers and names
    (Number(-2) * x, r"-2 \, \mathbf{x}", "(-2) * x"),
    (x - Number(-2), r"\mathbf{x} - \left(-2\right)", "x - (-2)"),
    (0.5 * x, r"\tfrac{1}{2} \, \mathbf{x}", "0.5 * x"),
    (Number(1) / 3 * s, r"\frac{1}{3} \, s", "1 / 3 * s"),
    (Number(2 / 3) ** 2 * s, r"\left(\tfrac{3333333333333333}{5000000000000000}\right)^{2} \, s",
     "(3333333333333333 / 5000000000000000) ** 2 * s"),
    (Number(0.5) ** 2 * s, r"\left(\tfrac{1}{2}\right)^{2} \, s", "0.5 ** 2 * s"),
    (Let("p", x + y).T @ x, r"\mathbf{p}^\top \mathbf{x}", "p @ x"),
    # entry by entry
    (op.exp(x / s), r"\exp\left(\frac{\mathbf{x}}{s}\right)", "np.exp(x / s)"),
    (op.log(x), r"\log(\mathbf{x})", "np.log(x)"),
    (op.sqrt(s + t), r"\sqrt{s + t}", "np.sqrt(s + t)"),
    (op.sin(s) ** 2, r"\sin(s)^{2}", "np.sin(s) ** 2"),
    (op.cos(A), r"\cos(A)", "np.cos(A)"),
    (op.tanh(A @ x), r"\tanh(A \mathbf{x})", "np.tanh(A @ x)"),
    (op.sigmoid(x), r"\sigma(\mathbf{x})", "sigmoid(x)"),
    (op.softplus(x), r"\operatorname{softplus}(\mathbf{x})", "np.log(1 + np.exp(x))"),
    (op.relu(x - y), r"\max(0, \mathbf{x} - \mathbf{y})", "np.maximum(0, x - y)"),
    (op.step(x - y), r"\mathbb{1}[\mathbf{x} - \mathbf{y} > 0]", "np.where(x - y > 0, 1.0, 0.0)"),
    (op.absolute(x - y), r"\lvert \mathbf{x} - \mathbf{y} \rvert", "np.abs(x - y)"),
    (op.sign(x - y), r"\operatorname{sign}(\mathbf{x} - \mathbf{y})", "np.sign(x - y)"),
    (op.maximum(x, y), r"\max(\mathbf{x}, \mathbf{y})", "np.maximum(x, y)"),
    (op.minimum(s, x), r"\min(s, \mathbf{x})", "np.minimum(s, x)"),
    (op.greater(x, y), r"\mathbb{1}[\mathbf{x} > \mathbf{y}]", "np.where(x > y, 1.0, 0.0)"),
    (op.cases(x - y, x, s),
     r"\begin{cases} \mathbf{x} & \text{if } \mathbf{x} - \mathbf{y} > 0 \\ s & \text{otherwise} \end{cases}",  # noqa: E501
     "np.where(x - y > 0, x, s)"),
    # linear algebra
    (op.diag(x / s), r"\operatorname{diag}\left(\frac{\mathbf{x}}{s}\right)", "np.diag(x / s)"),
    (op.diagonal(S), r"\operatorname{diag}^{-1}(S)", "np.diag(S)"),
    (op.tr(S @ Q), r"\operatorname{tr}(S Q)", "np.trace(S @ Q)"),
    (op.det(S) ** 2, r"\det(S)^{2}", "np.linalg.det(S) ** 2"),
    (op.logdet(S.T @ S), r"\log \lvert \det \left(S^\top S\right) \rvert",
     "np.linalg.slogdet(S.T @ S)[1]"),
    (op.inv(S + Q), r"\left(S + Q\right)^{-1}", "np.linalg.inv(S + Q)"),
    (op.inv(S).T, r"\left(S^{-1}\right)^\top", "np.linalg.inv(S).T"),
    (op.kron(A, S), r"A \otimes S", "np.kron(A, S)"),
    (op.kron(A, S) @ op.kron(B, S), r"\left(A \otimes S\right) \left(B \otimes S\right)",
     "np.kron(A, S) @ np.kron(B, S)"),
    (op.kron(A, S) - op.kron(A * C, S), r"A \otimes S - \left(A \odot C\right) \otimes S",
     "np.kron(A, S) - np.kron(A * C, S)"),
    (op.vec(A + C), r"\operatorname{vec}(A + C)", '(A + C).reshape(-1, order="F")'),
    (op.inner(x, y), r"\mathbf{x}^\top \mathbf{y}", "x @ y"),
    (op.inner(A, C), r"\operatorname{sum}(A \odot C)", "np.sum(A * C)"),
    # reductions
    (op.sum_of(x), r"\operatorname{sum}(\mathbf{x})", "np.sum(x)"),
    (op.mean(A), r"\operatorname{mean}(A)", "np.mean(A)"),
    (op.mean(T), r"\operatorname{mean}(T)", "np.mean(T)"),
    (op.norm(x - y), r"\lVert \mathbf{x} - \mathbf{y} \rVert", "np.linalg.norm(x - y)"),
    (op.norm(A) ** 2, r"\lVert A \rVert_F^{2}", "np.linalg.norm(A) ** 2"),
    (op.softmax(x), r"\operatorname{softmax}(\mathbf{x})", "softmax(x)"),
    (op.softmax(A), r"\operatorname{softmax}(A)", "softmax(A)"),
    (op.softmax(T), r"\operatorname{softmax}(T)", "softmax(T)"),
    (op.logsumexp(x), r"\operatorname{logsumexp}(\mathbf{x})", "logsumexp(x)"),
    (op.logsumexp(A), r"\operatorname{logsumexp}(A)", "logsumexp(A)"),
    # constants, stacks, indices
    (op.ones("n").T @ S, r"\vec{1}^\top S", "np.ones(n) @ S"),
    (op.zeros("n") + x, r"\vec{0} + \mathbf{x}", "np.zeros(n) + x"),
    (op.zeros(1, "n") + x.T, r"\vec{0}^\top + \mathbf{x}^\top", "np.zeros(n) + x"),
    (op.zeros("m", "n") + A, "0 + A", "np.zeros((m, n)) + A"),
    (op.zeros("m", "n", "p") + T, "0 + T", "np.zeros((m, n, p)) + T"),
    (op.eye("n") + S, "I + S", "np.eye(n) + S"),
    (op.unit(1, "n") * x, r"\mathbf{e}_{2} \odot \mathbf{x}", "np.eye(n)[1] * x"),
    (op.size("n") * x, r"n \, \mathbf{x}", "n * x"),
    (op.size(dim("m") * "n") * s, r"\left(m n\right) \, s", "(m*n) * s"),
    (s ** op.size(dim("n") - 1), "s^{n - 1}", "s ** (n - 1)"),
    (op.stack(s, 1, t**2), r"\begin{bmatrix} s \\ 1 \\ t^{2} \end{bmatrix}",
     "np.array([s, 1, t ** 2])"),
    (op.stack(x.T, y.T), r"\begin{bmatrix} \mathbf{x}^\top \\ \mathbf{y}^\top \end{bmatrix}",
     "np.vstack([x, y])"),
    (op.stack(A, x.T, C), r"\begin{bmatrix} A \\ \mathbf{x}^\top \\ C \end{bmatrix}",
     "np.vstack([A, x, C])"),
    (op.stack(x, s, z), r"\begin{bmatrix} \mathbf{x} \\ s \\ \mathbf{z} \end{bmatrix}",
     "np.hstack([x, s, z])"),
    (op.grid([s, t], [t, s * t]), r"\begin{bmatrix} s & t \\ t & s \, t \end{bmatrix}",
     "np.array([[s, t], [t, s * t]])"),
    (op.grid([s, t], [s * t, s]), r"\begin{bmatrix} s & t \\ s \, t & s \end{bmatrix}",
     "np.array([[s, t], [s * t, s]])"),
    (op.grid([s, t, s + t], [s * t, s, t]),
     r"\begin{bmatrix} s & t & s + t \\ s \, t & s & t \end{bmatrix}",
     "np.array([[s, t, s + t], [s * t, s, t]])"),
    (op.grid([s, t]), r"\begin{bmatrix} s & t \end{bmatrix}", "np.array([s, t])"),
    (op.row_of(A, 1), r"\mathbf{a}_{2}", "A[1]"),
    (op.array(i, op.row_of(A, i).T @ x), r"\left[ \mathbf{a}_{i}^\top \mathbf{x} \right]_{i}",
     "np.array([A[i] @ x for i in range(m)])"),
    (op.total(j, x[j] + s), r"\sum_{j=1}^{n} \left(x_{j} + s\right)",
     "sum(x[j] + s for j in range(n))"),
    (op.total((i, j), A[i, j] * x[j]), r"\sum_{i=1}^{m} \sum_{j=1}^{n} A_{ij} \, x_{j}",
     "sum(A[i, j] * x[j] for i in range(m) for j in range(n))"),
    (2 * op.total(j, x[j]), r"2 \, \sum_{j=1}^{n} x_{j}",
     "2 * sum(x[j] for j in range(n))"),
    (op.total(j, x[j] * y), r"\sum_{j=1}^{n} x_{j} \, \mathbf{y}",
     "sum(x[j] * y for j in range(n))"),
    (op.array((i, j), A[i, j] * op.delta(i, j)), r"\left[ A_{ij} \, [i = j] \right]_{i,j}",
     "np.array([[A[i, j] * float(i == j) for j in range(n)] for i in range(m)])"),
    (op.array(j, op.total(i, A[i, j])), r"\left[ \sum_{i=1}^{m} A_{ij} \right]_{j}",
     "np.array([sum(A[i, j] for i in range(m)) for j in range(n)])"),
    # left unspecified
    (f(x), r"f(\mathbf{x})", "f(x)"),
    (f(s, x), r"f(s, \mathbf{x})", "f(s, x)"),
    (F(x + y), r"\mathbf{f}(\mathbf{x} + \mathbf{y})", "f(x + y)"),
    (h(x), r"\mathbf{h}(\mathbf{x})", "h(x)"),
    (circ(x + y, y), r"\left(\mathbf{x} + \mathbf{y}\right) \bigcirc \mathbf{y}", "op(x + y, y)"),
    (circ(x, circ(x, y)), r"\mathbf{x} \bigcirc \left(\mathbf{x} \bigcirc \mathbf{y}\right)",
     "op(x, op(x, y))"),
    (partial(f(s), s), r"\frac{\mathrm{d} f}{\mathrm{d} s}", "Df(s)"),
    (partial(f(s), s) ** 2, r"\left(\frac{\mathrm{d} f}{\mathrm{d} s}\right)^{2}", "Df(s) ** 2"),
    (partial(f(x), x), r"\frac{\partial f}{\partial \mathbf{x}}", "Df(x)"),
    (partial(f(s, x), x), r"\frac{\partial f}{\partial \mathbf{x}}", "D2f(s, x)"),
    (partial(f(A @ x), A @ x), r"\frac{\partial f}{\partial (A \mathbf{x})}", "Df(A @ x)"),
    (partial(f(u(s)), u(s)), r"\frac{\mathrm{d} f}{\mathrm{d} u}", "Df(u(s))"),
    (partial(F(x), x), r"\frac{\partial \mathbf{f}}{\partial \mathbf{x}}", "Df(x)"),
    (partial(F(s), s), r"\frac{\mathrm{d} \mathbf{f}}{\mathrm{d} s}", "Df(s)"),
    (partial(partial(f(s), s), s), r"\frac{\mathrm{d}^2 f}{\mathrm{d} s^2}", "DDf(s)"),
    (partial(partial(f(x), x), x),
     r"\frac{\partial^2 f}{\partial \mathbf{x} \, \partial \mathbf{x}^\top}", "DDf(x)"),
    (partial(partial(f(x, z), x), z),
     r"\frac{\partial^2 f}{\partial \mathbf{x} \, \partial \mathbf{z}^\top}", "DD2f(x, z)"),
    (partial(h(x), x), r"\mathbf{h}'(\mathbf{x})", "dh(x)"),
    (partial(partial(h(x), x), x), r"\mathbf{h}''(\mathbf{x})", "ddh(x)"),
    (partial(circ(x, y), y),
     r"\frac{\partial (\mathbf{x} \bigcirc \mathbf{y})}{\partial \mathbf{y}}", "d2op(x, y)"),
]  # fmt: skip
EXPRESSIONS = [pytest.param(e, id=code) for e, _, code in ROWS]


def known_rows() -> set[str]:
    """The names of all rows that the operators' modules hold; those with a size, by their stem."""
    found = {row.name for row in INFIX.values()}
    for name in ("arrays", "elementwise", "linear", "reductions"):
        of = import_module(f"rulebook.language.operators.{name}")
        found |= {row.name for row in vars(of).values() if isinstance(row, Operator)}
    return found | {"ones", "zeros", "identity", "unit", "size", "grid", "row"}


def test_every_row_is_tried() -> None:
    nodes = [n for e, _, _ in ROWS for n in walk(e) if isinstance(n, Apply)]
    assert known_rows() - {n.op.name.partition("[")[0] for n in nodes} == set()


@pytest.mark.parametrize(
    ("e", "expected"), [pytest.param(e, tex, id=code) for e, tex, code in ROWS]
)
def test_latex(e: Expr, expected: str) -> None:
    assert latex(e) == expected


@pytest.mark.parametrize(("e", "expected"), [pytest.param(e, code, id=code) for e, _, code in ROWS])
def test_numpy(e: Expr, expected: str) -> None:
    assert numpy_text(e) == expected


def witnesses() -> dict[str, Any]:
    """Stand-ins for what is unspecified, of the right shape whatever it is called with."""

    def smooth(u: Any, rows: int) -> Any:
        flat = np.concatenate([np.atleast_1d(a).ravel() for a in u])
        return np.array([np.sin((r + 1) * flat).sum() for r in range(rows)])

    def with_axes(*axes: int) -> Any:
        return lambda *u: smooth(u, int(np.prod(axes))).reshape(axes)[()]

    return {
        "scalar": with_axes(),
        "h": lambda u: np.sin(u) + u,
        "dh": lambda u: np.cos(u) + 1,
        "ddh": lambda u: -np.sin(u),
        "op": lambda u, v: u * v**2,
        "d2op": lambda u, v: 2 * u * v,
        "of": with_axes,
    }


def values_of(evaluate: Any, e: Expr) -> dict[str, Any]:
    known, values = witnesses(), evaluate.values(e)
    for node in walk(e):
        fn = isinstance(node, Apply) and node.op.unspecified
        if fn:
            axes = [d.at(evaluate.sizes) for d in array_shape(node.shape)]
            values[fn.code] = known[fn.code] if fn.out is None else known["of"](*axes)
    return values


@pytest.mark.parametrize("e", EXPRESSIONS)
def test_the_code_computes_the_entries(evaluate: Any, e: Expr) -> None:
    values = values_of(evaluate, e)
    by_numpy, by_entries = evaluate.by_numpy(e, values), evaluate.by_entries(e, values)
    assert by_numpy.shape == by_entries.shape
    assert by_numpy == pytest.approx(by_entries)
    assert np.any(by_entries != 0)


FLAT = [p for p in EXPRESSIONS if len(p.values[0].shape) < 3]


@pytest.mark.parametrize("e", FLAT)
def test_the_carried_transpose_is_the_transpose(evaluate: Any, e: Expr) -> None:
    values, turned = values_of(evaluate, e), transposed(e)
    assert turned.shape == e.T.shape
    if not any(getattr(n, "op", None) and n.op.name.startswith("DD") for n in walk(e)):
        assert evaluate.by_entries(turned, values) == pytest.approx(
            evaluate.by_entries(e.T, values)
        )


# What text cannot say: indices, arrays of rank three, and functions left unspecified.
UNSAID = {"entry", "unit", "row", "grid", "stack rows", "Kronecker delta"}


def sayable(e: Expr) -> bool:
    nodes = list(walk(e))
    rows = [n.op for n in nodes if isinstance(n, Apply)]
    plain = not any(r.unspecified or r.name.partition("[")[0] in UNSAID for r in rows)
    flat = not any(isinstance(n, Bind) or len(n.shape) > 2 for n in nodes)
    return plain and flat and not any(r.name.startswith("zeros[m") for r in rows)


@pytest.mark.parametrize("e", [p for p in EXPRESSIONS if sayable(p.values[0])])
def test_the_dialect_says_it_back(evaluate: Any, e: Expr) -> None:
    again = parse(dialect(e), {n.name: n for n in symbols(e)} | {"n_": x, "m_": z})
    values = evaluate.values(e)
    assert array_shape(again.shape) == array_shape(e.shape)
    assert evaluate.by_entries(again, values) == pytest.approx(evaluate.by_entries(e, values))


def test_a_stack_prints_with_its_module() -> None:
    text = module({"value": op.sigmoid(op.softmax(x)) + op.sigmoid(y)})
    assert text.count("def sigmoid") == text.count("def softmax") == 1


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: op.maximum(x, z), "maximum: shapes n×1 and m×1 differ"),
        (lambda: op.greater(A, x), "greater: shapes m×n and n×1 differ"),
        (lambda: op.minimum(x, x.T), "minimum: shapes n×1 and 1×n differ"),
        (lambda: op.diag(A), "diag: m×n is not a column"),
        (lambda: op.diag(x.T), "diag: 1×n is not a column"),
        (lambda: op.diagonal(A), "diagonal part: m×n is not square"),
        (lambda: op.tr(s), "trace: scalar is not square"),
        (lambda: op.det(A), "determinant: m×n is not square"),
        (lambda: op.logdet(x), "log determinant: n×1 is not square"),
        (lambda: op.inv(A), "inverse: m×n is not square"),
        (lambda: op.kron(x, S), "kron of vectors is not in the language"),
        (lambda: op.kron(s, S), "a Kronecker product needs matrices, not scalar and n×n"),
        (lambda: op.vec(x), "vec: n×1 is not a matrix"),
        (lambda: op.norm(s), "Frobenius norm: scalar is not a matrix"),
        (lambda: op.norm(x.T), "Frobenius norm: 1×n is not a matrix"),
        (lambda: op.softmax(s), "softmax: scalar is neither a vector nor a matrix"),
        (lambda: op.logsumexp(T), "logsumexp: m×n×p is neither a vector nor a matrix"),
        (lambda: op.stack(x, A), "concatenate: stacked parts need the same width"),
        (lambda: op.stack(A, B), "stack rows: stacked parts need the same width"),
        (lambda: op.stack(x, T), "concatenate: stacked parts need the same width"),
        (lambda: op.grid([s, x]), "a grid of 1 by 2 takes that many scalars"),
        (lambda: f(A), "an unspecified function takes scalars and columns"),
        (lambda: partial(partial(F(x), x), x), "no matrix holds the derivative of m×n by n×1"),
        (lambda: circ(x, z), "shapes n×1 and m×1 differ"),
    ],
)
def test_a_row_refuses_what_does_not_fit(build, message: str) -> None:
    with pytest.raises(ShapeError) as error:
        build()
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: partial(x + y, x), "only an unspecified function has a partial left standing"),
        (lambda: partial(op.exp(x), x), "only an unspecified function"),
        (lambda: partial(f(x), y), "y is not an argument of f"),
    ],
)
def test_a_partial_left_standing_needs_a_function_and_its_argument(build, message: str) -> None:
    with pytest.raises(RuleError, match=message):
        build()


def test_zeros_like_a_shape() -> None:
    assert op.zeros_like(()) == Number(0)
    assert op.zeros_like(A.shape) == op.zeros("m", "n")


@pytest.mark.parametrize(
    ("name", "tex"),
    [
        ("x", r"\mathbf{x}"),
        ("mu", r"\boldsymbol{\mu}"),
        ("x_k", r"\mathbf{x}_{k}"),
        ("bar_x", r"\bar{\mathbf{x}}"),
        ("hat_tilde_y", r"\hat{\tilde{\mathbf{y}}}"),
    ],
)
def test_how_names_print(name: str, tex: str) -> None:
    assert latex(vector(name, "n")) == tex


def test_every_public_function_of_the_operators_is_a_row_or_a_helper() -> None:
    assert all(inspect.isfunction(getattr(op, name)) for name in op.__all__)
