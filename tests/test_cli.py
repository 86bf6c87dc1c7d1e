"""The command line: what it prints, where, and with which exit code."""

import json
import math
import os
import re
import shlex
import signal
import subprocess
import sys
import threading
import webbrowser
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import rulebook
from rulebook.book import library
from rulebook.book.claims import Derivative
from rulebook.book.library import Book
from rulebook.book.references import Cite
from rulebook.book.rule import Erratum
from rulebook.cli import arguments, building, checking, command, main, terminal
from rulebook.language.build import vector

COMMANDS = ["list", "show", "search", "check", "derive", "cite", "site", "doctest"]
EXAMPLES = [
    line.partition("   ")[0]
    for text in vars(arguments).values()
    if isinstance(text, str)
    for line in re.findall(
        r"^  (rulebook .+)$", text.replace("\\\n", "").replace("    -", "-"), re.MULTILINE
    )
]
QUADRATIC = ["check", "--of", "x @ A @ x", "--wrt", "x", "--shape", "x=n", "--shape", "A=n,n"]

x = vector("x", "n")
FALSE = Erratum(
    title="A square that lost its two",
    printed=Derivative(of=x.T @ x, wrt=x, equals=x.T),
    right="squared_norm",
    note="The factor 2 is missing.",
    cites=(Cite("parr2018", "sec. 0"),),
    id="lost_two",
    chapter="errata",
)
IMPOSSIBLE = Erratum(
    title="A sum of what cannot be added",
    printed=lambda: Derivative(of=x.T @ x, wrt=x, equals=2 * x),
    right="squared_norm",
    cites=(Cite("parr2018", "sec. 0"),),
    id="column_for_row",
    chapter="errata",
)


class Outcome(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Outcome]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*argv: str) -> Outcome:
        code = main(argv)
        return Outcome(code, *capsys.readouterr())

    return command


@pytest.fixture
def errata() -> Iterator[None]:
    *others, last = library.book().chapters
    assert last.errata
    with library.using(Book.of([*others, replace(last, errata=(FALSE, IMPOSSIBLE))])):
        yield


def process(*argv: str, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "rulebook", *argv],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        **options,
    )


# Help and errors.


