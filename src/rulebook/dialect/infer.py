"""Shapes that a reader left out, found from the text.

How a name is used says most: what stands under ``inv`` is a square matrix, ``@`` takes no scalar,
the two sides of ``+`` are alike. Where that leaves a choice the habit of the field decides:
capitals are matrices, lower case is a vector where it takes part in a product or in a function of
vectors, else a scalar. Lengths that must agree get one name.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, count
from typing import TypeAlias

from rulebook.dialect.parse import DEEPEST, FUNCTIONS, LONGEST, SIZED, _Parser, declare
from rulebook.errors import ShapeError
from rulebook.language.dims import Dim, DimLike, array_shape, dim
from rulebook.language.tree import Symbol

__all__ = ["infer"]

FRESH = "nmkpqrstuvwijh"  # names for lengths, in the order they are given out
SCALARS = frozenset(
    "t s k l d n lam eps alpha beta gamma delta epsilon eta theta kappa mu nu rho sigma tau".split()
)  # as factors these are numbers


def infer(text: str, shapes: Mapping[str, Sequence[DimLike]]) -> dict[str, Symbol]:
    """The symbols of a text: those declared, and the others as their use and habit have it.

    Raises ParseError for text outside the dialect, and ShapeError, which names the variable, where
    no shape or more than one would do. Text without any sense is left to `rulebook.dialect.parse`.

    >>> from rulebook.language.dims import show
    >>> {name: show(s.shape) for name, s in infer("norm2(A @ x - b) ** 2", {}).items()}
    {'A': 'm×n', 'x': 'n×1', 'b': 'm×1'}
    >>> infer("det(X) + norm2(X)", {})
    Traceback (most recent call last):
        ...
    rulebook.errors.ShapeError: X has no shape that fits each use, norm2(X) among them: declare it
    """
    known = declare(shapes)
    tree = _tree(text)
    if tree is None:
        return known
    uses = _Uses(" ".join(text.split()), known, _sizes(tree, known))
    if not set(_names(tree)) - set(known) - uses.sizes - set(FUNCTIONS):
        return known
    uses.read(tree, 0, among=False)
    uses.settle()
    return declare({**shapes, **_Lengths(uses).found()})


def _tree(text: str) -> ast.expr | None:
    """The syntax tree; nothing where there is none, which `parse` explains."""
    if len(text) > LONGEST:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            return ast.parse(" ".join(text.split()), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None


def _names(tree: ast.AST) -> list[str]:
    return [node.id for node in ast.walk(tree) if isinstance(node, ast.Name)]


def _sizes(tree: ast.expr, known: Mapping[str, Symbol]) -> set[str]:
    """The names of lengths: those declared, and what ``ones`` and ``eye`` are given."""
    told = {n for s in known.values() for d in s.shape for n in d.names}
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name), args=[ast.Name(id=size)]) if name in SIZED:
                told |= {size} - set(known)
    return told


# --------------------------------------------------------------------- what the operations say

SCALAR, VECTOR, MATRIX = 1, 2, 4
ANY = SCALAR | VECTOR | MATRIX

Length: TypeAlias = "Dim | int | _Made"  # known, open, or made of others
Axes: TypeAlias = "tuple[Length, ...]"
Equations: TypeAlias = "Iterable[tuple[Length, Length]]"


@dataclass(frozen=True)
class _Made:
    """A length that is the product or the sum of others."""

    times: bool
    parts: tuple[Length, ...]


@dataclass(frozen=True)
class _Relation:
    """How the ranks of the arguments and the result, which comes last, go together."""

    ranks: tuple[tuple[int, ...], ...]
    lengths: Callable[..., Equations]


def _same(a: Axes, r: Axes) -> Equations:
    return zip(a, r, strict=True)


def _expanded(a: Axes, b: Axes, r: Axes) -> Equations:
    return chain(*(zip(side, r, strict=True) for side in (a, b) if side))


def _matmul(a: Axes, b: Axes, r: Axes) -> Equations:
    return [(a[-1], b[0]), *zip(a[:-1] + b[1:], r, strict=True)]


def _square(a: Axes, r: Axes) -> Equations:
    return [(a[0], n) for n in (*a[1:], *r)]


def _kron(a: Axes, b: Axes, r: Axes) -> Equations:
    return [(_Made(True, (p, q)), n) for p, q, n in zip(a, b, r, strict=True)]


def _stack(a: Axes, b: Axes, r: Axes) -> Equations:
    p, q = (side[0] if side else dim(1) for side in (a, b))
    return [(_Made(False, (p, q)), r[0]), *((side[1], r[1]) for side in (a, b) if len(r) == 2)]


def _none(*_: Axes) -> Equations:
    return ()


_BROADCAST = ((0, 0, 0), (0, 1, 1), (0, 2, 2), (1, 0, 1), (2, 0, 2), (1, 1, 1), (2, 2, 2))
KEEP = _Relation(((0, 0), (1, 1), (2, 2)), _same)
EXPAND = _Relation(_BROADCAST, _expanded)
POWER = _Relation(((0, 0, 0), (1, 0, 1), (2, 0, 2)), _expanded)
MATMUL = _Relation(((1, 1, 0), (1, 2, 1), (2, 1, 1), (2, 2, 2)), _matmul)
TRANSPOSE = _Relation(((2, 2),), lambda a, r: zip(a, r[::-1], strict=True))
TO_SCALAR = _Relation(((2, 0),), _square)
SQUARE = _Relation(((2, 2),), _square)
TOTAL = _Relation(((0, 0), (1, 0), (2, 0)), _none)
STACK = _Relation(((0, 0, 1), (0, 1, 1), (1, 0, 1), (1, 1, 1), (2, 2, 2)), _stack)

CALLS: dict[str, _Relation] = {
    **dict.fromkeys("abs cos exp log relu sigmoid sign sin softplus sqrt step tanh".split(), KEEP),
    **dict.fromkeys(("det", "logdet", "trace"), TO_SCALAR),
    **dict.fromkeys(("sum", "mean"), TOTAL),
    **dict.fromkeys(("max", "min"), EXPAND),
    "inv": SQUARE,
    "stack": STACK,
    "dot": _Relation(((1, 1, 0),), _matmul),
    "outer": _Relation(((1, 1, 2),), lambda a, b, r: zip((*a, *b), r, strict=True)),
    "norm2": _Relation(((1, 0),), _none),
    "normfro": _Relation(((1, 0), (2, 0)), _none),
    "softmax": _Relation(((1, 1), (2, 2)), _same),
    "logsumexp": _Relation(((1, 0), (2, 1)), lambda a, r: zip(a[:-1], r, strict=True)),
    "diag": _Relation(((1, 2), (2, 1)), _square),
    "kron": _Relation(((2, 2, 2),), _kron),
    "vec": _Relation(((2, 1),), lambda a, r: [(_Made(True, (a[0], a[1])), r[0])]),
}
_OF_VECTORS = frozenset(
    {"dot", "outer", "norm2", "normfro", "softmax", "logsumexp", "diag", "sum", "mean"}
)
OPERATORS: dict[type[ast.operator], _Relation] = {
    **dict.fromkeys((ast.Add, ast.Sub, ast.Mult, ast.Div), EXPAND),
    ast.MatMult: MATMUL,
    ast.Pow: POWER,
}


# --------------------------------------------------------------------- ranks


@dataclass(frozen=True)
class _Use:
    """One operation: its relation, the nodes it relates, and its place in the text."""

    relation: _Relation
    nodes: tuple[int, ...]
    at: ast.expr


@dataclass
class _Uses:
    """The text as relations between nodes, each with the ranks it may still have."""

    text: str
    known: Mapping[str, Symbol]
    sizes: set[str]
    ranks: list[int] = field(default_factory=list)
    axes: dict[int, Axes] = field(default_factory=dict)  # of what is declared
    uses: list[_Use] = field(default_factory=list)
    open: dict[str, int] = field(default_factory=dict)
    among: set[int] = field(default_factory=set)  # in a product or a function of vectors
    _of: dict[int, list[_Use]] = field(default_factory=dict)
    _undo: list[tuple[int, int]] = field(default_factory=list)

    # ------------------------------------------------------------- reading
    def node(self, ranks: int, axes: Axes | None = None) -> int:
        self.ranks.append(ranks)
        if axes is not None:
            self.axes[len(self.ranks) - 1] = axes
        return len(self.ranks) - 1

    def use(self, relation: _Relation, at: ast.expr, *args: int) -> int:
        """An operation, and the node of its result."""
        made = _Use(relation, (*args, self.node(ANY)), at)
        self.uses.append(made)
        for n in set(made.nodes):
            self._of.setdefault(n, []).append(made)
        return made.nodes[-1]

    def read(self, e: ast.expr, depth: int, among: bool) -> int:
        """The node of an expression; ``among`` says that a vector would be at home there."""
        if depth > DEEPEST:
            return self.foreign(e, depth)
        match e:
            case ast.Name(id=name):
                return self.name(e, name, among)
            case ast.Attribute(value=inside, attr="T"):
                return self.use(TRANSPOSE, e, self.read(inside, depth + 1, among))
            case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=inside):
                return self.read(inside, depth + 1, among)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
                among = among or isinstance(op, ast.MatMult)
                base = self.read(left, depth + 1, among)
                other = self.read(right, depth + 1, among and not isinstance(op, ast.Pow))
                return self.use(OPERATORS[type(op)], e, base, other)
            case ast.BinOp(op=op):
                one = ast.Constant(1)
                return self.foreign(ast.copy_location(ast.BinOp(one, op, one), e), depth)
            case ast.Call(func=ast.Name(id=name), args=args) if self.is_call(e, name):
                return self.call(e, name, args, depth, among)
        return self.foreign(e, depth)

    def foreign(self, e: ast.expr, depth: int) -> int:
        """A number; of anything else the parser says why it is not in the language."""
        _Parser(self.text, {}).read(e, depth)
        return self.node(SCALAR, ())

    def name(self, e: ast.Name, name: str, among: bool) -> int:
        if name in self.known:
            axes = array_shape(self.known[name].shape)
            return self.node(1 << len(axes), axes)
        if name in self.sizes:
            return self.node(SCALAR, ())
        if name in FUNCTIONS:
            return self.foreign(e, 0)
        if name not in self.open:
            self.open[name] = self.node(ANY)
        if among:
            self.among.add(self.open[name])
        return self.open[name]

    def is_call(self, e: ast.Call, name: str) -> bool:
        many = FUNCTIONS[name][0] if name in FUNCTIONS else 0
        plain = not e.keywords and not any(isinstance(a, ast.Starred) for a in e.args)
        return plain and bool(e.args) and many in (-1, len(e.args))

    def call(self, e: ast.Call, name: str, args: list[ast.expr], depth: int, among: bool) -> int:
        if name in SIZED:
            return self.constant(args[0], 2 if name == "eye" else 1)
        relation = CALLS[name]
        inside = name in _OF_VECTORS or (among and relation in (KEEP, EXPAND))
        first, *rest = (self.read(a, depth + 1, inside) for a in args)
        if relation is STACK:
            for other in rest:
                first = self.use(STACK, e, first, other)
            return first
        return self.use(relation, e, first, *rest)

    def constant(self, size: ast.expr, rank: int) -> int:
        match size:
            case ast.Name(id=name) if name in self.sizes:
                return self.node(1 << rank, (dim(name),) * rank)
            case ast.Constant(value=int() as value) if value > 0:
                return self.node(1 << rank, (dim(value),) * rank)
        return self.node(1 << rank)

    # ------------------------------------------------------------- settling
    def settle(self) -> None:
        """Every rank down to one: first what must be, then what is usual."""
        if bad := self._spread(self.uses):
            self._contradiction(bad)
        for habit in HABITS:
            for n, ranks in habit(self):
                self.restrict(n, ranks)
        for name, n in self.open.items():
            if self.ranks[n] not in _WORDS:
                may = [word for rank, word in _WORDS.items() if self.ranks[n] & rank]
                raise ShapeError(
                    f"the text leaves open whether {name} is {' or '.join(may)}: declare it"
                )

    def restrict(self, n: int, ranks: int) -> None:
        """Leave a node these ranks only; or, if that contradicts something, the others."""
        for left in (self.ranks[n] & ranks, self.ranks[n] & ~ranks):
            mark = len(self._undo)
            if left in (0, self.ranks[n]):
                return
            self._set(n, left)
            if not self._spread(self._of.get(n, [])):
                return
            while len(self._undo) > mark:
                back, before = self._undo.pop()
                self.ranks[back] = before

    def _set(self, n: int, ranks: int) -> None:
        self._undo.append((n, self.ranks[n]))
        self.ranks[n] = ranks

    def _spread(self, uses: Sequence[_Use]) -> _Use | None:
        """Carry what is known of some nodes to all others; the use for which no rank is left."""
        waiting = list(reversed(uses))
        while waiting:
            use = waiting.pop()
            for n, ranks in self._possible(use).items():
                if not self.ranks[n] & ranks:
                    return use
                if self.ranks[n] & ranks != self.ranks[n]:
                    self._set(n, self.ranks[n] & ranks)
                    waiting += self._of[n]
        return None

    def _possible(self, use: _Use) -> dict[int, int]:
        """The ranks that an operation leaves to each of its nodes."""
        left = dict.fromkeys(use.nodes, 0)
        for row in use.relation.ranks:
            chosen = dict(zip(use.nodes, row, strict=True))
            twice = len(chosen) < len(row) and row != tuple(chosen[n] for n in use.nodes)
            if not twice and all(self.ranks[n] >> r & 1 for n, r in chosen.items()):
                for n, r in chosen.items():
                    left[n] |= 1 << r
        return left

    def _contradiction(self, use: _Use) -> None:
        """Ask for a shape that no use allows; what is declared throughout the parser refuses."""
        while not (names := [name for name in _names(use.at) if name in self.open]):
            _Parser(self.text, self.known).read(use.at, 0)
            use = next(other for other in self.uses if use.nodes[-1] in other.nodes[:-1])
        place = _shortened(ast.get_source_segment(self.text, use.at) or "")
        raise ShapeError(
            f"{names[0]} has no shape that fits each use, {place} among them: declare it"
        )


_WORDS = {SCALAR: "a scalar", VECTOR: "a vector", MATRIX: "a matrix"}


def _shortened(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"


# --------------------------------------------------------------------- habits

Choices: TypeAlias = "Iterator[tuple[int, int]]"


def _capital(name: str) -> bool:
    """Whether a name is a matrix's by its first letter, an accent (``hat_Y``) aside."""
    return re.sub(r"^_*((bar|hat|tilde)_)?", "", name)[:1].isupper()


