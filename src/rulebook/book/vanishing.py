"""Where expressions vanish, told from their operators' rows as simply as can be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from rulebook.language.dims import SCALAR
from rulebook.language.operators import transposed
from rulebook.language.operators.infix import DIFFERENCE, PRODUCT
from rulebook.language.signs import Sign, Zeros
from rulebook.language.traverse import rebuild, sign_of
from rulebook.language.tree import Apply, Expr, Number

__all__ = ["Signs", "alike", "canonical", "causes", "safe", "sides", "simplest"]

Signs: TypeAlias = Mapping[Expr, Sign]  # what is known of symbols


def safe(e: Expr, known: Signs | None = None) -> bool:
    """Whether no entry of an expression can vanish."""
    if isinstance(e, Number):
        return e.value != 0
    found = causes(Zeros(e), known or {})
    apart = found is not None and all(c.where == "entry" and safe(c.of, known) for c in found)
    return apart or sign_of(e, known) is Sign.POSITIVE


def causes(z: Zeros, known: Signs) -> tuple[Zeros, ...] | None:
    """Where else something vanishes exactly when it does at ``z``, as its row has it."""
    if not isinstance(z.of, Apply):
        return None
    op, args = z.of.op, z.of.args
    if z.where == "singular":
        return op.singular(*args) if op.singular else None
    return op.vanishes(lambda a: sign_of(a, known), *args) if op.vanishes else None


def _cause(z: Zeros, known: Signs) -> Zeros | None:
    """The only one of them, numbers apart."""
    found = {c for c in causes(z, known) or () if c.where != "entry" or not safe(c.of)}
    return found.pop() if len(found) == 1 else None


def simplest(z: Zeros, known: Signs) -> Zeros:
    """The same zeros of what is simplest: of X for −X, 2X, √X and X − 0, as for S transposed."""
    cause = _cause(z, known)
    if cause is None:
        return z
    whole = z.where == "whole" and cause.where == "entry"
    return simplest(Zeros(cause.of, "whole") if whole else cause, known)


def alike(e: Expr) -> Zeros:
    """What is positive where ``e`` is: x for 2x and √x, but neither for −x nor for x²."""
    cause = _cause(Zeros(e), {})
    if cause is None or cause.where == "singular":
        return cause or Zeros(e)
    signs = [sign_of(e, {cause.of: sign}) for sign in (Sign.UNKNOWN, Sign.POSITIVE)]
    return alike(cause.of) if signs == [Sign.UNKNOWN, Sign.POSITIVE] else Zeros(e)


def canonical(z: Zeros, signed: bool = False) -> Zeros:
    """One for all that vanish together: S and its transpose, x − y and y − x, (AB)C and A(BC)."""
    forms = [z.of, transposed(z.of)] if len(z.of.shape) == 2 else [z.of]
    forms = [_chained(e) for e in forms]
    if not signed:
        forms = [_ordered(e) for e in forms]
    return Zeros(min(forms, key=lambda e: (len(e.prefix()), e.prefix())), z.where)


def _ordered(e: Expr) -> Expr:
    if isinstance(e, Apply) and e.op is DIFFERENCE:
        left, right = sorted(e.args, key=lambda a: a.prefix())
        return left - right
    return e


def _chained(e: Expr) -> Expr:
    """Matrix products read from the left."""
    e = rebuild(e, tuple(map(_chained, e.args)))
    match e:
        case Apply(op=op, args=(a, Apply(op=inner, args=(b, c)))) if op is inner is PRODUCT:
            if (joined := a @ b).shape != SCALAR:
                return _chained(joined) @ c
    return e


def sides(e: Expr) -> tuple[Expr, Expr]:
    """The two that must differ: w and x for the kink at w − x."""
    if isinstance(e, Apply) and e.op is DIFFERENCE:
        left, right = e.args
        return left, right
    return e, Number(0)
