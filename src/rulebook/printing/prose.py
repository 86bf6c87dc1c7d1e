"""Notes as plain text: their markup left out, their inline formulas as a terminal can show them."""

from __future__ import annotations

import re

from rulebook.printing.notation import GREEK
from rulebook.printing.unicode import UNICODE, script

__all__ = ["prose"]

_SIGNS = {r"\geq": "≥", r"\leq": "≤", r"\neq": "≠", r"\top": "T", r"\in": "∈", r"\cdot": "·"}
_STYLED = re.compile(r"\\(?:mathbf|boldsymbol|mathrm|operatorname|text)\{([^{}]*)\}")
_SCRIPT = re.compile(r"([_^])(?:\{([^{}]*)\}|(.))")


def prose(text: str) -> str:
    r"""A note without its markup: formulas and references as plain text.

    >>> prose(r"The row $\mathbf{x}_i^\top$ of {rule:ref}`softmax`.")
    'The row xᵢᵀ of softmax.'
    """
    text = re.sub(r"\$([^$]+)\$", lambda m: _formula(m[1]), text)
    text = re.sub(r"\{[\w:]+\}`([^`<]*?)\s*(?:<[^`]*>)?`", r"\1", text)
    return " ".join(text.split())


def _formula(tex: str) -> str:
    """An inline formula; what is more than letters, signs and scripts is left as it is."""
    tex = _STYLED.sub(r"\1", tex)
    tex = re.sub(r"\\[A-Za-z]+", lambda m: _SIGNS.get(m[0]) or _letter(m[0]), tex)
    return _SCRIPT.sub(lambda m: script(m[2] or m[3], m[1]), tex)


def _letter(command: str) -> str:
    name = command[1:]
    return UNICODE.letter(name, False) if name in GREEK else command
