"""What every claim comes down to, and what all kinds of claims share.

An obligation: "differentiate ``left`` along these tangents; the result is ``right``". Each check
reads obligations only, so it has no case for a kind of claim.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from rulebook.language.dims import show
from rulebook.language.template import Node
from rulebook.language.traverse import symbols, walk
from rulebook.language.tree import Expr, Index, Let, Symbol
from rulebook.printing.latex import LATEX
from rulebook.printing.layout import Layout, laid, layout_named
from rulebook.printing.notation import Notation

__all__ = ["Equation", "Obligation", "Stated", "changes", "named_twice"]

Equation: TypeAlias = "tuple[Node, Node]"  # its two sides, for a notation to write


@dataclass(frozen=True)
class Obligation:
    """``left``, differentiated once for each of ``along``, equals ``right``.

    Each of ``along`` maps the symbols that move to their tangents; none at all means equality.
    """

    label: str
    left: Expr
    along: tuple[tuple[tuple[Symbol, Symbol], ...], ...]
    right: Expr


@dataclass(frozen=True, kw_only=True)
class Stated:
    """What all claims share."""

    @property
    def sides(self) -> dict[str, Expr]:
        """The expressions a reader would want as code, by the name of the function."""
        raise AssertionError

    @property
    def obligations(self) -> tuple[Obligation, ...]:
        """What has to hold for the claim to be true."""
        raise AssertionError

    def equations(self, layout: Layout = "numerator") -> tuple[Equation, ...]:
        """The equations of the claim in a layout, left and right sides apart."""
        raise AssertionError

    def names(self, layout: Layout = "numerator") -> tuple[Equation, ...]:
        """What the names in the equations stand for."""
        return tuple((let, laid(let.body, layout)) for let in self.lets)

    def parts(
        self, notation: Notation, layout: Layout = "numerator"
    ) -> tuple[tuple[str, str], ...]:
        """The equations in a notation. Raises RuleError for a layout there is not."""
        chosen = layout_named(layout)
        return tuple((notation(left), notation(right)) for left, right in self.equations(chosen))

    def latex_parts(self, layout: Layout = "numerator") -> tuple[tuple[str, str], ...]:
        """The equations in LaTeX, left and right sides apart."""
        return self.parts(LATEX, layout)

    @property
    def symbols(self) -> tuple[Symbol, ...]:
        """The symbols of the statement in order of appearance."""
        return symbols(*self.sides.values())

    @property
    def lets(self) -> tuple[Let, ...]:
        """The subexpressions that the statement gives names to."""
        nodes = (node for e in self.sides.values() for node in walk(e) if isinstance(node, Let))
        return tuple(dict.fromkeys(nodes))

    @property
    def statement(self) -> str:
        """The claim as plain text that changes exactly when its meaning does."""
        shapes = ", ".join(
            f"{s.name} {show(s.shape)}" for s in sorted(self.symbols, key=lambda s: s.name)
        )
        sides = "; ".join(f"{name} {e.prefix()}" for name, e in self.sides.items())
        moves = {x.name for o in self.obligations for pairs in o.along for x, _ in pairs}
        by = f" by {', '.join(sorted(moves))}" if moves else ""
        return f"{type(self).__name__}{by}: {sides}; {shapes}"


def changes(claim: Stated) -> tuple[Symbol, ...]:
    """The tangents along which a claim differentiates."""
    return tuple(dx for o in claim.obligations for moves in o.along for _, dx in moves)


def named_twice(claim: Stated) -> str:
    """A name that stands for two things in a claim, its changes and dimensions, or nothing."""
    known = dict.fromkeys([*claim.symbols, *changes(claim)])
    names = [s.name for s in known] + [let.name for let in claim.lets]
    sizes = {n for s in claim.symbols for size in s.shape for n in size.names}
    nodes = (n for e in claim.sides.values() for n in walk(e))
    indices = {n.name for n in nodes if isinstance(n, Index)}
    twice = {n for n in names if names.count(n) > 1} | (set(names) & sizes)
    return min(twice | (indices & (sizes | set(names))), default="")
