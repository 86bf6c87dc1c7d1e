"""Softmax and cross-entropy.

Throughout, x is a column of n scores and p its softmax.
"""

from typing import Final

from rulebook.claims import Derivative
from rulebook.expr import Let, vector
from rulebook.operators import diag, exp, sum_of
from rulebook.references import Cite
from rulebook.rule import Rule

x = vector("x", "n")
p = Let("p", exp(x) / sum_of(exp(x)))

softmax: Final = Rule(
    title="Softmax",
    claim=Derivative(of=p, wrt=x, equals=diag(p) - p @ p.T),
    cites=(Cite("bishop2006", "eq. 4.106"),),
)
