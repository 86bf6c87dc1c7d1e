"""Plots for the pages: Matplotlib drawings as inline SVG that take the page's colors.

A color here is the day's color of one of the theme's variables; in the SVG it becomes the variable
itself, so that one drawing serves day and night.
"""

import re
from hashlib import sha256
from html import escape
from io import BytesIO
from typing import Any

import matplotlib as mpl
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

INK, MUTED, FAINT = "#20242a", "#575d66", "#d8d2c3"
BLUE, BROWN, GREEN, GOLD, RED = "#1d4f7f", "#8a3b12", "#1b6139", "#6f4b00", "#9b2226"

VARIABLES = {
    INK: "--rb-ink", MUTED: "--rb-muted", FAINT: "--rb-rule", BLUE: "--rb-link",
    BROWN: "--rb-link-hover", GREEN: "--rb-proved", GOLD: "--rb-numeric", RED: "--rb-refuted",
}  # fmt: skip

STYLE = {
    "svg.fonttype": "none",
    "font.size": 12,
    "text.color": INK,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.titlesize": 12,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.prop_cycle": mpl.cycler(color=[BLUE, BROWN, GREEN, GOLD, RED]),
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "grid.color": FAINT,
    "lines.linewidth": 2,
    "legend.frameon": False,
    "figure.constrained_layout.use": True,
}


def panels(columns: int = 1, width: float = 6.6, height: float = 3.3, **options: Any) -> Any:
    """A figure and its axes in the house style."""
    mpl.rcParams.update(STYLE)
    return plt.subplots(1, columns, figsize=(width, height), **options)


class Drawing:
    """A finished figure with the text that stands for it where it cannot be seen."""

    def __init__(self, figure: Figure, alt: str) -> None:
        self.figure, self.alt = figure, " ".join(alt.split())
        plt.close(figure)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {"text/html": self.svg(), "image/png": self.png(), "text/plain": self.alt}

    def png(self) -> bytes:
        """For what is not a web page."""
        out = BytesIO()
        self.figure.savefig(out, format="png", dpi=150)
        return out.getvalue()

    def svg(self) -> str:
        """The drawing as an element of the page."""
        out, mark = BytesIO(), "f" + sha256(self.alt.encode()).hexdigest()[:8]
        with mpl.rc_context({"svg.hashsalt": mark}):
            self.figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
        text = out.getvalue().decode()
        text = re.sub(r"<metadata>.*?</metadata>", "", text[text.index("<svg") :], flags=re.DOTALL)
        text = re.sub(r'(\bid="|href="#|url\(#)', rf"\1{mark}-", text)
        text = re.sub(r"'[^']*', sans-serif|'DejaVu Sans'", "var(--rb-sans, sans-serif)", text)
        for color, variable in VARIABLES.items():
            text = text.replace(color, f"var({variable}, {color})")
        size = r'<svg ([^>]*?)width="([\d.]+)pt" height="[\d.]+pt"'
        head = (
            r'<svg \1role="img" '
            f'aria-label="{escape(self.alt)}" '
            r'style="display: block; width: 100%; max-width: calc(\2px * 1.34); '
            r'height: auto; margin: 0 auto"'
        )
        return re.sub(size, head, text, count=1)


class Markup:
    """A piece of HTML, with the text that stands for it elsewhere."""

    def __init__(self, html: str, alt: str) -> None:
        self.html, self.alt = html, alt

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": self.alt}


def network(values: list[Any], weights: list[Any], names: list[str], alt: str) -> Markup:
    """Units in columns, joined by their weights; each tells its number when pointed at."""
    spots = [
        [(70 + 210 * c, 150 + 62 * (r - (len(v) - 1) / 2)) for r in range(len(v))]
        for c, v in enumerate(values)
    ]
    parts = []
    for c, w in enumerate(weights):
        for i, end in enumerate(spots[c + 1]):
            for j, start in enumerate(spots[c]):
                about = f"weight from {names[c]} {j + 1} to {names[c + 1]} {i + 1}: {w[i, j]:g}"
                parts.append(_link(start, end, w[i, j], about))
    for c, v in enumerate(values):
        parts.append(_label(spots[c][0][0], 295, names[c]))
        parts += [_unit(*spots[c][i], a, f"{names[c]} {i + 1}: {a:.4f}") for i, a in enumerate(v)]
    width = 140 + 210 * (len(values) - 1)
    head = (
        f'<svg viewBox="0 0 {width} 310" role="img" aria-label="{escape(alt)}" fill="currentColor" '
        f'font-family="var(--rb-sans, sans-serif)" font-size="14" style="display: block; '
        f'width: 100%; max-width: {width}px; height: auto; margin: 0 auto">'
    )
    return Markup(f"{head}{''.join(parts)}</svg>", alt)


def _link(start: tuple[float, float], end: tuple[float, float], weight: float, about: str) -> str:
    (x1, y1), (x2, y2) = start, end
    color = VARIABLES[BLUE if weight >= 0 else BROWN]
    return (
        f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="var({color}, gray)" '
        f'stroke-width="{0.6 + 3 * abs(weight):.2f}"><title>{about}</title></line>'
    )


def _unit(x: float, y: float, value: float, about: str) -> str:
    circle = (
        f'<circle cx="{x}" cy="{y}" r="25" fill="var(--rb-paper, white)" stroke="currentColor"/>'
    )
    return f"<g>{circle}{_label(x, y + 5, f'{value:.2f}')}<title>{about}</title></g>"


def _label(x: float, y: float, text: str) -> str:
    return f'<text x="{x}" y="{y}" text-anchor="middle">{text}</text>'
