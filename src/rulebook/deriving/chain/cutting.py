"""An expression as a list of operations, each with a name: what the paper calls intermediates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, count

from rulebook.deriving.chain.links import STYLE, Facts, is_matrix
from rulebook.deriving.model import Record
from rulebook.deriving.terms.term import Term
from rulebook.errors import Refusal
from rulebook.language.dims import ONE, show
from rulebook.language.operators import transposed
from rulebook.language.operators.infix import DIFFERENCE, SUM, TRANSPOSE, TRANSPOSE_OF_VECTOR
from rulebook.language.template import plain
from rulebook.language.traverse import rebuild, substitute, symbols, walk
from rulebook.language.tree import Apply, Expr, Let, Symbol

__all__ = ["Variable", "cut", "matrix_refused"]

INTERMEDIATE, RESULT = "uvz", "yfhc"
TURNS = (TRANSPOSE, TRANSPOSE_OF_VECTOR)
ADDITIVE = (SUM, DIFFERENCE)

Named = tuple[Symbol, Expr]  # a name of our own, and the operation it stands for


@dataclass(frozen=True, eq=False)
class Variable:
    """A name for one operation on variables named before it."""

    symbol: Symbol  # stands for it while rules are applied
    body: Expr  # the operation, on such symbols
    reads: tuple[Symbol, ...]
    let: Let  # the name, over what it stands for in the reader's symbols


def matrix_refused(what: str, e: Expr) -> Refusal:
    """The paper's chain rule is for scalars and vectors."""
    return Refusal(
        f"the paper's style is for scalars and vectors; {what} {plain(e)} is {show(e.shape)}", STYLE
    )


def cut(found: Record, facts: Facts) -> list[Variable]:
    """Every operation that depends on the variable, inner first; the last one is the whole.

    Raises Refusal where one of them makes a matrix.
    """
    named = _Cut(found.wrt, facts).whole(found.of)
    made: list[Variable] = []
    final: dict[Expr, Expr] = {}
    bodies: dict[Expr, Expr] = {}
    for (provisional, e), name in zip(named, _names(len(named), _taken(found)), strict=True):
        s, body = Symbol(e.shape, name), substitute(e, final)
        reads = tuple(v for v in symbols(body) if v in bodies or v == found.wrt)
        made.append(Variable(s, body, reads, Let(name, substitute(body, bodies))))
        final[provisional], bodies[s] = s, made[-1].let
    return made


def _taken(found: Record) -> set[str]:
    sizes = {n for e in walk(found.of) for size in e.shape for n in size.names}
    names = {s.name for s in symbols(found.of, found.wrt)}
    return sizes | names | {n[1:] for n in names if n.startswith("d")}  # du is the change of u


def _names(number: int, taken: set[str]) -> list[str]:
    """u, v and z, or u_1, u_2 and so on, then y for the whole; none that the reader uses."""
    letters = [n for n in INTERMEDIATE if n not in taken]
    first = (letters or INTERMEDIATE)[0]
    counted = (n for n in (f"{first}_{k}" for k in count(1)) if n not in taken)
    names = iter(letters) if number - 1 <= len(letters) else counted
    whole = chain(RESULT, (f"y_{k}" for k in count(1)))
    return [*(next(names) for _ in range(number - 1)), next(n for n in whole if n not in taken)]


@dataclass
class _Cut:
    """Cuts an expression up, each part once."""

    wrt: Symbol
    facts: Facts
    made: list[Named] = field(default_factory=list)
    _known: dict[Term, Symbol] = field(default_factory=dict)

    def whole(self, e: Expr) -> list[Named]:
        last = self._result(e)
        if not self.made or last != self.made[-1][0]:
            self._name(last)
        return self._folded()

    def _result(self, e: Expr) -> Expr:
        """The name of a part, or the part itself if nothing in it moves."""
        if isinstance(e, Let):
            return self._result(e.body)
        if e == self.wrt or self.wrt not in symbols(e):
            return e
        if is_matrix(e.shape):
            raise matrix_refused("the intermediate result", e)
        if isinstance(e, Apply) and e.op in TURNS:
            return self._result(e.args[0]).T
        if e.shape[:1] == (ONE,):
            return self._result(self._upright(e)).T
        made = rebuild(e, self._distinct(e, [self._result(a) for a in e.args]))
        key = self.facts.algebra.read(made)
        if key not in self._known:
            self._known[key] = self._name(made)
        return self._known[key]

    def _upright(self, e: Expr) -> Expr:
        """A row as a column, which is what gets a name."""
        turned = transposed(e)
        if isinstance(turned, Apply) and turned.op in TURNS:
            raise Refusal(f"the paper's style has no name for the row {plain(e)}", STYLE)
        return turned

    def _name(self, e: Expr) -> Symbol:
        made = Symbol(e.shape, f"_part_{len(self.made)}")
        self.made.append((made, e))
        return made

    def _distinct(self, e: Expr, args: list[Expr]) -> tuple[Expr, ...]:
        """What is read in two places gets a second name, unless a rule covers both places."""
        for n, a in enumerate(args):
            seen = [v for v in self._moving(a) if any(v in symbols(b) for b in args[:n])]
            if seen and self.facts.stated(rebuild(e, tuple(args)), seen[0]) is None:
                args[n] = substitute(a, {seen[0]: self._name(seen[0])})
        return tuple(args)

    def _moving(self, e: Expr) -> tuple[Symbol, ...]:
        names = {s for s, _ in self.made} | {self.wrt}
        return tuple(s for s in symbols(e) if s in names)

    # ------------------------------------------------------------- affine operations
    def _folded(self) -> list[Named]:
        """A constant that is added joins the operation before it, if a rule covers both."""
        kept = dict(self.made)
        for s, e in reversed(self.made):
            for inner, joined in self._joined(e, kept) if s in kept else ():
                if all(self.facts.stated(joined, v) for v in self._moving(joined)):
                    kept = {k: v for k, v in kept.items() if k not in inner} | {s: joined}
        return list(kept.items())

    def _joined(self, e: Expr, kept: Mapping[Symbol, Expr]) -> Iterator[tuple[set[Symbol], Expr]]:
        """An affine operation with more and more of the operations before it."""
        inner: set[Symbol] = set()
        last = e
        while isinstance(last, Apply) and last.op in ADDITIVE:
            reads = self._moving(e)
            if len(reads) != 1 or reads[0] not in kept or self._uses(reads[0], kept) > 1:
                return
            last, inner = kept[reads[0]], inner | {reads[0]}
            e = substitute(e, {reads[0]: last})
            yield inner, e

    def _uses(self, s: Symbol, kept: Mapping[Symbol, Expr]) -> int:
        return sum(s in symbols(e) for e in kept.values())
