"""The floors of the house: a module imports only from lower ones, and importing is cheap.

No circle hides inside a floor, no import inside a function, and no file wants to be cut.
"""

import ast
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE, DOCS = ROOT / "src" / "rulebook", ROOT / "docs"

FLOORS = [
    ("errors", 0),
    ("language", 1),
    ("printing dialect", 2),
    ("book", 3),
    ("chapters", 4),
    ("numeric", 5),
    ("checks deriving", 6),
    ("cli __main__ sphinx_ext", 7),
]
PAGE = "derivations.md"
FLOOR = {name: floor for names, floor in FLOORS for name in names.split()}
READERS = {"printing", "dialect"}
ALONE = {"__init__"}  # of the package: it names what is public, and loads it when it is asked for

MODULES = sorted(SOURCE.rglob("*.py"))


def short(path: Path) -> str:
    return str(path.relative_to(SOURCE))


NAMES = [short(path) for path in MODULES]


def part(module: str) -> str:
    """``checks`` of ``rulebook.checks.exact``."""
    return module.split(".")[1] if "." in module else "__init__"


def imported(path: Path) -> set[str]:
    """Every rulebook module that a file imports, at its top or inside a function."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            submodules = {f"{node.module}.{alias.name}" for alias in node.names}
            known = {m for m in submodules if (SOURCE.parent / m.replace(".", "/")).exists()}
            known |= {
                m for m in submodules if (SOURCE.parent / (m.replace(".", "/") + ".py")).exists()
            }
            found |= known or {node.module or ""}
    return {name for name in found if name == "rulebook" or name.startswith("rulebook.")}


def home(path: Path) -> str:
    relative = path.relative_to(SOURCE)
    return relative.parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_a_module_imports_from_its_floor_or_lower(path: Path) -> None:
    here = home(path)
    if here in ALONE:
        return
    assert {name for name in imported(path) if FLOOR.get(part(name), 7) > FLOOR[here]} == set()


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_every_module_stands_on_a_floor(path: Path) -> None:
    assert home(path) in FLOOR or home(path) in ALONE


def test_readers_do_not_import_each_other() -> None:
    crossing = [
        (path.name, name)
        for path in MODULES
        if home(path) in READERS
        for name in imported(path)
        if part(name) in READERS - {home(path)}
    ]
    assert crossing == []


def test_chapters_do_not_import_each_other() -> None:
    crossing = [
        (path.name, name)
        for path in MODULES
        if home(path) == "chapters"
        for name in imported(path)
        if part(name) == "chapters"
    ]
    assert crossing == []


def test_only_the_top_floor_knows_sphinx() -> None:
    for path in MODULES:
        if home(path) != "sphinx_ext":
            names = {
                name.split(".")[0]
                for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                if isinstance(node, ast.Import | ast.ImportFrom)
                for name in (
                    [a.name for a in node.names]
                    if isinstance(node, ast.Import)
                    else [node.module or ""]
                )
            }
            assert not names & {"sphinx", "docutils", "myst_nb", "matplotlib"}, path.name


def test_the_figure_of_the_floors_is_true() -> None:
    figure = ET.parse(DOCS / "_static" / "figures" / "floors.svg").getroot()
    drawn: dict[str, int] = {}
    floor = -1
    for text in figure.iter("{http://www.w3.org/2000/svg}text"):
        said = text.text or ""
        if said.isdigit():
            floor = int(said)
        elif "monospace" in text.get("font-family", ""):
            drawn[said] = floor
    assert drawn == {room: n for room, n in FLOOR.items() if room != "__main__"}


def rows_of_table(page: str) -> list[list[str]]:
    """The files that each row of a page's tables names."""
    text = (DOCS / "develop" / page).read_text(encoding="utf-8")
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    return [named for row in rows if (named := re.findall(r"`(\w+(?:/|\.py))`", row))]


@pytest.mark.parametrize(("page", "room"), [("architecture.md", ""), (PAGE, "deriving")])
def test_the_files_that_a_page_names_are_there(page: str, room: str) -> None:
    named = {name for row in rows_of_table(page) for name in row}
    assert named
    assert {name for name in named if not (SOURCE / room / name).exists()} == set()


# --------------------------------------------------------------------- circles

NAMED = {
    ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in MODULES
}


