"""Checks: how far a claim can be verified, and whether the check could have failed.

Proof at every size, proof and exact test at given sizes, numbers; then wrong variants of the
statement, each of which must be told apart. A verdict says which of these succeeded.
"""

from __future__ import annotations

from collections.abc import Callable

from rulebook.book import library
from rulebook.book.claims import Definition
from rulebook.book.rule import Erratum, Rule
from rulebook.checks.everysize import prove_everywhere
from rulebook.checks.exact import ERROR_BOUND, holds_exactly, prove_at
from rulebook.checks.fixed import crowded, largest_array, says_numbers, standing_in
from rulebook.checks.gradient import check_gradient
from rulebook.checks.numbers import Numeric, check_numbers, located
from rulebook.checks.stated import Given, ReaderClaim, reader_claim
from rulebook.checks.subject import Subject, generic_sizes, small
from rulebook.checks.variants import variants_of
from rulebook.checks.verdict import Report, Trial, Variant, Verdict
from rulebook.dialect.given import Shapes, Words
from rulebook.errors import RuleError
from rulebook.language.arithmetic import NoEntry
from rulebook.language.tree import Symbol
from rulebook.numeric.backends import largest
from rulebook.printing.layout import Layout

__all__ = [
    "Report",
    "Trial",
    "Variant",
    "Verdict",
    "check",
    "check_erratum",
    "check_gradient",
    "check_rule",
]


def check(
    rule: str | Rule | None = None,
    *,
    of: Given = None,
    wrt: str | Symbol | None = None,
    equals: Given = None,
    left: Given = None,
    right: Given = None,
    shapes: Shapes | None = None,
    assume: Words | None = None,
    order: int = 1,
    layout: Layout = "numerator",
) -> Report:
    """Check a rule of the book, or a claim of your own.

    A rule is named by its id. A claim of your own is text, or expressions of the language: the
    derivative of ``of`` by ``wrt`` equals ``equals``, or ``left`` equals ``right``. ``shapes``
    gives names their dimensions, and those that can be inferred may be left out; ``assume`` gives
    them their words (invertible, symmetric, positive, ...). ``layout`` says how ``equals`` is
    meant: numerator, denominator or gradient. In text vectors are 1-D, so a vector-shaped answer
    carries no orientation. Raises UnknownRule for ids, ParseError for text outside the dialect,
    ShapeError for shapes that do not fit, RuleError for the rest.

    >>> import rulebook
    >>> rulebook.check("quadratic_form").verdict
    <Verdict.EVERY_SIZE: 'proved at every size'>
    >>> shapes = {"x": ("n",), "A": ("n", "n")}
    >>> rulebook.check(of="x @ A @ x", wrt="x", equals="x @ (A + A.T)").ok
    True
    >>> wrong = rulebook.check(of="x @ A @ x", wrt="x", equals="2 * A @ x", shapes=shapes)
    >>> wrong.ok, str(wrong.verdict)
    (False, 'refuted')
    """
    if rule is not None:
        if any(given is not None for given in (of, wrt, equals, left, right, shapes, assume)):
            raise RuleError("check takes a rule or a claim of your own, not both")
        if not isinstance(rule, str | Rule):
            raise RuleError(f"{rule!r} is neither the id of a rule nor a rule")
        return check_rule(library.get(rule) if isinstance(rule, str) else rule)
    claim = reader_claim(of, wrt, equals, left, right, shapes, assume, order, layout)
    return _explained(claim, verdict_on(claim.subject))


def check_rule(rule: Rule, variants: bool = True) -> Report:
    """The full check of a rule, its wrong variants included."""
    subject = Subject(rule.id or rule.title, rule.claim, rule.assuming)
    numeric = check_numbers(subject)
    report = verify(subject, numeric).but(statement=rule.statement)
    if not variants or not report.verdict.ok or report.verdict is Verdict.DEFINITION:
        return report
    return report.but(variants=variants_of(subject, numeric, rule.mistakes))


def check_erratum(erratum: str | Erratum) -> Report:
    """Whether a printed claim is really false: ``ok`` when it is refuted or cannot be written.

    >>> import rulebook
    >>> all(rulebook.check_erratum(e).ok for e in rulebook.errata())
    True
    """
    entry = library.book().erratum(erratum) if isinstance(erratum, str) else erratum
    if entry.refusal:
        return Report(entry.id, Verdict.FALSE_AS_PRINTED, f"cannot be written: {entry.refusal}")
    assert not callable(entry.printed)
    subject = Subject(entry.id, entry.printed, entry.assuming)
    numeric = check_numbers(subject)
    failed = numeric.failed
    if failed is None:
        return Report(entry.id, Verdict.UNDECIDED, "the printed claim was not refuted")
    return Report(
        entry.id,
        Verdict.FALSE_AS_PRINTED,
        counterexample=_located(subject, numeric),
    )


