"""`derive`: from an expression and a variable to the derivative, every step a rule of the book."""

from __future__ import annotations

from collections.abc import Iterable

from rulebook.book.claims import d
from rulebook.deriving.declared import Declared
from rulebook.deriving.derivation import Derivation
from rulebook.deriving.rules import open_rules
from rulebook.deriving.stage import differentiated
from rulebook.dialect.given import Shapes, Words, assumptions, expression, order_of, variable
from rulebook.errors import Refusal, RuleError, ShapeError
from rulebook.language.dims import ONE
from rulebook.language.traverse import symbols
from rulebook.language.tree import Apply, Bind, Expr, Index, Symbol

__all__ = ["derive"]

LARGEST, DEEPEST = 4000, 80  # operations; beyond, an expression is refused before any work


def derive(
    of: str | Expr,
    wrt: str | Symbol,
    *,
    shapes: Shapes | None = None,
    assume: Words | None = None,
    order: int = 1,
    check: bool = True,
    without: Iterable[str] = (),
) -> Derivation:
    """The derivative of an expression by one of its variables, step by step.

    ``of`` is text or an expression of the language. ``shapes`` gives names their dimensions; in
    text those that can be inferred may be left out (capitals are matrices). ``assume`` gives names
    their words, as for `rulebook.check`; ``without`` leaves rules out by id. Each line is checked
    numerically against the line before at two points, unless ``check`` is off.
    Raises Refusal where no rule applies or a line fails its check, ParseError and ShapeError for
    input that is not an expression or does not fit, RuleError for the rest.

    >>> import rulebook
    >>> shapes = {"A": ("m", "n"), "x": ("n",), "b": ("m",)}
    >>> d = rulebook.derive("sum((A @ x - b) ** 2)", wrt="x", shapes=shapes)
    >>> print(d.numpy())
    2 * (A @ x - b) @ A
    >>> print(d.numpy(layout="gradient"))
    2 * A.T @ (A @ x - b)
    """
    rules = open_rules(without)  # first: a package of chapters may bring operators to be typed
    if isinstance(of, Expr):
        _measured(of)
    read, names = expression(of, shapes)
    x = variable(wrt, names)
    order_of(order)
    e = _standing(read)
    _measured(e)
    assuming = assumptions(assume, {s.name: s for s in (*symbols(e), x)})
    declared = Declared.of(assuming)
    taken = {*names, *(n for s in names.values() for size in s.shape for n in size.names)}
    tangents = d(x, 1, taken), d(x, 2, taken)
    stages = differentiated(e, x, order, tangents, rules, declared)
    known = frozenset((*names.values(), x))
    found = Derivation(e, x, order, assuming, known, rules.left_out, stages)
    return found.verified() if check else found


def _standing(e: Expr) -> Expr:
    """A vector as a column: in text it has no orientation."""
    return e.T if len(e.shape) == 2 and e.shape[0] == ONE else e


def _measured(e: Expr) -> None:
    """Refuse what is too large, too deep, or not in the engine's reach, before any work."""
    todo, count = [(e, 1)], 0
    while todo:
        n, depth = todo.pop()
        count += 1
        if count > LARGEST or depth > DEEPEST:
            most = (
                f"more than {LARGEST} operations"
                if count > LARGEST
                else f"more than {DEEPEST} deep"
            )
            raise RuleError(f"the expression is too large: {most}")
        if isinstance(n, Bind | Index) or (isinstance(n, Apply) and n.op.unspecified):
            what = "a sum or array over an index" if isinstance(n, Bind | Index) else n.op.name
            raise Refusal(f"no rule differentiates {what}", what)
        if len(n.shape) > 2:
            raise ShapeError("an array of rank above 2 has no derivation")
        todo += [(a, depth + 1) for a in n.args]
