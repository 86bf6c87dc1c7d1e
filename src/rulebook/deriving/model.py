"""What a derivation is made of: steps, and a plain record of what was found.

The record stands below those who show it, retell it with the chain rule, and let people hold it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Self

from rulebook.book.conditions import unmet
from rulebook.deriving.declared import Declared
from rulebook.deriving.naming import named
from rulebook.deriving.rules import Rules, open_rules
from rulebook.deriving.stage import Outcome, Stage, differentiated
from rulebook.deriving.structured import restricted
from rulebook.deriving.transcript import Transition
from rulebook.deriving.verify import Verified, verified
from rulebook.errors import Refusal
from rulebook.language.assumptions import SYMMETRIC, Assumption
from rulebook.language.template import Style
from rulebook.language.traverse import inner_first, symbols
from rulebook.language.tree import Expr, Let, Symbol
from rulebook.numeric.tolerance import LINE
from rulebook.printing.latex import LATEX
from rulebook.printing.layout import LAYOUTS, Layout, layout_named
from rulebook.printing.numpy import DIALECT

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
    binding: Mapping[str, Expr] = field(hash=False)
    phase: str  #: a `Phase`; in the paper's style "local", "chain" or "tidy"
    part: Expr
    became: Expr
    verdict: str = "not checked"
    error: float = 0.0  #: the largest relative difference between the two lines


@dataclass(eq=False, repr=False)
class Record:
    """A derivative, and how it was found.

    What was found stands in expressions, and is all that is kept where a record is put away
    (pickled, copied); the work behind it is done once more where it is asked for.
    """

    of: Expr
    wrt: Symbol
    order: int
    assuming: tuple[Assumption, ...] = ()
    declared: frozenset[Symbol] = frozenset()  # all the reader gave a shape, used or not
    without: tuple[str, ...] = ()  #: rules that were left out
    _stages: tuple[Stage, ...] = ()
    structure: str = ""  #: of the variable, where its derivative is restricted to one
    _verified: Verified = field(default_factory=Verified)
    _laid: dict[Layout, Expr] = field(default_factory=dict)

    # ------------------------------------------------------------- the work
    @property
    def stages(self) -> tuple[Stage, ...]:
        """Each differentiation with its lines; once more by the book in use, if put away."""
        if not self._stages:
            tangents = self.outcomes[0].tangent, self.outcomes[-1].tangent
            declared = Declared.of(self.assuming)
            made = differentiated(self.of, self.wrt, self.order, tangents, self.rules, declared)
            *before, last = made
            self._stages = (*before, restricted(last, self.structure) if self.structure else last)
        return self._stages

    @property
    def rules(self) -> Rules:
        """The rules it goes by."""
        return self._stages[0].rules if self._stages else open_rules(self.without)

    def verified(self) -> Self:
        """Every line against the line before: itself. Raises Refusal where one fails."""
        self._verified = verified(self.stages, self.wrt, Declared.of(self.assuming).words)
        return self

    # ------------------------------------------------------------- what was found
    @cached_property
    def outcomes(self) -> tuple[Outcome, ...]:
        """What each differentiation gave."""
        return tuple(s.outcome for s in self.stages)

    @property
    def is_differential(self) -> bool:
        """Whether no matrix holds the answer: it is given as a differential, in dX."""
        return self.outcomes[-1].kind == "differential"

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
        """The answer with names for its parts, and a check that they have not changed it."""
        last = self.stages[-1]
        same = tuple(a.symbol for a in self.assuming if SYMMETRIC in a.meaning.entailed)
        changes = frozenset(s.tangent for s in self.stages)
        laid = last.laid(layout)
        found = last.algebra.show(laid)
        printed = named(last.algebra, laid, self._taken, changes, same)
        if printed is not found and self._verified.judged.apart(found, printed) > LINE:
            raise Refusal("the answer does not survive being printed", "layout", found)
        return printed

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
        return tuple(step for steps in self.by_stage for step in steps)

    @cached_property
    def by_stage(self) -> tuple[tuple[Step, ...], ...]:
        """The steps of each differentiation."""
        return tuple(tuple(self._step(s, t) for t in s.transitions) for s in self.stages)

    def _step(self, s: Stage, made: Transition) -> Step:
        show = s.algebra.show
        verdict, error = self._verified.verdicts.get(made, ("not checked", 0.0))
        return Step(
            made.rule.id,
            show(made.before),
            show(made.after),
            made.binding(s.algebra),
            made.phase,
            show(made.part),
            show(made.became),
            verdict,
            error,
        )

    @cached_property
    def conditions(self) -> tuple[str, ...]:
        """What must hold for the answer, in the text that people type."""
        return self.conditions_in(DIALECT)

    @cached_property
    def conditions_latex(self) -> tuple[str, ...]:
        """The same in LaTeX."""
        return self.conditions_in(LATEX)

    def conditions_in(self, style: Style) -> tuple[str, ...]:
        """What nothing assumed takes care of, in a notation."""
        needed = unmet(self.of, self.outcomes[-1].result, assuming=self.assuming)
        return tuple(condition.written(style) for condition in needed)

    # ------------------------------------------------------------- as a value
    def __getstate__(self) -> dict[str, Any]:
        given = ("of", "wrt", "order", "assuming", "declared", "without", "structure")
        laid = {layout: self.in_layout(layout) for layout in LAYOUTS}
        kept = {"outcomes": self.outcomes, "by_stage": self.by_stage, "_laid": laid}
        return {name: getattr(self, name) for name in given} | kept

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, _stages=(), _verified=Verified())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Record):
            return NotImplemented
        return self is other or self.__getstate__() == other.__getstate__()

    def __hash__(self) -> int:
        return hash((self.of, self.wrt, self.order, self.structure))

    def __repr__(self) -> str:
        again = f", order={self.order}" if self.order > 1 else ""
        among = f", among={self.structure}" if self.structure else ""
        return f"{type(self).__name__}({self.of}, wrt={self.wrt}{again}{among}: {self.result})"


@dataclass(frozen=True)
class Link:
    """A local Jacobian: ∂u/∂v, what it is, and the rules that say so."""

    left: Expr
    equals: Expr
    rules: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class ChainRecord:
    """A derivative found through intermediate variables, as the paper finds it."""

    found: Record
    variables: tuple[tuple[Let, Expr], ...]  #: names and operations, inner first; last, all of it
    links: tuple[Link, ...]
    steps: tuple[Step, ...]
    left: Expr  #: what is asked for: the derivative of the last variable
    in_names: Expr  #: the answer in terms of the intermediate variables
    result: Expr  #: the answer without them, in numerator layout

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.of}, wrt={self.wrt}: {self.result})"

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
