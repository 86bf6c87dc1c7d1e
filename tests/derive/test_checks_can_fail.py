"""A wrong rule in the book shows nothing wrong; zero is no way out; nonsense is refused by name."""

import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from truth import distance, jacobian, sampled

import rulebook
from rulebook import RulebookError
from rulebook.book import library
from rulebook.book.claims import Claim, Derivative, Differential, Pullback
from rulebook.book.library import Book
from rulebook.book.rule import Rule
from rulebook.language.build import matrix, scalar, vector
from rulebook.language.operators import (
    elementwise,
    function,
    inv,
    sin,
    size,
    sum_of,
    tanh,
    total,
    transposed,
)
from rulebook.language.tree import Index

ENTRIES = json.loads((Path(__file__).parents[1] / "data" / "derive-open-set.json").read_text())
BY_ID = {entry["id"]: entry for entry in ENTRIES["entries"]}
SIZES = {"n": 4, "m": 5, "p": 3, "q": 2, "k": 6}


def derived(entry: dict[str, Any], **more: Any) -> rulebook.Derivation:
    given = {"wrt": entry["wrt"], "shapes": entry["vars"], "assume": entry["assumptions"]}
    return rulebook.derive(entry["expr"], order=entry["order"], **given, **more)


def is_right(d: rulebook.Derivation, entry: dict[str, Any]) -> bool:
    rng = Random(5)
    values = {
        name: sampled(tuple(SIZES[n] for n in shape), entry["assumptions"].get(name, ()), rng)
        for name, shape in entry["vars"].items()
    }
    wanted = jacobian(entry["expr"], entry["wrt"], values, SIZES, entry["order"])
    return distance(d.jacobian(**values), wanted) < 1e-7


# ----------------------------------------------------------------- wrong rules
@cache
def cited() -> dict[str, list[str]]:
    """The rules that the 64 derivations cite, each with the shortest that do."""
    found: dict[str, list[tuple[int, str]]] = {}
    for id, entry in BY_ID.items():
        steps = derived(entry, check=False).steps
        for rule in {step.rule for step in steps}:
            found.setdefault(rule, []).append((len(steps), id))
    return {rule: [id for _, id in sorted(ids)[:1]] for rule, ids in sorted(found.items())}


def wrong(rule: Rule, twist: Callable[[Any], Any]) -> Rule:
    """The rule with its right side twisted."""
    claim: Claim = rule.claim
    match claim:
        case Derivative() | Differential():
            claim = replace(claim, equals=twist(claim.equals))
        case Pullback():
            equals = tuple((x, twist(g)) for x, g in claim.equals)
            claim = Pullback(of=claim.of, cotangents=claim.cotangents, equals=equals)
        case _:
            claim = replace(claim, right=twist(claim.right))
    return replace(rule, claim=claim, mistakes=())


def with_rule(other: Rule) -> AbstractContextManager[Book]:
    """The book with another rule in the place of one."""
    chapters = [
        replace(c, rules=tuple(other if rule.id == other.id else rule for rule in c.rules))
        for c in library.book().chapters
    ]
    return library.using(Book.of(chapters))


def negative(e: Any) -> Any:
    return -e


def doubled(e: Any) -> Any:
    return 2 * e


@pytest.mark.parametrize("twist", [negative, doubled])
def test_a_rule_with_a_wrong_factor_is_noticed(twist: Callable[[Any], Any]) -> None:
    """Every rule in use, made wrong in turn: what it led to is refused, and the rule is named."""
    noticed: list[rulebook.Refusal] = []
    unused = []
    for id, entries in cited().items():
        with with_rule(wrong(rulebook.get(id), twist)):
            for entry in entries:
                try:
                    d = derived(BY_ID[entry])
                except rulebook.Refusal as refusal:
                    noticed.append(refusal)
                else:
                    assert is_right(d, BY_ID[entry]), f"{id}: {entry} is wrong, and shown"
                    unused.append(id)
    assert len(noticed) >= 3 * len(unused)
    assert all(refusal.reached is not None for refusal in noticed)


