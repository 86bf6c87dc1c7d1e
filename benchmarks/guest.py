"""What the Sphinx extension costs a project of someone else's: one page, with and without it.

Every build is cold and in a process of its own, whose start counts. What is told is the processor's
time, which a machine that is busy otherwise changes little.
"""
# ruff: noqa: INP001  a script, not a module of a package

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from measure import medians, milliseconds, ratio, say, table, title

TEXT = "Guest\n=====\n\nA sentence with :math:`x^2` in it.\n\n"
WITHOUT = "without the extension"
PAGES = {
    WITHOUT: "",
    "with it, not used": "",
    "a reference": "See :rule:ref:`softmax`.\n",
    "a card": ".. rule:show:: softmax\n",
    "a derivation": (
        ".. rule:derivation:: sum((A @ x - b) ** 2)\n   :wrt: x\n   :shape: A=m,n; x=n; b=m\n"
    ),
}


def project(folder: Path, name: str, text: str) -> Callable[[], float]:
    """Write a project of one page; return what builds it from nothing and takes the time."""
    source, out = folder / name / "source", folder / name / "out"
    source.mkdir(parents=True)
    extensions = [] if name == WITHOUT else ["rulebook.sphinx_ext"]
    (source / "conf.py").write_text(f"extensions = {extensions}\n", encoding="utf-8")
    (source / "index.rst").write_text(TEXT + text, encoding="utf-8")

    def build() -> float:
        shutil.rmtree(out, ignore_errors=True)
        command = [sys.executable, "-m", "sphinx", "-q", "-n", "-W", str(source), str(out)]
        before = os.times()
        subprocess.run(command, check=True)
        after = os.times()
        return sum(after[2:4]) - sum(before[2:4])

    return build


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    if find_spec("sphinx") is None:
        say("== a guest: left out, sphinx not installed")
        return
    with tempfile.TemporaryDirectory(prefix="rulebook-bench-") as folder:
        found = medians({n: project(Path(folder), n, text) for n, text in PAGES.items()}, rounds)
    title("a project of one page, built cold: processor time")
    rows = [[n, milliseconds(took), ratio(took, found[WITHOUT])] for n, took in found.items()]
    table(["", "time", "of without"], rows)


if __name__ == "__main__":
    main()
