"""Pullbacks of linear operations.

Throughout, X and Y are m by n, S is n by n, x is a column of length n, and t is a scalar. The bar
marks a cotangent: G belongs to a result that is an array, g to one that is a number or a column. A
rule for matrices holds for columns and rows as well, wherever both sides make sense. All of these
say the same in different words: a factor may move across an inner product if it is turned around.
"""

from typing import Final

from rulebook.book import Cite, Mistake, Pullback, Rule, cotangent
from rulebook.language import (
    diag,
    diagonal,
    eye,
    matrix,
    mean,
    ones,
    scalar,
    size,
    sum_of,
    tr,
    vector,
)

X, Y = matrix("X", "m", "n"), matrix("Y", "m", "n")
S, x, t = matrix("S", "n", "n"), vector("x", "n"), scalar("t")
m, n = size("m"), size("n")

G, G_turned, G_square = cotangent("G", X), cotangent("G", X.T), cotangent("G", S)
g, g_column = cotangent("g", t), cotangent("g", x)
everywhere = ones("m") @ ones("n").T

transpose_pullback: Final = Rule(
    title="Pullback of a transpose",
    claim=Pullback(of=X.T, cotangents=G_turned, equals={X: G_turned.T}),
    note="What was turned on the way in is turned back on the way out.",
    cites=(Cite("giles2008"), Cite("pytorch-derivatives", "t")),
)

sum_pullback: Final = Rule(
    title="Pullback of a sum",
    claim=Pullback(of=X + Y, cotangents=G, equals={X: G, Y: G}),
    note="Both terms get the whole cotangent; nothing is shared out.",
    cites=(Cite("giles2008"), Cite("pytorch-derivatives", "add")),
    mistakes=(Mistake(equals=G / 2, why="a cotangent is passed on whole to both"),),
)

difference_pullback: Final = Rule(
    title="Pullback of a difference",
    claim=Pullback(of=X - Y, cotangents=G, equals={X: G, Y: -G}),
    note="What is taken away gets the cotangent with a minus.",
    cites=(Cite("pytorch-derivatives", "sub"),),
)

negative_pullback: Final = Rule(
    title="Pullback of a negative",
    claim=Pullback(of=-X, cotangents=G, equals={X: -G}),
    note="A minus is its own adjoint.",
    cites=(Cite("pytorch-derivatives", "neg"),),
)

hadamard_pullback: Final = Rule(
    title="Pullback of a Hadamard product",
    claim=Pullback(of=X * Y, cotangents=G, equals={X: G * Y, Y: G * X}),
    note="Each factor gets the cotangent times the other factor; nothing has to be transposed.",
    cites=(Cite("pytorch-derivatives", "mul"), Cite("magnus2019", "ch. 3")),
    mistakes=(Mistake(equals=G * X, why="the factor is the other one"),),
)

scaling_pullback: Final = Rule(
    title="Pullback of a scalar multiple",
    claim=Pullback(of=t * X, cotangents=G, equals={t: sum_of(G * X), X: t * G}),
    note="The scalar reaches every entry, so its cotangent collects from every entry.",
    cites=(Cite("pytorch-derivatives", "mul"), Cite("griewank2008", "ch. 3")),
    mistakes=(Mistake(equals=sum_of(G), why="each entry counts with what it is multiplied by"),),
)

quotient_by_scalar_pullback: Final = Rule(
    title="Pullback of division by a scalar",
    claim=Pullback(of=X / t, cotangents=G, equals={X: G / t}),
    note="The divisor stays where it is; here it does not move.",
    cites=(Cite("pytorch-derivatives", "div"),),
    mistakes=(Mistake(equals=t * G, why="an adjoint is not an inverse"),),
)

elementwise_quotient_pullback: Final = Rule(
    title="Pullback of an element-wise quotient by its numerator",
    claim=Pullback(of=X / Y, cotangents=G, equals={X: G / Y}),
    note="Division entry by entry is a product with reciprocals.",
    cites=(Cite("pytorch-derivatives", "div"),),
    mistakes=(Mistake(equals=G * Y, why="an adjoint is not an inverse"),),
)

