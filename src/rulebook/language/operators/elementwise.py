"""Functions applied entry by entry."""

from __future__ import annotations

from typing import Any

from rulebook.language.operators import shapes, signs, vanish
from rulebook.language.operators.infix import at
from rulebook.language.signs import Sign
from rulebook.language.tree import Expr, ExprLike, Operator, lift


def _elementary(name: str, *, numpy: str = "", latex: str = "", **said: Any) -> Operator:
    """A function that SymPy knows by the same name."""
    return Operator(
        name=name,
        shape=shapes.keep,
        entry=lambda s, i, a: s.call(name, a(*i)),
        latex=latex or rf"\{name}{{0:call}}",
        numpy=f"np.{numpy or name}({{0}})",
        call=name,
        transposed="each",
        **said,
    )


EXP = _elementary("exp", sign=signs.always)
LOG = _elementary("log", inside=lambda a: a)
SQRT = _elementary(
    "sqrt",
    arithmetic="root",
    latex=r"\sqrt{{{0}}}",
    inside=lambda a: a,
    sign=signs.kept,
    vanishes=vanish.with_argument,
    continuous=True,
)
SIN = _elementary("sin")
COS = _elementary("cos")
TANH = _elementary("tanh")


def _sigmoid(s: Any, i: Any, a: Any) -> Any:
    return s.number(1) / (s.number(1) + s.call("exp", -a(*i)))


SIGMOID = Operator(
    name="sigmoid",
    letter="s",
    shape=shapes.keep,
    entry=_sigmoid,
    latex=r"\sigma{0:call}",
    numpy="sigmoid({0})",
    jax="jax.nn.sigmoid({0})",
    torch="torch.sigmoid({0})",
    call="sigmoid",
    helper="def sigmoid(z):\n    return 1 / (1 + np.exp(-z))",
    transposed="each",
    sign=signs.always,
    about="logistic function, 1 / (1 + exp(-z))",
)
SOFTPLUS = Operator(
    name="softplus",
    shape=shapes.keep,
    entry=lambda s, i, a: s.call("log", s.number(1) + s.call("exp", a(*i))),
    latex=r"\operatorname{{softplus}}{0:call}",
    numpy="np.log(1 + np.exp({0}))",
    call="softplus",
    text="softplus({0})",
    transposed="each",
    sign=signs.always,
    about="log(1 + exp(z)), a smooth ReLU",
)
RELU = Operator(
    name="relu",
    shape=shapes.keep,
    entry=lambda s, i, a: s.choose(a(*i), a(*i), s.number(0)),
    latex=r"\max(0, {0})",
    numpy="np.maximum(0, {0})",
    torch="torch.relu({0})",
    call="relu",
    text="relu({0})",
    transposed="each",
    kink=lambda a: a,
    sign=signs.not_negative,
    continuous=True,
    about="rectified linear unit, max(0, z)",
)
STEP = Operator(
    name="step",
    shape=shapes.keep,
    entry=lambda s, i, a: s.choose(a(*i), s.number(1), s.number(0)),
    latex=r"\mathbb{{1}}[{0} > 0]",
    numpy="np.where({0:sum} > 0, 1.0, 0.0)",
    torch="({0:sum} > 0).to({like})",
    call="step",
    complex_step="np.where(np.real({0}) > 0, 1.0, 0.0)",
    text="step({0})",
    transposed="each",
    kink=lambda a: a,
    sign=signs.not_negative,
    jumps_after=True,
    about="1 where z > 0, else 0",
)
ABS = Operator(
    name="abs",
    shape=shapes.keep,
    entry=lambda s, i, a: s.choose(a(*i), a(*i), -a(*i)),
    latex=r"\lvert {0} \rvert",
    numpy="np.abs({0})",
    call="abs",
    transposed="each",
    kink=lambda a: a,
    analytic=False,
    complex_step="({0}) * np.sign(np.real({0}))",
    sign=signs.not_negative,
    vanishes=vanish.with_argument,
    continuous=True,
)
SIGN = Operator(
    name="sign",
    shape=shapes.keep,
    entry=lambda s, i, a: s.choose(a(*i), s.number(1), s.number(-1)),
    latex=r"\operatorname{{sign}}{0:call}",
    numpy="np.sign({0})",
    call="sign",
    transposed="each",
    kink=lambda a: a,
    analytic=False,
    complex_step="np.sign(np.real({0}))",
)
CASES = Operator(
    name="cases",
    shape=lambda a, b, c: shapes.same(a, shapes.same(b, c)),
    entry=lambda s, i, a, b, c: s.choose(at(a, i), at(b, i), at(c, i)),
    latex=r"\begin{{cases}} {1} & \text{{if }} {0} > 0 \\ {2} & \text{{otherwise}} \end{{cases}}",
    tall=True,
    numpy="np.where({0:sum} > 0, {1}, {2})",
    complex_step="np.where(np.real({0}) > 0, {1}, {2})",
    text="(step({0}) * ({1}) + (1 - step({0})) * ({2}))",
    latex_level="sum",
    transposed="each",
    kink=lambda a, b, c: a,
    jumps_after=True,
    about="one of two, entry by entry, by the sign of a third",
)


