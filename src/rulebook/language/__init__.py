"""The language: a small, typed, immutable tree of expressions, and the operators' rows.

>>> from rulebook.language import matrix, vector
>>> A, x = matrix("A", "m", "n"), vector("x", "n")
>>> (A @ x).shape == vector("y", "m").shape
True

What is listed here is public: a chapter, or a package of operators, imports from this place.
"""

from rulebook.language import operators
from rulebook.language.arithmetic import Arg, Scalars
from rulebook.language.assumptions import (
    Assumption,
    Word,
    assumption,
    invertible,
    nonzero,
    onehot,
    positive,
    register,
    simplex,
    spd,
    symmetric,
)
from rulebook.language.build import matrix, scalar, tensor, vector
from rulebook.language.dims import SCALAR, Dim, DimLike, Shape, column, dim
from rulebook.language.operators import *  # noqa: F403  (`operators` lists them)
from rulebook.language.operators import shapes
from rulebook.language.ranks import ShapeRule
from rulebook.language.row import rows
from rulebook.language.signs import Sign, Zeros
from rulebook.language.spelling import Call, constant
from rulebook.language.tree import (
    Apply,
    Bind,
    Expr,
    ExprLike,
    Index,
    Let,
    Number,
    Operator,
    Symbol,
    lift,
)

__all__ = [
    "scalar",
    "vector",
    "matrix",
    "tensor",
    "Expr",
    "Symbol",
    "Number",
    "Let",
    "Apply",
    "Index",
    "Bind",
    "ExprLike",
    "lift",
    "SCALAR",
    "Dim",
    "DimLike",
    "Shape",
    "column",
    "dim",
    "Assumption",
    "Word",
    "assumption",
    "register",
    "invertible",
    "nonzero",
    "onehot",
    "positive",
    "simplex",
    "spd",
    "symmetric",
    "Arg",
    "Call",
    "Operator",
    "Scalars",
    "ShapeRule",
    "Sign",
    "Zeros",
    "constant",
    "rows",
    "shapes",
    "operators",
]
__all__ += operators.__all__
