"""Left sides of equations: what is differentiated by what, for a notation to write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rulebook.language.operators.infix import NEGATIVE, SCALING
from rulebook.language.template import Go, Node, Piece
from rulebook.language.tree import Apply, Bind, Expr, Let, Number, Operator

__all__ = ["DerivativeOf", "DifferentialOf"]

_LOOSE = ("sum", "circle", "unary")  # how what a fraction bar does not hold together binds


@dataclass(frozen=True)
class DerivativeOf:
    """∂f/∂x, ∂²f/∂x ∂xᵀ or, as a ``gradient``, ∇f.

    It is written with d, ``straight``, where nothing else varies; ``apart`` keeps the function
    from standing above the bar.
    """

    of: Expr
    by: Expr
    order: int = 1
    straight: bool = False
    gradient: bool = False
    apart: bool = False

    @property
    def args(self) -> tuple[Expr, ...]:
        return (self.of, self.by)

    @property
    def is_bulky(self) -> bool:
        """Whether a fraction bar does not hold the function together, so that brackets must."""
        match self.of:
            case Apply(op=op) if op.unspecified and op.unspecified.gradient:
                return False
            case Number(value=value):
                return value < 0
        return _is(self.of, NEGATIVE) or _bulky(self.of)

    @property
    def is_call(self) -> bool:
        """Whether the function is written as one call, which needs no brackets around it."""
        return isinstance(self.of, Apply) and self.of.op.latex_level == "atom"

    def written(self, style: Any, go: Go) -> Piece:
        made: Piece = style.derivative(self, go)
        return made


@dataclass(frozen=True)
class DifferentialOf:
    """d(f), and d²(f); ``bare`` where no brackets are needed."""

    of: Node
    order: int = 1
    bare: bool = False

    @property
    def args(self) -> tuple[Node, ...]:
        return (self.of,)

    def written(self, style: Any, go: Go) -> Piece:
        made: Piece = style.differential(self, go)
        return made


def _is(e: Expr, op: Operator) -> bool:
    return isinstance(e, Apply) and e.op is op


def _bulky(e: Expr) -> bool:
    match e:
        case Let():
            return False
        case Bind(kind="total"):
            return True
        case Apply() if e.op.tall or e.op.latex_level in _LOOSE or _is(e, SCALING):
            return True
    return any(map(_bulky, e.args))
