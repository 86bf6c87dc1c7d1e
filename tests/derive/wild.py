"""Random expressions of the dialect, well-shaped and inside the domains of what they call.

`wild` makes one from a generator of random numbers: every function of the dialect may occur, with
scalars, vectors and matrices as value and as variable. Arguments of logarithms and roots are made
positive and those of inverses regular, by what they are made of or by what is declared.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, NamedTuple, TypeAlias

from numpy.random import Generator
from truth import sampled

Shape: TypeAlias = tuple[str, ...]

SIZES = {"m": 2, "n": 3, "p": 4}
PLAIN = "abs abs cos cos exp exp relu relu sigmoid sigmoid sign sin softplus step tanh tanh".split()
TAME = "cos sigmoid sin softplus tanh".split()
LETTERS = {0: "stu", 1: "xyzvw", 2: "ABCDW"}
LONGEST = 200


class Case(NamedTuple):
    """An expression with what is declared of its symbols, and the variable."""

    text: str
    wrt: str
    shapes: dict[str, Shape]
    assume: dict[str, list[str]]
    order: int

    def values(self, rng: Generator, sizes: Mapping[str, int] = SIZES) -> dict[str, Any]:
        """Arrays that honor the declarations."""
        draw = Random(int(rng.integers(2**31)))
        return {
            name: sampled(tuple(sizes[n] for n in shape), self.assume.get(name, ()), draw)
            for name, shape in self.shapes.items()
        }


@dataclass
class Wild:
    """The expressions of one case: productions by shape, and the symbols they have in common."""

    rng: Generator
    shapes: dict[str, Shape] = field(default_factory=dict)
    assume: dict[str, list[str]] = field(default_factory=dict)

    # ------------------------------------------------------------- choices
    def one(self, options: Sequence[Any]) -> Any:
        return options[self.rng.integers(len(options))]

    def often(self, chance: float) -> bool:
        return bool(self.rng.random() < chance)

    def size(self) -> str:
        return str(self.one(tuple(SIZES)))

    def below(self, depth: int) -> int:
        """The depth of a second operand, mostly shallow."""
        return int(self.rng.integers(max(depth, 1)))

    def pair(self, depth: int) -> tuple[int, int]:
        """Depths of two operands: one goes on, the other is free."""
        depths = (depth - 1, self.below(depth))
        return depths if self.often(0.5) else depths[::-1]

    # ------------------------------------------------------------- symbols
    def symbol(self, shape: Shape, *words: str) -> str:
        """A symbol of a shape of which the words are said, old or new."""
        said = sorted(words)
        old = [
            name
            for name, known in self.shapes.items()
            if known == shape and set(said) <= set(self.assume.get(name, ()))
        ]
        if old and (len(old) > 2 or self.often(0.7)):
            return str(self.one(old))
        name = f"{self.one(LETTERS[len(shape)])}{len(self.shapes)}"
        self.shapes[name] = shape
        if said:
            self.assume[name] = said
        return name

    def any_symbol(self, shape: Shape) -> str:
        """A symbol about which something may be known."""
        if len(shape) == 2 and shape[0] == shape[1] and self.often(0.4):
            return self.symbol(
                shape, str(self.one(["symmetric", "spd", "invertible", "orthogonal"]))
            )
        if shape and self.often(0.15):
            return self.symbol(
                shape, str(self.one(["positive", "simplex", "onehot", "binary", "pm1"]))
            )
        return self.symbol(shape)

    # ------------------------------------------------------------- any shape
    def make(self, shape: Shape, depth: int) -> str:
        """An expression of a shape, at most this deep."""
        if depth <= 0:
            return self.leaf(shape)
        if self.often(0.45):
            return str(self.one(ENTRYWISE)(self, shape, depth))
        return str(self.one((SCALARS, VECTORS, MATRICES)[len(shape)])(self, shape, depth))

    def leaf(self, shape: Shape) -> str:
        known = {n for dims in self.shapes.values() for n in dims}
        if self.often(0.88) or not known >= set(shape):
            return self.any_symbol(shape)
        if not shape:
            return str(self.one(["2", "0.5", "3", "1", *sorted(known)]))
        if len(shape) == 1:
            return f"{self.one(['ones', 'ones', 'zeros'])}({shape[0]})"
        if shape[0] == shape[1]:
            return f"eye({shape[0]})"
        return f"outer(ones({shape[0]}), ones({shape[1]}))"

    def positive(self, shape: Shape, depth: int) -> str:
        """An expression whose every entry is positive."""
        if depth <= 0:
            return self.symbol(shape, "positive")
        e, f = self.pair(depth)
        options = [
            lambda: f"exp({self.tame(shape, depth - 1)})",
            lambda: f"({self.make(shape, e)} ** 2 + {self.positive((), f)})",
            lambda: f"softplus({self.make(shape, depth - 1)})",
            lambda: f"sigmoid({self.make(shape, depth - 1)})",
            lambda: f"(1 + abs({self.make(shape, depth - 1)}))",
            lambda: f"(1 + exp(-{self.tame(shape, depth - 1)}))",
            lambda: f"({self.positive(shape, e)} + {self.positive(shape, f)})",
            lambda: f"({self.positive(shape, e)} * {self.positive(shape, f)})",
            lambda: f"({self.positive(shape, e)} / {self.positive((), f)})",
            lambda: f"sqrt({self.positive(shape, depth - 1)})",
            lambda: f"max({self.make(shape, e)}, {self.positive(shape, f)})",
            lambda: self.symbol(shape, "positive"),
        ]
        if shape:
            options.append(lambda: f"softmax({self.make(shape, depth - 1)})")
        else:
            n = self.size()
            options += [
                lambda: f"sum({self.positive((n,), depth - 1)})",
                lambda: f"mean({self.positive((n, self.size()), depth - 1)})",
                lambda: f"dot({self.positive((n,), e)}, {self.positive((n,), f)})",
                lambda: f"det({self.definite(n, depth - 1)})",
                lambda: f"(1 + norm2({self.make((n,), depth - 1)}))",
            ]
        return str(self.one(options)())

    def tame(self, shape: Shape, depth: int) -> str:
        """An expression whose exponential is no giant."""
        if depth <= 0:
            return self.any_symbol(shape)
        return f"{self.one(TAME)}({self.make(shape, depth - 1)})"

    def moving(self, text: str, shape: Shape) -> str:
        """A positive expression that is not of numbers alone."""
        return text if re.search(r"[a-zA-Z]\d", text) else self.symbol(shape, "positive")

    def definite(self, n: str, depth: int) -> str:
        """A symmetric positive definite matrix."""
        if depth <= 0:
            return self.symbol((n, n), "spd")
        k = self.size()

        def gram() -> str:
            A = self.tame((n, k), depth - 1)
            return f"({A} @ {A}.T + eye({n}))"

        options = [
            gram,
            lambda: f"({self.definite(n, depth - 1)} + {self.positive((), 0)} * eye({n}))",
            lambda: f"inv({self.definite(n, depth - 1)})",
            lambda: f"diag({self.positive((n,), depth - 1)})",
            lambda: self.symbol((n, n), "spd"),
        ]
        return str(self.one(options)())

    def regular(self, n: str, depth: int) -> str:
        """An invertible matrix."""
        if depth <= 0:
            return self.symbol((n, n), str(self.one(["invertible", "spd", "orthogonal"])))
        options = [
            lambda: self.definite(n, depth),
            lambda: f"(4 * eye({n}) + tanh({self.make((n, n), depth - 1)}))",
            lambda: f"inv({self.regular(n, depth - 1)})",
            lambda: f"({self.regular(n, depth - 1)} @ {self.regular(n, self.below(depth))})",
            lambda: f"({self.regular(n, depth - 1)} / {self.positive((), 0)})",
            lambda: f"{self.regular(n, depth - 1)}.T",
            lambda: self.regular(n, 0),
        ]
        return str(self.one(options)())


Production: TypeAlias = Callable[[Wild, Shape, int], str]


# ----------------------------------------------------------------- entry by entry, any shape
def _sum(w: Wild, s: Shape, d: int) -> str:
    e, f = w.pair(d)
    return f"({w.make(s, e)} {w.one('+-')} {w.make(s, f)})"


def _shifted(w: Wild, s: Shape, d: int) -> str:
    """A sum in which a scalar is expanded."""
    e, f = w.pair(d)
    a, b = w.make(s, e), w.make((), f)
    return f"({a} {w.one('+-')} {b})" if w.often(0.5) else f"({b} {w.one('+-')} {a})"


def _times(w: Wild, s: Shape, d: int) -> str:
    e, f = w.pair(d)
    return f"({w.make(s, e)} * {w.make(s, f)})"


def _scaled(w: Wild, s: Shape, d: int) -> str:
    e, f = w.pair(d)
    a, b = w.make(s, e), w.make((), f)
    return f"({a} * {b})" if w.often(0.3) else f"({b} * {a})"


def _over(w: Wild, s: Shape, d: int) -> str:
    e, f = w.pair(d)
    return f"({w.make(s, e)} / {w.positive(s if w.often(0.5) else (), f)})"


def _reciprocal(w: Wild, s: Shape, d: int) -> str:
    return f"({w.one(['1', '2', w.make((), 0)])} / {w.positive(s, d - 1)})"


def _negative(w: Wild, s: Shape, d: int) -> str:
    return f"(-{w.make(s, d - 1)})"


def _function(w: Wild, s: Shape, d: int) -> str:
    name = w.one(PLAIN)
    return f"{name}({w.tame(s, d - 1) if name == 'exp' else w.make(s, d - 1)})"


def _of_positive(w: Wild, s: Shape, d: int) -> str:
    return f"{w.one(['log', 'sqrt'])}({w.positive(s, d - 1)})"


def _whole_power(w: Wild, s: Shape, d: int) -> str:
    return f"({w.make(s, d - 1)} ** {w.one(['2', '2', '3', '4', '1'])})"


def _real_power(w: Wild, s: Shape, d: int) -> str:
    return f"({w.positive(s, d - 1)} ** {w.one(['0.5', '(1 / 2)', '1.5', '(-1)', '(-0.5)', '-2'])})"


def _to_a_scalar(w: Wild, s: Shape, d: int) -> str:
    e, f = w.pair(d)
    exponent = w.moving(w.tame((), f), ())
    return f"({w.moving(w.positive(s, e), s)} ** {exponent})"


def _larger(w: Wild, s: Shape, d: int) -> str:
    e, f = w.pair(d)
    other = s if w.often(0.7) else ()
    return f"{w.one(['max', 'min'])}({w.make(s, e)}, {w.make(other, f)})"


def _softmax(w: Wild, s: Shape, d: int) -> str:
    return f"softmax({w.make(s, d - 1)})" if s else _function(w, s, d)


def _twice(w: Wild, s: Shape, d: int) -> str:
    """Terms or factors that have something in common."""
    e, f = w.make(s, w.below(d)), w.make(s, 0)
    g = w.make((), 0) if w.often(0.3) else w.make(s, 0)
    options = [
        *(f"({e} * {f} + {e} * {g})", f"({f} * {e} - {e} ** 2)", f"({e} / (1 + {e} ** 2))"),
        *(f"({e} + {e} ** 3)", f"({e} * {f} - {f} * {e})", f"(2 * {e} + {g} * {e})"),
        *(
            f"tanh({e}) * (1 - tanh({e}) ** 2)",
            f"(exp({e}) / (1 + exp({e})))",
            f"({e} - {e} * {f})",
        ),
    ]
    return f"({w.one(options)})"


ENTRYWISE: tuple[Production, ...] = (
    *(_sum, _sum, _shifted, _times, _times, _scaled, _over, _reciprocal, _negative),
    *(_function, _function, _function, _of_positive, _whole_power, _real_power, _to_a_scalar),
    *(_larger, _softmax, _twice, _twice),
)


# ----------------------------------------------------------------- scalars
def _total(w: Wild, s: Shape, d: int) -> str:
    inner = (w.size(),) if w.often(0.5) else (w.size(), w.size())
    return f"{w.one(['sum', 'sum', 'mean'])}({w.make(inner, d - 1)})"


def _dot(w: Wild, s: Shape, d: int) -> str:
    n, (e, f) = w.size(), w.pair(d)
    a, b = w.make((n,), e), w.make((n,), f)
    return f"dot({a}, {b})" if w.often(0.5) else f"({a} @ {b})"


def _quadratic(w: Wild, s: Shape, d: int) -> str:
    n, m, (e, f) = w.size(), w.size(), w.pair(d)
    return f"({w.make((n,), f)} @ {w.make((n, m), e)} @ {w.make((m,), f)})"


def _same_quadratic(w: Wild, s: Shape, d: int) -> str:
    n = w.size()
    x = w.make((n,), w.below(d))
    return f"({x} @ {w.any_symbol((n, n))} @ {x})"


def _norm(w: Wild, s: Shape, d: int) -> str:
    if w.often(0.5):
        return f"norm2({w.make((w.size(),), d - 1)})"
    return f"normfro({w.make((w.size(), w.size()), d - 1)})"


def _trace(w: Wild, s: Shape, d: int) -> str:
    n, k, (e, f) = w.size(), w.size(), w.pair(d)
    if w.often(0.4):
        return f"trace({w.make((n, n), d - 1)})"
    return f"trace({w.make((n, k), e)} @ {w.make((k, n), f)})"


def _determinant(w: Wild, s: Shape, d: int) -> str:
    n = str(w.one("mn"))
    if w.often(0.4):
        return f"logdet({w.regular(n, d - 1)})"
    return f"det({w.symbol((n, n)) if w.often(0.3) else w.regular(n, d - 1)})"


def _logsumexp(w: Wild, s: Shape, d: int) -> str:
    return f"logsumexp({w.make((w.size(),), d - 1)})"


def _kron_number(w: Wild, s: Shape, d: int) -> str:
    """A number of a Kronecker product."""
    e, f = w.pair(d)
    if w.often(0.5):
        A, B = w.make((w.size(), "m"), e), w.make(("m", w.size()), f)
        return f"{w.one(['sum', 'normfro', 'mean'])}(kron({A}, {B}))"
    name = w.one(["trace", "trace", "logdet", "det"])
    make = w.make if name == "trace" else lambda s, d: w.regular(s[0], d)
    return f"{name}(kron({make(('m', 'm'), e)}, {make((n := str(w.one('mn')), n), f)}))"


def _joined_number(w: Wild, s: Shape, d: int) -> str:
    """A number of things stacked, or of a matrix as one column."""
    e, f = w.pair(d)
    n, m = w.size(), w.size()
    if w.often(0.4):
        return f"dot(vec({w.make((n, m), e)}), vec({w.make((n, m), f)}))"
    parts = ", ".join((w.make((n,), e), w.make((m,) if w.often(0.6) else (), f)))
    return f"{w.one(['sum', 'norm2', 'logsumexp', 'mean'])}(stack({parts}))"


def _kin(w: Wild, s: Shape, d: int) -> str:
    """Numbers of the same vectors or matrices, as powers of each other."""
    n, m = w.size(), w.size()
    if w.often(0.5):
        x, y, z = w.make((n,), w.below(d)), w.any_symbol((n,)), w.any_symbol((n,))
        kin = [f"({x} @ {y})", f"dot({x}, {z})", f"dot({x}, {x})", f"norm2({x})", f"sum({x})"]
        kin += [f"({y} @ {w.any_symbol((n, n))} @ {x})", f"sum({x} * {y})", f"mean({x})"]
    else:
        A, B, C = w.make((n, m), w.below(d)), w.any_symbol((n, m)), w.any_symbol((n, n))
        kin = [f"sum({A} * {B})", f"normfro({A})", f"trace({A} @ {B}.T)", f"trace({A} @ {A}.T)"]
        kin += [f"sum({A})", f"mean({A})", f"trace({C} @ {A} @ {B}.T)", f"sum({A} ** 2)"]
    a, b, c = (f"{w.one(kin)}{w.one(['', '', ' ** 2', ' ** 3'])}" for _ in range(3))
    return f"({a} {w.one('+-*')} {b})" if w.often(0.8) else f"({a} / (1 + exp({b}) + ({c}) ** 2))"


SCALARS: tuple[Production, ...] = (
    *(_total, _total, _total, _dot, _dot, _quadratic, _same_quadratic, _norm, _norm, _trace),
    *(_trace, _determinant, _determinant, _logsumexp, _kron_number, _joined_number, _kin, _kin),
)


# ----------------------------------------------------------------- vectors
def _image(w: Wild, s: Shape, d: int) -> str:
    k, (e, f) = w.size(), w.pair(d)
    if w.often(0.3):
        return f"({w.make((k,), f)} @ {w.make((k, *s), e)})"
    return f"({w.make((*s, k), e)} @ {w.make((k,), f)})"


def _affine(w: Wild, s: Shape, d: int) -> str:
    """A layer: a symbol's image, moved by another and bent."""
    k = w.size()
    W, b = w.any_symbol((*s, k)), w.symbol(s)
    return f"{w.one([*TAME, 'relu'])}({W} @ {w.make((k,), d - 1)} + {b})"


