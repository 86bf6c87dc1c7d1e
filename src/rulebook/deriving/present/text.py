"""A derivation as text for a terminal, and as a table for a notebook."""

from __future__ import annotations

from rulebook.deriving.present.lines import Told, folded, lines, names
from rulebook.printing.latex import latex
from rulebook.printing.layout import Layout
from rulebook.printing.unicode import text as plain

__all__ = ["markdown", "text"]


def text(found: Told, layout: Layout = "numerator") -> str:
    """The derivation for a terminal: each line with the ids of its rules.

    >>> import rulebook
    >>> print(text(rulebook.derive("A @ x", wrt="x")))
    d(A x) = A dx  [matrix_product_differential]
    ∂(A x)/∂x = A  [linear_map]
    """
    out: list[str] = []
    for line in folded(lines(found, layout)):
        cited = ", ".join(dict.fromkeys(line.cited))
        start = plain(line.left) if line.left else " "
        out.append(f"{start} = {plain(line.right)}" + (f"  [{cited}]" if cited else ""))
    where = [f"{plain(name)} = {plain(body)}" for name, body in names(found, layout)]
    return "\n".join([*out, *([f"where {', '.join(where)}"] if where else [])])


def markdown(found: Told, layout: Layout = "numerator") -> str:
    """The derivation for a notebook: a table of lines, each with links to its rules."""
    rows = ["| | | |", "|--:|:--|:--|"]
    for line in folded(lines(found, layout)):
        links = ", ".join(f"[{r.title}]({r.permalink})" for r in line.rules) or line.why
        left = _cell(latex(line.left)) if line.left else ""
        rows.append(f"| {left} | {_cell('= ' + latex(line.right))} | {links} |")
    where = [f"${latex(name)} = {latex(body)}$" for name, body in names(found, layout)]
    tail = f"\n\nwhere {', '.join(where)}" if where else ""
    return "\n".join(rows) + tail


def _cell(tex: str) -> str:
    """Mathematics in a cell, where a bar would end the cell."""
    return rf"$\displaystyle {tex.replace('|', chr(92) + 'vert ')}$"