def verdict_on(subject: Subject) -> Report:
    """The verdict on a claim, whose fixed sizes stand for any where their numbers do not matter."""
    tried, names = standing_in(subject)
    if names:
        report = verify(tried)
        said = ", ".join(f"{name} for {size}" for size, name in names.items())
        if report.verdict.ok or not says_numbers(subject):
            reason = f"{report.reason}; " if report.reason else ""
            return report.but(reason=f"{reason}tried small, with {said}")
    if (most := largest_array(subject)) > largest():
        reason = f"its sizes matter, and an array of {most} entries is too large to try"
        return Report(subject.name, Verdict.UNDECIDED, reason)
    return verify(subject)


def verify(subject: Subject, numeric: Numeric | None = None) -> Report:
    """The verdict on a claim: numbers first, because they refute; then the strongest proof."""
    numeric = numeric or check_numbers(subject)
    report = Report(
        subject.name,
        Verdict.NUMERIC,
        worst=numeric.worst,
        points=len(numeric.points),
        shapes=tuple(p.sizes for p in numeric.points),
    )
    if numeric.failed is not None and not _rounding(subject, numeric):
        return report.but(
            verdict=Verdict.REFUTED, counterexample=_located(subject, numeric), points=0
        )
    if all(t.inconclusive for t in numeric.trials if t.generic):
        reason = "no sample point could be judged: nothing real, finite and steady to compare"
        return report.but(verdict=Verdict.UNDECIDED, reason=reason)
    if numeric.vacuous:
        return report.but(verdict=Verdict.VACUOUS, reason=numeric.vacuous)
    if isinstance(subject.claim, Definition):
        return report.but(verdict=Verdict.DEFINITION)
    return _proved(subject, report)


def _rounding(subject: Subject, numeric: Numeric) -> bool:
    """Whether exact arithmetic holds wherever the numbers disagree: rounding is to blame."""
    if any(t.left.shape != t.right.shape for t in numeric.trials):
        return False
    wrong = {tuple(t.sizes.items()): t.sizes for t in numeric.trials if not t.agrees}
    try:
        return all(holds_exactly(subject, sizes, models=False) for sizes in wrong.values())
    except (NoEntry, ZeroDivisionError):
        return False


def _located(subject: Subject, numeric: Numeric) -> Trial | None:
    failed = numeric.failed
    if failed is None:
        return None
    index = next(n for n, t in enumerate(numeric.trials) if t is failed)
    point = numeric.points[index * len(numeric.points) // len(numeric.trials)]
    try:
        return located(subject, failed, point)
    except (ValueError, TypeError):
        return failed


def _proved(subject: Subject, report: Report) -> Report:
    """The report with the strongest proof that can be had, and the exact test beside it."""
    if crowded(subject):
        return report
    tested, doubt = _exact_test(subject)
    if doubt:
        return report.but(verdict=Verdict.REFUTED, reason=doubt)
    report = report.but(exact=tested, exact_error=ERROR_BOUND if tested else 0.0)
    if _attempt(lambda: prove_everywhere(subject)):
        return report.but(verdict=Verdict.EVERY_SIZE)
    sizes = tuple({tuple(s.items()): s for s in (small(subject), small(subject, 3))}.values())
    proved = tuple(s for s in sizes if _attempt(lambda s=s: prove_at(subject, s)))  # type: ignore[misc]
    if proved:
        return report.but(verdict=Verdict.GIVEN_SIZES, proof_sizes=proved)
    return report


def _exact_test(subject: Subject) -> tuple[tuple[dict[str, int], ...], str]:
    """Sizes at which the claim holds in a finite field, and a reason to reject it if it fails."""
    passed = []
    for sizes in generic_sizes(subject):
        try:
            holds = holds_exactly(subject, sizes)
        except (NoEntry, ZeroDivisionError):
            return (), ""
        if not holds:
            return (), f"exact arithmetic disagrees at {sizes}"
        passed.append(sizes)
    return tuple(passed), ""


def _attempt(proof: Callable[[], bool]) -> bool:
    """A proof that succeeds; one that cannot be asked for, or that is left open, does not."""
    try:
        return proof()
    except (NoEntry, ZeroDivisionError):
        return False


def _explained(claim: ReaderClaim, report: Report) -> Report:
    """A reader's report, with a hint if the claim is right in another layout."""
    if report.verdict is not Verdict.REFUTED:
        return report
    return report.but(hint=claim.hint(lambda other: _unrefuted(standing_in(other)[0])))


def _unrefuted(subject: Subject) -> bool:
    return check_numbers(subject).failed is None
