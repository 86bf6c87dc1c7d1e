"""Expressions in normal form: sums, products and powers flat, like terms merged.

What a hand does without a word happens here and is never a step: associativity, the order of
terms and scalars, rational coefficients, transposes carried to the leaves, units and zeros.
Everything else is an equality of the book. Terms are interned, so that equal means identical.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import Any, TypeAlias

from rulebook.errors import RuleError, ShapeError
from rulebook.language.dims import ONE, SCALAR, Dim, Shape, dim
from rulebook.language.operators import ones, sqrt, zeros_like
from rulebook.language.operators.arrays import CONCATENATE, STACK, STACK_ROWS
from rulebook.language.operators.reductions import SUM_OF
from rulebook.language.tree import INFIX, Apply, Expr, Let, Number, Operator, Symbol, lift

__all__ = ["Algebra", "Env", "Powers", "Term", "replaced_dim"]

WIDEST = 1000  # of exponents, and of bits in a coefficient
UNIT, ZERO, HALF = Fraction(1), Fraction(0), Fraction(1, 2)


class Term:
    """One node in normal form; ``parts`` of a product come with exponents."""

    __slots__ = (
        "args",
        "coef",
        "cost",
        "exps",
        "head",
        "kind",
        "names",
        "shape",
        "size",
        "symbols",
    )
    size: int

    def __init__(
        self,
        kind: str,
        shape: Shape,
        args: tuple[Term, ...] = (),
        head: Any = None,
        coef: Fraction = UNIT,
        exps: tuple[Fraction, ...] = (),
    ) -> None:
        self.kind, self.shape, self.args = kind, shape, args
        self.head, self.coef, self.exps = head, coef, exps
        inside = [a.symbols for a in args]
        self.symbols: frozenset[Symbol] = frozenset().union(*inside) if inside else frozenset()
        below = [a.names for a in args if a.names]
        own = _operation(kind, head)
        self.names: frozenset[str] = own.union(*below) if below or own else own
        self.size = 1 + sum(a.size for a in args)
        self.cost = _cost(self)

    @property
    def scalar(self) -> bool:
        return not self.shape

    def __repr__(self) -> str:
        inside = " ".join(map(repr, self.args))
        head = getattr(self.head, "name", self.head)
        return f"({self.kind} {head or ''} {self.coef if self.coef != 1 else ''} {inside})"


Env: TypeAlias = Mapping[Expr, Term]
Powers: TypeAlias = "dict[Term, Fraction]"
DEAR = {
    "Kronecker product": 12.0,
    "inverse": 2.5,
    "norm": 1.5,
    "Frobenius norm": 1.5,
    "determinant": 2.0,
    "log determinant": 2.5,
}
# dear in the size of the matrix; inverses are neither merged nor split, which cost the same
LARGE = {"inverse": 2.5, "determinant": 1.3, "log determinant": 0.3}
STACKS = {"stack rows": "stack", "concatenate": "stack"}
NOTHING: frozenset[str] = frozenset()


def _operation(kind: str, head: Any) -> frozenset[str]:
    """The operation of a node, as a set, for a pattern to be ruled out at a glance."""
    if kind == "call":
        name = head.name.partition("[")[0]
    elif kind == "leaf" and isinstance(head, Apply):
        name = head.op.name.partition("[")[0]
    else:
        return NOTHING
    return frozenset((STACKS.get(name, name),))


def _cost(t: Term) -> float:
    """How long a term reads, dear operations counted dearer."""
    inside = sum(a.cost for a in t.args)
    match t.kind:
        case "leaf":
            return 1.0 if isinstance(t.head, Symbol) else 1.5 if _named(t.head, "identity") else 1.2
        case "num":
            return 0.9 if t.coef.denominator == 1 else 1.4
        case "turned":
            return inside + 0.3
        case "call":
            return inside * (1 + LARGE.get(t.head.name, 0.0)) + DEAR.get(t.head.name, 1.0)
        case "mono" | "had":
            odd = sum(0.0 if e in (1, -1) else 1.0 for e in t.exps)
            joints = len(t.args) - (abs(t.coef) == 1)
            sign = 0.5 * (t.coef < 0)
            return inside + odd + joints + sign + (0.9 if abs(t.coef) != 1 else 0)
        case "chain":
            outer = 1.5 if any(a.shape[1] == ONE for a in t.args[:-1]) else 0.0
            return inside + len(t.args) - 1 + outer
        case "sum":
            return inside + len(t.args) - 1
    return 1.0 + inside


@dataclass
class Algebra:
    """The terms of one derivation: a table of what was built, and the constructors."""

    table: dict[Any, Term] = field(default_factory=dict)
    _turned: dict[Term, Term] = field(default_factory=dict)
    _shown: dict[Term, Expr] = field(default_factory=dict)
    _signs: dict[Term, int] = field(default_factory=dict)
    _read: dict[int, tuple[Expr, Term]] = field(default_factory=dict)

    # ------------------------------------------------------------- leaves
    def _make(
        self,
        key: Any,
        kind: str,
        shape: Shape,
        args: tuple[Term, ...] = (),
        head: Any = None,
        coef: Fraction = UNIT,
        exps: tuple[Fraction, ...] = (),
    ) -> Term:
        found = self.table.get(key)
        if found is None:
            found = self.table[key] = Term(kind, shape, args, head, coef, exps)
            if kind == "leaf" and isinstance(head, Symbol):
                found.symbols = frozenset((head,))
        return found

    def num(self, value: Fraction | int) -> Term:
        value = Fraction(value)
        return self._make(("num", value), "num", SCALAR, coef=value)

    def leaf(self, e: Expr, symbols: frozenset[Symbol] = frozenset()) -> Term:
        """A symbol, a constant, or an expression taken as it stands."""
        found = self._make(("leaf", e), "leaf", e.shape, head=e)
        if symbols:
            found.symbols = symbols
        return found

    def zero(self, shape: Shape) -> Term:
        return self._make(("zero", shape), "zero", shape) if shape else self.num(0)

    def is_zero(self, t: Term) -> bool:
        return t.kind == "zero" or (t.kind == "num" and not t.coef)

    def all_ones(self, shape: Shape) -> Term:
        """The array of ones of a shape."""
        if shape == SCALAR:
            return self.num(1)
        rows, columns = (self.leaf(ones(d)) for d in shape)
        if shape[1] == ONE:
            return rows
        if shape[0] == ONE:
            return self.turn(columns)
        return self.chain([rows, self.turn(columns)])

    # ------------------------------------------------------------- sums
    def add(self, terms: Iterable[Term]) -> Term:
        """A sum; scalars among arrays are expanded."""
        merged: dict[Term, Fraction] = {}
        shape: Shape = SCALAR
        for t in terms:
            shape = shape or t.shape
            for coef, body in self.summands(t):
                merged[body] = merged.get(body, ZERO) + coef
        kept = [(c, b) for b, c in merged.items() if c]
        if not kept:
            return self.zero(shape)
        if shape and len(kept) > 1:
            kept = self._contracted(kept)
            uniform = [b if not b.shape else self._uniform(b) for _, b in kept]
            if all(u is not None for u in uniform):  # the same in every entry
                scalars = (self.scale(c, u) for (c, _), u in zip(kept, uniform, strict=True) if u)
                return self.mul([self.add(scalars), self.all_ones(shape)])
        if all(not b.shape for _, b in kept) and shape:
            return self.mul([self._sum(kept), self.all_ones(shape)])
        return self._sum(kept)

    def _contracted(self, kept: list[tuple[Fraction, Term]]) -> list[tuple[Fraction, Term]]:
        """Arrays of ones beside other arrays are written as scalars, to be expanded."""
        merged: dict[Term, Fraction] = {}
        for c, b in kept:
            scalar = self._uniform(b)
            for k, part in self.summands(scalar) if scalar else [(UNIT, b)]:
                merged[part] = merged.get(part, ZERO) + c * k
        short = [(c, b) for b, c in merged.items() if c]
        return short if any(b.shape for _, b in short) else kept

    def _uniform(self, t: Term) -> Term | None:
        """The scalar that an array repeats in every entry, if it does."""
        if not t.shape:
            return None
        _, powers, core = self.parts(t)
        if core is None or core is not self.all_ones(core.shape):
            return None
        return self._mono(UNIT, powers, None)

    def _sum(self, kept: list[tuple[Fraction, Term]]) -> Term:
        if len(kept) == 1:
            return self.scale(*kept[0])
        common = abs(kept[0][0])
        if common != 1 and all(abs(c) == common for c, _ in kept):
            return self.scale(common, self._sum([(c / common, b) for c, b in kept]))
        key = frozenset((b, c) for c, b in kept)
        opposite = frozenset((b, -c) for c, b in kept)
        if ("sum", opposite) in self.table:
            return self.scale(Fraction(-1), self.table["sum", opposite])
        if all(c < 0 for c, _ in kept):
            return self.scale(Fraction(-1), self._sum([(-c, b) for c, b in kept]))
        args = tuple(self.scale(c, b) for c, b in kept)
        shape = next((a.shape for a in args if a.shape), SCALAR)
        return self._make(("sum", key), "sum", shape, args)

    def summands(self, t: Term) -> list[tuple[Fraction, Term]]:
        """Coefficients and bodies whose sum is ``t``."""
        if t.kind == "sum":
            return [self.split(a) for a in t.args]
        coef, body = self.split(t)
        if body.kind == "sum":
            return [(coef * c, b) for c, b in (self.split(a) for a in body.args)]
        return [(coef, body)] if coef else []

    def split(self, t: Term) -> tuple[Fraction, Term]:
        """The rational coefficient of a term, and the rest."""
        if t.kind == "num":
            return (t.coef, self.num(1))
        if t.kind == "zero":
            return ZERO, t
        if t.kind == "mono" and t.coef != 1:
            return t.coef, self._mono(UNIT, dict(zip(t.args, t.exps, strict=True)), None)
        return UNIT, t

    def scale(self, coef: Fraction, t: Term) -> Term:
        """A rational number times a term."""
        if coef == 1 or t.kind == "zero":
            return t
        if not coef:
            return self.zero(t.shape)
        if t.kind == "num":
            return self.num(coef * t.coef)
        if t.kind == "mono":
            return self._mono(coef * t.coef, dict(zip(t.args, t.exps, strict=True)), None)
        return self._mono(coef, {t: UNIT}, None)

    def negative(self, t: Term) -> Term:
        return self.scale(Fraction(-1), t)

    # ------------------------------------------------------------- products
    def mul(self, factors: Iterable[Term]) -> Term:
        """A product entry by entry, scalars expanded: scalars in front, then one array."""
        coef, powers = UNIT, Bag()
        arrays: list[Term] = []
        for f in factors:
            if self.is_zero(f):
                coef = ZERO
            c, scalars, core = self.parts(f)
            coef *= c
            powers.update_with(scalars)
            if core is not None:
                arrays.append(core)
            elif f.kind == "zero":
                arrays.append(f)
        if not coef:
            return self.zero(next((a.shape for a in arrays), SCALAR))
        if len(arrays) <= 1:
            return self._mono(coef, powers, arrays[0] if arrays else None)
        c, scalars, core = self.parts(self._hadamard(arrays))
        return self._mono(coef * c, powers.update_with(scalars), core)

    def parts(self, t: Term) -> tuple[Fraction, Powers, Term | None]:
        """Coefficient, scalar factors with exponents, and the array, if there is one."""
        if t.kind == "num":
            return t.coef, {}, None
        if t.kind == "mono":
            powers = dict(zip(t.args, t.exps, strict=True))
            core = t.args[-1] if t.shape else None
            if core is not None:
                del powers[core]
            return t.coef, powers, core
        return (UNIT, {}, t) if t.shape else (UNIT, {t: UNIT}, None)

    def _mono(self, coef: Fraction, powers: Powers, core: Term | None) -> Term:
        kept = {b: e for b, e in powers.items() if e}
        if core is not None:
            c, scalars, inner = self.parts(core)
            coef, kept = coef * c, {b: e for b, e in Bag(kept).update_with(scalars).items() if e}
            if inner is not None:
                kept[inner] = UNIT
            core = inner
        if not kept:
            return self.num(coef)
        if coef == 1 and len(kept) == 1 and next(iter(kept.values())) == 1:
            return next(iter(kept))
        shape = next((b.shape for b in kept if b.shape), SCALAR)
        if shape:  # the array stands last
            kept = dict(sorted(kept.items(), key=lambda be: bool(be[0].shape)))
        key = ("mono", coef, frozenset(kept.items()))
        return self._make(key, "mono", shape, tuple(kept), coef=coef, exps=tuple(kept.values()))

    def _hadamard(self, arrays: list[Term]) -> Term:
        shape = arrays[0].shape
        if any(self.is_zero(a) for a in arrays):
            return self.zero(shape)
        powers, coef, scalars = Bag(), UNIT, Bag()
        for a in arrays:
            if a.shape != shape:
                raise ShapeError("Hadamard product of different shapes")
            if a.kind == "had":
                powers.update_with(dict(zip(a.args, a.exps, strict=True)))
            else:
                powers.update_with({a: UNIT})
        kept = {b: e for b, e in powers.items() if e}
        return self.mul_scalars(coef, scalars, self._had(kept, shape))

    def mul_scalars(self, coef: Fraction, powers: Powers, core: Term) -> Term:
        return self._mono(coef, powers, core)

    def _had(self, kept: Powers, shape: Shape) -> Term:
        plain = {b: e for b, e in kept.items() if not self.is_ones(b)}
        if not plain:
            return self.all_ones(shape)
        if len(plain) == 1 and next(iter(plain.values())) == 1:
            return next(iter(plain))
        key = ("had", frozenset(plain.items()))
        return self._make(key, "had", shape, tuple(plain), exps=tuple(plain.values()))

    def is_ones(self, t: Term) -> bool:
        """A vector of ones; ones of a matrix are the book's to remove."""
        core = t.args[0] if t.kind == "turned" else t
        return core.kind == "leaf" and _named(core.head, "ones")

    def power(self, t: Term, q: Fraction) -> Term:
        """A power by a rational number, entry by entry if ``t`` is an array."""
        if q == 0:
            return self.all_ones(t.shape)
        if q == 1:
            return t
        whole = q.denominator == 1
        if q < 0 and self.is_zero(t):
            raise RuleError("division by zero")
        _bounded(t, q)
        if t.kind == "num" and whole:
            return self.num(t.coef ** int(q))
        coef, powers, core = self.parts(t)
        simple = coef == 1 and len(powers) + (core is not None) == 1
        if not whole and not simple:
            return self._raised(t, q)
        c = coef ** int(q) if whole else UNIT
        raised = {b: _times(e, q) for b, e in powers.items()}
        if any(e is None for e in raised.values()):
            return self._raised(t, q)
        head = self._powered(core, q) if core is not None else None
        return self._mono(Fraction(c), {b: e for b, e in raised.items() if e is not None}, head)

    def _powered(self, core: Term, q: Fraction) -> Term:
        if core.kind != "had":
            return self._had({core: q}, core.shape)
        raised = {b: _times(e, q) for b, e in zip(core.args, core.exps, strict=True)}
        if any(e is None for e in raised.values()):
            return self._had({core: q}, core.shape)
        return self._had({b: e for b, e in raised.items() if e}, core.shape)

    def _raised(self, t: Term, q: Fraction) -> Term:
        if t.shape:
            return self._had({t: q}, t.shape)
        key = ("mono", UNIT, frozenset({(t, q)}))
        return self._make(key, "mono", SCALAR, (t,), exps=(q,))

    # ------------------------------------------------------------- matrix products
    def matmul(self, a: Term, b: Term) -> Term:
        return self.chain([a, b]) if a.shape and b.shape else self.mul([a, b])

    def chain(self, factors: Iterable[Term]) -> Term:
        """A matrix product: scalars and inner products in front, units dropped."""
        coef, powers, flat = UNIT, Bag(), list[Term]()
        shape: Shape = SCALAR
        given = list(factors)
        for f in given:
            c, scalars, core = self.parts(f)
            if self.is_zero(f):
                coef = ZERO
            coef *= c
            powers.update_with(scalars)
            if core is not None:
                flat += core.args if core.kind == "chain" else [core]
        arrays = [f for f in given if f.shape]
        if arrays:
            rows, columns = arrays[0].shape[0], arrays[-1].shape[1]
            shape = SCALAR if rows == columns == ONE else (rows, columns)
        if not coef:
            return self.zero(shape)
        trimmed = [f for f in flat if not (f.kind == "leaf" and _named(f.head, "identity"))]
        if not trimmed:
            return self._mono(coef, powers, flat[0] if flat else None)
        return self._joined(coef, powers, trimmed)

    def _joined(self, coef: Fraction, powers: Bag, flat: list[Term]) -> Term:
        """Cut where a column meets a row: what lies between two cuts is a scalar."""
        cuts = [n for n in range(1, len(flat)) if flat[n - 1].shape[1] == ONE]
        edges = [0, *cuts, len(flat)]
        segments = [flat[a:b] for a, b in pairwise(edges)]
        arrays: list[list[Term]] = []
        for segment in segments:
            if segment[0].shape[0] == ONE == segment[-1].shape[1]:
                c, scalars, _ = self.parts(self._inner(segment))
                coef *= c
                powers.update_with(scalars)
            else:
                arrays.append(segment)
        joined = [f for segment in arrays for f in segment]
        core = self._chain(joined) if joined else None
        return self._mono(coef, powers, core)

    def window(self, factors: tuple[Term, ...]) -> Term:
        """Neighbouring factors of a product, as a product."""
        key = ("window", *map(id, factors))
        found = self.table.get(key)
        if found is None:
            found = self.table[key] = self.chain(factors)
        return found

    def _chain(self, flat: list[Term]) -> Term:
        if len(flat) == 1:
            return flat[0]
        shape = (flat[0].shape[0], flat[-1].shape[1])
        return self._make(("chain", *map(id, flat)), "chain", shape, tuple(flat))

    def _inner(self, flat: list[Term]) -> Term:
        """An inner product, written the way it was met first: u'Av is v'A'u."""
        other = [self.turn(f) for f in reversed(flat)]
        if ("chain", *map(id, other)) in self.table:
            flat = other
        return self._make(("chain", *map(id, flat)), "chain", SCALAR, tuple(flat))

    # ------------------------------------------------------------- transposes
    def turn(self, t: Term) -> Term:
        """The transpose, carried to the leaves."""
        if not t.shape:
            return t
        found = self._turned.get(t)
        if found is None:
            found = self._turn(t)
            self._turned[t] = found
            self._turned.setdefault(found, t)
        return found

    def fix(self, t: Term) -> None:
        """Take a leaf as its own transpose: it stands for something symmetric."""
        self._turned[t] = t

    def _turn(self, t: Term) -> Term:
        match t.kind:
            case "turned":
                return t.args[0]
            case "zero":
                return self.zero((t.shape[1], t.shape[0]))
            case "chain":
                return self.chain([self.turn(a) for a in reversed(t.args)])
            case "sum":
                return self.add(self.turn(a) for a in t.args)
            case "mono":
                *scalars, core = t.args
                powers = dict(zip(scalars, t.exps, strict=False))
                return self._mono(t.coef, powers, self.turn(core))
            case "had":
                powers = {self.turn(b): e for b, e in zip(t.args, t.exps, strict=True)}
                return self._had(powers, (t.shape[1], t.shape[0]))
            case "call" if t.head.transposed == "each":
                return self.call(t.head, *(self.turn(a) for a in t.args))
            case "call" if t.head.transposed == "same":
                return t
            case "leaf" if isinstance(t.head, Apply) and t.head.op.transposed == "same":
                return t
        shape = (t.shape[1], t.shape[0])
        return self._make(("turned", id(t)), "turned", shape, (t,))

    # ------------------------------------------------------------- functions
    def call(self, op: Operator, *args: Term) -> Term:
        """An operator that is not arithmetic; a linear one lets scalars out."""
        if op.linear and len(args) == 1 and not args[0].shape:
            return args[0]
        if op.linear and any(map(self.is_zero, args)):
            return self.zero(op.shape(*(a.shape for a in args)))
        if op.linear and len(args) == 1:
            (a,) = args
            coef, powers, core = self.parts(a)
            if core is not a and core is not None:
                return self._mono(coef, powers, self.call(op, core))
        shape = op.shape(*(a.shape for a in args))
        shape = SCALAR if shape and set(shape) == {ONE} else shape
        return self._make(("call", op, *map(id, args)), "call", shape, args, op)

    # ------------------------------------------------------------- rebuilding
    def replace(self, t: Term, mapping: Mapping[Term, Term]) -> Term:
        """The term with every occurrence of a key replaced."""
        return self._replace(t, mapping, {})

    def _replace(self, t: Term, mapping: Mapping[Term, Term], memo: dict[Term, Term]) -> Term:
        if t in mapping:
            return mapping[t]
        if not t.args:
            return t
        if t not in memo:
            args = [self._replace(a, mapping, memo) for a in t.args]
            same = all(a is b for a, b in zip(args, t.args, strict=True))
            memo[t] = t if same else self.rebuild(t, args)
        return memo[t]

    def rebuild(self, t: Term, args: list[Term]) -> Term:
        """The same node over other arguments."""
        match t.kind:
            case "turned":
                return self.turn(args[0])
            case "sum":
                return self.add(args)
            case "chain":
                return self.chain(args)
            case "mono" | "had":
                powers = (self.power(a, e) for a, e in zip(args, t.exps, strict=True))
                return self.mul([self.num(t.coef), *powers])
        return self._apply(t.head, args)

    # ------------------------------------------------------------- from the language
    def read(self, e: Expr, env: Env | None = None, dims: Mapping[str, Dim] | None = None) -> Term:
        """The normal form of an expression, its symbols and dimensions replaced."""
        if env is None and not dims:
            known = self._read.get(id(e))
            if known is None:
                known = self._read[id(e)] = (e, self._read_node(e, {}, {}))
            return known[1]
        return self._read_node(e, env or {}, dims or {})

    def _read_node(self, e: Expr, env: Env, dims: Mapping[str, Dim]) -> Term:
        if e in env:
            return env[e]
        match e:
            case Number():
                return self.num(e.value)
            case Symbol():
                return self.leaf(e)
            case Let():
                return self._read_node(e.body, env, dims)
            case Apply() if not e.args:
                return self._constant(e, dims)
            case Apply():
                go = (lambda a: self._read_node(a, env, dims)) if env or dims else self.read
                op = e.op
                if dims and op.resized is not None:
                    op = op.resized(*(replaced_dim(d, dims) for d in op.sizes))
                return self._apply(op, [go(a) for a in e.args])
        return self.leaf(e)

    def _constant(self, e: Apply, dims: Mapping[str, Dim]) -> Term:
        made = e
        if dims and e.op.resized is not None:
            made = lift(e.op.resized(*(replaced_dim(d, dims) for d in e.op.sizes)))  # type: ignore[assignment]
        if isinstance(made, Number):
            return self.num(made.value)
        if _named(made, "zeros"):
            return self.zero(made.shape)
        if _named(made, "size") and made.op.sizes[0].value is not None:
            return self.num(made.op.sizes[0].value)
        if made.shape == SCALAR and (_named(made, "ones") or _named(made, "identity")):
            return self.num(1)
        return self.leaf(made)

    def _apply(self, op: Operator, args: list[Term]) -> Term:
        known = _ARITHMETIC.get(op.name)
        return known(self, *args) if known else self.call(op, *args)

    def raised(self, a: Term, b: Term) -> Term:
        """``a ** b`` for any exponent."""
        if b.kind == "num":
            return self.power(a, b.coef)
        return self.call(INFIX["elementwise power" if a.shape else "power"], a, b)

    # ------------------------------------------------------------- back to the language
    def show(self, t: Term) -> Expr:
        """The term as an expression, as one would write it."""
        found = self._shown.get(t)
        if found is None:
            made = self.show(self._across(t)).T if self._lies(t) else _SHOW[t.kind](self, t)
            found = self._shown[t] = made
        return found

    def _lies(self, t: Term) -> bool:
        """Whether a term is better written as the transpose of something."""
        core = t.args[-1] if t.kind == "mono" and t.shape else t
        if len(t.shape) != 2 or core.kind not in ("sum", "had", "call"):
            return False
        other = self._across(t)
        if other.kind != t.kind:
            return False
        here, there = self._written(t), 1 + self._written(other)
        inside = all(a.kind in ("call", "had", "sum") for a in core.args if a.shape)
        return here > there or (here == there and core.kind != "call" and inside)

    def _across(self, t: Term) -> Term:
        """The transpose for print: a difference keeps its sign."""
        turned = tuple(map(self.turn, t.args))
        if t.kind == "sum":
            return Term("sum", t.shape[::-1], turned)
        if t.kind == "had":
            return Term("had", t.shape[::-1], turned, exps=t.exps)
        return self.turn(t)

    def _written(self, t: Term) -> int:
        """How many transposes a node takes if it is written as it stands."""
        return (t.kind == "turned") + sum(map(self._transposes, t.args))

    def _transposes(self, t: Term) -> int:
        """How many transposes a term takes, written the better way."""
        found = self._signs.get(t)
        if found is None:
            found = self._written(t)
            if t.shape and t.kind in ("sum", "had", "call"):
                other = self._across(t)
                if other.kind == t.kind:
                    found = min(found, 1 + self._written(other))
            self._signs[t] = found
        return found

    def _show_sum(self, t: Term) -> Expr:
        first = [a for a in t.args if a.coef > 0 or a.kind not in ("mono", "num")]
        rest = [a for a in t.args if a not in first]
        lead = first[0]
        ordered = [lead, *(a for a in t.args if a is not lead and (a in rest or a in first))]
        out = self.show(ordered[0])
        for a in ordered[1:]:
            negative = a.coef < 0 and a.kind in ("mono", "num") and not self._flips(a)
            out = out - self.show(self.negative(a)) if negative else out + self.show(a)
        return out

    def _show_mono(self, t: Term) -> Expr:
        coef, powers, core = self.parts(t)
        if coef < 0:
            flipped = self._flipped(powers, core)
            if flipped is None:
                return -self.show(self.negative(t))
            core, powers, coef = flipped[0], flipped[1], -coef
        over = [(b, e) for b, e in powers.items() if e > 0]
        under = [(b, -e) for b, e in powers.items() if e < 0]
        bottom = (
            lift(coef.denominator) if coef.denominator != 1 and (under or core is None) else None
        )
        number = coef if bottom is None else Fraction(coef.numerator)
        scalars = [self._power(b, e) for b, e in over]
        if number != 1 or not (scalars or core):
            scalars.insert(0, lift(number))
        top = self._scaled(scalars, core)
        for b, e in under:
            shown = self._power(b, e)
            bottom = shown if bottom is None else bottom * shown
        return top if bottom is None else top / bottom

    def _scaled(self, scalars: list[Expr], core: Term | None) -> Expr:
        front: Expr | None = None
        for s in scalars:
            front = s if front is None else front * s
        if core is None:
            assert front is not None
            return front
        if front is None:
            return self.show(core)
        outer = core.kind == "chain" and any(a.shape[1] == ONE for a in core.args[:-1])
        plain = all(not s.args for s in scalars)  # a number or a name goes to the first factor
        if core.kind == "chain" and plain and not outer:
            return self._product([front * self.show(core.args[0])], core.args[1:])
        return front * self.show(core)

    def _flips(self, t: Term) -> bool:
        """Whether a minus can be taken into a difference."""
        _, powers, core = self.parts(t)
        return t.kind == "mono" and t.coef < 0 and self._flipped(powers, core) is not None

    def _flipped(self, powers: Powers, core: Term | None) -> tuple[Term | None, Powers] | None:
        """The same product without its minus, turned into a difference that reads backwards."""
        if core is not None:
            if core.kind == "sum" and any(a.coef < 0 for a in core.args):
                return self._backwards(core), powers
            if core.kind == "chain":
                for n, a in enumerate(core.args):
                    twice = core.args.count(a) + core.args.count(self.turn(a)) > 1
                    if a.kind == "sum" and not twice and any(x.coef < 0 for x in a.args):
                        args = (*core.args[:n], self._backwards(a), *core.args[n + 1 :])
                        return Term("chain", core.shape, args), powers
            if core.kind == "had":
                for n, (a, e) in enumerate(zip(core.args, core.exps, strict=True)):
                    if a.kind == "sum" and e == 1 and any(x.coef < 0 for x in a.args):
                        args = (*core.args[:n], self._backwards(a), *core.args[n + 1 :])
                        return Term("had", core.shape, args, exps=core.exps), powers
            return None
        for b, e in powers.items():
            if b.kind == "sum" and e == 1 and any(x.coef < 0 for x in b.args):
                return None, {self._backwards(x) if x is b else x: y for x, y in powers.items()}
        return None

    def _backwards(self, t: Term) -> Term:
        return Term("sum", t.shape, tuple(self.negative(a) for a in t.args))

    def _power(self, b: Term, e: Fraction) -> Expr:
        shown = self.show(b)
        if e == 1:
            return shown
        if e == HALF:
            return sqrt(shown)
        return shown ** lift(e)

    def _show_had(self, t: Term) -> Expr:
        over = [(b, e) for b, e in zip(t.args, t.exps, strict=True) if e > 0]
        under = [(b, -e) for b, e in zip(t.args, t.exps, strict=True) if e < 0]
        top: Expr = lift(1)
        for n, (b, e) in enumerate(over):
            top = self._power(b, e) if n == 0 else top * self._power(b, e)
        if not under:
            return top
        bottom = self._power(*under[0])
        for b, e in under[1:]:
            bottom = bottom * self._power(b, e)
        return top / bottom

    def _show_chain(self, t: Term) -> Expr:
        return self._product([], t.args)

    def _product(self, first: list[Expr], factors: tuple[Term, ...]) -> Expr:
        """Left to right, the two halves of an outer product each on its own."""
        shown = [*first, *map(self.show, factors)]
        cut = next((n for n in range(1, len(shown)) if shown[n - 1].shape[1] == ONE), None)
        if cut is None:
            return _joined(shown)
        return _joined(shown[:cut]) @ _joined(shown[cut:])

    def _show_call(self, t: Term) -> Expr:
        if t.head is SUM_OF:  # of ⟨G, dX⟩ it is dX that stands upright
            return Apply(t.head, *(_SHOW[a.kind](self, a) for a in t.args))
        return Apply(t.head, *(self.show(a) for a in t.args))


