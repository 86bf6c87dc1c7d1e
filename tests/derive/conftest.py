"""What the tests of derivations share: where their modules are, and books with other rules."""

import sys
from collections.abc import Callable, Iterator
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

from rulebook.book import library

sys.path.insert(0, str(Path(__file__).parent))

ADDED = "added"


def _forget() -> None:
    for cached in vars(library).values():
        if hasattr(cached, "cache_clear"):
            cached.cache_clear()


@pytest.fixture
def untraced() -> Iterator[None]:
    """No coverage while a test runs that is long because it repeats itself."""
    trace = sys.gettrace()
    sys.settrace(None)
    yield
    sys.settrace(trace)


@pytest.fixture
def add_chapter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], ModuleType]]:
    """Add a chapter to the book, from its text, as a contributor would write it."""

    def add(text: str) -> ModuleType:
        path, name = tmp_path / f"{ADDED}.py", f"rulebook.chapters.{ADDED}"
        path.write_text(text, encoding="utf-8")
        loader = SourceFileLoader(name, str(path))
        module = module_from_spec(spec_from_loader(name, loader))  # type: ignore[arg-type]
        loader.exec_module(module)
        monkeypatch.setitem(sys.modules, name, module)
        if ADDED not in library.CHAPTERS:
            monkeypatch.setattr(library, "CHAPTERS", (*library.CHAPTERS, ADDED))
        _forget()
        return module

    yield add
    monkeypatch.undo()
    _forget()
