"""A chapter is one file: put beside the others, it is listed, found and checked."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import rulebook

SOURCE = Path(__file__).resolve().parents[1] / "src" / "rulebook"
CHAPTER = '''"""Cubes of sums.

Throughout, x is a column of length n.
"""

from typing import Final

from rulebook.book.claims import Derivative
from rulebook.book.references import Cite
from rulebook.book.rule import Rule
from rulebook.language.build import vector
from rulebook.language.operators import ones, sum_of

x = vector("x", "n")

cubed_sum: Final = Rule(
    title="Cube of a sum",
    claim=Derivative(of=sum_of(x) ** 3, wrt=x, equals=3 * sum_of(x) ** 2 * ones("n").T),
    cites=(Cite("petersen2012", "eq. 69"),),
)
'''


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """The package as it is, with one file more."""
    shutil.copytree(SOURCE, tmp_path / "rulebook", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "rulebook" / "chapters" / "cubes.py").write_text(CHAPTER, encoding="utf-8")
    (tmp_path / "rulebook" / "chapters" / "scribbles.py").write_text("TWICE = 2\n")
    return tmp_path


def run(house: Path, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, *words],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(house)},
        cwd=house,
    )
    return done.stdout


def test_a_chapter_is_one_file(house: Path) -> None:
    listed = run(house, "-m", "rulebook", "list")
    assert "Cubes of sums" in listed
    assert "cubed_sum" in listed
    assert "scribbles" not in listed  # a module that states no rule is no chapter

    assert "cubed_sum: proved at every size" in run(house, "-m", "rulebook", "check", "cubed_sum")

    derived = "import rulebook; print(rulebook.get('cubed_sum').chapter, len(rulebook.rules()))"
    assert run(house, "-c", derived) == f"cubes {len(rulebook.rules()) + 1}\n"
