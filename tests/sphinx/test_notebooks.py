"""Notebook pages are executed again when what their cells use has changed, and only then."""

import os
import shutil
import subprocess
import sys
from multiprocessing import get_context
from pathlib import Path
from types import SimpleNamespace

import pytest

pytest.importorskip("myst_nb")
from jupyter_cache import get_cache

import rulebook
from rulebook.sphinx_ext.notebooks import deal, describe_kernel, make_tables, open_cache, used

PACKAGE = Path(rulebook.__file__).parent
CONF = """
extensions = ["myst_nb", "rulebook.sphinx_ext"]
html_theme = "basic"
nb_execution_mode = "cache"
nb_execution_cache_path = "../cache"
nb_execution_raise_on_error = True
nb_execution_timeout = -1
"""
PAGE = """---
file_format: mystnb
kernelspec:
  name: python3
  display_name: Python 3
---

# A notebook

```{code-cell}
import os
import rulebook

print("title:", rulebook.get("quadratic_form").title)
print("run:", os.environ["RUN"])
```
"""


@pytest.fixture
def copied(tmp_path):
    """A copy of the package that a test may change."""
    shutil.copytree(
        PACKAGE, tmp_path / "src" / "rulebook", ignore=shutil.ignore_patterns("__pycache__")
    )
    return tmp_path / "src" / "rulebook"


def build(folder: Path, run: str, out: str = "out") -> str:
    """Build in a process of its own, and return the page."""
    environment = os.environ | {
        "PYTHONPATH": str(folder / "src"), "RUN": run, "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    command = [sys.executable, "-m", "sphinx", "-q", "-n", "-W", "source", out]
    subprocess.run(command, cwd=folder, env=environment, check=True)
    return (folder / out / "index.html").read_text(encoding="utf-8")


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_page_shows_the_rule_as_it_is_now(copied, tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    (source / "conf.py").write_text(CONF)
    (source / "index.md").write_text(PAGE)

    assert "title: Quadratic form" in build(tmp_path, "1")

    # Nothing changed: nothing runs, not even for a page of which only the prose changed.
    (source / "index.md").write_text(PAGE + "\nMore.\n")
    assert "run: 1" in build(tmp_path, "2")

    # Another rule changed: nothing runs.
    change(copied / "chapters" / "softmax.py", 'title="Softmax', 'title="The softmax')
    assert "run: 1" in build(tmp_path, "3")

    # The rule changed: the page runs, though neither it nor its cells did.
    change(copied / "chapters" / "second_order.py", 'title="Quadratic form"', 'title="A form"')
    page = build(tmp_path, "4")
    assert "title: A form" in page
    assert "run: 4" in page

    # The engine changed.
    change(copied / "language" / "dims.py", "SCALAR: Shape = ()", "VERSION = 2\nSCALAR: Shape = ()")
    assert "run: 5" in build(tmp_path, "5")

    # A site built from nothing takes no result of another state from the cache.
    change(copied / "chapters" / "second_order.py", 'title="A form"', 'title="Quadratic form"')
    fresh = build(tmp_path, "6", out="fresh")
    assert "title: Quadratic form" in fresh


def test_what_a_page_uses_is_read_from_its_text(small_book):
    assert used("# A page about softmax") == ["cells", "cells:softmax"]
    assert used("# logarithmsy") == ["cells"]
    assert len(used("---\nfile_format: mystnb\nrulebook: all\n---\n# All")) == 6


def test_a_kernel_without_a_name_to_show_gets_one(small_book, tmp_path):
    from rulebook.sphinx_ext import notebooks

    noted = []
    domain = SimpleNamespace(note=lambda *args: noted.append(args))
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setattr(notebooks, "rule_domain", lambda env: domain)
    source = [PAGE.replace("  display_name: Python 3\n", "")]
    notebooks.describe_kernel(SimpleNamespace(env=None), "index", source)
    monkeypatch.undo()

    assert 'display_name: "rulebook ' in source[0]
    assert noted[0] == ("index", "cells")


def test_pages_are_dealt_out_to_the_workers():
    names = [f"a{n}" for n in range(10)]
    app = SimpleNamespace(parallel=3)
    dealt = list(names)
    deal(app, None, dealt)
    assert sorted(dealt) == names
    assert dealt[:3] == ["a0", "a4", "a8"]


@pytest.mark.parametrize("half_made", [False, True])
def test_many_readers_open_a_fresh_cache_at_once(tmp_path, half_made):
    if half_made:  # by a build that was stopped
        (tmp_path / "cache").mkdir()
        (tmp_path / "cache" / "global.db").touch()
    make_tables(str(tmp_path / "cache"))

    assert opened_at_once(tmp_path / "cache") == [""] * 12


def opened_at_once(cache: Path, readers: int = 12) -> list[str]:
    """What readers say who come to a cache at the same moment."""
    context = get_context("fork")
    gate, told = context.Barrier(readers), context.SimpleQueue()
    processes = [context.Process(target=read, args=(cache, gate, told)) for _ in range(readers)]
    for process in processes:
        process.start()
    said = [told.get() for _ in processes]
    for process in processes:
        process.join()
        process.close()
    return said


def read(cache: Path, gate, told) -> None:
    gate.wait()
    try:
        get_cache(str(cache)).list_cache_records()
        told.put("")
    except Exception as error:  # noqa: BLE001  whatever it is
        told.put(repr(error))


@pytest.mark.parametrize(
    ("parallel", "mode", "docnames", "made"),
    [
        (2, "cache", ["index"], True),
        (1, "cache", ["index"], False),
        (2, "auto", ["index"], False),
        (2, "cache", [], False),
    ],
)
def test_the_cache_is_made_before_readers_part(tmp_path, parallel, mode, docnames, made):
    config = SimpleNamespace(execution_mode=mode, execution_cache_path=str(tmp_path / "cache"))
    env = SimpleNamespace(mystnb_config=config)
    open_cache(SimpleNamespace(parallel=parallel), env, docnames)

    assert (tmp_path / "cache" / "global.db").exists() == made


def test_a_project_without_notebooks_has_no_cache_to_make():
    open_cache(SimpleNamespace(parallel=2), SimpleNamespace(), ["index"])


def test_a_notebook_that_does_not_use_the_book_is_left_as_it_is():
    source = [PAGE.replace("rulebook", "numpy")]
    describe_kernel(None, "index", source)

    assert source == [PAGE.replace("rulebook", "numpy")]
