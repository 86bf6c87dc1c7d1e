"""The operators, one row each; a new operator is a new row, and nothing else has a case for it."""

from rulebook.operators import infix as _infix  # fills the table of infix rows  # noqa: F401
from rulebook.operators.arrays import array, delta, eye, grid, ones, size, stack, total, unit, zeros, zeros_like
from rulebook.operators.elementwise import (
    absolute,
    cos,
    exp,
    greater,
    log,
    maximum,
    minimum,
    relu,
    sigmoid,
    sign,
    sin,
    softplus,
    sqrt,
    step,
    tanh,
)
from rulebook.operators.linear import det, diag, diagonal, inner, inv, kron, logdet, tr, vec
from rulebook.operators.reductions import logsumexp, mean, norm, softmax, sum_of
from rulebook.operators.transpose import transposed
from rulebook.operators.unspecified import elementwise, function, partial

__all__ = [
    "absolute", "array", "cos", "delta", "det", "diag", "diagonal", "elementwise", "exp", "eye", "function",
    "greater", "grid", "inner", "inv", "kron", "log", "logdet", "logsumexp", "maximum", "mean", "minimum", "norm",
    "ones", "partial", "relu", "sigmoid", "sign", "sin", "size", "softmax", "softplus", "sqrt", "stack",
    "step", "sum_of", "tanh", "total", "tr", "transposed", "unit", "vec", "zeros", "zeros_like",
]  # fmt: skip
