"""The one mark a line of a derivation needs beyond the language: the differential of a part."""

from __future__ import annotations

from rulebook.language.arithmetic import NoEntry
from rulebook.language.operators import shapes
from rulebook.language.tree import Apply, Expr, Operator

__all__ = ["DIFFERENTIAL", "differential"]


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
