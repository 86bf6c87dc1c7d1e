"""The public surface: declared, explained, on the API page, and all that a chapter needs."""

import ast
import doctest
import inspect
import io
import os
import subprocess
import sys
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import rulebook
import rulebook.book
import rulebook.language
from rulebook.language import operators, shapes

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "rulebook"
PLACES = [rulebook, rulebook.book, rulebook.language, shapes]
SHAPES = "rulebook.language.shapes"  # under this name, wherever it lies
PUBLIC = {
    f"{SHAPES if place is shapes else place.__name__}.{name}": getattr(place, name)
    for place in PLACES
    for name in place.__all__
    if not isinstance(getattr(place, name), ModuleType)
}

# What an example would say nothing new about: the line says all there is to say.
PLAIN = {
    *"exp log sqrt sin cos tanh sigmoid softplus relu step absolute sign".split(),
    *"maximum minimum greater sum_of mean tr det logdet inv".split(),
    *"invertible nonzero onehot positive simplex spd symmetric".split(),
    *"ShapeError RuleError UnknownRule ParseError".split(),
    *"Arg Scalars".split(),  # what an entry is written against, and no one makes
}


def unexplained(name: str, value: Any) -> str:
    """What a public function or class lacks: its words, or an example."""
    if not (inspect.isclass(value) or inspect.isfunction(value)):
        return ""  # a constant or a type, told on the page
    said = value.__doc__ or ""
    if not said or said.startswith(f"{value.__name__}("):  # a dataclass says that by itself
        return f"{name} has no docstring"
    if name.rpartition(".")[2] not in PLAIN and not doctest.DocTestParser().get_examples(said):
        return f"{name} has no example"
    return ""


@pytest.mark.parametrize("name", [n for n in PUBLIC if not n.startswith(SHAPES)])
def test_it_is_explained(name: str) -> None:
    assert unexplained(name, PUBLIC[name]) == ""


def test_what_is_not_explained_is_seen() -> None:
    def silent() -> None: ...

    def plain() -> None:
        """Do nothing."""

    def whole() -> None:
        """Do nothing.

        >>> whole()
        """

    assert unexplained("a.silent", silent) == "a.silent has no docstring"
    assert unexplained("a.plain", plain) == "a.plain has no example"
    assert unexplained("a.whole", whole) == unexplained("a.exp", plain) == ""


def fails_when_pasted(name: str, said: str) -> str:
    """What goes wrong with an example where nothing was imported before it."""
    test = doctest.DocTestParser().get_doctest(said, {}, name, name, 0)
    runner, heard = doctest.DocTestRunner(verbose=False), io.StringIO()
    runner.run(test, out=heard.write)
    return heard.getvalue()


@pytest.mark.parametrize("name", [n for n in PUBLIC if not n.startswith(SHAPES)])
def test_an_example_runs_where_it_is_pasted(name: str) -> None:
    assert fails_when_pasted(name, inspect.getdoc(PUBLIC[name]) or "") == ""


def test_an_example_that_needs_more_is_seen() -> None:
    assert fails_when_pasted("a", ">>> from math import pi\n>>> pi > 3\nTrue") == ""
    assert "NameError" in fails_when_pasted("a", ">>> pi > 3\nTrue")


def test_everything_can_be_imported_at_once() -> None:
    space: dict[str, Any] = {}
    exec("from rulebook import *", space)  # noqa: S102
    assert set(rulebook.__all__) <= set(space)
    assert set(rulebook.__all__) <= set(dir(rulebook))
    assert {name for name in rulebook._WHERE if name not in rulebook.__all__} == set()


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)
def test_names_are_declared_once(place: ModuleType) -> None:
    assert sorted(set(place.__all__)) == sorted(place.__all__)


def left_out(place: ModuleType) -> set[str]:
    """What a package imports from its own modules and does not declare."""
    tree = ast.parse(inspect.getsource(place))
    imported = {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("rulebook.")
        for alias in node.names
    }
    return imported - {"*"} - set(place.__all__)


