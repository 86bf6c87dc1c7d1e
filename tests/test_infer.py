"""Shapes a reader left out: found from use and habit, or asked for by name."""

import ast
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from rulebook import ShapeError
from rulebook.dialect.infer import infer
from rulebook.dialect.parse import SIGNS, TURN, declare, parse
from rulebook.errors import ParseError, RulebookError
from rulebook.language.dims import array_shape
from rulebook.language.spelling import Constant, Spelling, functions, known_as
from rulebook.language.tree import Symbol

SET = json.loads((Path(__file__).parent / "data" / "derive-open-set.json").read_text())
ENTRIES = {entry["id"]: entry for entry in SET["entries"]}


def axes(symbols: Mapping[str, Symbol]) -> dict[str, str]:
    return {name: ",".join(map(str, array_shape(s.shape))) for name, s in symbols.items()}


def alike(shapes: Mapping[str, Iterable[str]]) -> set[frozenset[tuple[str, int]]]:
    """Which axes have the same length, whatever the lengths are called."""
    by_name: dict[str, set[tuple[str, int]]] = {}
    for name, sizes in shapes.items():
        for axis, size in enumerate(sizes):
            by_name.setdefault(size, set()).add((name, axis))
    return {frozenset(axes) for axes in by_name.values()}


@pytest.mark.parametrize("id", ENTRIES)
def test_the_shapes_people_declare_are_found_without_them(id: str) -> None:
    entry = ENTRIES[id]

    found = infer(entry["expr"], {})

    declared = {name: sizes for name, sizes in entry["vars"].items() if name in found}
    inferred = {name: [str(d) for d in array_shape(s.shape)] for name, s in found.items()}
    assert {n: len(s) for n, s in inferred.items()} == {n: len(s) for n, s in declared.items()}
    assert alike(inferred) == alike(declared)
    assert parse(entry["expr"], found).shape is not None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # what must be
        ("A @ x", "A m,n; x n"),
        ("x @ A @ x", "x n; A n,n"),
        ("trace(A @ X @ B)", "A m,n; X n,k; B k,m"),
        ("inv(a) @ b", "a n,n; b n"),
        ("outer(u, v) @ W", "u n; v m; W m,k"),
        ("dot(X, Y)", "X n; Y n"),
        ("X.T @ Y", "X m,n; Y m,k"),
        ("diag(x) @ diag(diag(A))", "x n; A n,n"),
        ("softmax(z) @ eye(3)", "z 3"),
        ("vec(X) - b", "X m,n; b m*n"),
        ("kron(A, B) @ vec(X)", "A m,n; B p,k; X n,k"),
        ("normfro(kron(A, X) - Y)", "A m,n; X p,k; Y m*p,k*n"),
        ("stack(A @ x, y @ B, t)", "A m,n; x n; y k; B k,p; t "),
        ("stack(A, B) @ x", "A m,n; B k,n; x n"),
        ("A @ ones(n) + b / n", "A m,n; b m"),
        ("2 ** N * x", "N ; x "),
        (
            "(tanh(W2 @ tanh(W1 @ x + b1) + b2) - y) @ c",
            "W2 m,n; W1 n,k; x k; b1 n; b2 m; y m; c m",
        ),
        # what is usual
        ("X", "X m,n"),
        ("x * y", "x ; y "),
        ("sum(x * y)", "x n; y n"),
        ("sum(l * x)", "l ; x n"),
        ("sum(alpha_1 * x / t0)", "alpha_1 ; x n; t0 "),
        ("sum(s ** 2 * x)", "s ; x n"),
        ("sum(hat_Y - bar_y)", "hat_Y m,n; bar_y "),
        ("sum(p * log(p / q))", "p n; q n"),
        ("sum(logsumexp(z))", "z n"),
        ("norm2(x - mu)", "x n; mu n"),
        ("sum(max(x, b))", "x n; b n"),
        ("mean((x - mean(x)) ** 2) + e", "x n; e "),
        ("softmax(K @ q / d)", "K m,n; q n; d "),
        ("t * A + B", "t ; A m,n; B m,n"),
        ("normfro(X - Y) ** 2 / N", "X m,n; Y m,n; N "),
        ("x @ A @ x / (2 * N)", "x n; A n,n; N "),
        ("A / B", "A m,n; B m,n"),
        ("normfro(a)", "a n"),
        ("A @ u + x ** 2 * x", "A m,n; u n; x m"),
        # names that are taken
        ("n * A @ m", "n ; A p,k; m k"),
    ],
)
def test_use_decides_and_then_habit(text: str, found: str) -> None:
    given = infer(text, {})

    assert "; ".join(f"{name} {sizes}" for name, sizes in axes(given).items()) == found
    assert parse(text, given).shape is not None


