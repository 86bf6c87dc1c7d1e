"""Rules: what is not well formed cannot exist; the others print, cite and explain themselves."""

import json
import re
from dataclasses import replace
from types import ModuleType

import pytest

import rulebook
from rulebook import Erratum, Rule, RuleError, ShapeError
from rulebook.book.claims import (
    Definition,
    Derivative,
    Differential,
    Equality,
    Pullback,
    cotangent,
    d,
)
from rulebook.book.packages import OURS, Chapter, read_chapter, read_package
from rulebook.book.references import Cite
from rulebook.book.rule import Mistake, mistaken
from rulebook.language.assumptions import Assumption, invertible, positive, symmetric
from rulebook.language.build import matrix, scalar, vector
from rulebook.language.operators import (
    diag,
    exp,
    eye,
    greater,
    inv,
    log,
    maximum,
    relu,
    sqrt,
    step,
    sum_of,
)
from rulebook.language.tree import Let

s, t = scalar("s"), scalar("t")
x, y = vector("x", "n"), vector("y", "n")
A, S = matrix("A", "m", "n"), matrix("S", "n", "n")
HERE = (Cite("petersen2012", "eq. 81"),)
QUADRATIC = Derivative(of=x.T @ S @ x, wrt=x, equals=x.T @ (S + S.T))


def rule(claim=QUADRATIC, **changes) -> Rule:
    return Rule(**{"title": "A rule", "claim": claim, "cites": HERE} | changes)


REFUSED = {
    "no source": (lambda: rule(cites=()), "'A rule' cites no source; a rule has at least one"),
    "an assumption on a stranger": (
        lambda: rule(assuming=(positive(y),)),
        "A rule: assumes something of y, which does not occur",
    ),
    "an unknown word": (
        lambda: Assumption("inverible", S),
        "no assumption 'inverible'; did you mean 'invertible'?",
    ),
    "a word for squares": (
        lambda: invertible(A),
        "A cannot be invertible: it is not a square matrix",
    ),
    "one name for two symbols": (
        lambda: rule(Equality(left=sum_of(x), right=sum_of(vector("x", "m")))),
        "A rule: 'x' names two things",
    ),
    "a name of a symbol and a size": (
        lambda: rule(Equality(left=scalar("n") * x, right=scalar("n") * x)),
        "A rule: 'n' names two things",
    ),
    "a name of a symbol and a let": (
        lambda: rule(Equality(left=Let("x", exp(x)), right=exp(x))),
        "A rule: 'x' names two things",
    ),
    "the name of a change": (
        lambda: rule(Derivative(of=vector("dx", "n").T @ x, wrt=x, equals=vector("dx", "n").T)),
        "A rule: 'dx' names two things",
    ),
    "a mistake of another shape": (
        lambda: rule(mistakes=(Mistake(equals=S @ x, why="turned"),)),
        "this is the denominator layout",
    ),
    "no such form of citation": (
        lambda: rulebook.get("softmax").cite("apa"),
        "no form 'apa'; the forms are text, bibtex, csl",
    ),
    "a citation of what is not published": (
        lambda: rule().cite(),
        "'A rule' stands in no book that could be cited",
    ),
    "an erratum that can be written": (
        lambda: (
            Erratum(
                title="E", printed=lambda: QUADRATIC, right="quadratic_form", cites=HERE
            ).refusal
        ),
        "E: the printed claim was meant to be refused, and was not",
    ),
}


@pytest.mark.parametrize(("make", "message"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_exist(make, message: str) -> None:
    with pytest.raises((RuleError, ShapeError)) as error:
        make()
    assert message in str(error.value)


PACKAGE = read_package(OURS)
SOURCES = PACKAGE.sources


def chapter(tmp_path, source: str) -> Chapter:
    path = tmp_path / "made.py"
    path.write_text(source)
    module = ModuleType("made")
    module.__file__ = str(path)
    wrong = Erratum(title="E", printed=QUADRATIC, right="r", cites=HERE)
    names = {"Rule": Rule, "Erratum": Erratum, "r": rule(), "e": wrong}
    names["s"] = rule(cites=(Cite("euler1748"),))
    exec(source, names | vars(module), vars(module))  # noqa: S102  the test's own text
    return read_chapter(module, PACKAGE)


def test_a_rule_takes_its_id_and_line_from_its_assignment(tmp_path) -> None:
    made = chapter(
        tmp_path,
        '"""Made up.\n\nFor a test."""\nfirst: Rule = r\n\nwrong: Erratum = e\nn: int = 3\n',
    )
    (found,) = made.rules
    assert (found.id, found.chapter, found.line) == ("first", "made", 4)
    assert found.path == "src/rulebook/chapters/made.py"
    assert (made.title, made.text) == ("Made up", "For a test.")
    assert [e.id for e in made.errata] == ["wrong"]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("a: Rule = r\na: Rule = r\n", "made.py, line 3: a second rule 'a'"),
        ("a: Rule = r\nb: Rule = a\n", "one entry under two ids: 'a' and 'b'"),
        (
            "\na: Rule = s\n",
            "src/rulebook/chapters/made.py, line 3: no source 'euler1748' in references.bib",
        ),
    ],
)
def test_what_a_chapter_cannot_state(tmp_path, source: str, message: str) -> None:
    with pytest.raises(RuleError) as error:
        chapter(tmp_path, '"""Made up."""\n' + source)
    assert message in str(error.value)


