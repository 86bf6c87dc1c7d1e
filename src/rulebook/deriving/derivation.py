"""`derive`: from an expression and a variable to the derivative, every step a rule of the book."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from rulebook.book.claims import Derivative, d
from rulebook.book.conditions import unmet
from rulebook.deriving.algebra import Term
from rulebook.deriving.declared import SYMMETRIC, Declared
from rulebook.deriving.lookup import Book, open_book, rules_on
from rulebook.deriving.naming import named
from rulebook.deriving.readoff import Vec
from rulebook.deriving.spread import NoRule
from rulebook.deriving.stages import Line, Stage, Stopped, stage
from rulebook.deriving.structure import restricted
from rulebook.deriving.verify import verified
from rulebook.dialect.infer import infer
from rulebook.dialect.parse import declare, parse
from rulebook.errors import Refusal, RuleError, ShapeError
from rulebook.language.assumptions import Assumption
from rulebook.language.dims import ONE, DimLike
from rulebook.language.operators.reductions import FROBENIUS, NORM, SUM_OF
from rulebook.language.template import plain
from rulebook.language.traverse import inner_first, rebuild, symbols
from rulebook.language.tree import Apply, Bind, Expr, Index, Let, Number, Symbol
from rulebook.numeric.backends import evaluator
from rulebook.numeric.evaluate import agree
from rulebook.numeric.points import Point
from rulebook.numeric.tolerance import LINE
from rulebook.printing.latex import latex
from rulebook.printing.numpy import dialect

if TYPE_CHECKING:
    from rulebook.deriving.paper import PaperDerivation

__all__ = ["Derivation", "Step", "derive"]

LARGEST, DEEPEST = 4000, 80  # operations; beyond, an expression is refused before any work


@dataclass(frozen=True)
class Step:
    """One use of one rule.

    >>> import rulebook
    >>> d = rulebook.derive("x @ x", wrt="x", shapes={"x": ("n",)})
    >>> [step.rule for step in d.steps]
    ['matrix_product_differential', 'transpose_differential', 'dot_product_by_second']

    ``before`` and ``after`` are whole lines, ``part`` and ``became`` what the rule changed;
    ``binding`` says what the rule's symbols stand for.
    """

    rule: str
    before: Expr
    after: Expr
    binding: Mapping[str, Expr]
    phase: str  # shorten | differential | read-off | tidy | layout
    part: Expr
    became: Expr
    verdict: str = "not checked"
    error: float = 0.0  # the largest relative difference between the two lines


@dataclass(eq=False, repr=False)
class Derivation:
    """A derivative, and how it was found.

    >>> import rulebook
    >>> d = rulebook.derive("logdet(X)", wrt="X", shapes={"X": ("n", "n")})
    >>> d.numpy(), d.conditions
    ('np.linalg.inv(X)', ('X is invertible',))
    """

    of: Expr
    wrt: Symbol
    order: int
    stages: tuple[Stage, ...]
    assuming: tuple[Assumption, ...] = ()
    declared: frozenset[str] = frozenset()  # every name the reader gave a shape, used or not
    _laid: dict[str, Expr] = field(default_factory=dict, repr=False)
    _at: tuple[Point, ...] = ()  # where the last lines were checked
    _verdicts: dict[Line, tuple[str, float]] = field(default_factory=dict, repr=False)

    @property
    def is_differential(self) -> bool:
        """Whether no matrix holds the answer: it is given as a differential, in dX."""
        return self.stages[-1].kind == "differential"

    @cached_property
    def result(self) -> Expr:
        """The derivative in numerator layout; long parts that repeat have names."""
        return self.in_layout("numerator")

    def in_layout(self, layout: str) -> Expr:
        """The derivative in numerator or denominator layout or in the gradient convention."""
        if layout not in self._laid:
            last = self.stages[-1]
            same = tuple(a.symbol for a in self.assuming if a.word in SYMMETRIC)
            laid = last.laid(layout)
            made = named(last.algebra, laid, self._taken, self._changes, same)
            self._compared(last.algebra.show(laid), made)
            self._laid[layout] = made
        return self._laid[layout]

    def _compared(self, found: Expr, printed: Expr) -> None:
        """Check that names and layout have not changed the answer."""
        if printed is found:
            return
        errors = [agree(evaluator(point), found, printed) or 0.0 for point in self._at]
        if max(errors, default=0.0) > LINE:
            raise Refusal("the answer does not survive being printed", "layout", found)

    @property
    def _changes(self) -> frozenset[Symbol]:
        return frozenset(s.tangent for s in self.stages)

    @property
    def _taken(self) -> set[str]:
        names = {s.name for s in symbols(self.of)} | {self.wrt.name}
        return names | {n for s in symbols(self.of) for dim in s.shape for n in dim.names}

    def vec(self) -> Expr:
        """The Kronecker form, where the answer is the differential of a matrix by a matrix.

        It is the J of vec(dF) = J vec(dX), columns stacked.

        >>> import rulebook
        >>> shapes = {"A": ("p", "m"), "X": ("m", "n"), "B": ("n", "q")}
        >>> d = rulebook.derive("A @ X @ B", wrt="X", shapes=shapes)
        >>> from rulebook.printing.numpy import numpy_text
        >>> numpy_text(d.vec())
        'np.kron(B.T, A)'

        Raises Refusal where the answer is no differential of a matrix by a matrix, or no rule
        takes its vec apart.
        """
        last = self.stages[-1]
        if not self.is_differential or ONE in (*last.of.shape, *self.wrt.shape) or self.order == 2:
            raise Refusal("only the differential of a matrix by a matrix has a vec form", "vec")
        try:
            found = Vec(last.book, last.algebra, last.tangent).jacobian(last.answer)
        except NoRule as cause:
            raise Refusal(
                f"no rule of the book handles {cause.operation}", cause.operation
            ) from None
        return last.algebra.show(found)

    def among(self, structure: str) -> Derivation:
        """The derivative among ``symmetric`` or ``diagonal`` matrices: one more step.

        Without it a derivative is unconstrained: every entry of the variable is free.

        >>> import rulebook
        >>> d = rulebook.derive("logdet(X)", wrt="X", shapes={"X": ("n", "n")})
        >>> d.among("symmetric").steps[-1].rule
        'derivative_among_symmetric'

        Raises Refusal unless this is the first derivative of a scalar by a square matrix.
        """
        last, shape = self.stages[-1], self.wrt.shape
        if self.order == 2 or self.of.shape or len(shape) != 2 or shape[0] != shape[1]:
            what = "the first derivative of a scalar by a square matrix"
            raise Refusal(f"only {what} can be restricted to a structure", structure)
        stages = (*self.stages[:-1], restricted(last, structure))
        found = replace(self, stages=stages, _laid={}, _at=(), _verdicts={})
        _checked(found, Declared(_words(self.assuming)))
        return found

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Every use of a rule, in order."""
        return tuple(self._step(s, line) for s in self.stages for line in lines_of(s))

    def _step(self, s: Stage, line: Line) -> Step:
        show = s.algebra.show
        bound = {k.name: show(v) if isinstance(v, Term) else v for k, v in line.bound.items()}
        verdict, error = self._verdicts.get(line, ("not checked", 0.0))
        return Step(
            line.rule.id,
            show(line.before),
            show(line.after),
            bound,
            line.phase,
            show(line.part),
            show(line.became),
            verdict,
            error,
        )

    @property
    def lets(self) -> tuple[tuple[str, Expr], ...]:
        """The names the result gives to its repeated parts."""
        return tuple((let.name, let.body) for let in lets_of(self.result))

    def latex_parts(self, layout: str = "numerator") -> tuple[str, str]:
        """The two sides of the answer."""
        return left_side(self, layout), latex(self.in_layout(layout))

    def latex(self, layout: str = "numerator") -> str:
        """The answer in LaTeX, and what its names stand for."""
        left, right = self.latex_parts(layout)
        lets = "".join(
            rf", \quad {latex(let)} = {latex(let.body)}" for let in lets_of(self.in_layout(layout))
        )
        return f"{left} = {right}{lets}"

    def numpy(self, layout: str = "numerator") -> str:
        """Runnable NumPy source: helpers and names first, the answer on the last line."""
        from rulebook.printing.languages import source

        return source(self.in_layout(layout), "numpy", self.of, self.wrt)

    def jax(self, layout: str = "numerator") -> str:
        """The same in JAX."""
        from rulebook.printing.languages import source

        return source(self.in_layout(layout), "jax", self.of, self.wrt)

    def torch(self, layout: str = "numerator") -> str:
        """The same in PyTorch."""
        from rulebook.printing.languages import source

        return source(self.in_layout(layout), "torch", self.of, self.wrt)

    def module(self, language: str = "numpy", layout: str = "numerator") -> str:
        """A whole module: imports and one function of the variables, ``derivative``."""
        from rulebook.printing.languages import module

        return module(self.in_layout(layout), language, "derivative", self.of, self.wrt)

    @cached_property
    def conditions(self) -> tuple[str, ...]:
        """What must hold for the answer, in the reader's symbols."""
        return tuple(_worded(text) for text in self._needed(dialect))

    @cached_property
    def conditions_latex(self) -> tuple[str, ...]:
        return self._needed(latex)

    def _needed(self, show: Callable[[Expr], str]) -> tuple[str, ...]:
        return unmet(
            _smoothed(self.of), self.stages[-1].result(), assuming=self.assuming, show=show
        )

    def __str__(self) -> str:
        from rulebook.deriving.shown import text

        return text(self)

    def _repr_markdown_(self) -> str:
        from rulebook.deriving.shown import markdown

        return markdown(self)

    def style(self, name: str) -> Derivation | PaperDerivation:
        """The derivation told another way: ``paper`` names intermediate variables.

        >>> import rulebook
        >>> d = rulebook.derive("sum(w * x)", wrt="w", shapes={"w": ("n",), "x": ("n",)})
        >>> [step.rule for step in d.style("paper").steps][:2]
        ['hadamard_by_first', 'sum_by_vector']

        Raises RuleError for a style there is not, and Refusal where the paper's way does not lead.
        """
        if name == "differentials":
            return self
        if name != "paper":
            raise RuleError(f"no style {name!r}; the styles are differentials and paper")
        from rulebook.deriving.paper import paper

        return paper(self)

    def jacobian(self, **arrays: Any) -> Any:
        """The derivative as an array of shape out + wrt (+ wrt), whatever the layout.

        Takes an array for every variable of the expression. Raises ShapeError for one that is
        missing or does not fit.
        """
        from rulebook.deriving.values import jacobian

        return jacobian(self, arrays)


