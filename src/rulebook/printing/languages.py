"""A derivative as source text: NumPy, JAX or PyTorch.

There is one table of code, the NumPy templates in the operators' rows; the other two are made
from it by the few places where their functions are called or used differently.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from textwrap import dedent

from rulebook.errors import RuleError
from rulebook.language.traverse import rebuild, symbols
from rulebook.language.tree import Apply, Bind, Expr, Index, Let, Number, Operator
from rulebook.printing.numpy import definition, helpers, numpy_text, parameters

__all__ = ["LANGUAGES", "module", "source", "text"]

_LIKE = "LIKE"  # stands for a tensor whose type and device others follow


@dataclass(frozen=True)
class _Language:
    imports: tuple[tuple[str, str], ...]  # what in a text needs which import
    prefix: str = "np."
    changes: tuple[tuple[str, str], ...] = ()  # of a NumPy template; in turn
    picky: str = ""  # the calls that take no plain number,
    number: str = ""  # and how they are given one


LANGUAGES = {
    "numpy": _Language((("", "import numpy as np"),)),
    "jax": _Language(
        (("jax.nn.", "import jax"), ("", "import jax.numpy as jnp")),
        "jnp.",
        (
            (r"^(sigmoid|softmax)\(", r"jax.nn.\1("),
            (r"^logsumexp\((.*)\)", r"jax.nn.logsumexp(\1, axis=-1)"),
        ),
        r"jax\.nn\.",
        "float({0})",
    ),
    "torch": _Language(
        (("", "import torch"),),
        "torch.",
        (
            (r"^sigmoid\(", "torch.sigmoid("),
            (r"^(softmax|logsumexp)\((.*)\)", r"torch.\1(\2, dim=-1)"),
            (r"^np\.maximum\(0, (.*)\)", r"torch.relu(\1)"),
            (r"^np\.where\((.*), 1\.0, 0\.0\)", rf"(\1).to({_LIKE})"),
            (r"^np\.(ones|zeros)\(", rf"{_LIKE}.new_\1("),
            (r"^np\.eye\(([^()]*)\)", rf"torch.eye(\1).to({_LIKE})"),
            (  # a transpose would break it (PyTorch issue 185650)
                r"^np\.kron\(\{0\}, \{1\}\)",
                "torch.kron({0:atom}.contiguous(), {1:atom}.contiguous())",
            ),
            (r"^np\.array\(\[\[", "torch.tensor([["),
            (r"^np\.array\(", "torch.stack("),
            (r'\.reshape\(-1, order="F"\)', ".T.reshape(-1)"),
            (
                r'\.reshape\(([^(),]*), ([^(),]*), order="F"\)',
                r".reshape(\2, \1).T",
            ),
        ),
        r"torch\.|\.to\(",
        f"{_LIKE}.new_tensor({{0}})",
    ),
}


def text(e: Expr, language: str = "numpy", *given: Expr) -> str:
    """One expression; a `Let` is its name, and what else is ``given`` may be read.

    >>> from rulebook.language.build import vector
    >>> from rulebook.language.operators import softmax, step
    >>> z = vector("z", "n")
    >>> text(softmax(z), "jax"), text(softmax(z), "torch"), text(step(z), "torch")
    ('jax.nn.softmax(z)', 'torch.softmax(z, dim=-1)', '(z > 0).to(z)')
    """
    return numpy_text(_spoken(e, language, given))


def source(e: Expr, language: str = "numpy", *given: Expr) -> str:
    """Statements that run: helpers, sizes and names where there are any, and the expression.

    >>> from rulebook.language.build import matrix, vector
    >>> from rulebook.language.operators import ones, sum_of
    >>> A, x = matrix("A", "m", "n"), vector("x", "n")
    >>> print(source(ones("m").T @ A, "jax"))
    m = A.shape[0]
    jnp.ones(m) @ A
    """
    spoken = _spoken(e, language, given)
    _, *body = definition("derivative", spoken, (), symbols(*given, e)).split("\n")
    *before, last = dedent("\n".join(body)).split("\n")
    return "\n".join([*helpers(spoken), *before, last.removeprefix("return ")])


def module(e: Expr, language: str = "numpy", name: str = "derivative", *given: Expr) -> str:
    """A whole module: imports, and one function of the symbols of what is ``given`` and of ``e``.

    PyTorch's takes tensors of one type, scalars as well.

    >>> from rulebook.language.build import matrix, vector
    >>> A, x = matrix("A", "m", "n"), vector("x", "n")
    >>> print(module(A, "torch", "jacobian", A @ x))
    import torch
    <BLANKLINE>
    <BLANKLINE>
    def jacobian(A, x):
        return A
    <BLANKLINE>
    """
    spoken = _spoken(e, language, given)
    params = parameters(*given, e)
    code = [*helpers(spoken), definition(name, spoken, params, symbols(*given, e))]
    body = "\n\n\n".join(code)
    imports = [line for mark, line in LANGUAGES[language].imports if mark in body]
    return "\n".join(imports) + f"\n\n\n{body}\n"


def _spoken(e: Expr, language: str, given: Iterable[Expr]) -> Expr:
    """The same tree, each operator's NumPy template in the language's own words."""
    if language not in LANGUAGES:
        raise RuleError(f"no source text in {language!r}; there is {', '.join(LANGUAGES)}")
    _unmistaken(e, language, given)
    if language == "numpy":
        return e
    known = sorted(symbols(e, *given), key=lambda s: not s.shape)
    like = known[0].name if known else "torch.tensor(0.0, dtype=torch.float64)"
    picky = re.compile(LANGUAGES[language].picky)

    def go(e: Expr) -> Expr:
        args = tuple(map(go, e.args))
        if isinstance(e, Bind) and e.kind == "array":
            raise RuleError(f"an array over indices has no source text in {language}")
        if not isinstance(e, Apply):
            return rebuild(e, args)
        op = _translated(e.op, language, like)
        if picky.search(op.numpy):
            args = tuple(_number(language, like)(a) if _bare(a) else a for a in args)
        return Apply(op, *args)

    return go(e)


def _unmistaken(e: Expr, language: str, given: Iterable[Expr]) -> None:
    """Refuse a variable that has the name of a module or of a helper in the source."""
    modules = {line.split()[-1] for _, line in LANGUAGES[language].imports}
    taken = modules | {h.removeprefix("def ").partition("(")[0] for h in helpers(e)}
    for s in symbols(e, *given):
        if s.name in taken:
            raise RuleError(f"{s.name!r} means something else in {language} source; rename it")


@cache
def _translated(op: Operator, language: str, like: str) -> Operator:
    """An operator's row in another language; a helper goes where the language has the function."""
    spoken = LANGUAGES[language]
    template = op.numpy
    for pattern, words in spoken.changes:
        template = re.sub(pattern, words, template)
    helper = op.helper if template == op.numpy else ""
    return replace(
        op,
        numpy=re.sub(r"\bnp\.", spoken.prefix, template).replace(_LIKE, like),
        helper=re.sub(r"\bnp\.", spoken.prefix, helper),
    )


@cache
def _number(language: str, like: str) -> Operator:
    """A plain number for a function that takes none."""
    return Operator(
        name="number",
        shape=lambda a: a,
        entry=lambda s, i, a: a(*i),
        latex="{0}",
        numpy=LANGUAGES[language].number.replace(_LIKE, like),
    )


def _bare(e: Expr) -> bool:
    """Whether the text of an expression is a Python number: made of numbers and sizes only."""
    if isinstance(e, Number | Index):
        return True
    if isinstance(e, Let):
        return _bare(e.body)
    plain = isinstance(e, Apply) and not e.shape and "(" not in e.op.numpy
    return plain and all(map(_bare, e.args))