def _number_like(e: ast.expr) -> bool:
    """Whether a factor goes by the name of a number: ``l``, ``t0``, ``alpha ** 2``."""
    match e:
        case ast.UnaryOp(operand=inside) | ast.BinOp(left=inside, op=ast.Pow()):
            return _number_like(inside)
        case ast.Name(id=name):
            return re.sub(r"_.*|\d+$", "", name) in SCALARS
    return False


def _divisions(uses: _Uses) -> Iterator[tuple[_Use, ast.BinOp]]:
    for use in uses.uses:
        if isinstance(use.at, ast.BinOp) and isinstance(use.at.op, ast.Div):
            yield use, use.at


def _totals(uses: _Uses) -> Choices:
    """A sum is of more than one number."""
    for use in reversed(uses.uses):
        if use.relation is TOTAL:
            yield use.nodes[0], VECTOR | MATRIX


def _over_scalars(uses: _Uses) -> Choices:
    """A number is divided by a number, unless it is a plain 1, as in 1 / x."""
    for use, at in _divisions(uses):
        if uses.ranks[use.nodes[0]] == SCALAR and _names(at.left):
            yield use.nodes[1], SCALAR


def _capitals(uses: _Uses) -> Choices:
    """Capitals are matrices; of those that divide this is decided late."""
    divisors = {use.nodes[1] for use, _ in _divisions(uses)}
    for name, n in uses.open.items():
        if _capital(name) and n not in divisors:
            yield n, MATRIX


