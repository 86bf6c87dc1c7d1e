"""The commands for those who have the sources: build the site, run the docstrings' examples."""

from __future__ import annotations

import os
import pkgutil
import subprocess
import sys
import webbrowser
from argparse import Namespace
from collections.abc import Iterator
from doctest import testmod
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import rulebook
from rulebook.chapters import IMPRINT
from rulebook.cli.terminal import Progress, complain, say
from rulebook.errors import RulebookError

__all__ = ["doctest", "site"]

NEEDED = ("sphinx", "myst_nb", "pydata_sphinx_theme", "sphinxcontrib.bibtex", "py_mini_racer")


def checkout() -> Path:
    """The root of the source checkout this package runs from, or in which the command was given."""
    package = Path(rulebook.__file__).resolve().parent
    for root in (package.parents[1], *_upwards(Path.cwd())):
        if (root / "docs" / "conf.py").exists() and (root / "src" / "rulebook").is_dir():
            return root
    raise RulebookError(
        "the site is built from a source checkout, and there is none here; "
        f"it is at {IMPRINT.address}"
    )


def _upwards(start: Path) -> Iterator[Path]:
    yield start
    yield from start.parents


def missing() -> list[str]:
    """What the site needs and this environment lacks."""
    return [name for name in NEEDED if not _there(name)]


def _there(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:  # of the package around it
        return False


def site(options: Namespace) -> int:
    root = checkout()
    lacking = missing()
    if lacking:
        raise RulebookError(
            f"the site needs {', '.join(lacking)}, which this Python has not; "
            "run  pip install 'matrix-rulebook[docs]'  or build it with  make site"
        )
    build = root / "build"
    code = subprocess.call(
        [
            *(sys.executable, "-m", "sphinx", "-n", "-W", "--keep-going"),
            *("-j", str(options.jobs or os.cpu_count() or 1), "-b", "html"),
            *("-d", str(build / "doctrees"), str(root / "docs"), str(build / "html")),
        ],
        cwd=root,
    )
    if code:
        complain("the site has warnings or errors, listed above")
        return 1
    page = build / "html" / "index.html"
    say(str(page))
    if options.open:
        webbrowser.open(page.as_uri())
    return 0


def doctest(_: Namespace) -> int:
    """Run every example of the package's docstrings."""
    names, left_out = _modules()
    progress = Progress(len(names))
    tried = failed = modules = 0
    for n, name in enumerate(names):
        progress.show(n, name)
        found = testmod(import_module(name))
        tried += found.attempted
        failed += found.failed
        modules += bool(found.attempted)
    progress.clear()
    if left_out:
        complain(f"left out, because Sphinx is not installed: {', '.join(left_out)}")
    say(f"{tried} examples in {modules} modules: {tried - failed} right, {failed} wrong")
    return 1 if failed else 0


def _modules() -> tuple[list[str], list[str]]:
    """The modules of the package, and those that this environment cannot import."""
    found = [rulebook.__name__]
    left_out = []
    for path in rulebook.__path__:
        for module in pkgutil.iter_modules([path], "rulebook."):
            if module.name == "rulebook.__main__":
                continue
            if module.name == "rulebook.sphinx_ext" and missing():
                left_out.append(module.name)
                continue
            found.append(module.name)
            if module.ispkg:
                inside = Path(path) / module.name.rpartition(".")[2]
                found += [m.name for m in pkgutil.walk_packages([str(inside)], f"{module.name}.")]
    return found, left_out