def _solved(w: Wild, s: Shape, d: int) -> str:
    e, f = w.pair(d)
    return f"(inv({w.regular(s[0], e)}) @ {w.make(s, f)})"


def _diagonal(w: Wild, s: Shape, d: int) -> str:
    return f"diag({w.make((*s, *s), d - 1)})"


def _row_sums(w: Wild, s: Shape, d: int) -> str:
    k = w.size()
    A = w.make((*s, k), d - 1)
    return f"logsumexp({A})" if w.often(0.5) else f"({A} @ ones({k}))"


def _common(w: Wild, s: Shape, d: int) -> str:
    """A sum of images with a matrix or a vector in common."""
    k = w.size()
    A, B = w.make((*s, k), w.below(d)), w.any_symbol((*s, k))
    x, y = w.any_symbol((k,)), w.make((k,), w.below(d))
    options = [f"{A} @ {x} + {A} @ {y}", f"{A} @ {y} - {B} @ {y}", f"{A} @ {y} + ({B} @ {y}) ** 2"]
    options += [f"diag({A} @ {y}) @ ({B} @ {x})", f"({x} @ {y}) * ({A} @ {x}) - {A} @ {y}"]
    return f"({w.one(options)})"


VECTORS: tuple[Production, ...] = (
    _image,
    _image,
    _image,
    _affine,
    _solved,
    _diagonal,
    _row_sums,
    _common,
)


