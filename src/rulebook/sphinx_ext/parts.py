"""The parts that cards, tables and pages are made of: everything here comes from the entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes

from rulebook.book.claims import Derivative, Differential, Pullback
from rulebook.language.dims import ONE, SCALAR, array_shape, is_vector
from rulebook.language.traverse import unspecified
from rulebook.language.tree import Symbol
from rulebook.printing.latex import LATEX, latex, shape_latex
from rulebook.printing.layout import Layout
from rulebook.printing.numpy import numpy_text
from rulebook.sphinx_ext.markup import Content, display, division, mark, math, paragraph, table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rulebook import Report
    from rulebook.book.rule import Rule
    from rulebook.language.assumptions import Assumption
    from rulebook.language.dims import Shape
    from rulebook.language.tree import Expr
    from rulebook.language.unspecified import Unspecified

__all__ = [
    "assumed", "conditions", "derivatives", "functions", "in_layout", "layouts", "numpy_line",
    "result", "standing", "statement", "symbol_table", "variables", "verdict", "where",
]  # fmt: skip

VERDICT_CLASSES = {
    "proved at every size": "proved",
    "proved at given sizes": "proved",
    "checked numerically": "numeric",
    "by definition": "definition",
    "refuted": "refuted",
    "vacuous": "vacuous",
}
LAYOUT_NAMES: dict[Layout, str] = {
    "numerator": "numerator layout",
    "denominator": "denominator layout",
    "gradient": "as a gradient",
}


def verdict(report: Report) -> nodes.inline:
    """The verdict in the book's words."""
    words = str(report.verdict)
    return mark(words, f"rule-verdict {VERDICT_CLASSES.get(words, 'undecided')}")


def statement(rule: Rule, layout: Layout = "numerator") -> nodes.Element:
    """The equation, displayed."""
    return division("rule-statement", display(rule.latex(layout)))


def in_layout(layout: Layout) -> str:
    """A heading for what stands in a layout."""
    name = LAYOUT_NAMES[layout]
    return name.capitalize() if name.startswith("as") else f"In {name}"


def layouts(told: Callable[[Layout], str], first: Layout = "numerator") -> dict[Layout, str]:
    """What is told in a layout, in every layout in which it reads differently."""
    found: dict[Layout, str] = {}
    for layout in dict.fromkeys((first, *LAYOUT_NAMES)):
        if (tex := told(layout)) not in found.values():
            found[layout] = tex
    return found


def where(named: Iterable[tuple[str, str]]) -> list[nodes.Node]:
    """What the names in a statement stand for."""
    said = [math(f"{name} = {body}") for name, body in named]
    return [paragraph("where ", _joined(said), classes="rule-where")] if said else []


def conditions(needed: Iterable[str]) -> list[nodes.Node]:
    """What must hold for a statement to be true."""
    said = [math(tex) for tex in needed]
    return [paragraph("Provided that ", _joined(said), ".", classes="rule-where")] if said else []


def assumed(assuming: Iterable[Assumption]) -> list[str]:
    """What is assumed of symbols, in LaTeX."""
    return [LATEX(a.symbol) + LATEX.aside(a.text) for a in assuming]


def _joined(formulas: list[nodes.math]) -> list[nodes.Node]:
    """Formulas with words between them: a, b and c."""
    out: list[nodes.Node] = []
    for n, formula in enumerate(formulas):
        between = "" if n == 0 else " and " if n == len(formulas) - 1 else ", "
        out += [nodes.Text(between), formula]
    return out


def functions(rule: Rule) -> list[str]:
    """What the rule is about, in LaTeX."""
    claim = rule.claim
    if isinstance(claim, Pullback):
        return [latex(e) for e in claim.of]
    return [latex(next(iter(claim.sides.values())))]


def variables(rule: Rule) -> list[str]:
    """By what it is differentiated."""
    return [latex(x) for x in _moving(rule)]


def derivatives(rule: Rule, layout: Layout = "numerator") -> list[str]:
    """The right sides."""
    return [right for _, right in rule.latex_parts(layout)]


