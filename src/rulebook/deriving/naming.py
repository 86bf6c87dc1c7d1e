"""Names for what a result says more than once: ``let s = …``."""

from __future__ import annotations

from collections import Counter

from rulebook.deriving.algebra import Algebra, Term
from rulebook.dims import ONE
from rulebook.expr import Let, walk
from rulebook.source import numpy_text

__all__ = ["named"]

WORTH = 6  # characters that names must save
NAMES = {"scalar": "rstucd", "column": "rsuvhz", "matrix": "SMRHZQ"}
BY_OPERATOR = {"softmax": "p", "sigmoid": "s", "inverse": "M", "sum of entries": "t", "norm": "r"}


def named(algebra: Algebra, t: Term, taken: set[str]) -> Term:
    """``t`` with names for its repeated parts, the largest first; only where that is shorter."""
    taken = set(taken)
    while (part := _most(algebra, t)) is not None:
        name = _name(part, taken)
        taken.add(name)
        let = algebra.leaf(Let(name, algebra.show(part)), part.symbols)
        shorter = algebra.replace(t, {part: let, algebra.turn(part): algebra.turn(let)})
        if _length(algebra, t) - _length(algebra, shorter) < WORTH:
            return t
        t = shorter
    return t


def _most(algebra: Algebra, t: Term) -> Term | None:
    """The repeated part whose name would save most."""
    worth = {
        part: (count - 1) * part.cost
        for part, count in _counts(t).items()
        if count > 1 and part.args
    }
    return max(worth, key=lambda part: worth[part], default=None)


def _counts(t: Term) -> Counter[Term]:
    """How often each part is written, transposed or not."""
    found: Counter[Term] = Counter()

    def go(t: Term) -> None:
        if t.kind != "turned":
            found[t] += 1
        for a in t.args:
            go(a)

    go(t)
    return found


def _length(algebra: Algebra, t: Term) -> int:
    """Characters of NumPy source, a line for each name."""
    shown = algebra.show(t)
    lets = {n.name: n.body for n in walk(shown) if isinstance(n, Let)}
    return len(numpy_text(shown)) + sum(len(f"{n} = {numpy_text(b)}") for n, b in lets.items())


def _name(part: Term, taken: set[str]) -> str:
    kind = "scalar" if not part.shape else "column" if ONE in part.shape else "matrix"
    head = part.head.name if part.kind == "call" else ""
    first = BY_OPERATOR.get(head, "")
    first = first.upper() if kind == "matrix" else first.lower()
    pool: list[str] = [*first, *NAMES[kind], *(f"{NAMES[kind][0]}_{n}" for n in range(1, 100))]
    return next(n for n in pool if n not in taken)
