"""``rulebook derive``: the lines, their rules, what is said below, and what is refused."""

import json
import sys
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest

import rulebook
from rulebook.book import library
from rulebook.cli import main, terminal
from rulebook.deriving.present.lines import folded, lines
from rulebook.language.assumptions import WORDS
from rulebook.printing.languages import LANGUAGES
from rulebook.printing.unicode import text

SQUARES = ("derive", "sum((A @ x - b) ** 2)", "--wrt", "x")


class Outcome(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Outcome]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*argv: str) -> Outcome:
        code = main(argv)
        return Outcome(code, *capsys.readouterr())

    return command


def test_each_line_stands_over_its_rules(run: Run) -> None:
    code, out, err = run(*SQUARES)
    made = folded(lines(rulebook.derive(SQUARES[1], "x")))

    above, _ = out.split("\n\n")
    expected = []
    for line in made:
        expected.append(f"{text(line.left) if line.left else ' '} = {text(line.right)}")
        expected += [f"        {rule.id}  {rule.title}" for rule in line.rules]
    assert (code, err) == (0, "")
    assert above.splitlines() == expected


def test_what_is_said_below(run: Run) -> None:
    out = run(*SQUARES, "--shape", "A=m,n", "--assume", "x=positive").out

    assert out.split("\n\n")[1].splitlines()[:5] == [
        "shapes     A is m × n",
        "           x has length n, inferred",
        "           b has length m, inferred",
        "result     1×n, in numerator layout",
        f"assumes    x {WORDS['positive'].phrase}",
    ]
    assert "checked    each line against the one before it, at 2 points: equal" in out


def test_conditions_are_told(run: Run) -> None:
    assert "requires   A x - b ≠ 0\n" in run("derive", "norm2(A @ x - b)", "--wrt", "x").out


@pytest.mark.parametrize(
    ("layout", "answer", "said"),
    [
        ("numerator", "∂/∂x sum((A x - b)∘²) = 2 (A x - b)ᵀ A", "1×n, in numerator layout"),
        ("denominator", "∂/∂x sum((A x - b)∘²) = 2 Aᵀ (A x - b)", "n×1, in denominator layout"),
        ("gradient", "∇ₓ sum((A x - b)∘²) = 2 Aᵀ (A x - b)", "n×1, in gradient convention"),
    ],
)
def test_layouts(run: Run, layout: str, answer: str, said: str) -> None:
    out = run(*SQUARES, "--layout", layout).out

    assert f"\n{answer}\n" in out
    assert f"result     {said}\n" in out


def test_small_moves_one_by_one(run: Run) -> None:
    asked = ("derive", "-dot(y, log(softmax(z)))", "--wrt", "z", "--assume", "y=onehot")
    found = rulebook.derive(asked[1], "z", assume={"y": "onehot"})
    brief, verbose = run(*asked).out, run(*asked, "-v").out

    assert verbose.count("\n  = ") > brief.count("\n  = ")
    for step in found.steps:
        assert f"        {step.rule}  {library.get(step.rule).title}\n" in brief
        assert f"        {step.rule}  {library.get(step.rule).title}\n" in verbose


def test_code_and_latex_are_printed_too(run: Run) -> None:
    found = rulebook.derive("softmax(x)", "x")

    for language in LANGUAGES:
        out = run("derive", "softmax(x)", "--wrt", "x", f"--{language}").out
        assert out.endswith(f"\n\n{getattr(found, language)()}\n")
    both = run("derive", "softmax(x)", "--wrt", "x", "--latex", "--jax", "--torch").out
    assert both.endswith(
        f"\n\n{found.latex()}\n\n# JAX\n{found.jax()}\n\n# PyTorch\n{found.torch()}\n"
    )


def test_the_code_runs(run: Run) -> None:
    code = run(*SQUARES, "--numpy", "--layout", "gradient").out.rpartition("\n\n")[2]
    rng = np.random.default_rng(0)
    A, x, b = rng.normal(size=(3, 2)), rng.normal(size=2), rng.normal(size=3)

    made = eval(code, {"np": np}, {"A": A, "x": x, "b": b})  # noqa: S307  our own printer's output

    np.testing.assert_allclose(made, 2 * A.T @ (A @ x - b))


def test_second_derivatives(run: Run) -> None:
    out = run("derive", "norm2(A @ x - b) ** 2", "--wrt", "x", "--order", "2").out

    assert "∂²/(∂x ∂xᵀ) (‖A x - b‖²) = 2 Aᵀ A\n" in out
    assert "result     n×n, in numerator layout" in out


def test_differentials_and_their_stacked_form(run: Run) -> None:
    out = run("derive", "A @ X @ B", "--wrt", "X", "--vec").out

    assert "result     a differential, m×p, in dX\n" in out
    assert "stacked    d vec(A X B) = (Bᵀ ⊗ A) vec(dX)\n" in out


def test_the_papers_style(run: Run) -> None:
    code, out, _ = run("derive", "sum(w * x)", "--wrt", "w", "--style", "paper")

    assert code == 0
    assert out.startswith("u = w ⊙ x  (a name)\n∂u/∂w = diag(x)\n        hadamard_by_first  ")
    assert "\n∂y/∂w = ∂y/∂u ∂u/∂w\n" in out


