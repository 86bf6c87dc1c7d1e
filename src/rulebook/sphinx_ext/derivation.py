"""``{rule:derivation}``: a derivation found while the page is read, each line with its rule."""

from __future__ import annotations

from itertools import groupby, islice
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives

import rulebook
from rulebook.book.claims import Derivative, d
from rulebook.deriving.declared import Declared
from rulebook.deriving.present import lines as shown
from rulebook.deriving.present.answer import stacked_sides
from rulebook.deriving.verify import sampled
from rulebook.dialect.given import STYLES, size_typed
from rulebook.errors import RulebookError
from rulebook.language.traverse import symbols, unspecified
from rulebook.numeric.evaluate import agree
from rulebook.numeric.tolerance import LINE
from rulebook.printing.languages import LANGUAGES
from rulebook.printing.latex import latex
from rulebook.printing.layout import Layout
from rulebook.sphinx_ext import parts
from rulebook.sphinx_ext.directives import BookDirective, layout, shapes
from rulebook.sphinx_ext.markup import code, details, display, division, mark, math, paragraph
from rulebook.sphinx_ext.worked import opening, pairs

if TYPE_CHECKING:
    from docutils.nodes import Node

    from rulebook.book.rule import Rule
    from rulebook.deriving import Derivation
    from rulebook.deriving.declared import Said
    from rulebook.deriving.present.lines import Line, Told

__all__ = ["DerivationDirective", "derived", "lines"]


def given(text: str | None) -> dict[str, tuple[str, ...]]:
    """``A=m,n; x=n; c=`` as a mapping; a name alone is a scalar.

    >>> given("A=m,n; x=n; c=")
    {'A': ('m', 'n'), 'x': ('n',), 'c': ()}
    """
    return pairs((text or "").replace("=", ":"))


def shaped(text: str | None) -> dict[str, tuple[str | int, ...]]:
    """The same of sizes, which may be numbers.

    >>> shaped("W=256,n")
    {'W': (256, 'n')}
    """
    return {name: tuple(map(size_typed, sizes)) for name, sizes in given(text).items()}


class DerivationDirective(BookDirective):
    """The derivative of an expression, line by line."""

    required_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar[dict[str, Any]] = {
        "wrt": directives.unchanged_required,
        "shape": shaped,
        "assume": given,
        "order": directives.positive_int,
        "layout": layout,
        "style": lambda text: directives.choice(text, STYLES),
        "caption": directives.unchanged,
    }

    def run(self) -> list[Node]:
        self.domain.note(self.env.docname, "engine")
        text = " ".join(self.arguments[0].split())
        try:
            found = self.found(text)
            told = found.style(self.options.get("style", STYLES[0]))
            made = self.card(text, found, told)
        except RulebookError as error:
            self.warn("derivation", "%s: %s", text, error)
            return []
        for step in told.steps:
            self.domain.note_mention(self.env.docname, step.rule)
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

    def card(self, text: str, found: Derivation, told: Told) -> nodes.Element:
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
            lines(self, told, chosen),
            division(
                "derivation-more", others(found, chosen), stacked(found), programs(found, chosen)
            ),
            compared(told),
        )


def lines(page: BookDirective, found: Told, layout: Layout = "numerator") -> nodes.Element:
    """The lines in order, each beside its rule; a run of small moves is folded."""
    made: list[Node] = []
    for small, group in groupby(shown.lines(found, layout), key=lambda line: line.small):
        run = tuple(group)
        made += [folded(page, run)] if small and len(run) > 1 else [one(page, x) for x in run]
    return division("worked derived", *made, tag="ol")


def one(page: BookDirective, line: Line) -> nodes.Element:
    """A line beside what justifies it."""
    cited: list[Node] = []
    for rule in line.rules:
        page.domain.note(page.env.docname, f"cells:{rule.id}")
        cited += [nodes.Text(", ")] * bool(cited) + [page.domain.reference(rule.id, rule.title)]
    reason = paragraph(cited or line.why)
    return division("worked-step", equation(line), division("worked-reason", reason), tag="li")


def folded(page: BookDirective, run: tuple[Line, ...]) -> nodes.Element:
    """Small moves under where they lead, to be opened."""
    count = division("worked-reason", f"{len(run)} moves")
    moves = division("worked derived", *(one(page, line) for line in run), tag="ol")
    (last,) = shown.folded(run)
    return division("worked-run", details([equation(last), count], moves), tag="li")


def equation(line: Line) -> nodes.Element:
    """What a line says."""
    right = latex(line.right)
    tex = opening(latex(line.left), right) if line.left else f"{{}} = {right}"
    return division("worked-line", display(tex))


def answer(found: Derivation, layout: Layout) -> list[Node]:
    """The derivative, and what its names stand for."""
    tex = opening(*found.latex_parts(layout))
    named = [(latex(let), latex(body)) for let, body in shown.names(found, layout)]
    return [division("rule-statement", display(tex)), *parts.where(named)]


def others(found: Derivation, chosen: Layout) -> list[Node]:
    """The answer in the layouts in which it reads differently."""
    _, *turned = parts.layouts(found.latex, chosen)
    return [
        details(parts.in_layout(layout), answer(found, layout), classes="rule-layout")
        for layout in turned
    ]


def stacked(found: Derivation) -> list[Node]:
    """A differential with both sides stacked, where the book can write that."""
    try:
        left, right = stacked_sides(found, found.vec())
    except RulebookError:
        return []
    tex = f"{latex(left)} = {latex(right)}"
    return [details("Stacked by columns", display(tex), classes="rule-layout")]


def programs(found: Derivation, layout: Layout) -> list[Node]:
    """The answer as a function to copy."""
    return [
        details(language.title, code(found.module(name, layout), "python"))
        for name, language in LANGUAGES.items()
    ]


def compared(found: Told) -> nodes.paragraph:
    """How the lines were checked."""
    return paragraph(f"Checked: {shown.checked(found)}.", classes="rule-where")


def derived(rule: Rule) -> Derivation | None:
    """How a rule follows from the others, where that takes more than restating one."""
    claim = rule.claim
    if not isinstance(claim, Derivative) or unspecified(*claim.sides.values()):
        return None
    said = Declared.of(rule.assuming).words
    try:
        found = rulebook.derive(
            claim.of, claim.wrt, order=claim.order, assume=said, without={rule.id}
        )
    except RulebookError:
        return None
    moves = [step for step in found.steps if step.phase != "layout"]
    return found if len(moves) > 1 and _agrees(found, claim, said) else None


def _agrees(found: Derivation, claim: Derivative, said: Said) -> bool:
    """Whether a derivation ends where the rule does."""
    if found.is_differential:
        return False
    moves = ((claim.wrt, d(claim.wrt)),)
    some = sampled(claim.of, symbols(claim.of, claim.wrt), moves, said)
    apart = [agree(at, found.result, claim.equals) for at in islice(some, 2)]
    return len(apart) == 2 and all(gap is not None and gap < LINE for gap in apart)
