"""The domain ``rule``: what it knows of the project's pages, and how references find them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from sphinx import addnodes
from sphinx.domains import Domain, Index, IndexEntry, ObjType
from sphinx.errors import NoUri
from sphinx.util import logging
from sphinx.util.docutils import ReferenceRole, SphinxRole
from sphinx.util.nodes import make_refnode

from rulebook.sphinx_ext.freshness import digest, errata_by_id, library, rules_by_id, the_book
from rulebook.sphinx_ext.markup import spread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docutils.nodes import Element, Node, system_message
    from docutils.parsers.rst import Directive
    from sphinx.addnodes import pending_xref
    from sphinx.application import Sphinx
    from sphinx.builders import Builder
    from sphinx.environment import BuildEnvironment

    from rulebook.book.rule import Erratum, Rule
    from rulebook.sphinx_ext.markup import Content

__all__ = ["RuleDomain", "of_the_book", "permalink", "rule_domain", "unknown"]

logger = logging.getLogger(__name__)

DIRECTIVES = {
    "show": "directives.ShowDirective",
    "table": "directives.TableDirective",
    "worked": "worked.WorkedDirective",
    "derivation": "derivation.DerivationDirective",
    "erratum": "errata.ErratumDirective",
    "erratum-table": "errata.ErratumTableDirective",
    "inventory": "lists.InventoryDirective",
    "index": "lists.IndexDirective",
    "operators": "lists.OperatorsDirective",
    "stats": "lists.StatsDirective",
    "page": "page.PageDirective",
}
"""Where each directive is, loaded when a page asks for it: a project pays for what it uses."""


def of_the_book(id: str) -> Rule | Erratum | None:
    """The rule or erratum with this id."""
    return rules_by_id().get(id) or errata_by_id().get(id)


def unknown(id: str, location: Any, what: str = "rule", known: Iterable[str] | None = None) -> None:
    """Warn that the book has no such id, and offer the nearest."""
    near = library().nearest(id, known if known is not None else [*rules_by_id(), *errata_by_id()])
    subtype = f"unknown_{what}"
    logger.warning(
        "no %s %r%s", what, id, near, location=location, type="rulebook", subtype=subtype
    )


class RefRole(ReferenceRole):
    """``{rule:ref}`softmax```: a link to a rule, by its title unless a text is given."""

    def run(self) -> tuple[list[Node], list[system_message]]:
        entry = of_the_book(self.target)
        domain = rule_domain(self.env)
        domain.note(self.env.docname, f"title:{self.target}")
        if entry is None:
            unknown(self.target, self.get_location())
            return [nodes.literal(self.rawtext, self.title)], []
        domain.note_mention(self.env.docname, self.target)
        node = domain.reference(self.target, self.title if self.has_explicit_title else entry.title)
        node["refexplicit"] = self.has_explicit_title
        self.set_source_info(node)
        return [node], []


class TexRole(SphinxRole):
    """``{rule:tex}`softmax```: what the rule states, as an inline formula."""

    def run(self) -> tuple[list[Node], list[system_message]]:
        domain = rule_domain(self.env)
        domain.note(self.env.docname, f"rule:{self.text}")
        rule = rules_by_id().get(self.text)
        if rule is None:
            unknown(self.text, self.get_location())
            return [nodes.literal(self.rawtext, self.text)], []
        domain.note_mention(self.env.docname, self.text)
        return [nodes.math(self.rawtext, rule.latex())], []


class ChapterRole(ReferenceRole):
    """``{rule:chapter}`softmax```: a link to a chapter in the list of rules."""

    def run(self) -> tuple[list[Node], list[system_message]]:
        titles = {c.name: c.title for c in the_book().chapters}
        domain = rule_domain(self.env)
        domain.note(self.env.docname, f"chapter:{self.target}")
        if self.target not in titles:
            unknown(self.target, self.get_location(), "chapter", titles)
            return [nodes.literal(self.rawtext, self.title)], []
        title = self.title if self.has_explicit_title else titles[self.target]
        node = domain.reference(self.target, title, role="chapter")
        self.set_source_info(node)
        return [node], []


class RuleIndex(Index):
    """Every rule that has a page, by title."""

    name = "index"
    localname = "Rules by title"
    shortname = "rules"

    def generate(
        self, docnames: Iterable[str] | None = None
    ) -> tuple[list[tuple[str, list[IndexEntry]]], bool]:
        content: dict[str, list[IndexEntry]] = {}
        objects = sorted(self.domain.data["objects"].items(), key=lambda o: o[1][3].lower())
        for id, (docname, anchor, kind, title) in objects:
            if kind == "rule" and (docnames is None or docname in docnames):
                entry = IndexEntry(title, 0, docname, anchor or nodes.make_id(id), "", "", id)
                content.setdefault(title[0].upper(), []).append(entry)
        return sorted(content.items()), False


class RuleDomain(Domain):
    """Rules and errata as things that pages describe and refer to.

    ``objects`` maps an id to its page, anchor, type and title, ``chapters`` a chapter's name
    likewise; ``mentions`` maps a page to the ids it refers to, ``read`` to what it showed of the
    book, digested (see `freshness`).
    """

    name = "rule"
    label = "Rulebook"
    object_types: ClassVar[dict[str, ObjType]] = {
        "rule": ObjType("rule", "ref", searchprio=0),
        "erratum": ObjType("erratum", "ref"),
        "chapter": ObjType("chapter of rules", "chapter"),
    }
    roles: ClassVar[dict[str, Any]] = {
        "ref": RefRole(),
        "tex": TexRole(),
        "chapter": ChapterRole(),
    }
    indices: ClassVar[list[type[Index]]] = [RuleIndex]
    initial_data: ClassVar[dict[str, Any]] = {
        "objects": {},
        "chapters": {},
        "mentions": {},
        "read": {},
    }
    data_version = 1

    @property
    def objects(self) -> dict[str, tuple[str, str, str, str]]:
        found: dict[str, tuple[str, str, str, str]] = self.data["objects"]
        return found

    def directive(self, name: str) -> type[Directive] | None:
        if name in DIRECTIVES and name not in self.directives:
            module, _, made = DIRECTIVES[name].partition(".")
            self.directives[name] = getattr(import_module(f"{__package__}.{module}"), made)
        return super().directive(name)

    def note(self, docname: str, token: str) -> None:
        """Remember what a page shows, in its present state."""
        self.data["read"].setdefault(docname, {})[token] = digest(token)

    def note_mention(self, docname: str, id: str) -> None:
        """Remember that a page refers to a rule."""
        self.data["mentions"].setdefault(docname, set()).add(id)

    def note_object(self, id: str, docname: str, anchor: str, kind: str, title: str) -> None:
        """Remember the page of a rule or the place of an erratum."""
        self.objects[id] = (docname, anchor, kind, title)

    def note_chapter(self, name: str, docname: str, anchor: str, title: str) -> None:
        """Remember where the rules of a chapter are listed."""
        self.data["chapters"][name] = (docname, anchor, "chapter", title)

    def outdated(self) -> list[str]:
        """The pages that showed something that has changed since."""
        read: dict[str, dict[str, str]] = self.data["read"]
        return [doc for doc, seen in read.items() if any(digest(t) != d for t, d in seen.items())]

    def mentioned_in(self, id: str) -> list[str]:
        """The pages that refer to a rule, except its own."""
        own = self.objects.get(id, ("",))[0]
        return sorted(doc for doc, ids in self.data["mentions"].items() if id in ids and doc != own)

    def reference(self, id: str, *content: Content, role: str = "ref") -> pending_xref:
        """A link to a rule or a chapter, resolved when all pages are known."""
        inner = nodes.inline("", "", classes=["xref", "rule", "rule-ref"])
        for part in content:
            inner += spread(part)
        docname = self.env.docname
        return addnodes.pending_xref(
            "", inner, refdomain="rule", reftype=role, reftarget=id, refexplicit=True,
            refwarn=role == "ref", refdoc=docname,
        )  # fmt: skip

    def clear_doc(self, docname: str) -> None:
        for known in (self.objects, self.data["chapters"]):
            for name in [name for name, found in known.items() if found[0] == docname]:
                del known[name]
        self.data["mentions"].pop(docname, None)
        self.data["read"].pop(docname, None)

    def merge_domaindata(self, docnames: Set[str], otherdata: dict[str, Any]) -> None:
        for kind in ("objects", "chapters"):
            other = otherdata[kind].items()
            self.data[kind].update({name: found for name, found in other if found[0] in docnames})
        for kind in ("mentions", "read"):
            other = otherdata[kind]
            self.data[kind].update({doc: other[doc] for doc in docnames if doc in other})

    def resolve_xref(
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        typ: str,
        target: str,
        node: pending_xref,
        contnode: Element,
    ) -> nodes.reference | None:
        known = self.data["chapters"] if typ == "chapter" else self.objects
        if target not in known:
            return None
        docname, anchor, _, title = known[target]
        try:
            found = make_refnode(builder, fromdocname, docname, anchor, contnode, title)
        except NoUri:  # a PDF without that page: its readers go to the site
            return None
        if not found.get("refuri", "#"):
            found["refuri"] = "#"  # to the page it stands on
        return found

    def resolve_any_xref(
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        target: str,
        node: pending_xref,
        contnode: Element,
    ) -> list[tuple[str, nodes.reference]]:
        found = self.resolve_xref(env, fromdocname, builder, "ref", target, node, contnode)
        return [("rule:ref", found)] if found is not None else []

    def get_objects(self) -> Iterator[tuple[str, str, str, str, str, int]]:
        known = (*self.objects.items(), *self.data["chapters"].items())
        for id, (docname, anchor, kind, title) in known:
            yield id, title, kind, docname, anchor, self.object_types[kind].attrs["searchprio"]


def rule_domain(env: BuildEnvironment) -> RuleDomain:
    """The domain of a build."""
    domain = env.domains["rule"]
    assert isinstance(domain, RuleDomain)
    return domain


def permalink(
    app: Sphinx,
    env: BuildEnvironment,
    node: pending_xref,
    contnode: Element,
) -> nodes.reference | None:
    """Link a rule or a chapter that has no page here to its place at those who publish it."""
    if node.get("refdomain") != "rule":
        return None
    chapters = {chapter.name: chapter for chapter in the_book().chapters}
    if node["reftype"] == "chapter" and node["reftarget"] in chapters:
        place = chapters[node["reftarget"]].permalink
    elif entry := of_the_book(node["reftarget"]):
        place = entry.permalink
    else:
        return None
    return nodes.reference("", "", contnode, internal=False, refuri=place)


def outdated(
    app: Sphinx,
    env: BuildEnvironment,
    added: Set[str],
    changed: Set[str],
    removed: Set[str],
) -> Sequence[str]:
    """Have Sphinx read again what a change of the book or of the engine reaches."""
    return rule_domain(env).outdated()
