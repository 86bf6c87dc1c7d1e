"""What a derivation costs: over the open set, beside SymPy's matrix ``.diff``, and as it grows.

SymPy is asked where it can answer; its matrices always have two indices, so a scalar is written as
a trace or as a product with one entry. It returns a formula; ours comes with its steps, each a rule
of the book, and with their checks. What SymPy remembers of earlier calls is forgotten before each.
"""
# ruff: noqa: INP001  a script, not a module of a package

import argparse
import json
import math
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import sympy as sp
from measure import medians, milliseconds, ratio, say, table, title
from sympy.core.cache import clear_cache

import rulebook
from rulebook.language.build import matrix, scalar, vector
from rulebook.language.operators import exp, sum_of, tanh, tr
from rulebook.language.traverse import walk
from rulebook.language.tree import Expr
from rulebook.numeric.backends import running_on

ROOT = Path(__file__).resolve().parents[1]
ENTRIES = json.loads((ROOT / "tests" / "data" / "derive-open-set.json").read_text())["entries"]
PROMISED = {
    "with its steps": 5e-3,
    "and its checks": 20e-3,
    "and its checks, without NumPy": 30e-3,
}  # seconds, at the median
STEEPEST = 2.0


def derive(entry: Mapping[str, Any], check: bool, steps: bool = True) -> None:
    """The answer as source, and every step."""
    d = rulebook.derive(
        entry["expr"],
        wrt=entry["wrt"],
        shapes=entry["vars"],
        assume=entry["assumptions"],
        order=entry["order"],
        check=check,
    )
    assert d.numpy()
    if steps:
        assert d.steps


def by_entries(entry: Mapping[str, Any]) -> None:
    """All of it, its lines compared by the backend that needs no other package."""
    with running_on("entries"):
        derive(entry, check=True)


def ways(entry: Mapping[str, Any]) -> dict[str, Callable[[], float | None]]:
    return {
        "the answer": lambda: derive(entry, check=False, steps=False),
        "with its steps": lambda: derive(entry, check=False),
        "and its checks": lambda: derive(entry, check=True),
        "and its checks, without NumPy": lambda: by_entries(entry),
    }


def the_open_set(rounds: int) -> None:
    """Every expression, with and without steps and checks, beside what is promised."""
    start = time.perf_counter()
    derive(ENTRIES[0], check=True)
    say(f"  the first, which files the book's rules: {milliseconds(time.perf_counter() - start)}")
    took = {entry["id"]: medians(ways(entry), rounds) for entry in ENTRIES}
    rows = []
    for way in ways(ENTRIES[0]):
        times = sorted(each[way] for each in took.values())
        slow = max(took, key=lambda id: took[id][way])
        median = statistics.median(times)
        rows.append(
            [
                way,
                milliseconds(median),
                milliseconds(times[int(0.9 * len(times))]),
                f"{slow} {milliseconds(took[slow][way])}",
                milliseconds(PROMISED[way]) if way in PROMISED else "",
            ]
        )
    table([f"{len(ENTRIES)} expressions", "median", "9 in 10 below", "slowest", "promised"], rows)


class Beside(NamedTuple):
    """An entry of the open set as SymPy writes it: an expression, and what to differentiate by."""

    id: str
    expression: Any
    wrt: Any
    order: int = 1


def in_sympy() -> Iterable[Beside]:
    n, m, p = sp.symbols("n m p", integer=True, positive=True)

    def M(name: str, rows: Any, columns: Any = 1) -> Any:
        return sp.MatrixSymbol(name, rows, columns)

    def squares(e: Any) -> Any:
        return e.T * e

    x, a, b, c, y = M("x", n), M("a", n), M("b", m), M("c", n), M("y", m)
    A, X, S, D, Q = M("A", m, n), M("X", n, n), M("S", n, n), M("D", n, n), M("A", n, n)
    R, L, P, U, V, W = (
        M("X", n, m),
        M("A", p, n),
        M("B", m, p),
        M("U", n, p),
        M("V", m, p),
        M("W", m, n),
    )
    B, C, mean, T = M("B", p, m), M("A", n, m), M("m", n), M("B", n, p)
    residual, factored = L * R - B, R - U * V.T
    yield Beside("b01", x.T * Q * x, x)
    yield Beside("b02", squares(A * x - b), x)
    yield Beside("b03", sp.Trace(L * R * P), R)
    yield Beside("b06", sp.Trace(X.inv()), X)
    yield Beside("b07", a.T * R * b, R)
    yield Beside("b09", squares(W * x - y), W)
    yield Beside("b10", x.T * W.T * W * x, W)
    yield Beside("b11", sp.OneMatrix(1, n) * x.applyfunc(sp.exp), x)
    yield Beside("b14", sp.Trace(C.T * R), R)
    yield Beside("b21", sp.Trace(residual.T * residual), R)
    yield Beside("b27", sp.Trace(factored * factored.T), U)
    yield Beside("b30", (x - mean).T * S.inv() * (x - mean), x)
    yield Beside("b34", A * x, x)
    yield Beside("b37", x.T * Q * x, x, 2)
    yield Beside("b38", squares(A * x - b), x, 2)
    yield Beside("sm02", sp.Trace(X * X), X)
    yield Beside("sm09", (R * b + c).T * D * (R * b + c), R)
    yield Beside("di05", sp.Trace(L * X.inv() * T), X)


