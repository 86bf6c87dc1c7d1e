"""Identities of ones and outer products.

Throughout, X is m by n, x, y and w are columns of length n, and u and v of length m. A column of
ones adds entries up, or repeats them; a column times a row is a table of products.
"""

from typing import Final

from rulebook.book import Cite, Equality, Mistake, Rule
from rulebook.language import diag, matrix, mean, ones, size, sum_of, vector

X = matrix("X", "m", "n")
x, y, w, u = vector("x", "n"), vector("y", "n"), vector("w", "n"), vector("u", "m")
v = vector("v", "m")
m, n = size("m"), size("n")
one, one_m, one_n = ones("m") @ ones("n").T, ones("m"), ones("n")


ones_times_vector: Final = Rule(
    title="Row of ones times a vector",
    claim=Equality(left=one_n.T @ x, right=sum_of(x)),
    note="A dot product with ones adds up.",
    cites=(Cite("parr2018", "sec. 4.4"),),
)

ones_times_ones: Final = Rule(
    title="Ones times ones",
    claim=Equality(left=one_n.T @ one_n, right=n),
    note="As many ones as there are entries.",
    cites=(Cite("magnus2019", "ch. 1"),),
    mistakes=(Mistake(equals=n**2, why="that is the sum of the outer product"),),
)

sum_of_ones: Final = Rule(
    title="Sum of ones",
    claim=Equality(left=sum_of(one_n), right=n),
    note="Adding ones is counting.",
    cites=(Cite("magnus2019", "ch. 1"),),
)

sum_as_quadratic: Final = Rule(
    title="Matrix between ones",
    claim=Equality(left=one_m.T @ X @ one_n, right=sum_of(X)),
    note="Row sums first, then the sum of those; or columns first.",
    cites=(Cite("magnus2019", "ch. 1"),),
)

sum_of_row_sums: Final = Rule(
    title="Sum of row sums",
    claim=Equality(left=sum_of(X @ one_n), right=sum_of(X)),
    note="Every entry is in one row.",
    cites=(Cite("magnus2019", "ch. 1"),),
)

sum_of_transpose: Final = Rule(
    title="Sum of a transpose",
    claim=Equality(left=sum_of(X.T), right=sum_of(X)),
    note="The same entries in other places.",
    cites=(Cite("magnus2019", "ch. 1"),),
)

mean_of_transpose: Final = Rule(
    title="Mean of a transpose",
    claim=Equality(left=mean(X.T), right=mean(X)),
    note="The same entries in other places, and as many.",
    cites=(Cite("magnus2019", "ch. 1"),),
)

sum_over_size: Final = Rule(
    title="Mean of a vector as a sum",
    claim=Equality(left=sum_of(x) / n, right=mean(x)),
    note="What is added up, shared out evenly.",
    cites=(Cite("parr2018", "sec. 6"),),
)

sum_of_matrix_over_size: Final = Rule(
    title="Mean of a matrix as a sum",
    claim=Equality(left=sum_of(X) / (m * n), right=mean(X)),
    note="The mean is taken over all entries, m times n of them.",
    cites=(Cite("magnus2019", "ch. 1"),),
    mistakes=(Mistake(equals=m * mean(X), why="it is divided by the number of columns, too"),),
)

mean_as_product: Final = Rule(
    title="Mean as a product",
    claim=Equality(left=mean(x), right=(one_n / n).T @ x),
    note="A mean is linear: a weighted sum with equal weights.",
    cites=(Cite("magnus2019", "ch. 1"),),
)

hadamard_with_ones: Final = Rule(
    title="Ones in a Hadamard product",
    claim=Equality(left=one * X, right=X),
    note="The matrix of ones is for Hadamard products what the identity is for matrix products.",
    cites=(Cite("horn1991", "ch. 5"), Cite("magnus2019", "ch. 3")),
)

ones_hadamard_vector: Final = Rule(
    title="Vector of ones in a Hadamard product",
    claim=Equality(left=one_n * x, right=x),
    note="A factor of one for each entry.",
    cites=(Cite("horn1991", "ch. 5"),),
)

hadamard_with_repeated_column: Final = Rule(
    title="Repeated column in a Hadamard product",
    claim=Equality(left=(u @ one_n.T) * X, right=diag(u) @ X),
    note="Scaling the rows of X, once by copies of u and once by a diagonal matrix.",
    cites=(Cite("horn1991", "ch. 5"), Cite("magnus2019", "ch. 3")),
)

hadamard_with_repeated_row: Final = Rule(
    title="Repeated row in a Hadamard product",
    claim=Equality(left=(one_m @ x.T) * X, right=X @ diag(x)),
    note="Scaling the columns of X.",
    cites=(Cite("horn1991", "ch. 5"), Cite("magnus2019", "ch. 3")),
)

hadamard_with_outer: Final = Rule(
    title="Outer product in a Hadamard product",
    claim=Equality(left=(u @ x.T) * X, right=diag(u) @ X @ diag(x)),
    note="Rows are scaled by u and columns by x.",
    cites=(Cite("horn1991", "ch. 5"), Cite("magnus2019", "ch. 3")),
)

outer_hadamard_outer: Final = Rule(
    title="Hadamard product of outer products",
    claim=Equality(left=(u @ x.T) * (v @ y.T), right=(u * v) @ (x * y).T),
    note="Rows go with rows and columns with columns.",
    cites=(Cite("horn1991", "ch. 5"),),
)

sum_of_outer: Final = Rule(
    title="Sum of an outer product",
    claim=Equality(left=sum_of(u @ x.T), right=sum_of(u) * sum_of(x)),
    note="Multiply out the product of the two sums: every pair occurs once.",
    cites=(Cite("magnus2019", "ch. 1"),),
)

scaled_by_inner: Final = Rule(
    title="Vector scaled by an inner product",
    claim=Equality(left=(w.T @ y) * u, right=(u @ w.T) @ y),
    note="As a function of y this is linear, and its matrix is an outer product.",
    cites=(Cite("golub2013", "ch. 1"),),
    mistakes=(Mistake(equals=(y.T @ y) * u, why="w is lost"),),
)

outer_times_vector_swapped: Final = Rule(
    title="Outer product times a vector, by its second factor",
    claim=Equality(left=(u @ y.T) @ w, right=(u @ w.T) @ y),
    note="A dot product commutes, so its two vectors may trade places.",
    cites=(Cite("golub2013", "ch. 1"),),
)
