"""What the command line takes, and the help that teaches it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any, NoReturn

from rulebook.cli.terminal import complain, say
from rulebook.dialect.given import STYLES
from rulebook.errors import RuleError
from rulebook.printing.languages import LANGUAGES
from rulebook.printing.layout import LAYOUTS, Layout, layout_named

__all__ = ["joined", "parser"]

FORMULAS = frozenset({"--of", "--equals", "--left", "--right"})

LAID = """\
layouts:
  numerator     rows follow the function, columns the variable (the book's)
  denominator   its transpose
  gradient      of a scalar: the shape of the variable; else as numerator
"""
EXAMPLES = """\
examples:
  rulebook list                                 the book, chapter by chapter
  rulebook search "norm"                        rules by a word,
  rulebook search "(n) -> (n, n)"               by the shapes that go in and come out,
  rulebook search "petersen2012 81"             or by a source
  rulebook show softmax --numpy                 one rule, with code that runs
  rulebook check quadratic_form                 prove it, and try to refute it
  rulebook check --all                          the whole book
  rulebook cite softmax --form bibtex           how to cite it
  rulebook check --of "x @ A @ x" --wrt x --equals "x @ (A + A.T)" \\
      --shape x=n --shape A=n,n                 a derivative of your own
  rulebook derive "x @ A @ x" --wrt x           find one, each line with its rule

Each command explains itself: rulebook check --help
"""
LIST = """\
examples:
  rulebook list
  rulebook list --chapter chain
  rulebook list --json
"""
SHOW = f"""\
examples:
  rulebook show quadratic_form
  rulebook show quadratic_form --layout gradient --latex
  rulebook show softmax --numpy --verdict

{LAID}"""
SEARCH = """\
examples:
  rulebook search norm                          a word of title, id, note or operator
  rulebook search chain scalar                  every word must occur
  rulebook search "(n) -> (m, n)"               shapes; the names of sizes do not matter
  rulebook search "petersen2012 81"             a source, and a place in it
"""
CHECK = """\
examples:
  rulebook check softmax                        one rule, in full
  rulebook check --all                          every rule and every erratum
  rulebook check --all --json                   the same for a program

  A derivative of your own. Vectors are 1-D as in NumPy, @ is the matrix product, * works entry
  by entry; say for each name the sizes of its axes, and nothing for a scalar (--shape t=).

  rulebook check --of "x @ A @ x" --wrt x --equals "x @ (A + A.T)" --shape x=n --shape A=n,n
  rulebook check --of "x @ A @ x" --wrt x --equals "2 * A @ x" --shape x=n --shape A=n,n \\
      --assume A=symmetric --layout gradient
  rulebook check --of "x @ A @ x" --wrt x --equals "A + A.T" --order 2 --shape x=n --shape A=n,n

  Two expressions that should be equal:

  rulebook check --left "trace(A @ B)" --right "trace(B @ A)" --shape A=m,n --shape B=n,m

exit codes:
  0  all that was asked for holds      1  something was refuted or left open
  2  an unknown id, or a claim that cannot be read
"""
DERIVE = f"""\
examples:
  rulebook derive "sum((A @ x - b) ** 2)" --wrt x
  rulebook derive "sum((A @ x - b) ** 2)" --wrt x --layout gradient --numpy
  rulebook derive "-dot(y, log(softmax(z)))" --wrt z --assume y=onehot --verbose
  rulebook derive "norm2(A @ x - b) ** 2" --wrt x --order 2 --latex
  rulebook derive "(dot(w, x) + b - y) ** 2" --wrt w --shape b= --shape y= --style paper
  rulebook derive "A @ X @ B" --wrt X --vec

  Vectors are 1-D as in NumPy, @ is the matrix product, * works entry by entry. A shape that the
  expression does not tell is what is usual: a capital is a matrix, lower case a vector where it
  takes part in a product, else a scalar. --shape A=m,n --shape x=n --shape t= says otherwise.

  Under each line stand the rules that justify it; rulebook show ID shows one. Each line is
  compared with the line before it at two random points, and a derivation that fails is not shown.
  A run of small moves is one line; --verbose writes each of them.

{LAID}
exit codes:
  0  here it is      1  no rule applies, or a line failed its check
  2  an expression that cannot be read, or shapes that do not fit
"""
CITE = """\
examples:
  rulebook cite softmax
  rulebook cite softmax --form bibtex >> references.bib
  rulebook cite softmax --form csl
"""
SITE = """\
examples:
  rulebook site
  rulebook site --open

It is built from a source checkout into build/html, with warnings as errors, and needs no network.
Sphinx and the theme come with: pip install "matrix-rulebook[docs]"
"""
DOCTEST = """\
example:
  rulebook doctest
"""


class _Parser(argparse.ArgumentParser):
    """Usage errors in the voice of every other error."""

    def error(self, message: str) -> NoReturn:
        complain(f"{message}\n{self.format_usage().strip()}")
        raise SystemExit(2)


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> NoReturn:
        try:
            found = version("matrix-rulebook")
        except PackageNotFoundError:
            found = "(a source tree that is not installed)"
        say(f"rulebook {found}")
        raise SystemExit(0)


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = _Parser(
        prog="rulebook",
        description="Matrix calculus as rules that run: look them up, check them, cite them.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    top.add_argument("--version", action=_Version, nargs=0, help="print the version")
    top.set_defaults(run=None)
    commands = top.add_subparsers(title="commands", metavar="COMMAND", parser_class=_Parser)

    def command(name: str, run: str, about: str, examples: str) -> argparse.ArgumentParser:
        """A command; the function that runs it is loaded when it is asked for."""
        made = commands.add_parser(
            name,
            help=about[0].lower() + about[1:].rstrip("."),
            description=about,
            epilog=examples,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        made.set_defaults(run=run)
        return made

    _list(command("list", "reading.list_rules", "List the rules, chapter by chapter.", LIST))
    _show(command("show", "reading.show", "Show one rule and all that follows from it.", SHOW))
    _search(command("search", "reading.search", "Find rules by word, shape or source.", SEARCH))
    _check(command("check", "checking.check", "Check rules, or a claim of your own.", CHECK))
    _derive(command("derive", "deriving.derive", "Derive an expression, each line a rule.", DERIVE))
    _cite(command("cite", "reading.cite", "Print how to cite a rule.", CITE))
    _site(command("site", "building.site", "Build the site.", SITE))
    command("doctest", "building.doctest", "Run the examples in the package's docstrings.", DOCTEST)
    return top


def joined(argv: Sequence[str]) -> list[str]:
    """The arguments, with a formula that begins with a minus tied to its option.

    >>> joined(["check", "--equals", "-x"])
    ['check', '--equals=-x']
    >>> joined(["derive", "-x", "--wrt", "x", "-v"])
    ['derive', '--of=-x', '--wrt', 'x', '-v']
    """
    out: list[str] = []
    for word in argv:
        minus = word.startswith("-") and not word.startswith("--")
        if minus and out and out[-1] in FORMULAS:
            out[-1] = f"{out[-1]}={word}"
        elif minus and argv[0] == "derive" and word not in ("-v", "-h"):
            out.append(f"--of={word}")
        else:
            out.append(word)
    return out


def _json(made: argparse.ArgumentParser) -> None:
    made.add_argument("--json", action="store_true", help="print JSON, for a program")


def _layout(made: argparse._ActionsContainer, about: str) -> None:
    said = f"{about}: {_or(LAYOUTS)}"
    made.add_argument("--layout", type=_named, default="numerator", metavar="LAYOUT", help=said)


def _named(text: str) -> Layout:
    """The layout, or the error that everyone gets."""
    try:
        return layout_named(text)
    except RuleError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _list(made: argparse.ArgumentParser) -> None:
    made.add_argument("--chapter", metavar="NAME", help="this chapter only")
    _json(made)


def _show(made: argparse.ArgumentParser) -> None:
    made.add_argument("id", metavar="ID", help="a rule or an erratum")
    _layout(made, "how derivatives are laid out")
    made.add_argument("--latex", action="store_true", help="the statement in LaTeX, too")
    made.add_argument("--numpy", action="store_true", help="NumPy code that runs, too")
    made.add_argument("--verdict", action="store_true", help="check it, and print the verdict")
    _json(made)


def _search(made: argparse.ArgumentParser) -> None:
    made.add_argument("text", metavar="TEXT", nargs="+", help="words, a shape pattern or a source")
    _json(made)


def _check(made: argparse.ArgumentParser) -> None:
    made.usage = (
        "rulebook check ID [ID ...] | --all | --of F --wrt X --equals G --shape X=n ...\n"
        "                      | --left E --right E --shape X=n ..."
    )
    made.add_argument("ids", metavar="ID", nargs="*", help="rules or errata of the book")
    made.add_argument("--all", action="store_true", help="every rule and every erratum")
    made.add_argument(
        "--jobs", type=_positive, metavar="N", help="processes to use (default: one a processor)"
    )
    _json(made)
    own = made.add_argument_group("a claim of your own")
    own.add_argument("--of", metavar="F", default="", help="the function")
    own.add_argument("--wrt", metavar="X", default="", help="the variable")
    own.add_argument("--equals", metavar="G", default="", help="its derivative, as you have it")
    own.add_argument("--left", metavar="E", default="", help="one side of an equality")
    own.add_argument("--right", metavar="E", default="", help="the other side")
    _names(own)
    own.add_argument(
        "--order", type=int, default=1, metavar="1|2", help="2 for a Hessian (default: 1)"
    )
    _layout(own, "how G is meant")


def _derive(made: argparse.ArgumentParser) -> None:
    made.add_argument("expression", metavar="F", nargs="?", default="", help="the function")
    made.add_argument("--of", metavar="F", default="", help="the same, as an option")
    made.add_argument("--wrt", metavar="X", required=True, help="the variable")
    _names(made)
    made.add_argument(
        "--order", type=int, default=1, metavar="1|2", help="2 for a Hessian (default: 1)"
    )
    _layout(made, "how the derivative is laid out")
    made.add_argument(
        "--style",
        choices=STYLES,
        default=STYLES[0],
        help="paper: intermediate variables, local Jacobians and the chain rule",
    )
    made.add_argument("--vec", action="store_true", help="a differential by columns, too")
    made.add_argument("--latex", action="store_true", help="the answer in LaTeX, too")
    for name, language in LANGUAGES.items():
        about = f"{language.title} code that runs, too"
        made.add_argument(f"--{name}", action="store_true", help=about)
    made.add_argument("-v", "--verbose", action="store_true", help="small moves, one by one")
    _json(made)


def _names(made: Any) -> None:
    """What is said of names."""
    made.add_argument(
        "--shape", metavar="X=n", action="append", default=[], help="the sizes of a name's axes"
    )
    made.add_argument(
        "--assume",
        metavar="A=WORD",
        action="append",
        default=[],
        help="what holds of it: symmetric, invertible, positive, ...",
    )


def _cite(made: argparse.ArgumentParser) -> None:
    made.add_argument("id", metavar="ID", help="a rule")
    made.add_argument(
        "--form", choices=("text", "bibtex", "csl"), default="text", help="default: text"
    )


def _site(made: argparse.ArgumentParser) -> None:
    made.add_argument("--open", action="store_true", help="open it in a browser")
    made.add_argument(
        "--jobs", type=_positive, metavar="N", help="processes to use (default: one a processor)"
    )


def _positive(text: str) -> int:
    if not text.isdigit() or not int(text):
        raise argparse.ArgumentTypeError(f"a number of processes is 1 or more, not {text!r}")
    return int(text)


def _or(words: Sequence[str]) -> str:
    return ", ".join(words[:-1]) + " or " + words[-1]
