"""The derivative among symmetric or among diagonal matrices: a last step, taken on request.

The derivative of a derivation is unconstrained, all entries free. Where the variable can only move
among symmetric matrices, two entries move as one; a rule of the book says what that makes of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from rulebook.book import library
from rulebook.book.claims import Equality
from rulebook.deriving.stage import Stage
from rulebook.deriving.terms.term import Term
from rulebook.deriving.transcript import Transition
from rulebook.errors import RuleError
from rulebook.language.operators.infix import HADAMARD
from rulebook.language.traverse import symbols, walk
from rulebook.language.tree import Apply, Expr, Symbol

__all__ = ["STRUCTURES", "restricted"]


@dataclass(frozen=True)
class Structure:
    """What a matrix may be held to, and the rule for a derivative among such matrices."""

    rule: str
    paired: bool = False  # an entry moves with its mirror image


STRUCTURES = {
    "symmetric": Structure("derivative_among_symmetric", paired=True),
    "diagonal": Structure("derivative_among_diagonal"),
}


def restricted(stage: Stage, name: str) -> Stage:
    """The stage with one more line: the derivative among the matrices of a structure."""
    if name not in STRUCTURES:
        raise RuleError(f"no structure {name!r}; there are {', '.join(STRUCTURES)}")
    structure = STRUCTURES[name]
    rule = library.get(structure.rule)
    claim = rule.claim
    if not isinstance(claim, Equality):
        raise RuleError(f"{rule.id} has to be an equality")
    g = stage.algebra
    free, moving, made = _parts(claim)
    before = stage.laid("numerator")
    change = g.leaf(stage.tangent)
    direction = g.add([change, g.turn(change)]) if structure.paired else change
    env: dict[Expr, Term] = {free: before, moving: direction}
    dims = {free.shape[0].name or "": stage.variable.shape[0]}
    left, right, after = (g.read(e, env, dims) for e in (claim.left, claim.right, made))
    after = stage.settled(after)
    bound = {free: before, moving: direction}
    last = Transition(rule, "structure", before, after, left, right, bound)
    return replace(stage, answer=g.turn(after), _written=lambda: [*stage.transitions, last])


def _parts(claim: Equality) -> tuple[Symbol, Symbol, Expr]:
    """The free derivative, the change, and what the rule makes of the first."""
    free, moving = symbols(claim.left)
    made = next(
        n.args[0]
        for n in walk(claim.right)
        if isinstance(n, Apply) and n.op is HADAMARD and moving in symbols(n.args[1])
    )
    return free, moving, made
