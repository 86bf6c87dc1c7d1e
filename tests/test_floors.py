"""The floors of the house: a module imports only from lower ones, and importing is cheap."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "src" / "rulebook"

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
FLOOR = {name: floor for names, floor in FLOORS for name in names.split()}
READERS = {"printing", "dialect"}
ALONE = {"__init__"}  # of the package: it names what is public, and loads it when it is asked for

MODULES = sorted(SOURCE.rglob("*.py"))
NAMES = [str(path.relative_to(SOURCE)) for path in MODULES]


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