def test_a_missing_transpose_is_noticed() -> None:
    entry = {"expr": "sum(A * (X @ X.T).T)", "wrt": "X", "order": 1, "assumptions": {}}
    entry |= {"vars": {"A": ["n", "n"], "X": ["n", "n"]}}
    assert is_right(derived(entry), entry)
    seen = 0
    for rule in [r for r in rulebook.rules() if isinstance(r.claim, Pullback)]:
        pairs = rule.claim.equals
        if not all(len(x.shape) == 2 and x.shape[0] == x.shape[1] for x, _ in pairs):
            continue
        equals = tuple((x, transposed(g)) for x, g in pairs)
        claim = Pullback(of=rule.claim.of, cotangents=rule.claim.cotangents, equals=equals)
        seen += 1
        for text in ("trace(A @ X)", "det(X)", "sum(A * inv(X))", "logdet(X @ A)"):
            given = entry | {"expr": text}
            with (
                with_rule(replace(rule, claim=claim, mistakes=())),
                suppress(rulebook.Refusal),
            ):
                assert is_right(derived(given), given), f"{rule.id}: {text} is wrong, and shown"
    assert seen


WRONG = '''"""A rule of a test, which is wrong."""

from typing import Final

from rulebook.book.claims import Differential, Equality, Pullback, cotangent, d
from rulebook.language.tree import Operator
from rulebook.language.build import matrix, vector
from rulebook.language.operators import ones, shapes, sum_of, tanh, zeros_like
from rulebook.book.references import Cite
from rulebook.book.rule import Rule

HERE = (Cite("petersen2012"),)
X, S, Y = matrix("X", "m", "n"), matrix("S", "n", "n"), matrix("Y", "n", "n")

cube = Operator(
    name="cube",
    shape=shapes.keep,
    entry=lambda s, i, a: a(*i) * a(*i) * a(*i),
    latex="cube {0:call}",
    numpy="np.power({0}, 3)",
    transposed="each",
)
cube_differential: Final = Rule(
    title="Differential of a cube",
    claim=Differential(of=cube(X), wrt=(X,), equals=CLAIMED),
    cites=HERE,
)
'''


@pytest.mark.parametrize(
    "claimed",
    ["-3 * X**2 * d(X)", "3 * X * d(X)", "zeros_like(X.shape)", "3 * X**2 * d(X) + 1e-4 * d(X)"],
)
def test_a_step_by_a_wrong_rule_is_not_shown(
    claimed: str, add_chapter: Callable[[str], ModuleType]
) -> None:
    cube = add_chapter(WRONG.replace("CLAIMED", claimed)).cube
    x, w = vector("x", "n"), vector("w", "n")
    assert rulebook.derive(w.T @ cube(x), wrt="x", check=False).steps
    with pytest.raises(rulebook.Refusal, match="check") as refusal:
        rulebook.derive(w.T @ cube(x), wrt="x")
    assert refusal.value.operation == "cube_differential"
    assert "cube_differential" in str(refusal.value)


@pytest.mark.parametrize("within", ["a large number", "noise"])
def test_neither_rounding_nor_noise_excuses_a_wrong_rule(
    within: str, add_chapter: Callable[[str], ModuleType]
) -> None:
    """Wrong in the fourth digit; beside 1e9 the seventh is lost, in such a sine the fifth."""
    right, wrong = "3 * X**2 * d(X)", "3.003 * X**2 * d(X)"
    x, w = vector("x", "n"), vector("w", "n")
    inside, beside = (x, 10**9) if within == "a large number" else (sin(10**7 * x), 0)
    for claimed in (right, wrong):
        of = w.T @ add_chapter(WRONG.replace("CLAIMED", claimed)).cube(inside) + beside
        if claimed == right:
            assert rulebook.derive(of, wrt="x").steps
        else:
            with pytest.raises(rulebook.Refusal) as refusal:
                rulebook.derive(of, wrt="x")
            assert refusal.value.operation == "cube_differential"


# ----------------------------------------------------------------- rules that do not apply
SHAPES = {"x": ("n",), "y": ("n",), "A": ("n", "n"), "B": ("n", "n"), "s": (), "t": ()}


def shown(text: str, wrt: str, **more: Any) -> rulebook.Derivation:
    return rulebook.derive(text, wrt=wrt, shapes=SHAPES, **more)