class Bag(dict[Term, Fraction]):
    """Factors with exponents."""

    def update_with(self, more: Mapping[Term, Fraction]) -> Bag:
        for base, e in more.items():
            self[base] = self.get(base, ZERO) + e
        return self


def _bounded(t: Term, q: Fraction) -> None:
    """Refuse powers whose numbers nobody could read."""
    bits = max(t.coef.numerator.bit_length(), t.coef.denominator.bit_length())
    widest = max((abs(e) for e in t.exps), default=UNIT)
    if (bits - 1) * abs(q) > WIDEST or widest * abs(q) > WIDEST:
        raise RuleError("a power with numbers too large to write")


def _times(e: Fraction, q: Fraction) -> Fraction | None:
    """The exponent of a power of a power, unless an even one would lose a sign."""
    if q.denominator != 1 and e.denominator == 1 and e % 2 == 0:
        return None
    return e * q


def _joined(shown: list[Expr]) -> Expr:
    out = shown[0]
    for e in shown[1:]:
        out = out @ e
    return out


def _named(e: Any, name: str) -> bool:
    return isinstance(e, Apply) and e.op.name.partition("[")[0] == name


def replaced_dim(d: Dim, dims: Mapping[str, Dim]) -> Dim:
    """A dimension with its names replaced."""
    total = dim(0)
    for names, factor in d.terms:
        part = dim(1) * dim(1)
        for n in names:
            part = part * dims.get(n, dim(n))
        scaled = Dim(tuple((key, c * factor) for key, c in part.terms))
        total = total + scaled
    return total