def test_an_id_does_not_make_two_rules_differ() -> None:
    assert replace(rulebook.get("quadratic_form"), id="other") == rulebook.get("quadratic_form")


def test_latex_of_several_equations_is_aligned() -> None:
    y_bar = cotangent("y", A @ x)
    claim = Pullback(of=A @ x, cotangents=y_bar, equals={A: y_bar @ x.T, x: A.T @ y_bar})
    assert rule(claim).latex() == (
        r"\begin{aligned} \bar{A} &= \bar{\mathbf{y}} \mathbf{x}^\top \\ "
        r"\bar{\mathbf{x}} &= A^\top \bar{\mathbf{y}} \end{aligned}"
    )


@pytest.mark.parametrize(
    ("claim", "assuming", "conditions"),
    [
        (QUADRATIC, (), ()),
        (QUADRATIC, (symmetric(S),), (r"S \text{ is symmetric}",)),
        (Equality(left=log(x), right=log(x)), (), (r"\mathbf{x} > 0",)),
        (Equality(left=log(s), right=log(s)), (positive(s),), (r"s \text{ is positive}",)),
        (Equality(left=sqrt(s) / s, right=sqrt(s) / s), (), ("s > 0",)),
        (Derivative(of=relu(s), wrt=s, equals=step(s)), (), (r"s \neq 0",)),
        (Derivative(of=maximum(s, t), wrt=s, equals=greater(s, t)), (), (r"s \neq t",)),
        (Equality(left=x / 2, right=x / 2), (), ()),
        (Equality(left=x / exp(s), right=x / exp(s)), (), ()),
    ],
)  # fmt: skip
def test_conditions_are_said_once(claim, assuming, conditions) -> None:
    assert rule(claim, assuming=assuming).conditions == conditions


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (rule(), rule(assuming=(symmetric(S),))),
        (rule(), rule(Derivative(of=x.T @ S @ x, wrt=x, equals=2 * x.T @ S))),
        (rule(Definition(left=x, right=x)), rule(Equality(left=x, right=x))),
    ],
)
def test_a_fingerprint_changes_with_the_meaning(one: Rule, other: Rule) -> None:
    assert one.fingerprint != other.fingerprint


def test_a_fingerprint_does_not_change_with_the_words() -> None:
    other = rule(title="Another", note="A note", cites=(Cite("parr2018"),))
    assert other.fingerprint == rule().fingerprint
    assert re.fullmatch("[0-9a-f]{16}", rule().fingerprint)


@pytest.mark.parametrize(
    ("claim", "wrong"),
    [
        (QUADRATIC, 2 * x.T @ S),
        (
            Differential(of=inv(S), wrt=(S,), equals=-(inv(S) @ d(S) @ inv(S))),
            inv(S) @ d(S) @ inv(S),
        ),
        (
            Pullback(
                of=A @ x, cotangents=cotangent("y", A @ x), equals={x: A.T @ cotangent("y", A @ x)}
            ),
            x,
        ),
        (Equality(left=S @ eye("n"), right=S), S.T),
    ],
)
def test_a_mistake_replaces_the_right_side(claim, wrong) -> None:
    made = mistaken(claim, wrong)
    assert type(made) is type(claim)
    assert wrong in made.sides.values()
    assert made != claim


ALL = [pytest.param(r, id=r.id) for r in rulebook.rules()]


@pytest.mark.parametrize("found", ALL)
def test_every_citation_parses(found: Rule) -> None:
    (entry,) = json.loads(found.cite("csl"))
    assert entry["title"] == found.title
    assert entry["URL"] == found.permalink
    assert found.id in found.cite()
    bibtex = found.cite("bibtex")
    body = re.fullmatch(r"@misc\{([\w-]+),\n((?:  \w+ = \{.*\},\n)+)\}", bibtex)
    assert body is not None
    assert bibtex.count("{") == bibtex.count("}")
    assert re.search(r"(?<!\\)[%&#_$]", re.sub(r"url = .*", "", body[2])) is None


@pytest.mark.parametrize("found", ALL)
def test_every_rule_describes_itself(found: Rule) -> None:
    assert str(found) == f"{found.id}: {found.title}"
    assert found.latex() in found._repr_markdown_()
    assert all(source for source in found.sources)
    assert set(found.shapes) == {symbol.name for symbol in found.claim.symbols}
    assert all(f"${name}" in found._repr_markdown_() for name, _ in found.where)


def test_the_sources_have_authors_titles_and_years() -> None:
    assert SOURCES["parr2018"].text == (
        "Parr and Howard, The Matrix Calculus You Need For Deep Learning (2018), arXiv:1802.01528"
    )
    assert SOURCES["parr2018"]["no such field"] == ""
    for reference in SOURCES.values():
        assert reference.authors
        assert reference["title"]
        assert re.fullmatch(r"\d{4}", reference["year"])


def test_three_authors_are_listed() -> None:
    reference = replace(
        SOURCES["parr2018"], fields=(("author", "Ada, A. and Bea, B. and Cleo, C."),)
    )
    assert reference.authors == "Ada, Bea and Cleo"


def test_softmax_names_its_value() -> None:
    (name, body), *_ = rulebook.get("softmax").where
    assert name == r"\mathbf{p}"
    assert "exp" in body or "softmax" in body
    assert diag(x).shape == (x.shape[0], x.shape[0])
