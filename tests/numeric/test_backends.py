"""Both backends give the same numbers, and neither answers where it has none."""

from math import inf, isclose, isnan, sqrt
from random import Random
from typing import Any

import pytest

import rulebook
from rulebook.checks.points import sample_points
from rulebook.checks.subject import Subject
from rulebook.language.arithmetic import NoEntry
from rulebook.language.build import matrix, scalar, vector
from rulebook.language.operators import inv, log, logdet, relu, shapes, sum_of
from rulebook.language.operators import sqrt as root
from rulebook.language.operators.marks import differential
from rulebook.language.tree import Apply, Expr, Operator
from rulebook.numeric.arrays import Arrays, Printed
from rulebook.numeric.backends import evaluator, running_on
from rulebook.numeric.differentiate import derivative
from rulebook.numeric.entries import Entries
from rulebook.numeric.evaluate import Table, agree, gap
from rulebook.numeric.points import Point

RULES = list(rulebook.rules())
x, X, t = vector("x", "n"), matrix("X", "n", "n"), scalar("t")
BACKENDS: dict[str, Any] = {"arrays": Arrays, "entries": Entries}
either = pytest.mark.parametrize("backend", BACKENDS)


def near(a: Table, b: Table, relative: float = 1e-9) -> bool:
    return a.shape == b.shape and gap(a, b) <= relative * max(a.largest, b.largest, 1e-6)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_entries_are_what_the_printed_code_computes(rule: rulebook.Rule) -> None:
    """Every side of every rule, and the derivative of what it is about, at a point of its check."""
    subject = Subject(rule.id, rule.claim, rule.assuming)
    at = sample_points(subject)[0].at
    entries = Entries(at.point)
    for side in rule.claim.sides.values():
        assert near(entries.value(side), at.value(side))
    for o in rule.claim.obligations:
        along = o.along
        close = 1e-9 if at.takes_complex(o.left) and len(along) < 2 else 2e-5
        assert near(derivative(entries, o.left, along), derivative(at, o.left, along), close)


def test_a_difference_would_be_seen() -> None:
    one, other = Table((2,), (1.0, 2.0)), Table((2,), (1.0, 2.0 + 1e-7))
    assert near(one, one)
    assert not near(one, other)
    assert not near(one, Table((1, 2), (1.0, 2.0)))


@either
def test_where_there_is_no_value_it_says_so(backend: str) -> None:
    at = BACKENDS[backend](Point({"n": 2}, {x: [1.0, -1.0], t: 0.0, X: [[1.0, 2.0], [2.0, 4.0]]}))
    for nowhere in (log(x), relu(log(x)), root(x), 1 / t, inv(X), sum_of(1 / (x + 1))):
        assert not at.value(nowhere).finite, nowhere
    assert at.value(x + 1).finite


@either
def test_log_det_is_of_the_size_of_the_determinant(backend: str) -> None:
    dX = matrix("dX", "n", "n")
    values = {X: [[0.0, 2.0], [1.0, 0.5]], dX: [[0.3, 0.1], [0.2, -0.4]]}  # det X = -2
    at = BACKENDS[backend](Point({"n": 2}, values, moves=((X, dX),)))
    assert isclose(at.value(logdet(X)).entries[0], 0.6931471805599453)
    assert near(at.value(differential(logdet(X))), at.value(sum_of(inv(X).T * dX)))


def row(name: str, numpy: str, entry: Any, **more: Any) -> Operator:
    return Operator(
        name=name, shape=shapes.keep, entry=entry, latex=name + "{0:call}", numpy=numpy, **more
    )


SIZE = row("size of", "np.abs({0})", lambda s, i, a: s.choose(a(*i), a(*i), -a(*i)), analytic=False)
ERF = row(
    "erf",
    "erf({0})",
    lambda s, i, a: s.call("erf", a(*i)),
    helper="import math\ndef erf(z):\n    return np.vectorize(math.erf)(z)",
)
STRANGE = row("strange", "np.exp({0})", lambda s, i, a: s.call("strange", a(*i)))


def slope(at: Any, e: Expr) -> float:
    (found,) = derivative(at, e, (((t, scalar("dt")),),)).entries
    return float(found)


@pytest.mark.parametrize("make", [Arrays, Printed, Entries])
def test_what_is_not_analytic_is_measured_by_differences(make: Any) -> None:
    at = make(Point({}, {t: -0.7, scalar("dt"): 1.0}))
    assert isclose(slope(at, Apply(SIZE, t) * t), 1.4, rel_tol=1e-8)
    assert isclose(slope(at, Apply(ERF, t)), 0.6912748604105165, rel_tol=1e-8)


def test_a_function_that_no_one_knows_has_no_entry() -> None:
    at = Entries(Point({}, {t: 0.5, scalar("dt"): 1.0}))
    with pytest.raises(NoEntry):
        at.value(Apply(STRANGE, t))
    assert isnan(Entries(Point({}, {t: -1.0})).value(root(t)).entries[0])


def test_one_may_say_which_backend_runs() -> None:
    point = Point({}, {t: 4.0})
    for name, kind in BACKENDS.items():
        with running_on(name):
            assert type(evaluator(point)) is kind
            assert evaluator(point).value(root(t)).entries == (sqrt(4),)
    assert type(evaluator(point)) is Arrays


def test_rounding_is_no_verdict_and_a_gap_is() -> None:
    huge = 10**12
    at = Arrays(Point({}, {t: 0.3}))
    assert agree(at, (t + huge) - huge, t) in (None, 0.0)
    fresh = Arrays(Point({"n": 2}, {t: 0.3, x: [1.0, 2.0]}))
    assert (agree(fresh, t, t * (1 + 1e-4)) or 0.0) > 1e-6
    assert agree(fresh, t * x, t) == inf


def test_points_are_moved_by_little() -> None:
    point = Point({"n": 3}, {x: [1.0, 2.0, 3.0], t: 5})
    moved = point.nudged(0.1, Random(0))
    assert moved.values[t] == 5  # an index stays
    shares = [a / b - 1 for a, b in zip(moved.values[x], point.values[x], strict=True)]
    assert all(isclose(abs(share), 0.1) for share in shares)
