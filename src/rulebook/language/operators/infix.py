"""The rows that Python's own operators build: + - * / ** @ .T and indexing."""

from __future__ import annotations

from typing import Any

from rulebook.errors import ShapeError
from rulebook.language.arithmetic import Arg, Scalars, Value
from rulebook.language.dims import SCALAR, Shape, show
from rulebook.language.operators import shapes, signs, slips, vanish
from rulebook.language.spelling import Call
from rulebook.language.tree import INFIX, Apply, Expr, Number, Operator, lift


def at(a: Arg, index: tuple[Any, ...]) -> Value:
    """An entry of an argument; a scalar argument is expanded."""
    return a(*index) if a.shape else a()


def _product(s: Scalars, index: tuple[Any, ...], a: Arg, b: Arg) -> Value:
    i, j = index or (0, 0)
    return s.total(a.shape[1], lambda k: a(i, k) * b(k, j))


def _outer(s: Scalars, index: tuple[Any, ...], a: Arg, b: Arg) -> Value:
    return a(index[0], 0) * b(0, index[1])


def _transpose(s: Scalars, index: tuple[Any, ...], a: Arg) -> Value:
    return a(index[1], index[0])


def _entry_shape(a: Shape, *chosen: Shape) -> Shape:
    axes = [d for d in a if d.value != 1] if len(a) == 2 else list(a)
    if len(chosen) != len(axes):
        raise ShapeError(f"an entry of {show(a)} takes {len(axes)} indices, not {len(chosen)}")
    if any(c != SCALAR for c in chosen):
        raise ShapeError("an index is a scalar")
    return SCALAR


def _entry(s: Scalars, index: tuple[Any, ...], a: Arg, *chosen: Arg) -> Value:
    at = iter([s.position(c()) for c in chosen])
    vector = len(a.shape) == 2
    return a(*(0 if vector and d.value == 1 else next(at) for d in a.shape))


def _base(a: Expr, b: Expr) -> Expr:
    """What must be positive: the base, unless the exponent is a whole number."""
    counted = isinstance(b, Apply) and b.op.counts
    whole = counted or (isinstance(b, Number) and b.value.denominator == 1)
    return lift(1) if whole else a


def _base_of_negative(a: Expr, b: Expr) -> Expr:
    """What must not vanish: a base that is divided by."""
    return a if isinstance(b, Number) and b.value < 0 else lift(1)


