"""What a derivation is made of: steps, and a plain record of what was found.

The record stands below those who show it, retell it with the chain rule, and let people hold it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from rulebook.deriving import conditions
from rulebook.deriving.naming import named
from rulebook.deriving.stage import Stage
from rulebook.deriving.terms.term import Term
from rulebook.deriving.transcript import Transition
from rulebook.language.assumptions import SYMMETRIC, Assumption
from rulebook.language.traverse import inner_first, symbols
from rulebook.language.tree import Expr, Let, Symbol
from rulebook.printing.layout import Layout, layout_named

__all__ = ["ChainRecord", "Link", "Record", "Step", "lets_of"]


@dataclass(frozen=True)
class Step:
    """One use of one rule.

    >>> import rulebook
    >>> d = rulebook.derive("x @ x", wrt="x", shapes={"x": ("n",)})
    >>> [step.rule for step in d.steps]
    ['matrix_product_differential', 'transpose_differential', 'dot_product_by_second']

    ``before`` and ``after`` are whole lines, ``part`` and ``became`` what the rule changed;
    ``binding`` says what the rule's symbols stand for.
    """

    rule: str
    before: Expr
    after: Expr
    binding: Mapping[str, Expr]
    phase: str  # shorten | differential | read-off | tidy | layout
    part: Expr
    became: Expr
    verdict: str = "not checked"
    error: float = 0.0  # the largest relative difference between the two lines


@dataclass(eq=False, repr=False)
class Record:
    """A derivative, and how it was found."""

    of: Expr
    wrt: Symbol
    order: int
    stages: tuple[Stage, ...]
    assuming: tuple[Assumption, ...] = ()
    declared: frozenset[str] = frozenset()  # every name the reader gave a shape, used or not
    _laid: dict[Layout, Expr] = field(default_factory=dict)
    _verdicts: dict[Transition, tuple[str, float]] = field(default_factory=dict)

    @property
    def is_differential(self) -> bool:
        """Whether no matrix holds the answer: it is given as a differential, in dX."""
        return self.stages[-1].kind == "differential"

    @cached_property
    def result(self) -> Expr:
        """The derivative in numerator layout; long parts that repeat have names."""
        return self.in_layout("numerator")

    def in_layout(self, layout: Layout) -> Expr:
        """The derivative in numerator or denominator layout or in the gradient convention."""
        layout = layout_named(layout)
        if layout not in self._laid:
            self._laid[layout] = self._named(layout)
        return self._laid[layout]

    def _named(self, layout: Layout) -> Expr:
        last = self.stages[-1]
        same = tuple(a.symbol for a in self.assuming if SYMMETRIC in a.meaning.entailed)
        changes = frozenset(s.tangent for s in self.stages)
        return named(last.algebra, last.laid(layout), self._taken, changes, same)

    @property
    def _taken(self) -> set[str]:
        names = {s.name for s in symbols(self.of)} | {self.wrt.name}
        return names | {n for s in symbols(self.of) for dim in s.shape for n in dim.names}

    @property
    def lets(self) -> tuple[tuple[str, Expr], ...]:
        """The names the result gives to its repeated parts."""
        return tuple((let.name, let.body) for let in lets_of(self.result))

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Every use of a rule, in order."""
        return tuple(self._step(s, t) for s in self.stages for t in s.transitions)

    def _step(self, s: Stage, made: Transition) -> Step:
        show = s.algebra.show
        bound = {k.name: show(v) if isinstance(v, Term) else v for k, v in made.bound.items()}
        verdict, error = self._verdicts.get(made, ("not checked", 0.0))
        return Step(
            made.rule.id,
            show(made.before),
            show(made.after),
            bound,
            made.phase,
            show(made.part),
            show(made.became),
            verdict,
            error,
        )

    @cached_property
    def conditions(self) -> tuple[str, ...]:
        """What must hold for the answer, in the reader's symbols."""
        return conditions.in_words(self.of, self.stages[-1].result(), self.assuming)

    @cached_property
    def conditions_latex(self) -> tuple[str, ...]:
        return conditions.in_latex(self.of, self.stages[-1].result(), self.assuming)

    @cached_property
    def conditions_text(self) -> tuple[str, ...]:
        """The same as plain text."""
        return conditions.in_text(self.of, self.stages[-1].result(), self.assuming)


@dataclass(frozen=True, eq=False)
class Link:
    """A local Jacobian: ∂u/∂v, what it is, and the rules that say so."""

    left: Expr
    equals: Expr
    rules: tuple[str, ...]


@dataclass(frozen=True, eq=False, repr=False)
class ChainRecord:
    """A derivative found through intermediate variables, as the paper finds it."""

    found: Record
    variables: tuple[tuple[Let, Expr], ...]  # names and operations, inner first; last, all of it
    links: tuple[Link, ...]
    steps: tuple[Step, ...]
    left: Expr  # what is asked for: the derivative of the last variable
    in_names: Expr  # the answer in terms of the intermediate variables
    result: Expr  # the answer without them, in numerator layout

    @property
    def of(self) -> Expr:
        return self.found.of

    @property
    def wrt(self) -> Symbol:
        return self.found.wrt

    @property
    def conditions(self) -> tuple[str, ...]:
        """What must hold for the answer, in the reader's symbols."""
        return self.found.conditions


def lets_of(e: Expr) -> tuple[Let, ...]:
    """The names in an expression, each after those it needs."""
    return tuple(dict.fromkeys(n for n in inner_first(e) if isinstance(n, Let)))
