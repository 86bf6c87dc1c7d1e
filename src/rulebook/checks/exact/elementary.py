"""Elementary functions in exact arithmetic: unknowns with the right derivatives and symmetries.

An identity that holds of the unknowns holds of the functions; of two sides that differ nothing is
known. A function that is not in the table has no entry.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rulebook.language.arithmetic import NoEntry

__all__ = ["Elementary", "derivative", "elementary"]


@dataclass(frozen=True)
class Elementary:
    """What a function is made of: ``value(one, u)``, with an unknown u at each argument."""

    unknown: str
    value: Callable[[Any, Any], Any]
    opposite: Callable[[Any, Any], Any] | None = None  # at the argument's negative
    at_zero: int | None = None


def _odd(unknown: str, value: Callable[[Any, Any], Any]) -> Elementary:
    return Elementary(unknown, value, lambda one, u: -value(one, u), at_zero=0)


def _itself(one: Any, u: Any) -> Any:
    return u


def _inverse(one: Any, u: Any) -> Any:
    return u.inverse()


def _sine(one: Any, u: Any) -> Any:  # the rational points of the circle
    return (u + u) * (one + u * u).inverse()


def _cosine(one: Any, u: Any) -> Any:
    return (one - u * u) * (one + u * u).inverse()


def _hyperbolic_tangent(one: Any, u: Any) -> Any:
    return (u * u - one) * (u * u + one).inverse()


TABLE = {
    "exp": Elementary("exp", _itself, _inverse, at_zero=1),
    "sin": _odd("angle", _sine),
    "cos": Elementary("angle", _cosine, _cosine, at_zero=1),
    "tanh": _odd("exp", _hyperbolic_tangent),
    **{name: _odd(name, _itself) for name in ("tan", "atan", "asin", "sinh", "erf")},
    **{name: Elementary(name, _itself) for name in ("log", "gamma", "loggamma")},
}


def elementary(name: str) -> Elementary:
    """The row of a function by SymPy's name, or `NoEntry`."""
    if name not in TABLE:
        raise NoEntry(f"{name} in exact arithmetic")
    return TABLE[name]


@lru_cache(maxsize=256)
def derivative(name: str, order: int) -> Any:
    """The derivative of a function at t, by SymPy."""
    import sympy as sp

    t = sp.Symbol("t", positive=True)
    function = getattr(sp, name, None)
    if function is None:
        raise NoEntry(f"{name}, which SymPy does not know")
    return sp.diff(function(t), t, order) if order else function(t)
