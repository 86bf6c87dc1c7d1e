"""Every Python block on the repository's pages runs, and sessions answer as they are printed."""

import ast
import contextlib
import doctest
import io
import re
from pathlib import Path
from typing import Any

import pytest

from rulebook.language import spelling

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
# A fence, its language, its body; a code cell is MyST-NB's, which runs it when the site is built.
FENCE = re.compile(r"^( *)(`{3,})python\s*\n(.*?)^\1\2\s*$", re.MULTILINE | re.DOTALL)


def blocks(text: str) -> list[tuple[int, str]]:
    """Each block with the line it starts on, its indentation taken away."""
    return [
        (
            text.count("\n", 0, m.start()) + 2,
            re.sub(rf"^{m[1]}", "", m[3], flags=re.MULTILINE),
        )
        for m in FENCE.finditer(text)
    ]


def contributor() -> dict[str, Any]:
    """The names that stand at the top of a chapter, for blocks that show a rule."""
    space: dict[str, Any] = {"__name__": "rulebook.shown"}
    lines = [
        "from typing import Final",
        "from rulebook import *",
        "from rulebook.book import *",
        "from rulebook.language import *",
        "from rulebook.language.operators import signs",  # for a row of ours
        "x, y, c = vector('x', 'n'), vector('y', 'n'), vector('c', 'n')",
        "A, X = matrix('A', 'n', 'n'), matrix('X', 'm', 'n')",
    ]
    exec("\n".join(lines), space)  # noqa: S102
    return space


class Rounded(doctest.OutputChecker):
    """Errors of rounding differ from machine to machine."""

    def check_output(self, want: str, got: str, optionflags: int) -> bool:
        want, got = (re.sub(r"\d\.\de-1\d", "<rounding>", text) for text in (want, got))
        return super().check_output(want, got, optionflags)


def answers_differ(session: str, space: dict[str, Any], name: str, line: int) -> str:
    """What a session answers otherwise than printed; its names stay in ``space``."""
    test = doctest.DocTestParser().get_doctest(session, space, name, name, line - 1)
    test.globs = space
    runner, said = doctest.DocTestRunner(Rounded(), verbose=False), io.StringIO()
    runner.run(test, out=said.write, clear_globs=False)
    return said.getvalue()


WITH_CODE = [page for page in PAGES if page.exists() and blocks(page.read_text())]


@pytest.mark.parametrize("page", WITH_CODE, ids=[str(p.relative_to(ROOT)) for p in WITH_CODE])
def test_the_blocks_of_a_page_run(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spelling, "_KNOWN", dict(spelling._KNOWN))  # a page may show a row
    space = contributor()
    for line, code in blocks(page.read_text(encoding="utf-8")):
        if code.lstrip().startswith(">>>"):
            assert answers_differ(code, space, page.name, line) == ""
            continue
        padded = "\n" * (line - 1) + code
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(padded, str(page), "exec"), space)  # noqa: S102


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("```python\nx = 1\n```\n", [(2, "x = 1\n")]),
        ("a\n\n1. b\n\n   ```python\n   x = 1\n   y = 2\n   ```\n", [(6, "x = 1\ny = 2\n")]),
        ("```{code-cell} python\nx = 1\n```\n", []),
        ("```console\n$ make\n```\n", []),
        ("````md\n```python\nx\n```\n````\n", [(3, "x\n")]),
    ],
)
def test_blocks_are_found(text: str, found: list[tuple[int, str]]) -> None:
    assert blocks(text) == found
    assert all(ast.parse(code) for _, code in blocks(text))


def test_an_answer_that_differs_is_noticed() -> None:
    assert answers_differ(">>> 1 + 1\n2\n>>> 8.7e-16\n3.1e-16\n", {}, "page", 1) == ""
    assert "Expected:\n    3" in answers_differ(">>> 1 + 1\n3\n", {}, "page", 1)
