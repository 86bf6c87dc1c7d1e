"""Text to expressions: NumPy-like notation, parsed with `ast` over a whitelist, never evaluated.

Vectors are 1-D as in NumPy: in text a vector has no orientation, and ``x @ A @ x`` is x'Ax. ``*``,
``/`` and ``**`` work entry by entry, only a scalar is expanded, ``@`` is the matrix product.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Mapping, Sequence
from keyword import iskeyword

from rulebook.errors import ParseError, ShapeError
from rulebook.language import operators as op
from rulebook.language.dims import ONE, SCALAR, DimLike, Shape, column, dim, show
from rulebook.language.operators.transpose import transposed
from rulebook.language.tree import Expr, Number, Symbol

__all__ = ["FUNCTIONS", "declare", "parse"]

LONGEST, DEEPEST, LARGEST_POWER = 4000, 60, 1000


def _col(e: Expr) -> Expr:
    """A vector as a column."""
    return transposed(e) if e.shape[:1] == (ONE,) else e


def _vector(e: Expr) -> Expr:
    if not (len(e.shape) == 2 and ONE in e.shape):
        raise ShapeError(f"a vector is needed here, not {show(e.shape)}")
    return _col(e)


def _square_or_vector_diag(a: Expr) -> Expr:
    return op.diagonal(a) if len(a.shape) == 2 and ONE not in a.shape else op.diag(_vector(a))


def _kron(a: Expr, b: Expr) -> Expr:
    return op.kron(a, b)


FUNCTIONS: dict[str, tuple[int, Callable[..., Expr]]] = {
    "abs": (1, op.absolute),
    "cos": (1, op.cos),
    "det": (1, op.det),
    "diag": (1, _square_or_vector_diag),
    "dot": (2, lambda a, b: _vector(a).T @ _vector(b)),
    "exp": (1, op.exp),
    "eye": (1, op.eye),
    "inv": (1, op.inv),
    "kron": (2, _kron),
    "log": (1, op.log),
    "logdet": (1, op.logdet),
    "logsumexp": (1, lambda a: op.logsumexp(_col(a))),
    "max": (2, lambda a, b: op.maximum(*_alike(a, b))),
    "mean": (1, op.mean),
    "min": (2, lambda a, b: op.minimum(*_alike(a, b))),
    "norm2": (1, lambda a: op.norm(_vector(a))),
    "normfro": (1, op.norm),
    "ones": (1, op.ones),
    "outer": (2, lambda a, b: _vector(a) @ _vector(b).T),
    "relu": (1, op.relu),
    "sigmoid": (1, op.sigmoid),
    "sign": (1, op.sign),
    "sin": (1, op.sin),
    "softmax": (1, lambda a: op.softmax(_col(a))),
    "softplus": (1, op.softplus),
    "sqrt": (1, op.sqrt),
    "stack": (-1, lambda *parts: op.stack(*map(_col, parts))),
    "step": (1, op.step),
    "sum": (1, op.sum_of),
    "tanh": (1, op.tanh),
    "trace": (1, op.tr),
    "vec": (1, op.vec),
    "zeros": (1, op.zeros),
}
SIZED = frozenset({"ones", "eye", "zeros"})


def declare(shapes: Mapping[str, Sequence[DimLike]]) -> dict[str, Symbol]:
    """Symbols from shapes: ``{"x": ("n",), "A": ("m", "n"), "t": ()}``.

    Raises ShapeError for a shape of more than two dimensions or a name used twice.
    """
    found: dict[str, Symbol] = {}
    for name, given in shapes.items():
        sizes = (given,) if isinstance(given, str) else tuple(given)
        if not name.isidentifier() or name == "np" or iskeyword(name):
            raise ShapeError(f"{name!r} is not a name")
        if name in FUNCTIONS:
            raise ShapeError(f"{name!r} is a function, and cannot be a variable")
        found[name] = Symbol(_declared(name, sizes), name)
    for name in found:
        if name in FUNCTIONS:
            raise ShapeError(f"{name!r} names a function of the language, not a variable")
    sizes_used = {n for s in found.values() for d in s.shape for n in d.names}
    for name in sorted(sizes_used & set(found)):
        raise ShapeError(f"{name!r} names a variable and a dimension")
    return found


def _declared(name: str, sizes: tuple[DimLike, ...]) -> Shape:
    dims = tuple(dim(n) for n in sizes)
    if any(d.value is not None and d.value < 1 for d in dims):
        raise ShapeError(f"{name} has a dimension below 1")
    if ONE in dims:
        raise ShapeError(
            f"{name} has a dimension 1: a scalar has none, a vector has its length only"
        )
    if len(dims) > 2:
        raise ShapeError(
            f"{name} has {len(dims)} dimensions; text knows scalars, vectors and matrices"
        )
    return column(dims[0]) if len(dims) == 1 else dims


def parse(text: str, symbols: Mapping[str, Symbol]) -> Expr:
    """The expression that ``text`` says, over the given symbols.

    Raises ParseError for text outside the dialect, ShapeError for operands that do not fit.

    >>> from rulebook.dialect.parse import declare, parse
    >>> parse("x @ A @ x", declare({"x": ("n",), "A": ("n", "n")})).shape
    ()
    >>> parse("x @ A[0]", declare({"x": ("n",), "A": ("n", "n")}))
    Traceback (most recent call last):
        ...
    rulebook.errors.ParseError: indexing with [ ] is not in the language
      x @ A[0]
          ^
    """
    if not isinstance(text, str):
        raise ParseError(f"an expression is text, not {type(text).__name__}", str(text)[:200])
    source = " ".join(text.split())
    if not source:
        raise ParseError("there is no expression", text)
    if len(source) > LONGEST:
        raise ParseError(
            f"the expression has {len(source)} characters; at most {LONGEST} are read", source
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            tree = ast.parse(source, mode="eval").body
    except SyntaxError as error:
        where = (error.offset or 1) - 1
        raise ParseError(
            f"this is not an expression: {error.msg}", source, min(where, len(source))
        ) from None
    except (ValueError, MemoryError, RecursionError):
        raise ParseError("this is not an expression", source) from None
    return _Parser(source, symbols).read(tree, 0)


class _Parser:
    def __init__(self, text: str, symbols: Mapping[str, Symbol]) -> None:
        self.text, self.symbols = text, symbols
        self.sizes = {n for s in symbols.values() for d in s.shape for n in d.names}

    def fail(self, message: str, node: ast.AST) -> ParseError:
        offset = getattr(node, "col_offset", 0)
        return ParseError(
            message, self.text, len(self.text.encode()[:offset].decode(errors="ignore"))
        )

    def read(self, node: ast.expr, depth: int) -> Expr:
        if depth > DEEPEST:
            raise self.fail(f"nested more than {DEEPEST} deep", node)
        try:
            return self._read(node, depth)
        except ShapeError as error:
            if "\n" in str(error):
                raise
            offset = self.fail(str(error), node)
            raise ShapeError(str(offset)) from None

    def _read(self, node: ast.expr, depth: int) -> Expr:
        match node:
            case ast.Constant(value=value) if type(value) in (int, float):
                return self._number(node)
            case ast.Name(id=name):
                return self._name(node, name)
            case ast.Attribute(value=inside, attr="T"):
                return self._transpose(self.read(inside, depth + 1))
            case ast.Attribute(attr=attr):
                raise self.fail(f"'.{attr}' is not in the language; only .T is", node)
            case ast.UnaryOp(op=ast.USub(), operand=inside):
                return self._negative(self.read(inside, depth + 1))
            case ast.UnaryOp(op=ast.UAdd(), operand=inside):
                return self.read(inside, depth + 1)
            case ast.UnaryOp(op=other):
                raise self.fail(f"{_spoken(other)} is not in the language", node)
            case ast.BinOp():
                return self._binary(node, depth)
            case ast.Call():
                return self._call(node, depth)
            case ast.Constant():
                raise self.fail(f"{node.value!r} is not a number", node)
        raise self.fail(f"{_spoken(node)} is not in the language", node)

    def _number(self, node: ast.Constant) -> Expr:
        text = ast.get_source_segment(self.text, node) or ""
        if len(text) > 30 or (isinstance(node.value, float) and abs(node.value) == float("inf")):
            raise self.fail("this number is too long", node)
        if isinstance(node.value, float) and node.value and not 1e-30 < abs(node.value) < 1e30:
            raise self.fail("this number is too large or too small", node)
        assert isinstance(node.value, int | float)
        return Number(node.value)

    def _name(self, node: ast.Name, name: str) -> Expr:
        if name in self.symbols:
            return self.symbols[name]
        if name in self.sizes:
            return op.size(name)
        if name in FUNCTIONS:
            raise self.fail(f"{name!r} is a function and takes arguments", node)
        known = ", ".join(sorted(self.symbols)) or "none"
        raise self.fail(f"no variable {name!r}; the shapes declare {known}", node)

    def _transpose(self, a: Expr) -> Expr:
        if len(a.shape) != 2 or ONE in a.shape:
            what = "a scalar" if a.shape == SCALAR else "a vector"
            raise ShapeError(
                f".T is for matrices, and this is {what} (in text a vector has no orientation)"
            )
        return a.T

    def _negative(self, a: Expr) -> Expr:
        return Number(-a.value) if isinstance(a, Number) else -a

    def _binary(self, node: ast.BinOp, depth: int) -> Expr:
        a, b = self.read(node.left, depth + 1), self.read(node.right, depth + 1)
        match node.op:
            case ast.MatMult():
                return _product(a, b)
            case ast.Pow():
                return self._power(node, a, b)
            case ast.Add() | ast.Sub() | ast.Mult() | ast.Div():
                a, b = _alike(a, b)
                return _ARITHMETIC[type(node.op)](a, b)
        raise self.fail(f"{_spoken(node.op)} is not in the language", node)

    def _power(self, node: ast.BinOp, a: Expr, b: Expr) -> Expr:
        if b.shape != SCALAR:
            raise ShapeError(f"an exponent is a scalar, not {show(b.shape)}")
        if isinstance(b, Number) and abs(b.value) > LARGEST_POWER:
            raise self.fail(f"exponents go up to {LARGEST_POWER}", node.right)
        if _plain(a) and _plain(b) and (not isinstance(b, Number) or abs(b.value) > 64):
            raise self.fail("this power of a number is too large", node)
        if not isinstance(b, Number) and _plain(b):
            folded = _folded(b)
            if folded is None or abs(folded.value) > LARGEST_POWER:
                raise self.fail("write this exponent as one number", node.right)
            b = folded
        return a**b

    def _call(self, node: ast.Call, depth: int) -> Expr:
        if not isinstance(node.func, ast.Name):
            raise self.fail("only the functions of the language can be called", node.func)
        name = node.func.id
        if name not in FUNCTIONS:
            raise self.fail(
                f"no function {name!r}; there are {', '.join(sorted(FUNCTIONS))}", node.func
            )
        if node.keywords or any(isinstance(a, ast.Starred) for a in node.args):
            raise self.fail(f"{name} takes plain arguments", node)
        count, make = FUNCTIONS[name]
        if count not in (-1, len(node.args)) or not node.args:
            many = "argument" if count == 1 else "arguments"
            raise self.fail(
                f"{name} takes {'some' if count < 0 else count} {many}, not {len(node.args)}", node
            )
        if name in SIZED:
            return make(self._size(node.args[0]))
        return make(*(self.read(a, depth + 1) for a in node.args))

    def _size(self, node: ast.expr) -> DimLike:
        match node:
            case ast.Name(id=name) if name in self.sizes:
                return name
            case ast.Constant(value=int() as value) if 0 < value < 1000:
                return value
        raise self.fail("a size is the name of a dimension or a whole number", node)


def _product(a: Expr, b: Expr) -> Expr:
    """``@`` as NumPy means it: a vector on the left is a row, on the right a column."""
    if SCALAR in (a.shape, b.shape):
        raise ShapeError("@ is a matrix product; a scalar multiplies with *")
    left = a.T if a.shape[1:] == (ONE,) else a
    return left @ (_col(b) if ONE in b.shape else b)


def _alike(a: Expr, b: Expr) -> tuple[Expr, Expr]:
    """Two vectors stand the same way."""
    if (
        len(a.shape) == len(b.shape) == 2
        and a.shape != b.shape
        and ONE in a.shape
        and ONE in b.shape
    ):
        return _col(a), _col(b)
    return a, b


_ARITHMETIC: dict[type[ast.operator], Callable[[Expr, Expr], Expr]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
}


def _plain(e: Expr) -> bool:
    """Whether an expression holds numbers only."""
    return isinstance(e, Number) or (bool(e.args) and all(_plain(a) for a in e.args))


def _folded(e: Expr) -> Number | None:
    """A quotient or negative of numbers, as one number: the 1/2 of ``x ** (1 / 2)``."""
    parts = [a if isinstance(a, Number) else _folded(a) for a in e.args]
    if any(p is None for p in parts):
        return None
    values = [p.value for p in parts if p is not None]
    name = getattr(getattr(e, "op", None), "name", "")
    if name == "quotient" and values[1]:
        return Number(values[0] / values[1])
    return Number(-values[0]) if name == "negative" else None


def _spoken(node: ast.AST) -> str:
    words = {
        "BoolOp": "'and' or 'or'",
        "Compare": "a comparison",
        "Subscript": "indexing with [ ]",
        "List": "a list",
        "Tuple": "a tuple",
        "Dict": "a dictionary",
        "Set": "a set",
        "Lambda": "a lambda",
        "IfExp": "'if'",
        "JoinedStr": "a string",
        "Mod": "%",
        "FloorDiv": "//",
        "BitXor": "^ (a power is **)",
        "Await": "'await'",
        "Yield": "'yield'",
        "NamedExpr": "':='",
        "Starred": "'*'",
        "Invert": "~",
        "Not": "'not'",
    }
    name = type(node).__name__
    return words.get(
        name, "a comprehension" if name.endswith("Comp") or name == "GeneratorExp" else name
    )
