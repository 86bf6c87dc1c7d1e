"""Gradients and Jacobians.

Throughout, x is a column of length n, and a bold f is a function with m outputs, stacked in a
column. A derivative has one row for each output and one column for each parameter: this is the
numerator layout. Where the shape of a derivative is the point, x or f may also be a scalar.
"""

from typing import Final

from rulebook.book import Cite, Derivative, Mistake, Rule
from rulebook.language import (
    SCALAR,
    Index,
    Let,
    Symbol,
    array,
    delta,
    dim,
    eye,
    function,
    grid,
    matrix,
    ones,
    partial,
    scalar,
    stack,
    vector,
    zeros,
)

x = vector("x", "n")
only_x, t = scalar("x"), scalar("t")
f, f_scalar = function("f", "m"), function("f")
A, c = matrix("A", "m", "n"), vector("c", "m")

pair = vector("x", 2)
entries = (pair[0], pair[1])
f_of_two, g_of_two = f_scalar(*entries), function("g")(*entries)

i = Symbol(SCALAR, "i", role="index", limit=dim("m"))
j = Symbol(SCALAR, "j", role="index", limit=dim("n"))
k_of_m, k_of_n = Index("k", "m"), Index("k", "n")
e_i = Let("e_i", array(k_of_m, delta(k_of_m, i)))
e_j = Let("e_j", array(k_of_n, delta(k_of_n, j)))
z = Let("z", x + t * e_j)

gradient_of_two_variables: Final = Rule(
    title="Gradient of a function of two variables",
    claim=Derivative(
        of=f_of_two, wrt=pair, equals=grid([partial(f_of_two, pair[0]), partial(f_of_two, pair[1])])
    ),
    note="One partial derivative for each parameter, side by side: a row in numerator layout.",
    cites=(Cite("parr2018", "sec. 3"), Cite("parr2018", "sec. 8.1")),
)

jacobian_of_two_functions: Final = Rule(
    title="Jacobian of two functions of two variables",
    claim=Derivative(
        of=stack(f_of_two, g_of_two),
        wrt=pair,
        equals=grid(
            [partial(f_of_two, pair[0]), partial(f_of_two, pair[1])],
            [partial(g_of_two, pair[0]), partial(g_of_two, pair[1])],
        ),
    ),
    note="In numerator layout the gradients of the functions are its rows, in denominator layout "
    "its columns.",
    cites=(Cite("parr2018", "sec. 4"),),
    mistakes=(
        Mistake(
            equals=grid(
                [partial(f_of_two, pair[0]), partial(g_of_two, pair[0])],
                [partial(f_of_two, pair[1]), partial(g_of_two, pair[1])],
            ),
            why="this is the denominator layout; two by two, its shape does not give it away",
        ),
    ),
)

jacobian_row: Final = Rule(
    title="Row of a Jacobian",
    claim=Derivative(of=f(x)[i], wrt=x, equals=e_i.T @ partial(f(x), x)),
    note="A Jacobian is a stack of gradients: in numerator layout its row i is the gradient of "
    "output i.",
    cites=(Cite("parr2018", "sec. 4.1"),),
)

jacobian_entry: Final = Rule(
    title="Entry of a Jacobian",
    claim=Derivative(of=f(z)[i], wrt=t, equals=partial(f(z), z)[i, j]),
    note="Moving parameter j alone changes output i at the rate in row i, column j, in numerator "
    "layout. At $t = 0$ the moved point is x itself.",
    cites=(Cite("parr2018", "sec. 4.1"), Cite("parr2018", "sec. 8.1")),
)

identity_function: Final = Rule(
    title="Identity function",
    claim=Derivative(of=x, wrt=x, equals=eye("n")),
    note="Each entry changes with itself at rate 1 and with no other.",
    cites=(
        Cite("parr2018", "sec. 4.1"),
        Cite("wikipedia-matrix-calculus", "vector-by-vector identities"),
    ),
    mistakes=(
        Mistake(equals=ones("n") @ ones("n").T, why="an entry does not change with the others"),
    ),
)

constant_vector: Final = Rule(
    title="Constant vector",
    claim=Derivative(of=c, wrt=x, equals=zeros("m", "n")),
    note="The zero has the shape that the derivative would have: m by n in numerator layout, not a "
    "scalar 0.",
    cites=(
        Cite("wikipedia-matrix-calculus", "vector-by-vector identities"),
        Cite("petersen2012", "eq. 33"),
    ),
)

linear_map: Final = Rule(
    title="Linear map",
    claim=Derivative(of=A @ x, wrt=x, equals=A),
    note="Row i of A holds the rates at which output i changes. In denominator layout the answer "
    "is the transpose.",
    cites=(Cite("wikipedia-matrix-calculus", "vector-by-vector identities"),),
)

jacobian_of_scalar_by_scalar: Final = Rule(
    title="Scalar by scalar",
    claim=Derivative(of=f_scalar(only_x), wrt=only_x, equals=partial(f_scalar(only_x), only_x)),
    note="A single number: the derivative of a first course.",
    cites=(Cite("parr2018", "sec. 4.1"),),
)

jacobian_of_scalar_by_vector: Final = Rule(
    title="Scalar by vector",
    claim=Derivative(of=f_scalar(x), wrt=x, equals=partial(f_scalar(x), x)),
    note="In numerator layout a row of length n. The gradient as a column, of the shape of x, is "
    "its transpose.",
    cites=(Cite("parr2018", "sec. 4.1"), Cite("parr2018", "sec. 8.1")),
)

jacobian_of_vector_by_scalar: Final = Rule(
    title="Vector by scalar",
    claim=Derivative(of=f(only_x), wrt=only_x, equals=partial(f(only_x), only_x)),
    note="In numerator layout a column of length m: each output has its own rate of change.",
    cites=(Cite("parr2018", "sec. 4.1"),),
)

jacobian_of_vector_by_vector: Final = Rule(
    title="Vector by vector",
    claim=Derivative(of=f(x), wrt=x, equals=partial(f(x), x)),
    note="In numerator layout a matrix, m by n: rows follow the function, columns the variable.",
    cites=(Cite("parr2018", "sec. 4.1"), Cite("parr2018", "sec. 8.1")),
)
