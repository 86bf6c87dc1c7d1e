"""Chapters in a package of one's own: installed, listed, checked, derived with, shown, cited."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest

import rulebook
from rulebook.book.packages import GROUP

SOURCE = Path(rulebook.__file__).parents[1]
ADDRESS = "https://cubes.example.org/book"

FILES = {
    "pyproject.toml": f"""
        [build-system]
        requires = ["hatchling"]
        build-backend = "hatchling.build"

        [project]
        name = "cubes"
        version = "1.2.0"

        [project.entry-points."{GROUP}"]
        cubes = "cubes.chapters"
        """,
    "cubes/__init__.py": '"""Cubes."""',
    "cubes/operators.py": r'''
        """The operators of cubes."""

        from rulebook.language import Operator, shapes

        cube = Operator(
            name="cube",
            shape=shapes.keep,
            entry=lambda s, i, a: a(*i) * a(*i) * a(*i),
            latex=r"\operatorname{{cube}}{0:call}",
            numpy="np.power({0}, 3)",
            transposed="each",
        )
        ''',
    "cubes/chapters/__init__.py": f"""
        from rulebook.book import Imprint

        CHAPTERS = ("cubing",)
        IMPRINT = Imprint(
            title="Rules & Cubes", authors="Ada and Charles", year=2031, address="{ADDRESS}/"
        )
        """,
    "cubes/chapters/cubing.py": '''
        """Cubing.

        Throughout, X is any matrix.
        """

        from typing import Final

        from cubes.operators import cube
        from rulebook.book import Cite, Derivative, Differential, Rule, d
        from rulebook.language import matrix, sum_of, vector

        X, x = matrix("X", "m", "n"), vector("x", "n")

        cube_differential: Final = Rule(
            title="Differential of a cube",
            claim=Differential(of=cube(X), wrt=(X,), equals=3 * X**2 * d(X)),
            note="Compare {rule:ref}`softmax`.",
            cites=(Cite("lovelace1843", "note G"), Cite("petersen2012")),
        )

        sum_of_cubes: Final = Rule(
            title="Sum of cubes",
            claim=Derivative(of=sum_of(cube(x)), wrt=x, equals=3 * (x**2).T),
            cites=(Cite("lovelace1843"),),
        )
        ''',
    "cubes/chapters/references.bib": """
        % A file as people have it: other braces, quotation marks, other kinds of entries.
        @comment{nothing}
        @Article{lovelace1843,
            Author = "Lovelace, Ada",
            title = {Notes on {Cubes},
                     with an example},
            journal = {Taylor's Scientific Memoirs},
            year = 1843 }
        """,
    "cubes/chapters/ledger.json": """
        {"rules": {}, "renamed": {"cube": "cube_differential"}}
        """,
}


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = text.strip("\n").splitlines()
        margin = min((len(x) - len(x.lstrip()) for x in lines if x.strip()), default=0)
        path.write_text("\n".join(x[margin:] for x in lines).rstrip() + "\n", encoding="utf-8")


def state(folder: Path) -> dict[Path, str]:
    """Every file of a folder and what is in it."""
    paths = (p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    return {path: sha256(path.read_bytes()).hexdigest() for path in paths}


@dataclass
class House:
    """A folder into which packages are installed, beside this package."""

    folder: Path

    def run(self, *words: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        paths = os.pathsep.join(map(str, (self.folder, SOURCE)))
        env = os.environ | {"PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.run(
            [sys.executable, *map(str, words)],
            capture_output=True, text=True, encoding="utf-8", check=False, env=env, cwd=cwd,
        )  # fmt: skip

    def said(self, *words: str) -> str:
        """What the command line says, all being well."""
        done = self.run("-m", "rulebook", *words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def made(self, code: str) -> str:
        """What a few lines of Python print."""
        done = self.run("-c", code)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Our package as it is, and that of cubes, installed by pip."""
    project = tmp_path_factory.mktemp("project")
    write(project, FILES)
    house = House(tmp_path_factory.mktemp("installed"))
    before = state(SOURCE)
    options = ("--no-deps", "--no-build-isolation", "--no-index", "--quiet", "--target")
    done = house.run("-m", "pip", "install", *options, house.folder, project)
    assert done.returncode == 0, done.stderr
    assert state(SOURCE) == before
    return house


def test_it_is_not_there_unless_it_is_installed() -> None:
    assert "cube_differential" not in {rule.id for rule in rulebook.rules()}


def test_its_rules_are_listed_after_ours(house: House) -> None:
    listed = house.said("list")
    ours = len(rulebook.rules())

    assert listed.index("(cubing)") > listed.index("(rearrangements)")
    assert "cube_differential  Differential of a cube" in listed
    assert int(house.made("import rulebook; print(len(rulebook.rules()))")) == ours + 2
    assert "sum_of_cubes" in house.said("search", "lovelace1843")


def test_its_rules_are_checked(house: House) -> None:
    checked = house.said("check", "cube_differential", "sum_of_cubes", "--json")

    reports = json.loads(checked)["rules"]
    assert [r["id"] for r in reports] == ["cube_differential", "sum_of_cubes"]
    assert {r["verdict"] for r in reports} == {"proved at every size"}


def test_derivations_use_its_rules(house: House) -> None:
    told = house.made(
        "import pickle, numpy as np, rulebook\n"
        "from cubes.operators import cube\n"
        "from rulebook.language import matrix, vector\n"
        "A, x = matrix('A', 'm', 'n'), vector('x', 'n')\n"
        "d = rulebook.derive((cube(A @ x).T @ cube(A @ x)), wrt='x')\n"
        "values = {'A': np.array([[1.0, 2.0], [0.5, -1.0]]), 'x': np.array([0.3, -0.7])}\n"
        "y = values['A'] @ values['x']\n"
        "print(np.allclose(d.jacobian(**values), 6 * y**5 @ values['A']))\n"
        "step = next(s for s in d.steps if s.rule == 'cube_differential')\n"
        "print(step.verdict)\n"
        "rule = rulebook.get(step.rule)\n"
        "print(rule.permalink, rulebook.get('cube') is rule)\n"
        "print(pickle.loads(pickle.dumps(rule)) == rule)\n"
    )

    assert told.splitlines() == [
        "True",
        "checked at 2 points",
        f"{ADDRESS}/rules/cube_differential/ True",
        "True",
    ]


def test_its_rules_are_cited_with_its_own_address_and_sources(house: House) -> None:
    link = f"{ADDRESS}/rules/sum_of_cubes/"
    text, bibtex = (
        house.said("cite", "sum_of_cubes"),
        house.said("cite", "sum_of_cubes", "--form", "bibtex"),
    )
    (csl,) = json.loads(house.said("cite", "sum_of_cubes", "--form", "csl"))
    shown = house.said("show", "cube_differential")

    assert text == (
        f"Ada and Charles, “Sum of cubes”, rule sum_of_cubes of Rules & Cubes, {link}\n"
    )
    assert bibtex.splitlines() == [
        "@misc{rules-cubes-sum-of-cubes,",
        "  author = {{Ada and Charles}},",
        "  title = {{Sum of cubes}},",
        r"  howpublished = {Rules \& Cubes, rule sum\_of\_cubes},",
        "  year = {2031},",
        f"  url = {{{link}}},",
        "}",
    ]
    assert (csl["URL"], csl["container-title"]) == (link, "Rules & Cubes")
    assert csl["issued"] == {"date-parts": [[2031]]}
    assert "Lovelace, Notes on Cubes, with an example (1843), Taylor's" in shown
    assert "Petersen and Pedersen, The Matrix Cookbook" in shown
    assert "cubes/chapters/cubing.py, line 14" in shown
    assert house.said("cite", "softmax") == rulebook.get("softmax").cite() + "\n"


def test_its_site_has_its_rules_and_refers_to_ours(house: House, tmp_path: Path) -> None:
    pytest.importorskip("myst_parser")
    write(
        tmp_path / "docs",
        {
            "conf.py": """
                extensions = ["myst_parser", "rulebook.sphinx_ext"]
                html_theme = "basic"
                nitpicky = True
                rulebook_pages = "rules"
                rulebook_chapters = ["cubing"]
                """,
            "index.md": """
                # Cubes

                See {rule:ref}`cube_differential` and {rule:ref}`quadratic_form`, of the chapters
                {rule:chapter}`cubing` and {rule:chapter}`second_order`.

                ```{rule:show} sum_of_cubes
                ```

                ```{toctree}
                rules/index
                ```
                """,
        },
    )
    done = house.run("-m", "sphinx", "-n", "-W", "-q", "docs", "html", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    html = tmp_path / "html"
    page = (html / "rules/cube_differential/index.html").read_text(encoding="utf-8")
    index = (html / "index.html").read_text(encoding="utf-8")

    assert {p.parent.name for p in html.glob("rules/*/index.html")} == {
        "cube", "cube_differential", "sum_of_cubes",
    }  # fmt: skip
    assert f"{ADDRESS}/rules/cube_differential/" in page
    assert f'"url": "{ADDRESS}/rules/"' in page
    assert "Ada and Charles, “Differential of a cube”" in page
    assert "Lovelace, Notes on Cubes" in page
    assert f'href="{rulebook.get("softmax").permalink}"' in page
    assert 'href="rules/cube_differential/index.html"' in index
    assert f'href="{rulebook.get("quadratic_form").permalink}"' in index
    assert 'href="rules/index.html#chapter-cubing"' in index
    assert "/en/stable/rules/#chapter-second-order" in index
    assert '"version"' in (html / "rules/sum_of_cubes/rule.json").read_text(encoding="utf-8")


def test_it_keeps_a_ledger_of_its_own(house: House, tmp_path: Path) -> None:
    other = House(Path(shutil.copytree(house.folder, tmp_path / "installed")))
    ours = state(SOURCE)
    done = other.run("-m", "rulebook.book.ledger", "1.2.0", "cubes.chapters")

    assert (done.returncode, done.stderr) == (0, "")
    kept = json.loads((other.folder / "cubes/chapters/ledger.json").read_text())
    assert set(kept["rules"]) == {"cube_differential", "sum_of_cubes"}
    assert kept["renamed"] == {"cube": "cube_differential"}
    assert state(SOURCE) == ours


WRONG = {
    "an id of ours": (
        "cubing.py",
        ("sum_of_cubes:", "softmax:"),
        "two rules 'softmax': in src/rulebook/chapters/softmax.py and cubes/chapters/cubing.py",
    ),
    "a chapter of ours": (
        "__init__.py",
        ('"cubing"', '"layers"'),
        "cubes.chapters.layers cannot be read: ModuleNotFoundError",
    ),
    "a source that is not there": (
        "cubing.py",
        ('"petersen2012"', '"petersen2013"'),
        "cubes/chapters/cubing.py, line 14: no source 'petersen2013' in references.bib (it has ",
    ),
    "another source under a key of ours": (
        "references.bib",
        ("lovelace1843", "parr2018"),
        "two sources 'parr2018': in ",
    ),
    "a source without a year": (
        "references.bib",
        ("year", "date"),
        "references.bib: source 'lovelace1843' has no year",
    ),
    "no imprint": (
        "__init__.py",
        ("IMPRINT", "PRINTED"),
        "cubes.chapters is no package of chapters: its __init__ has to say CHAPTERS",
    ),
    "shapes that do not fit": (
        "cubing.py",
        ("* (x**2).T", "* x**2"),
        "the right side is n×1, the derivative of a scalar by x (n×1)",
    ),
}


@pytest.mark.parametrize(("file", "change", "said"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_in_it_is_one_clear_error(
    house: House, tmp_path: Path, file: str, change: tuple[str, str], said: str
) -> None:
    other = House(Path(shutil.copytree(house.folder, tmp_path / "installed")))
    path = other.folder / "cubes" / "chapters" / file
    text = path.read_text(encoding="utf-8")
    assert change[0] in text
    path.write_text(text.replace(*change), encoding="utf-8")
    done = other.run("-m", "rulebook", "list")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("rulebook: ")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
