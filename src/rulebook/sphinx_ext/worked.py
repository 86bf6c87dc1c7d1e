"""``{rule:worked}``: a worked example, every line of which is checked while the page is read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar

from docutils.parsers.rst import directives

from rulebook.book.claims import Derivative, Equality
from rulebook.checks.stated import reader_claim
from rulebook.errors import RulebookError
from rulebook.language.operators import transposed
from rulebook.language.traverse import symbols
from rulebook.printing.latex import latex
from rulebook.printing.layout import Layout
from rulebook.sphinx_ext.directives import BookDirective, layout
from rulebook.sphinx_ext.markup import display, division, mark, paragraph

if TYPE_CHECKING:
    from docutils.nodes import Node

    from rulebook.checks.stated import ReaderClaim
    from rulebook.language.tree import Expr

__all__ = ["WorkedDirective"]

WIDEST = 34  # signs in a line beside its reason


@dataclass(frozen=True)
class WorkedLine:
    """One line of the example: what is claimed, why, and where it stands in the source."""

    text: str
    reason: str
    number: int


@dataclass
class Example:
    """The body of the directive, read."""

    head: dict[str, str] = field(default_factory=dict)
    lines: list[WorkedLine] = field(default_factory=list)


def read(body: list[str]) -> Example:
    """``of: ...``, ``wrt: ...`` or ``left: ...``, then lines ``= expression | reason``.

    >>> read(["left: x + x", "= 2 * x | collected"]).lines[0].reason
    'collected'
    """
    example = Example()
    for number, raw in enumerate(body):
        text = raw.strip()
        if text.startswith("="):
            claim, _, reason = text[1:].partition(" | ")
            example.lines.append(WorkedLine(claim.strip(), reason.strip(), number))
        elif text:
            name, colon, value = text.partition(":")
            if not colon or name not in ("of", "wrt", "left"):
                raise ValueError(
                    f"expected of:, wrt:, left: or a line that begins with =, not {text!r}"
                )
            example.head[name] = value.strip()
    if set(example.head) not in ({"of", "wrt"}, {"left"}) or not example.lines:
        raise ValueError("a worked example says of: and wrt:, or left:, and then its lines")
    return example


def pairs(text: str | None) -> dict[str, tuple[str, ...]]:
    """``x: n; A: n, n`` as a mapping; a name alone is a scalar.

    >>> pairs("x: n; A: n, n; c:")
    {'x': ('n',), 'A': ('n', 'n'), 'c': ()}
    """
    found = {}
    for part in (text or "").split(";"):
        name, _, words = part.partition(":")
        if name.strip():
            found[name.strip()] = tuple(w.strip() for w in words.split(",") if w.strip())
    return found


class WorkedDirective(BookDirective):
    """A chain of equal expressions, each with its reason."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar[dict[str, Any]] = {
        "shapes": pairs,
        "assume": pairs,
        "layout": layout,
        "order": directives.positive_int,
    }

    def run(self) -> list[Node]:
        self.domain.note(self.env.docname, "engine")
        try:
            example = read(list(self.content))
        except ValueError as error:
            self.warn("worked", "worked example: %s", error)
            return []
        steps = [self.step(example, line, first=n == 0) for n, line in enumerate(example.lines)]
        body = division("worked", *steps, tag="ol")
        title = self.inline(self.arguments[0]) if self.arguments else []
        return [*([paragraph(title, classes="rule-title worked-title")] if title else []), body]

    def step(self, example: Example, line: WorkedLine, first: bool) -> Node:
        """One line, set and checked."""
        claim = self.claim(example.head, line)
        try:
            tex, good = self.judged(claim, line, first)
        except RulebookError as error:
            self.warn("worked", "%s: %s", line.text, error, line=self.line_of(line))
            tex, good = rf"= \text{{{line.text}}}", False
        said = self.inline(line.reason) if line.reason else []
        checked = mark(
            "checked" if good else "not confirmed", f"worked-mark {'good' if good else 'bad'}"
        )
        reason = division("worked-reason", paragraph(said, " " if said else "", checked))
        return division("worked-step", division("worked-line", display(tex)), reason, tag="li")

    def line_of(self, line: WorkedLine) -> int:
        """Where a line stands in the page; the offset counts from the directive."""
        return self.lineno + self.content_offset + 1 + line.number

    def claim(self, head: dict[str, str], line: WorkedLine) -> dict[str, Any]:
        """The claim of a line, as `rulebook.check` takes it."""
        said = (
            {"left": head["left"], "right": line.text}
            if "left" in head
            else {**head, "equals": line.text}
        )
        return {
            "of": "", "wrt": "", "equals": "", "left": "", "right": "", **said,
            "shapes": self.options.get("shapes", {}),
            "assume": self.options.get("assume", {}),
            "order": self.options.get("order", 1),
            "layout": self.options.get("layout", "numerator"),
        }  # fmt: skip

    def judged(self, claim: dict[str, Any], line: WorkedLine, first: bool) -> tuple[str, bool]:
        """The line in LaTeX, and whether its check confirms it."""
        left, right = sides(reader_claim(**claim), claim["layout"])
        report = self.checks.claim(**claim)
        if not report.ok:
            self.warn("worked", "this line does not hold: %s", report, line=self.line_of(line))
        return opening(left, right) if first else rf"{{}} = {right}", report.ok


def opening(left: str, right: str) -> str:
    """The first line; what is too wide for one is broken before its equals sign."""
    seen = re.sub(r"\\[a-z]+|[{}\s]", "", left + right)
    if len(seen) < WIDEST:
        return f"{left} = {right}"
    return rf"\begin{{aligned}} & {left} \\ & {{}} = {right} \end{{aligned}}"


def sides(read: ReaderClaim, layout: Layout) -> tuple[str, str]:
    """Both sides of a reader's claim in LaTeX, the right one as it was written."""
    claim = read.subject.claim
    if isinstance(claim, Equality):
        return latex(claim.left), latex(claim.right)
    assert isinstance(claim, Derivative)
    ((_, right),) = claim.equations(layout)
    left = claim.left(layout)
    held = len(symbols(claim.of)) > 1  # the others are held still
    written = _standing(read.equals, claim, layout)
    return (
        latex(replace(left, straight=left.straight and not held)),
        latex(right if written is None else written),
    )


def _standing(written: Expr | None, claim: Derivative, layout: Layout) -> Expr | None:
    """What was written, standing as the layout has it: text gives a vector no orientation."""
    turned = claim.order == 1 and layout != "numerator"
    wanted = claim.equals.shape[::-1] if turned else claim.equals.shape
    for way in (written, transposed(written)) if written is not None and written.shape else ():
        if way.shape == wanted:
            return way
    return None