def derive(
    of: str | Expr,
    wrt: str | Symbol,
    *,
    shapes: Mapping[str, Sequence[DimLike]] | None = None,
    assume: Mapping[str, str | Sequence[str]] | None = None,
    order: int = 1,
    check: bool = True,
    without: Iterable[str] = (),
) -> Derivation:
    """The derivative of an expression by one of its variables, step by step.

    ``of`` is text or an expression of the language. ``shapes`` gives names their dimensions; in
    text those that can be inferred may be left out (capitals are matrices). ``assume`` gives names
    their words, as for `rulebook.check`; ``without`` leaves rules out by id. Each line is checked
    numerically against the line before at two points, unless ``check`` is off.
    Raises Refusal where no rule applies or a line fails its check, ParseError and ShapeError for
    input that is not an expression or does not fit.

    >>> import rulebook
    >>> shapes = {"A": ("m", "n"), "x": ("n",), "b": ("m",)}
    >>> d = rulebook.derive("sum((A @ x - b) ** 2)", wrt="x", shapes=shapes)
    >>> print(d.numpy())
    2 * (A @ x - b) @ A
    >>> print(d.numpy(layout="gradient"))
    2 * A.T @ (A @ x - b)
    """
    if isinstance(of, Expr):
        _measured(of)
    e, x, names = _given(of, wrt, shapes or {})
    if order not in (1, 2):
        raise RuleError(f"order is 1 or 2, not {order!r}")
    _measured(e)
    known = {s.name: s for s in (*symbols(e), x)}
    assuming = _assumptions(assume or {}, known)
    declared = Declared(_words(assuming))
    book = open_book(without)
    stages = [_stage(e, x, d(x), book, declared, again=order == 2)]
    if order == 2:
        first = stages[0]
        unread = first.kind == "differential"
        tangent = d(x, 2) if unread else d(x)
        answer = first.algebra.show(first.answer)
        stages.append(_stage(answer, x, tangent, book, declared, shorten=False, unread=unread))
    found = Derivation(e, x, order, tuple(stages), assuming, names)
    if check:
        _checked(found, declared)
    return found


