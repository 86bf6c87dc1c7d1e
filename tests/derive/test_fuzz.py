"""Text that is no expression, or hardly one: an error of ours or an answer, with little work."""

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.random import Generator
from wild import wild

import rulebook
from rulebook import RulebookError
from rulebook.language.spelling import functions

ENTRIES = json.loads((Path(__file__).parents[1] / "data" / "derive-open-set.json").read_text())
SEED = 20261121
COUNT, CHUNKS = 2000, 4
CALLS = 50_000_000  # of Python and C, for one answer; few take a million

SHAPES: dict[str, tuple[str, ...]] = {"x": ("n",), "y": ("n",), "b": ("m",), "s": ()}
SHAPES |= {"A": ("m", "n"), "X": ("n", "n")}
PIECES = [
    *"()[]{}.,:;@*/+-%^&|~<>=!?\\'\"#$`_ \t\n\r\v\f\0xyAXbs0129eEjT",
    *"** // -> := == ... .T 0x 1e f'{x}' 1e999 -1e-999 1_0 0b1 1j nan inf 's' b'x' *x **x".split(),
    *"__class__ __import__ __dict__ .shape .sum() [0] (x) True None print await yield".split(),
    *(
        "lambda x: ",
        " if x else ",
        " for x in ",
        " and ",
        " not ",
        " in ",
        " is ",
        "import ",
        "[:, 0]",
    ),
    *"é ∇ ß ﬁ x² ½ Ⅷ х ｘ α ℝ 𝐱 🙂 × ·".split(),
    *("\u202e", "\u200b", "\ufeff", "\ud800", "\udfff", "\x7f", "\x1b[31m", "\u0301", "9" * 40),
    *("\N{NO-BREAK SPACE}", "\N{MINUS SIGN}", *functions()),
]
NASTY = [
    "(" * 300, "(" * 90 + "x" + ")" * 90, "-" * 200 + "x", "exp(" * 50 + "s" + ")" * 50,
    "exp(" * 500 + "s" + ")" * 500, "x" + ".T" * 100, "A" + ".T" * 58, "+".join(["x"] * 2000),
    " @ ".join(["X"] * 200), " * ".join(["x"] * 400), "/".join(["s"] * 50), "x ** " * 30 + "2",
    "9 ** 9 ** 9 ** 9", "2 ** 10 ** 10", "s ** 999", "x ** 1000", "x ** -1000", "x ** 1e308",
    "s ** 1e-300", "s ** (1 / 3)", "s ** 0", "s ** s ** s", "x ** x", "(-1) ** 0.5", "0 ** -1",
    "0 ** 0", "1 / 0", "x / 0", "log(0)", "log(-1) * s", "inv(0 * X)", "s / (s - s)",
    "norm2(x - x)", "sqrt(s - s)", "sqrt(-s ** 2)", "log(-exp(x))", "x.__class__",
    "x.T.__class__.__mro__", "x.sum()", "x.real", "__import__('os').system('true')",
    "().__class__.__bases__[0].__subclasses__()", "eval('x')", "exec('x = 1')", "open('x')",
    "globals()", "[i for i in x]", "{i: i for i in x}", "{i for i in x}", "sum(i for i in x)",
    "(y := x)", "lambda: x", "x if s else y", "f'{x}'", "f'{x!r:>{s}}'", "'x' * 10 ** 9", "x < y",
    "x and y", "not x", "x in y", "x is y", "x[0]", "x[::-1]", "A[0, 1]", "x,", "x, y", "*x",
    "**x", "sum(*x)", "sum(**x)", "sum(x, axis=0)", "sum()", "sum(x)(x)", "sum", "sum.T",
    "(sum)(x)", "f(x)", "np.sum(x)", "x; y", "x = y", "x\n\ny", "x #", "# x", "", " ", "\n",
    "\t\t", "\0", "x\0", "\ufeffx", "a" * 3000, "a" * 10_000, "a" * 100_000, "x + " * 999 + "x",
    "é" * 500, "\ud800", "x + '\ud800'", "ｘ + x", "ｓｕｍ(x)", "ſum(x)", "x²", "½ * x", "𝐱 @ x",
    "x × y", "A ⊙ A", "∂x", "π * s", "1 000", "1_000 * s", "0x10 * s", "1e400 * s", "1e-400 * s",
    "1j * s", "s * 1.7976931348623157e308", "1e29 * 1e29 * s", "0.1 + 0.2", "-0.0 * s", "...",
    "None", "True", "True * s", "'x'", "b'x'", "()", "[]", "{}", "stack()", "stack(x)",
    "stack(x, A)", "kron(x, y)", "kron(kron(X, X), kron(X, X))", "ones(0)", "ones(-1)",
    "ones(n, n)", "ones(n)", "eye(10 ** 9)", "eye(999)", "zeros(x)", "eye(n) @ ones(m)", "x @ b",
    "A @ A", "x.T", "s.T", "s @ s", "outer(A, x)", "dot(A, A)", "det(A)", "trace(x)", "inv(x)",
    "norm2(A)", "normfro(x)", "logdet(A @ A.T)", "max(x)", "max(x, b)", "abs()", "softmax(s)",
    "diag(s)", "vec(x)", "n * x", "n", "n ** n * s", "m @ n", "max(x, x)", "abs(x - x)",
    "step(sign(x))", "sign(relu(-abs(x)))", "exp(exp(exp(exp(exp(s)))))",
    "det(" * 20 + "X" + ")" * 20, "inv(" * 40 + "X" + ")" * 40, "kron(" * 8 + "X" + ", X)" * 8,
    "diag(" * 40 + "X" + ")" * 40, "(" * 55 + "x" + " + x)" * 55, "(" * 55 + "s" + " ** 2)" * 55,
    "tanh(X @ " * 28 + "x" + ")" * 28, "softmax(" * 55 + "x" + ")" * 55,
    "(" * 25 + "x @ X @ x" + " * x) @ x" * 25, "(" * 45 + "2 * s" + ") ** 2" * 45,
    "logdet(" + "inv(" * 30 + "X" + " + X)" * 30 + ")",
]  # fmt: skip


