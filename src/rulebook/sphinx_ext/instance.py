"""A small instance of a rule: the printed code, run on numbers that can be read."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

from rulebook.language.assumptions import WORDS, sample
from rulebook.language.dims import array_shape
from rulebook.language.traverse import symbols, unspecified
from rulebook.printing.numpy import compiled, parameters

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
    functions = compiled(rule.numpy())
    params = parameters(*sides.values())
    for seed in range(20):
        values = _values(rule, np.random.default_rng(seed))
        used = {name: values[name] for name in params}
        try:
            with np.errstate(divide="raise", invalid="raise"):
                results = {name: functions[name](**used) for name in sides}
        except (FloatingPointError, np.linalg.LinAlgError):
            continue
        return _session(used, results)
    return None


def _values(rule: Rule, rng: np.random.Generator) -> dict[str, Any]:
    known = symbols(*rule.claim.sides.values())
    names = dict.fromkeys(n for s in known for d in s.shape for n in sorted(d.names))
    params = parameters(*rule.claim.sides.values())
    taken = {s.name for s in known}
    names.update(dict.fromkeys(p for p in params if p not in taken))
    sizes = _sizes(known, list(names))
    words = {s: tuple(a.word for a in rule.assuming if a.symbol == s) for s in known}
    return sizes | {s.name: _value(s, words[s], sizes, rng) for s in known}


def _sizes(known: tuple[Symbol, ...], names: list[str]) -> dict[str, int]:
    """Small sizes for which every dimension is at least 1, in order of preference."""
    for chosen in itertools.islice(itertools.permutations(SIZES, len(names)), 5000):
        sizes = dict(zip(names, chosen, strict=True))
        if all(d.at(sizes) >= 1 for s in known for d in s.shape):
            return sizes
    return dict(zip(names, SIZES, strict=False))


def _value(
    s: Symbol, words: tuple[str, ...], sizes: dict[str, int], rng: np.random.Generator
) -> Any:
    shape = tuple(d.at(sizes) for d in array_shape(s.shape))
    if s.role == "index":
        return rng.integers(s.limit.at(sizes) if s.limit else 1, size=shape)
    made = sample(shape, words, rng)
    rounded = np.where(np.abs(made) < 0.1, np.copysign(0.1, made), made).round(1)
    kept = rounded if all(WORDS[w].holds(rounded) for w in words) else made
    return kept if shape else float(kept)


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
