"""What the tests of derivations share: where their modules are, and books with other rules."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

from rulebook.book import library
from rulebook.book.library import Book
from rulebook.book.packages import OURS, read_chapter, read_package
from rulebook.language import spelling

sys.path.insert(0, str(Path(__file__).parent))

ADDED = "rulebook.chapters.added"


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
    ours, package = library.book(), read_package(OURS)
    with ExitStack() as stack:

        def add(text: str) -> ModuleType:
            monkeypatch.setattr(spelling, "_KNOWN", dict(spelling._KNOWN))
            path = tmp_path / "added.py"
            path.write_text(text, encoding="utf-8")
            loader = SourceFileLoader(ADDED, str(path))
            module = module_from_spec(spec_from_loader(ADDED, loader))  # type: ignore[arg-type]
            loader.exec_module(module)
            monkeypatch.setitem(sys.modules, ADDED, module)
            added = read_chapter(module, package)
            stack.enter_context(library.using(Book.of((*ours.chapters, added))))
            return module

        yield add