def deleted(text: str, rng: Generator) -> str:
    at = int(rng.integers(len(text) + 1))
    return text[:at] + text[at + int(rng.integers(1, 4)) :]


def inserted(text: str, rng: Generator) -> str:
    at = int(rng.integers(len(text) + 1))
    return text[:at] + str(PIECES[rng.integers(len(PIECES))]) + text[at:]


def replaced(text: str, rng: Generator) -> str:
    return inserted(deleted(text, rng), rng)


def swapped(text: str, rng: Generator) -> str:
    a, b = sorted(int(k) for k in rng.integers(len(text) + 1, size=2))
    return text[b:] + text[a:b] + text[:a]


def repeated(text: str, rng: Generator) -> str:
    a, b = sorted(int(k) for k in rng.integers(len(text) + 1, size=2))
    return text[:a] + text[a:b] * int(rng.integers(2, 40)) + text[b:]


def wrapped(text: str, rng: Generator) -> str:
    name, times = str(rng.choice(functions())), int(rng.integers(1, 30))
    return f"{name}(" * times + text + ")" * times


def raised(text: str, rng: Generator) -> str:
    powers = ["64", "1000", "1001", "1e9", "-7", "0.1", "(1 / 7)", "2 ** 9", "s"]
    return f"({text}) ** {rng.choice(powers)}"


def renamed(text: str, rng: Generator) -> str:
    """Another variable, function or number in the place of one."""
    words = list(re.finditer(r"[A-Za-z]\w*|[\d.]+", text))
    other = rng.choice([*SHAPES, *functions(), "2", "0", "1", "-1", "0.5", "n"])
    return _put(text, words, str(other), rng)


def operated(text: str, rng: Generator) -> str:
    """Another operator in the place of one."""
    other = rng.choice(["+", "-", "*", "/", "@", "**", "- -", "* 0 +", "// ", "%"])
    return _put(text, list(re.finditer(r"\*\*|[-+*/@]", text)), str(other), rng)


def _put(text: str, places: list[re.Match[str]], new: str, rng: Generator) -> str:
    if not places:
        return text
    place = places[rng.integers(len(places))]
    return text[: place.start()] + new + text[place.end() :]


MUTATIONS: list[Callable[[str, Generator], str]] = [
    *(deleted, deleted, inserted, inserted, inserted, replaced, replaced, swapped, repeated),
    *(wrapped, raised, renamed, renamed, renamed, renamed, operated, operated, operated),
]


def fuzzed(n: int) -> tuple[str, str, dict[str, Any]]:
    """A text, a variable and shapes: a nasty one as it is, or a valid one, mutated."""
    if n < len(NASTY):
        return NASTY[n], ("x", "s", "X", "A")[n % 4], SHAPES
    rng = np.random.default_rng([SEED, n])
    if rng.random() < 0.15:
        text, wrt, shapes = str(rng.choice(NASTY)), str(rng.choice(list(SHAPES))), SHAPES
    elif rng.random() < 0.5:
        entry = ENTRIES["entries"][rng.integers(len(ENTRIES["entries"]))]
        text, wrt, shapes = entry["expr"], entry["wrt"], entry["vars"]
    else:
        case = wild(rng)
        text, wrt, shapes = case.text, case.wrt, case.shapes
    for _ in range(int(rng.integers(1, 3))):
        text = MUTATIONS[rng.integers(len(MUTATIONS))](text[:20_000], rng)
    return text, wrt, shapes


