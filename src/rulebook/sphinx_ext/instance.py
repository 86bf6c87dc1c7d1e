"""A small instance of a rule: the printed code, run on numbers that can be read."""

from __future__ import annotations

from collections.abc import Mapping
from math import copysign
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np

from rulebook.language.assumptions import WORDS
from rulebook.language.nested import Nested, mapped
from rulebook.language.traverse import symbols, unspecified
from rulebook.numeric.arrays import Printed
from rulebook.numeric.points import Point, dimensions, drawn, sizings
from rulebook.printing.numpy import parameters

if TYPE_CHECKING:
    from rulebook.book.rule import Rule
    from rulebook.language.tree import Symbol

__all__ = ["instance"]

SIZES = (3, 2, 4, 5, 6, 7, 8, 9)
DIGITS = 4


def instance(rule: Rule) -> str | None:
    """A Python session of the rule's code; none where functions are left unspecified.

    Sizes are small and pairwise different; entries have one decimal unless a condition on the
    symbol leaves no room for that.
    """
    sides = rule.claim.sides
    if unspecified(*sides.values()):
        return None
    for seed in range(20):
        at = Printed(_point(rule, Random(seed)))
        results = {name: at.array(e) for name, e in sides.items()}
        if all(np.all(np.isfinite(made)) for made in results.values()):
            return _session(at.arguments(parameters(*sides.values()), *sides.values()), results)
    return None


def _point(rule: Rule, rng: Random) -> Point:
    known = symbols(*rule.claim.sides.values())
    names = dict.fromkeys(n for s in known for d in s.shape for n in sorted(d.names))
    names.update(dict.fromkeys(dimensions(*rule.claim.sides.values())))
    fits = sizings([*names], SIZES, lambda at: all(d.at(at) >= 1 for s in known for d in s.shape))
    sizes = next(fits)
    words = {s: tuple(a.word for a in rule.assuming if a.symbol == s) for s in known}
    return Point(sizes, {s: _value(s, words[s], sizes, rng) for s in known})


def _value(s: Symbol, words: tuple[str, ...], sizes: Mapping[str, int], rng: Random) -> Nested:
    made = drawn(s, sizes, words, rng)
    if s.role == "index":
        return made
    short = mapped(lambda x: round(copysign(max(abs(x), 0.1), x), 1), made)
    return short if all(WORDS[w].holds(short) for w in words) else made


def _session(values: dict[str, Any], results: dict[str, Any]) -> str:
    lines = []
    for name, value in values.items():
        lines += _prompt(f"{name} = {_text(value, 'np.array')}")
    call = ", ".join(values)
    for name, result in results.items():
        lines += [*_prompt(f"{name}({call})"), _text(result, "array")]
    return "\n".join(lines)


def _prompt(text: str) -> list[str]:
    first, *more = text.splitlines()
    return [f">>> {first}", *(f"... {line}" for line in more)]


def _text(value: Any, function: str) -> str:
    """As NumPy prints it, to a few digits; a scalar as a plain number."""
    if isinstance(value, int):
        return str(value)
    array = np.asarray(value)
    if array.dtype == bool or np.issubdtype(array.dtype, np.integer):
        array = array.astype(int)
    if not array.shape:
        return f"{float(array):.{DIGITS}g}" if array.dtype != int else str(int(array))
    tidy = array.round(DIGITS) + 0 if array.dtype != int else array  # + 0: no negative zero
    body = np.array2string(
        tidy, separator=", ", prefix=" " * (len(function) + 5), floatmode="maxprec"
    )
    return f"{function}({body})"
