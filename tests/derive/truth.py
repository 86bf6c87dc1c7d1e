"""What a derivative must be, found without the book: the dialect as NumPy means it, and steps.

The functions are written down a second time, for complex numbers: a first derivative is a complex
step, exact to rounding, and a second one a difference of fourth order of such steps.
"""

import ast
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from itertools import product
from random import Random
from types import CodeType
from typing import Any

import numpy as np

from rulebook.language.assumptions import sample

STEP = 1e-30
SHIFT = 1e-3
LAYOUTS = ("numerator", "denominator", "gradient")
STENCIL = ((1, 8 / 12), (-1, -8 / 12), (2, -1 / 12), (-2, 1 / 12))

ROOM = 1e100


def _shifted(a: Any) -> tuple[Any, Any]:
    """The exponentials along the last axis, no larger than 1, and what was taken off."""
    top = np.max(np.real(a), axis=-1, keepdims=True)
    return np.exp(a - top), top


def _exp(a: Any) -> Any:
    """The exponential, where a derivative may square it and a double still holds that."""
    made = np.exp(a)
    if np.max(np.abs(made), initial=0.0) > ROOM:
        raise OverflowError
    return made


def _softmax(a: Any) -> Any:
    e, _ = _shifted(a)
    return e / e.sum(axis=-1, keepdims=True)


def _logsumexp(a: Any) -> Any:
    e, top = _shifted(a)
    return np.log(e.sum(axis=-1)) + top[..., 0]


def _larger(a: Any, b: Any) -> Any:
    return np.where(np.real(a) >= np.real(b), a, b) + 0.0 * a + 0.0 * b  # NaN where either is


def _root(a: Any) -> Any:
    """A root has no derivative at 0."""
    return np.sqrt(np.where(np.real(a) == 0, np.nan, a))


def _length(a: Any) -> Any:
    return _root(np.sum(a * a))


def _stack(*parts: Any) -> Any:
    return np.vstack(parts) if np.ndim(parts[0]) == 2 else np.hstack(parts)


MEANING: dict[str, Callable[..., Any]] = {
    name: getattr(np, name)
    for name in "cos diag eye kron log mean ones outer sin sum tanh trace zeros".split()
}
MEANING |= {
    "abs": lambda a: 1.0 * a * np.sign(np.real(a)),
    "det": np.linalg.det,
    "dot": lambda a, b: np.sum(a * b),
    "exp": _exp,
    "inv": np.linalg.inv,
    "logdet": lambda a: np.log(np.linalg.det(a) ** 2) / 2,
    "logsumexp": _logsumexp,
    "max": _larger,
    "min": lambda a, b: -_larger(-a, -b),
    "norm2": _length,
    "normfro": _length,
    "relu": lambda a: 1.0 * a * (np.real(a) > 0),
    "sigmoid": lambda a: 1 / (1 + np.exp(-a)),
    "sign": lambda a: 1.0 * np.sign(np.real(a)),
    "softmax": _softmax,
    "softplus": lambda a: np.log(1 + np.exp(a)),
    "sqrt": _root,
    "stack": _stack,
    "step": lambda a: (np.real(a) > 0) * 1.0,
    "vec": lambda a: a.T.ravel(),
}


def _off_kink(kink: Any, made: Any) -> Any:
    return np.where(np.real(kink) == 0, np.nan, made)


# The same, undefined on a kink.
SMOOTH = MEANING | {
    name: lambda a, made=MEANING[name]: _off_kink(a, made(a))
    for name in ("abs", "relu", "sign", "step")
}
SMOOTH |= {
    name: lambda a, b, made=MEANING[name]: _off_kink(a - b, made(a, b)) for name in ("max", "min")
}


@lru_cache(maxsize=256)
def _code(text: str) -> CodeType:
    return compile(text, "<dialect>", "eval")


