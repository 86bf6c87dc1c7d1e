"""One differentiation: the lines from d(f) to the derivative, each with the rule that gave it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from rulebook.book.rule import Rule
from rulebook.deriving.algebra import Algebra, Term
from rulebook.deriving.declared import Declared
from rulebook.deriving.lookup import Book
from rulebook.deriving.matching import fits
from rulebook.deriving.readoff import Columns, Pull, coefficient
from rulebook.deriving.spread import NoRule, Spread
from rulebook.deriving.tidy import Bound, Matcher, Tidy
from rulebook.errors import RuleError
from rulebook.language.dims import ONE, SCALAR, Dim
from rulebook.language.operators.marks import differential
from rulebook.language.tree import Expr, Symbol
from rulebook.printing.layout import LAYOUTS

__all__ = ["Line", "Stage", "Stopped", "stage"]


@dataclass(frozen=True, eq=False)
class Line:
    """One use of a rule: the line it was used on, the line it gave, and the part it changed."""

    rule: Rule
    phase: str  # shorten | differential | read-off | tidy | layout | structure
    before: Term
    after: Term
    part: Term
    became: Term
    bound: Mapping[Symbol, Any]


class Stopped(Exception):
    """An operation no rule handles, and how far the differential had come."""

    def __init__(self, cause: NoRule, reached: Expr | None) -> None:
        super().__init__(cause.operation)
        self.operation, self.part, self.reached = cause.operation, cause.part, reached


@dataclass
class Stage:
    """d(f) worked out and read off; the lines are made when they are asked for."""

    of: Expr  # what is differentiated, after it was shortened
    given: Expr
    variable: Symbol
    tangent: Symbol
    algebra: Algebra
    answer: Term
    kind: str  # "gradient" | "jacobian" | "coefficient" | "differential"
    book: Book = field(repr=False)
    settled: Callable[[Term], Term] = field(repr=False)  # tidied, for what turning a term undoes
    _lines: Callable[[], list[Line]] = field(repr=False)

    @cached_property
    def lines(self) -> list[Line]:
        return self._lines()

    def result(self) -> Expr:
        """The derivative as it was found, without names for its parts."""
        return self.algebra.show(self.laid("numerator"))

    def laid(self, layout: str) -> Term:
        """The derivative in a layout; a differential has none."""
        if layout not in LAYOUTS:
            raise RuleError(f"no layout {layout!r}; the layouts are {', '.join(LAYOUTS)}")
        if self.kind == "differential":
            return self.answer
        numerator = self.algebra.turn(self.answer) if self.kind == "gradient" else self.answer
        flat = layout == "denominator" or (layout == "gradient" and self.kind == "gradient")
        return self.settled(self.algebra.turn(numerator) if flat else numerator)


def stage(
    given: Expr,
    x: Symbol,
    dx: Symbol,
    book: Book,
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
    writer = _Writer(book, Algebra(), free, free if again else declared, x, dx, unread)
    return writer.stage(given, shorten)


@dataclass
class _Writer:
    """Works a derivative out first, and writes its lines down afterwards."""

    book: Book
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
        spread = Spread(self.book, g, self.x, self.dx, self.free)
        total = self._spread(spread, of)
        middle = self._tidy(self.declared)
        settled = middle.of(total)
        if self.dx not in settled.symbols:  # linear in dX, and dX is gone
            settled = g.zero(of.shape)
        reader, answer, kind = self._read_off(settled, of)
        closing = self._tidy(self.declared)
        final = closing.of(answer)
        laid = self._laid(final, kind)
        last = self._tidy(self.declared)
        shown = last.of(laid)

        def lines() -> list[Line]:
            book: list[Line] = []
            self._rewritten(book, "shorten", start, short, opening)
            self._spread_out(book, spread, of, total)
            self._rewritten(book, "tidy", total, settled, middle)
            self._moved(book, reader, settled)
            if kind != "differential":
                self._collected(book, settled, answer, kind)
                whole = lambda g: self._applied(g, kind)  # noqa: E731
                self._written(book, "tidy", answer, final, closing, whole)
                if not {used.rule.id for used in last.used} <= {line.rule.id for line in book}:
                    whole = lambda n: self._applied(self._laid(n, kind), kind)  # noqa: E731
                    self._written(book, "tidy", laid, shown, last, whole)
                self._closed(book, settled, shown, kind)
            return book

        return Stage(of, given, self.x, self.dx, g, final, kind, self.book, last.of, lines)

    def _laid(self, answer: Term, kind: str) -> Term:
        """A gradient in numerator layout, or back."""
        return self.algebra.turn(answer) if kind == "gradient" else answer

    def _tidy(self, declared: Declared) -> Tidy:
        fixed = self._fixed.setdefault(id(declared.words), set())
        return Tidy(self.book, self.algebra, declared, self.dx, fixed)

    def _spread(self, spread: Spread, of: Expr) -> Term:
        try:
            return spread.of(of)
        except NoRule as cause:
            line = spread.mark(of)
            for turn in spread.turns:
                line = self.algebra.replace(line, {turn.part: turn.became})
            raise Stopped(cause, self.algebra.show(line)) from None

    def _read_off(self, total: Term, of: Expr) -> tuple[Pull | Columns | None, Term, str]:
        g, x = self.algebra, self.x
        if self.unread:
            return None, total, "differential"
        if x.shape == SCALAR:
            return None, coefficient(g, total, self.dx), "coefficient"
        if of.shape == SCALAR:
            pull = Pull(self.book, g, self.dx)
            if g.is_zero(total):
                return pull, g.zero(x.shape), "gradient"
            try:
                return pull, pull.gradient(total), "gradient"
            except NoRule as cause:
                raise Stopped(cause, g.show(total)) from None
        if len(of.shape) == 2 and of.shape[1] == ONE == x.shape[1]:
            columns = Columns(self.book, g, self.dx)
            if g.is_zero(total):
                return columns, g.zero((of.shape[0], x.shape[0])), "jacobian"
            try:
                return columns, columns.jacobian(total), "jacobian"
            except NoRule:
                pass  # no matrix holds it in the book's terms: the differential is the answer
        return None, total, "differential"

    # ------------------------------------------------------------- writing the lines down
    def _rewritten(self, book: list[Line], phase: str, start: Term, end: Term, tidy: Tidy) -> None:
        self._written(book, phase, start, end, tidy, lambda line: line)

    def _written(
        self,
        book: list[Line],
        phase: str,
        start: Term,
        end: Term,
        tidy: Tidy,
        whole: Callable[[Term], Term],
    ) -> None:
        """Each use of an equality as a line; the last one is where they lead."""
        line = start
        changes: list[tuple[Any, Term, Term]] = []
        for used in tidy.used:
            after = self.algebra.replace(line, {used.part: used.became})
            if after is not line:
                changes.append((used, line, after))
                line = after
        if changes and line is not end:
            used, before, _ = changes[-1]
            changes[-1] = (used, before, end)
        for used, before, after in changes:
            book.append(
                Line(
                    used.rule,
                    phase,
                    whole(before),
                    whole(after),
                    used.part,
                    used.became,
                    used.bound,
                )
            )

    def _spread_out(self, book: list[Line], spread: Spread, of: Expr, total: Term) -> None:
        line = spread.mark(of)
        for n, turn in enumerate(spread.turns):
            last = n == len(spread.turns) - 1
            after = total if last else self.algebra.replace(line, {turn.part: turn.became})
            book.append(
                Line(turn.rule, "differential", line, after, turn.part, turn.became, turn.bound)
            )
            line = after
        if not spread.turns and self.algebra.is_zero(total):
            leaf = self.algebra.leaf(differential(of), frozenset((self.dx,)))
            book.append(Line(self._still(of), "differential", leaf, total, leaf, total, {}))

    def _still(self, e: Expr) -> Rule:
        """The rule that a constant does not change."""
        if self.book.still is None:
            raise Stopped(NoRule("constant", e), None)
        return self.book.still

    def _moved(self, book: list[Line], reader: Pull | Columns | None, start: Term) -> None:
        line = start
        for move in reader.moves if reader else ():
            after = (
                move.line
                if move.part is None
                else self.algebra.replace(line, {move.part: move.line})
            )
            if after is not line:
                part = move.part if move.part is not None else line
                book.append(Line(move.rule, "read-off", line, after, part, move.line, move.bound))
                line = after

    def _collected(self, book: list[Line], start: Term, answer: Term, kind: str) -> None:
        """What stands with dX in several terms, brought together by a law of distribution."""
        line = book[-1].after if book and book[-1].phase != "shorten" else start
        target = self._applied(answer, kind)
        if line is target:
            return
        rule, bound = self._distribution(answer, kind)
        if rule is None:  # the same terms, written in another order
            book[-1] = replace(book[-1], after=target)
        else:
            book.append(Line(rule, "tidy", line, target, line, target, bound))

    def _distribution(self, answer: Term, kind: str) -> tuple[Rule | None, Mapping[Symbol, Any]]:
        """The rule by which one of several terms is taken together with the rest."""
        g, matcher = self.algebra, Matcher(self.algebra)
        _, body = g.split(answer)
        if body.kind != "sum":
            return None, {}
        first, *more = body.args
        rest = g.leaf(Symbol(body.shape, "rest"))
        target = self._applied(g.add([first, rest]), kind)
        for rewrite in self.book.shorter.get("sum", ()):
            found = matcher.whole(rewrite.short, target, Bound())
            for bound in found if rewrite.short.args else ():
                whole = {s: g.replace(t, {rest: g.add(more)}) for s, t in bound.symbols.items()}
                return rewrite.rule, whole
        return None, {}

    def _closed(self, book: list[Line], start: Term, laid: Term, kind: str) -> None:
        """The reading itself: what stands with dX, in numerator layout."""
        opened = bool(book) and book[-1].phase != "shorten"
        before = book[-1].after if opened else start
        rule, bound = self._form(self._applied(self._laid(laid, kind), kind), laid)
        book.append(Line(rule, "layout", before, laid, before, laid, bound))

    def _applied(self, g: Term, kind: str) -> Term:
        """A derivative times the change: ⟨G, dX⟩, J dx or a dt."""
        leaf = self.algebra.leaf(self.dx)
        if kind == "gradient":
            return Pull(self.book, self.algebra, self.dx).paired(g, leaf)
        return self.algebra.chain([g, leaf]) if kind == "jacobian" else self.algebra.mul([g, leaf])

    def _form(self, line: Term, laid: Term) -> tuple[Rule, Mapping[Symbol, Any]]:
        """The rule that reads the derivative of a linear form."""
        g, matcher = self.algebra, Matcher(self.algebra)
        for form in self.book.forms:
            dims: dict[str, Dim] = {}
            if not fits(form.wrt.shape, self.dx.shape, dims):
                continue
            moving = Bound({form.wrt: self.algebra.leaf(self.dx)}, dims)
            for bound in matcher.whole(form.equals, laid, moving):
                if g.read(form.of, dict[Expr, Term](bound.symbols.items()), bound.dims) is line:
                    return form.rule, bound.symbols
        if self.algebra.is_zero(laid):
            return self._still(g.show(laid)), {}
        shown = g.show(line)
        raise Stopped(NoRule("derivative of a linear form", shown), shown)
