"""Scalar expansion.

Throughout, x is a column of length n and z a scalar that does not depend on it. Where the two meet,
z is expanded to a column of n copies of itself, and the operation runs entry by entry. A circle
stands for any such operation, and its partial derivatives are columns, taken entry by entry.
"""

from typing import Final

from rulebook.book import Cite, Definition, Derivative, Mistake, Rule
from rulebook.language import diag, elementwise, eye, function, ones, partial, scalar, vector

x, z = vector("x", "n"), scalar("z")
circ = elementwise("op", infix=True)
f, g = elementwise("f", bold=True)(x), function("g", "n")(z)
y = circ(f, g)

add_scalar: Final = Rule(
    title="A scalar added to a vector",
    claim=Definition(left=x + z, right=x + ones("n") * z),
    note="The scalar is added to every entry.",
    cites=(Cite("parr2018", "sec. 4.3"), Cite("parr2018", "sec. 8.3")),
)

scale: Final = Rule(
    title="A vector times a scalar",
    claim=Definition(left=x * z, right=x * (ones("n") * z)),
    note="Scaling is the Hadamard product with the expanded scalar.",
    cites=(Cite("parr2018", "sec. 4.3"),),
)

expansion_general_by_vector: Final = Rule(
    title="Expanded operation by the vector",
    claim=Derivative(of=y, wrt=x, equals=diag(partial(y, f) * partial(f, x))),
    note="Diagonal, because entry i of f reads entry i of x alone; the expanded scalar does not "
    "depend on x.",
    cites=(Cite("parr2018", "sec. 4.3"),),
    mistakes=(Mistake(equals=diag(partial(y, f)), why="the inner function has a derivative, too"),),
)

expansion_general_by_scalar: Final = Rule(
    title="Expanded operation by the scalar",
    claim=Derivative(of=y, wrt=z, equals=partial(y, g) * partial(g, z)),
    note="A vector, not a diagonal matrix: there is only one variable.",
    cites=(Cite("parr2018", "sec. 4.3"),),
    mistakes=(Mistake(equals=partial(y, g), why="the inner function has a derivative, too"),),
)

add_scalar_by_vector: Final = Rule(
    title="Vector plus scalar, by the vector",
    claim=Derivative(of=x + z, wrt=x, equals=eye("n")),
    note="Adding the same number everywhere changes no rate.",
    cites=(Cite("parr2018", "sec. 4.3"), Cite("parr2018", "sec. 8.3")),
)

add_scalar_by_scalar: Final = Rule(
    title="Vector plus scalar, by the scalar",
    claim=Derivative(of=x + z, wrt=z, equals=ones("n")),
    note="A vector of ones: one scalar moves every entry.",
    cites=(Cite("parr2018", "sec. 4.3"), Cite("parr2018", "sec. 8.3")),
)

scale_by_vector: Final = Rule(
    title="Vector times scalar, by the vector",
    claim=Derivative(of=x * z, wrt=x, equals=z * eye("n")),
    note="Every entry is scaled alike, and reads no other entry.",
    cites=(
        Cite("parr2018", "sec. 4.3"),
        Cite("parr2018", "sec. 8.3"),
        Cite("wikipedia-matrix-calculus", "vector-by-vector identities"),
    ),
    mistakes=(
        Mistake(equals=eye("n"), why="forgets the factor z"),
        Mistake(equals=diag(x), why="differentiates by the wrong factor"),
    ),
)

scale_by_scalar: Final = Rule(
    title="Vector times scalar, by the scalar",
    claim=Derivative(of=x * z, wrt=z, equals=x),
    note="A vector of the length of x.",
    cites=(
        Cite("parr2018", "sec. 4.3"),
        Cite("parr2018", "sec. 8.3"),
        Cite("wikipedia-matrix-calculus", "vector-by-scalar identities"),
    ),
    mistakes=(
        Mistake(equals=ones("n"), why="that is the answer for x + z"),
        Mistake(equals=z * ones("n"), why="differentiates by the wrong factor"),
    ),
)
