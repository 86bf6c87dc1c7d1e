"""A rule: a claim with its title, conditions and sources; an ill-formed one cannot exist."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from rulebook.book.claims import Claim, Derivative, Differential, Pullback
from rulebook.book.conditions import unmet
from rulebook.book.imprint import Imprint
from rulebook.book.obligations import Equation, changes, named_twice
from rulebook.book.references import Cite
from rulebook.errors import RuleError, ShapeError
from rulebook.language.assumptions import Assumption
from rulebook.language.dims import array_shape
from rulebook.language.traverse import walk
from rulebook.language.tree import Apply, Expr
from rulebook.printing.latex import LATEX, latex
from rulebook.printing.layout import Layout
from rulebook.printing.notation import Notation
from rulebook.printing.numpy import module
from rulebook.printing.typst import TYPST
from rulebook.printing.unicode import UNICODE

__all__ = ["Erratum", "Mistake", "Rule"]


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """A wrong right side that people write, and why it is wrong; every check must refute it.

    >>> from rulebook.book import Mistake
    >>> from rulebook.language import matrix, vector
    >>> x, A = vector("x", "n"), matrix("A", "n", "n")
    >>> Mistake(equals=2 * (x.T @ A), why="true only if A is symmetric").why
    'true only if A is symmetric'
    """

    equals: Expr
    why: str


@dataclass(frozen=True, kw_only=True)
class _Entry:
    """What rules and errata share: a name for ever, a place in the book, sources."""

    title: str
    cites: tuple[Cite, *tuple[Cite, ...]]
    note: str = ""
    id: str = field(default="", compare=False)  #: its name for ever
    chapter: str = field(default="", compare=False)  #: the name of its module
    path: str = field(default="", compare=False)  #: that module as a path in its repository
    line: int = field(default=0, compare=False)  #: where it is stated there
    imprint: Imprint | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        if not self.cites:
            raise RuleError(f"{self.title!r} cites no source; a rule has at least one")

    @property
    def permalink(self) -> str:
        """Where its page stands for good; empty, if it stands in no book."""
        return self.imprint.permalink(self.id) if self.imprint else ""

    @property
    def sources(self) -> tuple[str, ...]:
        """The citations in words."""
        return tuple(cite.text for cite in self.cites)


@dataclass(frozen=True, kw_only=True, repr=False)
class Rule(_Entry):
    r"""One identity: stated once, everything else derived from the statement.

    >>> import rulebook
    >>> rule = rulebook.get("quadratic_form")
    >>> rule.title, rule.shapes
    ('Quadratic form', {'x': ('n',), 'A': ('n', 'n')})
    >>> print(rule.latex_parts("gradient")[0][1])
    \left(A^\top + A\right) \mathbf{x}
    """

    claim: Claim
    assuming: tuple[Assumption, ...] = ()  #: what has to be true of its symbols
    mistakes: tuple[Mistake, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        known = {*self.claim.symbols, *changes(self.claim)}
        for a in self.assuming:
            if a.symbol not in known:
                raise RuleError(
                    f"{self.title}: assumes something of {a.symbol.name}, which does not occur"
                )
        if clash := named_twice(self.claim):
            raise RuleError(f"{self.title}: {clash!r} names two things")
        for m in self.mistakes:
            mistaken(self.claim, m.equals)

    @property
    def shapes(self) -> dict[str, tuple[str, ...]]:
        """Each symbol's dimensions, as its NumPy array has them: vectors have one."""
        return {s.name: tuple(str(d) for d in array_shape(s.shape)) for s in self.claim.symbols}

    @property
    def statement(self) -> str:
        """The claim and its conditions as plain text; it changes exactly when the meaning does."""
        words = "; ".join(sorted(f"{a.symbol.name} {a.word}" for a in self.assuming))
        return self.claim.statement + (f"; assuming {words}" if words else "")

    @property
    def fingerprint(self) -> str:
        """A hash of the statement."""
        return hashlib.sha256(self.statement.encode()).hexdigest()[:16]

    @property
    def conditions(self) -> tuple[str, ...]:
        """Everything that must hold, in LaTeX: the assumptions, then what the operators need."""
        return self.conditions_in(LATEX)

    def conditions_in(self, notation: Notation) -> tuple[str, ...]:
        """The same in another notation."""
        said = (notation(a.symbol) + notation.aside(a.text) for a in self.assuming)
        smooth = any(o.along for o in self.claim.obligations)
        needed = unmet(*self.claim.sides.values(), assuming=self.assuming, smooth=smooth)
        return (*said, *(condition.written(notation) for condition in needed))

    def written(self, notation: Notation, layout: Layout = "numerator") -> str:
        """The rule in a notation, in numerator or denominator layout or the gradient convention.

        Raises RuleError for a layout there is not.
        """
        parts = self.claim.parts(notation, layout)
        return " = ".join(parts[0]) if len(parts) == 1 else notation.equations(parts)

    def latex(self, layout: Layout = "numerator") -> str:
        """The rule in LaTeX."""
        return self.written(LATEX, layout)

    def typst(self, layout: Layout = "numerator") -> str:
        """The rule in Typst, for between two dollar signs.

        >>> import rulebook
        >>> print(rulebook.get("quadratic_form").typst("gradient"))
        nabla_(bold(x)) thin bold(x)^top A bold(x) = (A^top + A) bold(x)
        """
        return self.written(TYPST, layout)

    def latex_parts(self, layout: Layout = "numerator") -> tuple[tuple[str, str], ...]:
        """The equations of the rule in LaTeX, left and right sides apart."""
        return self.claim.latex_parts(layout)

    def names(self, layout: Layout = "numerator") -> tuple[Equation, ...]:
        """What the names in the statement stand for; a name for all of it is no news."""
        said = next(iter(self.claim.sides.values()))
        every = isinstance(self.claim, Derivative | Pullback)
        return tuple(pair for pair in self.claim.names(layout) if pair[0] != said or every)

    @property
    def where(self) -> tuple[tuple[str, str], ...]:
        """What the names in the statement stand for, in LaTeX."""
        return tuple((latex(name), latex(body)) for name, body in self.names())

    def numpy(self) -> str:
        """Runnable NumPy source: the function and its derivative (or both sides).

        >>> import rulebook
        >>> print(rulebook.get("quadratic_form").numpy())
        import numpy as np
        <BLANKLINE>
        <BLANKLINE>
        def value(x, A):
            return x @ A @ x
        <BLANKLINE>
        <BLANKLINE>
        def gradient(x, A):
            return x @ (A + A.T)
        <BLANKLINE>
        """
        return module(self.claim.sides)

    def cite(self, form: str = "text") -> str:
        """How to cite the rule: ``text``, ``bibtex`` or ``csl`` (CSL-JSON).

        >>> import rulebook
        >>> rulebook.get("softmax").cite("bibtex").splitlines()[0]
        '@misc{rulebook-softmax,'
        """
        if self.imprint is None:
            raise RuleError(f"{self.title!r} stands in no book that could be cited")
        return self.imprint.cite(self.id, self.title, form)

    @property
    def operators(self) -> frozenset[str]:
        """The names of the operators in the statement."""
        nodes = (n for e in self.claim.sides.values() for n in walk(e) if isinstance(n, Apply))
        return frozenset(n.op.word for n in nodes)

    def _repr_markdown_(self) -> str:
        """How a notebook shows it."""
        where = "".join(f", where ${name} = {body}$" for name, body in self.where)
        where = where.removeprefix(", ")
        return f"**{self.title}** (`{self.id}`)\n\n$$\n{self.latex()}\n$$\n\n{where}"

    def __str__(self) -> str:
        return f"{self.id}: {self.title}"

    def __repr__(self) -> str:
        return f"Rule({self.id or self.title}: {_said(self.claim)})"


