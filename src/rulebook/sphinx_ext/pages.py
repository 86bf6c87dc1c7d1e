"""A page for every rule: a stub for Sphinx to find, and files beside the page for programs.

It is an extension of its own, which is loaded for a project that names a folder for the pages.

A stub names its rule and nothing else, so it never has to be written twice; what the page shows is
kept fresh by the domain.
"""

from __future__ import annotations

import json
import shutil
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.errors import ExtensionError

from rulebook.book.record import record
from rulebook.sphinx_ext.cache import Checks, check_ahead
from rulebook.sphinx_ext.domain import rule_domain
from rulebook.sphinx_ext.freshness import digest, own_rules, rules_by_id, the_book
from rulebook.sphinx_ext.notebooks import deal

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

    from rulebook import Report
    from rulebook.book.rule import Rule

__all__ = ["add_metadata", "mentions_changed", "setup", "write_files", "write_stubs"]

STUB = "---\norphan: true\n---\n\n```{{rule:page}} {id}\n```\n"
LIST = "# The rules\n\n```{rule:index}\n:sections:\n```\n"
NO_MARKDOWN = (
    "rulebook_pages has pages written in Markdown, and no extension of this project reads it: add "
    "'myst_parser' or 'myst_nb' to extensions (pip install 'matrix-rulebook[docs]' installs both)"
)
LICENSE = "https://creativecommons.org/licenses/by/4.0/"
REDIRECT = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>{title}</title>
<link rel="canonical" href="../{id}/index.html">
<meta http-equiv="refresh" content="0; url=../{id}/index.html">
<p>This rule is now at <a href="../{id}/index.html">{id}</a>.</p>
</html>
"""  # an id is for ever, and so is its address


def setup(app: Sphinx) -> ExtensionMetadata:
    """Make the pages, check ahead what stands on them, and add the files that belong to them."""
    app.connect("builder-inited", write_stubs)
    app.connect("env-before-read-docs", check_ahead)
    app.connect("env-before-read-docs", deal)
    app.connect("env-updated", mentions_changed)
    app.connect("html-page-context", add_metadata)
    app.connect("build-finished", write_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def write_stubs(app: Sphinx) -> None:
    """Write the stubs that are missing and remove those whose rule is gone."""
    if app.config.source_suffix.get(".md") not in app.registry.source_parsers:
        raise ExtensionError(NO_MARKDOWN)
    root = Path(app.srcdir) / app.config.rulebook_pages
    ids = [rule.id for rule in own_rules(app.config)]
    wanted = {f"{id}/index.md": STUB.format(id=id) for id in ids} | {"index.md": LIST}
    for name, text in wanted.items():
        _write(root / name, text)
    for path in root.glob("*/index.md"):
        if f"{path.parent.name}/index.md" not in wanted:
            shutil.rmtree(path.parent)


def _write(path: Path, text: str) -> None:
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def mentions_changed(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """The pages of rules to which other pages now refer, or no longer refer."""
    domain = rule_domain(env)
    now = {
        id: domain.mentioned_in(id) for id, found in domain.objects.items() if found[2] == "rule"
    }
    before: dict[str, list[str]] = domain.data.get("mentioned", {})
    domain.data["mentioned"] = now
    return [domain.objects[id][0] for id, pages in now.items() if before.get(id, []) != pages]


def entry(rule: Rule, report: Report) -> dict[str, Any]:
    """The whole entry as plain data."""
    return {
        **record(rule),
        "state": digest(f"rule:{rule.id}"),
        "report": report.as_json(),
        "version": version("matrix-rulebook"),
    }


def write_files(app: Sphinx, error: Exception | None) -> None:
    """Put the data of each rule beside its page, and of all rules beside their list."""
    if error or app.builder.format != "html" or app.builder.name == "epub":
        return
    root, checks = Path(app.outdir) / app.config.rulebook_pages, Checks(app.doctreedir)
    own = {rule.id: rule for rule in own_rules(app.config)}
    entries = [_files_of(rule, root / rule.id, checks) for rule in own.values()]
    _write(root / "rules.json", "[\n" + ",\n".join(entries) + "\n]\n")
    for path in root.glob("*/rule.json"):
        if path.parent.name not in own:
            shutil.rmtree(path.parent)
    for old, new in the_book().renamed:
        if new in own:
            (root / old).mkdir(exist_ok=True)
            _write(root / old / "index.html", REDIRECT.format(title=own[new].title, id=new))


def _files_of(rule: Rule, folder: Path, checks: Checks) -> str:
    """The entry as JSON, written with the citations unless it stands there already."""
    path = folder / "rule.json"
    state = f'"state": "{digest(f"rule:{rule.id}")}"'
    if path.exists() and state in (known := path.read_text(encoding="utf-8")):
        return known.rstrip()
    text = json.dumps(entry(rule, checks.rule(rule.id)), indent=1, ensure_ascii=False)
    _write(folder / "cite.bib", rule.cite("bibtex") + "\n")
    _write(folder / "cite.csl.json", rule.cite("csl") + "\n")
    _write(path, text + "\n")
    return text


def linked_data(rule: Rule) -> dict[str, Any]:
    """What search engines read of a rule's page."""
    published = rule.imprint
    return {
        "@context": "https://schema.org",
        "@type": "DefinedTerm",
        "@id": rule.permalink,
        "url": rule.permalink,
        "name": rule.title,
        "termCode": rule.id,
        "description": rule.note or rule.title,
        "inDefinedTermSet": {
            "@type": "DefinedTermSet",
            "name": published.title if published else "",
            "url": published.rules if published else "",
        },
        "license": LICENSE,
        "citation": list(rule.sources),
    }


def add_metadata(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object
) -> None:
    """Add to the head of a rule's page what programs look for."""
    folder = app.config.rulebook_pages
    id = pagename.removeprefix(f"{folder}/").removesuffix("/index")
    if pagename != f"{folder}/{id}/index" or id not in rules_by_id():
        return
    if app.builder.name == "epub":  # the files are not in it
        return
    data = json.dumps(linked_data(rules_by_id()[id]), ensure_ascii=False).replace("</", "<\\/")
    context["metatags"] = context.get("metatags", "") + (
        f'\n<script type="application/ld+json">{data}</script>'
        '\n<link rel="alternate" type="application/json" href="rule.json">'
        '\n<link rel="alternate" type="application/x-bibtex" href="cite.bib">'
    )
