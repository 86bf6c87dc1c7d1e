"""Names for what a result says more than once: ``let s = …``."""

from __future__ import annotations

from collections import Counter

from rulebook.deriving.algebra import Algebra, Term
from rulebook.dims import ONE
from rulebook.expr import Let, Symbol
from rulebook.source import numpy_text

__all__ = ["named"]

WORTH = 6  # characters that a name must save
MOST = 12  # names in one answer
NAMES = {"scalar": "rstucd", "column": "rsuvhz", "matrix": "SMRHZQ"}
BY_OPERATOR = {"softmax": "p", "sigmoid": "s", "inverse": "M", "sum of entries": "t", "norm": "r"}


def named(algebra: Algebra, t: Term, taken: set[str], changes: frozenset[Symbol]) -> Term:
    """``t`` with names for its repeated parts, the largest first; only where that is shorter.

    What holds one of the ``changes`` gets no name: a differential is read in dX.
    """
    taken = set(taken)
    for _ in range(MOST):
        part, count = _most(algebra, t, changes)
        if part is None or _saved(algebra, part, count) < WORTH:
            return t
        name = _name(part, taken)
        taken.add(name)
        let = algebra.leaf(Let(name, algebra.show(part)), part.symbols)
        t = algebra.replace(t, {part: let, algebra.turn(part): algebra.turn(let)})
    return t


def _most(algebra: Algebra, t: Term, changes: frozenset[Symbol]) -> tuple[Term | None, int]:
    """The repeated part whose name would save most, and how often it is written."""
    counts = {
        part: n
        for part, n in _counts(algebra, t).items()
        if n > 1 and part.args and not part.symbols & changes
    }
    best = max(counts, key=lambda part: (counts[part] - 1) * part.cost, default=None)
    return best, counts[best] if best is not None else 0


def _saved(algebra: Algebra, part: Term, count: int) -> int:
    """Characters of NumPy source that a name of one letter saves: ``s = part`` is a line more."""
    length = len(numpy_text(algebra.show(part)))
    return count * (length - 1) - (length + 4)


def _counts(algebra: Algebra, t: Term) -> Counter[Term]:
    """How often each part is written, transposed or not."""
    found: Counter[Term] = Counter()

    def go(t: Term) -> None:
        if t.kind != "turned":
            other = algebra.turn(t)
            found[other if other in found else t] += 1
        for a in t.args:
            go(a)

    go(t)
    return found


def _name(part: Term, taken: set[str]) -> str:
    kind = "scalar" if not part.shape else "column" if ONE in part.shape else "matrix"
    head = part.head.name if part.kind == "call" else ""
    first = BY_OPERATOR.get(head, "")
    first = first.upper() if kind == "matrix" else first.lower()
    pool: list[str] = [*first, *NAMES[kind], *(f"{NAMES[kind][0]}_{n}" for n in range(1, 100))]
    return next(n for n in pool if n not in taken)