def _given(
    of: str | Expr, wrt: str | Symbol, shapes: Mapping[str, Any]
) -> tuple[Expr, Symbol, frozenset[str]]:
    """The expression, the variable, and every name that has a shape."""
    if not isinstance(of, str | Expr):
        raise RuleError(f"{of!r} is neither text nor an expression")
    known = infer(of, shapes) if isinstance(of, str) else declare(shapes)
    e = parse(of, known) if isinstance(of, str) else of
    if isinstance(of, Expr):
        known |= {s.name: s for s in symbols(e)}
    x = known.get(wrt) if isinstance(wrt, str) else wrt
    if not isinstance(x, Symbol):
        have = ", ".join(sorted(known)) or "none"
        raise RuleError(f"no variable {wrt!r} to differentiate by; the variables are {have}")
    return _standing(e), x, frozenset(known) | {x.name}


def _standing(e: Expr) -> Expr:
    """A vector as a column: in text it has no orientation."""
    return e.T if len(e.shape) == 2 and e.shape[0] == ONE else e


def _measured(e: Expr) -> None:
    """Refuse what is too large, too deep, or not in the engine's reach, before any work."""
    todo, count = [(e, 1)], 0
    while todo:
        n, depth = todo.pop()
        count += 1
        if count > LARGEST or depth > DEEPEST:
            most = (
                f"more than {LARGEST} operations"
                if count > LARGEST
                else f"more than {DEEPEST} deep"
            )
            raise RuleError(f"the expression is too large: {most}")
        if isinstance(n, Bind | Index) or (isinstance(n, Apply) and n.op.unspecified):
            what = "a sum or array over an index" if isinstance(n, Bind | Index) else n.op.name
            raise Refusal(f"no rule differentiates {what}", what)
        if len(n.shape) > 2:
            raise ShapeError("an array of rank above 2 has no derivation")
        todo += [(a, depth + 1) for a in n.args]


