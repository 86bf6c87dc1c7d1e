"""Derivations for people: which lines there are, what stands on their sides, and what they cite."""

import re
from itertools import pairwise

import pytest

import rulebook
from rulebook.book import library
from rulebook.deriving.chain.paper import paper
from rulebook.deriving.present.lines import Line, checked, folded, lines, names
from rulebook.deriving.present.text import markdown, text
from rulebook.language.build import scalar
from rulebook.language.operators.marks import differential
from rulebook.printing.latex import latex
from rulebook.printing.unicode import text as plain

SQUARES = "sum((A @ x - b) ** 2)"
CROSS_ENTROPY = "-dot(y, log(softmax(z)))"


def written(line: Line) -> tuple[str, str]:
    assert line.left is not None
    return latex(line.left), latex(line.right)


def derived(of: str, wrt: str, **given: object) -> rulebook.Derivation:
    return rulebook.derive(of, wrt, **given)  # type: ignore[arg-type]


def test_every_step_is_a_line_and_the_last_one_is_the_answer() -> None:
    found = derived(SQUARES, "x")

    made = lines(found)

    assert [line.cited for line in made] == [(step.rule,) for step in found.steps]
    assert [line.right for line in made[:-1]] == [s.after for s in found.steps[:-1]]
    assert written(made[-1]) == found.latex_parts()


@pytest.mark.parametrize("layout", ["numerator", "denominator", "gradient"])
def test_the_answer_is_in_the_layout_asked_for(layout: str) -> None:
    found = derived(SQUARES, "x")

    assert written(lines(found, layout)[-1]) == found.latex_parts(layout)
    assert lines(found, layout)[:-1] == lines(found)[:-1]


def test_a_left_side_stands_where_something_new_is_worked_out() -> None:
    found = derived("norm2(A @ x - b) ** 2", "x", order=2)

    assert [latex(line.left) for line in lines(found) if line.left] == [
        r"\mathrm{d}(\lVert A \mathbf{x} - \mathbf{b} \rVert^{2})",
        found.latex_parts()[0]
        .replace("^2}{", "}{", 1)
        .replace(r" \, \partial \mathbf{x}^\top", ""),
        r"\mathrm{d}(2 \, A^\top \left(A \mathbf{x} - \mathbf{b}\right))",
        found.latex_parts()[0],
    ]


def test_what_was_shortened_stands_before_its_differential() -> None:
    found = derived("normfro(X - U @ V.T) ** 2", "U")
    first, second, *_ = lines(found)

    assert first.left == found.of
    assert second.left == differential(first.right)


def test_runs_of_small_moves_are_folded_and_each_is_cited() -> None:
    found = derived(CROSS_ENTROPY, "z", assume={"y": "onehot"})
    every = lines(found)

    made = folded(every)

    assert [id for line in made for id in line.cited] == [step.rule for step in found.steps]
    assert not any(a.small and b.small for a, b in pairwise(made))
    assert len(made) < len(every)
    (run,) = (line for line in made if line.small)
    assert run.right == [line for line in every if line.small][-1].right
    assert len(run.rules) == len(run.cited) > 1


def test_a_rule_used_twice_in_a_run_is_named_once() -> None:
    line = Line(None, scalar("x"), ("factor_right", "linear_map", "factor_right"))

    assert [rule.id for rule in line.rules] == ["factor_right", "linear_map"]


def test_a_differential_ends_with_its_named_form() -> None:
    found = derived("inv(X) @ B @ inv(X) @ C", "X")

    assert found.is_differential
    assert lines(found)[-1].right == found.result
    assert names(found)


def test_names_are_told_below() -> None:
    found = derived("softmax(x)", "x")

    ((name, body),) = names(found)
    assert (plain(name), plain(body)) == ("p", "softmax(x)")
    assert text(found).splitlines()[-1] == "where p = softmax(x)"
    assert markdown(found).endswith("where $\\mathbf{p} = \\operatorname{softmax}(\\mathbf{x})$")


def test_the_text_has_a_line_for_each_and_its_rules() -> None:
    found = derived(SQUARES, "x")
    made = folded(lines(found))

    shown = text(found).splitlines()

    assert len(shown) == len(made)
    assert shown[0] == "d(sum((A x - b)∘²)) = sum(d((A x - b)∘²))  [sum_of_entries_differential]"
    assert shown[1].startswith("  = 2 sum(")
    assert all(
        line.endswith(f"[{', '.join(m.cited)}]") for line, m in zip(shown, made, strict=True)
    )