def answered(text: str, wrt: str, shapes: dict[str, Any], order: int = 1) -> str:
    """The answer, with all that a page would print of it, or the name of our error."""
    try:
        d = rulebook.derive(text, wrt=wrt, shapes=shapes, order=order)
        assert d.numpy()
        assert d.latex()
        assert all(d.conditions)
    except RulebookError as error:
        return type(error).__name__ if str(error) else "an error without words"
    return "answer"


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_fuzzed_text_gives_an_error_of_ours_or_an_answer(chunk: int, work: Any) -> None:
    seen: Counter[str] = Counter()
    escaped, long = [], []
    for n in range(chunk, COUNT, CHUNKS):
        text, wrt, shapes = fuzzed(n)
        with work() as done:
            try:
                seen[answered(text, wrt, shapes, order=1 + n % 3 // 2)] += 1
            except Exception as error:  # noqa: BLE001  a test collects them
                said = f"{type(error).__name__}: {error}"
                escaped.append(f"[{n}] {text[:200]!r} by {wrt}: {said}"[:500])
        if done.calls > CALLS:
            long.append(f"[{n}] {done.calls:_} calls: {text[:200]!r}")
    assert escaped == []
    assert long == []
    assert not seen["an error without words"]
    assert seen["ParseError"] > COUNT / CHUNKS / 5
    assert seen["ShapeError"] > 0
    assert seen["answer"] > COUNT / CHUNKS / 20


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("times", [3, 5, 8, 11, 14])
@pytest.mark.parametrize("name", ["sigmoid", "sin", "tanh"])
def test_nested_functions_take_little_work(name: str, times: int, work: Any) -> None:
    text = f"{name}(" * times + "x @ y" + ")" * times
    with work() as done:
        assert answered(text, "x", SHAPES, order=2) == "answer"
    assert done.calls < CALLS


@pytest.mark.parametrize(
    "given",
    [
        {"wrt": "z"}, {"wrt": ""}, {"wrt": "n"}, {"wrt": "A @ x"}, {"wrt": 3}, {"wrt": None},
        {"shapes": {"A": ("m", "n"), "x": ("n", "n", "n")}},
        {"shapes": {"A": ("m", "n"), "x": ("p",)}}, {"shapes": {"A": ("m", "n"), "x": (0,)}},
        {"shapes": {"A": ("m", "n"), "x": ("n",), "sum": ()}},
        {"shapes": {"A": ("m", "n"), "x": ("1n",)}},
        {"shapes": {"A": ("m", "n"), "x": ("n",), "n": ()}}, {"assume": {"x": "wonderful"}},
        {"assume": {"x": "invertible"}}, {"assume": {"z": "positive"}},
        {"assume": {"x": ["positive", "zero"]}}, {"order": 0}, {"order": 3}, {"order": -1},
        {"order": "2"}, {"order": None}, {"order": 1.5}, {"of": 3}, {"of": None}, {"of": b"x @ x"},
        {"of": ["x"]}, {"of": np.ones(3)},
    ],
)  # fmt: skip
def test_other_nonsense_is_refused_in_words(given: dict[str, Any]) -> None:
    fine = {"of": "sum(A @ x)", "wrt": "x", "shapes": {"A": ("m", "n"), "x": ("n",)}}
    assert rulebook.derive(**fine).numpy()
    with pytest.raises(RulebookError) as error:
        rulebook.derive(**(fine | given))
    assert len(str(error.value)) > 10


@pytest.mark.parametrize("layout", ["", "Numerator", "both", None, 3])
def test_a_layout_that_is_none_is_refused(layout: Any) -> None:
    d = rulebook.derive("x @ x", wrt="x", shapes={"x": ("n",)})
    for shown in (d.in_layout, d.latex, d.numpy):
        with pytest.raises(RulebookError, match="layout"):
            shown(layout)


@pytest.mark.parametrize(
    "arrays",
    [
        {}, {"x": np.ones(3)}, {"x": np.ones(3), "A": np.ones((3, 2))},
        {"x": np.ones((3, 1)), "A": np.eye(3)}, {"x": None, "A": np.eye(3)},
        {"x": 2.0, "A": np.eye(3)}, {"x": np.ones(3), "A": np.eye(3), "z": 1},
    ],
)  # fmt: skip
def test_arrays_that_do_not_fit_are_refused(arrays: dict[str, Any]) -> None:
    d = rulebook.derive("x @ A @ x", wrt="x", shapes={"x": ("n",), "A": ("n", "n")})
    with pytest.raises(RulebookError) as error:
        d.jacobian(**arrays)
    assert len(str(error.value)) > 10
