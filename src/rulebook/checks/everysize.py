"""Proof at every size.

Both sides are read entry by entry with SymPy at sizes left open. The left side is differentiated
by the rules of scalar calculus (SymPy's), entry of a variable to entry of its tangent; then sums
are put in a canonical form, in which Kronecker deltas are contracted, factors that do not depend
on an index leave its sum, and bound indices are named in order. What cancels is proved; what does
not is undecided, never refuted.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import sympy as sp

from rulebook.book.obligations import Obligation
from rulebook.checks.subject import Subject
from rulebook.checks.symbolic import StepFunction, Symbolic
from rulebook.language.arithmetic import NoEntry
from rulebook.language.entries import Reader
from rulebook.language.tree import Symbol

__all__ = ["prove_everywhere"]

LARGEST = 4000  # operations; beyond this the form is not worth the wait
MOST_DELTAS = 8  # of one product, that are contracted


def prove_everywhere(subject: Subject) -> bool:
    """Whether every obligation is proved at every size; `NoEntry` where that cannot be asked."""
    tied = sorted(a.word for a in subject.assuming if not a.meaning.open)
    if tied:
        raise NoEntry(f"no proof at every size uses {', '.join(tied)}")
    return all(_proved(o) for o in subject.claim.obligations)


def _proved(o: Obligation) -> bool:
    s = Symbolic()
    reader = Reader(s)
    return all(_vanishes(_gap(o, reader, s, index)) for index in _indices(s, o.left.shape))


def _indices(s: Symbolic, shape: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = [()]
    for d in shape:
        found = [(*i, p) for i in found for p in s.positions(d)]
    return found


def _gap(o: Obligation, reader: Reader, s: Symbolic, index: tuple[Any, ...]) -> Any:
    left = reader.entry(o.left, index)
    for moves in o.along:
        left = differential(left, dict(moves), s)
    return left - reader.entry(o.right, index)


def differential(e: Any, moves: dict[Symbol, Symbol], s: Symbolic) -> Any:
    """The derivative of a SymPy expression along tangents: x[i] changes by dx[i]."""
    names = {x.name: dx.name for x, dx in moves.items()}

    def go(e: Any) -> Any:
        if e.is_Number or e.is_NumberSymbol or isinstance(e, sp.KroneckerDelta | StepFunction):
            return sp.Integer(0)
        if isinstance(e, sp.Indexed):
            name = names.get(str(e.base.label))
            return sp.IndexedBase(name, real=True)[e.indices] if name else sp.Integer(0)
        if e.is_Symbol:
            name = names.get(e.name)
            return sp.Symbol(name, real=True) if name else sp.Integer(0)
        if e.is_Add:
            return sp.Add(*map(go, e.args))
        if e.is_Mul:
            return sp.Add(
                *(sp.Mul(*e.args[:n], go(a), *e.args[n + 1 :]) for n, a in enumerate(e.args))
            )
        if e.is_Pow and e.base is not sp.E:
            return _power(e, go)
        if isinstance(e, sp.Sum):
            return sp.Sum(go(e.function), *e.limits)
        if str(e.func) in s.functions:
            return _chain(e, go, s)
        if isinstance(e, sp.Function):
            return sp.Add(*(e.fdiff(n + 1) * go(a) for n, a in enumerate(e.args)))
        raise NoEntry(f"the derivative of {type(e).__name__}")

    return go(e)


def _power(e: Any, go: Any) -> Any:
    base, exponent = e.as_base_exp()
    out = exponent * base ** (exponent - 1) * go(base)
    change = go(exponent)
    return out if change == 0 else out + e * sp.log(base) * change


def _chain(e: Any, go: Any, s: Symbolic) -> Any:
    """An unspecified function: the sum over all its arguments' entries of partial times change."""
    fn, args = s.functions[str(e.func)]
    where, *scalars = e.args
    out_rank = len(where) if fn.out is None else 1 if fn.out else 0
    out, by = tuple(where[:out_rank]), list(where[out_rank:])
    wrt = tuple((by.pop(0),) if args[k].shape else () for k in fn.slots)
    total, values = sp.Integer(0), iter(scalars)
    for k, a in enumerate(args):
        more = replace(fn, slots=(*fn.slots, k))
        if not a.shape:
            change = go(next(values))
            if change != 0:
                total += s.unspecified(more, out, (*wrt, ()), args) * change
            continue
        total += s.total(a.shape[0], _term(s, more, out, wrt, args, a, go))
    return total


