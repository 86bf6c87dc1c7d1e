"""What several test files share: expressions over plain floats, work counted, Ctrl-C heard."""

import signal
from collections.abc import Callable, Iterator
from cProfile import Profile
from typing import Any

import numpy as np
import pytest

from rulebook.language.dims import Dim, array_shape, dim
from rulebook.language.entries import Reader
from rulebook.language.traverse import symbols
from rulebook.language.tree import Expr, Symbol
from rulebook.printing.numpy import compiled, module, parameters

SIZES = {"m": 3, "n": 4, "p": 2, "k": 5}


class Floats:
    """The arithmetic of plain floats at given sizes: the rows' entries, and nothing else."""

    def __init__(self, values: dict[str, Any], sizes: dict[str, int]) -> None:
        self.values, self.sizes = values, sizes

    def symbol(self, symbol: Symbol, index: tuple[int, ...]) -> Any:
        shape = tuple(d.at(self.sizes) for d in symbol.shape)
        return np.reshape(self.values[symbol.name], shape)[index]

    def number(self, value: Any) -> float:
        return float(value)

    def size(self, n: Dim) -> float:
        return float(dim(n).at(self.sizes))

    def total(self, n: Dim, term: Callable[[int], Any]) -> Any:
        return sum(term(k) for k in range(n.at(self.sizes)))

    def delta(self, i: int, j: int) -> float:
        return float(i == j)

    def split(self, i: int, n: Dim, low: Callable[[int], Any], high: Callable[[int], Any]) -> Any:
        cut = n.at(self.sizes)
        return low(i) if i < cut else high(i - cut)

    def divide(self, i: int, n: Dim) -> tuple[int, int]:
        return divmod(i, n.at(self.sizes))

    def choose(self, a: Any, yes: Any, no: Any) -> Any:
        return yes if a > 0 else no

    def call(self, name: str, a: Any) -> Any:
        return getattr(np, name)(a)

    def log_size(self, a: Any) -> Any:
        return np.log(np.abs(a))

    def power(self, a: Any, b: Any) -> Any:
        return a**b

    def index_value(self, position: int) -> float:
        return float(position)

    def position(self, value: float) -> int:
        return int(value)

    def array(self, a: Any) -> Any:
        shape = tuple(d.at(self.sizes) for d in a.shape)
        return np.array([a(*i) for i in np.ndindex(*shape)]).reshape(shape)

    def determinant(self, a: Any) -> Any:
        return np.linalg.det(self.array(a))

    def inverse(self, a: Any, i: int, j: int) -> Any:
        return np.linalg.inv(self.array(a))[i, j]

    def unspecified(self, fn: Any, out: Any, wrt: Any, args: Any) -> Any:
        made = self.values[fn.code](*(np.squeeze(self.array(a)) for a in args))
        if fn.out is None:
            return made
        return np.asarray(made)[(*out, *(p for at in wrt for p in at))]


class Evaluate:
    """One expression by both readers, at the same values."""

    sizes = SIZES

    def values(self, *expressions: Expr, seed: int = 4) -> dict[str, Any]:
        rng = np.random.default_rng(seed)
        shapes = {
            s.name: [d.at(SIZES) for d in array_shape(s.shape)] for s in symbols(*expressions)
        }
        return {name: rng.uniform(0.5, 1.5, shape)[()] for name, shape in shapes.items()}

    def by_entries(self, e: Expr, values: dict[str, Any]) -> Any:
        reader = Reader(Floats(values, SIZES))
        shape = tuple(d.at(SIZES) for d in e.shape)
        made = np.array([reader.entry(e, i) for i in np.ndindex(*shape)], dtype=float)
        return made.reshape([d.at(SIZES) for d in array_shape(e.shape)])

    def by_numpy(self, e: Expr, values: dict[str, Any]) -> Any:
        made = compiled(module({"value": e}))["value"]
        return np.asarray(made(**{p: (values | SIZES)[p] for p in parameters(e)}))


@pytest.fixture(scope="session")
def evaluate() -> Evaluate:
    return Evaluate()


class Work:
    """The calls made in its ``with``, to Python and to C: the same on a machine that is busy."""

    def __enter__(self) -> "Work":
        self.profile = Profile()
        self.profile.enable()
        return self

    def __exit__(self, *args: object) -> None:
        self.profile.disable()

    @property
    def calls(self) -> int:
        return sum(entry.callcount for entry in self.profile.getstats())


@pytest.fixture
def work() -> type[Work]:
    return Work


@pytest.fixture
def hears_ctrl_c() -> Iterator[None]:
    """What is started here hears Ctrl-C, even if a shell started us in the background, deaf to it.

    A process inherits that a signal is ignored, and not that it is handled.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
