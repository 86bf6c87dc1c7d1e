"""The site as a PDF and as an EPUB, written from what was read for its pages."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def written(site: Path, folder: Path, builder: str) -> Path:
    """What a builder makes of the site, without a warning."""
    doctrees, out = folder / "doctrees", folder / builder
    shutil.copytree(site.parent / "doctrees", doctrees)
    command = [sys.executable, "-m", "sphinx", "-n", "-W", "--keep-going", "-q", "-b", builder]
    done = subprocess.run(
        [*command, "-d", str(doctrees), "docs", str(out)],
        cwd=ROOT, capture_output=True, text=True, env=os.environ, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-6000:]
    return out


def test_the_epub_is_made_without_a_warning(site, tmp_path):
    assert (written(site, tmp_path, "epub") / "Rulebook.epub").stat().st_size > 1_000_000


def test_the_pdf_compiles(site, tmp_path):
    out = written(site, tmp_path, "latex")
    if not (shutil.which("latexmk") and shutil.which("xelatex")):
        pytest.skip("the LaTeX is clean; it was not compiled, for there is no latexmk with xelatex")
    done = subprocess.run(
        ["latexmk", "-xelatex", "-interaction=nonstopmode", "-halt-on-error", "rulebook.tex"],
        cwd=out, capture_output=True, text=True, errors="replace", check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout[-3000:]
    log = (out / "rulebook.log").read_text(encoding="utf-8", errors="replace")
    assert "undefined references" not in log  # a font may lack a shape
    assert (out / "rulebook.pdf").stat().st_size > 500_000