def _small(uses: _Uses) -> Choices:
    """Lower case is no matrix."""
    for name, n in uses.open.items():
        if not _capital(name):
            yield n, SCALAR | VECTOR


def _capital_divisors(uses: _Uses) -> Choices:
    for name, n in uses.open.items():
        if _capital(name):
            yield n, MATRIX


def _factors(uses: _Uses) -> Choices:
    """A factor or a divisor with the name of a number is one."""
    for use in uses.uses:
        match use.at:
            case ast.BinOp(left=left, op=ast.Mult() | ast.Div() as op, right=right):
                if isinstance(op, ast.Mult) and _number_like(left):
                    yield use.nodes[0], SCALAR
                if _number_like(right):
                    yield use.nodes[1], SCALAR


def _alike(uses: _Uses) -> Choices:
    """What is added to an array is an array."""
    added = [use for use in reversed(uses.uses) if _adds(use.at)]
    before: list[int] = []
    while before != uses.ranks:
        before = list(uses.ranks)
        for use in added:
            if not all(uses.ranks[n] & SCALAR for n in use.nodes):
                yield from ((n, VECTOR | MATRIX) for n in use.nodes)


def _adds(e: ast.expr) -> bool:
    match e:
        case ast.BinOp(op=ast.Add() | ast.Sub()) | ast.Call(func=ast.Name(id="max" | "min")):
            return True
    return False


