"""``{rule:page}``: everything on the page of one rule, from its entry."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes

from rulebook.book import library
from rulebook.checks.verdict import sizes_said
from rulebook.sphinx_ext import parts
from rulebook.sphinx_ext.derivation import compared, derived, lines
from rulebook.sphinx_ext.directives import BookDirective
from rulebook.sphinx_ext.freshness import LIBRARIES
from rulebook.sphinx_ext.instance import instance
from rulebook.sphinx_ext.markup import (
    Content,
    beside,
    button,
    code,
    details,
    display,
    division,
    listed,
    mark,
    math,
    paragraph,
    section,
    table,
)
from rulebook.sphinx_ext.mentions import mentions

if TYPE_CHECKING:
    from docutils.nodes import Node

    from rulebook import Report
    from rulebook.book.rule import Rule

__all__ = ["PageDirective"]

HOW = {
    "refuted": "refuted",
    "refused": "refused: its shapes do not fit",
    "equivalent": "proved to say the same",
    "survived": "not told apart",
}


class PageDirective(BookDirective):
    """The whole page of a rule, its heading included."""

    required_arguments = 1

    def run(self) -> list[Node]:
        rule = self.rule(self.arguments[0])
        if rule is None:
            return []
        docname = self.env.docname
        self.domain.note(docname, f"page:{rule.id}")
        self.domain.note_object(rule.id, docname, "", "rule", rule.title)
        self.domain.data["mentions"].get(docname, set()).discard(rule.id)
        report = self.report(rule)
        if not report.ok:
            self.warn("check", "%s: the check does not confirm this rule: %s", rule.id, report)
        page = section(rule.title, nodes.make_id(rule.id), *self.blocks(rule, report))
        self.set_source_info(page)
        index = addnodes.index(
            entries=[("single", f"{rule.title} (rule)", page["ids"][0], "", None)]
        )
        return [index, page]

    def blocks(self, rule: Rule, report: Report) -> list[nodes.Node]:
        """The page from top to bottom."""
        return [
            self.top(rule, report),
            *([paragraph(self.prose(rule.note), classes="rule-note")] if rule.note else []),
            *self.other_layouts(rule),
            section(
                "Symbols and shapes", "symbols", parts.symbol_table(rule), *parts.standing(rule)
            ),
            *self.derivation(rule),
            section("What was verified", "verification", evidence(report)),
            *self.numpy(rule),
            *self.variants(report),
            section("Sources", "sources", self.sources(rule)),
            self.in_the_book(rule),
            *self.citing(rule),
        ]

    def top(self, rule: Rule, report: Report) -> Node:
        """The statement, large, with its verdict."""
        chapter = self.chapter_link(rule)
        return division(
            "rule rule-page",
            division(
                "rule-head", paragraph(chapter, classes="rule-chapter"), parts.verdict(report)
            ),
            parts.statement(rule),
            parts.where(rule.where),
            parts.conditions(rule.conditions),
        )

    def chapter_link(self, rule: Rule) -> Node:
        title = library.book().chapter(rule.chapter).title
        return self.domain.reference(rule.chapter, title, role="chapter")

    def other_layouts(self, rule: Rule) -> list[Node]:
        """The same statement in the layouts in which it reads differently."""
        _, *others = parts.layouts(rule.latex).items()
        return [
            details(parts.in_layout(layout), display(tex), classes="rule-layout")
            for layout, tex in others
        ]

    def derivation(self, rule: Rule) -> list[Node]:
        """How the rule follows from the others."""
        found = derived(rule)
        if found is None:
            return []
        words = paragraph("How it follows from other rules of the book.")
        return [section("Derivation", "derivation", words, lines(self, found), compared(found))]

    def numpy(self, rule: Rule) -> list[Node]:
        session = instance(rule)
        numbers: Node = (
            code(session, "pycon")
            if session
            else paragraph(
                "The functions are left unspecified, so there are no numbers to show: "
                "the checks run this code on functions drawn at random."
            )
        )
        return [
            section(
                "NumPy",
                "numpy",
                code(rule.numpy(), "python"),
                section("With numbers", "numbers", numbers),
            )
        ]

    def variants(self, report: Report) -> list[Node]:
        """What people write instead, and how it was told apart."""
        if not report.variants:
            return []
        rows: list[list[Content]] = [
            [math(rf"\displaystyle {v.latex}"), v.what, _outcome(v.outcome, v.how)]
            for v in sorted(report.variants, key=lambda v: not v.by_hand)
        ]
        head = ["written instead", "the mistake", "what happened"]
        words = paragraph(
            "Each of these was put in place of the right side and checked in the same way."
        )
        made = table(
            head, rows, caption="Wrong right sides", classes="variants", id="table-variants"
        )
        return [section("Wrong variants", "variants", words, made)]

    def sources(self, rule: Rule) -> Node:
        template: str = self.config.rulebook_source_url
        items: list[Content] = list(rule.sources)
        if template:
            url = template.format(
                version=version("matrix-rulebook"), path=rule.path, line=rule.line
            )
            place = f"{rule.path}, line {rule.line}"
            link = nodes.reference("", place, refuri=url, internal=False)
            items.append([nodes.Text("Stated in "), link])
        return listed(*items)

    def in_the_book(self, rule: Rule) -> nodes.section:
        """The rule's neighbors, and the pages that refer to it."""
        chapter = library.book().chapter(rule.chapter)
        ids = [r.id for r in chapter.rules]
        at = ids.index(rule.id)
        steps = [("Previous", at - 1), ("Next", at + 1)]
        near = [(word, chapter.rules[n]) for word, n in steps if 0 <= n < len(ids)]
        links = [paragraph(f"{word}: ", self.domain.reference(r.id, r.title)) for word, r in near]
        nav = (
            [division("rule-near", *links, tag="nav", **{"aria-label": "Rules of the chapter"})]
            if links
            else []
        )
        here = paragraph("Chapter: ", self.chapter_link(rule), ".")
        return section("In the book", "in-the-book", here, mentions("", id=rule.id), *nav)

    def citing(self, rule: Rule) -> list[Node]:
        text, link = rule.cite("text"), rule.permalink
        return (
            [
                section(
                    "Cite this rule",
                    "cite",
                    paragraph(
                        mark(text, "cite-text", id="cite-text"),
                        " ",
                        button("Copy text", "cite-text"),
                    ),
                    paragraph(
                        "Permanent address: ",
                        mark(link, "cite-link", id="cite-link"),
                        " ",
                        button("Copy address", "cite-link"),
                    ),
                    details("BibTeX", code(rule.cite("bibtex"), "bibtex")),
                    details("CSL-JSON", code(rule.cite("csl"), "json")),
                    paragraph(
                        "As files: ",
                        beside("cite.bib", link),
                        ", ",
                        beside("cite.csl.json", link),
                        "; the whole entry: ",
                        beside("rule.json", link),
                        ".",
                    ),
                )
            ]
            if link
            else []
        )


