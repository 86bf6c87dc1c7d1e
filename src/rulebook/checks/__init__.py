"""Checks: how far a claim can be verified, and whether the check could have failed.

Proof at every size, proof and exact test at given sizes, numbers; then wrong variants of the
statement, each of which must be told apart. A verdict says which of these succeeded.
"""

from __future__ import annotations

from rulebook.book import library
from rulebook.book.rule import Erratum, Rule
from rulebook.checks.fixed import standing_in
from rulebook.checks.gradient import check_gradient
from rulebook.checks.numbers import check_numbers
from rulebook.checks.stated import Given, ReaderClaim, reader_claim
from rulebook.checks.subject import Subject
from rulebook.checks.variants import variants_of
from rulebook.checks.verdict import Report, Trial, Variant, Verdict
from rulebook.checks.verify import counterexample, verdict_on, verify
from rulebook.dialect.given import Shapes, Words
from rulebook.errors import RuleError
from rulebook.language.tree import Symbol
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
        counterexample=counterexample(subject, numeric),
    )


def _explained(claim: ReaderClaim, report: Report) -> Report:
    """A reader's report, with a hint if the claim is right in another layout."""
    if report.verdict is not Verdict.REFUTED:
        return report
    return report.but(hint=claim.hint(lambda other: _unrefuted(standing_in(other)[0])))


def _unrefuted(subject: Subject) -> bool:
    return check_numbers(subject).failed is None