def test_in_a_notebook_each_line_links_to_its_rules() -> None:
    found = derived(SQUARES, "x")

    head, align, *rows = markdown(found).split("\n")

    assert (head, align) == ("| | | |", "|--:|:--|:--|")
    for row, line in zip(rows, folded(lines(found)), strict=True):
        links = re.findall(r"\[([^]]+)\]\((http[^)]+)\)", row)
        assert links == [(r.title, r.permalink) for r in map(library.get, line.cited)]
        assert row.count("|") == 4
        assert row.count("$") == (4 if line.left else 2)


def test_no_bar_of_mathematics_ends_a_cell() -> None:
    found = derived("sum(abs(x))", "x")

    assert all(row.count("|") == 4 for row in markdown(found).split("\n")[1:])


def test_the_papers_style_names_multiplies_and_spells_out() -> None:
    found = paper(derived("sum(w * x)", "w"))

    assert text(found).splitlines() == [
        "u = w ⊙ x",
        "∂u/∂w = diag(x)  [hadamard_by_first]",
        "y = sum(u)",
        "∂y/∂u = 𝟏ᵀ  [sum_by_vector]",
        "∂y/∂w = ∂y/∂u ∂u/∂w  [chain_scalar_vector_vector]",
        "  = 𝟏ᵀ diag(x)",
        "  = xᵀ  [ones_times_diagonal]",
    ]


def test_the_papers_answer_stands_last_without_names() -> None:
    found = paper(derived("(dot(w, x) + b - y) ** 2", "w", shapes={"b": (), "y": ()}))

    assert text(found).splitlines()[-2:] == ["  = 2 v xᵀ", "  = 2 (wᵀ x + b - y) xᵀ"]


def test_the_papers_answer_is_laid_out_once_more() -> None:
    found = paper(derived("sum(w * x)", "w"))

    *before, last = lines(found, "gradient")

    assert tuple(before) == lines(found)
    assert (plain(last.right), last.why) == ("x", "laid out")
    assert last.left is not None
    assert latex(last.left).startswith(r"\nabla")


def test_lines_without_a_rule_say_why() -> None:
    made = lines(paper(derived("(dot(w, x) + b - y) ** 2", "w", shapes={"b": (), "y": ()})))

    assert all(bool(line.cited) != bool(line.why) for line in made)
    assert [line.why for line in made if line.why].count("a name") == 3
    assert made[-1].why == "names replaced"
    assert markdown(paper(derived("sum(w * x)", "w"))).split("\n")[2].endswith("| a name |")


def test_a_line_that_reads_as_the_one_before_is_not_seen() -> None:
    found = derived("max(0, w @ x + b)", "w", shapes={"b": ()})
    first, *rest = lines(found)

    assert first.left is not None
    assert first.cited == ("relu_as_maximum", "relu_differential")
    assert latex(first.left) == latex(differential(found.of))
    assert [id for line in (first, *rest) for id in line.cited] == [s.rule for s in found.steps]


def test_how_the_lines_were_checked_is_said() -> None:
    found = derived(SQUARES, "x")

    assert re.fullmatch(
        r"each line against the one before it, at 2 points: equal to (\de-1\d|the last digit)",
        checked(found),
    )
    assert checked(derived(SQUARES, "x", check=False)) == "not checked"


@pytest.mark.parametrize(
    ("of", "wrt", "shapes", "said"),
    [
        ("X", "X", {"X": ("n", "n")}, "d(X) = dX"),
        ("X", "X", {"X": ("m", "n")}, "d(X) = dX"),
        ("x", "x", {"x": ("n",)}, "∂x/∂x = I"),
        ("t", "t", {"t": ()}, "dt/dt = 1"),
    ],
)
def test_a_variable_by_itself_is_shown(
    of: str, wrt: str, shapes: dict[str, tuple[str, ...]], said: str
) -> None:
    found = rulebook.derive(of, wrt=wrt, shapes=shapes)
    assert said in str(found)
    assert markdown(found)
    assert checked(found)


def test_what_is_shown_of_a_rule_and_of_an_answer_in_a_terminal() -> None:
    assert repr(rulebook.get("softmax")) == "Rule(softmax: ∂p/∂x = diag(p) - p pᵀ)"
    found = rulebook.derive("x @ A @ x", wrt="x")
    assert repr(found) == "Derivation(x.T @ A @ x, wrt=x: x.T @ (A + A.T))"
