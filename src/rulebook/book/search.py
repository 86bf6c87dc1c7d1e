"""Search: rules by their words, their shapes or their sources."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rulebook.book.claims import Derivative, Differential, Pullback
from rulebook.book.rule import Rule
from rulebook.errors import RuleError
from rulebook.language.dims import Shape, array_shape

__all__ = ["found", "signature"]


def found(rules: Iterable[Rule], text: str) -> list[Rule]:
    """Those that match, best first. Raises RuleError for what is no text."""
    if not isinstance(text, str):
        raise RuleError(f"a search is text, not {text!r}")
    if "->" in text:
        return [r for r in rules if _same_pattern(signature(r), text)]
    words = [w for w in (word.strip(".,;:()") for word in text.lower().split()) if w]
    scored = [
        (sum(_score(r, w) for w in words), r)
        for r in rules
        if words and all(_score(r, w) for w in words)
    ]
    return [r for _, r in sorted(scored, key=lambda pair: -pair[0])]


def signature(rule: Rule) -> str:
    """What goes in and what comes out, as shapes: ``(n) -> (n, n)``."""
    claim = rule.claim
    if isinstance(claim, Derivative):
        return f"{_tuple(claim.wrt.shape)} -> {_tuple(claim.equals.shape)}"
    if isinstance(claim, Differential):
        return f"{', '.join(_tuple(x.shape) for x in claim.wrt)} -> {_tuple(claim.of.shape)}"
    if isinstance(claim, Pullback):
        given = ", ".join(_tuple(c.shape) for c in claim.cotangents)
        return f"{given} -> {', '.join(_tuple(x.shape) for x, _ in claim.equals)}"
    return f"-> {_tuple(claim.left.shape)}"


def _tuple(shape: Shape) -> str:
    return "(" + ", ".join(str(d) for d in array_shape(shape)) + ")"


def _same_pattern(a: str, b: str) -> bool:
    """Equal up to the names of the dimensions."""
    return _numbered(a) == _numbered(b)


def _numbered(pattern: str) -> str:
    seen: dict[str, str] = {}
    return re.sub(
        r"\w+",
        lambda m: seen.setdefault(m[0], f"d{len(seen)}"),
        pattern.replace(" ", "").replace(",)", ")"),
    )


def _score(rule: Rule, word: str) -> int:
    exact = re.compile(rf"\b{re.escape(word)}\b")
    if word == rule.id or exact.search(rule.title.lower()):
        return 8
    if word in rule.id or word in rule.title.lower():
        return 4
    if any(word in op.lower() for op in rule.operators):
        return 3
    if any(exact.search(f"{c.key} {c.where}".lower()) for c in rule.cites):
        return 2
    return 1 if word in f"{rule.note} {rule.chapter}".lower() else 0
