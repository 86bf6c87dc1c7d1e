"""Touchstones of the language: what it must be able to say, far beyond the book.

Each is stated here and checked by the book's own checks. None of them is a rule of the book.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from rulebook.book.claims import Claim, Equality, Pullback, cotangent
from rulebook.checks.everysize import prove_everywhere
from rulebook.checks.exact.proof import holds_exactly
from rulebook.checks.numbers import check_numbers
from rulebook.checks.subject import Subject, generic_sizes
from rulebook.language.arithmetic import NoEntry
from rulebook.language.assumptions import Assumption, spd, symmetric
from rulebook.language.build import matrix, tensor, vector
from rulebook.language.dims import Shape, column, dim
from rulebook.language.operators import (
    array,
    delta,
    diag,
    inv,
    kron,
    ones,
    shapes,
    sigmoid,
    size,
    softmax,
    sqrt,
    tanh,
    total,
    tr,
    vec,
)
from rulebook.language.tree import Expr, Index, Let, Operator, Symbol


def indices(**sizes: str) -> tuple[Index, ...]:
    return tuple(Index(name, size) for name, size in sizes.items())


def no_entry(s: Any, i: Any, *args: Any) -> Any:
    raise NoEntry("defined by an equation, not by a formula for its entries")


def implicit(name: str, numpy: str, shape: Any = shapes.square) -> Operator:
    """An operator that NumPy can evaluate but that has no closed form for its entries."""
    return Operator(
        name=name,
        shape=shape,
        entry=no_entry,
        latex=rf"\operatorname{{{{{name}}}}}({{0}})",
        numpy=numpy,
        analytic=False,
    )


def convolution() -> Claim:
    """A batch of images with channels, valid cross-correlation, stride 1."""
    height, width = dim("H") - "P" + 1, dim("U") - "Q" + 1
    X, K = tensor("X", "N", "C", "H", "U"), tensor("K", "O", "C", "P", "Q")
    b = vector("b", "O")
    n, o, c, p, q = indices(n="N", o="O", c="C", p="P", q="Q")
    h, u = Index("h", height), Index("u", width)
    i, j = Index("i", "H"), Index("j", "U")
    Y = array((n, o, h, u), b[o] + total((c, p, q), K[o, c, p, q] * X[n, c, h + p, u + q]))
    bar = cotangent("Y", Y)
    moved = K[o, c, p, q] * bar[n, o, h, u] * delta(h + p, i) * delta(u + q, j)
    return Pullback(
        of=Y,
        cotangents=bar,
        equals={
            X: array((n, c, i, j), total((o, h, u, p, q), moved)),
            K: array((o, c, p, q), total((n, h, u), bar[n, o, h, u] * X[n, c, h + p, u + q])),
            b: array(o, total((n, h, u), bar[n, o, h, u])),
        },
    )


def attention() -> Claim:
    """Several heads, scaled, with a mask that is added to the scores."""
    Q, K, V = tensor("Q", "H", "T", "d"), tensor("K", "H", "S", "d"), tensor("V", "H", "S", "c")
    M = matrix("M", "T", "S")
    h, t, s, r, k, e = indices(h="H", t="T", s="S", r="S", k="d", e="c")
    root = sqrt(size("d"))
    scores = array((h, t, s), total(k, Q[h, t, k] * K[h, s, k]) / root + M[t, s])
    P = Let("P", softmax(scores))
    Y = array((h, t, e), total(s, P[h, t, s] * V[h, s, e]))
    bar = cotangent("Y", Y)
    bar_P = Let("G", array((h, t, s), total(e, bar[h, t, e] * V[h, s, e])))
    centered = bar_P[h, t, s] - total(r, P[h, t, r] * bar_P[h, t, r])
    bar_S = Let("D", array((h, t, s), P[h, t, s] * centered / root))
    return Pullback(
        of=Y,
        cotangents=bar,
        equals={
            Q: array((h, t, k), total(s, bar_S[h, t, s] * K[h, s, k])),
            K: array((h, s, k), total(t, bar_S[h, t, s] * Q[h, t, k])),
            V: array((h, s, e), total(t, P[h, t, s] * bar[h, t, e])),
        },
    )


def batch_norm() -> Claim:
    """In training: the mean and the variance of every column are those of the batch."""
    X, gamma, beta, eps = matrix("X", "N", "n"), vector("gamma", "n"), vector("beta", "n"), 0.25
    up, N = ones("N"), size("N")

    def over_batch(A: Expr) -> Expr:
        return up @ (A.T @ up / N).T

    centered = Let("C", X - over_batch(X))
    deviation = Let("s", sqrt((centered * centered).T @ up / N + eps))
    spread = up @ deviation.T
    hat = Let("hat_X", centered / spread)
    Y = hat * (up @ gamma.T) + up @ beta.T
    bar = cotangent("Y", Y)
    bar_hat = Let("G", bar * (up @ gamma.T))
    return Pullback(
        of=Y,
        cotangents=bar,
        equals={
            X: (bar_hat - over_batch(bar_hat) - hat * over_batch(bar_hat * hat)) / spread,
            gamma: (bar * hat).T @ up,
            beta: bar.T @ up,
        },
    )


def lstm_cell() -> Claim:
    """Two results, the new state and the output, each with its cotangent."""
    z_i, z_f, z_g, z_o = (vector(f"z_{gate}", "n") for gate in "ifgo")
    before, one = vector("c", "n"), ones("n")
    i, f, o = Let("i", sigmoid(z_i)), Let("f", sigmoid(z_f)), Let("o", sigmoid(z_o))
    g = Let("g", tanh(z_g))
    state = Let("s", f * before + i * g)
    out = o * tanh(state)
    bar_out, bar_state = cotangent("h", out), cotangent("s", state)
    bar = Let("D", bar_state + bar_out * o * (one - tanh(state) ** 2))
    return Pullback(
        of=(out, state),
        cotangents=(bar_out, bar_state),
        equals={
            z_i: bar * g * i * (one - i),
            z_f: bar * before * f * (one - f),
            z_g: bar * i * (one - g**2),
            z_o: bar_out * tanh(state) * o * (one - o),
            before: bar * f,
        },
    )


def embedding() -> Claim:
    """A table looked up by T words; the word numbers are integers, and do not move."""
    E = matrix("E", "V", "n")
    words = Symbol(column("T"), "words", role="index", limit=dim("V"))
    t, v, k = indices(t="T", v="V", k="n")
    Y = array((t, k), E[words[t], k])
    bar = cotangent("Y", Y)
    return Pullback(
        of=Y,
        cotangents=bar,
        equals={E: array((v, k), total(t, delta(words[t], v) * bar[t, k]))},
    )


def recurrence() -> Claim:
    """Backpropagation through three steps of time."""
    W, U, b, h0 = matrix("W", "n", "n"), matrix("U", "n", "m"), vector("b", "n"), vector("h_0", "n")
    xs = [vector(f"x_{t}", "m") for t in (1, 2, 3)]
    states: list[Expr] = [h0]
    for t, x in enumerate(xs, 1):
        states.append(Let(f"h_{t}", tanh(W @ states[-1] + U @ x + b)))
    bar = cotangent("h", states[-1])
    back: Expr = bar
    deltas: list[Expr] = []
    for t in (3, 2, 1):
        deltas.append(Let(f"delta_{t}", back * (ones("n") - states[t] ** 2)))
        back = W.T @ deltas[-1]
    d3, d2, d1 = deltas
    return Pullback(
        of=states[-1],
        cotangents=bar,
        equals={
            W: d3 @ states[2].T + d2 @ states[1].T + d1 @ h0.T,
            U: d3 @ xs[2].T + d2 @ xs[1].T + d1 @ xs[0].T,
            b: d3 + d2 + d1,
            h0: back,
            xs[0]: U.T @ d1,
        },
    )


def kronecker() -> Claim:
    """Each entry of a factor meets one block of the cotangent."""
    X, Y = matrix("X", "m", "n"), matrix("Y", "p", "q")
    i, j, k, s = indices(i="m", j="n", k="p", s="q")
    bar = cotangent("Z", kron(X, Y))
    block = bar[i * size("p") + k, j * size("q") + s]
    return Pullback(
        of=kron(X, Y),
        cotangents=bar,
        equals={
            X: array((i, j), total((k, s), block * Y[k, s])),
            Y: array((k, s), total((i, j), block * X[i, j])),
        },
    )


def vec_of_product() -> Claim:
    A, X, B = matrix("A", "p", "m"), matrix("X", "m", "n"), matrix("B", "n", "q")
    return Equality(left=vec(A @ X @ B), right=kron(B.T, A) @ vec(X))


def cyclic_trace() -> Claim:
    A, B, C = matrix("A", "m", "n"), matrix("B", "n", "p"), matrix("C", "p", "m")
    return Equality(left=tr(A @ B @ C), right=tr(C @ A @ B))


def softmax_of_rows() -> Claim:
    X = matrix("X", "N", "n")
    P = Let("P", softmax(X))
    bar = cotangent("P", P)
    row_sums = (P * bar) @ ones("n") @ ones("n").T
    return Pullback(of=P, cotangents=bar, equals={X: P * (bar - row_sums)})


PSD = matrix("A", "n", "n")


def cholesky() -> Claim:
    """Defined by L Lᵀ = A with L lower triangular; of a change of A its symmetric half counts."""
    factor = implicit("chol", "np.linalg.cholesky({0})")
    lower = implicit("tri", "(np.tril({0}) - np.diag(np.diag({0})) / 2)")  # halves the diagonal
    L = Let("L", factor((PSD + PSD.T) / 2))
    bar = cotangent("L", L)
    middle = inv(L).T @ lower(L.T @ bar) @ inv(L)
    return Pullback(of=L, cotangents=bar, equals={PSD: (middle + middle.T) / 2})


def eigenvectors() -> Claim:
    """Defined by A V = V diag(l), VᵀV = I; of a change of A its symmetric half counts."""

    def as_column(a: Shape) -> Shape:
        return column(shapes.square(a)[0])

    even = (PSD + PSD.T) / 2
    lam = Let("lam", implicit("eigvals", "np.linalg.eigvalsh({0})", as_column)(even))
    V = Let("V", implicit("eigvecs", "np.linalg.eigh({0})[1]")(even))
    bar_lam, bar_V = cotangent("l", lam), cotangent("V", V)
    i, j = indices(i="n", j="n")
    gaps = array((i, j), 1 / (lam[j] - lam[i] + delta(i, j)) - delta(i, j))
    full = V @ (diag(bar_lam) + gaps * (V.T @ bar_V)) @ V.T
    return Pullback(of=(lam, V), cotangents=(bar_lam, bar_V), equals={PSD: (full + full.T) / 2})


NUMBERS, EXACTLY, EVERYWHERE = range(3)  # how much is shown besides: a test in a field, a proof

TOUCHSTONES: dict[str, tuple[Claim, tuple[Assumption, ...], int]] = {
    "layer-conv2d-vjp": (convolution(), (), NUMBERS),
    "layer-attention-vjp": (attention(), (), NUMBERS),
    "layer-batch-norm-vjp": (batch_norm(), (), EXACTLY),
    "layer-lstm-cell-vjp": (lstm_cell(), (), EVERYWHERE),
    "layer-embedding-vjp": (embedding(), (), EVERYWHERE),
    "layer-rnn-bptt": (recurrence(), (), EXACTLY),
    "kron-vjp": (kronecker(), (), NUMBERS),
    "vec-AXB": (vec_of_product(), (), EXACTLY),
    "trace-cyclic": (cyclic_trace(), (), EVERYWHERE),
    "softmax-rows-vjp": (softmax_of_rows(), (), EVERYWHERE),
    "cholesky-vjp": (cholesky(), (spd(PSD),), NUMBERS),
    "eigh-vjp": (eigenvectors(), (symmetric(PSD),), NUMBERS),
}


@pytest.mark.parametrize("name", TOUCHSTONES)
def test_it_can_be_said_and_checked(name: str) -> None:
    claim, assuming, strength = TOUCHSTONES[name]
    subject = Subject(name, claim, assuming)

    numeric = check_numbers(subject)

    assert numeric.failed is None
    assert not numeric.vacuous
    assert numeric.worst < 1e-6
    if strength >= EXACTLY:
        assert all(holds_exactly(subject, sizes) for sizes in generic_sizes(subject))
    if strength >= EVERYWHERE:
        assert prove_everywhere(subject)


@pytest.mark.parametrize("name", TOUCHSTONES)
def test_each_part_of_it_could_have_failed(name: str) -> None:
    claim, assuming, _ = TOUCHSTONES[name]

    for wrong in spoiled(claim):
        assert check_numbers(Subject(name, wrong, assuming)).failed is not None


def spoiled(claim: Claim) -> Iterator[Claim]:
    """Each part of the claim alone, its right side doubled."""
    if isinstance(claim, Equality):
        yield Equality(left=claim.left, right=2 * claim.right)
        return
    assert isinstance(claim, Pullback)
    for x, g in claim.equals:
        yield Pullback(of=claim.of, cotangents=claim.cotangents, equals={x: 2 * g})


def test_each_can_be_printed() -> None:
    for name, (claim, _, _) in TOUCHSTONES.items():
        for left, right in claim.latex_parts():
            assert left, name
            assert right, name
