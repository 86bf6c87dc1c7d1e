"""Expressions entry by entry, with any arithmetic that an operator's entry can be written in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from rulebook.language.arithmetic import NoEntry, Scalars
from rulebook.language.dims import Shape
from rulebook.language.tree import Apply, Bind, Expr, Index, Let, Number, Symbol

__all__ = ["Env", "OpenIndices", "Reader"]

Env: TypeAlias = dict[Index, Any]


class OpenIndices:
    """The indices of expressions that something outside must bind, found once for each node."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Expr, frozenset[Index]]] = {}

    def __call__(self, e: Expr) -> frozenset[Index]:
        known = self._known.get(id(e))
        if known is None:
            inside = frozenset[Index]().union(*map(self, e.args))
            own = frozenset({e}) if isinstance(e, Index) else frozenset()
            bound = frozenset(e.indices) if isinstance(e, Bind) else frozenset()
            known = self._known[id(e)] = (e, (inside | own) - bound)
        return known[1]


class Reader:
    """Entries of expressions in one arithmetic, each computed once."""

    def __init__(self, scalars: Scalars) -> None:
        self.scalars = scalars
        self._open = OpenIndices()
        self._memo: dict[Any, Any] = {}

    def entry(self, e: Expr, index: tuple[Any, ...] = (), env: Env | None = None) -> Any:
        """Entry ``index`` of ``e``, one position for each dimension of its shape."""
        bound = {i: v for i, v in (env or {}).items() if i in self._open(e)}
        key = (e, index, tuple(bound.items()))
        if key not in self._memo:
            self._memo[key] = self._read(e, index, bound)
        return self._memo[key]

    def _read(self, e: Expr, index: tuple[Any, ...], env: Env) -> Any:
        s = self.scalars
        match e:
            case Symbol():
                return s.symbol(e, index)
            case Number():
                return s.number(e.value)
            case Index():
                return s.index_value(env[e])
            case Let():
                return self.entry(e.body, index, env)
            case Apply():
                return self._applied(e, index, env)
            case Bind(kind="array"):
                return self.entry(e.body, (), env | dict(zip(e.indices, index, strict=False)))
            case Bind():
                return self._total(e, index, e.indices, env)
        raise TypeError(e)

    def _applied(self, e: Apply, index: tuple[Any, ...], env: Env) -> Any:
        """An entry by the operator's row, unless it is written for other arithmetic than this."""
        try:
            return e.op.entry(self.scalars, index, *(_Arg(self, a, env) for a in e.args))
        except (AttributeError, NotImplementedError, TypeError) as error:
            raise NoEntry(f"{e.op.word} has no entry here: {error}") from error

    def _total(self, e: Bind, at: tuple[Any, ...], left: tuple[Index, ...], env: Env) -> Any:
        if not left:
            return self.entry(e.body, at, env)
        first, *rest = left
        return self.scalars.total(
            first.size, lambda k: self._total(e, at, tuple(rest), env | {first: k})
        )


@dataclass(frozen=True, eq=False)
class _Arg:
    """An argument as an operator's entry sees it."""

    reader: Reader
    node: Expr
    env: Env

    @property
    def shape(self) -> Shape:
        return self.node.shape

    def __call__(self, *index: Any) -> Any:
        return self.reader.entry(self.node, index, self.env)
