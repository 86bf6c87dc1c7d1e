"""The command line: look rules up, check them, cite them, build the site.

Exit codes: 0 all is well, 1 something was refuted, left open or not found, 2 the command cannot be
carried out as given. An error that Rulebook foresees is one message, never a traceback.
"""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from importlib import import_module

from rulebook.cli.terminal import complain, ready
from rulebook.errors import RulebookError

__all__ = ["main"]

INTERRUPTED = 130  # as a shell tells of Ctrl-C
CUT_OFF = 141  # and of a reader that went away


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    >>> from rulebook.cli import main
    >>> main(["search", "petersen2012 81"])
    quadratic_form  Quadratic form
        ∂(xᵀ A x)/∂x = xᵀ (A + Aᵀ)
    0
    """
    try:
        code = _run(sys.argv[1:] if argv is None else argv)
        sys.stdout.flush()
    except RulebookError as error:
        complain("\n  ".join([str(error), *getattr(error, "__notes__", ())]))
        return 2
    except KeyboardInterrupt:
        complain("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        _no_more_output()
        return CUT_OFF
    return code


def _run(argv: Sequence[str]) -> int:
    ready()
    taken = import_module("rulebook.cli.arguments")  # here, so that Ctrl-C finds main() at work
    asked = taken.parser()
    try:
        options = asked.parse_args(taken.joined(argv))
    except SystemExit as done:  # after --help and --version, or a usage error
        return int(done.code or 0)
    if options.run is None:
        asked.print_help()
        return 0
    return command(options.run)(options)


def command(run: str) -> Callable[[Namespace], int]:
    """The function that runs a command, from where it lives: ``reading.show``."""
    module, _, name = run.partition(".")
    found: Callable[[Namespace], int] = getattr(import_module(f"rulebook.cli.{module}"), name)
    return found


def _no_more_output() -> None:
    """Nobody reads on (``rulebook list | head``): leave nothing that Python would flush at exit."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):  # a stream without a descriptor needs no such care
        return