_ROWS = [
    Operator(
        name="sum",
        commutes=True,
        arithmetic="sum",
        shape=shapes.same,
        entry=lambda s, i, a, b: at(a, i) + at(b, i),
        latex="{0:negative} + {1:sum}",
        numpy="{0:sum} + {1:product}",
        latex_level="sum",
        numpy_level="sum",
        call="+",
        additive=True,
        transposed="each",
        sign=signs.total,
        slips=slips.of_sum,
        about="entry by entry; a scalar is expanded",
    ),
    Operator(
        name="difference",
        arithmetic="difference",
        shape=shapes.same,
        entry=lambda s, i, a, b: at(a, i) - at(b, i),
        latex="{0:negative} - {1:tensor}",
        numpy="{0:sum} - {1:product}",
        latex_level="sum",
        numpy_level="sum",
        call="-",
        additive=True,
        transposed="each",
        vanishes=vanish.difference,
        slips=slips.of_difference,
    ),
    Operator(
        name="negative",
        arithmetic="negative",
        shape=shapes.keep,
        entry=lambda s, i, a: -a(*i),
        latex="-{0:tensor}",
        numpy="-{0:product}",
        latex_level="negative",
        numpy_level="sum",
        linear=True,
        transposed="each",
        vanishes=vanish.with_argument,
        singular=vanish.singular,
        slips=slips.lost("negative"),
    ),
    Operator(
        name="scaling",
        family="times",
        commutes=True,
        arithmetic="times",
        shape=shapes.same,
        entry=lambda s, i, a, b: at(a, i) * at(b, i),
        latex=r"{0:product} \, {1:last}",
        numpy="{0:product} * {1:unary}",
        latex_level="product",
        numpy_level="product",
        call=Call("*", shapes.scaled),
        linear=True,
        transposed="each",
        sign=signs.squared,
        vanishes=vanish.either,
        singular=vanish.regular_if_all,
        slips=slips.factor_lost,
        about="a scalar times anything",
    ),
    Operator(
        name="Hadamard product",
        family="times",
        commutes=True,
        arithmetic="times",
        shape=shapes.same,
        entry=lambda s, i, a, b: at(a, i) * at(b, i),
        latex=r"{0:circle} \odot {1:circle}",
        numpy="{0:product} * {1:unary}",
        latex_level="circle",
        numpy_level="product",
        call="*",
        linear=True,
        transposed="each",
        sign=signs.squared,
        vanishes=vanish.either,
        slips=slips.factor_lost,
        about="entry by entry; the paper prints it as a circled times sign",
    ),
    Operator(
        name="quotient",
        arithmetic="quotient",
        shape=shapes.power,
        entry=lambda s, i, a, b: a(*i) / b(),
        latex=r"\frac{{{0}}}{{{1}}}",
        numpy="{0:product} / {1:unary}",
        latex_level="unary",  # brackets only under a power or a transpose
        numpy_level="product",
        call="/",
        linear=(0,),
        transposed="each",
        nonzero=lambda a, b: b,
        sign=signs.least,
        vanishes=vanish.with_argument,
        slips=slips.of_quotient,
    ),
    Operator(
        name="elementwise quotient",
        family="quotient",
        arithmetic="quotient",
        shape=shapes.same,
        entry=lambda s, i, a, b: at(a, i) / at(b, i),
        latex=r"{0:circle} \oslash {1:unary}",
        numpy="{0:product} / {1:unary}",
        latex_level="circle",
        numpy_level="product",
        call="/",
        linear=(0,),
        transposed="each",
        nonzero=lambda a, b: b,
        sign=signs.least,
        vanishes=vanish.with_argument,
        slips=slips.of_quotient,
        about="quotient entry by entry",
    ),
    Operator(
        name="power",
        arithmetic="power",
        shape=shapes.power,
        entry=lambda s, i, a, b: s.power(a(), b()),
        latex="{0:atom}^{{{1}}}",
        numpy="{0:atom} ** {1:atom}",
        latex_level="power",
        numpy_level="power",
        call=Call("**", shapes.scalar_power),
        transposed="same",
        inside=_base,
        nonzero=_base_of_negative,
        sign=signs.power,
        vanishes=vanish.with_argument,
        slips=slips.lost("power"),
    ),
    Operator(
        name="elementwise power",
        family="power",
        arithmetic="power",
        shape=shapes.power,
        entry=lambda s, i, a, b: s.power(a(*i), b()),
        latex=r"{0:atom}^{{\circ {1}}}",
        numpy="{0:atom} ** {1:atom}",
        latex_level="power",
        numpy_level="power",
        call="**",
        transposed="each",
        inside=_base,
        nonzero=_base_of_negative,
        sign=signs.power,
        vanishes=vanish.with_argument,
        slips=slips.lost("power"),
        about="power entry by entry",
    ),
    Operator(
        name="product",
        arithmetic="product",
        shape=shapes.inner,
        entry=_product,
        latex="{0:product} {1:product}",
        numpy="{0:product} @ {1:unary}",
        latex_level="product",
        numpy_level="product",
        call=(Call("@", shapes.product), Call("dot", shapes.dot)),
        stands="row column",
        of_vectors=True,
        linear=True,
        transposed="reverse",
        sign=signs.of_matrices,
        vanishes=vanish.of_matrices,
        singular=vanish.regular_if_all,
        slips=slips.of_product,
        about="matrix product",
    ),
    Operator(
        name="outer product",
        family="product",
        arithmetic="product",
        shape=shapes.inner,
        entry=_outer,
        latex="{0:product} {1:product}",
        numpy="np.outer({0}, {1})",
        call=Call("outer", shapes.outer),
        stands="column row",
        of_vectors=True,
        linear=True,
        latex_level="product",
        transposed="reverse",
        sign=signs.least,
        slips=slips.of_product,
        about="a column times a row",
    ),
    Operator(
        name="transpose",
        arithmetic="transpose",
        shape=shapes.flip,
        entry=_transpose,
        latex=r"{0:atom}^\top",
        numpy="{0:atom}.T",
        call=Call(".T", shapes.turned),
        linear=True,
        latex_level="power",
        transposed="undo",
        sign=signs.kept,
        vanishes=vanish.with_argument,
        singular=vanish.singular,
        slips=slips.lost("transpose"),
    ),
    Operator(
        name="transpose of a vector",
        family="transpose",
        arithmetic="transpose",
        shape=shapes.flip,
        entry=_transpose,
        latex=r"{0:atom}^\top",
        numpy="{0}",
        latex_level="power",
        numpy_level="through",
        linear=True,
        transposed="undo",
        sign=signs.kept,
        vanishes=vanish.with_argument,
        about="a column becomes a row; in NumPy both are 1-D",
    ),
    Operator(
        name="entry",
        shape=_entry_shape,
        entry=_entry,
        latex="{0:atom}_{{{rest}}}",
        numpy="{0:atom}[{rest}]",
        transposed="same",
        sign=signs.kept,
        about="one entry, by index",
    ),
]

INFIX.update({row.name: row for row in _ROWS})
(
    SUM,
    DIFFERENCE,
    NEGATIVE,
    SCALING,
    HADAMARD,
    QUOTIENT,
    ELEMENTWISE_QUOTIENT,
    POWER,
    ELEMENTWISE_POWER,
    PRODUCT,
    OUTER,
    TRANSPOSE,
    TRANSPOSE_OF_VECTOR,
    ENTRY,
) = _ROWS
