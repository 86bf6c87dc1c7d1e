"""What the benchmarks share: medians of interleaved runs, and a table."""
# ruff: noqa: INP001  a script's neighbor, not a module of a package

import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence


def medians(tasks: Mapping[str, Callable[[], float | None]], rounds: int) -> dict[str, float]:
    """The median time of each task in seconds.

    Every round runs each task once, so that a slow spell of the machine hits all of them. A task
    may return a time it took itself.
    """
    seen: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(rounds):
        for name, task in tasks.items():
            start = time.perf_counter()
            told = task()
            seen[name].append(time.perf_counter() - start if told is None else told)
    return {name: statistics.median(times) for name, times in seen.items()}


def say(text: str = "") -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def title(text: str) -> None:
    machine = f"Python {platform.python_version()}, {os.cpu_count()} processors"
    say(f"== {text} ({machine})")


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns under a head, numbers to the right."""
    widths = [max(len(row[n]) for row in (head, *rows)) for n in range(len(head))]
    for row in (head, *rows):
        cells = [
            c.rjust(w) if n else c.ljust(w)
            for n, (c, w) in enumerate(zip(row, widths, strict=True))
        ]
        say("  " + "  ".join(cells).rstrip())


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1e3:.3g} ms" if seconds < 1 else f"{seconds:.2f} s"


def ratio(seconds: float, to: float) -> str:
    return f"{seconds / to:.3g}"
