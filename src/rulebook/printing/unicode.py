r"""The book's LaTeX as plain text for a terminal: ``xᵀ (A + Aᵀ)``.

It reads what `rulebook.printing.latex` writes, so it needs a case for each of its few
constructions, and none for an operator.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["plain", "prose"]

_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\s+|.", re.DOTALL)
_MARKS = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303"}
_WORDS = {
    "top": "⊤", "odot": "⊙", "oslash": "⊘", "otimes": "⊗", "bigcirc": "○", "circ": "∘",
    "neq": "≠", "leq": "≤", "geq": "≥", "times": "×", "cdot": "·", "in": "∈", "infty": "∞",
    "ldots": "…", "nabla": "∇", "sum": "∑", "prod": "∏", "partial": "∂", "quad": "  ", "lVert": "‖",
    "rVert": "‖", "lvert": "|", "rvert": "|", "epsilon": "ε", "lambda": "λ", "Lambda": "Λ",
    "T": "⊤", "uparrow": "↑", "downarrow": "↓",
}  # fmt: skip
_STYLES = ("mathbf", "boldsymbol", "mathrm", "mathsf", "mathcal", "operatorname", "text")
_FACES = {"mathbb": {"1": "𝟙", "R": "ℝ"}, "vec": {"1": "𝟏", "0": "𝟎"}}
_ABOVE = dict(
    zip(
        "0123456789+-=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVW⊤",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵀ",
        strict=True,
    )
)
_BELOW = dict(
    zip(
        "0123456789+-=()aehijklmnoprstuvx",
        "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ",
        strict=True,
    )
)
_CALLED = re.compile(r"[A-Za-z]{2,}\(|√|‖")  # d exp(x), not dexp(x)
_D, _OPEN, _CLOSE = "\ue000", "\ue001", "\ue002"  # an upright d; around a fraction
_LOOSE = "=+-,;⊙⊘⊗○<>≠"  # what may stand beside a fraction without brackets


def plain(latex: str) -> str:
    r"""LaTeX of the book on one line.

    >>> plain(r"\frac{\partial \mathbf{x}^\top A \mathbf{x}}{\partial \mathbf{x}}")
    '∂(xᵀ A x)/∂x'
    >>> plain(r"\frac{2}{N} \, \sum_{i=1}^{N} \left(w_{i} - b\right)^{2}")
    '(2/N) ∑ᵢ₌₁ᴺ (wᵢ - b)²'
    """
    text = _Reader(latex).until()
    text = re.sub(f"{_D}(?=[a-z]{{2,}}\\()", "d ", _unfenced(text)).replace(_D, "d")
    return unicodedata.normalize("NFC", re.sub(r"  +", " ", text).strip())


def prose(text: str) -> str:
    """A note without its markup: formulas and references as plain text."""
    text = re.sub(r"\$([^$]+)\$", lambda m: plain(m[1]), text)
    text = re.sub(r"\{[\w:]+\}`([^`<]*?)\s*(?:<[^`]*>)?`", r"\1", text)
    return " ".join(text.split())


class _Reader:
    """A recursive descent over LaTeX, from left to right."""

    def __init__(self, latex: str) -> None:
        self.tokens: list[str] = _TOKEN.findall(latex)
        self.at = 0

    def next(self) -> str:
        token = self.tokens[self.at] if self.at < len(self.tokens) else ""
        self.at += 1
        return token

    def until(self, *stops: str) -> str:
        """Everything up to one of the stops, which is consumed."""
        out = ""
        while token := self.next():
            if token in stops:
                break
            made = self.read(token)
            out = out + (made.lstrip() if out.endswith(("∂", _D)) else made)
        return out.strip()

    def group(self) -> str:
        """An argument: what stands in braces, or one token."""
        token = self.next()
        while token.isspace():
            token = self.next()
        return self.until("}") if token == "{" else self.read(token)

    def read(self, token: str) -> str:
        if token == "{":
            return self.until("}")
        if token in ("^", "_"):
            return _script(self.group(), token)
        if token.startswith("\\"):
            return self.command(token[1:])
        return " " if token.isspace() else token

    def command(self, name: str) -> str:
        if name in ("frac", "tfrac"):
            return self.fraction()
        if name in _STYLES:
            inside = self.group()
            return _D if (name, inside) == ("mathrm", "d") else inside
        if name in _FACES:
            inside = self.group()
            return _FACES[name].get(inside, inside)
        if name in _MARKS:
            return self.group() + _MARKS[name]
        if name == "sqrt":
            return "√" + _tight(self.group())
        if name in ("left", "right"):
            return self.next() if name == "right" else self.fenced()
        if name in ("lvert", "lVert"):
            return _WORDS[name] + self.until(f"\\r{name[1:]}") + _WORDS[name]
        if name == "begin":
            return self.environment()
        if name in (",", ";", " ", "!"):
            return " "
        return _WORDS.get(name) or _greek(name) or name

    def fraction(self) -> str:
        """A derivative keeps its signs; another fraction is fenced until its place is seen."""
        top, below = self.group(), self.group()
        bottom = _tight(below, "/")
        if not (top.startswith(("∂", _D)) and below.startswith(("∂", _D))):
            return f"{_OPEN}{_tight(top, '/')}/{bottom}{_CLOSE}"
        cut = 2 if top[1:2] == "²" else 1
        of = _tight(top[cut:], top[:cut]) if top[cut:] else ""
        return f"{top[:cut]}{' ' * bool(_CALLED.match(of))}{of}/{bottom}"

    def fenced(self) -> str:
        left = self.next()
        inside = self.until("\\right")
        return left + inside + self.next()

    def environment(self) -> str:
        name = self.group()
        rows: list[list[str]] = [[]]
        while True:
            start = self.at
            rows[-1].append(self.until("&", "\\\\", "\\end"))
            stop = self.tokens[self.at - 1] if start < self.at <= len(self.tokens) else "\\end"
            if stop == "\\\\":
                rows.append([])
            elif stop != "&":
                break
        self.group()
        between = " " if name in ("cases", "aligned") else ", "
        body = "; ".join(between.join(row) for row in rows)
        return body if name == "aligned" else f"{{{body}}}" if name == "cases" else f"[{body}]"


def _script(inside: str, sign: str) -> str:
    """Raised or lowered where Unicode can, else after a sign."""
    if inside.startswith("∘ ") and sign == "^":  # a power entry by entry
        return "∘" + _script(inside[2:], sign)
    small = _ABOVE if sign == "^" else _BELOW
    letters = inside.replace(" ", "")
    if letters and all(c in small for c in letters):
        return "".join(small[c] for c in letters)
    return sign + (inside if len(inside) == 1 or inside.isalnum() else _tight(inside, sign))


def _tight(text: str, before: str = "") -> str:
    """In brackets, unless it already holds together."""
    text = _unfenced(text.strip())
    outside = _outside(text)
    return f"({text})" if " " in outside or (before and "/" in outside) else text


def _outside(text: str) -> str:
    """The text without what stands in brackets."""
    depth, out = 0, ""
    for c in re.sub(r"‖[^‖]*‖|\|[^|]*\|", "", text):
        depth -= c in ")]}"
        out += c if depth == 0 else ""
        depth += c in "([{"
    return out


def _unfenced(text: str) -> str:
    """Fractions with brackets where a factor or a power stands beside them."""
    while (start := text.rfind(_OPEN)) >= 0:
        stop = text.index(_CLOSE, start)
        left, inside, right = text[:start], text[start + 1 : stop], text[stop + 1 :]
        before, after = left.rstrip()[-1:], right.lstrip()[:1]
        alone = before in _LOOSE + "([{" and after in _LOOSE + ")]}"
        text = left + (inside if alone else f"({inside})") + right
    return text


def _greek(name: str) -> str:
    size = "CAPITAL" if name[:1].isupper() else "SMALL"
    try:
        return unicodedata.lookup(f"GREEK {size} LETTER {name.upper()}")
    except KeyError:
        return ""
