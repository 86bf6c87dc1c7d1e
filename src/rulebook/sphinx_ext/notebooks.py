"""Notebook pages, executed again when the rules or the engine they use change.

MyST-NB keeps results by the text of the cells and the kernel's description; what the cells import
is not looked at. So the state of the book goes into that description: a page with other rules is,
to the cache, another notebook, and no old result can be taken for it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sphinx.util.parallel import make_chunks

from rulebook.sphinx_ext.domain import rule_domain
from rulebook.sphinx_ext.freshness import digest, of, rules_by_id

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

__all__ = ["deal", "describe_kernel", "open_cache", "used"]

KERNEL = re.compile(r"^(---\n(?:(?!---).*\n)*?kernelspec:[ \t]*\n)", re.MULTILINE)
DISPLAY = re.compile(r"^(\s+display_name:\s*)(.*?)\s*$", re.MULTILINE)


def used(source: str) -> list[str]:
    """What the cells of a page may read of the book."""
    everything = re.match(r"---\n(?:(?!---).*\n)*?rulebook:[ \t]*all[ \t]*\n", source)
    words = set(re.findall(r"\w+", source))
    ids = [id for id in rules_by_id() if everything or id in words]
    return ["cells", *(f"cells:{id}" for id in ids)]


def describe_kernel(app: Sphinx, docname: str, source: list[str]) -> None:
    """Put the state of what a notebook uses into the description of its kernel."""
    runs = "{code-cell}" in source[0] and "rulebook" in source[0]
    if not runs or not (found := KERNEL.match(source[0])):
        return
    tokens = used(source[0])
    for token in tokens:
        rule_domain(app.env).note(docname, token)
    state = f"rulebook {of([digest(t) for t in tokens])}"
    head, rest = source[0][: found.end()], source[0][found.end() :]
    block, fence, body = rest.partition("\n---")
    if DISPLAY.search(block):
        block = DISPLAY.sub(rf'\1"{state}"', block, count=1)
    else:
        block = f'  display_name: "{state}"\n{block}'
    source[0] = head + block + fence + body


def deal(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Deal the pages out to the workers: those that run cells stand together in the alphabet."""
    if app.parallel > 1 and docnames:
        hands = len(make_chunks(docnames, app.parallel))
        docnames[:] = [name for k in range(hands) for name in docnames[k::hands]]


def open_cache(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Make the tables of the notebook cache before readers part: two that do it at once fail."""
    config = getattr(env, "mystnb_config", None)
    if app.parallel > 1 and docnames and config and config.execution_mode == "cache":
        make_tables(config.execution_cache_path)


def make_tables(folder: str) -> None:
    """An empty cache, or the one that is there, with whatever it lacks."""
    from jupyter_cache import get_cache  # comes with MyST-NB
    from jupyter_cache.cache.db import OrmBase

    database = get_cache(folder).db
    OrmBase.metadata.create_all(database)  # a build that was stopped may have left it half made
    database.dispose()  # a connection does not survive a fork