def statements(node: ast.AST) -> Iterator[ast.AST]:
    """Every node that runs: what is for type checkers only does not."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        yield child
        yield from statements(child)


def runs(code: str, modules: Mapping[str, object]) -> set[str]:
    """The modules that a module cannot do without when it runs."""
    found = set()
    for node in statements(ast.parse(code)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                inside = f"{node.module}.{alias.name}"
                found.add(inside if inside in modules else node.module or "")
    return found & set(modules)


def circle(codes: Mapping[str, str]) -> list[str]:
    """Modules that import each other in a circle, if there are any."""
    try:
        TopologicalSorter({name: runs(code, codes) for name, code in codes.items()}).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert circle({name: path.read_text(encoding="utf-8") for name, path in NAMED.items()}) == []


@pytest.mark.parametrize(
    ("codes", "found"),
    [
        ({"a": "import b", "b": "from a import x"}, {"a", "b"}),
        ({"a": "from room import b", "room.b": "def f():\n    from a import x"}, {"a", "room.b"}),
        ({"a": "import b", "b": "import c", "c": "import a"}, {"a", "b", "c"}),
        ({"a": "import b", "b": "if TYPE_CHECKING:\n    from a import x"}, set()),
        ({"a": "import b\nimport c", "b": "import c", "c": "import os"}, set()),
    ],
)
def test_a_circle_is_seen(codes: dict[str, str], found: set[str]) -> None:
    assert set(circle(codes)) == found


def test_the_table_of_derivations_goes_from_the_bottom_to_the_top() -> None:
    rows = [[name.removesuffix(".py").strip("/") for name in row] for row in rows_of_table(PAGE)]
    height = {name: n for n, row in enumerate(rows) for name in row}
    room = {name: path for name, path in NAMED.items() if name.startswith("rulebook.deriving.")}
    assert {name.split(".")[2] for name in room} == set(height)
    downward = [
        (name, other)
        for name, path in room.items()
        for other in runs(path.read_text(encoding="utf-8"), room)
        if height[other.split(".")[2]] > height[name.split(".")[2]]
    ]
    assert downward == []


# --------------------------------------------------------------------- inside functions

HEAVY = {  # what takes long to load, or may not be installed, and is not always needed
    *("numpy", "sympy", "mpmath", "flint", "matplotlib", "py_mini_racer", "jupyter_cache"),
    *("sphinx", "docutils", "myst_nb", "myst_parser"),
}


def hidden(code: str) -> set[str]:
    """What is imported inside a function, and could be seen at the top."""
    functions = (
        node
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
    )
    inside = [node for f in functions for node in ast.walk(f)]
    names = {a.name for node in inside if isinstance(node, ast.Import) for a in node.names}
    names |= {node.module or "" for node in inside if isinstance(node, ast.ImportFrom)}
    return {name for name in names if name.split(".")[0] not in HEAVY}


@pytest.mark.parametrize("path", [p for p in MODULES if home(p) not in ALONE], ids=short)
def test_no_import_hides_inside_a_function(path: Path) -> None:
    assert hidden(path.read_text(encoding="utf-8")) == set()


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("def f():\n    from rulebook.book import library", {"rulebook.book"}),
        ("class C:\n    def f(self):\n        if True:\n            import json", {"json"}),
        ("def f():\n    import numpy as np\n    from sympy.core import Expr", set()),
        ("import json\nif True:\n    import re", set()),
    ],
)
def test_a_hidden_import_is_seen(code: str, found: set[str]) -> None:
    assert hidden(code) == found


# --------------------------------------------------------------------- length

LONGEST = 400  # lines; a chapter is data, and as long as its subject


def too_long(text: str) -> bool:
    return text.count("\n") > LONGEST


@pytest.mark.parametrize("path", [p for p in MODULES if home(p) != "chapters"], ids=short)
def test_no_file_wants_to_be_cut(path: Path) -> None:
    assert not too_long(path.read_text(encoding="utf-8"))


def test_a_file_that_wants_to_be_cut_is_seen() -> None:
    assert too_long("x = 1\n" * (LONGEST + 1))
    assert not too_long("x = 1\n" * LONGEST)


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        ("import rulebook", "sympy sphinx matplotlib numpy"),
        (
            "import rulebook; rulebook.get('softmax').latex('gradient')",
            "sympy sphinx matplotlib numpy",
        ),
        ("import rulebook; rulebook.check", "sphinx matplotlib"),
    ],
)
def test_importing_is_cheap(code: str, absent: str) -> None:
    script = f"import sys; {code}; print(*sorted({set(absent.split())!r} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(SOURCE.parent)},
    )
    assert done.stdout.split() == []