def _between(s: Any, i: Any, a: Any, b: Any, yes: Any, no: Any) -> Any:
    return s.choose(at(a, i) - at(b, i), yes, no)


MAXIMUM = Operator(
    name="maximum",
    commutes=True,
    shape=shapes.same,
    entry=lambda s, i, a, b: _between(s, i, a, b, at(a, i), at(b, i)),
    latex=r"\max({0}, {1})",
    numpy="np.maximum({0}, {1})",
    call="max",
    additive=True,
    text="max({0}, {1})",
    transposed="each",
    kink=lambda a, b: a - b,
    sign=signs.most,
    continuous=True,
    about="the larger of two, entry by entry",
)
MINIMUM = Operator(
    name="minimum",
    commutes=True,
    shape=shapes.same,
    entry=lambda s, i, a, b: _between(s, i, a, b, at(b, i), at(a, i)),
    latex=r"\min({0}, {1})",
    numpy="np.minimum({0}, {1})",
    call="min",
    additive=True,
    text="min({0}, {1})",
    transposed="each",
    kink=lambda a, b: a - b,
    sign=signs.least,
    continuous=True,
)
GREATER = Operator(
    name="greater",
    shape=shapes.same,
    entry=lambda s, i, a, b: _between(s, i, a, b, s.number(1), s.number(0)),
    latex=r"\mathbb{{1}}[{0} > {1}]",
    numpy="np.where({0:sum} > {1:sum}, 1.0, 0.0)",
    torch="({0:sum} > {1:sum}).to({like})",
    complex_step="np.where(np.real({0}) > np.real({1}), 1.0, 0.0)",
    text="step({0:sum} - {1:product})",
    transposed="each",
    kink=lambda a, b: a - b,
    sign=lambda of, a, b: Sign.NOT_NEGATIVE,
    jumps_after=True,
    about="1 where the first is larger, else 0",
)


def exp(a: ExprLike) -> Expr:
    """The exponential, entry by entry; the shape is that of ``a``."""
    return EXP(a)


def log(a: ExprLike) -> Expr:
    """The natural logarithm, entry by entry; the shape is that of ``a``."""
    return LOG(a)


def sqrt(a: ExprLike) -> Expr:
    """The square root, entry by entry; the shape is that of ``a``."""
    return SQRT(a)


def sin(a: ExprLike) -> Expr:
    """The sine, entry by entry; the shape is that of ``a``."""
    return SIN(a)


def cos(a: ExprLike) -> Expr:
    """The cosine, entry by entry; the shape is that of ``a``."""
    return COS(a)


def tanh(a: ExprLike) -> Expr:
    """The hyperbolic tangent, entry by entry; the shape is that of ``a``."""
    return TANH(a)


def sigmoid(a: ExprLike) -> Expr:
    """The logistic function 1 / (1 + exp(-z)), entry by entry; the shape is that of ``a``."""
    return SIGMOID(a)


def softplus(a: ExprLike) -> Expr:
    """log(1 + exp(z)), entry by entry; the shape is that of ``a``."""
    return SOFTPLUS(a)


def relu(a: ExprLike) -> Expr:
    """max(0, z), entry by entry; the shape is that of ``a``."""
    return RELU(a)


def step(a: ExprLike) -> Expr:
    """1 where z > 0, else 0, entry by entry; the shape is that of ``a``."""
    return STEP(a)


def absolute(a: ExprLike) -> Expr:
    """The absolute value, entry by entry; the shape is that of ``a``."""
    return ABS(a)


def sign(a: ExprLike) -> Expr:
    """1 where z > 0, else -1, entry by entry; the shape is that of ``a``."""
    return SIGN(a)


def cases(a: ExprLike, positive: ExprLike, otherwise: ExprLike) -> Expr:
    """``positive`` where a > 0, ``otherwise`` elsewhere, entry by entry.

    Each is a scalar or has the shape of the result. Raises ShapeError for two shapes that differ.

    >>> from rulebook.language import cases, scalar, vector
    >>> cases(vector("x", "n"), scalar("t"), 0)
    np.where(x > 0, t, 0)
    """
    return CASES(a, positive, otherwise)


def maximum(a: ExprLike, b: ExprLike) -> Expr:
    """The larger of two, entry by entry; of one shape, or one of them a scalar."""
    return MAXIMUM(lift(a), lift(b))


def minimum(a: ExprLike, b: ExprLike) -> Expr:
    """The smaller of two, entry by entry; of one shape, or one of them a scalar."""
    return MINIMUM(lift(a), lift(b))


def greater(a: ExprLike, b: ExprLike) -> Expr:
    """1 where a > b, else 0, entry by entry; of one shape, or one of them a scalar."""
    return GREATER(lift(a), lift(b))
