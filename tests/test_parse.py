"""Text to expressions: the whole dialect, and nothing beyond it."""

import json
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rulebook import ParseError, RulebookError, ShapeError
from rulebook.dialect.parse import declare, parse
from rulebook.language.assumptions import sample
from rulebook.language.spelling import functions
from rulebook.language.tree import Expr, Number
from rulebook.printing.latex import latex
from rulebook.printing.numpy import compiled, dialect, module, parameters

CASES = json.loads((Path(__file__).parent / "data" / "dialect.json").read_text())
SIZES = {"n": 4, "m": 5, "p": 3, "q": 2, "k": 6}
SHAPES = {"x": ("n",), "y": ("n",), "z": ("m",), "A": ("m", "n"), "S": ("n", "n"), "s": ()}
SYMBOLS = declare(SHAPES)


def softmax(a: Any) -> Any:
    e = np.exp(a)
    return e / e.sum(axis=-1, keepdims=True)


# The dialect means NumPy's: here is what it means, written down a second time.
NUMPY = {name: getattr(np, name) for name in "abs cos diag exp eye kron log mean ones".split()}
NUMPY |= {name: getattr(np, name) for name in "outer sign sin sqrt sum tanh trace zeros".split()}
NUMPY |= {name: getattr(np.linalg, name) for name in "det inv".split()}
NUMPY |= {
    "dot": lambda a, b: a @ b,
    "logdet": lambda a: np.log(abs(np.linalg.det(a))),
    "logsumexp": lambda a: np.log(np.exp(a).sum(axis=-1)),
    "max": np.maximum,
    "min": np.minimum,
    "norm2": np.linalg.norm,
    "normfro": np.linalg.norm,
    "relu": lambda a: a * (a > 0),
    "sigmoid": lambda a: 1 / (1 + np.exp(-a)),
    "softmax": softmax,
    "softplus": lambda a: np.log1p(np.exp(a)),
    "stack": lambda *parts: np.hstack(parts),
    "step": lambda a: (a > 0) * 1.0,
    "vec": lambda a: a.T.ravel(),
}


def by_numpy(text: str, values: dict[str, Any]) -> Any:
    return np.asarray(eval(text, NUMPY | SIZES, values))  # noqa: S307  the test's own text


def by_parse(e: Expr, values: dict[str, Any]) -> Any:
    made = compiled(module({"value": e}))["value"]
    return np.asarray(made(**{p: (SIZES | values)[p] for p in parameters(e)}))


def draw(shapes: dict[str, Any], assume: dict[str, Any]) -> dict[str, Any]:
    rng = Random(7)
    sizes = {name: tuple(SIZES[d] for d in shape) for name, shape in shapes.items()}
    return {n: np.array(sample(s, assume.get(n, ()), rng))[()] for n, s in sizes.items()}


@pytest.mark.parametrize("case", CASES, ids=[case["expr"] for case in CASES])
def test_the_dialect_means_what_numpy_means(case: dict[str, Any]) -> None:
    values = draw(case["shapes"], case["assume"])
    e = parse(case["expr"], declare(case["shapes"]))
    wanted = by_numpy(case["expr"], values)
    assert by_parse(e, values).shape == wanted.shape
    assert by_parse(e, values) == pytest.approx(wanted)
    assert by_parse(parse(dialect(e), declare(case["shapes"])), values) == pytest.approx(wanted)


CALLS = [
    f"{name}({argument})"
    for names, argument in [
        ("abs cos exp relu sigmoid sign sin softplus step tanh", "x - y"),
        ("log sqrt", "exp(x)"),
        ("abs sign step softmax logsumexp mean sum normfro", "A"),
        ("softmax logsumexp mean sum norm2 diag", "z @ A"),
        ("det inv logdet trace diag vec", "S"),
        ("dot outer max min stack", "x @ S, y"),
        ("max min", "s, x"),
        ("outer", "z, y @ S"),
        ("kron", "A, S"),
        ("eye ones zeros", "n"),
        ("stack", "s, 1, x"),
    ]
    for name in names.split()
]


@pytest.mark.parametrize("text", CALLS)
def test_every_function(text: str) -> None:
    values = draw(SHAPES, {})
    found, wanted = by_parse(parse(text, SYMBOLS), values), by_numpy(text, values)
    assert found.shape == wanted.shape
    assert found == pytest.approx(wanted)


def test_every_function_is_called_above() -> None:
    assert (
        set(functions())
        == {text.partition("(")[0] for text in CALLS}
        == set(NUMPY) - {"__builtins__"}
    )


