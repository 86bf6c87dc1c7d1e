"""A new operator is one row and what the book says of it; nothing else has a case for it."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from truth import distance

import rulebook
from rulebook.dialect.infer import infer
from rulebook.dialect.parse import declare, parse
from rulebook.errors import ShapeError
from rulebook.language.build import vector
from rulebook.language.operators import shapes
from rulebook.language.spelling import functions
from rulebook.language.tree import Operator
from rulebook.printing.languages import text
from rulebook.printing.latex import latex
from rulebook.printing.numpy import dialect

OPERATOR = r'''"""Sums up to each entry."""

from rulebook.language import Operator, ShapeRule, shapes


def _up_to(s, i, a):
    here = s.index_value(i[0]) + s.number(1)
    return s.total(a.shape[0], lambda k: s.choose(here - s.index_value(k), a(k, 0), s.number(0)))


CUMSUM = Operator(
    name="cumulative sum",
    shape=ShapeRule(
        lambda a: (shapes.is_column(a), a)[1], ((1, 1),), lambda a, r: zip(a, r, strict=True)
    ),
    entry=_up_to,
    latex=r"\operatorname{{cumsum}}{0:call}",
    numpy="np.cumsum({0})",
    torch="torch.cumsum({0}, dim=0)",
    call="cumsum",
    stands="column",
    of_vectors=True,
    linear=True,
)
'''
CHAPTER = '''"""Sums in order."""

from typing import Final

from prefix_sums import CUMSUM
from rulebook.book import Cite, Differential, Pullback, Rule, cotangent, d
from rulebook.language import sum_of, vector

HERE = (Cite("petersen2012"),)
x = vector("x", "n")
g = cotangent("g", x)

cumsum_differential: Final = Rule(
    title="Differential of a cumulative sum",
    claim=Differential(of=CUMSUM(x), wrt=(x,), equals=CUMSUM(d(x))),
    cites=HERE,
)
cumsum_pullback: Final = Rule(
    title="Pullback of a cumulative sum",
    claim=Pullback(of=CUMSUM(x), cotangents=g, equals={x: sum_of(g) - CUMSUM(g) + g}),
    cites=HERE,
)
wrong_pullback: Final = Rule(
    title="As if sums came from the other end without the entry itself",
    claim=Pullback(of=CUMSUM(x), cotangents=g, equals={x: sum_of(g) - CUMSUM(g)}),
    cites=HERE,
)
'''

Add = Callable[[], Operator]
X, Y = np.array([0.3, -1.2, 0.7, 2.0]), np.array([1.1, 0.4, -0.6, 0.9])


@pytest.fixture
def cumsum(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, add_chapter: Callable[[str], ModuleType]
) -> Operator:
    """The operator, from a file of its own, and the chapter that speaks of it."""
    (tmp_path / "prefix_sums.py").write_text(OPERATOR, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "prefix_sums", raising=False)
    row = add_chapter(CHAPTER).CUMSUM
    assert isinstance(row, Operator)
    return row


def test_it_is_typed_and_its_shapes_are_found(cumsum: Operator) -> None:
    symbols = infer("sum(cumsum(x @ A) * y)", {})
    assert {name: str(s.shape[0]) for name, s in symbols.items()} == {"x": "n", "A": "n", "y": "m"}
    e = parse("cumsum(x)", declare({"x": ("n",)}))
    assert e.op is cumsum  # type: ignore[attr-defined]
    assert dialect(e) == "cumsum(x)"
    with pytest.raises(ShapeError, match="cumulative sum: n×m is not a column"):
        parse("cumsum(A)", declare({"A": ("n", "m")}))
    with pytest.raises(ShapeError, match="'cumsum' is a function, and cannot be a variable"):
        declare({"cumsum": ()})


def test_it_is_printed(cumsum: Operator) -> None:
    e = parse("cumsum(x)", declare({"x": ("n",)}))
    assert latex(e) == r"\operatorname{cumsum}(\mathbf{x})"
    assert [text(e, language) for language in ("numpy", "jax", "torch")] == [
        "np.cumsum(x)",
        "jnp.cumsum(x)",
        "torch.cumsum(x, dim=0)",
    ]


def test_its_rules_are_checked(cumsum: Operator) -> None:
    for id in ("cumsum_differential", "cumsum_pullback"):
        assert rulebook.check(id).ok
    wrong = rulebook.check("wrong_pullback")
    assert not wrong.ok
    assert wrong.verdict == "refuted"


def test_it_is_derived_through(cumsum: Operator) -> None:
    d = rulebook.derive("sum(cumsum(x) * y)", wrt="x")
    assert {"cumsum_differential", "cumsum_pullback"} <= {step.rule for step in d.steps}
    assert distance(d.jacobian(x=X, y=Y), np.cumsum(Y[::-1])[::-1]) < 1e-12
    tripled = rulebook.derive("3 * sum(cumsum(2 * x) * y)", wrt="x")
    assert distance(tripled.jacobian(x=X, y=Y), 6 * np.cumsum(Y[::-1])[::-1]) < 1e-12


def test_only_its_own_file_and_its_chapter_say_its_name() -> None:
    source = Path(rulebook.__file__).parent
    assert not [p for p in source.rglob("*.py") if '"cumsum"' in p.read_text(encoding="utf-8")]
    assert "cumsum" not in functions()


def _up_to_here(s: Any, i: Any, a: Any) -> Any:
    return sum((a(k) for k in range(i + 1)), s.number(0))  # with i a number


def _unheard_of(s: Any, i: Any, a: Any) -> Any:
    return s.gamma(a(*i))


@pytest.mark.parametrize(
    ("entry", "numpy", "verdict"),
    [
        (lambda s, i, a: _up_to_here(s, i[0], lambda k: a(k, *i[1:])), "np.cumsum({0})", "given"),
        (_unheard_of, "np.exp({0})", "numerically"),
    ],
)
def test_an_entry_that_an_arithmetic_cannot_be_asked_for_is_none(
    entry: Any, numpy: str, verdict: str
) -> None:
    row = Operator(name="made up", shape=shapes.keep, entry=entry, latex="", numpy=numpy)
    x = vector("x", "n")

    right = rulebook.check(left=row(x) + row(x), right=2 * row(x))

    assert right.ok
    assert verdict in str(right.verdict)
    assert not rulebook.check(left=row(x) + row(x), right=3 * row(x)).ok
