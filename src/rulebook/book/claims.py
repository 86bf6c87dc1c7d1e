"""Claims: what a rule says. Every one comes down to obligations, which checks read."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from itertools import chain, count
from typing import TypeAlias

from rulebook.book.obligations import Equation, Obligation, Stated
from rulebook.errors import RuleError, ShapeError
from rulebook.language.dims import ONE, SCALAR, Shape, show
from rulebook.language.operators import inner, tr
from rulebook.language.operators.shapes import jacobian
from rulebook.language.traverse import symbols, walk
from rulebook.language.tree import Apply, Expr, Let, Symbol, lift
from rulebook.printing.layout import Layout, in_layout, laid
from rulebook.printing.sides import DerivativeOf, DifferentialOf

__all__ = [
    "Claim",
    "Definition",
    "Derivative",
    "Differential",
    "Equality",
    "Pullback",
    "cotangent",
    "d",
]


def d(symbol: Symbol, order: int = 1, taken: Container[str] = ()) -> Symbol:
    """The tangent of a symbol: dX, of the shape of X; the second one is primed.

    Where a name is ``taken``, code calls the tangent by the next one that is free.

    >>> from rulebook.book import d
    >>> from rulebook.language import matrix
    >>> X = matrix("X", "m", "n")
    >>> d(X), d(X).shape == X.shape, d(X, 2).primed
    (dX, True, True)
    """
    second = order == 2
    name = f"d{symbol.name}" + "_2" * second
    free = next(n for n in chain([name], (f"{name}_{k}" for k in count(1))) if n not in taken)
    return Symbol(symbol.shape, free, "tangent", of=symbol, primed=second)


def cotangent(name: str, like: Expr) -> Symbol:
    """The cotangent of a result, written with a bar, of the result's shape.

    >>> from rulebook.book import cotangent
    >>> from rulebook.language import matrix, vector
    >>> W, x = matrix("W", "m", "n"), vector("x", "n")
    >>> cotangent("y", W @ x).shape == vector("y", "m").shape
    True
    """
    return Symbol(like.shape, f"{name}_bar", "cotangent", of=Symbol(like.shape, name))


@dataclass(frozen=True, kw_only=True)
class Derivative(Stated):
    r"""A Jacobian in numerator layout: rows follow the function, columns the variable.

    With ``order=2`` the Hessian of a scalar function. A right side of the wrong shape is refused
    when the claim is written, and the message shows both shapes.

    >>> from rulebook import ShapeError
    >>> from rulebook.book import Derivative
    >>> from rulebook.language import matrix, vector
    >>> x, A = vector("x", "n"), matrix("A", "n", "n")
    >>> try:
    ...     Derivative(of=x.T @ A @ x, wrt=x, equals=(A + A.T) @ x)
    ... except ShapeError as error:
    ...     print(str(error).replace(": ", ":\n"))
    the right side is n×1, the derivative of a scalar by x (n×1) in numerator layout is 1×n:
    this is the denominator layout, transpose it
    """

    of: Expr
    wrt: Symbol
    equals: Expr
    order: int = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "equals", lift(self.equals))
        object.__setattr__(self, "of", lift(self.of))
        _fits(self.equals.shape, self.expected_shape, self.of, self.wrt)
        zero = self.equals == lift(0) or (isinstance(self.equals, Apply) and self.equals.op.zero)
        if self.wrt not in symbols(self.of) and not zero:
            raise RuleError(f"{self.wrt.name} does not occur in {self.of!r}")

    @property
    def expected_shape(self) -> Shape:
        if self.order == 1:
            return jacobian(self.of.shape, self.wrt.shape)
        if self.order != 2:
            raise RuleError(f"order is 1 or 2, not {self.order}")
        if self.of.shape != SCALAR or ONE not in (self.wrt.shape or (ONE, ONE))[1:]:
            raise ShapeError(
                f"a Hessian is of a scalar by a scalar or a column, not of {show(self.of.shape)}"
            )
        return (self.wrt.shape[0], self.wrt.shape[0]) if self.wrt.shape else SCALAR

    @property
    def kind(self) -> str:
        """What the derivative is called: derivative, gradient, Jacobian or Hessian."""
        if self.order == 2:
            return "hessian" if self.wrt.shape else "second_derivative"
        if self.of.shape == SCALAR:
            return "gradient" if self.wrt.shape else "derivative"
        return "jacobian" if self.wrt.shape else "derivative"

    @property
    def sides(self) -> dict[str, Expr]:
        return {"value": self.of, self.kind: self.equals}

    @property
    def symbols(self) -> tuple[Symbol, ...]:
        return symbols(self.of, self.equals, self.wrt)

    @property
    def obligations(self) -> tuple[Obligation, ...]:
        x, dx = self.wrt, d(self.wrt)
        if self.order == 2:
            other = d(x, 2)
            right = other.T @ self.equals @ dx if x.shape else self.equals * dx * other
            return (Obligation("Hessian", self.of, (((x, dx),), ((x, other),)), right),)
        return (Obligation(self.kind, self.of, (((x, dx),),), applied(self.equals, dx)),)

    def equations(self, layout: Layout = "numerator") -> tuple[Equation, ...]:
        right = in_layout(self.equals, self.of.shape, layout, self.order)
        return ((self.left(layout), right),)

    def left(self, layout: Layout) -> DerivativeOf:
        """∂f/∂x as the layout has it."""
        gradient = layout == "gradient" and self.kind == "gradient"
        scalars = all(s.shape == SCALAR for s in self.symbols)
        straight = scalars and not self._many()
        return DerivativeOf(laid(self.of, layout), self.wrt, self.order, straight, gradient)

    def _many(self) -> bool:
        """Whether an unspecified function here reads more than one symbol: then ∂, not d."""
        nodes = (n for e in (self.of, self.equals) for n in walk(e) if isinstance(n, Apply))
        return any(n.op.unspecified and len(symbols(n)) > 1 for n in nodes)


def applied(jacobian: Expr, dx: Symbol) -> Expr:
    """A derivative in numerator layout applied to a tangent."""
    if dx.shape == SCALAR:
        return jacobian * dx
    if jacobian.shape == SCALAR:
        raise ShapeError("a scalar derivative by an array")
    if dx.shape[1] != ONE and dx.shape[0] != ONE:
        return tr(jacobian @ dx)
    return jacobian @ dx if dx.shape[1] == ONE else dx @ jacobian


def _fits(found: Shape, wanted: Shape, of: Expr, wrt: Symbol) -> None:
    if found == wanted:
        return
    hint = ""
    if len(wanted) == 2 and found == wanted[::-1]:
        hint = ": this is the denominator layout, transpose it"
    what = "a scalar" if of.shape == SCALAR else show(of.shape)
    raise ShapeError(
        f"the right side is {show(found)}, the derivative of {what} by {wrt.name} "
        f"({show(wrt.shape)}) in numerator layout is {show(wanted)}{hint}"
    )


@dataclass(frozen=True, kw_only=True)
class Differential(Stated):
    r"""dF for an F of any shape: d(X⁻¹) = −X⁻¹ dX X⁻¹. Every X that moves appears as ``d(X)``.

    ``equals`` has the shape of ``of``. Raises ShapeError if it has not, RuleError for a variable
    that does not occur. Source: Magnus and Neudecker 2019, ch. 5.

    >>> from rulebook.book import Differential, d
    >>> from rulebook.language import inv, matrix
    >>> X = matrix("X", "n", "n")
    >>> claim = Differential(of=inv(X), wrt=(X,), equals=-(inv(X) @ d(X) @ inv(X)))
    >>> print(claim.latex_parts()[0][1])
    -X^{-1} \, \mathrm{d}X \, X^{-1}
    """

    of: Expr
    wrt: tuple[Symbol, ...]
    equals: Expr

    def __post_init__(self) -> None:
        if self.equals.shape != self.of.shape:
            raise ShapeError(f"dF is {show(self.equals.shape)}, F is {show(self.of.shape)}")
        for x in self.wrt:
            if x not in symbols(self.of):
                raise RuleError(f"{x.name} does not occur in {self.of!r}")

    @property
    def sides(self) -> dict[str, Expr]:
        return {"value": self.of, "differential": self.equals}

    @property
    def obligations(self) -> tuple[Obligation, ...]:
        moves = tuple((x, d(x)) for x in self.wrt)
        return (Obligation("differential", self.of, (moves,), self.equals),)

    def equations(self, layout: Layout = "numerator") -> tuple[Equation, ...]:
        return ((DifferentialOf(laid(self.of, layout)), laid(self.equals, layout)),)


@dataclass(frozen=True, kw_only=True)
class Pullback(Stated):
    """What a backward pass computes: the cotangents of the inputs from those of the results.

    ``equals`` maps each input to its cotangent, of the input's own shape. Raises ShapeError for
    cotangents of another shape, RuleError for an input that does not occur. Source: Griewank and
    Walther 2008, ch. 3; Giles 2008.

    >>> from rulebook.book import Pullback, cotangent
    >>> from rulebook.language import matrix, vector
    >>> W, x = matrix("W", "m", "n"), vector("x", "n")
    >>> y_bar = cotangent("y", W @ x)
    >>> claim = Pullback(of=W @ x, cotangents=y_bar, equals={W: y_bar @ x.T, x: W.T @ y_bar})
    >>> sorted(claim.sides)
    ['pullback_W', 'pullback_x', 'value']
    """

    of: tuple[Expr, ...]
    cotangents: tuple[Symbol, ...]
    equals: tuple[tuple[Symbol, Expr], ...]

    def __init__(
        self,
        *,
        of: Expr | tuple[Expr, ...],
        cotangents: Symbol | tuple[Symbol, ...],
        equals: Mapping[Symbol, Expr] | tuple[tuple[Symbol, Expr], ...],
    ) -> None:
        object.__setattr__(self, "of", of if isinstance(of, tuple) else (of,))
        object.__setattr__(
            self, "cotangents", cotangents if isinstance(cotangents, tuple) else (cotangents,)
        )
        object.__setattr__(
            self, "equals", equals if isinstance(equals, tuple) else tuple(equals.items())
        )
        self.__post_init__()

    def __post_init__(self) -> None:
        if len(self.of) != len(self.cotangents):
            raise RuleError("each result has one cotangent")
        pairs = [*zip(self.cotangents, self.of, strict=True), *((g, x) for x, g in self.equals)]
        for bar, of in pairs:
            if bar.shape != of.shape:
                raise ShapeError(
                    f"a cotangent is {show(bar.shape)}, what it belongs to is {show(of.shape)}"
                )
        for x, _ in self.equals:
            if x not in symbols(*self.of):
                raise RuleError(f"{x.name} is not an input of {self.of!r}")

    @property
    def sides(self) -> dict[str, Expr]:
        many = len(self.of) > 1
        values = {f"value_{n + 1}" if many else "value": e for n, e in enumerate(self.of)}
        return values | {f"pullback_{x.name}": g for x, g in self.equals}

    @property
    def obligations(self) -> tuple[Obligation, ...]:
        paired = [inner(bar, of) for bar, of in zip(self.cotangents, self.of, strict=True)]
        left = paired[0]
        for term in paired[1:]:
            left = left + term
        return tuple(
            Obligation(f"pullback to {x.name}", left, (((x, d(x)),),), inner(g, d(x)))
            for x, g in self.equals
        )

    def equations(self, layout: Layout = "numerator") -> tuple[Equation, ...]:
        return tuple((cotangent(x.name, x), laid(g, layout)) for x, g in self.equals)

    def names(self, layout: Layout = "numerator") -> tuple[Equation, ...]:
        """The results whose cotangents are given, by name (y = Wx + b), and the other names."""
        results = tuple(zip((bar.of for bar in self.cotangents), self.of, strict=True))
        given = tuple((y, laid(of, layout)) for y, of in results if y and not _is_named(of, y))
        return (*given, *super().names(layout))


def _is_named(e: Expr, y: Symbol) -> bool:
    return isinstance(e, Let) and e.name == y.name


@dataclass(frozen=True, kw_only=True)
class Equality(Stated):
    r"""Two expressions that are always equal, of one shape. Raises ShapeError for two shapes.

    >>> from rulebook.book import Equality
    >>> from rulebook.language import matrix
    >>> A, B = matrix("A", "m", "n"), matrix("B", "n", "k")
    >>> print(Equality(left=(A @ B).T, right=B.T @ A.T).latex_parts()[0][1])
    B^\top A^\top
    """

    left: Expr
    right: Expr

    def __post_init__(self) -> None:
        object.__setattr__(self, "left", lift(self.left))
        object.__setattr__(self, "right", lift(self.right))
        if self.left.shape != self.right.shape:
            raise ShapeError(
                f"the left side is {show(self.left.shape)}, the right side {show(self.right.shape)}"
            )

    @property
    def sides(self) -> dict[str, Expr]:
        return {"left": self.left, "right": self.right}

    @property
    def obligations(self) -> tuple[Obligation, ...]:
        return (Obligation("equality", self.left, (), self.right),)

    def equations(self, layout: Layout = "numerator") -> tuple[Equation, ...]:
        return ((laid(self.left, layout), laid(self.right, layout)),)


@dataclass(frozen=True, kw_only=True)
class Definition(Equality):
    """What a symbol or an operator means: the right side spells out the left, of its shape.

    >>> from rulebook.book import Definition
    >>> from rulebook.language import exp, log, scalar, softplus
    >>> z = scalar("z")
    >>> Definition(left=softplus(z), right=log(1 + exp(z))).symbols
    (z,)
    """


Claim: TypeAlias = Derivative | Differential | Pullback | Equality | Definition
