"""The same derivation as the paper does it: names, local Jacobians, and the chain rule.

Every intermediate result gets a name, inner first. Its derivative by each variable it reads is a
rule of the book; the chain rule multiplies them, and the equalities of the book tidy the product.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from rulebook.book.claims import applied, d
from rulebook.book.rule import Rule
from rulebook.deriving.chain.cutting import Variable, cut, matrix_refused
from rulebook.deriving.chain.links import STYLE, Facts, is_matrix
from rulebook.deriving.declared import Declared, Said
from rulebook.deriving.model import ChainRecord, Link, Record, Step
from rulebook.deriving.present.answer import chained_answer
from rulebook.deriving.present.text import markdown, text
from rulebook.deriving.rewrite import Tidy
from rulebook.deriving.stage import Stage
from rulebook.deriving.terms.term import Term
from rulebook.deriving.transcript import Transition, in_turn
from rulebook.deriving.verify import POINTS, Claimed, verified_by_name
from rulebook.errors import Refusal
from rulebook.language.dims import SCALAR
from rulebook.language.operators.marks import differential, standing
from rulebook.language.traverse import substitute, symbols
from rulebook.language.tree import Apply, Expr, Symbol
from rulebook.printing.latex import LATEX
from rulebook.printing.notation import Notation
from rulebook.printing.typst import TYPST

__all__ = ["PaperDerivation", "paper"]


@dataclass(frozen=True, repr=False)
class PaperDerivation(ChainRecord):
    """A derivative found through intermediate variables: ``derivation.style("paper")``.

    >>> import rulebook
    >>> d = rulebook.derive("log(w @ x)", wrt="w", shapes={"w": ("n",), "x": ("n",)})
    >>> p = d.style("paper")
    >>> [f"{let.name} = {local}" for let, local in p.variables]
    ['u = w.T @ x', 'y = np.log(u)']
    >>> [step.rule for step in p.steps]
    ['dot_product_by_first', 'logarithm', 'chain_scalar_scalar_vector']
    >>> print(p)
    u = wᵀ x
    ∂u/∂w = xᵀ  [dot_product_by_first]
    y = log(u)
    ∂y/∂u = 1/u  [logarithm]
    ∂y/∂w = ∂y/∂u ∂u/∂w  [chain_scalar_scalar_vector]
      = xᵀ/u
      = xᵀ/(wᵀ x)

    The phase of a step is "local" (a local Jacobian), "chain" (``became`` is the chain rule in
    names, ``after`` the same with the local Jacobians put in) or "tidy".
    """

    def __str__(self) -> str:
        return text(self)

    def _repr_markdown_(self) -> str:
        return markdown(self)

    def written(self, notation: Notation) -> str:
        """The answer in a notation, in the intermediate variables and without them."""
        return chained_answer(self, notation)

    def latex(self) -> str:
        """The answer in LaTeX."""
        return self.written(LATEX)

    def typst(self) -> str:
        """The same in Typst."""
        return self.written(TYPST)


def paper(found: Record) -> PaperDerivation:
    """A derivation once more, in the paper's style.

    Raises Refusal for second derivatives, and where the variable or an intermediate result is a
    matrix: the paper's chain rule is for scalars and vectors.
    """
    if found.order != 1:
        raise Refusal("the paper's style is for first derivatives", STYLE)
    if is_matrix(found.wrt.shape):
        raise matrix_refused("the variable", found.wrt)
    declared = Declared.of(found.assuming)
    facts = Facts(found.rules, declared.without(found.wrt))
    return _Writer(found, declared.words, facts, cut(found, facts)).written()


@dataclass(frozen=True, eq=False)
class _Draft:
    """A step over symbols, and the two expressions whose values must agree as ``moving`` moves."""

    rule: str
    phase: str
    before: Expr
    after: Expr
    part: Expr
    became: Expr
    bound: Mapping[str, Expr]
    moving: Symbol
    checked: tuple[Expr, Expr]


@dataclass
class _Writer:
    """Local Jacobians, then the derivative of one variable after the other."""

    found: Record
    said: Said
    facts: Facts
    variables: list[Variable]
    drafts: list[_Draft] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    local: dict[tuple[Symbol, Symbol], Term] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.x = self.found.wrt
        self.algebra = self.facts.algebra
        self.lets: dict[Expr, Expr] = {v.symbol: v.let for v in self.variables}
        self.reads = {v.symbol: v.reads for v in self.variables}
        self.scalars = all(s.shape == SCALAR for s in symbols(self.found.of, self.x))

    def written(self) -> PaperDerivation:
        for v in self.variables:
            for read in v.reads or (self.x,):
                self._link(v, read)
        rates: dict[Symbol, Term] = {}
        for v in self.variables:
            rates[v.symbol] = self._rated(v, rates)
        last = self.variables[-1].symbol
        result = self._spelled_out(rates[last])
        return PaperDerivation(
            self.found,
            tuple((v.let, self._shown(v.body)) for v in self.variables),
            tuple(self.links),
            self._steps(),
            self._shown(self._rate(last, self.x, total=True)),
            self._shown(self.algebra.show(rates[last])),
            self.algebra.show(result),
        )

    def _shown(self, e: Expr) -> Expr:
        return substitute(e, self.lets)

    def _rate(self, of: Symbol, by: Symbol, total: bool = False) -> Expr:
        """∂u/∂v; with a d for scalars, and where u moves with v on several paths at once."""
        reads = self.reads[of]
        several = by in reads and len(reads) > 1
        straight = (total or len(reads) < 2) if self.scalars else (total and several)
        return Apply(standing(straight), of, by)

    def _draft(
        self,
        rule: Rule,
        phase: str,
        whole: tuple[Expr, Expr],
        part: tuple[Expr, Expr],
        bound: Mapping[str, Expr],
        moving: Symbol,
        checked: tuple[Expr, Expr],
    ) -> None:
        self.drafts.append(_Draft(rule.id, phase, *whole, *part, bound, moving, checked))

    # ------------------------------------------------------------- local Jacobians
    def _link(self, v: Variable, read: Symbol) -> None:
        fact = self.facts.of(v.body, read)
        self.local[v.symbol, read] = fact.jacobian
        first = len(self.drafts)
        line = left, right = self._rate(v.symbol, read), self.algebra.show(fact.jacobian)
        if fact.stage is not None:
            self._worked_out(fact.stage, fact.transitions, read)
        if fact.rule is not None:
            check = differential(v.body), applied(right, d(read))
            self._draft(fact.rule, "local", line, line, fact.bound, read, check)
        rules = tuple(draft.rule for draft in self.drafts[first:])
        self.links.append(Link(self._shown(left), self._shown(right), rules))

    def _worked_out(self, s: Stage, made: Iterable[Transition], read: Symbol) -> None:
        show = s.algebra.show
        for t in made:
            whole = show(t.before), show(t.after)
            after = applied(whole[1], d(read)) if t.phase == "layout" else whole[1]
            part, bound = (show(t.part), show(t.became)), t.binding(s.algebra)
            self._draft(t.rule, "local", whole, part, bound, read, (whole[0], after))

    # ------------------------------------------------------------- the chain rule
    def _rated(self, v: Variable, rates: Mapping[Symbol, Term]) -> Term:
        """The derivative of a variable by the first one, from those of what it reads."""
        through = [u for u in v.reads if u != self.x]
        if not through:
            return self.local[v.symbol, self.x]
        direct = self.x in v.reads
        rule = self.facts.chain(v.symbol.shape, through, self.x.shape, direct)
        terms: list[Expr] = []
        places: dict[Expr, Term] = {}
        if direct:
            terms.append(self._rate(v.symbol, self.x))
            places[terms[0]] = self.local[v.symbol, self.x]
        for u in through:
            outer, inner = self._rate(v.symbol, u), self._rate(u, self.x, total=True)
            places |= {outer: self.local[v.symbol, u], inner: rates[u]}
            terms.append(rule.product(outer, inner))
        formal = sum(terms[1:], terms[0])
        line = self.algebra.read(formal, places)
        left, shown = self._rate(v.symbol, self.x, total=True), self.algebra.show(line)
        check = differential(v.let), applied(shown, d(self.x))
        bound = {"f": v.symbol, "x": self.x} | ({"u": through[0]} if len(v.reads) == 1 else {})
        self._draft(rule.rule, "chain", (left, shown), (left, formal), bound, self.x, check)
        return self._tidied(line)

    def _spelled_out(self, line: Term) -> Term:
        """The names replaced by what they stand for."""
        g = self.algebra
        known: dict[Term, Term] = {}
        for v in self.variables:
            known[g.leaf(v.symbol)] = g.replace(g.read(v.body), known)
        return self._tidied(g.replace(line, known))

    # ------------------------------------------------------------- tidying
    def _tidied(self, line: Term) -> Term:
        """The line as the equalities of the book make it, each use a step."""
        tidy = self._tidy()
        end = tidy.of(line)
        self._rewritten(line, end, tidy)
        for rule, opened in self._opened(end):
            tidy = self._tidy()
            shorter = tidy.of(opened)
            if shorter.cost < end.cost:
                whole = self.algebra.show(end), self.algebra.show(opened)
                self._draft(rule, "tidy", whole, whole, {}, self.x, whole)
                self._rewritten(opened, shorter, tidy)
                return self._tidied(shorter)
        return end

    def _tidy(self) -> Tidy:
        return Tidy(self.facts.rules, self.algebra, self.facts.declared)

    def _rewritten(self, line: Term, end: Term, tidy: Tidy) -> None:
        g = self.algebra
        for use, before, after in in_turn(g, line, end, tidy.used):
            whole = g.show(before), g.show(after)
            bound = {s.name: g.show(t) for s, t in use.bound.items()}
            part = g.show(use.part), g.show(use.became)
            self._draft(use.rule, "tidy", whole, part, bound, self.x, whole)

    def _opened(self, line: Term) -> Iterator[tuple[Rule, Term]]:
        """The line with a product of a sum multiplied out, in each way there is."""
        g, rule = self.algebra, self.facts.opening
        parts = [line] if rule is not None else []
        for t in parts:
            if t.kind in ("sum", "mono"):
                parts += t.args
            for n, a in enumerate(t.args if t.kind == "chain" else ()):
                if rule is not None and n and a.kind == "sum" and all(b.shape for b in a.args):
                    whole = g.add(g.chain([*t.args[:n], b]) for b in a.args)
                    yield rule, g.replace(line, {t: g.chain([whole, *t.args[n + 1 :]])})

    # ------------------------------------------------------------- checking
    def _steps(self) -> tuple[Step, ...]:
        return tuple(
            Step(
                draft.rule,
                self._shown(draft.before),
                self._shown(draft.after),
                {k: self._shown(e) for k, e in draft.bound.items()},
                draft.phase,
                self._shown(draft.part),
                self._shown(draft.became),
                f"checked at {POINTS} points",
                error,
            )
            for draft, error in zip(self.drafts, self._errors(), strict=True)
        )

    def _errors(self) -> list[float]:
        """How far each step is off at worst. Raises Refusal for one that does not hold."""
        named = {v.symbol: v.let for v in self.variables}
        pairs = [(x.moving, Claimed(x.rule, *x.checked, (x.before, x.after))) for x in self.drafts]
        return verified_by_name(self.found.of, self.x, named, pairs, self.said)
