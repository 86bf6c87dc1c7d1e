"""What a derivative must be, found without the book: the dialect as NumPy means it, and steps.

The functions are written down a second time, for complex numbers: a first derivative is a complex
step, exact to rounding, and a second one a difference of fourth order of such steps.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import CodeType
from typing import Any

import numpy as np

STEP = 1e-30
SHIFT = 1e-3
STENCIL = ((1, 8 / 12), (-1, -8 / 12), (2, -1 / 12), (-2, 1 / 12))


def _shifted(a: Any) -> tuple[Any, Any]:
    """The exponentials along the last axis, no larger than 1, and what was taken off."""
    top = np.max(np.real(a), axis=-1, keepdims=True)
    return np.exp(a - top), top


def _softmax(a: Any) -> Any:
    e, _ = _shifted(a)
    return e / e.sum(axis=-1, keepdims=True)


def _logsumexp(a: Any) -> Any:
    e, top = _shifted(a)
    return np.log(e.sum(axis=-1)) + top[..., 0]


def _larger(a: Any, b: Any) -> Any:
    return np.where(np.real(a) >= np.real(b), a, b) * 1.0


def _root(a: Any) -> Any:
    """A root has no derivative at 0."""
    return np.sqrt(np.where(np.real(a) == 0, np.nan, a))


def _length(a: Any) -> Any:
    return _root(np.sum(a * a))


def _stack(*parts: Any) -> Any:
    return np.vstack(parts) if np.ndim(parts[0]) == 2 else np.hstack(parts)


MEANING: dict[str, Callable[..., Any]] = {
    name: getattr(np, name)
    for name in "cos diag exp eye kron log mean ones outer sin sum tanh trace zeros".split()
}
MEANING |= {
    "abs": lambda a: 1.0 * a * np.sign(np.real(a)),
    "det": np.linalg.det,
    "dot": lambda a, b: np.sum(a * b),
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


@lru_cache(maxsize=256)
def _code(text: str) -> CodeType:
    return compile(text, "<dialect>", "eval")


def value(text: str, values: Mapping[str, Any], sizes: Mapping[str, int]) -> Any:
    """What a text of the dialect is worth; not finite where it is not defined."""
    space = {"__builtins__": {}, **MEANING, **sizes, **values}
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
