"""What building the site costs: cold, with nothing changed, and after one rule was edited.

It works on a copy of the sources in a temporary directory, with caches of its own. The edit changes
a rule's note, as a contributor would; that the page of the rule shows it is checked.
"""
# ruff: noqa: INP001  a script, not a module of a package

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

from measure import milliseconds, ratio, say, table, title

ROOT = Path(__file__).resolve().parents[1]
COPIED = ("docs", "src", "pyproject.toml", "README.md", "CHANGELOG.md", "CITATION.cff")
NEEDED = ("sphinx", "myst_nb", "pydata_sphinx_theme", "py_mini_racer")
RULE, CHAPTER = "sum_by_vector", "reductions"
MARK = "Edited while the time was taken."


def copy(to: Path) -> None:
    unwanted = shutil.ignore_patterns("__pycache__", "jupyter_execute", "_build")
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, to / name, ignore=unwanted)
        elif source.exists():
            shutil.copy(source, to / name)
    shutil.rmtree(to / "docs" / "rules", ignore_errors=True)


def build(at: Path, jobs: int) -> tuple[float, str]:
    """One build: its time in seconds and what Sphinx said."""
    start = time.perf_counter()
    done = subprocess.run(
        [
            *(sys.executable, "-m", "sphinx", "-n", "--keep-going", "-j", str(jobs), "-b", "html"),
            *("-d", "build/doctrees", "docs", "build/html"),
        ],
        cwd=at,
        env=os.environ | {"PYTHONPATH": str(at / "src"), "MPLBACKEND": "Agg"},
        capture_output=True,
        text=True,
        check=False,
    )
    took = time.perf_counter() - start
    if done.returncode:
        sys.exit(f"the site does not build:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return took, done.stdout


def edit(at: Path) -> None:
    """Add a sentence to the note of a rule."""
    path = at / "src" / "rulebook" / "chapters" / f"{CHAPTER}.py"
    before = path.read_text(encoding="utf-8")
    note = re.compile(rf'(^{RULE}: Final.*?note="[^"]*)"', re.MULTILINE | re.DOTALL)
    after = note.sub(rf'\1 {MARK}"', before, count=1)
    if after == before:
        sys.exit(f"{RULE} has no note to edit in {path.name}")
    path.write_text(after, encoding="utf-8")


def pages_read(said: str) -> str:
    """How many pages were read, and why if Sphinx says so: a changed setting costs them all."""
    found = re.search(r"updating environment: (?:\[(.*?)\] )?(\d+) added, (\d+) changed", said)
    if found is None:
        return "0"
    return str(int(found[2]) + int(found[3])) + (f" ({found[1]})" if found[1] else "")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=3)  # as make site does
    jobs = parser.parse_args().jobs
    lacking = [name for name in NEEDED if find_spec(name) is None]
    if lacking:
        say(f"== the site: left out, {', '.join(lacking)} not installed")
        return
    with tempfile.TemporaryDirectory(prefix="rulebook-bench-") as folder:
        at = Path(folder)
        copy(at)
        found = {"cold": build(at, jobs), "nothing changed": build(at, jobs)}
        edit(at)
        found["one rule edited"] = build(at, jobs)
        page = (at / "build" / "html" / "rules" / RULE / "index.html").read_text(encoding="utf-8")
        if MARK not in page:
            sys.exit(f"the page of {RULE} does not show the edit")
        rules = len(list((at / "build" / "html" / "rules").glob("*/index.html")))
        pages = len(list((at / "build" / "html").rglob("*.html")))
    cold = found["cold"][0]
    title(f"the site, {pages} pages of which {rules} are rules, {jobs} jobs")
    rows = [
        [name, milliseconds(took), ratio(took, cold), pages_read(said)]
        for name, (took, said) in found.items()
    ]
    table(["", "time", "of cold", "pages read"], rows)
    say(f"  cold, for each page of a rule: {milliseconds(cold / rules)}")


if __name__ == "__main__":
    main()
