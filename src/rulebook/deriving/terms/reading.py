"""From the language to normal form, and a normal form over other parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from rulebook.deriving.terms.chains import Chains
from rulebook.deriving.terms.term import HALF, MINUS, Env, Term
from rulebook.language.dims import ONE, SCALAR, Dim, replaced
from rulebook.language.operators.arrays import CONCATENATE, STACK, STACK_ROWS
from rulebook.language.operators.infix import ELEMENTWISE_POWER, POWER
from rulebook.language.tree import Apply, Expr, Let, Number, Operator, Symbol, lift

__all__ = ["Reading"]

Dims = Mapping[str, Dim]
_STACKS = (STACK, STACK_ROWS, CONCATENATE)


@dataclass
class Reading(Chains):
    """Reads expressions; an operator's row says what arithmetic makes of it."""

    _read: dict[int, tuple[Expr, Term]] = field(default_factory=dict)

    def read(self, e: Expr, env: Env | None = None, dims: Dims | None = None) -> Term:
        """The normal form of an expression, its symbols and dimensions replaced."""
        if env is None and not dims:
            known = self._read.get(id(e))
            if known is None:
                known = self._read[id(e)] = (e, self._read_node(e, {}, {}))
            return known[1]
        return self._read_node(e, env or {}, dims or {})

    def _read_node(self, e: Expr, env: Env, dims: Dims) -> Term:
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
                    op = op.resized(*(replaced(d, dims) for d in op.sizes))
                return self._apply(op, [go(a) for a in e.args])
        return self.leaf(e)

    def _constant(self, e: Apply, dims: Dims) -> Term:
        made: Expr = e
        if dims and e.op.resized is not None:
            made = lift(e.op.resized(*(replaced(d, dims) for d in e.op.sizes)))
        if isinstance(made, Number):
            return self.num(made.value)
        match made:
            case Apply(op=Operator(arithmetic="zeros")):
                return self.zero(made.shape)
            case Apply(op=Operator(arithmetic="size", sizes=(Dim(value=int(n)),))):
                return self.num(n)
            case Apply(op=Operator(arithmetic="ones" | "identity")) if made.shape == SCALAR:
                return self.num(1)
        return self.leaf(made)

    def _apply(self, op: Operator, args: list[Term]) -> Term:
        known = _ARITHMETIC.get(op.arithmetic)
        return known(self, *args) if known else self.call(op, *args)

    # ------------------------------------------------------------- other parts
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


def _raised(g: Reading, a: Term, b: Term) -> Term:
    """``a ** b`` for any exponent."""
    if b.kind == "num":
        return g.power(a, b.coef)
    return g.call(ELEMENTWISE_POWER if a.shape else POWER, a, b)


def _stacked(g: Reading, *parts: Term) -> Term:
    """Parts on top of each other, by the row that fits their shapes."""
    flat = [q for p in parts for q in (p.args if p.head in _STACKS else (p,))]
    if all(not p.shape for p in flat):
        return g.call(STACK, *flat)
    if all(map(g.is_zero, flat)):
        return g.zero(STACK_ROWS.shape(*(p.shape for p in flat)))
    one_wide = any(p.shape[1:] in ((), (ONE,)) for p in parts)
    return g.call(CONCATENATE if one_wide else STACK_ROWS, *flat)


_ARITHMETIC: dict[str, Callable[..., Term]] = {
    "sum": lambda g, a, b: g.add([a, b]),
    "difference": lambda g, a, b: g.add([a, g.negative(b)]),
    "negative": lambda g, a: g.negative(a),
    "times": lambda g, a, b: g.mul([a, b]),
    "quotient": lambda g, a, b: g.mul([a, g.power(b, MINUS)]),
    "power": _raised,
    "root": lambda g, a: g.power(a, HALF),
    "product": lambda g, a, b: g.matmul(a, b),
    "transpose": lambda g, a: g.turn(a),
    "stack": _stacked,
}
