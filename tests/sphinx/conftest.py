"""Small real projects over a small book, built in this process."""

import io
import re
import textwrap
from contextlib import ExitStack, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

pytest.importorskip("myst_parser")
pytest.importorskip("py_mini_racer")

from rulebook.book.library import Book, using
from rulebook.book.packages import OURS, Chapter, read_chapter, read_package

HEAD = """
from typing import Final
from rulebook.book import *
from rulebook.language import *
x, y = vector("x", "n"), vector("y", "n")
A = matrix("A", "n", "n")
cites = (Cite("petersen2012", "eq. 81"),)
"""
FORMS = (
    '''"""Forms.

Throughout, x is a column; $n$ is its length.
"""
'''
    + HEAD
    + """
quadratic_form: Final = Rule(
    title="Quadratic form",
    claim=Derivative(of=x.T @ A @ x, wrt=x, equals=x.T @ (A + A.T)),
    note="If A is symmetric this is twice a row; see {rule:ref}`sum_of_squares`.",
    cites=cites,
    mistakes=(Mistake(equals=2 * (x.T @ A), why="true only if A is symmetric"),),
)

logarithms: Final = Rule(
    title="Logarithms, entry by entry",
    claim=Derivative(of=log(x), wrt=x, equals=diag(1 / x)),
    assuming=(positive(x),),
    cites=cites,
)
"""
)
SUMS = (
    '''"""Sums."""
'''
    + HEAD
    + """
f = function("f", "m")
p = Let("p", exp(x) / sum_of(exp(x)))

sum_of_squares: Final = Rule(
    title="Sum of squares",
    claim=Derivative(of=sum_of(x * x), wrt=x, equals=2 * x.T),
    cites=cites,
)

left_standing: Final = Rule(
    title="Left standing",
    claim=Derivative(of=f(2 * x), wrt=x, equals=2 * partial(f(2 * x), 2 * x)),
    cites=cites,
)

softmax: Final = Rule(
    title="Softmax", claim=Derivative(of=p, wrt=x, equals=diag(p) - p @ p.T), cites=cites
)

half_a_rule: Final = Erratum(
    title="Half a rule",
    printed=Derivative(of=x.T @ A @ x, wrt=x, equals=x.T @ A),
    right="quadratic_form",
    note="A is not symmetric.",
    items=("E-1",),
    cites=cites,
)

no_shape: Final = Erratum(
    title="No shape",
    printed=lambda: Derivative(of=x.T @ A @ x, wrt=x, equals=A @ x),
    right="the transpose, $x^T(A + A^T)$",
    cites=cites,
)
"""
)
CONF = """
extensions = ["myst_parser", "rulebook.sphinx_ext", "rulebook.sphinx_ext.katex"]
myst_enable_extensions = ["dollarmath", "attrs_inline"]
html_theme = "basic"
html_math_renderer = "katex"
nitpicky = True
rulebook_pages = "rules"
"""
INDEX = """
# Home

{rule:ref}`softmax`

```{toctree}
rules/index
```
"""
GUEST = """
project, author, copyright, version = "Guest", "Someone", "2026, Someone", "1"
extensions = ["rulebook.sphinx_ext"]
html_theme = "alabaster"
"""
GUEST_PAGE = """
Guest
=====

.. toctree::

   plain

See :rule:ref:`softmax`, :rule:tex:`sum_by_vector` and :rule:chapter:`these <softmax>`.

.. rule:show:: elu

.. rule:table::
   :caption: A few

   sum_by_vector
   dot_product_by_first

.. rule:derivation:: sum((A @ x - b) ** 2)
   :wrt: x
   :shape: A=m,n; x=n; b=m

.. rule:derivation:: -sum(Y * log(softmax(X @ W)))
   :wrt: W
   :shape: X=N,n; W=n,k; Y=N,k
   :assume: Y=onehot

.. rule:worked:: By *parts*
   :shapes: x: n; A: n, n

   of: x @ A @ x
   wrt: x
   = x @ (A + A.T) | as in :rule:ref:`quadratic_form`

.. rule:erratum:: squares_without_index

.. csv-table::
   :header: theirs

   1
"""


