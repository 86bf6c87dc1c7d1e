"""What must hold for an answer: where the expression and its derivative are defined."""

from __future__ import annotations

from collections.abc import Iterable

from rulebook.book.conditions import unmet
from rulebook.language.assumptions import Assumption
from rulebook.language.operators.reductions import FROBENIUS, NORM, SUM_OF
from rulebook.language.traverse import rebuild
from rulebook.language.tree import Apply, Expr, Number
from rulebook.printing.latex import latex
from rulebook.printing.numpy import dialect

__all__ = ["in_latex", "in_words"]


def in_words(of: Expr, result: Expr, assuming: Iterable[Assumption]) -> tuple[str, ...]:
    """The conditions that nothing assumed takes care of, in the text people type."""
    return tuple(map(_worded, unmet(_smoothed(of), result, assuming=tuple(assuming), show=dialect)))


def in_latex(of: Expr, result: Expr, assuming: Iterable[Assumption]) -> tuple[str, ...]:
    """The same in LaTeX."""
    return unmet(_smoothed(of), result, assuming=tuple(assuming), show=latex)


def _smoothed(e: Expr) -> Expr:
    """The same expression with squared norms, which are smooth, as sums of squares."""
    match e:
        case Apply(args=(Apply(op=op) as norm, Number(value=k))) if op in (NORM, FROBENIUS):
            if k > 0 and k % 2 == 0:
                squares = SUM_OF(_smoothed(norm.args[0]) ** 2)
                return squares if k == 2 else squares ** (k / 2)
    return rebuild(e, tuple(map(_smoothed, e.args)))


def _worded(text: str) -> str:
    """A condition without its LaTeX."""
    for mark, word in (("\\neq", "≠"), ("\\det", "det"), ("\\text{", ""), ("}", "")):
        text = text.replace(mark, word)
    return " ".join(text.split())
