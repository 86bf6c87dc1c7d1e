"""The commands that look things up: list, show, search, cite. None of them loads SymPy."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import rulebook
from rulebook.book import library
from rulebook.book.claims import Claim, Derivative
from rulebook.book.record import record
from rulebook.book.rule import Erratum, Rule
from rulebook.book.search import signature
from rulebook.cli.terminal import complain, paint, say, shortened, wrapped
from rulebook.errors import RulebookError, UnknownRule
from rulebook.printing.layout import LAYOUTS, Layout
from rulebook.printing.prose import prose
from rulebook.printing.unicode import UNICODE, text

if TYPE_CHECKING:
    from rulebook import Report

__all__ = [
    "as_json",
    "cite",
    "entry",
    "fact",
    "in_words",
    "list_rules",
    "search",
    "show",
    "statement",
]


def entry(id: str) -> Rule | Erratum:
    """The rule or the erratum with this id; raises `UnknownRule` with the nearest ids."""
    book = library.book()
    if id in book.errata_by_id:
        return book.errata_by_id[id]
    try:
        return book.get(id)
    except UnknownRule:
        near = library.nearest(id, [*book.by_id, *book.errata_by_id])
        raise UnknownRule(f"no rule {id!r}{near}") from None


def as_json(data: object) -> str:
    return json.dumps(data, indent=1, ensure_ascii=False)


def statement(rule: Rule, layout: Layout = "numerator") -> list[str]:
    """The equations of a rule as lines of plain text."""
    return _lines(rule.claim, layout)


def _lines(claim: Claim, layout: Layout = "numerator") -> list[str]:
    return [f"{left} = {right}" for left, right in claim.parts(UNICODE, layout)]


def list_rules(options: Namespace) -> int:
    book = library.book()
    named = book.chapters if options.chapter is None else [book.chapter(options.chapter)]
    chapters = [c for c in named if c.entries]
    if options.json:
        say(
            as_json(
                {
                    "chapters": [{"name": c.name, "title": c.title} for c in chapters],
                    "rules": [_brief(r) for c in chapters for r in c.rules],
                    "errata": [_brief(e) for c in chapters for e in c.errata],
                }
            )
        )
        return 0
    for n, chapter in enumerate(chapters):
        name = f"  ({chapter.name})"
        title = paint(shortened(chapter.title, len(name)), "bold")
        say(("\n" if n else "") + title + name)
        _table((*chapter.rules, *chapter.errata), "  ")
    return 0


def _table(entries: Iterable[Rule | Erratum], indent: str) -> None:
    entries = tuple(entries)
    room = max(len(e.id) for e in entries)
    for e in entries:
        say(f"{indent}{e.id:{room}}  {shortened(e.title, len(indent) + room + 2)}")


def _brief(e: Rule | Erratum) -> dict[str, Any]:
    data = {"id": e.id, "title": e.title, "chapter": e.chapter}
    if isinstance(e, Rule):
        data |= {"signature": signature(e), "plain": "; ".join(statement(e))}
    return data


def search(options: Namespace) -> int:
    text = " ".join(options.text)
    found = library.search(text)
    if options.json:
        say(as_json({"query": text, "rules": [_brief(r) for r in found]}))
        return 0 if found else 1
    if not found:
        complain(f"no rule matches {text!r}{_suggestion(text)}")
        return 1
    room = max(len(r.id) for r in found)
    for rule in found:
        say(f"{paint(rule.id, 'bold')}{' ' * (room - len(rule.id))}  {rule.title}")
        for line in statement(rule):
            say(f"    {shortened(line, 4)}")
    return 0


def _suggestion(text: str) -> str:
    return "" if "->" in text else library.nearest(text, library.book().by_id)


def cite(options: Namespace) -> int:
    found = entry(options.id)
    if isinstance(found, Erratum):
        raise RulebookError(f"{found.id} is an erratum; the rule to cite is {found.right}")
    say(found.cite(options.form))
    return 0


def show(options: Namespace) -> int:
    found = entry(options.id)
    report = _report(found) if options.verdict else None
    if options.json:
        say(as_json(_whole(found) | ({"report": report.as_json()} if report else {})))
    elif isinstance(found, Erratum):
        _show_erratum(found)
    else:
        _show_rule(found, options)
    if report and not options.json:
        say()
        say(str(report))
    return 0 if report is None or report.ok else 1


def _report(found: Rule | Erratum) -> Report:
    return rulebook.check(found) if isinstance(found, Rule) else rulebook.check_erratum(found)


def _show_rule(rule: Rule, options: Namespace) -> None:
    say(f"{paint(rule.title, 'bold')}  ({rule.id})")
    say()
    for line in (*statement(rule, options.layout), *_where(rule, options.layout)):
        say(wrapped(line, "    ", "        "))
    say()
    fact("layout", options.layout if isinstance(rule.claim, Derivative) else "")
    fact("shapes", *(f"{name} {in_words(dims)}" for name, dims in rule.shapes.items()))
    fact("requires", *rule.conditions_in(UNICODE))
    fact("note", prose(rule.note))
    fact("sources", *rule.sources)
    fact("stated in", f"{rule.path}, line {rule.line}")
    fact("page", rule.permalink)
    if options.latex:
        say()
        say(rule.latex(options.layout))
        for name, body in rule.where:
            say(f"{name} = {body}")
    if options.numpy:
        say()
        say(rule.numpy().rstrip("\n"))


def _where(rule: Rule, layout: Layout) -> list[str]:
    """What the names stand for, unless the rule itself is what says so."""
    said = [f"{text(name)} = {text(body)}" for name, body in rule.names(layout)]
    kept = [line for line in said if line not in statement(rule)]
    return [f"{'and' if n else 'where'} {line}" for n, line in enumerate(kept)]


def _show_erratum(erratum: Erratum) -> None:
    say(f"{paint(erratum.title, 'bold')}  ({erratum.id})")
    say()
    if not callable(erratum.printed):
        for line in _lines(erratum.printed):
            say(f"    printed, and false: {line}")
        say()
    fact("refused", erratum.refusal)
    fact("right", erratum.right)
    fact("note", prose(erratum.note))
    fact("sources", *erratum.sources)


def fact(name: str, *values: str) -> None:
    """What is said under one heading; nothing if there is nothing to say."""
    for n, value in enumerate(v for v in values if v):
        say(wrapped(value, f"{'' if n else name:11}", " " * 11))


def in_words(dims: tuple[str, ...]) -> str:
    """A shape after a name: ``is m × n``."""
    kind = {0: "is a scalar", 1: f"has length {''.join(dims)}"}.get(len(dims))
    return kind or f"is {' × '.join(dims)}"


def _whole(found: Rule | Erratum) -> dict[str, Any]:
    """The entry as plain data, as on its page."""
    place = {"path": found.path, "line": found.line}
    if isinstance(found, Rule):
        plain = {layout: statement(found, layout) for layout in LAYOUTS}
        return record(found) | {"plain": plain} | place
    printed = None if callable(found.printed) else found.printed.latex_parts()
    return {
        "id": found.id,
        "title": found.title,
        "chapter": found.chapter,
        "note": found.note,
        "sources": [{"key": c.key, "where": c.where} for c in found.cites],
        **place,
        "printed": printed and " ".join(f"{a} = {b}" for a, b in printed),
        "refused": found.refusal,
        "right": found.right,
    }
