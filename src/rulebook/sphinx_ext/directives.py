"""What all directives of the domain share, and the cards and tables of rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from rulebook.printing.latex import latex, shape_latex
from rulebook.printing.layout import Layout, layout_named
from rulebook.sphinx_ext import parts
from rulebook.sphinx_ext.cache import Checks
from rulebook.sphinx_ext.domain import rule_domain, unknown
from rulebook.sphinx_ext.freshness import rules_by_id
from rulebook.sphinx_ext.markup import Content, division, math, paragraph, table
from rulebook.sphinx_ext.prose import read

if TYPE_CHECKING:
    from collections.abc import Iterable

    from docutils.nodes import Node

    from rulebook import Report
    from rulebook.book.rule import Rule
    from rulebook.language.tree import Symbol
    from rulebook.sphinx_ext.domain import RuleDomain

__all__ = ["BookDirective", "ShowDirective", "TableDirective", "layout", "shapes"]

logger = logging.getLogger(__name__)


def layout(text: str | None) -> Layout:
    """The option ``:layout:``."""
    return layout_named((text or "").strip())


class BookDirective(SphinxDirective):
    """A directive that reads the book and remembers what it read."""

    @property
    def domain(self) -> RuleDomain:
        return rule_domain(self.env)

    @property
    def checks(self) -> Checks:
        return Checks(self.env.doctreedir)

    def warn(self, subtype: str, message: str, *args: object, line: int | None = None) -> None:
        """Warn at the directive, or at one of its lines."""
        place = (self.env.docname, line) if line else self.get_location()
        logger.warning(message, *args, location=place, type="rulebook", subtype=subtype)

    def rule(self, id: str) -> Rule | None:
        """A rule that this page shows; an unknown one is a warning."""
        self.domain.note(self.env.docname, f"rule:{id}")
        rule = rules_by_id().get(id)
        if rule is None:
            unknown(id, self.get_location())
            return None
        self.domain.note_mention(self.env.docname, id)
        return rule

    def new_id(self, prefix: str) -> str:
        """An id that is not yet used on the page."""
        return f"{prefix}-{self.env.new_serialno(prefix) + 1}"

    def inline(self, text: str) -> list[Node]:
        """Text with markup, as the page's parser reads it."""
        found, messages = self.parse_inline(" ".join(text.split()))
        return [*found, *messages]

    def report(self, rule: Rule) -> Report:
        """What the check of a rule found."""
        return self.checks.rule(rule.id)

    @property
    def judging(self) -> bool:
        """Whether rules are shown with their verdicts, which takes a check of each."""
        return bool(self.config.rulebook_check or self.config.rulebook_pages)

    def verdict(self, rule: Rule) -> list[Node]:
        """The verdict on a rule, if the project wants to see it."""
        return [parts.verdict(self.report(rule))] if self.judging else []

    def prose(self, text: str) -> list[Node]:
        """What the book says, whatever this page is written in."""
        return read(self.domain, text)


class ShowDirective(BookDirective):
    """```{rule:show} softmax```: a card with the statement and its verdict."""

    required_arguments = 1
    option_spec: ClassVar[dict[str, Any]] = {"layout": layout}

    def run(self) -> list[Node]:
        rule = self.rule(self.arguments[0])
        if rule is None:
            return []
        title = paragraph(self.domain.reference(rule.id, rule.title), classes="rule-title")
        card = division(
            "rule",
            division("rule-head", title, self.verdict(rule)),
            parts.statement(rule, self.options.get("layout", "numerator")),
            parts.where(rule.where),
            shapes(rule.claim.symbols),
            parts.conditions(rule.conditions),
            [paragraph(self.prose(rule.note), classes="rule-note")] if rule.note else [],
        )
        self.set_source_info(card)
        return [card]


def shapes(many: Iterable[Symbol]) -> list[Node]:
    """The shapes of symbols in one line."""
    said: list[Node] = []
    for s in many:
        if s.shape:
            said += [nodes.Text(", " if said else ""), math(latex(s)), nodes.Text(" is ")]
            said += [math(shape_latex(s.shape))]
    return [paragraph("Shapes: ", said, ".", classes="rule-where")] if said else []


COLUMNS = (
    "rule", "f", "wrt", "derivative", "verdict", "statement", "shape", "conditions", "numpy",
    "source",
)  # fmt: skip
HEADS = {
    "rule": "rule",
    "f": "function",
    "wrt": "with respect to",
    "derivative": "derivative",
    "verdict": "verdict",
    "statement": "statement",
    "shape": "shape",
    "conditions": "provided that",
    "numpy": "in NumPy",
    "source": "source",
}


def columns(text: str | None) -> tuple[str, ...]:
    """The option ``:show:``."""
    chosen = tuple((text or "").replace(",", " ").split())
    if odd := [c for c in chosen if c not in COLUMNS]:
        raise ValueError(f"no column {odd[0]!r}; the columns are {', '.join(COLUMNS)}")
    return chosen


class TableDirective(BookDirective):
    """```{rule:table}```: rules in rows, one id a line."""

    has_content = True
    option_spec: ClassVar[dict[str, Any]] = {
        "caption": directives.unchanged,
        "layout": layout,
        "show": columns,
        "name": directives.unchanged,
    }

    def run(self) -> list[Node]:
        chosen = self.options.get("show", COLUMNS[: 4 + self.judging])
        ids = [line.strip() for line in self.content if line.strip()]
        found = [rule for id in ids if (rule := self.rule(id)) is not None]
        caption = self.options.get("caption", "")
        made = table(
            [HEADS[c] for c in chosen],
            [[self.cell(c, rule) for c in chosen] for rule in found],
            caption=self.inline(caption) if caption else "",
            classes="rule-table",
            id=self.new_id("rule-table"),
        )
        self.set_source_info(made)
        self.add_name(made)
        return [made] if found else []

    def cell(self, column: str, rule: Rule) -> Content:
        """What a rule has in a column."""
        layout = self.options.get("layout", "numerator")
        match column:
            case "rule":
                return self.domain.reference(rule.id, rule.title)
            case "f":
                return _formulas(parts.functions(rule))
            case "wrt":
                return _formulas(parts.variables(rule)) or "–"
            case "derivative":
                return _formulas(parts.derivatives(rule, layout))
            case "verdict":
                return parts.verdict(self.report(rule))
            case "statement":
                return _formulas([f"{left} = {right}" for left, right in rule.latex_parts(layout)])
            case "shape":
                return math(shape_latex(parts.result(rule)))
            case "conditions":
                return _formulas(list(rule.conditions)) or "–"
            case "numpy":
                code = parts.numpy_line(rule)
                return nodes.literal(code, code)
        return "; ".join(rule.sources)


def _formulas(many: list[str]) -> list[Node]:
    out: list[Node] = []
    for tex in many:
        out += [nodes.Text(", ")] * bool(out) + [math(rf"\displaystyle {tex}")]
    return out
