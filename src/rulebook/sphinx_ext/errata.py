"""``{rule:erratum}``, ``{rule:erratum-table}``: what is printed, what refutes it, what is right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes

from rulebook.book.rule import Erratum
from rulebook.sphinx_ext.directives import BookDirective
from rulebook.sphinx_ext.domain import unknown
from rulebook.sphinx_ext.freshness import errata_by_id, rules_by_id
from rulebook.sphinx_ext.markup import Content, display, division, mark, math, paragraph, table

if TYPE_CHECKING:
    from docutils.nodes import Node

    from rulebook import Report

__all__ = ["ErratumDirective", "ErratumTableDirective"]


class _Errata(BookDirective):
    def evidence(self, erratum: Erratum) -> str:
        """Why what is printed is false, in numbers or in shapes."""
        report: Report = self.checks.erratum(erratum.id)
        if not report.ok:
            self.warn("check", "erratum %s is not confirmed: %s", erratum.id, report)
        return str(report.counterexample) if report.counterexample else report.reason

    def right(self, erratum: Erratum) -> Content:
        """The right statement: a rule, or words."""
        rule = rules_by_id().get(erratum.right)
        if rule is None:
            return self.prose(erratum.right)
        self.domain.note(self.env.docname, f"rule:{rule.id}")
        self.domain.note_mention(self.env.docname, rule.id)
        return [
            math(rf"\displaystyle {rule.latex()}"),
            nodes.Text(" "),
            self.domain.reference(rule.id, rule.title),
        ]


def printed(erratum: Erratum) -> list[str]:
    """The printed equations in LaTeX; none if the language cannot write them."""
    if callable(erratum.printed):
        return []
    return [f"{left} = {right}" for left, right in erratum.printed.latex_parts()]


class ErratumDirective(_Errata):
    """```{rule:erratum} id```: one misprint."""

    required_arguments = 1

    def run(self) -> list[Node]:
        id = self.arguments[0]
        self.domain.note(self.env.docname, f"erratum:{id}")
        erratum = errata_by_id().get(id)
        if erratum is None:
            unknown(id, self.get_location())
            return []
        self.domain.note_mention(self.env.docname, id)
        formulas: list[Node] = [display(tex) for tex in printed(erratum)]
        shown: list[Node] = formulas or [paragraph("an equation whose shapes do not fit")]
        card = division(
            "erratum",
            paragraph(self.domain.reference(id, erratum.title), classes="rule-title"),
            _pair("erratum-printed", "As printed", shown),
            _pair("erratum-right", "Right", [paragraph(self.right(erratum))]),
            paragraph(
                "Counterexample: ", self.evidence(erratum), ".", classes="erratum-counterexample"
            ),
            [paragraph(self.prose(erratum.note))] if erratum.note else [],
        )
        self.set_source_info(card)
        return [card]


def _pair(classes: str, label: str, shown: list[Node]) -> Node:
    return division(classes, mark(label, "erratum-label"), division("erratum-shown", shown))


class ErratumTableDirective(_Errata):
    """```{rule:erratum-table}```: every misprint of the book; references to errata lead here."""

    def run(self) -> list[Node]:
        self.domain.note(self.env.docname, "book")
        rows = [self.row(erratum) for erratum in errata_by_id().values()]
        head = ["erratum", "where", "as printed", "refuted by", "right"]
        return (
            [
                table(
                    head,
                    rows,
                    caption="Errata, each refuted by computation",
                    classes="errata",
                    id=self.new_id("errata"),
                )
            ]
            if rows
            else []
        )

    def row(self, erratum: Erratum) -> list[Content]:
        docname = self.env.docname
        anchor = f"erratum-{erratum.id}"
        self.domain.note(docname, f"erratum:{erratum.id}")
        self.domain.note_object(erratum.id, docname, anchor, "erratum", erratum.title)
        places = "; ".join(c.where or c.key for c in erratum.cites)
        formulas: list[Node] = [math(rf"\displaystyle {tex}") for tex in printed(erratum)]
        shown = formulas or [nodes.Text("shapes do not fit")]
        return [
            mark(erratum.title, "erratum-title", id=anchor),
            places,
            shown,
            self.evidence(erratum),
            self.right(erratum),
        ]