@pytest.mark.parametrize(
    "text",
    [
        "+x", "--x", "x - -y", "-x ** 2", "2 * x / 3", "x ** 0.5", "exp(x) ** (1 / 2)", "x * y + s",
        "s + A", "A / s", "1 / exp(x)", "x ** -1", "(x @ S + y) * x", "x @ S - y", "y - x @ S",
        "A @ S @ A.T", "x @ y", "n * x", "s ** n", "1e-3 * x", "dot(x, y) * (A @ x)", "-2",
        "2 * n",        "max(x @ S, y)", "A.T @ z", "(A @ S).T", "x @ A.T", "-(A @ x)", "x\n + y",
        "ones(3) @ ones(3)",
    ],
)  # fmt: skip
def test_arithmetic(text: str) -> None:
    values = draw(SHAPES, {"x": ("positive",), "s": ("positive",)})
    found = by_parse(parse(text, SYMBOLS), values)
    wanted = by_numpy(" ".join(text.split()), values)
    assert found.shape == wanted.shape
    assert found == pytest.approx(wanted)


REFUSED = [
    ("", "there is no expression"),
    ("  \n ", "there is no expression"),
    ("x +", "this is not an expression: invalid syntax"),
    ("x = y", "this is not an expression"),
    ("x; y", "this is not an expression"),
    ("import os", "this is not an expression"),
    ("q", "no variable 'q'; the shapes declare A, S, s, x, y, z"),
    ("exp", "'exp' is a function and takes arguments"),
    ("x.shape", "'.shape' is not in the language; only .T is"),
    ("x.__class__.__mro__", "'.__mro__' is not in the language; only .T is"),
    ("__import__('os').system('ls')", "only the functions of the language can be called"),
    ("eval('1')", "no function 'eval'; there are abs, cos, det"),
    ("(lambda: 1)()", "only the functions of the language can be called"),
    ("exp(x)(y)", "only the functions of the language can be called"),
    ("exp(x=x)", "exp takes plain arguments"),
    ("exp(*x)", "exp takes plain arguments"),
    ("exp()", "exp takes 1 argument, not 0"),
    ("dot(x)", "dot takes 2 arguments, not 1"),
    ("stack()", "stack takes some arguments, not 0"),
    ("[x for x in y]", "a comprehension is not in the language"),
    ("(x for x in y)", "a comprehension is not in the language"),
    ("{x}", "a set is not in the language"),
    ("{x: y}", "a dictionary is not in the language"),
    ("[x, y]", "a list is not in the language"),
    ("x, y", "a tuple is not in the language"),
    ("x[0]", "indexing with [ ] is not in the language"),
    ("x if s else y", "'if' is not in the language"),
    ("x < y", "a comparison is not in the language"),
    ("x and y", "'and' or 'or' is not in the language"),
    ("not x", "'not' is not in the language"),
    ("~x", "~ is not in the language"),
    ("lambda: x", "a lambda is not in the language"),
    ("(x := y)", "':=' is not in the language"),
    ("x ^ y", "^ (a power is **) is not in the language"),
    ("x % y", "% is not in the language"),
    ("x // y", "// is not in the language"),
    ("f'{x}'", "a string is not in the language"),
    ("'x'", "'x' is not a number"),
    ("True", "True is not a number"),
    ("...", "Ellipsis is not a number"),
    ("2j", "2j is not a number"),
    ("x ** 1001", "exponents go up to 1000"),
    ("9 ** 9 ** 9", "this power of a number is too large"),
    ("2 ** 65", "this power of a number is too large"),
    ("s ** (9 ** 9)", "write this exponent as one number"),
    ("s ** (1 / 0)", "write this exponent as one number"),
    ("1e999", "this number is too long"),
    ("1e100", "this number is too large or too small"),
    ("9" * 31, "this number is too long"),
    ("ones(0)", "a size is the name of a dimension or a whole number"),
    ("ones(n + 1)", "a size is the name of a dimension or a whole number"),
    ("eye(x)", "a size is the name of a dimension or a whole number"),
    ("x" * 4001, "the expression has 4001 characters; at most 4000 are read"),
    ("(" * 61 + "x" + ")" * 61 + "+", "this is not an expression"),
    ("-" * 100 + "x", "nested more than 60 deep"),
    ("exp(" * 70 + "x" + ")" * 70, "nested more than 60 deep"),
]


@pytest.mark.parametrize(("text", "message"), REFUSED, ids=[t[:30] for t, _ in REFUSED])
def test_what_is_outside_is_refused_and_pointed_at(text: str, message: str) -> None:
    with pytest.raises(ParseError) as error:
        parse(text, SYMBOLS)
    assert str(error.value).startswith(message)