def _moving(rule: Rule) -> tuple[Symbol, ...]:
    match rule.claim:
        case Derivative(wrt=x):
            return (x,)
        case Differential(wrt=many):
            return many
        case Pullback(equals=pairs):
            return tuple(x for x, _ in pairs)
    return ()


def kind(shape: Shape) -> str:
    """What an array of this shape is called."""
    if shape == SCALAR:
        return "scalar"
    if is_vector(shape):
        return "column" if shape[1] == ONE else "row"
    return "matrix" if len(shape) == 2 else "array"


def symbol_table(rule: Rule) -> nodes.table:
    """Every symbol and function of the statement with its shape."""
    moving = _moving(rule)
    functions = unspecified(*rule.claim.sides.values())
    rows = [
        *(_row(s, _part(s, moving)) for s in rule.claim.symbols),
        *(_row(let, "a name") for let in rule.claim.lets),
        *(_function_row(fn) for fn in functions if not fn.slots),
    ]
    head = ["symbol", "kind", "shape", "NumPy shape", "part"]
    return table(
        head, rows, caption="What each symbol is", classes="rule-symbols", id="table-symbols"
    )


def _row(e: Expr, part: str) -> list[Content]:
    shape = math(shape_latex(e.shape))
    return [math(latex(e)), kind(e.shape), shape, _numpy_shape(e), part]


def _numpy_shape(e: Expr) -> nodes.literal:
    sizes = [str(d) for d in array_shape(e.shape)]
    text = f"({', '.join(sizes)}{',' if len(sizes) == 1 else ''})"
    return nodes.literal(text, text)


def _part(symbol: Symbol, moving: tuple[Symbol, ...]) -> str:
    if symbol in moving:
        return "variable"
    if symbol.role == "cotangent":
        return "cotangent"
    if symbol.role == "tangent" and symbol.of in moving:
        return "tangent"
    return "constant" if moving else ""


def _function_row(fn: Unspecified) -> list[Content]:
    out = fn.out
    what = "entry by entry" if out is None else f"{kind(out)}-valued"
    shape: Content = "as its argument" if out is None else math(shape_latex(out))
    code = nodes.literal(fn.code, fn.code)
    return [
        math(LATEX.glyph(fn.name, fn.bold)),
        "function",
        shape,
        code,
        f"any differentiable function, {what}",
    ]


def standing(rule: Rule) -> list[nodes.Node]:
    """Where rows and columns of the result come from."""
    claim = rule.claim
    match claim:
        case Pullback():
            return [paragraph("Each cotangent has the shape of what it belongs to.")]
        case Differential():
            shape = math(shape_latex(claim.of.shape))
            return [paragraph("The differential has the shape of the function, ", shape, ".")]
        case Derivative():
            return [paragraph(*_standing(claim, math(latex(claim.wrt))))]
    if claim.left.shape == SCALAR:
        return []
    return [paragraph("Both sides are ", math(shape_latex(claim.left.shape)), ".")]


def _standing(claim: Derivative, x: nodes.math) -> tuple[Content, ...]:
    """The same of a derivative, as a sentence."""
    if claim.equals.shape == SCALAR:
        return ("The derivative is a scalar.",)
    size = math(shape_latex(claim.equals.shape))
    if claim.order == 2:
        return "The Hessian is ", size, ": rows and columns both follow the entries of ", x, "."
    if claim.of.shape == SCALAR and is_vector(claim.wrt.shape):
        follows = ". The gradient is its transpose."
        return "The derivative is the row ", size, ": one column for each entry of ", x, follows
    if claim.of.shape == SCALAR:
        return "The derivative is ", size, ", the transpose of the shape of ", x, "."
    if claim.wrt.shape == SCALAR:
        return "The derivative is ", size, ": one row for each entry of the function."
    rows = ": rows follow the entries of the function, columns those of "
    return "The Jacobian is ", size, rows, x, "."


def result(rule: Rule) -> Shape:
    """The shape of what the rule gives."""
    claim = rule.claim
    return claim.equals[0][1].shape if isinstance(claim, Pullback) else _last(rule).shape


def numpy_line(rule: Rule) -> str:
    """The result as one NumPy expression."""
    return numpy_text(_last(rule))


def _last(rule: Rule) -> Expr:
    return list(rule.claim.sides.values())[-1]
