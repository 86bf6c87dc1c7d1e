"""What the command line knows of its terminal: width, color, and a line that rewrites itself."""

from __future__ import annotations

import io
import os
import re
import shutil
import sys
import textwrap
import time
from contextlib import suppress
from typing import TextIO

__all__ = [
    "Progress",
    "complain",
    "formula",
    "paint",
    "ready",
    "say",
    "shortened",
    "width",
    "wrapped",
]

_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32"}
PATIENCE = 5.0  # seconds without a word, where no live line can be shown
_WIDEST = 100  # for prose
_GLUE = "\u00a0"  # a space at which no line is broken


def ready() -> None:
    """Print on any terminal: what an encoding lacks becomes a question mark, not an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="replace")


def say(text: str = "") -> None:
    """One piece of output."""
    sys.stdout.write(f"{text}\n")


def complain(text: str) -> None:
    """One message about what went wrong, after anything that was already said."""
    with suppress(BrokenPipeError, ValueError):
        sys.stdout.flush()
    sys.stderr.write(f"rulebook: {text}\n")


def is_live(stream: TextIO) -> bool:
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def paint(text: str, color: str) -> str:
    """The text in color, where someone sees it and has not asked for none."""
    if os.environ.get("NO_COLOR") or not is_live(sys.stdout):
        return text
    return f"\x1b[{_CODES[color]}m{text}\x1b[0m"


def width() -> int:
    return max(40, shutil.get_terminal_size().columns)


def shortened(text: str, used: int = 0) -> str:
    """The text cut to what is left of a line; whole where the output is kept in a file."""
    room = max(10, width() - used)
    return text if len(text) <= room or not is_live(sys.stdout) else text[: room - 1] + "…"


def wrapped(text: str, first: str, later: str) -> str:
    """Prose in lines that fit, what the first and the later ones begin with."""
    return textwrap.fill(
        text,
        min(width(), _WIDEST),
        initial_indent=first,
        subsequent_indent=later,
        break_long_words=False,
        break_on_hyphens=False,
    )


def formula(text: str, first: str, later: str) -> str:
    """Mathematics in lines that fit, broken as far outside as can be, at best before a sign."""
    room = min(width(), _WIDEST)
    for depth in range(8):
        for at in (r" (?=[-+⊙] )", " "):
            found = wrapped(_glued(text, depth, at), first, later)
            if max(map(len, found.split("\n"))) <= room:
                return found.replace(_GLUE, " ")
    return wrapped(text, first, later)


def _glued(text: str, most: int, at: str) -> str:
    """The text, to be broken only at some spaces and inside ``most`` brackets."""
    out, depth = "", 0
    for n, c in enumerate(text):
        depth += (c in "([{") - (c in ")]}")
        kept = c == " " and (depth > most or not re.match(at, text[n:]))
        out += _GLUE if kept else c
    return out


class Progress:
    """How far long work has come, on standard error.

    In a terminal one line that rewrites itself; elsewhere a line whenever `PATIENCE` runs out.
    """

    def __init__(self, total: int) -> None:
        self.total = total
        self.live = is_live(sys.stderr)
        self.start = self.spoke = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.start

    def show(self, done: int, now: str) -> None:
        """Tell how many are done and what is being waited for."""
        if self.live:
            text = f"checking {done + 1} of {self.total}  {now}"[: width() - 1]
            sys.stderr.write(f"\r\x1b[K{text}")
            sys.stderr.flush()
        elif time.monotonic() - self.spoke > PATIENCE:
            self.spoke = time.monotonic()
            complain(f"{done} of {self.total} checked after {self.seconds:.0f} s, now {now}")

    def clear(self) -> None:
        """Take the live line away, so that something else can be printed."""
        if self.live:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