@pytest.mark.parametrize("place", PLACES[:3], ids=lambda place: place.__name__)
def test_what_a_public_place_holds_is_public(place: ModuleType) -> None:
    assert left_out(place) == set()
    for name, module in inspect.getmembers(place, inspect.ismodule):
        assert name in place.__all__ or module.__name__ == f"{place.__name__}.{name}"


def test_a_name_that_is_left_out_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a_place.py").write_text("from rulebook.book import Cite, Rule\n__all__ = ['Rule']")
    monkeypatch.syspath_prepend(tmp_path)
    assert left_out(import_module("a_place")) == {"Cite"}
    monkeypatch.delitem(sys.modules, "a_place")


def test_every_operator_of_the_language_is_public() -> None:
    assert set(operators.__all__) <= set(rulebook.language.__all__)


# --------------------------------------------------------------------- what chapters need

HOMES = {"rulebook.book", "rulebook.language"}


def elsewhere(code: str) -> set[str]:
    """From where a chapter imports that is none of the two public places."""
    nodes = list(ast.walk(ast.parse(code)))
    found = {a.name for node in nodes if isinstance(node, ast.Import) for a in node.names}
    found |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    return {name for name in found if name.partition(".")[0] == "rulebook"} - HOMES


@pytest.mark.parametrize("path", sorted((SOURCE / "chapters").glob("*.py")), ids=lambda p: p.stem)
def test_a_chapter_imports_from_public_places_only(path: Path) -> None:
    assert elsewhere(path.read_text(encoding="utf-8")) == set()


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("from rulebook.book.claims import Derivative", {"rulebook.book.claims"}),
        ("import rulebook.language.tree", {"rulebook.language.tree"}),
        ("from typing import Final\nfrom rulebook.book import Rule", set()),
        ("from rulebook.language import operators as op", set()),
    ],
)
def test_an_import_from_elsewhere_is_seen(code: str, found: set[str]) -> None:
    assert elsewhere(code) == found


# --------------------------------------------------------------------- the page


@pytest.fixture(scope="module")
def inventory(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The `py` inventory of a project that has the API page and nothing else."""
    pytest.importorskip("myst_parser")
    from sphinx.util.inventory import InventoryFile

    folder = tmp_path_factory.mktemp("api")
    conf = (ROOT / "docs" / "conf.py").read_text(encoding="utf-8")
    ours = conf[conf.index("# The API page.") : conf.index("# The theme.")]
    page = (ROOT / "docs" / "reference" / "api.md").read_text(encoding="utf-8")
    (folder / "conf.py").write_text(
        "extensions = ['myst_parser', 'sphinx.ext.autodoc']\nhtml_theme = 'basic'\n"
        "suppress_warnings = ['myst.xref_missing']  # other pages\n" + ours,
        encoding="utf-8",
    )
    (folder / "index.md").write_text(page, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-n", "-W", "--keep-going", folder, folder / "out"],
        capture_output=True, text=True, check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    read = InventoryFile.loads((folder / "out" / "objects.inv").read_bytes(), uri="").data
    return {kind: items for kind, items in read.items() if kind.startswith("py:")}


def missing(names: Iterable[str], inventory: dict[str, dict[str, Any]]) -> set[str]:
    """Names that no one could link to."""
    return set(names) - {name for items in inventory.values() for name in items}


def test_every_public_name_can_be_linked_to(inventory: dict[str, dict[str, Any]]) -> None:
    places = {"rulebook", "rulebook.book", "rulebook.language", SHAPES}
    assert missing({*PUBLIC, *places}, inventory) == set()


def test_no_name_on_the_page_is_made_up(inventory: dict[str, dict[str, Any]]) -> None:
    tops = [n for kind in ("function", "class", "data", "type") for n in inventory[f"py:{kind}"]]
    own = {value.__module__ for value in PUBLIC.values() if hasattr(value, "__module__")}
    assert {n for n in tops if n not in PUBLIC and n.rpartition(".")[0] not in own} == set()


def test_a_name_that_is_missing_is_seen() -> None:
    assert missing(["a.b", "a.c"], {"py:class": {"a.b": ()}}) == {"a.c"}
