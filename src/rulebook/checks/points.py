"""Where a claim is tried: sizes, sample points, and witnesses for unspecified functions.

Sizes are pairwise different, because a forgotten transpose hides in a square; points are generic,
away from kinks, on both sides of them, and satisfy the assumptions and no more.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from rulebook.book.claims import Claim
from rulebook.errors import RulebookError
from rulebook.language.assumptions import Assumption, sample
from rulebook.language.dims import array_shape
from rulebook.language.operators import array as array_of
from rulebook.language.operators.unspecified import Unspecified
from rulebook.language.traverse import symbols, unspecified, walk
from rulebook.language.tree import Apply, Bind, Expr, Index, Symbol, positive
from rulebook.printing.numpy import compiled, module, parameters

__all__ = ["Guard", "Point", "Subject", "draw", "edge_sizes", "generic_sizes", "possible"]

SUITES = ((3, 5, 2, 4, 6, 7), (6, 3, 5, 7, 2, 4))
MARGIN = 0.03  # how far a sample keeps from a kink or from the edge of a domain


@dataclass(frozen=True)
class Subject:
    """What is checked: a claim with its assumptions, under a name."""

    name: str
    claim: Claim
    assuming: tuple[Assumption, ...] = ()

    @property
    def expressions(self) -> tuple[Expr, ...]:
        return tuple(e for o in self.claim.obligations for e in (o.left, o.right))

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Every named size of the claim."""
        found: dict[str, None] = {}
        for e in (*self.claim.sides.values(), *self.claim.symbols):
            for node in walk(e):
                dims = (
                    [i.size for i in node.indices] if isinstance(node, Bind) else list(node.shape)
                )
                dims += [node.limit] if isinstance(node, Symbol) and node.limit else []
                dims += node.op.sizes if isinstance(node, Apply) else ()
                found.update(dict.fromkeys(n for d in dims for n in sorted(d.names)))
        return tuple(sorted(found))

    def words(self, symbol: Symbol) -> tuple[str, ...]:
        return tuple(a.word for a in self.assuming if a.symbol == symbol)


def generic_sizes(subject: Subject) -> list[dict[str, int]]:
    """Two assignments of pairwise different sizes."""
    names = subject.dimensions
    if not names:
        return [{}]
    found = []
    for suite in SUITES:
        pool = suite + tuple(range(8, 8 + max(0, len(names) - len(suite))))
        fits = (dict(zip(names, p, strict=False)) for p in itertools.permutations(pool, len(names)))
        chosen = next(
            (s for s in itertools.islice(fits, 5000) if possible(subject, s) and s not in found),
            None,
        )
        if chosen is not None:
            found.append(chosen)
    if not found:
        raise RulebookError(f"{subject.name}: no sizes make every dimension positive")
    return found


def edge_sizes(subject: Subject) -> list[dict[str, int]]:
    """Every dimension 1 in turn, and all at once."""
    names = subject.dimensions
    base = dict(zip(names, SUITES[0] + tuple(range(8, 8 + len(names))), strict=False))
    tried = [base | {n: 1} for n in names] + [dict.fromkeys(names, 1)]
    unique = [s for n, s in enumerate(tried) if s not in tried[:n]]
    return [s for s in unique if names and possible(subject, s)]


def possible(subject: Subject, sizes: dict[str, int]) -> bool:
    """Whether no dimension comes out empty."""
    return all(d.at(sizes) >= 1 for s in subject.claim.symbols for d in s.shape) and all(
        i.size.at(sizes) >= 1
        for e in subject.expressions
        for n in walk(e)
        if isinstance(n, Bind)
        for i in n.indices
    )


@dataclass(frozen=True)
class Guard:
    """An expression that has to keep its distance from 0: a kink, the edge of a domain."""

    kind: str  # "kink", "inside" or "nonzero"
    params: tuple[str, ...]
    value: Callable[..., Any]


@dataclass
class Point:
    """Sizes with a value for every parameter of the claim's code."""

    sizes: dict[str, int]
    values: dict[str, Any]
    generic: bool
    sides: frozenset[tuple[int, bool, int, bool]]  # which sides of which two kinks were seen