def test_everything_for_a_program(run: Run) -> None:
    found = rulebook.derive("-dot(y, log(softmax(z)))", "z", assume={"y": "onehot"})
    code, out, _ = run(
        *("derive", "-dot(y, log(softmax(z)))", "--wrt", "z", "--assume", "y=onehot", "--json"),
        *("--layout", "gradient"),
    )
    data = json.loads(out)

    assert code == 0
    assert (data["of"], data["wrt"], data["order"]) == ("-dot(y, log(softmax(z)))", "z", 1)
    assert data["shapes"] == {"y": ["n"], "z": ["n"]}
    assert data["assuming"] == {"y": ["onehot"]}
    assert (data["differential"], data["shape"]) == (False, ["n", "1"])
    assert data["plain"] == "softmax(z) - y"
    assert data["latex"] == found.latex_parts("gradient")[1]
    assert data["code"] == {name: getattr(found, name)("gradient") for name in LANGUAGES}
    assert data["conditions"] == list(found.conditions)
    assert [step["rule"] for step in data["steps"]] == [step.rule for step in found.steps]
    last, step = data["steps"][-1], found.steps[-1]
    assert last["title"] == library.get(step.rule).title
    assert last["url"] == library.get(step.rule).permalink
    assert set(last["binding"]) == set(step.binding)
    assert (last["phase"], last["verdict"], last["error"]) == ("layout", step.verdict, step.error)


def test_the_stacked_form_for_a_program(run: Run) -> None:
    asked = ("derive", "A @ X @ B", "--wrt", "X", "--json")

    assert json.loads(run(*asked, "--vec").out)["vec"]["plain"] == "Bᵀ ⊗ A"
    assert json.loads(run(*asked).out)["vec"] is None


def test_an_expression_that_begins_with_a_minus(run: Run) -> None:
    for asked in (("-x@x",), ("--of", "-x@x"), ("--of=-x@x",), ("-v", "-x @ x")):
        code, out, _ = run("derive", *asked, "--wrt", "x")
        assert (code, out.splitlines()[0][:8]) == (0, "d((-x)ᵀ ")


REFUSED = ("A @ X", "--wrt", "X", "--style", "paper")


def test_a_refusal_is_one_message(run: Run) -> None:
    code, out, err = run("derive", *REFUSED)

    assert (code, out) == (1, "")
    assert err.startswith("rulebook: the paper's style is for scalars and vectors")
    assert err.count("\n") == 1


def test_a_refusal_for_a_program(run: Run) -> None:
    code, out, err = run("derive", *REFUSED, "--json")
    data = json.loads(out)

    assert (code, err) == (1, "")
    assert data["operation"] == "paper style"
    assert data["refused"].startswith("the paper's style is for")
    assert data["nearest"] == []


def test_a_refusal_names_the_rules_that_come_nearest(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise rulebook.Refusal("no rule", "sine", nearest=("sine", "cosine"))

    monkeypatch.setattr(rulebook, "derive", refuse)

    assert [
        near["id"] for near in json.loads(run("derive", "x", "--wrt", "x", "--json").out)["nearest"]
    ] == ["sine", "cosine"]


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (("--wrt", "x"), "derive takes one expression"),
        (("x", "--of", "x", "--wrt", "x"), "derive takes one expression"),
        (
            ("x @ A[0]", "--wrt", "x"),
            "indexing with [ ] is not in the language\n  x @ A[0]\n      ^",
        ),
        (("x", "--wrt", "y"), "no variable 'y' to differentiate by"),
        (("x", "--wrt", "x", "--order", "3"), "order is 1 or 2"),
        (("A @ x", "--wrt", "x", "--shape", "A=m,n", "--shape", "x=m"), "inner dimensions n and m"),
        (("det(X) * norm2(X)", "--wrt", "X"), "X has no shape that fits each use"),
        (("x", "--wrt", "x", "--shape", "x"), "write --shape x=n"),
        (("x", "--wrt", "x", "--assume", "x"), "write it as --assume A=symmetric"),
        (("x", "--wrt", "x", "--assume", "x=sweet"), "no assumption 'sweet'"),
        (("x",), "the following arguments are required: --wrt"),
        (("x", "--wrt", "x", "--layout", "sideways"), "no layout 'sideways'; the layouts are"),
    ],
)
def test_mistakes_are_one_clear_message(run: Run, argv: tuple[str, ...], message: str) -> None:
    code, out, err = run("derive", *argv)

    assert (code, out) == (2, "")
    assert err.startswith("rulebook: ")
    assert message in err


def test_lines_fit_the_terminal(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "70")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)

    out = run("derive", "(x - mean(x)) / sqrt(mean((x - mean(x)) ** 2) + e)", "--wrt", "x").out

    assert max(map(len, out.splitlines())) <= 70
    assert "\u00a0" not in out


def test_a_formula_is_broken_outside_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")

    broken = terminal.formula("= (a + b) (c + d) (e + f) - (g + h) (i - j)", "  ", "      ")

    assert broken.split("\n") == ["  = (a + b) (c + d) (e + f)", "      - (g + h) (i - j)"]
    within = terminal.formula(f"= ({' + '.join('abcdefghijklmnop')})", "", "  ")
    assert [line[:3] for line in within.split("\n")] == ["= (", "  +"]
    assert terminal.formula("x" * 50, "", "  ") == "x" * 50