def _assumptions(
    assume: Mapping[str, str | Sequence[str]], known: Mapping[str, Symbol]
) -> tuple[Assumption, ...]:
    found: list[Assumption] = []
    for name, words in assume.items():
        if name not in known:
            raise RuleError(f"{name!r} is assumed to be something, and does not occur")
        given = (words,) if isinstance(words, str) else words
        found += [Assumption(word, known[name]) for word in given]
    return tuple(found)


def _words(assuming: Iterable[Assumption]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for a in assuming:
        found[a.symbol.name] = found.get(a.symbol.name, frozenset()) | {a.word}
    return found


def _stage(e: Expr, x: Symbol, dx: Symbol, book: Book, declared: Declared, **how: bool) -> Stage:
    try:
        return stage(e, x, dx, book, declared, **how)
    except Stopped as stopped:
        raise _refusal(stopped) from None


def _refusal(stopped: Stopped) -> Refusal:
    """What stopped the derivation, how far it had come, and which rules come nearest."""
    message = f"no rule of the book handles {stopped.operation}, in {plain(stopped.part)}"
    if stopped.reached is not None:
        message += f"; the differential so far is {plain(stopped.reached)}"
    near = tuple(rule.id for rule in rules_on(stopped.operation))[:3]
    if near:
        message += f"; nearest: {', '.join(near)}"
    return Refusal(message, stopped.operation, stopped.reached, near)


def _checked(found: Derivation, declared: Declared) -> None:
    """Every line against the line before; a derivation that fails is not shown."""
    made = verified([(s, lines_of(s)) for s in found.stages], found.wrt, declared.words)
    found._at, found._verdicts = made.points, dict(made.verdicts)


def _smoothed(e: Expr) -> Expr:
    """The same expression with squared norms, which are smooth, as sums of squares."""
    match e:
        case Apply(args=(Apply(op=op) as norm, Number(value=k))) if op in (NORM, FROBENIUS):
            if k > 0 and k % 2 == 0:
                squares = SUM_OF(_smoothed(norm.args[0]) ** 2)
                return squares if k == 2 else squares ** (k / 2)
    return rebuild(e, tuple(map(_smoothed, e.args)))


def lines_of(s: Stage) -> list[Line]:
    """The lines of a stage. Raises Refusal if the book cannot justify one."""
    try:
        return s.lines
    except Stopped as stopped:
        raise _refusal(stopped) from None


def left_side(found: Derivation, layout: str) -> str:
    """The derivative as the book writes it in a layout: ∂f/∂x, d(F), or d(∂f/∂X)."""
    first, last = found.stages[0], found.stages[-1]
    if found.order == 1 and found.is_differential:
        return rf"\mathrm{{d}}\left({latex(found.of)}\right)"
    if found.order == 2 and first.kind == "differential":
        return rf"\mathrm{{d}}^2\left({latex(found.of)}\right)"
    if found.is_differential:
        once = Derivative(of=found.of, wrt=found.wrt, equals=first.result())
        return rf"\mathrm{{d}}\,{once.left(layout)}"
    if found.order == 2 and found.of.shape:  # by a scalar
        return (
            rf"\frac{{\partial^2}}{{\partial {latex(found.wrt)}^2}} \left({latex(found.of)}\right)"
        )
    equals = last.result()
    return Derivative(of=found.of, wrt=found.wrt, equals=equals, order=found.order).left(layout)


def lets_of(e: Expr) -> tuple[Let, ...]:
    """The names in an expression, each after those it needs."""
    return tuple(dict.fromkeys(n for n in inner_first(e) if isinstance(n, Let)))


def _worded(text: str) -> str:
    """A condition without its LaTeX."""
    for mark, word in (("\\neq", "≠"), ("\\det", "det"), ("\\text{", ""), ("}", "")):
        text = text.replace(mark, word)
    return " ".join(text.split())
