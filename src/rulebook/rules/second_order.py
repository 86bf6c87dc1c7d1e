"""Second derivatives.

Throughout, x and y are columns of length n, and A is an n by n matrix.
"""

from typing import Final

from rulebook.claims import Derivative
from rulebook.expr import matrix, vector
from rulebook.references import Cite
from rulebook.rule import Mistake, Rule

x = vector("x", "n")
A = matrix("A", "n", "n")

quadratic_form: Final = Rule(
    title="Quadratic form",
    claim=Derivative(of=x.T @ A @ x, wrt=x, equals=x.T @ (A + A.T)),
    note="If A is symmetric this is twice the row x'A.",
    cites=(Cite("petersen2012", "eq. 81"),),
    mistakes=(Mistake(equals=2 * (x.T @ A), why="true only if A is symmetric"),),
)

quadratic_form_hessian: Final = Rule(
    title="Hessian of a quadratic form",
    claim=Derivative(of=x.T @ A @ x, wrt=x, equals=A + A.T, order=2),
    note="If A is symmetric this is 2A.",
    cites=(Cite("petersen2012", "eq. 98"),),
)
