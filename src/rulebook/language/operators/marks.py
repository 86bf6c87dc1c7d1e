"""What a line of a derivation needs beyond the language: derivatives still to be worked out."""

from __future__ import annotations

from rulebook.language.arithmetic import NoEntry
from rulebook.language.operators import shapes
from rulebook.language.row import rows
from rulebook.language.tree import Apply, Expr, Operator

__all__ = ["DIFFERENTIAL", "differential", "standing"]


def _entry(*_: object) -> object:
    raise NoEntry("a differential is measured, not computed entry by entry")


DIFFERENTIAL = Operator(
    name="differential",
    shape=shapes.keep,
    entry=_entry,
    latex=r"\mathrm{{d}}{0:call}",
    numpy="d({0})",
    transposed="wrap",
    about="how an expression changes, to first order, as the variable does",
)


def differential(e: Expr) -> Expr:
    """d(e), still to be worked out."""
    return Apply(DIFFERENTIAL, e)


def _unsaid(*_: object) -> object:
    raise NoEntry("a derivative that is left standing is not computed")


@rows
def standing(straight: bool) -> Operator:
    """du/dv or ∂u/∂v, left standing in a line."""
    text = "d" if straight else "∂"
    return Operator(
        name=f"derivative, with {text}",
        shape=shapes.jacobian,
        entry=_unsaid,
        latex="",  # a notation writes it
        straight=straight,
        latex_level="unary",
        numpy=f"{text}{{0}}/{text}{{1}}",
        about="the derivative of a variable by one that it reads",
    )
