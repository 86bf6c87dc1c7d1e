"""The language: a small, typed, immutable tree of expressions.

Five kinds of node hold data and nothing else: `Symbol`, `Number`, `Let` (the book's own name for a
subexpression), `Apply` (an operator's row and its arguments) and `Bind` (a sum or an array over
indices). A node knows its shape when it is built, so operands that do not fit never make a node.
``==`` is structural and nothing simplifies by itself: what is written is what is printed.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, ClassVar, Literal, TypeAlias

from rulebook.errors import RuleError, ShapeError
from rulebook.language.dims import ONE, SCALAR, Dim, DimLike, Shape, column, dim, show
from rulebook.language.names import is_name, spelled
from rulebook.language.row import Row
from rulebook.language.template import Go, Piece, Style, applied, plain

__all__ = [
    "INFIX",
    "Apply",
    "Bind",
    "Expr",
    "ExprLike",
    "Index",
    "Let",
    "Number",
    "Operator",
    "Role",
    "Symbol",
    "lift",
]

Role: TypeAlias = Literal["value", "tangent", "cotangent", "index"]
Binder: TypeAlias = Literal["total", "array"]
INFIX: dict[str, Operator] = {}  # the rows that Python's operators build; `operators` fills it


class Operator(Row):
    r"""An operator, whole: a row with everything that any reader of the language asks.

    ``latex`` and ``numpy`` are templates; ``{0:product}`` means argument 0, in parentheses if it
    binds looser than a product. ``entry(s, index, *args)`` gives one entry of the result through
    the arithmetic ``s``, which may be SymPy's, a finite field's or plain floats.

    >>> from rulebook.language import Operator, shapes, vector
    >>> cube = Operator(
    ...     name="cube",
    ...     shape=shapes.keep,
    ...     entry=lambda s, i, a: a(*i) * a(*i) * a(*i),
    ...     latex=r"\operatorname{{cube}}{0:call}",
    ...     numpy="np.power({0}, 3)",
    ... )
    >>> cube(vector("x", "n"))
    np.power(x, 3)
    """

    def __call__(self, *args: ExprLike) -> Expr:
        return Apply(self, *args)


@dataclass(frozen=True, repr=False)
class Expr:
    """An expression; Python's operators build larger ones, with NumPy's meaning.

    >>> from rulebook.language import matrix, vector
    >>> x, A = vector("x", "n"), matrix("A", "n", "n")
    >>> (x.T @ A @ x).shape
    ()
    >>> A @ x.T
    Traceback (most recent call last):
        ...
    rulebook.errors.ShapeError: product: inner dimensions n and 1 differ (A is n×n, x.T is 1×n)
    """

    shape: Shape

    @property
    def args(self) -> tuple[Expr, ...]:
        return ()

    def written(self, style: Style, go: Go) -> Piece:
        """The node in a notation; ``go`` writes its parts."""
        raise NotImplementedError

    @property
    def T(self) -> Expr:
        """The transpose; a scalar is its own, and the transpose of a transpose is undone."""
        if self.shape == SCALAR:
            return self
        vector = ONE in self.shape
        op = INFIX["transpose of a vector" if vector else "transpose"]
        return self.args[0] if isinstance(self, Apply) and self.op is op else Apply(op, self)

    def __matmul__(self, other: ExprLike) -> Expr:
        other = lift(other)
        outer = self.shape[1:] == (ONE,) and other.shape[:1] == (ONE,)
        return Apply(INFIX["outer product" if outer else "product"], self, other)

    def __mul__(self, other: ExprLike) -> Expr:
        other = lift(other)
        scaled = SCALAR in (self.shape, other.shape)
        return Apply(INFIX["scaling" if scaled else "Hadamard product"], self, other)

    def __truediv__(self, other: ExprLike) -> Expr:
        other = lift(other)
        by_scalar = other.shape == SCALAR
        return Apply(INFIX["quotient" if by_scalar else "elementwise quotient"], self, other)

    def __pow__(self, other: ExprLike) -> Expr:
        scalar_base = self.shape == SCALAR
        return Apply(INFIX["power" if scalar_base else "elementwise power"], self, other)

    def __add__(self, other: ExprLike) -> Expr:
        return Apply(INFIX["sum"], self, other)

    def __sub__(self, other: ExprLike) -> Expr:
        return Apply(INFIX["difference"], self, other)

    def __neg__(self) -> Expr:
        return Apply(INFIX["negative"], self)

    def __rmul__(self, other: ExprLike) -> Expr:
        return lift(other) * self

    def __radd__(self, other: ExprLike) -> Expr:
        return lift(other) + self

    def __rsub__(self, other: ExprLike) -> Expr:
        return lift(other) - self

    def __rtruediv__(self, other: ExprLike) -> Expr:
        return lift(other) / self

    def __getitem__(self, index: ExprLike | tuple[ExprLike, ...]) -> Expr:
        """One entry: ``x[i]``, ``A[i, j]``; counting starts at 0, as in NumPy."""
        chosen = index if isinstance(index, tuple) else (index,)
        return Apply(INFIX["entry"], self, *chosen)

    __iter__: ClassVar[None] = None  # __getitem__ alone would make it look like a sequence

    def prefix(self) -> str:
        """The tree in prefix notation, which tells apart whatever ``==`` does, shapes aside.

        >>> from rulebook.language import matrix, vector
        >>> x, A = vector("x", "n"), matrix("A", "n", "n")
        >>> (x.T @ A).prefix()
        '(product (transpose_of_a_vector x) A)'
        """
        raise NotImplementedError

    def __repr__(self) -> str:
        return plain(self)


ExprLike: TypeAlias = Expr | int | Fraction | float


@dataclass(frozen=True, repr=False)
class Symbol(Expr):
    """A named value of known shape, and the part it plays.

    A tangent dX and a cotangent Ȳ belong to a symbol, ``of``; a second tangent dX′ is the tangent,
    ``primed``. An index is whole: its entries are 0 .. ``limit`` - 1. Two symbols of one name that
    play different parts are different symbols. Raises RuleError for what is no name, ShapeError
    for a 1×1 matrix.

    >>> from rulebook.language import Symbol, vector
    >>> vector("x", "n") == Symbol(vector("y", "n").shape, "x")
    True
    """

    name: str
    role: Role = "value"
    of: Symbol | None = None
    primed: bool = False
    limit: Dim | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", spelled(self.name))
        if not is_name(self.name):
            raise RuleError(f"{self.name!r} is not a name")
        if self.shape == (ONE, ONE):
            raise ShapeError(f"{self.name} is 1×1: what has one entry is a scalar")

    def __hash__(self) -> int:
        return hash(self.name)  # what is equal has one name, and hashing a shape is slow

    def written(self, style: Style, go: Go) -> Piece:
        return style.made(style.symbol(self))

    def prefix(self) -> str:
        return self.name


@dataclass(frozen=True, init=False, repr=False)
class Number(Expr):
    """An exact rational number, a scalar; a float stands for the decimal that it is printed as.

    >>> from rulebook.language import Number
    >>> Number(0.1).value
    Fraction(1, 10)
    """

    value: Fraction

    def __init__(self, value: int | Fraction | float) -> None:
        object.__setattr__(self, "shape", SCALAR)
        object.__setattr__(
            self, "value", Fraction(str(value)) if isinstance(value, float) else Fraction(value)
        )

    def written(self, style: Style, go: Go) -> Piece:
        return style.made(*style.number(self))

    def prefix(self) -> str:
        return str(self.value)


@dataclass(frozen=True, init=False, repr=False)
class Let(Expr):
    """An expression under the book's own name for it: prints as the name, computes as the body.

    >>> from rulebook.language import Let, exp, sum_of, vector
    >>> x = vector("x", "n")
    >>> p = Let("p", exp(x) / sum_of(exp(x)))
    >>> p, p.shape == x.shape
    (p, True)
    """

    name: str
    body: Expr

    def __init__(self, name: str, body: Expr) -> None:
        object.__setattr__(self, "shape", body.shape)
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "body", body)

    @property
    def args(self) -> tuple[Expr, ...]:
        return (self.body,)

    def written(self, style: Style, go: Go) -> Piece:
        return style.let(self, go)

    def prefix(self) -> str:
        return f"(let {self.name} {self.body.prefix()})"


@dataclass(frozen=True, init=False, repr=False)
class Apply(Expr):
    """An operator's row applied to arguments. Raises ShapeError for shapes that do not fit.

    >>> from rulebook.language import inv, matrix
    >>> e = inv(matrix("A", "n", "n"))
    >>> e.op, e.args
    (inverse, (A,))
    """

    op: Operator
    _args: tuple[Expr, ...]

    def __init__(self, op: Operator, *args: ExprLike) -> None:
        lifted = tuple(lift(a) for a in args)
        object.__setattr__(self, "shape", _conformable(op, lifted))
        object.__setattr__(self, "op", op)
        object.__setattr__(self, "_args", lifted)

    @property
    def args(self) -> tuple[Expr, ...]:
        return self._args

    @cached_property
    def _hash(self) -> int:
        return hash((self.op, self._args))

    def __hash__(self) -> int:
        return self._hash

    def __reduce__(self) -> tuple[Any, ...]:
        return Apply, (self.op, *self._args)  # without the hash, which is of this process only

    def written(self, style: Style, go: Go) -> Piece:
        return applied(self, style, go)

    def prefix(self) -> str:
        return f"({' '.join([self.op.name.replace(' ', '_'), *(a.prefix() for a in self.args)])})"


@dataclass(frozen=True, init=False, repr=False)
class Index(Expr):
    """A bound index: it runs over 0 .. size - 1 inside the `Bind` that owns it.

    >>> from rulebook.language import Index, array, vector
    >>> x, k = vector("x", "n"), Index("k", "n")
    >>> array(k, x[k] ** 2).shape == x.shape
    True
    """

    name: str
    size: Dim

    def __init__(self, name: str, size: DimLike) -> None:
        object.__setattr__(self, "shape", SCALAR)
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "size", dim(size))

    def written(self, style: Style, go: Go) -> Piece:
        return style.made(style.index(self))

    def prefix(self) -> str:
        return f"{self.name}<{self.size}"


@dataclass(frozen=True, init=False, repr=False)
class Bind(Expr):
    """A scalar body over indices: their ``total`` (a sum) or the ``array`` of all its values.

    ``total`` and ``array`` make it. Raises ShapeError for an array of what is no scalar.

    >>> from rulebook.language import Index, total, vector
    >>> x, k = vector("x", "n"), Index("k", "n")
    >>> total(k, x[k]).kind
    'total'
    """

    kind: Binder
    indices: tuple[Index, ...]
    body: Expr

    def __init__(self, kind: Binder, indices: tuple[Index, ...], body: Expr) -> None:
        if body.shape != SCALAR and kind == "array":
            raise ShapeError(f"an array is made of scalars, and its body is {show(body.shape)}")
        made = body.shape if kind == "total" else _array_of(indices)
        object.__setattr__(self, "shape", made)
        object.__setattr__(self, "kind", kind)
        object.__setattr__(self, "indices", indices)
        object.__setattr__(self, "body", body)

    @property
    def args(self) -> tuple[Expr, ...]:
        return (self.body,)

    def written(self, style: Style, go: Go) -> Piece:
        return style.bind(self, go)

    def prefix(self) -> str:
        return f"({self.kind} [{' '.join(i.prefix() for i in self.indices)}] {self.body.prefix()})"


def _array_of(indices: tuple[Index, ...]) -> Shape:
    sizes = tuple(i.size for i in indices)
    return column(sizes[0]) if len(sizes) == 1 else sizes


def lift(value: ExprLike) -> Expr:
    """An expression from an expression or a number. Raises RuleError for anything else.

    >>> from rulebook.language import lift
    >>> lift(0.5).value
    Fraction(1, 2)
    """
    if isinstance(value, Expr):
        return value
    if isinstance(value, int | float | Fraction):
        return Number(value)
    raise RuleError(f"{value!r} is neither an expression nor a number")


def _conformable(op: Operator, args: tuple[Expr, ...]) -> Shape:
    try:
        found = op.shape(*(a.shape for a in args))
    except ShapeError as error:
        named = ", ".join(f"{plain(a)} is {show(a.shape)}" for a in args)
        raise ShapeError(f"{op.name}: {error} ({named})") from None
    except TypeError:
        raise ShapeError(f"{op.name} does not take {len(args)} arguments") from None
    return SCALAR if len(found) == 2 and set(found) == {ONE} else found
