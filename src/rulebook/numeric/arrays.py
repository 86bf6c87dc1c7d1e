"""The backend of arrays: the NumPy templates of the operators' rows, as they are printed.

`Arrays` runs them one node at a time, so that lines which share parts share the work; `Printed`
runs the whole function a reader is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any, Self
from warnings import catch_warnings, simplefilter

try:
    import numpy as np
except ImportError:  # the backend of entries needs none
    np = None  # type: ignore[assignment]

from rulebook.errors import RulebookError
from rulebook.language.arithmetic import NoEntry
from rulebook.language.operators.marks import DIFFERENTIAL
from rulebook.language.template import Piece
from rulebook.language.traverse import nodes, unspecified
from rulebook.language.tree import Apply, Expr, Let, Number, Operator, Symbol
from rulebook.language.unspecified import Unspecified
from rulebook.numeric.differentiate import derivative
from rulebook.numeric.evaluate import UNKNOWN, Table
from rulebook.numeric.points import Moves, Point
from rulebook.printing.numpy import compiled, module, parameters

__all__ = ["Arrays", "Printed", "array", "as_array", "table"]


class Arrays:
    """Expressions at a point, node by node; a differential is measured."""

    def __init__(self, point: Point) -> None:
        self.point = point
        self._known: dict[int, tuple[Expr, Any]] = {}
        self._shifted: dict[tuple[complex, Moves], Self] = {}

    def value(self, e: Expr) -> Table:
        return table(self.array(e))

    def array(self, e: Expr) -> Any:
        """The value as a NumPy array; not a number where the code fails for want of a value.

        Raises NoEntry where the code is fed complex numbers and does not take them.
        """
        told: AbstractContextManager[None] = nullcontext() if self._is_real else _real_code_told()
        with np.errstate(all="ignore"), told:
            try:
                return np.asarray(self._value(e))
            except (ArithmeticError, IndexError, np.linalg.LinAlgError):
                return np.array(UNKNOWN.entries)
            except (TypeError, np.exceptions.ComplexWarning) as error:
                if self._is_real:
                    raise
                raise NoEntry(str(error)) from None

    @cached_property
    def _is_real(self) -> bool:
        return self.point.is_real

    def shifted(self, step: complex, moves: Moves) -> Self:
        known = self._shifted.get((step, moves))
        if known is None:
            known = self._shifted[step, moves] = self.at(self.point.shifted(step, moves))
        return known

    def at(self, point: Point) -> Self:
        return type(self)(point)

    def takes_complex(self, e: Expr) -> bool:
        return _analytic(e, by_template=True)

    @property
    def largest(self) -> float:
        with np.errstate(all="ignore"):
            sizes = [float(np.max(np.abs(v), initial=0)) for _, v in self._known.values()]
        return max((s for s in sizes if np.isfinite(s)), default=0.0)

    def _value(self, e: Expr) -> Any:
        known = self._known.get(id(e))
        if known is None:
            known = self._known[id(e)] = (e, self._computed(e))
        return known[1]

    def _computed(self, e: Expr) -> Any:
        match e:
            case Symbol():
                return array(self.point.values[e])
            case Number():
                return float(e.value)
            case Let():
                return self._value(e.body)
            case Apply() if e.op is DIFFERENTIAL:
                found = derivative(self, e.args[0], (self.point.moves,))
                return as_array(found)[()]
            case Apply() if e.op.unspecified is None:
                run = _runner(e.op, len(e.args))
                return run(self.point.sizes, *map(self._value, e.args))
        raise RulebookError(f"{e!r} is evaluated as a whole, not node by node")


@contextmanager
def _real_code_told() -> Iterator[None]:
    """An error where code drops the imaginary part of a number, and so its change."""
    with catch_warnings():
        simplefilter("error", np.exceptions.ComplexWarning)
        yield


class Printed(Arrays):
    """Expressions at a point, each by the whole function that is printed for it."""

    def takes_complex(self, e: Expr) -> bool:
        return _analytic(e, by_template=False)

    def _computed(self, e: Expr) -> Any:
        params, run = _function(e)
        return run(**self.arguments(params, e))

    def arguments(self, params: Iterable[str], *expressions: Expr) -> dict[str, Any]:
        """What the printed code of expressions takes here, by name."""
        functions = {fn.code: _Function(fn, self.point) for fn in unspecified(*expressions)}
        given = self._given | functions
        return {p: given[p] for p in params}

    @cached_property
    def _given(self) -> dict[str, Any]:
        named = {s.name: array(v) for s, v in self.point.values.items()}
        return {**self.point.sizes, **named}


@lru_cache(maxsize=1024)
def _function(e: Expr) -> tuple[tuple[str, ...], Callable[..., Any]]:
    params = parameters(e)
    return params, compiled(module({"value": e}, params))["value"]


@lru_cache(maxsize=4096)
def _analytic(e: Expr, by_template: bool) -> bool:
    """Whether the operators' NumPy code, or another that stands in for it, is analytic."""
    ops = (n.op for n in nodes(e) if isinstance(n, Apply))
    return all(op.analytic or (by_template and bool(op.complex_step)) for op in ops)


