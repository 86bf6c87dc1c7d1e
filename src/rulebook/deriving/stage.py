"""One differentiation: an expression shortened, its differential, and the derivative read off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from rulebook.deriving.declared import Declared
from rulebook.deriving.differentiate import Differentiation
from rulebook.deriving.identify import Columns, Pull, coefficient
from rulebook.deriving.rewrite import Tidy
from rulebook.deriving.rules import NoRule, Rules
from rulebook.deriving.terms.algebra import Algebra
from rulebook.deriving.terms.term import Term
from rulebook.deriving.transcript import Kind, Stopped, Transcript, Transition
from rulebook.language.dims import ONE, SCALAR
from rulebook.language.tree import Expr, Symbol
from rulebook.printing.layout import Layout, is_turned

__all__ = ["Outcome", "Stage", "differentiated", "stage"]


@dataclass(frozen=True)
class Outcome:
    """What one differentiation gave, in expressions."""

    kind: Kind
    tangent: Symbol
    answer: Expr  # as it was read off
    result: Expr  # the derivative in numerator layout, without names for its parts


@dataclass
class Stage:
    """d(f) worked out and read off; the transitions are written down when they are asked for."""

    of: Expr  # what is differentiated, after it was shortened
    given: Expr
    variable: Symbol
    tangent: Symbol
    algebra: Algebra
    answer: Term
    kind: Kind
    rules: Rules = field(repr=False)
    settled: Callable[[Term], Term] = field(repr=False)  # tidied, for what turning a term undoes
    _written: Callable[[], list[Transition]] = field(repr=False)

    @cached_property
    def transitions(self) -> tuple[Transition, ...]:
        """Every use of a rule. Raises Refusal if the book cannot justify one."""
        try:
            return tuple(self._written())
        except Stopped as stopped:
            raise stopped.refusal() from None

    @cached_property
    def outcome(self) -> Outcome:
        show = self.algebra.show
        return Outcome(self.kind, self.tangent, show(self.answer), show(self.laid("numerator")))

    def laid(self, layout: Layout) -> Term:
        """The derivative in a layout; a differential has none."""
        if self.kind == "differential":
            return self.answer
        numerator = self.algebra.turn(self.answer) if self.kind == "gradient" else self.answer
        flat = is_turned(layout, self.of.shape)
        return self.settled(self.algebra.turn(numerator) if flat else numerator)


def stage(
    given: Expr,
    x: Symbol,
    dx: Symbol,
    rules: Rules,
    declared: Declared,
    *,
    shorten: bool = True,
    again: bool = False,
    unread: bool = False,
) -> Stage:
    """The derivative of one expression by one variable. Raises Stopped.

    The expression is shortened first if ``shorten``; ``again`` says that the derivative will be
    differentiated once more, so that nothing declared of the variable may be used on it; ``unread``
    leaves the differential as it is, since what it is of is one already.
    """
    free = declared.without(x)
    work = _Work(rules, Algebra(), free, free if again else declared, x, dx, unread)
    return work.stage(given, shorten)


def differentiated(
    of: Expr,
    x: Symbol,
    order: int,
    tangents: tuple[Symbol, Symbol],
    rules: Rules,
    declared: Declared,
) -> tuple[Stage, ...]:
    """The first derivative, or the first and the second. Raises Refusal."""
    dx, d2x = tangents
    try:
        first = stage(of, x, dx, rules, declared, again=order == 2)
        if order == 1:
            return (first,)
        unread = first.kind == "differential"
        more = {"shorten": False, "unread": unread}
        return first, stage(first.outcome.answer, x, d2x if unread else dx, rules, declared, **more)
    except Stopped as stopped:
        raise stopped.refusal() from None


@dataclass
class _Work:
    """Works a derivative out; how it was found is written down afterwards."""

    rules: Rules
    algebra: Algebra
    free: Declared  # of everything but the variable
    declared: Declared
    x: Symbol
    dx: Symbol
    unread: bool = False
    _fixed: dict[int, set[Term]] = field(default_factory=dict)  # by what is declared

    def stage(self, given: Expr, shorten: bool) -> Stage:
        g = self.algebra
        opening = self._tidy(self.free)
        start = g.read(given)
        short = opening.of(start) if shorten else start
        of = g.show(short) if opening.used else given
        work = Differentiation(self.rules, g, self.x, self.dx, self.free)
        total = self._differential(work, of)
        middle = self._tidy(self.declared)
        settled = middle.of(total)
        if self.dx not in settled.symbols:  # linear in dX, and dX is gone
            settled = g.zero(of.shape)
        reader, answer, kind = self._identified(settled, of)
        closing = self._tidy(self.declared)
        final = closing.of(answer)
        laid = Transcript(self.rules, g, self.dx, kind).laid(final)
        last = self._tidy(self.declared)
        shown = last.of(laid)
        turned = tuple(last.used)  # to be read when other layouts have been asked for

        def written() -> list[Transition]:
            told = Transcript(self.rules, g, self.dx, kind)
            told.rewritten("shorten", start, short, opening.used)
            told.differentiated(work, of, total)
            told.rewritten("tidy", total, settled, middle.used)
            told.moved(reader.moves if reader else (), settled)
            if kind != "differential":
                told.collected(settled, answer)
                told.tidied(answer, final, closing.used)
                told.relaid(laid, shown, turned)
                told.closed(settled, shown)
            return told.made

        return Stage(of, given, self.x, self.dx, g, final, kind, self.rules, last.of, written)

    def _tidy(self, declared: Declared) -> Tidy:
        fixed = self._fixed.setdefault(id(declared.words), set())
        return Tidy(self.rules, self.algebra, declared, self.dx, fixed)

    def _differential(self, work: Differentiation, of: Expr) -> Term:
        try:
            return work.of(of)
        except NoRule as cause:
            line = work.mark(of)
            for use in work.uses:
                line = self.algebra.replace(line, {use.part: use.became})
            raise Stopped(cause, self.algebra.show(line)) from None

    def _identified(self, total: Term, of: Expr) -> tuple[Pull | Columns | None, Term, Kind]:
        """The derivative that a differential says: how it was read, what it is, and its kind."""
        g, x = self.algebra, self.x
        if self.unread:
            return None, total, "differential"
        if x.shape == SCALAR:
            return None, coefficient(g, total, self.dx), "coefficient"
        if of.shape == SCALAR:
            pull = Pull(self.rules, g, self.dx)
            if g.is_zero(total):
                return pull, g.zero(x.shape), "gradient"
            try:
                return pull, pull.gradient(total), "gradient"
            except NoRule as cause:
                raise Stopped(cause, g.show(total)) from None
        if len(of.shape) == 2 and of.shape[1] == ONE == x.shape[1]:
            columns = Columns(self.rules, g, self.dx)
            if g.is_zero(total):
                return columns, g.zero((of.shape[0], x.shape[0])), "jacobian"
            try:
                return columns, columns.jacobian(total), "jacobian"
            except NoRule:
                pass  # no matrix holds it in the book's terms: the differential is the answer
        return None, total, "differential"