# ----------------------------------------------------------------- matrices
def _product(w: Wild, s: Shape, d: int) -> str:
    k, (e, f) = w.size(), w.pair(d)
    return f"({w.make((s[0], k), e)} @ {w.make((k, s[1]), f)})"


def _transposed(w: Wild, s: Shape, d: int) -> str:
    return f"{w.make(s[::-1], d - 1)}.T"


def _outer(w: Wild, s: Shape, d: int) -> str:
    e, f = w.pair(d)
    return f"outer({w.make(s[:1], e)}, {w.make(s[1:], f)})"


def _inverse(w: Wild, s: Shape, d: int) -> str:
    return f"inv({w.regular(s[0], d - 1)})" if s[0] == s[1] else _product(w, s, d)


def _diag(w: Wild, s: Shape, d: int) -> str:
    if s[0] == s[1]:
        return f"diag({w.make(s[:1], d - 1)})"
    if w.often(0.5):
        return f"(diag({w.make(s[:1], w.below(d))}) @ {w.make(s, d - 1)})"
    return f"({w.make(s, d - 1)} @ diag({w.make(s[1:], w.below(d))}))"


def _shared(w: Wild, s: Shape, d: int) -> str:
    """A sum of products with a factor in common."""
    k = w.size()
    A, B = w.make((s[0], k), w.below(d)), w.any_symbol((s[0], k))
    C, D = w.make((k, s[1]), w.below(d)), w.any_symbol((k, s[1]))
    options = [f"{A} @ {C} + {A} @ {D}", f"{A} @ {D} - {B} @ {D}", f"{A} @ {C} + ({A} @ {D}) ** 2"]
    options += [f"({A} @ {C}) * ({B} @ {C})", f"trace({A} @ {A}.T) * {A} @ {C}"]
    return f"({w.one(options)})"


