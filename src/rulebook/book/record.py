"""An entry of the book as plain data, for programs: the command line's JSON, and the site's."""

from __future__ import annotations

from typing import Any

from rulebook.book.rule import Rule
from rulebook.printing.layout import LAYOUTS

__all__ = ["record"]


def record(rule: Rule) -> dict[str, Any]:
    """Everything that a rule says, and where it may be found.

    >>> import rulebook
    >>> record(rulebook.get("quadratic_form"))["shapes"]
    {'x': ['n'], 'A': ['n', 'n']}
    """
    return {
        "id": rule.id,
        "title": rule.title,
        "chapter": rule.chapter,
        "statement": rule.statement,
        "fingerprint": rule.fingerprint,
        "latex": {layout: rule.latex(layout) for layout in LAYOUTS},
        "where": dict(rule.where),
        "conditions": list(rule.conditions),
        "shapes": {name: list(dims) for name, dims in rule.shapes.items()},
        "numpy": rule.numpy(),
        "note": rule.note,
        "sources": [
            {"key": c.key, "where": c.where, "text": text}
            for c, text in zip(rule.cites, rule.sources, strict=True)
        ],
        "url": rule.permalink,
    }
