"""Text to expressions: NumPy-like notation, parsed with `ast` over a whitelist, never evaluated.

Vectors are 1-D as in NumPy: in text a vector has no orientation, and ``x @ A @ x`` is x'Ax. ``*``,
``/`` and ``**`` work entry by entry, only a scalar is expanded, ``@`` is the matrix product.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Mapping, Sequence
from math import inf

from rulebook.errors import ParseError, ShapeError
from rulebook.language.dims import ONE, DimLike, Shape, column, dim, show
from rulebook.language.names import is_name
from rulebook.language.operators import shapes, size
from rulebook.language.operators.infix import NEGATIVE, QUOTIENT
from rulebook.language.operators.transpose import transposed
from rulebook.language.ranks import rank
from rulebook.language.spelling import Constant, Spelling, functions, known_as, meant
from rulebook.language.tree import Apply, Expr, Number, Operator, Symbol, lift

__all__ = ["DEEPEST", "LONGEST", "SIGNS", "TURN", "Parser", "declare", "parse", "syntax"]

LONGEST, DEEPEST, LARGEST_POWER = 4000, 60, 1000
SIGNS: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.MatMult: "@",
    ast.Pow: "**",
}
TURN = ".T"


def declare(shapes: Mapping[str, Sequence[DimLike]]) -> dict[str, Symbol]:
    """Symbols from shapes: ``{"x": ("n",), "A": ("m", "n"), "t": ()}``.

    Raises ShapeError for a shape of more than two dimensions or a name used twice.
    """
    found: dict[str, Symbol] = {}
    for name, given in shapes.items():
        sizes = (given,) if isinstance(given, str) else tuple(given)
        if not is_name(name):
            raise ShapeError(f"{name!r} is not a name")
        if known_as(name):
            raise ShapeError(f"{name!r} is a function, and cannot be a variable")
        found[name] = Symbol(_declared(name, sizes), name)
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
        tree = syntax(source)
    except SyntaxError as error:
        where = (error.offset or 1) - 1
        raise ParseError(
            f"this is not an expression: {error.msg}", source, min(where, len(source))
        ) from None
    except (ValueError, MemoryError, RecursionError):
        raise ParseError("this is not an expression", source) from None
    return Parser(source, symbols).read(tree, 0)


def syntax(source: str) -> ast.expr:
    """What Python makes of a line. Raises SyntaxError, and what else Python may of a long one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        return ast.parse(source, mode="eval").body