class SmallBook:
    """A book of a few rules, whose chapters a test may change."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.package = folder, read_package(OURS)
        self.chapters: dict[str, Chapter] = {}
        self.renamed: dict[str, str] = {}
        self.open = ExitStack()

    def write(self, chapter: str, text: str) -> None:
        """State or restate a chapter."""
        path = self.folder / f"{chapter}.py"
        path.write_text(text, encoding="utf-8")
        module = ModuleType(f"{OURS}.{chapter}")
        module.__file__ = str(path)
        exec(compile(text, path, "exec"), vars(module))  # noqa: S102  the test's own text
        self.chapters[chapter] = read_chapter(module, self.package)
        self.use()

    def change(self, chapter: str, old: str, new: str) -> None:
        """Change a few words of a chapter."""
        text = (self.folder / f"{chapter}.py").read_text(encoding="utf-8")
        assert old in text
        self.write(chapter, text.replace(old, new))

    def use(self) -> None:
        """Use the book as it is now."""
        self.open.close()
        self.open.enter_context(using(Book.of(self.chapters.values(), self.renamed)))


@dataclass
class Built:
    """What a build said and made."""

    code: int
    log: str
    warnings: str
    out: Path

    def __getitem__(self, name: str) -> str:
        return (self.out / name).read_text(encoding="utf-8")

    @property
    def read(self) -> set[str]:
        """The pages that were read."""
        return set(re.findall(r"^reading sources\.\.\. \[.*?\] (\S+)", self.log, re.MULTILINE))

    @property
    def written(self) -> set[str]:
        """The pages that were written."""
        return set(re.findall(r"^writing output\.\.\. \[.*?\] (\S+)", self.log, re.MULTILINE))


class Project:
    """A project in a folder of its own."""

    def __init__(self, folder: Path, conf: str = CONF) -> None:
        self.source, self.out = folder / "source", folder / "out"
        self.source.mkdir(parents=True)
        self.page("conf.py", conf)
        self.page("index.md", INDEX)

    def page(self, name: str, text: str) -> None:
        """Write a page."""
        (self.source / name).write_text(textwrap.dedent(text).lstrip(), encoding="utf-8")

    def build(self, *options: str) -> Built:
        """Build, as sphinx-build does."""
        from sphinx.cmd import build

        said, warned = io.StringIO(), self.source.parent / "warnings.txt"
        places = ["-d", str(self.source.parent / "doctrees"), str(self.source), str(self.out)]
        with redirect_stdout(said):
            code = build.main(["--no-color", "-v", "-w", str(warned), *options, *places])
        return Built(code, said.getvalue(), warned.read_text(encoding="utf-8"), self.out)


@pytest.fixture
def small_book(tmp_path):
    folder = tmp_path / "chapters"
    folder.mkdir()
    small = SmallBook(folder)
    small.write("forms", FORMS)
    small.write("sums", SUMS)
    with small.open:
        yield small


@pytest.fixture
def project(tmp_path, small_book):
    return Project(tmp_path / "project")


@pytest.fixture
def elsewhere(tmp_path):
    """A project that cites the whole book and has no pages of rules."""
    return Project(tmp_path / "project", CONF + 'rulebook_pages = ""\n')


def guest_in(folder: Path) -> Project:
    """A project of someone else's, in reStructuredText, that shows things of the whole book."""
    made = Project(folder, GUEST)
    (made.source / "index.md").unlink()
    made.page("index.rst", GUEST_PAGE)
    made.page("plain.rst", "Plain\n=====\n\nMentions :rule:ref:`softmax` and :math:`x^2`.\n")
    return made


@pytest.fixture
def guest(tmp_path):
    """A project of someone else's that a test may change."""
    return guest_in(tmp_path / "guest")


@pytest.fixture(scope="module")
def guest_built(tmp_path_factory):
    """The pages of such a project for the tests that only look."""
    return guest_in(tmp_path_factory.mktemp("guest") / "guest").build("-n", "-W")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """One site for the tests that only look."""
    folder = tmp_path_factory.mktemp("site")
    small = SmallBook(folder)
    small.write("forms", FORMS)
    small.write("sums", SUMS)
    with small.open:
        return Project(folder / "project").build("-n")