def differentiated(case: Beside) -> Any:
    found = case.expression
    for _ in range(case.order):
        found = found.diff(case.wrt)
    return found


def beside_sympy(rounds: int) -> None:
    entries = {entry["id"]: entry for entry in ENTRIES}
    rows = []
    for case in in_sympy():
        entry = entries[case.id]

        def of_sympy(case: Beside = case) -> float:
            clear_cache()
            start = time.perf_counter()
            differentiated(case)
            return time.perf_counter() - start

        took = medians({"SymPy": of_sympy, **ways(entry)}, rounds)
        theirs = took.pop("SymPy")
        what = f"{entry['expr']} by {entry['wrt']}{' twice' if case.order == 2 else ''}"
        ours = (f"{milliseconds(took_us)} ({ratio(took_us, theirs)})" for took_us in took.values())
        rows.append([what, milliseconds(theirs), *ours])
    table(["", f"SymPy {sp.__version__}", *(f"{way} (of SymPy's)" for way in took)], rows)


# ----------------------------------------------------------------- growth
def _numbered(name: str, k: int, *sizes: str) -> Any:
    return (matrix if len(sizes) == 2 else vector)(f"{name}{k}", *sizes)


def layers(k: int) -> Expr:
    """A network of k layers, each with weights of its own."""
    e: Expr = vector("x", "n")
    for n in range(k):
        shift = scalar(f"s{n}") * _numbered("b", n, "n") + _numbered("c", n, "n")
        e = tanh(_numbered("W", n, "n", "n") @ e + shift)
    return sum_of(e)


def long_sum(k: int) -> Expr:
    """A sum of k different terms."""
    x = vector("x", "n")
    e = x.T @ x
    for n in range(k):
        e = e + _numbered("a", n, "n").T @ (exp(x) if n % 2 else x)
    return e


def product(factors: list[Expr]) -> Expr:
    """A product in brackets, so that no branch is much longer than another."""
    half = len(factors) // 2
    return product(factors[:half]) @ product(factors[half:]) if half else factors[0]


def long_product(k: int) -> Expr:
    """A trace of a product of k matrices, the variable in its middle."""
    factors: list[Expr] = [_numbered("A", n, "n", "n") for n in range(k)]
    return tr(product([*factors[: k // 2], matrix("x", "n", "n"), *factors[k // 2 :]]))


def repeated_product(k: int) -> Expr:
    """A trace of a product in which the variable stands k times: k terms of k factors."""
    x = matrix("x", "n", "n")
    return tr(product([f for n in range(k) for f in (_numbered("A", n, "n", "n"), x)]))


GROWING = {
    "layers of a network": layers,
    "a sum of different terms": long_sum,
    "a product around the variable": long_product,
    "a product, the variable in every other place": repeated_product,
}


def nodes(e: Expr) -> int:
    return sum(1 for _ in walk(e))


def sized(make: Callable[[int], Expr], wanted: int) -> Expr:
    """The largest of a family that has no more nodes than wanted."""
    k = 1
    while nodes(make(k + 1)) <= wanted:
        k += 1
    return make(k)


def exponent(points: Mapping[int, float]) -> float:
    """The slope of log time over log size."""
    xs, ys = [math.log(n) for n in points], [math.log(t) for t in points.values()]
    return statistics.linear_regression(xs, ys).slope


def growth(sizes: list[int], rounds: int) -> list[str]:
    """Times by size, and the exponents fitted to them; the families that grow too fast."""
    rows, steep = [], []
    for name, make in GROWING.items():
        for check in (False, True):
            points = {}
            for wanted in sizes:
                e = sized(make, wanted)

                def task(e: Expr = e, check: bool = check) -> None:
                    assert rulebook.derive(e, wrt="x", check=check).steps

                task()
                points[nodes(e)] = medians({"": task}, rounds)[""]
            slope = exponent(points)
            what = f"{name}{', checked' if check else ''}"
            rows.append([what, *map(milliseconds, points.values()), f"{slope:.2f}"])
            if slope > STEEPEST:
                steep.append(what)
    table(["nodes, about", *map(str, sizes), "exponent"], rows)
    return steep


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sizes", type=int, nargs="+", default=[50, 100, 150, 200])
    options = parser.parse_args()
    title(f"the open set, median of {options.rounds} rounds each")
    the_open_set(options.rounds)
    say()
    title("beside SymPy's matrix .diff, in turn")
    beside_sympy(options.rounds)
    say()
    title("as the expression grows")
    steep = growth(options.sizes, options.rounds)
    if steep:
        sys.exit("steeper than promised: " + ", ".join(steep))


if __name__ == "__main__":
    main()
