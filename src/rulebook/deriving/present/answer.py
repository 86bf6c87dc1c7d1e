"""The answer of a derivation in LaTeX, and as the book writes what it is the derivative of."""

from __future__ import annotations

from rulebook.book.claims import Derivative
from rulebook.deriving.model import ChainRecord, Record, lets_of
from rulebook.printing.latex import latex

__all__ = ["answer", "chained_answer", "sides"]


def sides(found: Record, layout: str) -> tuple[str, str]:
    """The two sides of the answer."""
    return _left(found, layout), latex(found.in_layout(layout))


def answer(found: Record, layout: str) -> str:
    """The answer, and what its names stand for."""
    left, right = sides(found, layout)
    lets = lets_of(found.in_layout(layout))
    return f"{left} = {right}" + "".join(_where(latex(let), latex(let.body)) for let in lets)


def chained_answer(found: ChainRecord) -> str:
    """The answer in the intermediate variables and without them."""
    said = [latex(found.left), *dict.fromkeys(map(latex, (found.in_names, found.result)))]
    lets = (_where(latex(let), latex(local)) for let, local in found.variables)
    return " = ".join(said) + "".join(lets)


def _where(name: str, body: str) -> str:
    return rf", \quad {name} = {body}"


def _left(found: Record, layout: str) -> str:
    """The derivative as the book writes it in a layout: ∂f/∂x, d(F), or d(∂f/∂X)."""
    first, last = found.stages[0], found.stages[-1]
    if found.order == 1 and found.is_differential:
        return rf"\mathrm{{d}}\left({latex(found.of)}\right)"
    if found.order == 2 and first.kind == "differential":
        return rf"\mathrm{{d}}^2\left({latex(found.of)}\right)"
    if found.is_differential:
        once = Derivative(of=found.of, wrt=found.wrt, equals=first.result())
        return rf"\mathrm{{d}}\,{once.left(layout)}"
    if found.order == 2 and found.of.shape:  # by a scalar
        return (
            rf"\frac{{\partial^2}}{{\partial {latex(found.wrt)}^2}} \left({latex(found.of)}\right)"
        )
    equals = last.result()
    return Derivative(of=found.of, wrt=found.wrt, equals=equals, order=found.order).left(layout)