expansion_pullback: Final = Rule(
    title="Pullback of scalar expansion in a sum",
    claim=Pullback(of=X + t, cotangents=G, equals={X: G, t: sum_of(G)}),
    note="A scalar that was copied into every entry collects the cotangents of its copies.",
    cites=(Cite("parr2018", "sec. 4.3"), Cite("pytorch-derivatives", "add")),
)

expansion_difference_pullback: Final = Rule(
    title="Pullback of scalar expansion in a difference",
    claim=Pullback(of=X - t, cotangents=G, equals={X: G, t: -sum_of(G)}),
    note="Centering a column is such a difference.",
    cites=(Cite("pytorch-derivatives", "sub"),),
)

scalar_minus_array_pullback: Final = Rule(
    title="Pullback of a scalar minus an array",
    claim=Pullback(of=t - X, cotangents=G, equals={t: sum_of(G), X: -G}),
    note="The minus belongs to the array, and the scalar collects.",
    cites=(Cite("pytorch-derivatives", "rsub"),),
)

trace_pullback: Final = Rule(
    title="Pullback of the trace",
    claim=Pullback(of=tr(S), cotangents=g, equals={S: g * eye("n")}),
    note="The trace reads the diagonal only, so only the diagonal gets an answer.",
    cites=(Cite("giles2008"), Cite("pytorch-derivatives", "trace")),
    mistakes=(
        Mistake(equals=g * (ones("n") @ ones("n").T), why="that is for the sum of all entries"),
    ),
)

sum_of_entries_pullback: Final = Rule(
    title="Pullback of the sum of all entries",
    claim=Pullback(of=sum_of(X), cotangents=g, equals={X: g * everywhere}),
    note="Every entry counts once, so every entry gets the same.",
    cites=(Cite("pytorch-derivatives", "sum"),),
)

sum_of_entries_of_vector_pullback: Final = Rule(
    title="Pullback of the sum of a vector",
    claim=Pullback(of=sum_of(x), cotangents=g, equals={x: g * ones("n")}),
    note="Summing and copying are adjoint to each other.",
    cites=(Cite("pytorch-derivatives", "sum"), Cite("parr2018", "sec. 4.4")),
)

mean_pullback: Final = Rule(
    title="Pullback of the mean of all entries",
    claim=Pullback(of=mean(X), cotangents=g, equals={X: g / (m * n) * everywhere}),
    note="An equal share for each of the entries.",
    cites=(Cite("pytorch-derivatives", "mean"),),
    mistakes=(Mistake(equals=g / n * everywhere, why="there are m times n entries"),),
)

mean_of_vector_pullback: Final = Rule(
    title="Pullback of the mean of a vector",
    claim=Pullback(of=mean(x), cotangents=g, equals={x: g / n * ones("n")}),
    note="An equal share for each of the entries.",
    cites=(Cite("pytorch-derivatives", "mean"),),
    mistakes=(Mistake(equals=g * ones("n"), why="forgets the division by n"),),
)

diag_pullback: Final = Rule(
    title="Pullback of a diagonal matrix",
    claim=Pullback(of=diag(x), cotangents=G_square, equals={x: diagonal(G_square)}),
    note="Whatever comes back off the diagonal is dropped: nothing there depends on x.",
    cites=(Cite("pytorch-derivatives", "diag_embed"),),
    mistakes=(
        Mistake(equals=G_square @ ones("n"), why="entries off the diagonal do not depend on x"),
    ),
)

diagonal_pullback: Final = Rule(
    title="Pullback of the diagonal part",
    claim=Pullback(of=diagonal(S), cotangents=g_column, equals={S: diag(g_column)}),
    note="Reading a diagonal and writing one are adjoint to each other.",
    cites=(Cite("pytorch-derivatives", "diagonal"),),
    mistakes=(Mistake(equals=g_column @ ones("n").T, why="entries off the diagonal are not read"),),
)

inner_product_pullback: Final = Rule(
    title="Pullback of the inner product of two matrices",
    claim=Pullback(of=sum_of(X * Y), cotangents=g, equals={X: g * Y, Y: g * X}),
    note="The gradient by either matrix is the other one.",
    cites=(Cite("pytorch-derivatives", "dot"), Cite("petersen2012", "eq. 103")),
    mistakes=(Mistake(equals=g * X, why="the factor is the other one"),),
)
