"""Derivations for people: lines of mathematics, each with the rules that justify it.

A line per step, runs of small moves folded into one: `text` is for a terminal, `markdown` for a
notebook, where each line links to its rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby, islice
from typing import TYPE_CHECKING, TypeAlias

from rulebook.book import library
from rulebook.book.claims import Derivative
from rulebook.printing.latex import latex

if TYPE_CHECKING:
    from rulebook.book.rule import Rule
    from rulebook.deriving.derivation import Derivation, Step
    from rulebook.deriving.paper import PaperDerivation

    Shown: TypeAlias = Derivation | PaperDerivation

__all__ = ["Line", "checked", "folded", "lines", "markdown", "names", "text"]

SMALL = ("read-off", "tidy")


@dataclass(frozen=True)
class Line:
    """One line in LaTeX; ``left`` is empty where it goes on from the line before."""

    left: str
    right: str
    cited: tuple[str, ...] = ()  # ids of rules
    small: bool = False  # a move that only turns and merges what is there
    why: str = ""  # in words, where no rule is needed

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that justify it, each once."""
        return tuple(library.get(id) for id in dict.fromkeys(self.cited))


def lines(found: Shown, layout: str = "numerator") -> tuple[Line, ...]:
    r"""A line for each step that can be seen; the last is the answer, in the layout asked for.

    >>> import rulebook
    >>> for line in lines(rulebook.derive("A @ x", wrt="x")):
    ...     print(line.left, "=", line.right, line.cited)
    \mathrm{d}(A \mathbf{x}) = A \, \mathrm{d}\mathbf{x} ('matrix_product_differential',)
    \frac{\partial A \mathbf{x}}{\partial \mathbf{x}} = A ('linear_map',)
    """
    from rulebook.deriving.derivation import Derivation

    if isinstance(found, Derivation):
        return tuple(_seen(_spine(found, layout)))
    return tuple(_seen(_chain(found, layout)))


def _seen(all_lines: Iterable[Line]) -> Iterator[Line]:
    """The lines without those that read as the one before; the next one cites their rules."""
    made = list(all_lines)
    left, right = "", ""
    cited: tuple[str, ...] = ()
    for n, line in enumerate(made):
        same = line.right == (line.left or right) and n < len(made) - 1
        left, right, cited = line.left or left, line.right, (*cited, *line.cited)
        if not same:
            yield replace(line, left=left, cited=cited)
            left, cited = "", ()


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


def _spine(found: Derivation, layout: str) -> Iterator[Line]:
    """From d(f) to the derivative, and on to the second one."""
    steps = iter(found.steps)
    for stage in found.stages[:-1]:
        left = ""
        if stage.kind != "differential":
            claim = Derivative(of=found.of, wrt=found.wrt, equals=stage.result())
            left = claim.left("numerator")
        yield from _stage(islice(steps, len(stage.lines)), left)
    left, right = found.latex_parts(layout)
    *made, last = _stage(steps, left)
    yield from made
    yield replace(last, right=right)


def _stage(steps: Iterable[Step], answer: str) -> Iterator[Line]:
    """The lines of one differentiation; what is read off them is the ``answer``."""
    before = ""
    for step in steps:
        opens = not before or (before == "shorten" != step.phase)
        left = answer if step.phase == "layout" else latex(step.before) if opens else ""
        yield Line(left, latex(step.after), (step.rule,), step.phase in SMALL)
        before = step.phase


def _chain(found: PaperDerivation, layout: str) -> Iterator[Line]:
    """Each name with its local Jacobians, and then their product."""
    right = ""
    for let, local in found.variables:
        yield Line(latex(let), latex(local), why="a name")
        for link in found.links:
            if link.left.args[0] == let:
                right = latex(link.equals)
                yield Line(latex(link.left), right, link.rules)
    for step in found.steps:
        if step.phase == "chain":
            yield Line(latex(step.before), latex(step.became), (step.rule,))
        if step.phase != "local":
            right, tidy = latex(step.after), step.phase == "tidy"
            why = "" if tidy else "put in"
            yield Line("", right, (step.rule,) if tidy else (), tidy, why)
    if latex(found.result) != right:
        yield Line("", latex(found.result), why="names replaced")
    if layout != "numerator":
        claim = Derivative(of=found.of, wrt=found.wrt, equals=found.result)
        yield Line(*claim.latex_parts(layout)[0], why="laid out")


def names(found: Shown, layout: str = "numerator") -> tuple[tuple[str, str], ...]:
    """What the names in the answer stand for, in LaTeX; the paper's come first of all."""
    from rulebook.deriving.derivation import Derivation, lets_of

    lets = lets_of(found.in_layout(layout)) if isinstance(found, Derivation) else ()
    return tuple((latex(let), latex(let.body)) for let in lets)


def checked(found: Shown) -> str:
    """How the lines were checked.

    >>> import rulebook
    >>> checked(rulebook.derive("A @ x", wrt="x", check=False))
    'not checked'
    """
    verdicts = {step.verdict for step in found.steps}
    if verdicts != {found.steps[0].verdict} or "not checked" in verdicts:
        return "not checked"
    worst = max(step.error for step in found.steps)
    apart = f"to {worst:.0e}" if worst else "to the last digit"
    return f"each line against the one before it, {verdicts.pop().partition(' ')[2]}: equal {apart}"


def text(found: Shown, layout: str = "numerator") -> str:
    """The derivation for a terminal: each line with the ids of its rules.

    >>> import rulebook
    >>> print(text(rulebook.derive("A @ x", wrt="x")))
    d(A x) = A dx  [matrix_product_differential]
    ∂(A x)/∂x = A  [linear_map]
    """
    from rulebook.printing.unicode import plain

    out: list[str] = []
    for line in folded(lines(found, layout)):
        cited = ", ".join(dict.fromkeys(line.cited))
        start = plain(line.left) or " "
        out.append(f"{start} = {plain(line.right)}" + (f"  [{cited}]" if cited else ""))
    where = [f"{plain(name)} = {plain(body)}" for name, body in names(found, layout)]
    return "\n".join([*out, *([f"where {', '.join(where)}"] if where else [])])


def markdown(found: Shown, layout: str = "numerator") -> str:
    """The derivation for a notebook: a table of lines, each with links to its rules."""
    rows = ["| | | |", "|--:|:--|:--|"]
    for line in folded(lines(found, layout)):
        links = ", ".join(f"[{r.title}]({r.permalink})" for r in line.rules) or line.why
        left = _cell(line.left) if line.left else ""
        rows.append(f"| {left} | {_cell('= ' + line.right)} | {links} |")
    where = [f"${name} = {body}$" for name, body in names(found, layout)]
    tail = f"\n\nwhere {', '.join(where)}" if where else ""
    return "\n".join(rows) + tail


def _cell(tex: str) -> str:
    """Mathematics in a cell, where a bar would end the cell."""
    return rf"$\displaystyle {tex.replace('|', chr(92) + 'vert ')}$"