class Parser:
    """One text over its symbols; everything that is refused is pointed at."""

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
            raise ShapeError(str(self.fail(str(error), node))) from None

    def _read(self, node: ast.expr, depth: int) -> Expr:
        match node:
            case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
                return self._number(node, value)
            case ast.Name(id=name):
                return self._name(node, name)
            case ast.Attribute(value=inside, attr="T"):
                return self._made(meant(TURN), [self.read(inside, depth + 1)])
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

    def _number(self, node: ast.Constant, value: float) -> Expr:
        text = ast.get_source_segment(self.text, node) or ""
        if len(text) > 30 or value == inf:
            raise self.fail("this number is too long", node)
        if value and not isinstance(value, int) and not 1e-30 < value < 1e30:
            raise self.fail("this number is too large or too small", node)
        return Number(value)

    def _name(self, node: ast.Name, name: str) -> Expr:
        if name in self.symbols:
            return self.symbols[name]
        if name in self.sizes:
            return size(name)
        if known_as(name):
            raise self.fail(f"{name!r} is a function and takes arguments", node)
        known = ", ".join(sorted(self.symbols)) or "none"
        raise self.fail(f"no variable {name!r}; the shapes declare {known}", node)

    def _negative(self, a: Expr) -> Expr:
        return Number(-a.value) if isinstance(a, Number) else -a

    def _binary(self, node: ast.BinOp, depth: int) -> Expr:
        a, b = self.read(node.left, depth + 1), self.read(node.right, depth + 1)
        if type(node.op) not in SIGNS:
            raise self.fail(f"{_spoken(node.op)} is not in the language", node)
        if isinstance(node.op, ast.Pow):
            b = self._exponent(node, a, b)
        return self._made(meant(SIGNS[type(node.op)]), [a, b])

    def _made(self, meaning: Spelling, args: list[Expr]) -> Expr:
        """An operator over its arguments: by the first of the rows so spelled that takes them."""
        way = meaning.way(tuple(rank(a.shape) for a in args))
        if way is not None:
            return Apply(way.row, *_standing(way.row, args))
        last = meaning.ways[-1]  # its shape rule says best what is wrong
        last.rule.refuse(*(a.shape for a in args))
        Apply(last.row, *_standing(last.row, args))
        raise ShapeError(f"{meaning.name} does not take {', '.join(show(a.shape) for a in args)}")

    def _exponent(self, node: ast.BinOp, a: Expr, b: Expr) -> Expr:
        """The exponent of a power, if its numbers stay small."""
        shapes.power(a.shape, b.shape)
        if isinstance(b, Number) and abs(b.value) > LARGEST_POWER:
            raise self.fail(f"exponents go up to {LARGEST_POWER}", node.right)
        if _plain(a) and _plain(b) and (not isinstance(b, Number) or abs(b.value) > 64):
            raise self.fail("this power of a number is too large", node)
        if not isinstance(b, Number) and _plain(b):
            folded = _folded(b)
            if folded is None or abs(folded.value) > LARGEST_POWER:
                raise self.fail("write this exponent as one number", node.right)
            return folded
        return b

    def _call(self, node: ast.Call, depth: int) -> Expr:
        if not isinstance(node.func, ast.Name):
            raise self.fail("only the functions of the language can be called", node.func)
        name = node.func.id
        meaning = known_as(name)
        if meaning is None:
            raise self.fail(f"no function {name!r}; there are {', '.join(functions())}", node.func)
        if node.keywords or any(isinstance(a, ast.Starred) for a in node.args):
            raise self.fail(f"{name} takes plain arguments", node)
        if not meaning.takes(len(node.args)):
            many = "argument" if meaning.count == 1 else "arguments"
            takes = "some" if meaning.many else meaning.count
            raise self.fail(f"{name} takes {takes} {many}, not {len(node.args)}", node)
        if isinstance(meaning, Constant):
            return lift(meaning.make(self._size(node.args[0])))
        return self._made(meaning, [self.read(a, depth + 1) for a in node.args])

    def _size(self, node: ast.expr) -> DimLike:
        match node:
            case ast.Name(id=name) if name in self.sizes:
                return name
            case ast.Constant(value=int() as value) if 0 < value < 1000:
                return value
        raise self.fail("a size is the name of a dimension or a whole number", node)


def _standing(row: Operator, args: list[Expr]) -> list[Expr]:
    """The arguments as the row wants vectors to stand; else two vectors stand the same way."""
    match row.stands.split():
        case []:
            lying = {a.shape[0] == ONE for a in args if rank(a.shape) == 1}
            return list(map(_upright, args)) if len(lying) > 1 else args
        case [_]:
            return list(map(_upright, args))
        case ways:
            turned = zip(args, ways, strict=True)
            return [_lying(a) if way == "row" else _upright(a) for a, way in turned]


def _upright(e: Expr) -> Expr:
    """A vector as a column."""
    return transposed(e) if e.shape[:1] == (ONE,) else e


def _lying(e: Expr) -> Expr:
    """A vector as a row."""
    return e.T if e.shape[1:] == (ONE,) else e


def _plain(e: Expr) -> bool:
    """Whether an expression holds numbers only."""
    return isinstance(e, Number) or (bool(e.args) and all(_plain(a) for a in e.args))


def _folded(e: Expr) -> Number | None:
    """A quotient or negative of numbers, as one number: the 1/2 of ``x ** (1 / 2)``."""
    parts = [a if isinstance(a, Number) else _folded(a) for a in e.args]
    if any(p is None for p in parts):
        return None
    values = [p.value for p in parts if p is not None]
    if isinstance(e, Apply) and e.op is QUOTIENT and values[1]:
        return Number(values[0] / values[1])
    return Number(-values[0]) if isinstance(e, Apply) and e.op is NEGATIVE else None


def _spoken(node: ast.AST) -> str:
    """What people call a construct of Python's."""
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