@dataclass(frozen=True, kw_only=True, repr=False)
class Erratum(_Entry):
    """A printed equation that is false: the claim as printed, and the rule that is right.

    ``printed`` is a claim that a check must refute, or a function that writes it and cannot,
    because its shapes do not fit. ``right`` is the id of the right rule, or words.

    >>> import rulebook
    >>> rulebook.check_erratum(rulebook.errata()[0]).ok
    True
    """

    printed: Claim | Callable[[], Claim]
    right: str
    items: tuple[str, ...] = ()
    assuming: tuple[Assumption, ...] = ()

    @property
    def refusal(self) -> str:
        """The language's own refusal to write the printed claim, if it has one."""
        if not callable(self.printed):
            return ""
        try:
            self.printed()
        except ShapeError as error:
            return str(error)
        raise RuleError(f"{self.title}: the printed claim was meant to be refused, and was not")

    def __str__(self) -> str:
        return f"{self.id}: {self.title}"

    def __repr__(self) -> str:
        said = self.refusal if callable(self.printed) else _said(self.printed)
        return f"Erratum({self.id or self.title}: {said})"


def _said(claim: Claim) -> str:
    return "; ".join(f"{left} = {right}" for left, right in claim.parts(UNICODE))


def mistaken(claim: Claim, equals: Expr) -> Claim:
    """The claim with another right side: as written by mistake."""
    if isinstance(claim, Derivative | Differential):
        return replace(claim, equals=equals)
    if isinstance(claim, Pullback):
        (x, _), *rest = claim.equals
        return Pullback(of=claim.of, cotangents=claim.cotangents, equals=((x, equals), *rest))
    return replace(claim, right=equals)