@pytest.mark.parametrize(
    ("text", "message", "pointed_at"),
    [
        ("x + z", "sum: shapes n×1 and m×1 differ", "x"),
        ("s + exp(A @ z)", "product: inner dimensions n and m differ", "A"),
        ("x.T", ".T is for matrices, and this is a vector", "x"),
        ("s.T", ".T is for matrices, and this is a scalar", "s"),
        ("s @ x", "@ is a matrix product; a scalar multiplies with *", "s"),
        ("x ** y", "an exponent is a scalar, not n×1", "x"),
        ("2 * dot(A, x)", "a vector is needed here, not m×n", "d"),
        ("norm2(s)", "a vector is needed here, not scalar", "n"),
        ("diag(s)", "a vector is needed here, not scalar", "d"),
    ],
)
def test_a_shape_error_points_at_its_place(text: str, message: str, pointed_at: str) -> None:
    with pytest.raises(ShapeError) as error:
        parse(text, SYMBOLS)
    first, shown, caret = str(error.value).split("\n")
    assert message in first
    assert shown[caret.index("^")] == pointed_at


def test_the_caret_counts_characters_not_bytes() -> None:
    with pytest.raises(ParseError) as error:
        parse("α + β + q", declare({"α": ("n",), "β": ("n",)}))
    _, shown, caret = str(error.value).split("\n")
    assert shown[caret.index("^")] == "q"


def test_text_must_be_text() -> None:
    with pytest.raises(ParseError, match="an expression is text, not int"):
        parse(3, SYMBOLS)  # type: ignore[arg-type]


@pytest.mark.parametrize(("text", "value"), [("0.1", "1/10"), ("1e3", "1000"), ("-2", "-2")])
def test_numbers_are_exact(text: str, value: str) -> None:
    e = parse(text, {})
    assert isinstance(e, Number)
    assert str(e.value) == value


@pytest.mark.parametrize(
    ("shapes", "message"),
    [
        ({"x": ("n", "n", "n")}, "x has 3 dimensions; text knows scalars, vectors and matrices"),
        ({"n": ("n",)}, "'n' names a variable and a dimension"),
        ({"n": (), "x": ("n",)}, "'n' names a variable and a dimension"),
        ({"x y": ()}, "'x y' is not a name"),
        ({"lambda": ()}, "'lambda' is not a name"),
        ({"np": ()}, "'np' is not a name"),
        ({"sigmoid": ()}, "'sigmoid' is a function, and cannot be a variable"),
        ({"x": (1,)}, "x has a dimension 1: a scalar has none, a vector has its length only"),
        ({"x": ("n m",)}, "'n m' is not the name of a dimension"),
        ({"x": (0,)}, "x has a dimension below 1"),
        ({"A": ("n", -1)}, "A has a dimension below 1"),
    ],
)
def test_shapes_that_cannot_be_declared(shapes: Any, message: str) -> None:
    with pytest.raises(ShapeError) as error:
        declare(shapes)
    assert str(error.value) == message


def test_a_shape_may_be_one_name_or_numbers() -> None:
    declared = declare({"x": "n", "A": (3, 2), "s": ()})
    assert [str(d) for d in declared["x"].shape] == ["n", "1"]
    assert [str(d) for d in declared["A"].shape] == ["3", "2"]
    assert declared["s"].shape == ()


# Fuzz: an expression or a RulebookError, whatever is typed ---------------------------------

TOKENS = [
    *SYMBOLS, *functions(), *"+ - * / ** @ ( ) , .T . [ ] { } = == < := lambda if else".split(),
    *"not in ; # ' n m _ α × １".split(),
    "0", "1", "2", "0.5", "1e5", "9" * 40, "2j", " ", "\n", "\t", "\\", "\0",
    "__class__", "None", "True", "f'", "await ", "yield ", "import ", "for x in y",
    "0x1F", "1_000", "1.T",
]  # fmt: skip


def survives(text: str) -> None:
    try:
        e = parse(text, SYMBOLS)
    except RulebookError:
        return
    assert isinstance(e, Expr)
    assert latex(e)
    assert module({"value": e})


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(TOKENS), max_size=14).map("".join))
def test_any_tokens(text: str) -> None:
    survives(text)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
@example("\ud800")
@example("x\0")
@example("(" * 3000)
@example("[" * 1500 + "]" * 1500)
@example("-" * 3999)
@example("x+" * 1900 + "x")
@example("x**" * 900 + "x")
@example("exp(" * 900 + "x" + ")" * 900)
@example("x" + ".T" * 1900)
@example("9" * 3999)
@example("1_" * 1000 + "1")
@example("1" + "e" * 100)
@example("s ** -1000")
@example("10 ** 60 * x")
@example("0 ** -1")
@example("x / 0")
@example("f'{x!r:{y}}'")
def test_any_text(text: str) -> None:
    survives(text)


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(CASES).map(lambda case: case["expr"]),
    st.integers(0, 60),
    st.integers(0, 3),
    st.sampled_from(TOKENS),
)
def test_any_slip_in_a_good_expression(text: str, at: int, gone: int, typed: str) -> None:
    at = min(at, len(text))
    survives(text[:at] + typed + text[at + gone :])
