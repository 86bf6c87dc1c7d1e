"""Derivations on pages: lines, links, warnings, freshness."""

import html
import re

import pytest

from rulebook.book import library
from rulebook.sphinx_ext.derivation import derived, given, shaped

MOVES = '''"""Moves."""

from typing import Final
from rulebook.book.claims import Derivative, Differential, Pullback, cotangent, d
from rulebook.language.build import matrix, vector
from rulebook.language.operators import zeros
from rulebook.book.references import Cite
from rulebook.book.rule import Rule
w, x, y, c = vector("w", "n"), vector("x", "n"), vector("y", "n"), vector("c", "m")
A, B, C = matrix("A", "n", "n"), matrix("B", "m", "n"), matrix("C", "n", "p")
D = matrix("D", "m", "n")
cites = (Cite("petersen2012", "eq. 81"),)

constant_vector: Final = Rule(
    title="Constant vector",
    claim=Derivative(of=c, wrt=x, equals=zeros("m", "n")),
    cites=cites,
)

product_differential: Final = Rule(
    title="Differential of a product",
    claim=Differential(of=B @ C, wrt=(B, C), equals=d(B) @ C + B @ d(C)),
    cites=cites,
)

bar = cotangent("E", B @ C)
product_pullback: Final = Rule(
    title="Pullback of a product",
    claim=Pullback(of=B @ C, cotangents=bar, equals={B: bar @ C.T, C: B.T @ bar}),
    cites=cites,
)

difference_differential: Final = Rule(
    title="Differential of a difference",
    claim=Differential(of=B - D, wrt=(B, D), equals=d(B) - d(D)),
    cites=cites,
)

row_times_column: Final = Rule(
    title="Row times column", claim=Derivative(of=y.T @ x, wrt=x, equals=y.T), cites=cites
)

linear_map: Final = Rule(
    title="Linear map", claim=Derivative(of=B @ x, wrt=x, equals=B), cites=cites
)

square_map: Final = Rule(
    title="Linear map, square", claim=Derivative(of=A @ x, wrt=x, equals=A), cites=cites
)

shifted: Final = Rule(
    title="Linear map, shifted",
    claim=Derivative(of=A @ (x - w), wrt=x, equals=A),
    cites=cites,
)
'''
SHIFTED = "A @ (x - w)\n:wrt: x\n:shape: A=n,n; x=n; w=n"


def text_of(page):
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())


@pytest.fixture
def moves(small_book):
    small_book.write("moves", MOVES)
    return small_book


@pytest.fixture
def page(project, moves):
    """A function from the text of a directive to the page and the warnings."""

    def make(directive):
        project.page(
            "index.md",
            f"# Home\n\n```{{rule:derivation}} {directive}\n```\n\n"
            "```{toctree}\nrules/index\n```\n",
        )
        built = project.build("-n")
        return built["index.html"], built.warnings

    return make


def test_a_derivation_shows_its_answer_and_its_lines_with_links_to_their_rules(page):
    shown, warnings = page(SHIFTED)
    text = text_of(shown)

    assert warnings == ""
    assert "A @ (x - w) by" in text
    assert "every line checked" in text
    assert "at 2 points" in text
    assert "Shapes:" in text
    assert shown.count('class="worked-step"') == 3
    for id, title in {
        "product_differential": "Differential of a product",
        "difference_differential": "Differential of a difference",
        "linear_map": "Linear map",
    }.items():
        link = rf'<a class="reference internal" href="rules/{id}/index.html" title="{title}">'
        assert link in shown


def test_the_answer_opens_in_other_layouts_and_as_programs(page):
    shown, _ = page(SHIFTED)
    summaries = re.findall(r"<summary>\s*(.*?)\s*</summary>", shown)
    programs = [text_of(code) for code in re.findall(r"<pre>(.*?)</pre>", shown, re.DOTALL)]

    assert summaries == ["In denominator layout", "NumPy", "JAX", "PyTorch"]
    assert len(programs) == 3
    for program, package in zip(programs, ("numpy", "jax", "torch"), strict=True):
        assert program.startswith(f"import {package}")
        assert re.search(r"def derivative \( A , x , w \): return A$", program)


def test_the_layout_the_caption_and_the_assumptions_are_those_asked_for(page):
    shown, warnings = page(
        SHIFTED + "\n:layout: denominator\n:caption: A map, *shifted*\n:assume: A=invertible"
    )

    assert warnings == ""
    assert "A map, <em>shifted</em>" in shown
    assert r"\text{ is invertible}" in shown
    answer = shown[shown.index("rule-statement") : shown.index("worked")]
    assert r"= A^\top" in answer


def test_a_second_derivative_is_derived_twice(page):
    shown, warnings = page("y @ x\n:wrt: x\n:shape: x=n; y=n\n:order: 2")

    assert warnings == ""
    assert r"\partial \mathbf{x} \, \partial \mathbf{x}^\top" in shown
    assert "Constant vector" in shown


def test_a_differential_is_shown_with_its_stacked_form_where_there_is_one(page, moves):
    moves.write("stacked", MOVES.partition("constant_vector")[0] + STACKED)
    shown, warnings = page("A @ X @ B\n:wrt: X\n:shape: A=p,m; X=m,n; B=n,q")

    assert warnings == ""
    assert "Stacked by columns" in text_of(shown)
    assert r"B^\top \otimes A" in shown


