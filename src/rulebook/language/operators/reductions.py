"""Many numbers to one: sums, means, norms; and softmax with its logarithm, which divide by one."""

from __future__ import annotations

from typing import Any

from rulebook.language.dims import ONE, Shape
from rulebook.language.operators import shapes, signs, vanish
from rulebook.language.signs import Sign, Zeros
from rulebook.language.spelling import Call
from rulebook.language.tree import Expr, Operator


def over_all(s: Any, shape: Shape, term: Any) -> Any:
    """The sum of ``term(*index)`` over every entry of a shape."""

    def go(index: tuple[Any, ...]) -> Any:
        if len(index) == len(shape):
            return term(*index)
        return s.total(shape[len(index)], lambda k: go((*index, k)))

    return go(())


def _count(s: Any, shape: Shape) -> Any:
    out = s.number(1)
    for d in shape:
        out = out * s.size(d)
    return out


def _squares(s: Any, a: Any) -> Any:
    return over_all(s, a.shape, lambda *i: a(*i) * a(*i))


def _along(s: Any, index: Any, a: Any, term: Any) -> Any:
    axis = shapes.last_axis(a.shape)
    return s.total(a.shape[axis], lambda k: term(a(*index[:axis], k, *index[axis + 1 :])))


def _softmax(s: Any, i: Any, a: Any) -> Any:
    return s.call("exp", a(*i)) / _along(s, i, a, lambda t: s.call("exp", t))


def _logsumexp(s: Any, i: Any, a: Any) -> Any:
    index = (i[0] if i else 0, 0)
    return s.call("log", _along(s, index, a, lambda t: s.call("exp", t)))


_SOFTMAX = """def softmax(z):
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)"""
_LOGSUMEXP = """def logsumexp(z):
    top = np.max(z, axis=-1, keepdims=True)
    return np.log(np.sum(np.exp(z - top), axis=-1)) + top[..., 0]"""

SUM_OF = Operator(
    name="sum of entries",
    letter="t",
    shape=shapes.to_scalar,
    entry=lambda s, i, a: over_all(s, a.shape, a),
    latex=r"\operatorname{{sum}}{0:call}",
    numpy="np.sum({0})",
    call="sum",
    of_vectors=True,
    transposed="same",
    linear=True,
    single=True,
    sign=signs.kept,
    vanishes=vanish.total,
)
MEAN = Operator(
    name="mean",
    shape=shapes.to_scalar,
    entry=lambda s, i, a: over_all(s, a.shape, a) / _count(s, a.shape),
    latex=r"\operatorname{{mean}}{0:call}",
    numpy="np.mean({0})",
    call="mean",
    of_vectors=True,
    transposed="same",
    linear=True,
    single=True,
    sign=signs.kept,
)
NORM = Operator(
    name="norm",
    cost=1.5,
    letter="r",
    shape=shapes.column_to_scalar,
    entry=lambda s, i, a: s.call("sqrt", _squares(s, a)),
    latex=r"\lVert {0} \rVert",
    numpy="np.linalg.norm({0})",
    call=(Call("norm2", shapes.of_vector), "normfro"),
    stands="column",
    of_vectors=True,
    text="norm2({0})",
    transposed="same",
    analytic=False,
    complex_step="np.sqrt(np.sum(({0}) ** 2))",
    sign=lambda of, a: Sign.NOT_NEGATIVE,
    vanishes=vanish.as_a_whole,
    except_at=lambda a: Zeros(a, "whole"),
    continuous=True,
    about="Euclidean norm of a vector",
)
FROBENIUS = Operator(
    name="Frobenius norm",
    cost=1.5,
    shape=shapes.matrix_to_scalar,
    entry=lambda s, i, a: s.call("sqrt", _squares(s, a)),
    latex=r"\lVert {0} \rVert_F",
    numpy="np.linalg.norm({0})",
    call="normfro",
    of_vectors=True,
    text="normfro({0})",
    transposed="same",
    analytic=False,
    complex_step="np.sqrt(np.sum(({0}) ** 2))",
    sign=lambda of, a: Sign.NOT_NEGATIVE,
    vanishes=vanish.as_a_whole,
    except_at=lambda a: Zeros(a, "whole"),
    continuous=True,
)
SOFTMAX = Operator(
    name="softmax",
    letter="p",
    shape=shapes.along_rows,
    entry=_softmax,
    latex=r"\operatorname{{softmax}}{0:call}",
    numpy="softmax({0})",
    jax="jax.nn.softmax({0})",
    torch="torch.softmax({0}, dim=-1)",
    call="softmax",
    stands="column",
    of_vectors=True,
    helper=_SOFTMAX,
    sign=signs.always,
    about="of a vector, or of each row of a matrix",
)
LOGSUMEXP = Operator(
    name="logsumexp",
    shape=shapes.of_each_row,
    entry=_logsumexp,
    latex=r"\operatorname{{logsumexp}}{0:call}",
    numpy="logsumexp({0})",
    jax="jax.nn.logsumexp({0}, axis=-1)",
    torch="torch.logsumexp({0}, dim=-1)",
    call="logsumexp",
    stands="column",
    of_vectors=True,
    helper=_LOGSUMEXP,
    about="log of the sum of exponentials, of a vector or of each row",
)


def sum_of(a: Expr) -> Expr:
    """The sum of all entries, a scalar, of an array of any shape."""
    return SUM_OF(a)


def mean(a: Expr) -> Expr:
    """The mean of all entries, a scalar, of an array of any shape."""
    return MEAN(a)


def norm(a: Expr) -> Expr:
    """The Euclidean norm of a column, the Frobenius norm of a matrix: a scalar.

    Raises ShapeError for other shapes.

    >>> from rulebook.language import matrix, norm, vector
    >>> norm(vector("x", "n")).op, norm(matrix("A", "m", "n")).op
    (norm, Frobenius norm)
    """
    return (NORM if a.shape[1:] == (ONE,) else FROBENIUS)(a)


def softmax(a: Expr) -> Expr:
    """exp(z) / sum(exp(z)) of a vector, or of each row of a matrix; the shape is that of ``a``.

    Raises ShapeError for a scalar.

    >>> from rulebook.language import matrix, softmax
    >>> softmax(matrix("Z", "N", "k")).shape == matrix("P", "N", "k").shape
    True
    """
    return SOFTMAX(a)


def logsumexp(a: Expr) -> Expr:
    """log(sum(exp(z))): a scalar of a vector, a column of length m of an m×n matrix, by rows.

    Raises ShapeError for other shapes.

    >>> from rulebook.language import logsumexp, matrix, vector
    >>> logsumexp(matrix("Z", "N", "k")).shape == vector("t", "N").shape
    True
    """
    return LOGSUMEXP(a)


def inner(a: Expr, b: Expr) -> Expr:
    """The Frobenius inner product, the sum of ``a * b`` over all entries: a scalar.

    Raises ShapeError for shapes that differ.

    >>> from rulebook.language import inner, matrix, vector
    >>> inner(vector("x", "n"), vector("y", "n"))
    x.T @ y
    >>> inner(matrix("A", "m", "n"), matrix("B", "m", "n"))
    np.sum(A * B)
    """
    return a.T @ b if a.shape[1:] == (ONE,) else sum_of(a * b)