@pytest.mark.parametrize(
    ("text", "wrt"),
    [
        ("x ** t", "t"), ("x ** t", "x"), ("s ** t", "t"), ("s ** t", "s"), ("t ** t", "t"),
        ("(t * x) ** t", "t"), ("sum(x ** sum(x))", "x"), ("dot(x, x) ** s * s", "s"),
        ("(y @ x) ** (x @ x)", "x"),
    ],
)  # fmt: skip
def test_a_rule_is_not_used_where_what_it_holds_still_moves(text: str, wrt: str) -> None:
    d = shown(text, wrt)
    values = {"x": np.array([0.4, 1.2]), "y": np.array([2.0, 0.3]), "s": 0.7, "t": 1.1}
    used = {name: values[name] for name in values if name in re.findall(r"\w+", text)}
    assert distance(d.jacobian(**used), jacobian(text, wrt, used, {"n": 2}, 1)) < 1e-9


@pytest.mark.parametrize("words", [["simplex"], ["onehot"]])
@pytest.mark.parametrize("text", ["sum(P @ x)", "ones(m) @ P @ x", "sum(P.T @ b) + sum(P @ x)"])
def test_what_is_said_of_rows_is_not_said_of_columns(text: str, words: list[str]) -> None:
    """Rows that sum to 1 shorten P 1, not 1ᵀ P."""
    shapes = {"P": ("m", "n"), "x": ("n",), "b": ("m",)}
    values = {
        "P": sampled((3, 2), words, Random(2)),
        "x": np.ones(2),
        "b": np.ones(3),
    }
    used = {name: values[name] for name in shapes if name in re.findall(r"\w+", text)}
    for by in {"x", "b"} & set(used):
        given = {name: shapes[name] for name in used}
        d = rulebook.derive(text, wrt=by, shapes=given, assume={"P": words})
        assert distance(d.jacobian(**used), jacobian(text, by, used, {"m": 3, "n": 2}, 1)) < 1e-9
        if by == "b":
            assert any(step.rule.startswith("row_sums_of_") for step in d.steps)


@pytest.mark.parametrize(
    ("stated_of", "speaks_of"), [("X", "AxCt"), ("S", "A"), ('vector("x", "n")', "x")]
)
def test_a_rule_about_square_matrices_or_columns_is_none_about_scalars(
    stated_of: str, speaks_of: str, add_chapter: Callable[[str], ModuleType]
) -> None:
    """A matrix may be of any size, 1 included; else an operation needs the shape it was given."""
    chapter = WRONG.replace("of=cube(X), wrt=(X,)", f"of=cube({stated_of}), wrt=({stated_of},)")
    cube = add_chapter(chapter.replace("CLAIMED", f"3 * {stated_of}**2 * d({stated_of})")).cube
    arguments = scalar("t"), vector("x", "n"), matrix("A", "n", "n"), matrix("C", "m", "n")
    for u in arguments:
        if u.name in speaks_of:
            assert rulebook.derive(sum_of(cube(u)), wrt=u.name).steps
        else:
            with pytest.raises(rulebook.Refusal, match="cube"):
                rulebook.derive(sum_of(cube(u)), wrt=u.name)


