"""How operators are typed: names and signs, and the rows behind each.

A row that says how it is typed is known from then on: `rulebook.dialect` has no list of its own.
Several rows may share a name, as the norms of a vector and of a matrix do; the ranks of the
arguments tell them apart.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeAlias, TypeVar

from rulebook.errors import RuleError
from rulebook.language.dims import DimLike
from rulebook.language.ranks import Axes, Equations, Ranks, ShapeRule

if TYPE_CHECKING:
    from rulebook.language.tree import Expr, Operator

__all__ = [
    "Call",
    "Constant",
    "Spelling",
    "Stands",
    "constant",
    "functions",
    "known_as",
    "make_known",
    "meant",
]

Stands: TypeAlias = Literal["", "column", "column row", "row column"]
Maker = TypeVar("Maker", bound="Callable[..., Expr]")


@dataclass(frozen=True)
class Call:
    """One way to type an operator: a name or a sign, and its shape rule in text if it has one.

    >>> from rulebook.language import Call, shapes
    >>> Call("norm2", shapes.column_to_scalar).name
    'norm2'
    """

    name: str
    rule: ShapeRule | None = None


@dataclass(frozen=True, eq=False)
class Way:
    """A row under one of its names."""

    row: Operator
    rule: ShapeRule

    @property
    def package(self) -> str:
        return self.row.entry.__module__.partition(".")[0]


@dataclass(frozen=True)
class Spelling:
    """Everything that one name or sign may mean.

    >>> import rulebook.language.operators
    >>> diag = known_as("diag")
    >>> diag.ranks, diag.way((2,)).row
    (((2, 1), (1, 2)), diagonal part)
    """

    name: str
    ways: tuple[Way, ...]

    @cached_property
    def ranks(self) -> tuple[Ranks, ...]:
        """Of the arguments and, last, of the result."""
        return tuple(dict.fromkeys(row for way in self.ways for row in way.rule.ranks))

    @property
    def many(self) -> bool:
        """Whether it takes any number of arguments."""
        return self.ways[0].rule.many

    @property
    def count(self) -> int:
        """How many arguments it takes."""
        return len(self.ranks[0]) - 1

    def takes(self, count: int) -> bool:
        """Whether so many arguments may be given."""
        return count > 0 if self.many else count == self.count

    @property
    def of_vectors(self) -> bool:
        """Whether vectors are at home in it."""
        return any(way.row.of_vectors for way in self.ways)

    @property
    def additive(self) -> bool:
        """Whether its arguments are alike, as summands are."""
        return any(way.row.additive for way in self.ways)

    @property
    def entrywise(self) -> bool:
        return any(way.rule.entrywise for way in self.ways)

    def lengths(self, *axes: Axes) -> Equations:
        """The equations between the axes of the arguments and the result."""
        ranks = tuple(map(len, axes))
        return next(w for w in self.ways if ranks in w.rule.ranks).rule.lengths(*axes)

    def way(self, ranks: Ranks) -> Way | None:
        """The row for arguments of these ranks, if there is one."""
        return next((way for way in self.ways if way.rule.takes(ranks)), None)


@dataclass(frozen=True)
class Constant:
    """A constant that is typed with its size: ``eye(n)``."""

    name: str
    make: Callable[[DimLike], Any]
    rank: int
    many: ClassVar[bool] = False
    count: ClassVar[int] = 1

    def takes(self, count: int) -> bool:
        return count == 1


_KNOWN: dict[str, Spelling | Constant] = {}


def known_as(name: str) -> Spelling | Constant | None:
    """What a name or a sign means."""
    return _KNOWN.get(name)


def meant(sign: str) -> Spelling:
    """What a sign of operators means. Raises RuleError for one that none has."""
    known = _KNOWN.get(sign)
    if not isinstance(known, Spelling):
        raise RuleError(f"no operator is typed as {sign}")
    return known


def functions() -> tuple[str, ...]:
    """The names that may be called, in alphabetical order."""
    return tuple(sorted(filter(str.isidentifier, _KNOWN)))


def make_known(row: Operator) -> None:
    """Make a row known under its names.

    A row made again where it stood takes its old place, as in a notebook whose cell is run twice;
    a copy of one (`dataclasses.replace`) is not typed.
    Raises RuleError for a name that another package has given away.
    """
    for call in row.calls:
        rule = call.rule or row.shape
        if not isinstance(rule, ShapeRule) or not rule.ranks:
            raise RuleError(f"{row.name} is typed, so its shape rule must say of what ranks")
        _KNOWN[call.name] = _with(_KNOWN.get(call.name), call.name, Way(row, rule))


def _with(known: Spelling | Constant | None, name: str, new: Way) -> Spelling:
    if known is None:
        return Spelling(name, (new,))
    if isinstance(known, Constant) or known.ways[0].package != new.package:
        raise RuleError(f"{new.row.name} is typed as {name}, and that name is taken")
    before = next((way for way in known.ways if way.row.name == new.row.name), None)
    if before is None:
        return Spelling(name, (*known.ways, new))
    if before.row.entry is new.row.entry:
        return known
    return Spelling(name, tuple(new if way is before else way for way in known.ways))


def constant(name: str, rank: int) -> Callable[[Maker], Maker]:
    """The name of a constant that is made of its size, as a decorator.

    Its rank is 1 for a vector, 2 for a matrix. Raises RuleError for a name that is taken.

    >>> from rulebook.language import constant
    >>> @constant("ones", rank=1)
    ... def ramp(n): ...
    Traceback (most recent call last):
        ...
    rulebook.errors.RuleError: a constant is typed as ones, and that name is taken
    """

    def named(make: Maker) -> Maker:
        known = _KNOWN.get(name)
        if isinstance(known, Spelling) or (known and known.make.__module__ != make.__module__):
            raise RuleError(f"a constant is typed as {name}, and that name is taken")
        _KNOWN[name] = Constant(name, make, rank)
        return make

    return named
