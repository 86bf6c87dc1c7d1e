"""The lists: all rules, the operators, the counts, and the map of the paper's items."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from itertools import product
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx import addnodes

from rulebook.book import library
from rulebook.book.conditions import domain
from rulebook.errors import ShapeError
from rulebook.language import operators
from rulebook.language.build import matrix, scalar, tensor, vector
from rulebook.language.tree import INFIX, Apply, Expr, Index, Operator
from rulebook.printing.latex import latex
from rulebook.printing.numpy import numpy_text
from rulebook.sphinx_ext.directives import BookDirective
from rulebook.sphinx_ext.freshness import errata_by_id, own_chapters, rules_by_id
from rulebook.sphinx_ext.markup import Content, listed, math, paragraph, section, table

if TYPE_CHECKING:
    from docutils.nodes import Node

    from rulebook import Chapter

__all__ = ["IndexDirective", "InventoryDirective", "OperatorsDirective", "StatsDirective"]


class IndexDirective(BookDirective):
    """```{rule:index}```: every rule by chapter, or those of one; ``:sections:`` gives headings."""

    optional_arguments = 1
    option_spec: ClassVar[dict[str, Any]] = {"sections": directives.flag}

    def run(self) -> list[Node]:
        self.domain.note(self.env.docname, "book")
        known = library.book().chapters if self.arguments else own_chapters(self.config)
        wanted = [c for c in known if c.rules and c.name in (self.arguments or [c.name])]
        if not wanted:
            self.warn("unknown_chapter", "no chapter %r", *self.arguments)
        return [node for chapter in wanted for node in self.chapter(chapter)]

    def chapter(self, chapter: Chapter) -> list[Node]:
        headed = "sections" in self.options
        rows: list[list[Content]] = [
            [
                self.domain.reference(r.id, r.title),
                math(rf"\displaystyle {r.latex()}"),
                *([self.verdict(r)] if self.judging else []),
            ]
            for r in chapter.rules
        ]
        count = f"{len(rows)} rule{'s' * (len(rows) > 1)}"
        caption = count if headed else chapter.title
        made = table(
            ["rule", "statement", *(["verdict"] if self.judging else [])],
            rows,
            caption=caption,
            classes="rule-table",
            id=self.new_id("rule-table"),
        )
        if not headed:
            return [made]
        text = [paragraph(self.prose(part)) for part in chapter.text.split("\n\n") if part]
        anchor = nodes.make_id(f"chapter-{chapter.name}")
        self.domain.note_chapter(chapter.name, self.env.docname, anchor, chapter.title)
        return [section(chapter.title, anchor, *text, made)]


class OperatorsDirective(BookDirective):
    """```{rule:operators}```: the notation, from the operators' own rows."""

    def run(self) -> list[Node]:
        self.domain.note(self.env.docname, "engine")
        rows: list[list[Content]] = [
            [op.name, math(latex(e)), _code(numpy_text(e)), _domain(e), op.about]
            for op in rows_of_operators()
            if (e := example(op)) is not None
        ]
        head = ["operator", "printed", "in NumPy", "provided that", "meaning"]
        return [
            table(
                head,
                rows,
                caption="The operators of the language",
                classes="operators",
                id="operators",
            )
        ]


def rows_of_operators() -> Iterator[Operator]:
    """Every row of the table of operators that a reader may meet."""
    modules = [
        import_module(f"{operators.__name__}.{m.name}") for m in iter_modules(operators.__path__)
    ]
    found = [op for m in modules for op in vars(m).values() if isinstance(op, Operator)]
    yield from dict.fromkeys([*INFIX.values(), *found])


LETTERS: tuple[tuple[Expr, ...], ...] = (
    (vector("x", "n"), matrix("A", "n", "n"), scalar("a"), tensor("T", "m", "n", "p")),
    (vector("y", "n"), matrix("B", "n", "n"), scalar("b"), Index("i", "n"), vector("y", "n").T),
    (vector("z", "n"), matrix("C", "n", "n"), scalar("c"), Index("j", "n")),
)


def example(op: Operator) -> Expr | None:
    """The operator applied to the first letters that fit it."""
    for count in (1, 2, 3):
        for args in product(*LETTERS[:count]):
            try:
                return op(*args)
            except ShapeError:
                continue
    return None


def _domain(e: Expr) -> Content:
    needed = domain(e) if isinstance(e, Apply) else ()
    return math(", ".join(c.written() for c in needed)) if needed else ""


def _code(text: str) -> nodes.literal:
    return nodes.literal(text, text)


class StatsDirective(BookDirective):
    """```{rule:stats}```: how many rules, and what the checks found."""

    def run(self) -> list[Node]:
        self.domain.note(self.env.docname, "book")
        reports = [self.checks.rule(id) for id in rules_by_id()]
        verdicts = Counter(str(r.verdict) for r in reports)
        made = sum(len(r.variants) for r in reports)
        refuted, equivalent = sum(r.refuted for r in reports), sum(r.equivalent for r in reports)
        different = made - equivalent
        share = f" ({refuted / different:.1%})" if different else ""
        written = sum(bool(c.rules) for c in library.book().chapters)
        return [
            listed(
                f"{len(reports)} rules in {written} chapters",
                *(f"{count} {words}" for words, count in verdicts.most_common()),
                f"{made} wrong variants made; {equivalent} of them proved to say the same",
                f"{refuted} of the {different} that differ refuted{share}",
                f"{len(errata_by_id())} errata, each refuted by computation",
            )
        ]


class InventoryDirective(BookDirective):
    """```{rule:inventory}```: where each item of the paper is told; an argument picks a letter."""

    optional_arguments = 1

    def run(self) -> list[Node]:
        name, path = self.env.relfn2path(f"/{self.config.rulebook_inventory}")
        self.env.note_dependency(name)
        try:
            with Path(path).open("rb") as file:
                items: dict[str, dict[str, Any]] = tomllib.load(file)
        except (OSError, tomllib.TOMLDecodeError) as error:
            self.warn("inventory", "%s: %s", name, error)
            return []
        letter = self.arguments[0] if self.arguments else ""
        rows: list[list[Content]] = [
            [key, self.inline(item["about"]), self.homes(key, item)]
            for key, item in items.items()
            if key.startswith(letter)
        ]
        return [
            table(
                ["item", "about", "told in"],
                rows,
                caption="The paper, item by item",
                id=self.new_id("inventory"),
                classes="inventory",
            )
        ]

    def homes(self, key: str, item: dict[str, Any]) -> list[Node]:
        """Links to where an item is told."""
        homes = item["home"] if isinstance(item["home"], list) else [item["home"]]
        out: list[Node] = []
        for home in homes:
            out += [nodes.Text(", ")] * bool(out) + [self.home(key, home)]
        return out

    def home(self, key: str, home: str) -> Node:
        kind, colon, id = home.partition(":")
        if colon and kind == "rule":
            if (rule := self.rule(id)) is None:
                return nodes.Text(id)
            return self.domain.reference(id, rule.title)
        docname, _, anchor = home.partition("#")
        if docname not in self.env.found_docs:
            self.warn("inventory", "%s: no page %r", key, docname)
            return nodes.Text(home)
        role, target = ("ref", anchor) if anchor else ("doc", f"/{docname}")
        inner = nodes.inline(home, anchor or docname, classes=["xref"])
        return addnodes.pending_xref(
            "", inner, refdomain="std", reftype=role, reftarget=target, refexplicit=True,
            refwarn=True, refdoc=self.env.docname,
        )  # fmt: skip
