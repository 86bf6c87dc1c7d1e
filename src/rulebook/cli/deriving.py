"""The command that derives: a reader's own expression, line by line, each with its rule."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

import rulebook
from rulebook.book import library
from rulebook.cli.given import assumed, shaped
from rulebook.cli.reading import as_json, fact, in_words
from rulebook.cli.terminal import complain, formula, paint, say, width, wrapped
from rulebook.deriving import Derivation, Step
from rulebook.deriving.present.answer import stacked_sides
from rulebook.deriving.present.lines import Line, Told, checked, folded, lines, names
from rulebook.errors import Refusal, RulebookError
from rulebook.language.dims import SCALAR, array_shape, show
from rulebook.language.traverse import symbols
from rulebook.language.tree import Expr
from rulebook.printing.languages import LANGUAGES
from rulebook.printing.latex import latex
from rulebook.printing.layout import Layout, called
from rulebook.printing.unicode import UNICODE, text

__all__ = ["derive"]

CONTINUED, CITED = " " * 6, " " * 8


def derive(options: Namespace) -> int:
    try:
        found = rulebook.derive(
            _expression(options),
            options.wrt,
            shapes=shaped(options.shape),
            assume=assumed(options.assume),
            order=options.order,
        )
        told = found.style(options.style)
        stacked = found.vec() if options.vec else None
    except Refusal as refusal:
        return _refused(refusal, options)
    if options.json:
        say(as_json(_data(found, told, stacked, options)))
    else:
        _show(found, told, stacked, options)
    return 0


def _expression(options: Namespace) -> str:
    """The expression, however it was given."""
    if bool(options.expression) == bool(options.of):
        raise RulebookError("derive takes one expression: rulebook derive 'x @ A @ x' --wrt x")
    return str(options.expression or options.of)


def _refused(refusal: Refusal, options: Namespace) -> int:
    """No derivation is shown: say what stopped it, and what comes nearest."""
    near = [library.get(id) for id in refusal.nearest]
    if options.json:
        data = {"refused": str(refusal), "operation": refusal.operation}
        say(as_json(data | {"nearest": [{"id": r.id, "title": r.title} for r in near]}))
        return 1
    complain(str(refusal))
    return 1


# --------------------------------------------------------------------- for people


def _show(found: Derivation, told: Told, stacked: Expr | None, options: Namespace) -> None:
    made = lines(told, options.layout)
    for line in made if options.verbose else folded(made):
        _line(line)
    where = [f"{text(name)} = {text(body)}" for name, body in names(told, options.layout)]
    if where:
        say(formula(f"where {', '.join(where)}", "", CONTINUED))
    say()
    declared = shaped(options.shape)
    for n, s in enumerate(symbols(found.of, found.wrt)):
        inferred = "" if s.name in declared else ", inferred"
        fact("" if n else "shapes", f"{s.name} {in_words(_axes(s))}{inferred}")
    fact("result", _of_result(found, options.layout))
    fact("stacked", _stacked(found, stacked))
    fact("assumes", *(f"{a.symbol.name} {a.text}" for a in found.assuming))
    fact("requires", *found.conditions_in(UNICODE))
    fact("checked", checked(told))
    if options.latex:
        say()
        say(found.latex(options.layout))
    asked = [language for language in LANGUAGES if getattr(options, language)]
    for language in asked:
        say(f"\n# {LANGUAGES[language].title}" if len(asked) > 1 else "")
        say(getattr(found, language)(options.layout))


def _line(line: Line) -> None:
    """A line of mathematics, and under it the rules that justify it."""
    left, right = text(line.left) if line.left else "", f"= {text(line.right)}"
    right += f"  ({line.why})" if line.why else ""
    if left and len(left) + len(right) < width():
        say(f"{left} {right}")
    else:
        say(formula(left, "", CONTINUED) + "\n" * bool(left) + formula(right, "  ", CONTINUED))
    for rule in line.rules:
        say(paint(wrapped(f"{rule.id}  {rule.title}", CITED, CITED + "    "), "dim"))


def _axes(e: Expr) -> tuple[str, ...]:
    return tuple(str(d) for d in array_shape(e.shape))


def _of_result(found: Derivation, layout: Layout) -> str:
    """Its shape, and in which layout it has it."""
    if found.is_differential:
        return f"a differential, {show(found.of.shape)}, in d{found.wrt.name}"
    shape = found.in_layout(layout).shape
    name = called(layout).removeprefix("the ")
    return "a scalar" if shape == SCALAR else f"{show(shape)}, in {name}"


def _stacked(found: Derivation, stacked: Expr | None) -> str:
    """The differential with both sides stacked by columns."""
    if stacked is None:
        return ""
    return " = ".join(map(text, stacked_sides(found, stacked)))


# --------------------------------------------------------------------- for programs


def _data(
    found: Derivation, told: Told, stacked: Expr | None, options: Namespace
) -> dict[str, Any]:
    layout = options.layout
    return {
        "of": _expression(options),
        "wrt": found.wrt.name,
        "order": found.order,
        "layout": layout,
        "style": options.style,
        "shapes": {s.name: list(_axes(s)) for s in symbols(found.of, found.wrt)},
        "assuming": assumed(options.assume),
        "differential": found.is_differential,
        "shape": [str(d) for d in found.in_layout(layout).shape],
        **_both(found.in_layout(layout)),
        "names": {text(name): _both(body) for name, body in names(found, layout)},
        "vec": _both(stacked) if stacked is not None else None,
        "code": {language: getattr(found, language)(layout) for language in LANGUAGES},
        "conditions": list(found.conditions),
        "steps": [_step(step) for step in told.steps],
    }


def _step(step: Step) -> dict[str, Any]:
    rule = library.get(step.rule)
    return {
        "rule": rule.id,
        "title": rule.title,
        "url": rule.permalink,
        "phase": step.phase,
        "before": _both(step.before),
        "after": _both(step.after),
        "part": _both(step.part),
        "became": _both(step.became),
        "binding": {name: _both(e) for name, e in step.binding.items()},
        "verdict": step.verdict,
        "error": step.error,
    }


def _both(e: Expr) -> dict[str, str]:
    return {"latex": latex(e), "plain": text(e)}