def _outcome(outcome: str, how: str) -> str:
    told = HOW.get(outcome, outcome)
    return f"{told}; {how}" if how and outcome == "refused" else f"{told} {how}" if how else told


def evidence(report: Report) -> nodes.table:
    """What exactly was verified, with its figures; no more than the report says."""
    rows: list[list[Content]] = [["verdict", parts.verdict(report)]]
    if report.reason:
        rows.append(["reason", report.reason])
    if report.proof_sizes:
        rows.append(["proved at sizes", sizes_said(report.proof_sizes, " = ")])
    if report.exact:
        sizes = sizes_said(report.exact, " = ")
        bound = f"chance of accepting something false below {report.exact_error:.0e}"
        rows.append(["exact test in a finite field", f"at {sizes}; {bound}"])
    if report.points:
        shapes = list({tuple(s.items()): s for s in report.shapes}.values())
        told = f"{report.points} points; worst relative error {report.worst:.1e}"
        rows.append(["numeric comparison", told])
        rows.append(["sizes compared", sizes_said(shapes, " = ")])
    if report.variants:
        told = f"{len(report.variants)} made, {report.refuted} refuted"
        same = f"{report.equivalent} proved to say the same"
        rows.append(["wrong variants", f"{told}, {same}"])
    if report.counterexample is not None:
        rows.append(["counterexample", str(report.counterexample)])
    rows.append(["checked with", ", ".join(f"{name} {version(name)}" for name in LIBRARIES)])
    return table(
        ["what", "found"], rows, caption="Evidence", classes="evidence", id="table-evidence"
    )