def _vectors(uses: _Uses) -> Choices:
    """Lower case is a vector where it takes part in a product or in a function of vectors."""
    for name, n in uses.open.items():
        if not _capital(name) and n in uses.among:
            yield n, VECTOR


def _scalars(uses: _Uses) -> Choices:
    """Other lower case is a scalar."""
    for name, n in uses.open.items():
        if not _capital(name):
            yield n, SCALAR


HABITS: tuple[Callable[[_Uses], Choices], ...] = (
    *(_small, _totals, _over_scalars, _capitals, _over_scalars, _capital_divisors),
    *(_factors, _alike, _vectors, _scalars),
)


# --------------------------------------------------------------------- lengths


class _Lengths:
    """The lengths of all axes: those that must agree are one, and get a name."""

    def __init__(self, uses: _Uses) -> None:
        self.uses = uses
        self.counter = count()
        self.is_: dict[int, Length] = {}
        self.later: list[tuple[Length, Length]] = []
        self.axes = [self._axes(n) for n in range(len(uses.ranks))]

    def _axes(self, n: int) -> Axes:
        rank = self.uses.ranks[n].bit_length() - 1
        return self.uses.axes.get(n) or tuple(next(self.counter) for _ in range(rank))

    def found(self) -> dict[str, tuple[Dim, ...]]:
        """The lengths of what was not declared."""
        for use in self.uses.uses:
            for a, b in use.relation.lengths(*(self.axes[n] for n in use.nodes)):
                self.equate(a, b)
        self._compare()
        names = self._names()
        for n in self.uses.open.values():
            for axis in reversed(self.axes[n]):
                self._named(axis, names)
        return {name: tuple(map(self.known, self.axes[n])) for name, n in self.uses.open.items()}

    def equate(self, a: Length, b: Length) -> None:
        """Make two lengths one; two that are declared to differ are left to the parser."""
        a, b = self.last(a), self.last(b)
        if isinstance(a, int):
            if a not in self.leaves(b):
                self.is_[a] = self._flat(b)
        elif isinstance(b, int):
            self.equate(b, a)
        elif isinstance(a, _Made) or isinstance(b, _Made):
            self.later.append((a, b))

    def _flat(self, a: Length) -> Length:
        """A sum of sums as one sum, a product of products as one product."""
        if not isinstance(a, _Made):
            return a
        parts: list[Length] = []
        for part in map(self.last, a.parts):
            match part:
                case _Made(times=a.times, parts=inner):
                    parts += inner
                case _:
                    parts.append(part)
        if len(parts) > LONGEST:
            raise self._unknown(set())
        return _Made(a.times, tuple(parts))

    def _compare(self) -> None:
        """Products and sums that are to be equal, once all else is known: part by part."""
        while self.later:
            a, b = map(self._flat, self.later.pop(0))
            open_ = self.leaves(a) | self.leaves(b)
            if not open_:
                continue
            match a, b:
                case _Made(times=one, parts=p), _Made(times=other, parts=q) if one == other:
                    if len(p) == len(q):
                        for pair in zip(p, q, strict=True):
                            self.equate(*pair)
                        continue
            raise self._unknown(open_)

    def _unknown(self, open_: set[int]) -> ShapeError:
        names = [
            n
            for n, k in self.uses.open.items()
            if any(self.leaves(i) & open_ for i in self.axes[k])
        ]
        name = names[0] if names else next(iter(self.uses.open))
        return ShapeError(f"the text leaves open how long {name} is: declare it")

    def last(self, a: Length) -> Length:
        while isinstance(a, int) and a in self.is_:
            a = self.is_[a]
        return a

    def leaves(self, a: Length) -> set[int]:
        """The open lengths that a length is made of."""
        seen: set[int] = set()
        found: set[int] = set()
        waiting = [a]
        while waiting:
            length = waiting.pop()
            if isinstance(length, _Made):
                waiting += length.parts
            elif isinstance(length, int) and length not in seen:
                seen.add(length)
                if length in self.is_:
                    waiting.append(self.is_[length])
                else:
                    found.add(length)
        return found

    def known(self, a: Length, depth: int = 0) -> Dim:
        """A length in names. Raises ShapeError for one that no reader would write."""
        while isinstance(a, int):
            a = self.is_[a]
        if isinstance(a, Dim):
            return a
        total = dim(1 if a.times else 0)
        for part in a.parts:
            size = self.known(part, depth + 1)
            if isinstance(part, int):
                self.is_[part] = size
            total = total * size if a.times else total + size
            if depth > DEEPEST or sum(1 + len(names) for names, _ in total.terms) > LONGEST:
                raise self._unknown(set())
        return total

    def _named(self, a: Length, names: Iterator[str]) -> None:
        for leaf in sorted(self.leaves(a)):
            self.is_[leaf] = dim(next(names))

    def _names(self) -> Iterator[str]:
        """Names for lengths that nothing else goes by."""
        known = self.uses.known
        taken = {n for s in known.values() for d in s.shape for n in d.names}
        taken |= {*known, *self.uses.open, *self.uses.sizes}
        return (n for n in chain(FRESH, (f"n{k}" for k in count(1))) if n not in taken)