# ----------------------------------------------------------------- zero
ZERO = [
    ("y @ A @ y", "x", 1), ("exp(s) * y", "t", 1), ("A @ B", "x", 1), ("sum(x)", "x", 2),
    ("A @ x", "x", 2), ("trace(A @ B)", "A", 2), ("sum(step(x))", "x", 1), ("sign(A @ x)", "x", 1),
    ("sum(x - x)", "x", 1), ("y", "x", 1), ("2 * y", "s", 2), ("outer(y, y)", "A", 1),
    ("3", "x", 1), ("trace(A @ B - A @ B)", "A", 1),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wrt", "order"), ZERO)
def test_zero_where_it_is_zero(text: str, wrt: str, order: int) -> None:
    d = shown(text, wrt, order=order)
    values = {"x": np.array([0.4, -1.0]), "y": np.array([2.0, 0.3]), "s": 0.7, "t": 1.1}
    values |= {"A": np.array([[1.0, 2.0], [0.5, -1.0]]), "B": np.array([[0.3, 1.0], [2.0, 0.1]])}
    wanted = jacobian(text, wrt, values, {"n": 2}, order)
    used = {name: values[name] for name in {wrt, *re.findall(r"\w+", text)} & set(SHAPES)}
    found = d.jacobian(**used)
    assert found.shape == wanted.shape
    assert not found.any()


@pytest.mark.parametrize(
    ("text", "wrt", "inside"),
    [
        ("sum(relu(x - 1000))", "x", "x - 1000"),
        ("sum(max(x, 1000))", "x", "1000"),
        ("sum(exp(-1000 * x ** 2 - 1000))", "x", "exp"),
        ("s * sum(softmax(1000 * x) ** 2)", "x", "softmax"),
        ("sum(min(exp(x), -1))", "x", "exp"),
    ],
)
def test_zero_at_the_sample_points_is_not_zero(text: str, wrt: str, inside: str) -> None:
    """What is flat wherever it was looked at still depends on the variable, and is so shown."""
    with suppress(rulebook.Refusal):
        assert inside in shown(text, wrt).numpy()


# ----------------------------------------------------------------- nonsense
@pytest.mark.parametrize(
    ("text", "wrt"),
    [
        ("sum(log(-exp(x)))", "x"), ("sqrt(-1 - s ** 2)", "s"), ("sum(x / (s - s))", "x"),
        ("inv(A - A)", "A"), ("logdet(outer(x, x) - outer(x, x))", "x"),
        ("s / (norm2(x) ** 2 - dot(x, x))", "s"), ("sum(inv(outer(x, y)))", "x"),
        ("(-exp(s)) ** 0.5", "s"), ("x ** 0.5 + (-abs(x)) ** 0.5", "x"),
    ],
)  # fmt: skip
def test_what_is_defined_nowhere_is_refused(text: str, wrt: str) -> None:
    with pytest.raises(RulebookError) as error:
        shown(text, wrt)
    assert len(str(error.value)) > 10


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("A @ s", "scalar"), ("x + A", "differ"), ("x.T @ x", ".T is for matrices"),
        ("trace(x)", "square"), ("det(A @ x)", "square"),
        ("softmax(s)", "neither a vector nor a matrix"), ("norm2(A)", "vector"),
        ("x[0]", "indexing"), ("cumsum(x)", "no function 'cumsum'"),
        ("x ** y", "exponent is a scalar"), ("s ** 10000", "exponents go up to"),
        ("x; y", "not an expression"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_in_words(text: str, said: str) -> None:
    with pytest.raises(RulebookError, match=said.replace("'", ".").replace("(", ".")):
        shown(text, "x")


OPEN: dict[str, Callable[[Any], Any]] = {
    "h": lambda x: sum_of(elementwise("h")(x)),
    "f": function("f"),
    "g": lambda x: size("n") * function("g", "n")(x),
    "index": lambda x: total(i := Index("i", "n"), x[i] * x[i]),
}


@pytest.mark.parametrize("named", OPEN)
def test_what_the_book_leaves_open_is_refused_by_name(named: str) -> None:
    with pytest.raises(rulebook.Refusal) as refusal:
        rulebook.derive(OPEN[named](vector("x", "n")), wrt="x")
    assert named in refusal.value.operation
    assert named in str(refusal.value)


def repeated(start: Any, once: Callable[[Any], Any], times: int) -> Any:
    for _ in range(times):
        start = once(start)
    return start


x, A, s = vector("x", "n"), matrix("A", "n", "n"), scalar("s")
HUGE: dict[str, tuple[str, Callable[[], Any]]] = {
    "a long sum": ("x", lambda: sum_of(repeated(x, lambda e: e + 2 * x, 3000))),
    "a long product": ("A", lambda: repeated(A, lambda e: e @ A.T, 600)),
    "sums of products": ("x", lambda: sum_of(repeated(x, lambda e: (x + e) * x, 1200))),
    "what is shared, written out": ("s", lambda: repeated(s, lambda e: e * e + s, 400)),
    "a deep call": ("x", lambda: sum_of(repeated(x, tanh, 900))),
    "a deep inverse": ("A", lambda: repeated(A, lambda e: inv(e + A), 500)),
}


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("kind", HUGE)
def test_what_is_absurdly_large_is_refused_or_answered_soon(kind: str, work: Any) -> None:
    rulebook.derive("x @ x", wrt="x", shapes={"x": ("n",)})  # files the rules, once
    wrt, make = HUGE[kind]
    e = make()
    with work() as done:
        try:
            found = len(rulebook.derive(e, wrt=wrt).numpy())
        except RulebookError as error:
            found = len(str(error))
            assert found < 2000
    assert found > 20
    assert done.calls < 5_000_000
