"""A reader's own gradient code against finite differences: where it is wrong, and by how much."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from rulebook.checks.verdict import Report, Trial, Verdict
from rulebook.errors import RulebookError, ShapeError
from rulebook.numeric.arrays import table
from rulebook.numeric.tolerance import READERS, READERS_STEP

__all__ = ["check_gradient"]


def check_gradient(
    f: Callable[..., Any],
    grad: Callable[..., Any],
    *arrays: Any,
    wrt: int = 0,
    vjp: bool = False,
    rng: np.random.Generator | None = None,
) -> Report:
    """Whether hand-written NumPy code computes the derivative of ``f`` at the given arrays.

    ``grad(*arrays)`` gives the derivative by ``arrays[wrt]``: an array of shape
    ``out.shape + x.shape``, which for a scalar function is the shape of x. With ``vjp=True`` it is
    ``grad(cotangent, *arrays)``, the cotangent has the shape of f's result (drawn from ``rng``) and
    the answer has the shape of x. Raises RulebookError where f is not finite or not smooth at
    this point, ShapeError where the answer has another shape. Source: central differences with
    Richardson extrapolation (Griewank and Walther 2008).

    >>> import numpy as np, rulebook
    >>> A, x = np.array([[1.0, 2.0], [0.0, 3.0]]), np.array([1.0, -1.0])
    >>> rulebook.check_gradient(lambda x, A: x @ A @ x, lambda x, A: x @ (A + A.T), x, A).ok
    True
    >>> print(rulebook.check_gradient(lambda x, A: x @ A @ x, lambda x, A: 2 * A @ x, x, A))
    ✗ gradient: refuted
      2 of 2 entries differ; the largest gap is 2, relative error 0.33
      at this point: -2 claimed, 0 measured in entry (1,)
    """
    points = [_finite(a, n) for n, a in enumerate(arrays)]
    if not 0 <= wrt < len(points):
        raise RulebookError(f"wrt={wrt}, but there are {len(points)} arrays")
    rng = rng or np.random.default_rng(0)
    out = _value(f, points)
    cotangent = rng.standard_normal(out.shape)[()] if vjp else None

    def measurable(*at: Any) -> Any:
        found = _value(f, at)
        return np.sum(cotangent * found) if vjp else found

    measured = _jacobian(measurable, points, wrt)
    claimed = np.asarray(grad(cotangent, *arrays) if vjp else grad(*arrays), dtype=float)
    kind = "pullback" if vjp else "gradient" if not out.shape else "Jacobian"
    return _compare(kind, measured, claimed)


def _finite(array: Any, n: int) -> Any:
    try:
        found = np.array(array, dtype=float)
    except (TypeError, ValueError):
        raise RulebookError(f"argument {n + 1} is not an array of real numbers") from None
    if not np.all(np.isfinite(found)):
        raise RulebookError(f"argument {n + 1} contains NaN or infinity")
    return found


def _value(f: Callable[..., Any], points: Sequence[Any]) -> Any:
    found = np.asarray(f(*(p[()] for p in points)))
    if found.dtype.kind not in "fiub":
        raise RulebookError(f"f returns {found.dtype}, not real numbers")
    if not np.all(np.isfinite(found)):
        raise RulebookError("f is not finite at this point (or next to it)")
    return found.astype(float)


def _jacobian(f: Callable[..., Any], points: list[Any], wrt: int) -> Any:
    """Central differences, extrapolated; the two sides of every entry must agree."""
    x = points[wrt]
    at = f(*points)
    columns = []
    for index in np.ndindex(*x.shape):
        h = READERS_STEP * max(1.0, abs(float(x[index])))

        def moved(step: float, index: tuple[int, ...] = index) -> Any:
            there = x.copy()
            there[index] += step
            return f(*points[:wrt], there, *points[wrt + 1 :])

        right, left = moved(h), moved(-h)
        _smooth(at, left, right, moved(h / 16), moved(-h / 16), h, index)
        coarse = (right - left) / (2 * h)
        fine = (moved(h / 2) - moved(-h / 2)) / h
        columns.append(fine + (fine - coarse) / 3)
    return np.moveaxis(np.array(columns), 0, -1).reshape(np.shape(at) + x.shape)


def _smooth(
    at: Any,
    left: Any,
    right: Any,
    near_left: Any,
    near_right: Any,
    h: float,
    index: tuple[int, ...],
) -> None:
    """One-sided slopes come together as the step shrinks, unless there is a kink or a jump."""
    gap = np.max(np.abs((right - at) - (at - left)), initial=0.0) / h
    near = np.max(np.abs((near_right - at) - (at - near_left)), initial=0.0) / (h / 16)
    slope = np.max(np.abs(right - left), initial=0.0) / h
    if near > 1e-4 * max(1.0, slope) and near > 0.5 * gap:
        where = f"entry {tuple(i + 1 for i in index)}" if index else "this point"
        raise RulebookError(
            f"f has a kink or a jump at {where}: its one-sided slopes differ by {near:.3g}"
        )


def _compare(kind: str, measured: Any, claimed: Any) -> Report:
    if claimed.shape != measured.shape:
        turned = ", the transpose of what it returns" if claimed.T.shape == measured.shape else ""
        raise ShapeError(
            f"the {kind} has shape {measured.shape}, and the code returns {claimed.shape}{turned}"
        )
    if not np.all(np.isfinite(claimed)):
        raise RulebookError("the code returns NaN or infinity")
    scale = max(
        float(np.max(np.abs(measured), initial=0.0)),
        float(np.max(np.abs(claimed), initial=0.0)),
        1e-8,
    )
    gap = np.abs(measured - claimed)
    error = float(np.max(gap, initial=0.0)) / scale
    trial = Trial(kind, {}, error, READERS, table(measured), table(claimed), True)
    if trial.agrees:
        return Report(kind, Verdict.NUMERIC, worst=error, points=1, shapes=({},))
    wrong = int(np.sum(gap > READERS * scale))
    reason = (
        f"{wrong} of {gap.size} entries differ; the largest gap is {float(np.max(gap)):.3g}, "
        f"relative error {error:.2g}"
    )
    square = claimed.ndim == 2 and claimed.shape == claimed.T.shape
    transposed = square and np.allclose(claimed.T, measured, rtol=1e-4)
    hint = "its transpose is right: this is the other layout" if transposed else ""
    return Report(kind, Verdict.REFUTED, reason, worst=error, counterexample=trial, hint=hint)
