"""The 64 expressions people ask for: right, in every convention, every step checked, and short."""

import ast
import json
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import Any

import pytest
from truth import LAYOUTS, along_units, distance, executed, jacobian, laid_out, sampled

import rulebook
from rulebook.language.operators.marks import differential

ENTRIES = json.loads((Path(__file__).parents[1] / "data" / "derive-open-set.json").read_text())
BY_ID = {entry["id"]: entry for entry in ENTRIES["entries"]}
SIZES = {"n": 4, "m": 5, "p": 3, "q": 2, "k": 6}
SEEDS = (0, 1)
CLOSE = {1: 1e-9, 2: 1e-7}  # a second derivative is known from differences

every = pytest.mark.parametrize("id", BY_ID)


@cache
def derived(id: str) -> rulebook.Derivation:
    entry = BY_ID[id]
    return rulebook.derive(
        entry["expr"],
        wrt=entry["wrt"],
        shapes=entry["vars"],
        assume=entry["assumptions"],
        order=entry["order"],
    )


@cache
def arrays(id: str, seed: int) -> dict[str, Any]:
    entry, rng = BY_ID[id], Random(f"{seed} {id}")
    return {
        name: sampled(tuple(SIZES[n] for n in shape), entry["assumptions"].get(name, ()), rng)
        for name, shape in entry["vars"].items()
    }


@cache
def wanted(id: str, seed: int) -> Any:
    entry = BY_ID[id]
    return jacobian(entry["expr"], entry["wrt"], arrays(id, seed), SIZES, entry["order"])


@every
def test_it_is_right(id: str) -> None:
    for seed in SEEDS:
        found = derived(id).jacobian(**arrays(id, seed))
        assert distance(found, wanted(id, seed)) < CLOSE[BY_ID[id]["order"]]


@every
@pytest.mark.parametrize("layout", LAYOUTS)
def test_its_source_is_right_in_every_convention(id: str, layout: str) -> None:
    d, order, wrt = derived(id), BY_ID[id]["order"], BY_ID[id]["wrt"]
    source = d.numpy(layout=layout)
    for seed in SEEDS:
        values, truth = arrays(id, seed), wanted(id, seed)
        if d.is_differential:
            assert truth.ndim > 2
            found = along_units(source, wrt, values, truth.ndim)
        else:
            found = executed(source, values)
            truth = laid_out(truth, values[wrt], order, layout)
        assert distance(found, truth) < CLOSE[order]


@every
def test_every_step_is_checked_and_cites_a_rule(id: str) -> None:
    steps = derived(id).steps
    assert steps
    for step in steps:
        assert rulebook.get(step.rule).id == step.rule
        assert step.verdict == "checked at 2 points"
        assert step.error < 1e-6
        assert step.before != step.after
        assert set(step.binding) <= {s.name for s in rulebook.get(step.rule).claim.symbols}


@every
def test_each_line_starts_from_the_line_before(id: str) -> None:
    """What was shortened is then differentiated; a second derivative starts from the first."""
    again = 0
    for a, b in pairwise(derived(id).steps):
        if a.phase == "shorten" != b.phase:
            assert b.before == differential(a.after)
        elif a.phase == "layout":
            again += 1
        else:
            assert b.before == a.after
    assert again == BY_ID[id]["order"] - 1


def leftovers(source: str) -> Iterator[str]:
    """What a reader would have tidied away."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.BinOp(left=a, op=ast.Mult() | ast.Div(), right=b) if _is(b, 1) or _is(a, 1):
                if isinstance(node.op, ast.Mult) or _is(b, 1):
                    yield "a factor 1"
            case ast.BinOp(left=a, op=ast.Add() | ast.Sub(), right=b) if _is(b, 0) or _is(a, 0):
                yield "a term 0"
            case ast.BinOp(op=ast.Pow(), right=b) if _is(b, 1):
                yield "a power 1"
        match node:
            case ast.BinOp(left=a, op=ast.Mult(), right=b) if _ones(a) or _ones(b):
                yield "a matrix of ones, entry by entry"
            case ast.BinOp(left=a, op=ast.MatMult(), right=b) if "eye" in (_call(a), _call(b)):
                yield "a product with the identity"
            case ast.BinOp(op=ast.Add() | ast.Sub(), right=b) if _negative(b):
                yield "two signs"
            case ast.UnaryOp(op=ast.USub(), operand=a) if _negative(a):
                yield "two signs"


def _is(node: ast.AST, number: int) -> bool:
    return isinstance(node, ast.Constant) and node.value == number


def _negative(node: ast.AST) -> bool:
    while isinstance(node, ast.BinOp) and not isinstance(node.op, ast.Add | ast.Sub):
        node = node.left
    return isinstance(node, ast.UnaryOp)


def _call(node: ast.AST) -> str:
    called = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    return node.func.attr if called else ""  # type: ignore[attr-defined]


def _ones(node: ast.AST) -> bool:
    """Ones of a matrix, or a vector of them that only expands a scalar."""
    outer = isinstance(node, ast.Call) and _call(node) == "outer"
    return outer and {_call(a) for a in node.args} == {"ones"}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("x * np.outer(np.ones(n), np.ones(m)) * A", "a matrix of ones, entry by entry"),
        ("A @ np.eye(3)", "a product with the identity"),
        ("s = 1 * x\ns + 2", "a factor 1"),
        ("0 + x", "a term 0"),
        ("x - -y", "two signs"),
        ("--x", "two signs"),
        ("x + -2 * y", "two signs"),
        ("x / 1", "a factor 1"),
        ("x ** 1", "a power 1"),
    ],
)
def test_leftovers_would_be_seen(source: str, found: str) -> None:
    assert list(leftovers(source)) == [found]


@pytest.mark.parametrize(
    "source", ["1 / x - 2", "np.outer(np.ones(n), x) * A", "s * np.eye(n)", "-x"]
)
def test_what_is_no_leftover(source: str) -> None:
    assert list(leftovers(source)) == []


@every
@pytest.mark.parametrize("layout", LAYOUTS)
def test_nothing_is_left_over(id: str, layout: str) -> None:
    assert list(leftovers(derived(id).numpy(layout=layout))) == []


def length(source: str) -> int:
    """Characters of the answer and of what it names; helper functions are no part of it."""
    lines = [n for n in ast.parse(source).body if not isinstance(n, ast.FunctionDef | ast.Import)]
    return sum(len(ast.get_source_segment(source, line) or "") for line in lines)


def test_answers_are_short() -> None:
    lengths = [length(derived(id).numpy()) for id in BY_ID]
    assert median(lengths) <= 45
    assert quantiles(lengths, n=10)[-1] <= 110


def test_there_are_sixty_four() -> None:
    assert len(BY_ID) == 64
