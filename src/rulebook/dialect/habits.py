"""What is usual in the field, where the text leaves a choice of ranks."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from typing import TypeAlias

from rulebook.dialect.uses import MATRIX, SCALAR, VECTOR, Use, Uses, names_in
from rulebook.errors import ShapeError
from rulebook.language.operators import shapes

__all__ = ["settle"]

SCALARS = frozenset(
    "t s k l d n lam eps alpha beta gamma delta epsilon eta theta kappa mu nu rho sigma tau".split()
)  # as factors these are numbers
_WORDS = {SCALAR: "a scalar", VECTOR: "a vector", MATRIX: "a matrix"}

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


def _divisions(uses: Uses) -> Iterator[tuple[Use, ast.BinOp]]:
    for use in uses.uses:
        if isinstance(use.at, ast.BinOp) and isinstance(use.at.op, ast.Div):
            yield use, use.at


def _totals(uses: Uses) -> Choices:
    """A sum is of more than one number."""
    for use in reversed(uses.uses):
        if any(way.rule is shapes.to_scalar for way in use.meaning.ways):
            yield use.nodes[0], VECTOR | MATRIX


def _over_scalars(uses: Uses) -> Choices:
    """A number is divided by a number, unless it is a plain 1, as in 1 / x."""
    for use, at in _divisions(uses):
        if uses.ranks[use.nodes[0]] == SCALAR and names_in(at.left):
            yield use.nodes[1], SCALAR


def _capitals(uses: Uses) -> Choices:
    """Capitals are matrices; of those that divide this is decided late."""
    divisors = {use.nodes[1] for use, _ in _divisions(uses)}
    for name, n in uses.open.items():
        if _capital(name) and n not in divisors:
            yield n, MATRIX


def _small(uses: Uses) -> Choices:
    """Lower case is no matrix."""
    for name, n in uses.open.items():
        if not _capital(name):
            yield n, SCALAR | VECTOR


def _capital_divisors(uses: Uses) -> Choices:
    for name, n in uses.open.items():
        if _capital(name):
            yield n, MATRIX


def _factors(uses: Uses) -> Choices:
    """A factor or a divisor with the name of a number is one."""
    for use in uses.uses:
        match use.at:
            case ast.BinOp(left=left, op=ast.Mult() | ast.Div() as op, right=right):
                if isinstance(op, ast.Mult) and _number_like(left):
                    yield use.nodes[0], SCALAR
                if _number_like(right):
                    yield use.nodes[1], SCALAR


def _alike(uses: Uses) -> Choices:
    """What is added to an array is an array."""
    added = [use for use in reversed(uses.uses) if use.meaning.additive]
    before: list[int] = []
    while before != uses.ranks:
        before = list(uses.ranks)
        for use in added:
            if not all(uses.ranks[n] & SCALAR for n in use.nodes):
                yield from ((n, VECTOR | MATRIX) for n in use.nodes)


def _vectors(uses: Uses) -> Choices:
    """Lower case is a vector where it takes part in a product or in a function of vectors."""
    for name, n in uses.open.items():
        if not _capital(name) and n in uses.among:
            yield n, VECTOR


def _scalars(uses: Uses) -> Choices:
    """Other lower case is a scalar."""
    for name, n in uses.open.items():
        if not _capital(name):
            yield n, SCALAR


HABITS: tuple[Callable[[Uses], Choices], ...] = (
    *(_small, _totals, _over_scalars, _capitals, _over_scalars, _capital_divisors),
    *(_factors, _alike, _vectors, _scalars),
)


def settle(uses: Uses) -> None:
    """Every rank down to one: first what must be, then what is usual."""
    if bad := uses.spread():
        uses.contradiction(bad)
    for habit in HABITS:
        for n, ranks in habit(uses):
            uses.restrict(n, ranks)
    for name, n in uses.open.items():
        if uses.ranks[n] not in _WORDS:
            may = [word for rank, word in _WORDS.items() if uses.ranks[n] & rank]
            raise ShapeError(
                f"the text leaves open whether {name} is {' or '.join(may)}: declare it"
            )