@lru_cache(maxsize=4096)
def _runner(op: Operator, count: int) -> Callable[..., Any]:
    """An operator's NumPy template as a function of its operands, real or complex."""
    used = sorted({n for d in op.sizes for n in d.names})
    own = "_" * (1 + max(map(len, used), default=0))  # longer than any of them
    names = [f"{own}{n}" for n in range(count)]
    sizes = [f"    {n} = {own}[{n!r}]" for n in used]
    pieces = [Piece(n, "atom", ("(", ")")) for n in names]

    def run(template: str) -> Callable[..., Any]:
        text = template.format(*pieces, args=", ".join(names))
        head = f"def run({', '.join([own, *names])}):"
        source = "\n".join([head, *sizes, f"    return {text}"])
        made: Callable[..., Any] = compiled(f"{op.helper}\n\n{source}")["run"]
        return made

    plain = run(op.numpy)
    if not op.complex_step:
        return plain
    moving = run(op.complex_step)
    return lambda sizes, *args: (moving if any(map(np.iscomplexobj, args)) else plain)(sizes, *args)


class _Function:
    """A witness as printed code calls it: arrays in, an array out."""

    def __init__(self, fn: Unspecified, point: Point) -> None:
        self.fn, self.witness = fn, point.functions[fn.name]
        self.rows = tuple(range(fn.out[0].at(point.sizes))) if fn.out else ()

    def __call__(self, *args: Any) -> Any:
        arrays = [np.asarray(a) for a in args]
        return self._elementwise(arrays) if self.fn.out is None else self._whole(arrays)

    def _whole(self, args: list[Any]) -> Any:
        at = [x for a in args for x in a.ravel().tolist()]
        cuts = [0]
        for a in args:
            cuts.append(cuts[-1] + a.size)
        ranges = [range(*cut) for cut in pairwise(cuts)]
        axes = [ranges[k] for k in self.fn.slots]
        rows: list[tuple[int, ...]] = [(r,) for r in self.rows] or [()]
        found = [self.witness.entry(r, at, by) for r in rows for by in _products(axes)]
        shape = [len(self.rows)] if self.rows else []
        shape += [a.size for k in self.fn.slots if (a := args[k]).ndim]
        return np.array(found).reshape(shape)[()]

    def _elementwise(self, args: list[Any]) -> Any:
        shape = np.broadcast_shapes(*(a.shape for a in args))
        places = [tuple(k for k in index if k) for index in np.ndindex(shape)]
        points = zip(*(np.broadcast_to(a, shape).ravel().tolist() for a in args), strict=True)
        slots = self.fn.slots
        found = [self.witness.entry(p, at, slots) for p, at in zip(places, points, strict=True)]
        return np.array(found).reshape(shape)[()]


def _products(axes: list[range]) -> list[tuple[int, ...]]:
    found: list[tuple[int, ...]] = [()]
    for axis in axes:
        found = [(*before, k) for before in found for k in axis]
    return found


def array(value: Any) -> Any:
    """A value as NumPy has it: a scalar as a number of NumPy's, which knows division by zero."""
    return np.asarray(value)[()]


def as_array(t: Table) -> Any:
    """A table as an array."""
    return np.array(t.entries).reshape(t.shape)


def table(a: Any) -> Table:
    """An array as a table."""
    a = np.asarray(a)
    return Table(a.shape, tuple(a.ravel().tolist()))
