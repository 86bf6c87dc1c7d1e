"""What must hold for an answer: where the expression and its derivative are defined."""

from __future__ import annotations

from collections.abc import Iterable

from rulebook.book.conditions import TEXT, TYPED, unmet
from rulebook.language.assumptions import Assumption
from rulebook.language.tree import Expr

__all__ = ["in_latex", "in_text", "in_words"]


def in_words(of: Expr, result: Expr, assuming: Iterable[Assumption]) -> tuple[str, ...]:
    """The conditions that nothing assumed takes care of, in the text people type."""
    return tuple(c.written(TYPED) for c in unmet(of, result, assuming=assuming))


def in_latex(of: Expr, result: Expr, assuming: Iterable[Assumption]) -> tuple[str, ...]:
    """The same in LaTeX."""
    return tuple(c.written() for c in unmet(of, result, assuming=assuming))


def in_text(of: Expr, result: Expr, assuming: Iterable[Assumption]) -> tuple[str, ...]:
    """The same as a terminal shows mathematics."""
    return tuple(c.written(TEXT) for c in unmet(of, result, assuming=assuming))