STACKED = """
from rulebook.book.claims import Equality
from rulebook.language.operators import kron, vec
E = matrix("E", "n", "p")
F = matrix("F", "p", "q")

vec_of_product: Final = Rule(
    title="vec of a product",
    claim=Equality(left=vec(D @ E @ F), right=kron(F.T, D) @ vec(E)),
    cites=cites,
)
"""


REFUSED = {
    "sin(x)\n:wrt: x\n:shape: x=n": "sin(x): no rule of the book handles",
    "A @ x\n:wrt: x\n:shape: A=m,n; x=m": "A @ x: ",
    "A @ x\n:wrt: z\n:shape: A=m,n; x=n": "no variable 'z'",
    "x @\n:wrt: x\n:shape: x=n": "x @: ",
    "x @ y\n:wrt: x\n:assume: x=lovely": "no assumption 'lovely'",
    "x @ y\n:wrt: x\n:order: 3": "order is 1 or 2",
    "__import__('os')\n:wrt: x": "__import__('os'): ",
}
"""What cannot be derived, and what is said of it."""


def test_what_cannot_be_derived_is_a_warning_at_its_place(page):
    shown, warnings = page("\n```\n\n```{rule:derivation} ".join(REFUSED))
    starts = [text.start() for text in re.finditer(r"/index\.md:", warnings)]
    found = [warnings[a:b] for a, b in zip(starts, [*starts[1:], None], strict=True)]
    places = [int(re.match(r"/index\.md:(\d+): (?:WARNING|ERROR)", text)[1]) for text in found]
    line = 3

    assert 'class="derivation' not in shown
    assert len(found) == len(REFUSED)
    for directive, said in REFUSED.items():
        assert said in found[places.index(line)]
        line += directive.count("\n") + 3


def test_a_rule_that_follows_from_others_shows_how(project, moves):
    built = project.build("-n")
    shown = built["rules/shifted/index.html"]

    assert built.warnings == ""
    assert '<section id="derivation">' in shown
    assert 'href="../linear_map/index.html" title="Linear map"' in shown
    assert 'href="../shifted/index.html" title="Linear map, shifted"' not in shown


def test_a_rule_that_restates_another_or_follows_from_none_shows_no_derivation(project, moves):
    built = project.build()

    for id in ("square_map", "linear_map", "logarithms", "product_differential"):
        assert '<section id="derivation">' not in built[f"rules/{id}/index.html"]


def test_a_derivation_that_ends_elsewhere_than_the_rule_is_not_shown(moves):
    moves.change("moves", "wrt=x, equals=A)", "wrt=x, equals=A.T)")
    rules = {rule.id: rule for rule in library.rules()}

    assert derived(rules["shifted"]) is None


def test_an_edit_of_a_cited_rule_has_the_pages_read_again(project, page, moves):
    page(SHIFTED)
    moves.change("moves", '"Differential of a difference"', '"Differences move"')
    again = project.build("-n")

    assert again.warnings == ""
    assert {"index", "rules/shifted/index"} <= again.read
    assert "rules/logarithms/index" not in again.read
    assert "Differences move</span></a>" in again["index.html"]
    assert "Differences move</span></a>" in again["rules/shifted/index.html"]


def test_an_edit_of_another_rule_leaves_them(project, page, moves):
    page(SHIFTED)
    moves.change("moves", '"Row times column"', '"A row times a column"')
    again = project.build("-n")

    assert again.read == NEIGHBORS


NEIGHBORS = {"rules/index"} | {
    f"rules/{id}/index" for id in re.findall(r"^(\w+): Final", MOVES, re.MULTILINE)
}
"""The list of the rules, and the pages of the chapter, which name those before and after."""


def test_a_rule_that_is_gone_is_not_cited_any_more(project, page, moves):
    page(SHIFTED)
    moves.change("moves", "difference_differential: Final", "minus_differential: Final")
    again = project.build("-n")

    assert again.warnings == ""
    assert "rules/minus_differential/index.html" in again["index.html"]


def test_the_paper_tells_it_with_names_and_the_chain_rule(elsewhere):
    elsewhere.page("index.md", PAPER)
    built = elsewhere.build("-n")
    shown = built["index.html"]

    assert r"\mathbf{u} = \mathbf{w} \odot \mathbf{x}" in shown
    assert r"\frac{\partial y}{\partial \mathbf{u}}" in shown
    assert "put in" in shown
    for id in ("hadamard_by_first", "sum_by_vector", "chain_scalar_vector_vector"):
        assert f"rules/{id}/" in shown
    assert "the paper's style is for first derivatives" in built.warnings
    assert built.warnings.count("WARNING") == 1


PAPER = """
# Home

```{rule:derivation} sum(w * x)
:wrt: w
:shape: w=n; x=n
:style: paper
```

```{rule:derivation} sum(w * x)
:wrt: w
:shape: w=n; x=n
:style: paper
:order: 2
```
"""


def test_shapes_are_given_as_on_the_command_line():
    assert given("A=m,n; x=n; c=") == {"A": ("m", "n"), "x": ("n",), "c": ()}
    assert given(None) == {}
    assert shaped("W=256,n; c=") == {"W": (256, "n"), "c": ()}
    assert shaped("x=²") == {"x": ("²",)}  # no number, and for the shapes to refuse
