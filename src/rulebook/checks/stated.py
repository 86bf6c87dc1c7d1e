"""A reader's own claim: from text, in the layout it was meant in, to what the checks take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from rulebook.book.claims import Derivative, Equality
from rulebook.book.library import book
from rulebook.book.obligations import named_twice
from rulebook.checks.subject import Subject
from rulebook.dialect.given import (
    Shapes,
    Words,
    answer,
    assumptions,
    expression,
    order_of,
    variable,
)
from rulebook.errors import RuleError, ShapeError
from rulebook.language.assumptions import Assumption
from rulebook.language.dims import ONE, SCALAR, Shape, array_shape, is_vector, show
from rulebook.language.operators.shapes import jacobian
from rulebook.language.operators.transpose import transposed
from rulebook.language.template import plain
from rulebook.language.traverse import symbols
from rulebook.language.tree import Expr, Symbol
from rulebook.printing.layout import LAYOUTS, Layout, called, is_turned, layout_named
from rulebook.printing.numpy import dialect

__all__ = ["Given", "ReaderClaim", "reader_claim"]

Given: TypeAlias = str | Expr | None  # a side of a claim, as text or as an expression


@dataclass(frozen=True)
class ReaderClaim:
    """A claim read from text, with what is needed to explain a refusal."""

    subject: Subject
    equals: Expr | None = None
    layout: Layout = "numerator"

    def hint(self, right: Callable[[Subject], bool]) -> str:
        """What the same right side would have been right as, if anything."""
        claim = self.subject.claim
        if self.equals is None or not isinstance(claim, Derivative):
            return ""
        for other in LAYOUTS:
            meant = _meant(self.equals, claim.of.shape, claim.wrt, other, claim.order)
            if other == self.layout or meant == claim.equals or meant.shape != claim.equals.shape:
                continue
            wanted = Derivative(of=claim.of, wrt=claim.wrt, equals=meant, order=claim.order)
            if right(Subject(self.subject.name, wanted, self.subject.assuming)):
                shown = dialect(_meant(meant, claim.of.shape, claim.wrt, self.layout, claim.order))
                return f"this is right in {called(other)}; in {called(self.layout)} it is {shown}"
        return ""


def reader_claim(
    of: Given = None,
    wrt: str | Symbol | None = None,
    equals: Given = None,
    left: Given = None,
    right: Given = None,
    shapes: Shapes | None = None,
    assume: Words | None = None,
    order: int = 1,
    layout: Layout = "numerator",
) -> ReaderClaim:
    """The claim that the words of `rulebook.check` make."""
    layout = layout_named(layout)
    order_of(order)
    book()  # a package of chapters may bring operators to be typed
    derivative, equality = (of, wrt, equals), (left, right)
    if all(map(_said, equality)) and not any(map(_said, derivative)):
        return _equality(left, right, shapes, assume)
    if all(map(_said, derivative)) and not any(map(_said, equality)):
        return _derivative(of, wrt, equals, shapes, assume, order, layout)
    raise RuleError("name a rule, or say of=, wrt= and equals= (or left= and right=)")


def _equality(
    left: Given, right: Given, shapes: Shapes | None, assume: Words | None
) -> ReaderClaim:
    a, known = expression(left, shapes)
    b, known = expression(right, shapes, known)
    a, b = _stand_alike(a, b)
    assuming = _used(assumptions(assume, known), a, b)
    claim = Equality(left=a, right=b)
    return ReaderClaim(Subject(f"{_worded(left)} = {_worded(right)}", claim, assuming))


def _derivative(
    of: Given,
    wrt: str | Symbol | None,
    equals: Given,
    shapes: Shapes | None,
    assume: Words | None,
    order: int,
    layout: Layout,
) -> ReaderClaim:
    f, known = expression(of, shapes)
    x = variable(wrt, known)
    g = answer(equals, known)
    if f.shape[:1] == (ONE,):
        f = transposed(f)
    meant = _meant(g, f.shape, x, layout, order)
    if order == 1:
        _refuse_misfit(f, x, g, meant, layout)
    stated = Derivative(of=f, wrt=x, equals=meant, order=order)
    if clash := named_twice(stated):
        raise RuleError(f"{clash!r} is what the change of {x.name} is called; name it otherwise")
    assuming = _used(assumptions(assume, known), f, meant)
    name = f"d({_worded(of)})/d{x.name}" if order == 1 else f"d²({_worded(of)})/d{x.name}²"
    return ReaderClaim(Subject(name, stated, assuming), g, layout)


def _said(given: Given | Symbol) -> bool:
    return given is not None and given != ""


def _worded(given: Given) -> str:
    return given if isinstance(given, str) else plain(given) if given is not None else ""


def _used(assuming: tuple[Assumption, ...], *expressions: Expr) -> tuple[Assumption, ...]:
    return tuple(a for a in assuming if a.symbol in symbols(*expressions))


def _stand_alike(a: Expr, b: Expr) -> tuple[Expr, Expr]:
    """Two vectors the same way: text gives them no orientation."""
    vectors = is_vector(a.shape) and is_vector(b.shape)
    return (a, transposed(b)) if vectors and a.shape == b.shape[::-1] else (a, b)


def _meant(g: Expr, of: Shape, x: Symbol, layout: Layout, order: int) -> Expr:
    """The right side in numerator layout, whatever layout it was written in."""
    if order == 2 or SCALAR in (x.shape, g.shape):
        return g
    if of == SCALAR and ONE in x.shape:
        return transposed(g) if g.shape[1:] == (ONE,) else g  # text gives vectors no orientation
    return transposed(g) if is_turned(layout, of) and len(g.shape) == 2 else g


def _refuse_misfit(f: Expr, x: Symbol, g: Expr, meant: Expr, layout: Layout) -> None:
    """One clear error for a right side of the wrong shape, in the reader's own orientation."""
    wanted = jacobian(f.shape, x.shape)
    if meant.shape == wanted:
        return
    turned = meant is not g and g.shape != meant.shape
    expected = wanted[::-1] if turned and len(wanted) == 2 else wanted
    message = (
        f"the derivative by {x.name} in {called(layout)} is {_as_array(expected)}, "
        f"the right side is {_as_array(g.shape)}"
    )
    others = (other for other in LAYOUTS if other != layout)
    fitting = (o for o in others if _meant(g, f.shape, x, o, 1).shape == wanted)
    if other := next(fitting, None):
        turned_round = dialect(transposed(g))
        message += f"; it would fit {called(other)}: say layout={other!r}, or write {turned_round}"
    raise ShapeError(message)


def _as_array(shape: Shape) -> str:
    if not is_vector(shape):
        return show(shape)
    (length,) = array_shape(shape)
    return f"a vector of length {length}"