def _term(s: Symbolic, fn: Any, out: Any, wrt: Any, args: Any, a: Any, go: Any) -> Any:
    return lambda p: s.unspecified(fn, out, (*wrt, (p,)), args) * go(a(p, 0))


def _vanishes(gap: Any) -> bool:
    """Whether an expression is zero in canonical form."""
    if gap == 0:
        return True
    if gap.count_ops() > LARGEST:
        raise NoEntry("the entries are too large")
    form = settle(gap)
    if form == 0:
        return True
    merged = settle(_merge(form))
    if merged == 0:
        return True
    top, _ = sp.fraction(sp.together(_polynomial(merged)[0]))
    return bool(_expand(top) == 0)


def settle(e: Any, depth: int = 0) -> Any:
    """The canonical form: see the module's docstring. ``depth`` names the bound indices."""
    if isinstance(e, sp.Sum):
        return _settle_sum(e, depth)
    if isinstance(e, sp.Tuple):  # the place of an unspecified function's entry
        return e
    if not e.args or not (e.has(sp.Sum) or e.has(sp.KroneckerDelta) or e.has(StepFunction)):
        return _expand(e)
    inner = e.func(*(settle(a, depth) for a in e.args)) if not isinstance(e, sp.Indexed) else e
    return sp.Add(*(_contract(t, [], depth) for t in _terms(inner)))


def _expand(e: Any) -> Any:
    """SymPy's expansion, but the exponential of a sum stays one, not a product over its index."""
    apart = e.replace(
        lambda t: isinstance(t, sp.exp) and t.exp.is_Add,
        lambda t: sp.Mul(*map(sp.exp, t.exp.args)),
    )
    return sp.expand(apart, power_exp=False)


def _terms(e: Any) -> list[Any]:
    return list(sp.Add.make_args(_expand(e)))


def _settle_sum(e: Any, depth: int) -> Any:
    body, limits = e.function, list(e.limits)
    while isinstance(body, sp.Sum):
        limits += list(body.limits)
        body = body.function
    body = _rational(settle(body, depth + len(limits)))
    return sp.Add(*(_contract(t, limits, depth) for t in sp.Add.make_args(body)))


def _contract(term: Any, limits: list[Any], depth: int) -> Any:
    """One product under sums: contract deltas, pull out what is independent, name what is bound."""
    term, limits = _flatten(term, limits)
    for _ in range(MOST_DELTAS):
        found = next(_binding(term, {k for k, _, _ in limits}), None)
        if found is None:
            break
        delta, k = found
        other = next(a for a in delta.args if a != k)
        term = (term / delta).subs(k, other)
        limits = [limit for limit in limits if limit[0] != k]
    term = _free_deltas(_idempotent(term))
    for k, low, high in list(limits):
        if k not in term.free_symbols:
            term, limits = term * (high - low + 1), [limit for limit in limits if limit[0] != k]
    return _components(term, limits, depth) if limits else term


def _binding(term: Any, bound: set[Any]) -> Iterator[tuple[Any, Any]]:
    """The deltas of a product that say what a bound index is."""
    for f in sp.Mul.make_args(term):
        if isinstance(f, sp.KroneckerDelta):
            yield from ((f, k) for k in f.args if k in bound)


def _flatten(term: Any, limits: list[Any]) -> tuple[Any, list[Any]]:
    """Sums that multiply each other under a common sum become one, if an outer index ties them."""
    bound = {k for k, _, _ in limits}
    factors: list[Any] = []
    limits = list(limits)
    for f in sp.Mul.make_args(term):
        if isinstance(f, sp.Sum) and f.free_symbols & bound:
            renamed = {k: sp.Dummy(str(k), integer=True, nonnegative=True) for k, _, _ in f.limits}
            factors.append(f.function.subs(renamed))
            limits += [(renamed[k], low, high) for k, low, high in f.limits]
        else:
            factors.append(f)
    return sp.Mul(*factors), limits


def _idempotent(term: Any) -> Any:
    """Deltas and steps are 0 or 1: their powers are themselves."""
    return term.replace(
        lambda t: (
            t.is_Pow and isinstance(t.base, sp.KroneckerDelta | StepFunction) and t.exp.is_positive
        ),
        lambda t: t.base,
    )