_STACKS = (STACK, STACK_ROWS, CONCATENATE)


def _stacked(g: Algebra, *parts: Term) -> Term:
    """Parts on top of each other, by the row that fits their shapes."""
    flat = [q for p in parts for q in (p.args if p.head in _STACKS else (p,))]
    if all(not p.shape for p in flat):
        return g.call(STACK, *flat)
    if all(map(g.is_zero, flat)):
        return g.zero(STACK_ROWS.shape(*(p.shape for p in flat)))
    one_wide = any(p.shape[1:] in ((), (ONE,)) for p in parts)
    return g.call(CONCATENATE if one_wide else STACK_ROWS, *flat)


def _quotient(g: Algebra, a: Term, b: Term) -> Term:
    return g.mul([a, g.power(b, Fraction(-1))])


_ARITHMETIC: dict[str, Callable[..., Term]] = {
    "sum": lambda g, a, b: g.add([a, b]),
    "difference": lambda g, a, b: g.add([a, g.negative(b)]),
    "negative": lambda g, a: g.negative(a),
    "scaling": lambda g, a, b: g.mul([a, b]),
    "Hadamard product": lambda g, a, b: g.mul([a, b]),
    "quotient": _quotient,
    "elementwise quotient": _quotient,
    "power": lambda g, a, b: g.raised(a, b),
    "elementwise power": lambda g, a, b: g.raised(a, b),
    "sqrt": lambda g, a: g.power(a, HALF),
    "product": lambda g, a, b: g.matmul(a, b),
    "outer product": lambda g, a, b: g.matmul(a, b),
    "transpose": lambda g, a: g.turn(a),
    "transpose of a vector": lambda g, a: g.turn(a),
    "stack": _stacked,
    "stack rows": _stacked,
    "concatenate": _stacked,
}
_SHOW: dict[str, Callable[[Algebra, Term], Expr]] = {
    "num": lambda g, t: lift(t.coef),
    "leaf": lambda g, t: t.head,
    "zero": lambda g, t: zeros_like(t.shape),
    "turned": lambda g, t: g.show(t.args[0]).T,
    "sum": Algebra._show_sum,
    "mono": Algebra._show_mono,
    "had": Algebra._show_had,
    "chain": Algebra._show_chain,
    "call": Algebra._show_call,
}
