"""Wrong statements made from a right one, and whether the checks tell them apart.

Drop a transpose, flip a sign, lose a term or a factor, swap factors, answer in the other layout,
forget what is off the diagonal: the mistakes people make, made mechanically at every place of the
right side. Each must be refuted, unless it is proved to say the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import islice

from rulebook.book.claims import Claim, Derivative, Differential, Equality, Pullback
from rulebook.book.rule import Mistake
from rulebook.checks.everysize import prove_everywhere
from rulebook.checks.exact.proof import holds_exactly, prove_at
from rulebook.checks.numbers import Numeric, Program, check_numbers, located, says_zero
from rulebook.checks.subject import Subject, generic_sizes, small
from rulebook.checks.verdict import Variant
from rulebook.errors import RuleError, ShapeError
from rulebook.language.arithmetic import NoEntry
from rulebook.language.dims import ONE, SCALAR
from rulebook.language.operators import diag, diagonal, ones
from rulebook.language.operators.infix import TRANSPOSE
from rulebook.language.traverse import rebuild, walk
from rulebook.language.tree import Apply, Expr, Number
from rulebook.printing.latex import latex
from rulebook.printing.numpy import numpy_text

__all__ = ["variants_of"]

MOST = 24  # of one right side


def variants_of(
    subject: Subject, numeric: Numeric, mistakes: tuple[Mistake, ...] = ()
) -> tuple[Variant, ...]:
    """Every variant of the claim with its outcome; people's own mistakes come first."""
    found: list[Variant] = []
    for n, (right, put) in enumerate(_right_sides(subject.claim)):
        judge = partial(_judge, subject, numeric, right, put, {right})
        by_hand = [judge(m.why, partial(_given, m)) for m in mistakes if n == 0]
        made = [judge(what, make) for what, make in islice(_changes(right), MOST)]
        found += [replace(v, by_hand=True) for v in by_hand if v is not None]
        found += [v for v in made if v is not None]
    return tuple(found)


def _given(mistake: Mistake) -> Expr:
    return mistake.equals


def _right_sides(claim: Claim) -> list[tuple[Expr, Callable[[Expr], Claim]]]:
    """Each right side, with how to put another in its place."""
    if isinstance(claim, Pullback):
        return [(g, partial(_pullback_with, claim, n)) for n, (_, g) in enumerate(claim.equals)]
    if isinstance(claim, Derivative | Differential):
        return [(claim.equals, lambda e: replace(claim, equals=e))]
    assert isinstance(claim, Equality)
    return [(claim.right, lambda e: Equality(left=claim.left, right=e))]


def _pullback_with(claim: Pullback, n: int, e: Expr) -> Pullback:
    pairs = [(x, e if k == n else g) for k, (x, g) in enumerate(claim.equals)]
    return Pullback(of=claim.of, cotangents=claim.cotangents, equals=tuple(pairs))


def _judge(
    subject: Subject,
    numeric: Numeric,
    right: Expr,
    put: Callable[[Expr], Claim],
    known: set[Expr],
    what: str,
    make: Callable[[], Expr],
) -> Variant | None:
    try:
        wrong = make()
    except ShapeError:
        return None
    if wrong in known:
        return None
    known.add(wrong)
    text, code = latex(wrong), numpy_text(wrong)
    try:
        claim = put(wrong)
    except (RuleError, ShapeError) as error:
        return Variant(what, text, code, "refused", str(error))
    how = _refutation(Subject(subject.name, claim, subject.assuming), numeric)
    if how:
        return Variant(what, text, code, "refuted", how)
    same = Subject(subject.name, Equality(left=right, right=wrong), subject.assuming)
    return Variant(what, text, code, "equivalent" if equal(same) else "survived")


def _refutation(wrong: Subject, numeric: Numeric) -> str:
    """How the numeric check tells the wrong claim from what was measured.

    First at the same points, then at points of its own, for the kinks that only it has.
    """
    measured = {(t.obligation, id(place)): t.left for t, place in numeric.placed}
    new = False  # whether the wrong claim reads something, or bends, where the right one does not
    for o in wrong.claim.obligations:
        program = Program(o)
        new |= not program.reads_only(numeric.places[0].at.point)
        for place in () if new else numeric.places:
            trial = program.trial(place, measured.get((o.label, id(place))))
            if place.generic and not trial.agrees and not trial.inconclusive:
                return str(located(wrong, trial, place))
    if new or any(n.op.kink for e in wrong.expressions for n in walk(e) if isinstance(n, Apply)):
        failed = check_numbers(wrong).failed
        return str(failed) if failed is not None else ""
    return ""


def equal(same: Subject) -> bool:
    """Whether an equality is proved, at every size or exactly at two."""
    try:
        if prove_everywhere(same):
            return True
    except NoEntry:
        pass
    try:
        return all(holds_exactly(same, sizes) for sizes in generic_sizes(same)) and prove_at(
            same, small(same)
        )
    except NoEntry:
        return False


def _changes(right: Expr) -> Iterator[tuple[str, Callable[[], Expr]]]:
    """What could have been written instead, from the top of the tree down."""
    if says_zero(right):
        yield "something for nothing", lambda: _like(right)
        return
    yield "wrong sign", lambda: -right
    if _square(right):
        yield "the other layout", lambda: right.T
        yield "only the diagonal", lambda: diag(diagonal(right))
    if right.shape != SCALAR and isinstance(right, Apply) and right.op is not TRANSPOSE:
        yield "twice as much", lambda: 2 * right
    yield from _inside(right, lambda e: e)


def _inside(e: Expr, put: Callable[[Expr], Expr]) -> Iterator[tuple[str, Callable[[], Expr]]]:
    """What goes wrong with the operator at the top, as its row has it, and with those below."""
    if not isinstance(e, Apply):
        return
    for what, make in e.op.slips(*e.args):
        yield what.format(*map(_short, e.args)), partial(_put_in, put, make)
    for n, a in enumerate(e.args):
        yield from _inside(a, partial(_put_beside, put, e, n))


def _put_in(put: Callable[[Expr], Expr], make: Callable[[], Expr]) -> Expr:
    return put(make())


def _put_beside(put: Callable[[Expr], Expr], e: Apply, n: int, new: Expr) -> Expr:
    """The whole with another argument n of an operator in it."""
    return put(rebuild(e, (*e.args[:n], new, *e.args[n + 1 :])))


def _short(e: Expr) -> str:
    text = numpy_text(e)
    return text if len(text) <= 24 else "in front"


def _square(e: Expr) -> bool:
    return len(e.shape) == 2 and e.shape[0] == e.shape[1] and e.shape[0] != ONE


def _like(e: Expr) -> Expr:
    """Ones in the shape of an expression."""
    if e.shape == SCALAR:
        return Number(1)
    m, n = e.shape
    if n == ONE:
        return ones(m)
    return ones(n).T if m == ONE else ones(m) @ ones(n).T