def test_lengths_have_names_without_end() -> None:
    text = "stack(" + ", ".join(f"a{i} @ b{i} * x{i}" for i in range(20)) + ")"

    lengths = [s.shape[0] for name, s in infer(text, {}).items() if name[0] == "a"]

    assert [str(n) for n in lengths[:3]] == ["n", "m", "k"]
    assert [str(n) for n in lengths[14:16]] == ["n1", "n2"]


@pytest.mark.parametrize(
    ("text", "shapes", "found"),
    [
        ("A @ x - b", {"A": ("p", "q")}, "A p,q; x q; b p"),
        ("A @ x - b", {"x": (3,)}, "x 3; A n,3; b n"),
        ("y * (X @ w)", {"y": ("m",)}, "y m; X m,n; w n"),
        ("sum(x) / n", {"x": ("n",)}, "x n"),
        ("C * sum(x)", {"C": ()}, "C ; x n"),
        ("A @ x", {"A": ("n", "m"), "x": ("m",), "unused": ()}, "A n,m; x m; unused "),
        ("X @ Y", {"X": ("m", "k")}, "X m,k; Y k,n"),
        ("A * dot(x, y)", {"A": ("n",)}, "A n; x m; y m"),
    ],
)
def test_what_is_declared_is_kept_and_settles_the_rest(
    text: str, shapes: dict[str, tuple[str, ...]], found: str
) -> None:
    given = infer(text, shapes)

    assert "; ".join(f"{name} {sizes}" for name, sizes in axes(given).items()) == found


@pytest.mark.parametrize(
    ("text", "shapes", "message"),
    [
        ("inv(x) + norm2(x)", {}, r"x has no shape that fits each use, norm2\(x\) among them"),
        ("x @ A * t + A ** A", {}, r"A has no shape that fits each use, A \*\* A among them"),
        ("kron(A, vec(B)) @ C", {}, "A has no shape that fits each use"),
        ("S + x @ A - norm2(S)", {"x": (), "A": ()}, "a scalar multiplies with"),
        ("norm2(A) + c", {"A": ("n", "m")}, "a vector is needed here, not n×m\n  norm2"),
        ("trace(dot(x, y)) * z", {"x": ("n",), "y": ("n",)}, "no shape that fits|is not square"),
        ("A * dot(x, y) @ z", {"A": ("n",), "z": ()}, "A|z"),
        (
            "inv(Z) @ dot(a, b)",
            {"a": ("n",), "b": ("n",)},
            r"Z has no shape that fits each use, inv",
        ),
        ("vec(X) - b", {"b": ("N",)}, "leaves open how long X is: declare it"),
        ("stack(x @ A, y @ A) - vec(B)", {}, "leaves open how long A is: declare it"),
        ("(x * A) @ B", {"x": ("n",), "B": ("n", "m")}, "whether A is a scalar or a vector"),
    ],
)
def test_what_cannot_be_found_is_asked_for(
    text: str, shapes: dict[str, tuple[str, ...]], message: str
) -> None:
    with pytest.raises(ShapeError, match=message):
        infer(text, shapes)


