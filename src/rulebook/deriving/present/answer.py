"""The answer of a derivation in a notation, and as the book writes what it is the derivative of."""

from __future__ import annotations

from rulebook.book.claims import Derivative
from rulebook.book.obligations import Equation
from rulebook.deriving.model import ChainRecord, Record, lets_of
from rulebook.language.operators import vec
from rulebook.language.template import Node
from rulebook.language.tree import Expr
from rulebook.printing.layout import Layout
from rulebook.printing.notation import Notation
from rulebook.printing.sides import DerivativeOf, DifferentialOf

__all__ = ["answer", "chained_answer", "sides", "stacked_sides"]


def sides(found: Record, layout: Layout) -> Equation:
    """The two sides of the answer."""
    return _left(found, layout), found.in_layout(layout)


def stacked_sides(found: Record, jacobian: Expr) -> Equation:
    """D vec(F) = J vec(dX), for a differential of a matrix by a matrix."""
    return DifferentialOf(vec(found.of), bare=True), jacobian @ vec(found.outcomes[-1].tangent)


def answer(found: Record, notation: Notation, layout: Layout) -> str:
    """The answer, and what its names stand for."""
    left, right = map(notation, sides(found, layout))
    lets = [(notation(let), notation(let.body)) for let in lets_of(found.in_layout(layout))]
    return f"{left} = {right}{notation.definitions(lets)}"


def chained_answer(found: ChainRecord, notation: Notation) -> str:
    """The answer in the intermediate variables and without them."""
    said = [notation(found.left), *dict.fromkeys(map(notation, (found.in_names, found.result)))]
    lets = [(notation(let), notation(local)) for let, local in found.variables]
    return " = ".join(said) + notation.definitions(lets)


def _left(found: Record, layout: Layout) -> Node:
    """The derivative as the book writes it in a layout: ∂f/∂x, d(F), or d(∂f/∂X)."""
    first, last = found.outcomes[0], found.outcomes[-1]
    if found.order == 1 and found.is_differential:
        return DifferentialOf(found.of)
    if found.order == 2 and first.kind == "differential":
        return DifferentialOf(found.of, order=2)
    if found.is_differential:
        once = Derivative(of=found.of, wrt=found.wrt, equals=first.result)
        return DifferentialOf(once.left(layout), bare=True)
    if found.order == 2 and found.of.shape:  # by a scalar
        return DerivativeOf(found.of, found.wrt, order=2, apart=True)
    equals = last.result
    return Derivative(of=found.of, wrt=found.wrt, equals=equals, order=found.order).left(layout)
