"""The lines from d(f) to the derivative, each with the rule that gave it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

from rulebook.book.rule import Rule
from rulebook.deriving.differentiate import Differentiation
from rulebook.deriving.identify import Moved, Pull
from rulebook.deriving.match import Bound, Matcher
from rulebook.deriving.rules import NoRule, Rules, Use, rules_on
from rulebook.deriving.terms.algebra import Algebra
from rulebook.deriving.terms.term import Term
from rulebook.deriving.unify import fits
from rulebook.errors import Refusal
from rulebook.language.dims import Dim
from rulebook.language.operators.marks import differential
from rulebook.language.template import plain
from rulebook.language.tree import Expr, Symbol

__all__ = ["Kind", "Phase", "Stopped", "Transcript", "Transition", "in_turn"]


Phase: TypeAlias = Literal["shorten", "differential", "read-off", "tidy", "layout", "structure"]
Kind: TypeAlias = Literal["gradient", "jacobian", "coefficient", "differential"]


@dataclass(frozen=True, eq=False)
class Transition:
    """From one line to the next by a rule, and the part that the rule changed."""

    rule: Rule
    phase: Phase
    before: Term
    after: Term
    part: Term
    became: Term
    bound: Mapping[Symbol, Any]

    def binding(self, algebra: Algebra) -> dict[str, Expr]:
        """What the rule's symbols stand for, by name."""
        shown = {s: algebra.show(v) if isinstance(v, Term) else v for s, v in self.bound.items()}
        return {s.name: e for s, e in shown.items()}


class Stopped(Exception):
    """An operation no rule handles, and how far the differential had come."""

    def __init__(self, cause: NoRule, reached: Expr | None) -> None:
        super().__init__(cause.operation)
        self.operation, self.part, self.reached = cause.operation, cause.part, reached

    def refusal(self) -> Refusal:
        """What stopped the derivation, how far it had come, and which rules come nearest."""
        message = f"no rule of the book handles {self.operation}, in {plain(self.part)}"
        if self.reached is not None:
            message += f"; the differential so far is {plain(self.reached)}"
        near = tuple(rule.id for rule in rules_on(self.operation))[:3]
        if near:
            message += f"; nearest: {', '.join(near)}"
        return Refusal(message, self.operation, self.reached, near)


def in_turn(
    g: Algebra, start: Term, end: Term, uses: Iterable[Use]
) -> list[tuple[Use, Term, Term]]:
    """Each use that changes the line, with the line before and after; the last leads to the end."""
    line = start
    changes: list[tuple[Use, Term, Term]] = []
    for use in uses:
        after = g.replace(line, {use.part: use.became})
        if after is not line:
            changes.append((use, line, after))
            line = after
    if changes:
        use, before, _ = changes[-1]
        changes[-1] = (use, before, end)
    return changes