def quiet(f: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, with NaN where it would warn or fail for want of a value."""

    def asked(**values: Any) -> Any:
        with np.errstate(all="ignore"):
            try:
                return f(**values)
            except (ArithmeticError, np.linalg.LinAlgError):
                return np.complex128(complex("nan+nanj"))  # not a number in any step

    return asked


def guards(subject: Subject) -> list[Guard]:
    """What the operators of the claim ask of a sample point."""
    found: dict[tuple[str, Expr], None] = {}
    for e in subject.expressions:
        for kind, condition in _conditions(e, ()):
            if symbols(condition):
                found[kind, condition] = None
    made = []
    for kind, e in found:
        params = parameters(e)
        made.append(Guard(kind, params, quiet(compiled(module({"guard": e}, params))["guard"])))
    return made


def _conditions(e: Expr, bound: tuple[Index, ...]) -> Iterator[tuple[str, Expr]]:
    if isinstance(e, Bind):
        bound = (*bound, *e.indices)
    if isinstance(e, Apply):
        for kind in ("kink", "inside", "nonzero"):
            make = getattr(e.op, kind)
            condition = make(*e.args) if make is not None else None
            equals = len(e.args) == 2 and e.args[0] == e.args[1]
            if condition is None or (kind == "kink" and equals):
                continue  # of two equals either may be taken: no kink at all
            if not (kind != "kink" and positive(condition)):
                free = tuple(i for i in bound if any(n == i for n in walk(condition)))
                yield kind, array_of(free, condition) if free and not condition.shape else condition
    for a in e.args:
        yield from _conditions(a, bound)


def draw(
    subject: Subject,
    sizes: dict[str, int],
    rng: np.random.Generator,
    asked: list[Guard],
    generic: bool,
) -> Point:
    """A sample point that every guard accepts."""
    for _ in range(400):
        values = _values(subject, sizes, rng)
        sides = _accepted(asked, values)
        if sides is not None:
            return Point(sizes, values, generic, sides)
    raise RulebookError(
        f"{subject.name}: no sample point lies in the domain; "
        "is an assumption (positive, invertible, ...) missing?"
    )


def _values(subject: Subject, sizes: dict[str, int], rng: np.random.Generator) -> dict[str, Any]:
    moving = [pair for o in subject.claim.obligations for moves in o.along for pair in moves]
    known = symbols(
        *subject.claim.symbols, *subject.expressions, *(s for pair in moving for s in pair)
    )
    values: dict[str, Any] = {}
    for s in known:
        shape = tuple(d.at(sizes) for d in array_shape(s.shape))
        if s.role == "index":
            values[s.name] = rng.integers(s.limit.at(sizes) if s.limit else 1, size=shape)
            continue
        made = sample(shape, subject.words(s), rng)
        values[s.name] = made if made.shape else np.float64(made)
    for op in unspecified(*subject.expressions):
        values[op.unspecified.code] = _Witness(op.unspecified, int(rng.integers(2**31)), sizes)
    _share_seeds(values)
    return values | sizes


def _share_seeds(values: dict[str, Any]) -> None:
    """A function and its partials are witnesses of one function."""
    seeds: dict[str, int] = {}
    for v in values.values():
        if isinstance(v, _Witness):
            v.seed = seeds.setdefault(v.fn.name, v.seed)


def _accepted(
    asked: list[Guard], values: dict[str, Any]
) -> frozenset[tuple[int, bool, int, bool]] | None:
    kinks: dict[int, Any] = {}
    for n, guard in enumerate(asked):
        at = np.asarray(guard.value(**{p: values[p] for p in guard.params}))
        if guard.kind == "inside":
            if not np.all(at > MARGIN):
                return None
            continue
        if not np.all(np.abs(at) >= MARGIN):
            return None
        if guard.kind == "kink":
            kinks[n] = at > 0
    return frozenset(_sides(kinks))


def _sides(kinks: dict[int, Any]) -> Iterator[tuple[int, bool, int, bool]]:
    """Which sides of two kinks (or of one, twice) are seen together, at some entry."""
    for (n, a), (m, b) in itertools.combinations_with_replacement(kinks.items(), 2):
        together = zip(a.ravel(), b.ravel(), strict=True) if a.shape == b.shape else _all(a, b)
        for side, other in set(together):
            yield n, bool(side), m, bool(other)


def _all(a: Any, b: Any) -> Iterator[tuple[Any, Any]]:
    return itertools.product(np.unique(a), np.unique(b))


class _Witness:
    """A concrete smooth function standing in for an unspecified one, or for a partial of it.

    u maps to sin(A u + c) + 0.3 (B u)², with every argument's entries in u: analytic, neither
    linear nor symmetric, and its derivatives are known in closed form.
    """

    def __init__(self, fn: Unspecified, seed: int, sizes: dict[str, int]) -> None:
        self.fn, self.seed = fn, seed
        self.rows = fn.out[0].at(sizes) if fn.out else 1

    def __call__(self, *args: Any) -> Any:
        if self.fn.out is None:
            return self._elementwise([np.asarray(a) for a in args])
        flat = [np.atleast_1d(np.asarray(a)) for a in args]
        u = np.concatenate(flat)
        rows = self.rows
        rng = np.random.default_rng([self.seed, u.size])
        a, b, c = (
            rng.normal(size=(rows, u.size)),
            rng.normal(size=(rows, u.size)),
            rng.normal(size=rows),
        )
        inside, bu = a @ u + c, b @ u
        cuts = np.cumsum([0, *(f.size for f in flat)])
        at = [slice(cuts[k], cuts[k + 1]) for k in self.fn.slots]
        if not at:
            out = np.sin(inside) + 0.3 * bu**2
        elif len(at) == 1:
            out = np.cos(inside)[:, None] * a[:, at[0]] + 0.6 * bu[:, None] * b[:, at[0]]
        else:
            first, second = (np.einsum("ri,rj->rij", m[:, at[0]], m[:, at[1]]) for m in (a, b))
            out = -np.sin(inside)[:, None, None] * first + 0.6 * second
        return self._shaped(out, args)

    def _shaped(self, out: Any, args: tuple[Any, ...]) -> Any:
        """Drop the axes of a scalar output and of scalar arguments."""
        axes = [0] if self.fn.out == () else []
        axes += [n + 1 for n, k in enumerate(self.fn.slots) if np.ndim(args[k]) == 0]
        return np.squeeze(out, axis=tuple(axes))[()]

    def _elementwise(self, args: list[Any]) -> Any:
        shape = np.broadcast_shapes(*(a.shape for a in args))
        rng = np.random.default_rng([self.seed, *shape])
        a = [rng.normal(size=shape) for _ in args]
        b = [rng.normal(size=shape) for _ in args]
        c = rng.normal(size=shape)
        inside = sum((x * k for x, k in zip(args, a, strict=True)), c)
        bu = sum(x * k for x, k in zip(args, b, strict=True))
        match self.fn.slots:
            case ():
                return np.sin(inside) + 0.3 * bu**2
            case (k,):
                return np.cos(inside) * a[k] + 0.6 * bu * b[k]
            case (k, m):
                return -np.sin(inside) * a[k] * a[m] + 0.6 * b[k] * b[m]
        raise RulebookError("witnesses go up to second derivatives")
