"""The verdict on a claim: numbers first, because they refute; then the strongest proof."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from rulebook.book.claims import Definition
from rulebook.checks.everysize import prove_everywhere
from rulebook.checks.exact.proof import ERROR_BOUND, holds_exactly, prove_at
from rulebook.checks.fixed import crowded, largest_array, may_count, standing_in
from rulebook.checks.numbers import Numeric, check_numbers, located
from rulebook.checks.subject import Subject, generic_sizes, small
from rulebook.checks.verdict import Report, Trial, Verdict
from rulebook.language.arithmetic import NoEntry
from rulebook.numeric.backends import largest

__all__ = ["counterexample", "verdict_on", "verify"]


def verdict_on(subject: Subject) -> Report:
    """The verdict on a claim, whose fixed sizes stand for any where their numbers do not matter."""
    tried, names = standing_in(subject)
    if names and largest_array(tried) <= largest():
        report = verify(tried)
        said = ", ".join(f"{name} for {size}" for size, name in names.items())
        if report.verdict.ok or not may_count(subject):
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
        points=len(numeric.places),
        shapes=tuple(p.sizes for p in numeric.places),
    )
    if numeric.failed is not None and not _rounding(subject, numeric):
        return report.but(
            verdict=Verdict.REFUTED, counterexample=counterexample(subject, numeric), points=0
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
    wrong = {tuple(t.sizes.items()): dict(t.sizes) for t in numeric.trials if not t.agrees}
    try:
        return all(holds_exactly(subject, sizes, models=False) for sizes in wrong.values())
    except (NoEntry, ZeroDivisionError):
        return False


def counterexample(subject: Subject, numeric: Numeric) -> Trial | None:
    """Where the numbers disagree, with the entry that shows it best."""
    failed = numeric.failed
    if failed is None:
        return None
    place = next(place for trial, place in numeric.placed if trial is failed)
    try:
        return located(subject, failed, place)
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
    if _attempt(partial(prove_everywhere, subject)):
        return report.but(verdict=Verdict.EVERY_SIZE)
    sizes = tuple({tuple(s.items()): s for s in (small(subject), small(subject, 3))}.values())
    proved = tuple(s for s in sizes if _attempt(partial(prove_at, subject, s)))
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