def _free_deltas(term: Any) -> Any:
    """Beside a delta of two free indices, only one of them is used."""
    for f in sp.Mul.make_args(term):
        if isinstance(f, sp.KroneckerDelta):
            low, high = sorted(f.args, key=str)
            if high.is_Symbol:
                term = f * (term / f).subs(high, low)
            elif low.is_Symbol:
                term = f * (term / f).subs(low, high)
    return term


def _components(term: Any, limits: list[Any], depth: int) -> Any:
    """A product of sums, each over indices that belong together, named by depth."""
    bound = [k for k, _, _ in limits]
    outside, inside = term.as_independent(*bound, as_Add=False)
    groups: list[tuple[set[Any], list[Any]]] = []
    for f in sp.Mul.make_args(inside):
        mine, factors = set(f.free_symbols & set(bound)), [f]
        rest = []
        for indices, others in groups:
            if indices & mine:
                mine |= indices
                factors += others
            else:
                rest.append((indices, others))
        groups = [*rest, (mine, factors)]
    out = outside
    for indices, factors in groups:
        out *= _named(sp.Mul(*factors), [limit for limit in limits if limit[0] in indices], depth)
    return out


def _named(body: Any, limits: list[Any], depth: int) -> Any:
    """Bound indices renamed c0, c1, ... in the order that makes the body smallest as text."""
    orders = itertools.permutations(limits) if len(limits) <= 4 else [tuple(limits)]
    made, named = min((_renamed(body, order, depth) for order in orders), key=lambda s: str(s[0]))
    return sp.Sum(made, *named)


def _renamed(body: Any, limits: Sequence[Any], depth: int) -> tuple[Any, list[Any]]:
    """The body and the limits with their indices named in order."""
    names = [sp.Symbol(f"c{depth + n}", integer=True, nonnegative=True) for n in range(len(limits))]
    swap = {k: name for (k, _, _), name in zip(limits, names, strict=True)}
    named = [(name, low, high) for name, (_, low, high) in zip(names, limits, strict=True)]
    return body.subs(swap, simultaneous=True), named


def _polynomial(e: Any) -> tuple[Any, dict[Any, Any]]:
    """``e`` with everything that is not arithmetic replaced by symbols, exponentials by powers."""
    swap: dict[Any, Any] = {}

    def go(e: Any) -> Any:
        if e.is_Number:
            return e
        if e.is_Add or e.is_Mul:
            return e.func(*map(go, e.args))
        if e.is_Pow and e.exp.is_Integer and e.base is not sp.E:
            return go(e.base) ** e.exp
        if isinstance(e, sp.exp):
            factor, rest = e.exp.as_coeff_Mul()
            if factor.is_Integer and not rest.is_Add:
                return swap.setdefault(sp.exp(rest), sp.Dummy("e", positive=True)) ** factor
            if rest.is_Add and rest.could_extract_minus_sign():
                return 1 / swap.setdefault(sp.exp(-e.exp), sp.Dummy("e", positive=True))
        return swap.setdefault(e, sp.Dummy("a"))

    made = go(e)
    return made, {v: k for k, v in swap.items()}


def _rational(e: Any) -> Any:
    """One fraction in lowest terms, then one term for each term of its numerator."""
    if not any(f.is_Pow and f.exp.is_negative for f in sp.preorder_traversal(e)) and not e.has(
        sp.exp
    ):
        return _expand(e)
    made, back = _polynomial(e)
    top, bottom = sp.fraction(sp.cancel(sp.together(made)))
    return sp.Add(*(t / bottom for t in sp.Add.make_args(_expand(top)))).subs(back)


def _merge(e: Any) -> Any:
    """Every sum over the same range brought under one sum sign."""
    under: dict[Any, Any] = {}
    alone = sp.Integer(0)
    for t in sp.Add.make_args(e):
        sums = [f for f in sp.Mul.make_args(t) if isinstance(f, sp.Sum)]
        if not sums:
            alone += t
            continue
        key = tuple(sums[0].limits)
        under[key] = under.get(key, 0) + t / sums[0] * sums[0].function
    return alone + sp.Add(*(sp.Sum(_rational(body), *key) for key, body in under.items()))
