"""What exact arithmetic makes of operators it has never seen: a proof, or silence."""

import math
from collections.abc import Callable
from typing import Any

import pytest

from rulebook import Verdict
from rulebook.book.claims import Derivative, Equality, Pullback, cotangent, d
from rulebook.checks.everysize import prove_everywhere
from rulebook.checks.exact.elementary import derivative, elementary
from rulebook.checks.exact.proof import holds_exactly, prove_at
from rulebook.checks.subject import Subject
from rulebook.checks.verify import verify
from rulebook.language.arithmetic import NoEntry
from rulebook.language.build import scalar, vector
from rulebook.language.operators import exp, shapes, sqrt
from rulebook.language.tree import Expr, Operator, lift

s, x, y = scalar("s"), vector("x", "n"), vector("y", "n")


def called(name: str) -> Operator:
    return Operator(
        name=f"my {name}",
        shape=shapes.keep,
        entry=lambda s, i, a: s.call(name, a(*i)),
        latex=name + "{0:call}",
        numpy="called({0})",
        helper=f"import math\n\n\ndef called(z):\n    return np.vectorize(math.{name})(z)",
        analytic=False,
    )


GELU = s * (1 + called("erf")(s)) / 2


def test_an_error_function_is_proved_with() -> None:
    odd = Equality(left=called("erf")(-s), right=-called("erf")(s))
    assert verify(Subject("odd", odd)).verdict is Verdict.EVERY_SIZE
    assert prove_at(Subject("odd", odd), {})


def test_a_gelu_is_told_from_one_with_a_term_lost() -> None:
    erf = called("erf")
    slope = (1 + erf(s)) / 2
    bell = s * exp(-(s**2)) / sqrt(lift(math.pi))
    right = Derivative(of=GELU, wrt=s, equals=slope + bell)
    wrong = Derivative(of=GELU, wrt=s, equals=slope)
    assert verify(Subject("gelu", right)).verdict is Verdict.NUMERIC  # pi is no rational number
    assert verify(Subject("gelu", wrong)).verdict is Verdict.REFUTED


@pytest.mark.parametrize("name", ["erfcx", "no_such_function"])
@pytest.mark.parametrize(
    "prover", [prove_everywhere, lambda s: holds_exactly(s, {}), lambda s: prove_at(s, {})]
)
def test_an_unknown_function_has_no_entry(name: str, prover: Callable[[Subject], bool]) -> None:
    claim = Derivative(of=called(name)(s), wrt=s, equals=lift(1))
    with pytest.raises(NoEntry, match=name):
        prover(Subject("a claim", claim))


def test_the_table_and_sympy_agree_on_what_there_is() -> None:
    assert derivative("exp", 1) == derivative("exp", 0)
    for f in (elementary, lambda name: derivative(name, 0)):
        with pytest.raises(NoEntry):
            f("no_such_function")


def running(before: Callable[[Any, Any], Any]) -> Operator:
    """A sum over an index order: of what comes before, or after."""

    def entry(s: Any, i: Any, a: Any) -> Any:
        def term(k: Any) -> Any:
            apart = s.index_value(i[0]) - s.index_value(k)
            return s.choose(before(s, apart), a(k, 0), s.number(0))

        return s.total(a.shape[0], term)

    return Operator(name="my sum", shape=shapes.keep, entry=entry, latex="{0}", numpy="{0}")


CUMSUM = running(lambda s, apart: apart + s.number(1))
REVERSED = running(lambda s, apart: s.number(1) - apart)


@pytest.mark.parametrize(("back", "holds"), [(REVERSED, True), (CUMSUM, False)])
def test_an_order_of_indices_is_no_kink(back: Callable[[Expr], Expr], holds: bool) -> None:
    bar = cotangent("y", CUMSUM(x))
    subject = Subject("sum", Pullback(of=CUMSUM(x), cotangents=bar, equals={x: back(bar)}))
    assert holds_exactly(subject, {"n": 4}) is holds
    assert holds_exactly(subject, {"n": 4}, models=False) is holds
    assert d(x).shape == x.shape