def value(
    text: str,
    values: Mapping[str, Any],
    sizes: Mapping[str, int],
    meaning: Mapping[str, Callable[..., Any]] = MEANING,
) -> Any:
    """What a text of the dialect is worth.

    Not finite where it is not defined, or where it passes numbers too large to differentiate.
    """
    space = {"__builtins__": {}, **meaning, **sizes, **values}
    with np.errstate(all="ignore"):
        try:
            return np.asarray(eval(_code(text), space))  # noqa: S307  the test's own text
        except (np.linalg.LinAlgError, ZeroDivisionError, OverflowError):
            return np.asarray(np.nan)


def jacobian(
    text: str,
    wrt: str,
    values: Mapping[str, Any],
    sizes: Mapping[str, int],
    order: int = 1,
    shift: float = SHIFT,
) -> Any:
    """The derivative of shape ``out + wrt`` (+ ``wrt``), all entries of the variable free."""
    x = np.asarray(values[wrt], float)

    def once(at: Any) -> Any:
        def moved(unit: Any) -> Any:
            return np.imag(value(text, {**values, wrt: (at + 1j * STEP * unit)[()]}, sizes)) / STEP

        return _entry_by_entry(moved, x.shape)

    def shifted(unit: Any) -> Any:
        return sum(weight * once(x + k * shift * unit) for k, weight in STENCIL) / shift

    return once(x) if order == 1 else _entry_by_entry(shifted, x.shape)


def _entry_by_entry(along: Callable[[Any], Any], shape: tuple[int, ...]) -> Any:
    """The derivatives along every unit, as one array whose last axes are those of the variable."""
    columns = []
    for i in np.ndindex(*shape):
        unit = np.zeros(shape)
        unit[i] = 1.0
        columns.append(along(unit))
    made = np.stack(np.broadcast_arrays(*columns), axis=-1)
    return made.reshape(made.shape[:-1] + shape)


def distance(found: Any, wanted: Any, size: float = 1.0) -> float:
    """How far two arrays are apart, relative to the larger; infinite if their shapes differ.

    What is tiny beside ``size``, the size of what was differentiated, is rounding.
    """
    found, wanted = np.asarray(found), np.asarray(wanted)
    if found.shape != wanted.shape or not np.all(np.isfinite(found)):
        return float("inf")
    largest = max(np.max(np.abs(a), initial=0.0) for a in (found, wanted))
    return float(np.max(np.abs(found - wanted), initial=0.0) / max(largest, 1e-6 * size))


def executed(source: str, space: Mapping[str, Any]) -> Any:
    """The value of the last line of a source, whose other lines make names."""
    *lines, last = ast.parse(source).body
    assert isinstance(last, ast.Expr)
    names = {"np": np, **space}
    exec(compile(ast.Module(lines, []), "<made>", "exec"), names)  # noqa: S102  what is tested
    return np.asarray(eval(compile(ast.Expression(last.value), "<made>", "eval"), names))  # noqa: S307


def along_units(source: str, wrt: str, values: Mapping[str, Any], rank: int) -> Any:
    """The array of a rank that a differential stands for: its values along every unit."""
    shape = np.shape(values[wrt])
    units = [unit.reshape(shape) for unit in np.eye(int(np.prod(shape)))]
    names = (f"d{wrt}", f"d{wrt}_2")
    plain = executed(source, {**values, **dict.fromkeys(names, units[0])})
    count = (rank - plain.ndim) // max(len(shape), 1)
    made = [
        executed(source, {**values, **dict(zip(names[:count], along, strict=True))})
        for along in product(units, repeat=count)
    ]
    return np.stack(made, axis=-1).reshape(plain.shape + shape * count)


def laid_out(wanted: Any, wrt: Any, order: int, layout: str) -> Any:
    """A derivative of shape out + wrt as a convention writes it; vectors are 1-D in all of them."""
    if wanted.ndim != 2 or (order == 2 and np.ndim(wrt) == 1):
        return wanted  # the Hessian of a scalar is symmetric
    gradient = np.ndim(wrt) == 2  # of a scalar by a matrix
    turned = {"numerator": gradient, "denominator": not gradient, "gradient": False}
    return wanted.T if turned[layout] else wanted


def sampled(shape: tuple[int, ...], words: Iterable[str], rng: Random) -> Any:
    """A sample as NumPy has it."""
    return np.array(sample(shape, words, rng))[()]
