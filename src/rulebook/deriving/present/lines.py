"""Derivations for people: lines of mathematics, each with the rules that justify it.

A line per step, runs of small moves folded into one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TypeAlias

from rulebook.book import library
from rulebook.book.claims import Derivative
from rulebook.book.rule import Rule
from rulebook.deriving.model import ChainRecord, Record, Step, lets_of
from rulebook.deriving.present.answer import sides
from rulebook.language.template import Node
from rulebook.language.tree import Expr, Let
from rulebook.printing.latex import latex
from rulebook.printing.layout import Layout, layout_named

__all__ = ["Line", "Told", "checked", "folded", "lines", "names"]

Told: TypeAlias = Record | ChainRecord
SMALL = ("read-off", "tidy")


@dataclass(frozen=True)
class Line:
    """One line, its sides for a notation to write; ``left`` is None where it goes on."""

    left: Node | None
    right: Node
    cited: tuple[str, ...] = ()  # ids of rules
    small: bool = False  # a move that only turns and merges what is there
    why: str = ""  # in words, where no rule is needed

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that justify it, each once."""
        return tuple(library.get(id) for id in dict.fromkeys(self.cited))


def lines(found: Told, layout: Layout = "numerator") -> tuple[Line, ...]:
    """A line for each step that can be seen; the last is the answer, in the layout asked for.

    >>> import rulebook
    >>> from rulebook.printing.unicode import text
    >>> for line in lines(rulebook.derive("A @ x", wrt="x")):
    ...     print(text(line.left), "=", text(line.right), line.cited)
    d(A x) = A dx ('matrix_product_differential',)
    ∂(A x)/∂x = A ('linear_map',)
    """
    layout = layout_named(layout)
    if isinstance(found, Record):
        return tuple(_seen(_spine(found, layout)))
    return tuple(_seen(_chain(found, layout)))


def _seen(all_lines: Iterable[Line]) -> Iterator[Line]:
    """The lines without those that read as the one before; the next one cites their rules."""
    made = list(all_lines)
    left: Node | None = None
    before = ""
    cited: tuple[str, ...] = ()
    for n, line in enumerate(made):
        read = latex(line.right)
        same = read == (latex(line.left) if line.left else before) and n < len(made) - 1
        left, before, cited = line.left or left, read, (*cited, *line.cited)
        if not same:
            yield replace(line, left=left, cited=cited)
            left, cited = None, ()


def folded(all_lines: Iterable[Line]) -> tuple[Line, ...]:
    """The lines with each run of small moves as one, which cites all their rules."""
    made: list[Line] = []
    for small, run in groupby(all_lines, key=lambda line: line.small):
        group = tuple(run)
        made += [_joined(group)] if small else group
    return tuple(made)


def _joined(run: tuple[Line, ...]) -> Line:
    cited = tuple(id for line in run for id in line.cited)
    return Line(run[0].left, run[-1].right, cited, small=True)


def _spine(found: Record, layout: Layout) -> Iterator[Line]:
    """From d(f) to the derivative, and on to the second one."""
    *before, steps = found.by_stage
    for told, outcome in zip(before, found.outcomes, strict=False):
        left: Node | None = None
        if outcome.kind != "differential":
            claim = Derivative(of=found.of, wrt=found.wrt, equals=outcome.result)
            left = claim.left("numerator")
        yield from _stage(told, left)
    asked, right = sides(found, layout)
    *made, last = tuple(_stage(steps, asked)) or (Line(asked, right, why="the change itself"),)
    yield from made
    yield replace(last, right=right)


def _stage(steps: Iterable[Step], answer: Node | None) -> Iterator[Line]:
    """The lines of one differentiation; what is read off them is the ``answer``."""
    before = ""
    for step in steps:
        opens = not before or (before == "shorten" != step.phase)
        left = answer if step.phase == "layout" else step.before if opens else None
        yield Line(left, step.after, (step.rule,), step.phase in SMALL)
        before = step.phase


def _chain(found: ChainRecord, layout: Layout) -> Iterator[Line]:
    """Each name with its local Jacobians, and then their product."""
    right: Expr | None = None
    for let, local in found.variables:
        yield Line(let, local, why="a name")
        for link in found.links:
            if link.left.args[0] == let:
                right = link.equals
                yield Line(link.left, right, link.rules)
    for step in found.steps:
        if step.phase == "chain":
            yield Line(step.before, step.became, (step.rule,))
        if step.phase != "local":
            right, tidy = step.after, step.phase == "tidy"
            why = "" if tidy else "put in"
            yield Line(None, right, (step.rule,) if tidy else (), tidy, why)
    if right is None or latex(found.result) != latex(right):
        yield Line(None, found.result, why="names replaced")
    if layout != "numerator":
        claim = Derivative(of=found.of, wrt=found.wrt, equals=found.result)
        yield Line(*claim.equations(layout)[0], why="laid out")


def names(found: Told, layout: Layout = "numerator") -> tuple[tuple[Let, Expr], ...]:
    """What the names in the answer stand for; the paper's come first of all."""
    lets = lets_of(found.in_layout(layout)) if isinstance(found, Record) else ()
    return tuple((let, let.body) for let in lets)


def checked(found: Told) -> str:
    """How the lines were checked.

    >>> import rulebook
    >>> checked(rulebook.derive("A @ x", wrt="x", check=False))
    'not checked'
    """
    verdicts = {step.verdict for step in found.steps}
    if not verdicts:
        return "there is no step to check"
    if len(verdicts) > 1 or "not checked" in verdicts:
        return "not checked"
    worst = max(step.error for step in found.steps)
    apart = f"to {worst:.0e}" if worst else "to the last digit"
    return f"each line against the one before it, {verdicts.pop().partition(' ')[2]}: equal {apart}"
