"""``{rule:derivation}``: a derivation found while the page is read, each line with its rule."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives

import rulebook
from rulebook.claims import Derivative, d
from rulebook.deriving.derivation import lets_of
from rulebook.deriving.numbers import TOLERANCE, agree, points
from rulebook.errors import RulebookError
from rulebook.notation import latex
from rulebook.source import symbols, unspecified
from rulebook.sphinx_ext import parts
from rulebook.sphinx_ext.directives import BookDirective, layout, shapes
from rulebook.sphinx_ext.freshness import rules_by_id
from rulebook.sphinx_ext.markup import code, details, display, division, mark, math, paragraph
from rulebook.sphinx_ext.worked import opening, pairs

if TYPE_CHECKING:
    from docutils.nodes import Node

    from rulebook.deriving import Derivation
    from rulebook.rule import Rule

__all__ = ["DerivationDirective", "derived", "lines"]

SMALL = ("read-off", "tidy")  # moves that only turn and merge what is there
LANGUAGES = {"numpy": "NumPy", "jax": "JAX", "torch": "PyTorch"}


def given(text: str | None) -> dict[str, tuple[str, ...]]:
    """``A=m,n; x=n; c=`` as a mapping; a name alone is a scalar.

    >>> given("A=m,n; x=n; c=")
    {'A': ('m', 'n'), 'x': ('n',), 'c': ()}
    """
    return pairs((text or "").replace("=", ":"))


class DerivationDirective(BookDirective):
    """The derivative of an expression, line by line."""

    required_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar[dict[str, Any]] = {
        "wrt": directives.unchanged_required,
        "shape": given,
        "assume": given,
        "order": directives.positive_int,
        "layout": layout,
        "caption": directives.unchanged,
    }

    def run(self) -> list[Node]:
        self.domain.note(self.env.docname, "engine")
        text = " ".join(self.arguments[0].split())
        try:
            found = self.found(text)
        except RulebookError as error:
            self.warn("derivation", "%s: %s", text, error)
            return []
        for step in found.steps:
            self.domain.note_mention(self.env.docname, step.rule)
        made = self.card(found, text)
        self.set_source_info(made)
        return [made]

    def found(self, text: str) -> Derivation:
        """The derivation that is asked for."""
        return rulebook.derive(
            text,
            self.options.get("wrt", ""),
            shapes=self.options.get("shape", {}),
            assume=self.options.get("assume", {}),
            order=self.options.get("order", 1),
        )

    def card(self, found: Derivation, text: str) -> nodes.Element:
        """From the question to the code."""
        chosen = self.options.get("layout", "numerator")
        asked = [nodes.literal(text, text), nodes.Text(" by "), math(latex(found.wrt))]
        caption = self.inline(self.options["caption"]) if "caption" in self.options else asked
        verdict = mark("every line checked", "rule-verdict numeric")
        return division(
            "rule derivation",
            division("rule-head", paragraph(caption, classes="rule-title"), verdict),
            answer(found, chosen),
            parts.conditions([*parts.assumed(found.assuming), *found.conditions_latex]),
            shapes(symbols(found.of, found.wrt)),
            lines(self, found),
            division(
                "derivation-more", others(found, chosen), stacked(found), programs(found, chosen)
            ),
            paragraph(*compared(found), classes="rule-where"),
        )


@dataclass(frozen=True)
class Line:
    """One line; ``left`` is empty where it goes on from the line before."""

    left: str
    right: str
    rule: str
    phase: str


def told(found: Derivation) -> list[Line]:
    """The lines of a derivation in LaTeX."""
    made: list[Line] = []
    readings = [step for step in found.steps if step.phase == "layout"]
    before = None
    for step in found.steps:
        left = latex(step.before) if step.before != before else ""
        if step.phase == "layout":
            order = found.order if step is readings[-1] else 1
            claim = Derivative(of=found.of, wrt=found.wrt, equals=step.after, order=order)
            left = claim.left("numerator")
        made.append(Line(left, latex(step.after), step.rule, step.phase))
        before = step.after
    return made


def lines(page: BookDirective, found: Derivation) -> nodes.Element:
    """The steps in order, each beside its rule; a run of small moves is folded."""
    for step in found.steps:
        page.domain.note(page.env.docname, f"cells:{step.rule}")
    shown: list[Node] = []
    for small, group in groupby(told(found), key=lambda line: line.phase in SMALL):
        run = list(group)
        shown += [folded(page, run)] if small and len(run) > 1 else [one(page, x) for x in run]
    return division("worked", *shown, tag="ol")


def one(page: BookDirective, line: Line) -> nodes.Element:
    """A line beside its rule."""
    reason = page.domain.reference(line.rule, rules_by_id()[line.rule].title)
    return division(
        "worked-step", equation(line), division("worked-reason", paragraph(reason)), tag="li"
    )


def folded(page: BookDirective, run: list[Line]) -> nodes.Element:
    """Small moves under the last of them, to be opened."""
    count = division("worked-reason", f"{len(run)} moves")
    moves = division("worked", *(one(page, line) for line in run), tag="ol")
    return division("worked-run", details([equation(run[-1]), count], moves), tag="li")


def equation(line: Line) -> nodes.Element:
    """What a line says."""
    tex = opening(line.left, line.right) if line.left else f"{{}} = {line.right}"
    return division("worked-line", display(tex))


def answer(found: Derivation, layout: str) -> list[Node]:
    """The derivative, and what its names stand for."""
    named = [(latex(let), latex(let.body)) for let in lets_of(found.in_layout(layout))]
    tex = opening(*found.latex_parts(layout))
    return [division("rule-statement", display(tex)), *parts.where(named)]


def others(found: Derivation, chosen: str) -> list[Node]:
    """The answer in the layouts in which it reads differently."""
    _, *turned = parts.layouts(found.latex, chosen)
    return [
        details(parts.in_layout(layout), answer(found, layout), classes="rule-layout")
        for layout in turned
    ]


def stacked(found: Derivation) -> list[Node]:
    """A differential with both sides stacked, where the book can write that."""
    try:
        left, right = latex(found.of), latex(found.vec())
    except RulebookError:
        return []
    dx = rf"\mathrm{{d}}{latex(found.wrt)}"
    tex = rf"\mathrm{{d}}\operatorname{{vec}}({left}) = ({right}) \operatorname{{vec}}({dx})"
    return [details("Stacked by columns", display(tex), classes="rule-layout")]


def programs(found: Derivation, layout: str) -> list[Node]:
    """The answer as a function to copy."""
    return [
        details(name, code(found.module(language, layout), "python"))
        for language, name in LANGUAGES.items()
    ]


def compared(found: Derivation) -> list[Node]:
    """How the lines were checked."""
    worst = max(step.error for step in found.steps)
    how = found.steps[0].verdict.removeprefix("checked ")
    apart = f"they differ by {worst:.0e} at most" if worst else "they agree to rounding"
    return [nodes.Text(f"Each line was compared with the line before it {how}: {apart}.")]


def derived(rule: Rule) -> Derivation | None:
    """How a rule follows from the others, where that takes more than restating one."""
    claim = rule.claim
    if not isinstance(claim, Derivative) or unspecified(*claim.sides.values()):
        return None
    words: dict[str, tuple[str, ...]] = {}
    for a in rule.assuming:
        words[a.symbol.name] = (*words.get(a.symbol.name, ()), a.word)
    try:
        found = rulebook.derive(
            claim.of, claim.wrt, order=claim.order, assume=words, without={rule.id}
        )
    except RulebookError:
        return None
    moves = [step for step in found.steps if step.phase != "layout"]
    return found if len(moves) > 1 and _agrees(found, claim, words) else None


def _agrees(found: Derivation, claim: Derivative, words: dict[str, tuple[str, ...]]) -> bool:
    """Whether a derivation ends where the rule does."""
    if found.is_differential:
        return False
    known = {name: frozenset(many) for name, many in words.items()}
    some = points(claim.of, symbols(claim.of, claim.wrt), claim.wrt, (d(claim.wrt),), known)
    apart = [agree(point, found.result, claim.equals) for point in islice(some, 2)]
    return len(apart) == 2 and all(gap is not None and gap < TOLERANCE for gap in apart)
