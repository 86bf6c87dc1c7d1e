"""The derivative among symmetric or among diagonal matrices: a last step, taken on request.

The derivative of a derivation is unconstrained, all entries free. Where the variable can only move
among symmetric matrices, two entries move as one; a rule of the book says what that makes of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from rulebook.book import library
from rulebook.book.claims import Equality
from rulebook.book.rule import Rule
from rulebook.deriving.stage import Stage
from rulebook.deriving.terms.term import Term
from rulebook.deriving.transcript import Transition
from rulebook.errors import RuleError
from rulebook.language.operators.infix import HADAMARD
from rulebook.language.traverse import symbols, walk
from rulebook.language.tree import Apply, Expr, Symbol

__all__ = ["STRUCTURES", "restricted"]

STRUCTURES: Mapping[str, str] = {
    "symmetric": "derivative_among_symmetric",
    "diagonal": "derivative_among_diagonal",
}


def restricted(stage: Stage, word: str) -> Stage:
    """The stage with one more line: the derivative among the matrices of a structure."""
    if word not in STRUCTURES:
        raise RuleError(f"no structure {word!r}; there are {', '.join(STRUCTURES)}")
    rule = library.get(STRUCTURES[word])
    g = stage.algebra
    free, moving, made = _parts(rule)
    before = stage.laid("numerator")
    change = g.leaf(stage.tangent)
    direction = g.add([change, g.turn(change)]) if word == "symmetric" else change
    env: dict[Expr, Term] = {free: before, moving: direction}
    dims = {free.shape[0].name or "": stage.variable.shape[0]}
    assert isinstance(rule.claim, Equality)
    left, right, after = (g.read(e, env, dims) for e in (rule.claim.left, rule.claim.right, made))
    after = stage.settled(after)
    bound = {free: before, moving: direction}
    last = Transition(rule, "structure", before, after, left, right, bound)
    return replace(stage, answer=g.turn(after), _written=lambda: [*stage.transitions, last])


def _parts(rule: Rule) -> tuple[Symbol, Symbol, Expr]:
    """The free derivative, the change, and what the rule makes of the first."""
    assert isinstance(rule.claim, Equality)
    free, moving = symbols(rule.claim.left)
    made = next(
        n.args[0]
        for n in walk(rule.claim.right)
        if isinstance(n, Apply) and n.op is HADAMARD and moving in symbols(n.args[1])
    )
    return free, moving, made
