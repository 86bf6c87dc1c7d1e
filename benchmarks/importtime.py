"""What `import rulebook` costs, beside NumPy alone and SymPy alone.

Each line is the median over fresh processes of the time inside the process, so that starting
Python does not count.
"""
# ruff: noqa: INP001  a script, not a module of a package

import argparse
import subprocess
import sys

from measure import medians, milliseconds, ratio, table, title

SUBJECTS = {
    "numpy": "import numpy",
    "sympy": "import sympy",
    "rulebook": "import rulebook",
    "rulebook, the whole book read": "import rulebook; list(rulebook.rules())",
    "rulebook, ready to check": "import rulebook; list(rulebook.rules()); rulebook.check",
}


def seconds_in_a_fresh_process(code: str) -> float:
    timed = f"from time import perf_counter as t; s = t(); {code}; print(t() - s)"
    done = subprocess.run([sys.executable, "-c", timed], capture_output=True, text=True, check=True)
    return float(done.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    tasks = {
        name: lambda code=code: seconds_in_a_fresh_process(code) for name, code in SUBJECTS.items()
    }
    medians(tasks, 1)  # byte-compiled and in the cache of files, for all alike
    found = medians(tasks, rounds)
    title(f"import, median of {rounds} processes")
    rows = [[name, milliseconds(t), ratio(t, found["numpy"])] for name, t in found.items()]
    table(["", "time", "of numpy's"], rows)


if __name__ == "__main__":
    main()
