"""A text as operations between its parts, and the ranks that each part may have."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rulebook.dialect.parse import DEEPEST, SIGNS, TURN, Parser
from rulebook.errors import ShapeError
from rulebook.language.dims import array_shape, dim
from rulebook.language.ranks import Axes
from rulebook.language.spelling import Constant, Spelling, known_as, meant
from rulebook.language.tree import Symbol

__all__ = ["ANY", "MATRIX", "SCALAR", "VECTOR", "Use", "Uses", "names_in"]

SCALAR, VECTOR, MATRIX = 1, 2, 4  # sets of ranks, by bits
ANY = SCALAR | VECTOR | MATRIX


@dataclass(frozen=True)
class Use:
    """One operation: what it may mean, the nodes it relates, and its place in the text."""

    meaning: Spelling
    nodes: tuple[int, ...]
    at: ast.expr


@dataclass
class Uses:
    """The text as relations between nodes, each with the ranks it may still have."""

    text: str
    known: Mapping[str, Symbol]
    sizes: set[str]
    ranks: list[int] = field(default_factory=list)
    axes: dict[int, Axes] = field(default_factory=dict)  # of what is declared
    uses: list[Use] = field(default_factory=list)
    open: dict[str, int] = field(default_factory=dict)
    among: set[int] = field(default_factory=set)  # in a product or a function of vectors
    _of: dict[int, list[Use]] = field(default_factory=dict)
    _undo: list[tuple[int, int]] = field(default_factory=list)

    # ------------------------------------------------------------- reading
    def node(self, ranks: int, axes: Axes | None = None) -> int:
        self.ranks.append(ranks)
        if axes is not None:
            self.axes[len(self.ranks) - 1] = axes
        return len(self.ranks) - 1

    def use(self, meaning: Spelling, at: ast.expr, *args: int) -> int:
        """An operation, and the node of its result."""
        made = Use(meaning, (*args, self.node(ANY)), at)
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
                return self.use(meant(TURN), e, self.read(inside, depth + 1, among))
            case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=inside):
                return self.read(inside, depth + 1, among)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in SIGNS:
                return self.operation(meant(SIGNS[type(op)]), e, [left, right], depth, among)
            case ast.BinOp(op=op):
                one = ast.Constant(1)
                return self.foreign(ast.copy_location(ast.BinOp(one, op, one), e), depth)
            case ast.Call(func=ast.Name(id=name), args=args) if _plain(e):
                match known_as(name):
                    case Constant() as constant if constant.takes(len(args)):
                        return self.constant(args[0], constant.rank)
                    case Spelling() as meaning if meaning.takes(len(args)):
                        return self.operation(meaning, e, args, depth, among)
        return self.foreign(e, depth)

    def foreign(self, e: ast.expr, depth: int) -> int:
        """A number; of anything else the parser says why it is not in the language."""
        Parser(self.text, {}).read(e, depth)
        return self.node(SCALAR, ())

    def name(self, e: ast.Name, name: str, among: bool) -> int:
        if name in self.known:
            axes = array_shape(self.known[name].shape)
            return self.node(1 << len(axes), axes)
        if name in self.sizes:
            return self.node(SCALAR, ())
        if known_as(name):
            return self.foreign(e, 0)
        if name not in self.open:
            self.open[name] = self.node(ANY)
        if among:
            self.among.add(self.open[name])
        return self.open[name]

    def operation(
        self, meaning: Spelling, e: ast.expr, args: list[ast.expr], depth: int, among: bool
    ) -> int:
        inside = meaning.of_vectors or (among and meaning.entrywise)
        first, *rest = (self.read(a, depth + 1, inside) for a in args)
        if not meaning.many:
            return self.use(meaning, e, first, *rest)
        for other in rest:
            first = self.use(meaning, e, first, other)
        return first

    def constant(self, size: ast.expr, rank: int) -> int:
        match size:
            case ast.Name(id=name) if name in self.sizes:
                return self.node(1 << rank, (dim(name),) * rank)
            case ast.Constant(value=int() as value) if value > 0:
                return self.node(1 << rank, (dim(value),) * rank)
        return self.node(1 << rank)

    # ------------------------------------------------------------- settling
    def restrict(self, n: int, ranks: int) -> None:
        """Leave a node these ranks only; or, if that contradicts something, the others."""
        for left in (self.ranks[n] & ranks, self.ranks[n] & ~ranks):
            mark = len(self._undo)
            if left in (0, self.ranks[n]):
                return
            self._set(n, left)
            if not self.spread(self._of.get(n, [])):
                return
            while len(self._undo) > mark:
                back, before = self._undo.pop()
                self.ranks[back] = before

    def _set(self, n: int, ranks: int) -> None:
        self._undo.append((n, self.ranks[n]))
        self.ranks[n] = ranks

    def spread(self, uses: Sequence[Use] | None = None) -> Use | None:
        """Carry what is known of some nodes to all others; the use for which no rank is left."""
        waiting = list(reversed(self.uses if uses is None else uses))
        while waiting:
            use = waiting.pop()
            for n, ranks in self._possible(use).items():
                if not self.ranks[n] & ranks:
                    return use
                if self.ranks[n] & ranks != self.ranks[n]:
                    self._set(n, self.ranks[n] & ranks)
                    waiting += self._of[n]
        return None

    def _possible(self, use: Use) -> dict[int, int]:
        """The ranks that an operation leaves to each of its nodes."""
        left = dict.fromkeys(use.nodes, 0)
        for row in use.meaning.ranks:
            chosen = dict(zip(use.nodes, row, strict=True))
            twice = len(chosen) < len(row) and row != tuple(chosen[n] for n in use.nodes)
            if not twice and all(self.ranks[n] >> r & 1 for n, r in chosen.items()):
                for n, r in chosen.items():
                    left[n] |= 1 << r
        return left

    def contradiction(self, use: Use) -> None:
        """Ask for a shape that no use allows; what is declared throughout the parser refuses."""
        while not (names := [name for name in names_in(use.at) if name in self.open]):
            Parser(self.text, self.known).read(use.at, 0)
            use = next(other for other in self.uses if use.nodes[-1] in other.nodes[:-1])
        place = _shortened(ast.get_source_segment(self.text, use.at) or "")
        raise ShapeError(
            f"{names[0]} has no shape that fits each use, {place} among them: declare it"
        )


def names_in(tree: ast.AST) -> list[str]:
    return [node.id for node in ast.walk(tree) if isinstance(node, ast.Name)]


def _plain(e: ast.Call) -> bool:
    return not e.keywords and not any(isinstance(a, ast.Starred) for a in e.args)


def _shortened(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