def test_without_a_command_it_says_what_there_is(run: Run) -> None:
    code, out, _ = run()

    assert code == 0
    assert all(f"\n    {name}" in out for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_teaches_by_example(run: Run, name: str) -> None:
    code, out, _ = run(name, "--help")

    assert code == 0
    assert re.search(rf"^  rulebook {name}\b", out, re.MULTILINE)
    assert max(map(len, out.splitlines())) <= 100


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_examples_of_the_help_are_commands(example: str) -> None:
    words = shlex.split(example.partition(" >>")[0])

    options = arguments.parser().parse_args(arguments.joined(words[1:]))

    assert "--help" in words or callable(command(options.run))


def test_there_are_examples_to_try() -> None:
    assert len(EXAMPLES) > 20


def test_version(run: Run) -> None:
    assert re.fullmatch(r"rulebook \S+.*\n", run("--version").out)


@pytest.mark.parametrize(
    "argv",
    [
        ["nonsense"],
        ["list", "--nonsense"],
        ["show"],
        ["show", "softmax", "--layout", "sideways"],
        ["cite", "softmax", "--form", "poem"],
        ["check"],
        ["check", "softmax", "--all"],
        ["check", "--all", "--of", "x"],
        ["check", "softmax", "--jobs", "0"],
        ["check", "softmax", "--jobs", "many"],
    ],
)
def test_usage_errors(run: Run, argv: list[str]) -> None:
    code, out, err = run(*argv)

    assert (code, out) == (2, "")
    assert err.startswith("rulebook: ")


@pytest.mark.parametrize("command", [["show"], ["check"], ["check", "product"], ["cite"]])
def test_an_unknown_id_offers_the_nearest(run: Run, command: list[str]) -> None:
    code, out, err = run(*command, "sofmax")

    assert (code, out) == (2, "")
    assert err.startswith("rulebook: no rule 'sofmax'; did you mean 'softmax'")


BROKEN = {
    "shapes that do not fit": (
        "from rulebook.language.build import vector\n\nvector('x', 'n') + vector('y', 'm')\n",
        "differ",
        3,
    ),
    "a name that is not there": ("from rulebook.language.build import vektor\n", "ImportError", 1),
}


@pytest.mark.parametrize(("text", "said", "line"), BROKEN.values(), ids=BROKEN)
def test_an_ill_formed_chapter_is_named_with_its_line(
    text: str, said: str, line: int, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    package = tmp_path / f"of_{tmp_path.name}"
    package.mkdir()
    imprint = "Imprint(title='T', authors='A', year=2030, address='https://t.example')"
    head = f"from rulebook import Imprint\nIMPRINT = {imprint}\nCHAPTERS = ('new',)\n"
    (package / "__init__.py").write_text(head)
    (package / "new.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(library, "book", lambda: Book.read(package.name))

    code, _, err = run("list")

    assert code == 2
    assert said in err
    assert err.endswith(f"\n  in {package / 'new.py'}, line {line}\n")


def test_ctrl_c_is_not_a_traceback(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(library, "book", interrupted)

    assert run("list") == (130, "", "rulebook: interrupted\n")


# As a process of its own.


def test_looking_up_loads_neither_sympy_nor_numpy() -> None:
    code = (
        "import sys, rulebook.cli\n"
        "for words in (['list'], ['show', 'softmax'], ['search', 'norm'], ['cite', 'softmax']):\n"
        "    assert rulebook.cli.main(words) == 0\n"
        "print({'numpy', 'sympy', 'sphinx'} & set(sys.modules), file=sys.stderr)"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True
    )

    assert done.stderr == "set()\n"


def test_a_reader_that_goes_away() -> None:
    reading_end, writing_end = os.pipe()
    os.close(reading_end)

    done = subprocess.run(
        [sys.executable, "-m", "rulebook", "list"],
        stdout=writing_end,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writing_end)

    assert (done.returncode, done.stderr) == (141, b"")


def test_several_processes_answer_in_the_order_of_the_question() -> None:
    ids = [r.id for c in library.book().chapters[:2] for r in c.rules][::-1]

    done = process("check", "--jobs", "2", "--json", *ids)

    heard = [line for line in done.stderr.splitlines() if " checked after " not in line]
    assert (done.returncode, heard) == (0, [])  # a busy machine has time to tell how far it is
    assert [r["id"] for r in json.loads(done.stdout)["rules"]] == ids


@contextmanager
def started(*argv: str) -> Iterator[subprocess.Popen[str]]:
    """A command at work, with its processes in a group; nothing of them is left behind."""
    with subprocess.Popen(
        [sys.executable, "-m", "rulebook", *argv],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as running:
        try:
            yield running
        finally:
            with suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGKILL)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGINT to send")
@pytest.mark.usefixtures("hears_ctrl_c")
def test_ctrl_c_ends_the_workers_quietly() -> None:
    with started("check", "--all", "--jobs", "2") as running:
        assert running.stdout is not None
        running.stdout.readline()
        os.killpg(running.pid, signal.SIGINT)

        _, err = running.communicate()

    assert (running.returncode, err.splitlines()[-1]) == (130, "rulebook: interrupted")
    assert "Traceback" not in err


# Looking up.


def test_list_names_every_rule_in_reading_order(run: Run) -> None:
    code, out, _ = run("list")

    listed = re.findall(r"^  (\w+)", out, re.MULTILINE)
    assert code == 0
    assert [id for id in listed if id not in {e.id for e in rulebook.errata()}] == [
        r.id for r in rulebook.rules()
    ]


def test_list_of_one_chapter(run: Run) -> None:
    chapter = next(c for c in library.book().chapters if c.name == "chain")

    data = run("list", "--chapter", "chain", "--json").data

    assert [r["id"] for r in data["rules"]] == [r.id for r in chapter.rules]
    assert {r["chapter"] for r in data["rules"]} == {"chain"}
    assert chapter.title in run("list", "--chapter", "chain").out


def test_an_unknown_chapter_lists_the_chapters(run: Run) -> None:
    code, _, err = run("list", "--chapter", "chian")

    assert code == 2
    assert "chapters are scalars, jacobians" in err


def test_show_says_what_a_reader_needs(run: Run) -> None:
    code, out, _ = run("show", "quotient")

    assert code == 0
    assert "d/dx (f(x)/g(x)) = (df/dx g(x) - f(x) dg/dx)/g(x)²" in out
    assert re.search(r"^requires +g\(x\) ≠ 0$", out, re.MULTILINE)
    assert re.search(r"^shapes +x is a scalar$", out, re.MULTILINE)
    assert re.search(r"^sources +\w", out, re.MULTILINE)
    assert rulebook.get("quotient").permalink in out


def test_show_in_the_layout_asked_for(run: Run) -> None:
    _, out, _ = run("show", "quadratic_form", "--layout", "gradient", "--latex")

    assert "= (Aᵀ + A) x" in out
    assert rulebook.get("quadratic_form").latex("gradient") in out
    assert "xᵀ (A + Aᵀ)" not in out


def test_show_what_names_stand_for_and_code_that_runs(run: Run) -> None:
    _, out, _ = run("show", "softmax", "--numpy", "--latex")

    assert "where p = exp(x)/sum(exp(x))" in out
    assert out.endswith(rulebook.get("softmax").numpy())
    assert r"\mathbf{p} = " in out


def test_show_with_the_verdict(run: Run) -> None:
    code, out, _ = run("show", "linear_map", "--verdict")

    assert code == 0
    assert "✓ linear_map: proved at every size" in out


def test_show_as_json_is_the_entry(run: Run) -> None:
    rule = rulebook.get("softmax")

    data = run("show", "softmax", "--json").data

    assert data["latex"]["numerator"] == rule.latex()
    assert data["plain"]["numerator"] == ["∂p/∂x = diag(p) - p pᵀ"]
    assert data["shapes"] == {"x": ["n"]}
    assert data["numpy"] == rule.numpy()
    assert data["sources"][0].keys() == {"key", "where", "text"}
    assert "report" not in data
    assert run("show", "sine", "--json", "--verdict").data["report"]["ok"]


def test_a_definition_does_not_say_itself_twice(run: Run) -> None:
    _, out, _ = run("show", "descent_step_weights")

    assert out.count(" = ") == 1


@pytest.mark.parametrize("erratum", [FALSE, IMPOSSIBLE])
@pytest.mark.usefixtures("errata")
def test_show_and_check_an_erratum(run: Run, erratum: Erratum) -> None:
    code, out, _ = run("show", erratum.id, "--verdict")
    data = run("show", erratum.id, "--json").data
    checked = run("check", erratum.id, "--json").data

    assert code == 0
    assert "squared_norm" in out
    assert data["right"] == "squared_norm"
    assert bool(data["refused"]) == callable(erratum.printed)
    assert checked["errata"][0]["refuted"]
    assert checked["summary"]["errata"] == {"stated": 1, "refuted": 1}


@pytest.mark.usefixtures("errata")
def test_errata_beside_rules(run: Run) -> None:
    code, out, _ = run("check", "sine", "lost_two")

    assert code == 0
    assert "1 erratum: 1 refuted" in out


@pytest.mark.usefixtures("errata")
def test_an_erratum_is_not_cited_but_the_right_rule(run: Run) -> None:
    code, _, err = run("cite", "lost_two")

    assert (code, err) == (
        2,
        "rulebook: lost_two is an erratum; the rule to cite is squared_norm\n",
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (["softmax"], "softmax"),
        (["(n) -> (m, n)"], "linear_map"),
        (["petersen2012", "81"], "quadratic_form"),
        (["petersen2012 81"], "quadratic_form"),
    ],
)
def test_search(run: Run, text: list[str], found: str) -> None:
    code, out, _ = run("search", *text)

    assert code == 0
    assert re.search(rf"^{found} ", out, re.MULTILINE)
    assert found in [r["id"] for r in run("search", *text, "--json").data["rules"]]


def test_search_in_vain(run: Run) -> None:
    code, out, err = run("search", "sofmax")

    assert (code, out) == (1, "")
    assert "did you mean 'softmax'" in err
    assert run("search", "(q) -> (q, q, q, q)")[:2] == (1, "")
    assert run("search", "sofmax", "--json").data["rules"] == []


@pytest.mark.parametrize("form", ["text", "bibtex", "csl"])
def test_cite(run: Run, form: str) -> None:
    assert run("cite", "softmax", "--form", form).out == rulebook.get("softmax").cite(form) + "\n"


# Checking.


def test_check_one_rule_in_full(run: Run) -> None:
    code, out, err = run("check", "quadratic_form")

    assert (code, out, err) == (0, f"{rulebook.check('quadratic_form')}\n", "")


def test_check_several_rules_and_count(run: Run) -> None:
    code, out, _ = run("check", "sine", "cosine", "sine", "add_scalar")

    assert code == 0
    assert "3 rules: 2 proved at every size, 1 by definition\n" in out
    assert out.count("✓") == 3


def test_check_many_rules_one_a_line(run: Run) -> None:
    ids = [r.id for r in rulebook.rules()][: checking.FEW + 1]

    code, out, _ = run("check", "--jobs", "1", *ids)

    assert code == 0
    assert re.findall(r"^✓ (\w+) ", out, re.MULTILINE) == ids


def test_check_all_by_chapters(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    few = [*library.book().chapters[0].rules, *library.book().chapters[1].rules[:1], FALSE]
    monkeypatch.setattr(checking, "_everything", lambda: few)
    monkeypatch.setattr(checking, "entry", lambda id: next(e for e in few if e.id == id))

    code, out, _ = run("check", "--all", "--jobs", "1")

    assert code == 0
    assert re.search(rf"^{library.book().chapters[1].title}$", out, re.MULTILINE)
    assert "✓ lost_two" in out
    assert re.search(r"^\d+ wrong variants: \d+ refuted, \d+ equivalent$", out, re.MULTILINE)


def test_check_as_json(run: Run) -> None:
    code, out, _ = run("check", "softmax", "exponential", "--json")
    data = json.loads(out)

    assert code == 0
    assert [(r["id"], r["verdict"]) for r in data["rules"]] == [
        ("softmax", "proved at every size"),
        ("exponential", "proved at every size"),
    ]
    assert data["summary"]["rules"] == data["summary"]["ok"] == 2
    assert data["summary"]["verdicts"]["proved at every size"] == 2
    made = sum(r["variants"]["made"] for r in data["rules"])
    assert data["summary"]["variants"]["made"] == made > 0
    assert data["summary"]["variants"]["survived"] == 0


def test_what_stops_a_check_leaves_it_undecided(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(_: object) -> None:
        raise rulebook.RulebookError("no sample point lies in the domain")

    monkeypatch.setattr("rulebook.checks.check_rule", stopped)
    ids = [r.id for r in rulebook.rules()][: checking.FEW + 1]
    code, out, _ = run("check", "--jobs", "1", *ids)

    assert code == 1
    assert out.count("✗") == len(ids)
    assert f"{len(ids)} rules: {len(ids)} undecided" in out
    assert "no sample point lies in the domain" in out


def test_a_bug_in_a_check_names_the_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("rulebook.checks.check_rule", broken)
    with pytest.raises(ZeroDivisionError) as raised:
        checking.report_of("sine")

    assert raised.value.__notes__ == ["while sine was checked"]


def test_a_process_that_dies() -> None:
    future: Future[Any] = Future()
    future.set_exception(BrokenProcessPool())

    with pytest.raises(rulebook.RulebookError, match="while sine was checked"):
        checking._awaited("sine", future, [future], terminal.Progress(1), threading.Event())


@pytest.mark.parametrize(
    "claim",
    [
        [*QUADRATIC, "--equals", "x @ (A + A.T)"],
        [*QUADRATIC, "--equals", "(A + A.T) @ x", "--layout", "gradient"],
        [*QUADRATIC, "--equals", "2 * A @ x", "--assume", "A=symmetric", "--order", "1"],
        [*QUADRATIC, "--equals", "A + A.T", "--order", "2"],
        ["check", "--of", "-t**2", "--wrt", "t", "--equals", "-2 * t", "--shape", "t="],
        ["check", "--of", "-x @ x", "--wrt", "x", "--equals", "-2 * x", "--shape", "x=(3,)"],
        [
            *("check", "--left", "trace(A @ B)", "--right", "trace(B @ A)"),
            *("--shape", "A=m,n", "--shape", "B=n, m"),
        ],
    ],
)
def test_a_claim_that_holds(run: Run, claim: list[str]) -> None:
    code, out, err = run(*claim)

    assert (code, err) == (0, "")
    assert out.startswith("✓ ")


def test_a_claim_that_does_not_hold(run: Run) -> None:
    code, out, _ = run(*QUADRATIC, "--equals", "2 * A @ x")
    data = run(*QUADRATIC, "--equals", "2 * A @ x", "--json").data

    assert code == 1
    assert out.startswith("✗ d(x @ A @ x)/dx: refuted\n")
    assert "claimed" in out
    assert data["rules"][0]["verdict"] == "refuted"
    assert data["summary"]["ok"] == 0


def test_a_claim_without_a_value_anywhere_is_undecided(run: Run) -> None:
    code, out, err = run(
        "check", "--of", "norm2(x) / 0", "--wrt", "x", "--equals", "x", "--shape", "x=n"
    )

    assert (code, err) == (1, "")
    assert "undecided" in out


def test_a_claim_in_the_other_layout_is_told_so(run: Run) -> None:
    linear = ["check", "--of", "A @ x", "--wrt", "x", "--shape", "x=n"]
    code, out, _ = run(*linear, "--equals", "A.T", "--shape", "A=n,n")
    other, _, err = run(*linear, "--equals", "A.T", "--shape", "A=m,n")

    assert code == 1
    assert "right in denominator layout" in out
    assert other == 2
    assert "say layout='denominator'" in err


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (["--equals", "x @ A[0]"], "indexing with [ ] is not in the language"),
        (["--equals", "x @ (A +"], "this is not an expression"),
        (["--equals", "y"], "no variable 'y'"),
        (["--equals", "A @ B", "--shape", "B=m,n"], "inner dimensions n and m differ"),
        (["--equals", "x", "--layout", "sideways"], "no layout 'sideways'"),
        (["--equals", "x", "--order", "3"], "order is 1 or 2"),
        (["--equals", "x", "--assume", "A=symetric"], "did you mean 'symmetric'?"),
        (["--equals", "x", "--assume", "symmetric"], "--assume A=symmetric"),
        (["--equals", "x", "--shape", "t"], "--shape t="),
        (["--equals", "x", "--shape", "B=n*,m"], "not the name of a dimension"),
        ([], "say of=, wrt= and equals="),
    ],
)
def test_a_claim_that_cannot_be_read(run: Run, changed: list[str], said: str) -> None:
    code, out, err = run(*QUADRATIC, *changed)

    assert (code, out) == (2, "")
    assert err.startswith("rulebook: ")
    assert said in err


def test_a_caret_points_at_the_place(run: Run) -> None:
    _, _, err = run(*QUADRATIC, "--equals", "x @ A[0]")

    assert err.splitlines()[1:] == ["  x @ A[0]", "      ^"]


# The site and the doctests.


def test_the_site_without_a_checkout(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(rulebook, "__file__", str(tmp_path / "lib" / "rulebook" / "__init__.py"))
    code, _, err = run("site")

    assert code == 2
    assert "source checkout" in err


def test_the_site_says_what_it_lacks(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "NEEDED", ("json", "no_such_theme", "no_such.parser"))
    code, _, err = run("site")

    assert code == 2
    assert err.startswith("rulebook: the site needs no_such_theme, no_such.parser")
    assert "matrix-rulebook[docs]" in err


def test_the_site_is_built_and_opened(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[Any] = []
    monkeypatch.setattr(building, "NEEDED", ())
    monkeypatch.setattr(subprocess, "call", lambda words, cwd: called.append(words) or 0)
    monkeypatch.setattr(webbrowser, "open", called.append)
    code, out, _ = run("site", "--open", "--jobs", "2")

    page = Path(out.strip())
    assert code == 0
    assert page.parts[-3:] == ("build", "html", "index.html")
    assert called[0][1:3] == ["-m", "sphinx"]
    assert called[1] == page.as_uri()


def test_a_site_with_warnings_is_a_failure(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "NEEDED", ())
    monkeypatch.setattr(subprocess, "call", lambda words, cwd: 1)

    assert run("site")[:2] == (1, "")


def test_doctests_are_run_and_counted(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        building,
        "_modules",
        lambda: (["rulebook.language.dims", "rulebook.language.arithmetic"], []),
    )
    code, out, _ = run("doctest")

    assert code == 0
    assert re.fullmatch(r"\d+ examples in 1 modules?: \d+ right, 0 wrong\n", out)


def test_a_doctest_that_fails(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "wrong_arithmetic.py").write_text('"""\n>>> 1 + 1\n3\n"""\n')
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(building, "_modules", lambda: (["wrong_arithmetic"], ["rulebook.other"]))
    code, out, err = run("doctest")

    assert code == 1
    assert "1 examples in 1 modules: 0 right, 1 wrong" in out
    assert "left out" in err


def test_doctests_cover_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "missing", lambda: ["sphinx"])
    names, left_out = building._modules()

    assert {
        "rulebook",
        "rulebook.language.tree",
        "rulebook.checks.gradient",
        "rulebook.cli",
    } <= set(names)
    assert "rulebook.__main__" not in names
    assert left_out == ["rulebook.sphinx_ext"]


# The terminal.


class Terminal:
    """Standard error as someone sees it."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> int:
        self.text += text
        return len(text)

    def flush(self) -> None:
        pass

    def isatty(self) -> bool:
        return True


def test_color_only_where_it_is_seen_and_wanted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert terminal.paint("✓", "green") == "✓"

    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    assert terminal.paint("✓", "green") == "\x1b[32m✓\x1b[0m"

    monkeypatch.setenv("TERM", "dumb")
    assert terminal.paint("✓", "green") == "✓"

    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    assert terminal.paint("✓", "green") == "✓"


def test_lines_fit_the_terminal(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)

    lines = run("show", "loss_by_weights").out.splitlines() + run("list").out.splitlines()

    assert max(len(line) for line in lines if "https://" not in line) <= 60


def test_a_live_line_rewrites_itself(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = Terminal()
    monkeypatch.setattr(sys, "stderr", seen)
    monkeypatch.setenv("TERM", "xterm")

    assert run("check", "sine", "cosine").code == 0

    assert "\r\x1b[Kchecking 2 of 2  cosine" in seen.text
    assert seen.text.endswith("\r\x1b[K")
    assert "\n" not in seen.text


def test_without_a_terminal_there_is_a_line_now_and_then(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "PATIENCE", math.inf)
    progress = terminal.Progress(7)
    progress.show(1, "sine")
    assert capsys.readouterr().err == ""

    monkeypatch.setattr(terminal, "PATIENCE", -1.0)
    progress.show(2, "cosine")
    assert re.fullmatch(
        r"rulebook: 2 of 7 checked after \d+ s, now cosine\n", capsys.readouterr().err
    )


def test_a_narrow_encoding_is_no_error() -> None:
    done = process("show", "softmax", env=os.environ | {"PYTHONIOENCODING": "ascii"})

    assert (done.returncode, done.stderr) == (0, "")
    assert "?p/?x = diag(p) - p p?" in done.stdout
