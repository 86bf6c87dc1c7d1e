"""What a check costs: ours of a gradient beside those of others, then the book's rules.

The others are used where they are installed. They do not check the same thing: SciPy compares with
one-sided differences and returns a distance to be judged, autograd and PyTorch check their own
derivative of the function rather than a reader's. So the error that each leaves on a right answer
is printed beside the time: what is smaller than that, it cannot notice.
"""
# ruff: noqa: INP001  a script, not a module of a package

import argparse
import time
from collections.abc import Callable
from importlib.util import find_spec
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
from measure import medians, milliseconds, ratio, say, table, title

import rulebook
from rulebook.checks import check_rule
from rulebook.checks.numbers import check_numbers
from rulebook.checks.subject import Subject


class Case(NamedTuple):
    """A function, written for any array module, and its gradient by hand."""

    name: str
    value: Callable[..., Any]
    gradient: Callable[..., Any]
    draw: Callable[[int, np.random.Generator], tuple[Any, ...]]


def _logistic(xp: Any, w: Any, X: Any, y: Any) -> Any:
    return xp.sum(xp.log(1 + xp.exp(-y * (X @ w))))


def _logistic_gradient(w: Any, X: Any, y: Any) -> Any:
    return -X.T @ (y / (1 + np.exp(y * (X @ w))))


def _entropy(xp: Any, x: Any, y: Any) -> Any:
    return xp.log(xp.sum(xp.exp(x))) - y @ x


def _entropy_gradient(x: Any, y: Any) -> Any:
    return np.exp(x) / np.sum(np.exp(x)) - y


CASES = (
    Case(
        "quadratic form",
        lambda xp, x, A: x @ A @ x,
        lambda x, A: (A + A.T) @ x,
        lambda n, rng: (rng.normal(size=n), rng.normal(size=(n, n))),
    ),
    Case(
        "logistic loss",
        _logistic,
        _logistic_gradient,
        lambda n, rng: (
            rng.normal(size=n) / n,
            rng.normal(size=(2 * n, n)),
            np.sign(rng.normal(size=2 * n)),
        ),
    ),
    Case(
        "cross-entropy",
        _entropy,
        _entropy_gradient,
        lambda n, rng: (rng.normal(size=n), np.eye(n)[0]),
    ),
)


class Checker(NamedTuple):
    """One way to check a gradient: what to time, and the error it leaves on a right answer."""

    run: Callable[[], object]
    error: Callable[[], float | None]


def ours(case: Case, args: tuple[Any, ...]) -> Checker:
    def run() -> rulebook.Report:
        report = rulebook.check_gradient(lambda *a: case.value(np, *a), case.gradient, *args)
        assert report.ok
        return report

    return Checker(run, lambda: run().worst)


def scipy_check_grad(case: Case, args: tuple[Any, ...]) -> Checker:
    from scipy.optimize import check_grad

    x, *rest = args

    def run() -> Any:
        return check_grad(lambda x: case.value(np, x, *rest), lambda x: case.gradient(x, *rest), x)

    return Checker(run, lambda: float(run() / np.linalg.norm(case.gradient(*args))))


def autograd_check_grads(case: Case, args: tuple[Any, ...]) -> Checker:
    import autograd.numpy
    from autograd.test_util import check_grads

    x, *rest = args
    check = check_grads(lambda x: case.value(autograd.numpy, x, *rest), modes=["rev"], order=1)
    return Checker(lambda: check(x), lambda: None)


def torch_gradcheck(case: Case, args: tuple[Any, ...]) -> Checker:
    import torch

    x, *rest = (torch.tensor(a, dtype=torch.float64) for a in args)
    x.requires_grad_(True)

    def run() -> Any:
        return torch.autograd.gradcheck(lambda x: case.value(torch, x, *rest), (x,))

    return Checker(run, lambda: None)


OTHERS: dict[str, tuple[str, Callable[[Case, tuple[Any, ...]], Checker]]] = {
    "scipy.optimize.check_grad": ("scipy", scipy_check_grad),
    "autograd check_grads": ("autograd", autograd_check_grads),
    "torch gradcheck": ("torch", torch_gradcheck),
}


def beside_others(sizes: tuple[int, ...], rounds: int) -> None:
    there = {name: make for name, (module, make) in OTHERS.items() if find_spec(module)}
    for name in OTHERS.keys() - there.keys():
        say(f"  {name}: not installed, left out")
    rows = []
    for case in CASES:
        for n in sizes:
            args = case.draw(n, np.random.default_rng(0))
            checkers = {"rulebook.check_gradient": ours(case, args)}
            checkers |= {name: make(case, args) for name, make in there.items()}
            medians({name: _timed(c.run) for name, c in checkers.items()}, 1)
            found = medians({name: _timed(c.run) for name, c in checkers.items()}, rounds)
            for name, c in checkers.items():
                error = c.error()
                rows.append(
                    [
                        f"{case.name}, n = {n}: {name}",
                        milliseconds(found[name]),
                        ratio(found[name], found["rulebook.check_gradient"]),
                        "" if error is None else f"{error:.0e}",
                    ]
                )
    table(["", "time", "of ours", "error left"], rows)


def _timed(run: Callable[[], object]) -> Callable[[], float]:
    """Fast calls are run several times; the time of one is returned."""

    def task() -> float:
        count, start = 0, time.perf_counter()
        while count < 1 or time.perf_counter() - start < 0.02:
            run()
            count += 1
        return (time.perf_counter() - start) / count

    return task


def the_book() -> None:
    """Every rule once, in this process, stage by stage."""
    rules = list(rulebook.rules())
    check_rule(rules[0])  # SymPy loads
    stages = {
        "numbers": lambda r: check_numbers(Subject(r.id, r.claim, r.assuming)),
        "numbers and proof": lambda r: check_rule(r, variants=False),
        "all, wrong variants included": check_rule,
    }
    rows = []
    for name, stage in stages.items():
        took = {}
        for rule in rules:
            start = time.perf_counter()
            stage(rule)
            took[rule.id] = time.perf_counter() - start
        total = sum(took.values())
        slow = max(took, key=lambda id: took[id])
        rows.append(
            [
                name,
                milliseconds(total),
                f"{len(rules) / total:.0f}",
                milliseconds(sorted(took.values())[len(took) // 2]),
                f"{slow} {milliseconds(took[slow])}",
            ]
        )
    table(["", "time", "rules/s", "median rule", "slowest"], rows)


def module_version(module: ModuleType) -> str:
    return f"{module.__name__} {module.__version__}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10, 100])
    options = parser.parse_args()
    title(f"a gradient checked, median of {options.rounds} rounds, {module_version(np)}")
    beside_others(tuple(options.sizes), options.rounds)
    say()
    title(f"the book's {len(list(rulebook.rules()))} rules checked in one process")
    the_book()


if __name__ == "__main__":
    main()
