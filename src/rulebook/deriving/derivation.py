"""The derivation that people hold."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from rulebook.deriving.chain.paper import PaperDerivation, paper
from rulebook.deriving.identify import Vec
from rulebook.deriving.model import Record
from rulebook.deriving.present.answer import answer, sides
from rulebook.deriving.present.text import markdown, text
from rulebook.deriving.rules import NoRule
from rulebook.deriving.structured import restricted
from rulebook.deriving.values import jacobian
from rulebook.dialect.given import style_named
from rulebook.errors import Refusal
from rulebook.language.dims import ONE
from rulebook.language.names import spelled
from rulebook.language.tree import Expr
from rulebook.printing.languages import module, source
from rulebook.printing.latex import LATEX, latex
from rulebook.printing.layout import Layout, layout_named
from rulebook.printing.notation import Notation
from rulebook.printing.typst import TYPST

__all__ = ["Derivation"]


@dataclass(eq=False, repr=False)
class Derivation(Record):
    """A derivative, and how it was found.

    >>> import rulebook
    >>> d = rulebook.derive("logdet(X)", wrt="X", shapes={"X": ("n", "n")})
    >>> d.numpy(), d.conditions
    ('np.linalg.inv(X)', ('X is invertible',))
    """

    def vec(self) -> Expr:
        """The Kronecker form, where the answer is the differential of a matrix by a matrix.

        It is the J of vec(dF) = J vec(dX), columns stacked.

        >>> import rulebook
        >>> shapes = {"A": ("p", "m"), "X": ("m", "n"), "B": ("n", "q")}
        >>> d = rulebook.derive("A @ X @ B", wrt="X", shapes=shapes)
        >>> d.vec()
        np.kron(B.T, A)

        Raises Refusal where the answer is no differential of a matrix by a matrix, or no rule
        takes its vec apart.
        """
        last = self.stages[-1]
        if not self.is_differential or ONE in (*last.of.shape, *self.wrt.shape) or self.order == 2:
            raise Refusal("only the differential of a matrix by a matrix has a vec form", "vec")
        try:
            found = Vec(last.rules, last.algebra, last.tangent).jacobian(last.answer)
        except NoRule as cause:
            raise Refusal(
                f"no rule of the book handles {cause.operation}", cause.operation
            ) from None
        return last.algebra.show(found)

    def among(self, structure: str) -> Derivation:
        """The derivative among ``symmetric`` or ``diagonal`` matrices: one more step.

        Without it a derivative is unconstrained: every entry of the variable is free.

        >>> import rulebook
        >>> d = rulebook.derive("logdet(X)", wrt="X", shapes={"X": ("n", "n")})
        >>> d.among("symmetric").steps[-1].rule
        'derivative_among_symmetric'

        Raises Refusal unless this is the first derivative of a scalar by a square matrix.
        """
        last, shape = self.stages[-1], self.wrt.shape
        if self.order == 2 or self.of.shape or len(shape) != 2 or shape[0] != shape[1]:
            what = "the first derivative of a scalar by a square matrix"
            raise Refusal(f"only {what} can be restricted to a structure", structure)
        stages = (*self.stages[:-1], restricted(last, structure))
        return replace(self, _stages=stages, structure=structure, _laid={}).verified()

    def written(self, notation: Notation, layout: Layout = "numerator") -> str:
        """The answer in a notation, and what its names stand for."""
        return answer(self, notation, layout_named(layout))

    def latex_parts(self, layout: Layout = "numerator") -> tuple[str, str]:
        """The two sides of the answer in LaTeX."""
        left, right = sides(self, layout_named(layout))
        return latex(left), latex(right)

    def latex(self, layout: Layout = "numerator") -> str:
        """The answer in LaTeX, and what its names stand for."""
        return self.written(LATEX, layout)

    def typst(self, layout: Layout = "numerator") -> str:
        """The same in Typst.

        >>> import rulebook
        >>> print(rulebook.derive("A @ x", wrt="x").typst())
        frac(∂ A bold(x), ∂ bold(x)) = A
        """
        return self.written(TYPST, layout)

    def numpy(self, layout: Layout = "numerator") -> str:
        """Runnable NumPy source: helpers and names first, the answer on the last line."""
        return source(self.in_layout(layout), "numpy", self.of, self.wrt)

    def jax(self, layout: Layout = "numerator") -> str:
        """The same in JAX."""
        return source(self.in_layout(layout), "jax", self.of, self.wrt)

    def torch(self, layout: Layout = "numerator") -> str:
        """The same in PyTorch."""
        return source(self.in_layout(layout), "torch", self.of, self.wrt)

    def module(self, language: str = "numpy", layout: Layout = "numerator") -> str:
        """A whole module: imports and one function of the variables, ``derivative``."""
        return module(self.in_layout(layout), language, "derivative", self.of, self.wrt)

    def __str__(self) -> str:
        return text(self)

    def _repr_markdown_(self) -> str:
        return markdown(self)

    def style(self, name: str) -> Derivation | PaperDerivation:
        """The derivation told another way: ``paper`` names intermediate variables.

        >>> import rulebook
        >>> d = rulebook.derive("sum(w * x)", wrt="w", shapes={"w": ("n",), "x": ("n",)})
        >>> [step.rule for step in d.style("paper").steps][:2]
        ['hadamard_by_first', 'sum_by_vector']

        Raises RuleError for a style there is not, and Refusal where the paper's way does not lead.
        """
        return paper(self) if style_named(name) == "paper" else self

    def jacobian(self, /, **arrays: Any) -> Any:
        """The derivative as an array of shape out + wrt (+ wrt), whatever the layout.

        Takes an array for every variable of the expression, and a number for a size of the answer
        that no array tells. Raises ShapeError for one that is missing or does not fit.
        """
        return jacobian(self, {spelled(name): a for name, a in arrays.items()})