@pytest.mark.parametrize(
    ("text", "shapes"),
    [
        ("A @ x - b", {"A": ("p", "q"), "x": ("r",)}),
        ("A @ B + C", {"A": ("n", "m"), "B": ("k", "p")}),
        ("X - kron(X, A)", {"A": ("n", "n")}),
        ("vec(A) - x + y", {"A": ("n", "m"), "x": ("n",)}),
    ],
)
def test_lengths_that_differ_are_left_to_the_parser(
    text: str, shapes: dict[str, tuple[str, ...]]
) -> None:
    with pytest.raises(ShapeError, match="differ"):
        parse(text, infer(text, shapes))


@pytest.mark.parametrize(
    "text",
    [
        "x.shape + y",
        "A[0] @ x",
        "x % y",
        "foo(x)",
        "exp + x",
        "exp(x, y)",
        "sum(x, axis=0)",
        "norm2(*x)",
        "(lambda: x)()",
        "x @ 'y'",
        "not x",
        "x + True",
        "x + 1e999",
        "(" * 50 + "x" + " + y)" * 50 + "".join(".T" for _ in range(30)),
        "-" * 70 + "x",
        "x +",
        "",
        "é€(x)",
        "x" * 5000,
        "(" * 300 + "x",
    ],
)
def test_text_outside_the_dialect_is_refused_as_the_parser_does(text: str) -> None:
    with pytest.raises(ParseError) as refused:
        parse(text, infer(text, {}))

    with pytest.raises(RulebookError) as expected:
        parse(text, declare({"x": (), "y": (), "A": ()}))
    if isinstance(expected.value, ParseError):
        assert str(refused.value) == str(expected.value)


RANKS: dict[int, tuple[str, ...]] = {0: (), 1: ("n",), 2: ("n", "n")}
MEANINGS = [known_as(name) for name in (*functions(), *SIGNS.values(), TURN)]
TEMPLATES = {
    f"{m.name}({', '.join('ab'[: m.count])})" if m.name.isidentifier() else f"a {m.name} b": m
    for m in MEANINGS
    if isinstance(m, Spelling)
}
TEMPLATES["a.T"] = TEMPLATES.pop("a .T b")


def test_a_variable_is_no_size() -> None:
    with pytest.raises(ParseError, match="a size is the name of a dimension"):
        parse("ones(x) + y", infer("ones(x) + y", {"x": ()}))


def test_every_sign_of_the_grammar_has_a_row() -> None:
    assert {type(m) for m in MEANINGS} == {Spelling, Constant}
    assert set(SIGNS) == {ast.Add, ast.Sub, ast.Mult, ast.Div, ast.MatMult, ast.Pow}


@pytest.mark.parametrize("text", TEMPLATES)
def test_the_ranks_of_an_operation_are_the_parsers(text: str) -> None:
    accepted = set()
    for ranks in product(RANKS, repeat=2 if " b" in text else 1):
        symbols = declare({v: RANKS[r] for v, r in zip("ab", ranks, strict=False)})
        with suppress(ShapeError):
            accepted.add((*ranks, len(array_shape(parse(text, symbols).shape))))

    assert set(TEMPLATES[text].ranks) == accepted


@pytest.mark.parametrize(
    "text",
    [
        "stack(" + ", ".join(f"x{i}" for i in range(700)) + ")",
        "stack(" + ", ".join(["x @ A"] * 480) + ")",
        "sum(" + " * ".join(f"stack({', '.join('abc'[i % 3] * 30)})" for i in range(40)) + ")",
        "+".join(f"(normfro(stack(X{i}, X{i}) - X{i + 1}))" for i in range(55)),
        "+".join(f"(normfro(stack(X{55 - i}, X{55 - i}) - X{56 - i}))" for i in range(55)),
        "+".join(f"(normfro(kron(X{i}, X{i}) - X{i + 1}))" for i in range(55)),
        "+".join(f"(normfro(kron(X{55 - i}, X{55 - i}) - X{56 - i}))" for i in range(55)),
    ],
)
def test_long_text_takes_bounded_work(text: str, work: Any) -> None:
    with work() as done, suppress(ShapeError):
        infer(text, {})

    assert done.calls < 5_000_000