MATRICES: tuple[Production, ...] = (
    _product,
    _product,
    _product,
    _transposed,
    _outer,
    _inverse,
    _diag,
)


# ----------------------------------------------------------------- whole expressions
def _compound(w: Wild, depth: int) -> str:
    """A result of a shape that no symbol has."""
    e, f = w.pair(depth)
    options = [
        lambda: f"kron({w.make(('m', w.size()), e)}, {w.make((w.size(), 'm'), f)})",
        lambda: f"vec({w.make((w.size(), w.size()), depth - 1)})",
        lambda: f"stack({w.make((w.size(),), e)}, {w.make((w.size(),), f)})",
        lambda: f"stack({w.make((), e)}, {w.make((), f)}, {w.make((w.size(),), 0)})",
        lambda: f"stack({w.make((w.size(), 'm'), e)}, {w.make((w.size(), 'm'), f)})",
    ]
    return str(w.one(options)())


def wild(rng: Generator, depth: int = 6) -> Case:
    """One random case, of a random depth up to the given one."""
    while True:
        w = Wild(rng)
        deep = int(max(rng.integers(1, depth + 1, size=2)))
        kind = rng.random()
        if kind < 0.04:
            text = _compound(w, deep)
        else:
            shape = ((), (w.size(),), (w.size(), w.size()))[
                0 if kind < 0.6 else 1 if kind < 0.85 else 2
            ]
            text = w.make(shape, deep)
        words = set(re.findall(r"[a-zA-Z]\w*", text))
        shapes = {name: shape for name, shape in w.shapes.items() if name in words}
        told = {n for shape in shapes.values() for n in shape}
        if shapes and words & set(SIZES) <= told and len(text) <= LONGEST:
            return _case(w, text, shapes, scalar=0.04 <= kind < 0.6)


def _case(w: Wild, text: str, shapes: dict[str, Shape], scalar: bool) -> Case:
    wrt = str(w.one(list(shapes)))
    if w.often(0.01):
        shapes["unseen"], wrt = (w.size(),), "unseen"
    twice = 0.35 if scalar else 0.15 if not shapes[wrt] else 0.05
    assume = {name: words for name, words in w.assume.items() if name in shapes}
    return Case(text, wrt, shapes, assume, 2 if w.often(twice) else 1)
