"""A derivative as source text: NumPy, JAX or PyTorch.

Each operator's row has its words in each language; where a row has none of its own, NumPy's serve,
under the other library's name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache
from textwrap import dedent

from rulebook.errors import RuleError
from rulebook.language.traverse import rebuild, symbols
from rulebook.language.tree import INFIX, Apply, Bind, Expr, Index, Let, Number, Operator
from rulebook.printing.numpy import definition, helpers, numpy_text, parameters

__all__ = ["LANGUAGES", "module", "source", "text"]


@dataclass(frozen=True)
class _Language:
    title: str
    imports: tuple[tuple[str, str], ...]  # what in a text needs which import
    prefix: str  # of what it calls as NumPy does
    template: Callable[[Operator], str]  # of a row that has its own words
    picky: tuple[str, ...] = ()  # the calls that take no plain number,
    number: str = ""  # and how they are given one; {like} is a tensor that others follow


LANGUAGES = {
    "numpy": _Language("NumPy", (("", "import numpy as np"),), "np.", lambda op: op.numpy),
    "jax": _Language(
        "JAX",
        (("jax.nn.", "import jax"), ("", "import jax.numpy as jnp")),
        "jnp.",
        lambda op: op.jax,
        ("jax.nn.",),
        "float({0})",
    ),
    "torch": _Language(
        "PyTorch",
        (("", "import torch"),),
        "torch.",
        lambda op: op.torch,
        ("torch.", ".to("),
        "{like}.new_tensor({0})",
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
    picky = LANGUAGES[language].picky

    def go(e: Expr) -> Expr:
        args = tuple(map(go, e.args))
        if isinstance(e, Bind) and e.kind == "array":
            raise RuleError(f"an array over indices has no source text in {language}")
        if not isinstance(e, Apply):
            return rebuild(e, args)
        op = _translated(e.op, language, like)
        if any(call in op.numpy for call in picky):
            made = zip(e.args, args, strict=True)
            args = tuple(_number(language, like)(a) if _bare(was) else a for was, a in made)
        return Apply(op, *args)

    return go(e)


def _unmistaken(e: Expr, language: str, given: Iterable[Expr]) -> None:
    """Refuse a variable or a size that has the name of a module or of a helper in the source."""
    modules = {line.split()[-1] for _, line in LANGUAGES[language].imports}
    taken = modules | {h.removeprefix("def ").partition("(")[0] for h in helpers(e)}
    known = symbols(e, *given)
    for name in (*(s.name for s in known), *(n for s in known for d in s.shape for n in d.names)):
        if name in taken:
            raise RuleError(f"{name!r} means something else in {language} source; rename it")


@cache
def _translated(op: Operator, language: str, like: str) -> Operator:
    """An operator's row in another language; where that has words of its own, without a helper."""
    spoken = LANGUAGES[language]
    own = spoken.template(op)
    return replace(
        op,
        numpy=(own or op.numpy.replace("np.", spoken.prefix)).replace("{like}", like),
        helper="" if own else op.helper.replace("np.", spoken.prefix),
    )


@cache
def _number(language: str, like: str) -> Operator:
    """A plain number for a function that takes none."""
    return Operator(
        name="number",
        shape=lambda a: a,
        entry=lambda s, i, a: a(*i),
        latex="{0}",
        numpy=LANGUAGES[language].number.replace("{like}", like),
    )


def _bare(e: Expr) -> bool:
    """Whether the text of an expression is a Python number: made of numbers and sizes only."""
    if isinstance(e, Number | Index):
        return True
    if isinstance(e, Let):
        return _bare(e.body)
    plain = isinstance(e, Apply) and not e.shape and (not e.args or e.op in INFIX.values())
    return plain and all(map(_bare, e.args))
