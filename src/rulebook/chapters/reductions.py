"""Reductions.

Throughout, w and x are columns of length n, z is a scalar that does not depend on x, and f has m
outputs, each of which may read all of x. A reduction makes one number of many, so its derivative by
x is a row.
"""

from typing import Final

from rulebook.book import Cite, Derivative, Mistake, Rule
from rulebook.language import function, mean, ones, partial, scalar, size, sum_of, vector

w, x, z = vector("w", "n"), vector("x", "n"), scalar("z")
f = function("f", "m")(x)

sum_of_function: Final = Rule(
    title="Sum of a function's outputs",
    claim=Derivative(of=sum_of(f), wrt=x, equals=ones("m").T @ partial(f, x)),
    note="The sum runs over the outputs, so their derivatives are added up.",
    cites=(Cite("parr2018", "sec. 4.4"), Cite("parr2018", "sec. 8.4")),
)

sum_by_vector: Final = Rule(
    title="Sum of a vector",
    claim=Derivative(of=sum_of(x), wrt=x, equals=ones("n").T),
    note="A vector of ones: each entry counts once.",
    cites=(Cite("parr2018", "sec. 4.4"), Cite("parr2018", "sec. 8.4")),
    mistakes=(Mistake(equals=x.T, why="that is half the derivative of the sum of squares"),),
)

sum_scaled_by_vector: Final = Rule(
    title="Sum of a scaled vector, by the vector",
    claim=Derivative(of=sum_of(x * z), wrt=x, equals=z * ones("n").T),
    note="A vector with z in each of its n places.",
    cites=(Cite("parr2018", "sec. 4.4"), Cite("parr2018", "sec. 8.4")),
    mistakes=(Mistake(equals=ones("n").T, why="forgets the factor z"),),
)

sum_scaled_by_scalar: Final = Rule(
    title="Sum of a scaled vector, by the scalar",
    claim=Derivative(of=sum_of(x * z), wrt=z, equals=sum_of(x)),
    note="One number by one number is one number.",
    cites=(Cite("parr2018", "sec. 4.4"), Cite("parr2018", "sec. 8.4")),
    mistakes=(Mistake(equals=size("n"), why="each entry counts with its value, not once"),),
)

dot_product_by_first: Final = Rule(
    title="Dot product by its first factor",
    claim=Derivative(of=w.T @ x, wrt=w, equals=x.T),
    note="The other factor: in numerator layout, as a row.",
    cites=(
        Cite("parr2018", "sec. 5"),
        Cite("parr2018", "sec. 8.4"),
        Cite("petersen2012", "eq. 69"),
        Cite("wikipedia-matrix-calculus", "scalar-by-vector identities"),
    ),
    mistakes=(Mistake(equals=w.T, why="it is the other factor that stays"),),
)

dot_product_by_second: Final = Rule(
    title="Dot product by its second factor",
    claim=Derivative(of=w.T @ x, wrt=x, equals=w.T),
    note="The other factor: in numerator layout, as a row.",
    cites=(
        Cite("parr2018", "sec. 8.4"),
        Cite("petersen2012", "eq. 69"),
        Cite("wikipedia-matrix-calculus", "scalar-by-vector identities"),
    ),
    mistakes=(Mistake(equals=x.T, why="it is the other factor that stays"),),
)

mean_by_vector: Final = Rule(
    title="Mean of a vector",
    claim=Derivative(of=mean(x), wrt=x, equals=(1 / size("n")) * ones("n").T),
    note="The sum rule with the constant 1/n in front.",
    cites=(Cite("parr2018", "sec. 6, the average in the loss"),),
    mistakes=(Mistake(equals=ones("n").T, why="forgets the division by n"),),
)