@dataclass
class Transcript:
    """Writes down how a derivative was found, once it is found."""

    rules: Rules
    algebra: Algebra
    dx: Symbol
    kind: Kind
    made: list[Transition] = field(default_factory=list)

    # ------------------------------------------------------------- equalities
    def rewritten(self, phase: Phase, start: Term, end: Term, uses: Iterable[Use]) -> None:
        """Each use of an equality as a line; the last one is where they lead."""
        self._written(phase, start, end, uses, lambda line: line)

    def tidied(self, start: Term, end: Term, uses: Iterable[Use]) -> None:
        """The same for a derivative that stands with the change."""
        self._written("tidy", start, end, uses, self.applied)

    def relaid(self, start: Term, end: Term, uses: Iterable[Use]) -> None:
        """The same where turning the derivative let it be tidied once more."""
        if not {use.rule.id for use in uses} <= {line.rule.id for line in self.made}:
            self._written("tidy", start, end, uses, lambda t: self.applied(self.laid(t)))

    def _written(
        self,
        phase: Phase,
        start: Term,
        end: Term,
        uses: Iterable[Use],
        whole: Callable[[Term], Term],
    ) -> None:
        for use, before, after in in_turn(self.algebra, start, end, uses):
            self._by(use, phase, whole(before), whole(after))

    def _by(self, use: Use, phase: Phase, before: Term, after: Term) -> None:
        self.made.append(
            Transition(use.rule, phase, before, after, use.part, use.became, use.bound)
        )

    # ------------------------------------------------------------- the differential, read off
    def differentiated(self, work: Differentiation, of: Expr, total: Term) -> None:
        """d(f), every part worked out from the outside in."""
        line = work.mark(of)
        for n, use in enumerate(work.uses):
            last = n == len(work.uses) - 1
            after = total if last else self.algebra.replace(line, {use.part: use.became})
            self._by(use, "differential", line, after)
            line = after
        if not work.uses and self.algebra.is_zero(total):
            leaf = self.algebra.leaf(differential(of), frozenset((self.dx,)))
            self._by(Use(self._still(of), leaf, total, {}), "differential", leaf, total)

    def moved(self, moves: Iterable[Moved], start: Term) -> None:
        """What stands with dX, gathered move by move."""
        line = start
        for move in moves:
            part = line if move.part is None else move.part
            after = self.algebra.replace(line, {part: move.line})
            if after is not line:
                self._by(Use(move.rule, part, move.line, move.bound), "read-off", line, after)
                line = after

    def collected(self, start: Term, answer: Term) -> None:
        """What stands with dX in several terms, brought together by a law of distribution."""
        line = self._reached(start)
        target = self.applied(answer)
        if line is target:
            return
        rule, bound = self._distribution(answer)
        if rule is None:  # the same terms, written in another order
            self.made[-1] = replace(self.made[-1], after=target)
        else:
            self._by(Use(rule, line, target, bound), "tidy", line, target)

    def closed(self, start: Term, laid: Term) -> None:
        """The reading itself: what stands with dX, in numerator layout."""
        before = self._reached(start)
        rule, bound = self._form(self.applied(self.laid(laid)), laid)
        self._by(Use(rule, before, laid, bound), "layout", before, laid)

    def _reached(self, start: Term) -> Term:
        """The last line, unless the differential has not begun."""
        return self.made[-1].after if self.made and self.made[-1].phase != "shorten" else start

    # ------------------------------------------------------------- a derivative with its change
    def laid(self, answer: Term) -> Term:
        """A gradient in numerator layout, or back."""
        return self.algebra.turn(answer) if self.kind == "gradient" else answer

    def applied(self, g: Term) -> Term:
        """A derivative times the change: ⟨G, dX⟩, J dx or a dt."""
        leaf = self.algebra.leaf(self.dx)
        if self.kind == "gradient":
            return Pull(self.rules, self.algebra, self.dx).paired(g, leaf)
        multiplied = self.algebra.chain if self.kind == "jacobian" else self.algebra.mul
        return multiplied([g, leaf])

    # ------------------------------------------------------------- rules that are looked up
    def _still(self, e: Expr) -> Rule:
        """The rule that a constant does not change."""
        if self.rules.still is None:
            raise Stopped(NoRule("constant", e), None)
        return self.rules.still

    def _distribution(self, answer: Term) -> tuple[Rule | None, Mapping[Symbol, Any]]:
        """The rule by which one of several terms is taken together with the rest."""
        g, matcher = self.algebra, Matcher(self.algebra)
        _, body = g.split(answer)
        if body.kind != "sum":
            return None, {}
        first, *more = body.args
        rest = g.leaf(Symbol(body.shape, "rest"))
        target = self.applied(g.add([first, rest]))
        for rewrite in self.rules.shorter.get("sum", ()):
            found = matcher.whole(rewrite.short, target, Bound())
            for bound in found if rewrite.short.args else ():
                whole = {s: g.replace(t, {rest: g.add(more)}) for s, t in bound.symbols.items()}
                return rewrite.rule, whole
        return None, {}

    def _form(self, line: Term, laid: Term) -> tuple[Rule, Mapping[Symbol, Any]]:
        """The rule that reads the derivative of a linear form."""
        g, matcher = self.algebra, Matcher(self.algebra)
        for form in self.rules.forms:
            dims: dict[str, Dim] = {}
            if not fits(form.wrt.shape, self.dx.shape, dims):
                continue
            moving = Bound({form.wrt: g.leaf(self.dx)}, dims)
            for bound in matcher.whole(form.equals, laid, moving):
                if g.read(form.of, dict[Expr, Term](bound.symbols.items()), bound.dims) is line:
                    return form.rule, bound.symbols
        if g.is_zero(laid):
            return self._still(g.show(laid)), {}
        shown = g.show(line)
        raise Stopped(NoRule("derivative of a linear form", shown), shown)
