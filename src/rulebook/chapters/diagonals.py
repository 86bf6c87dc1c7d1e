"""Identities of diagonal matrices.

Throughout, X and Y are m by n, S and T are n by n, and x and y are columns of length n. A rule for
matrices holds for columns and rows as well, wherever both sides make sense. One side is cheaper to
compute or easier to read than the other, and a derivation puts it in the other's place.
"""

from typing import Final

from rulebook.book import Cite, Equality, Mistake, Rule
from rulebook.language import diag, diagonal, eye, matrix, ones, size, sum_of, tr, vector

X, Y, S = matrix("X", "m", "n"), matrix("Y", "m", "n"), matrix("S", "n", "n")
T = matrix("T", "n", "n")
x, y = vector("x", "n"), vector("y", "n")
n = size("n")
one_n = ones("n")


diag_times_vector: Final = Rule(
    title="Diagonal matrix times a vector",
    claim=Equality(left=diag(x) @ y, right=x * y),
    note="Row i holds one number, at place i, so entry i of y is scaled by it.",
    cites=(Cite("horn2013", "ch. 0"), Cite("parr2018", "sec. 4.2")),
    mistakes=(Mistake(equals=sum_of(x) * y, why="each entry has a factor of its own"),),
)

swapped_in_diag: Final = Rule(
    title="Diagonal matrix and vector trade places",
    claim=Equality(left=diag(x) @ y, right=diag(y) @ x),
    note="Both are the product entry by entry, which commutes.",
    cites=(Cite("horn2013", "ch. 0"),),
)

diag_times_diag: Final = Rule(
    title="Product of diagonal matrices",
    claim=Equality(left=diag(x) @ diag(y), right=diag(x * y)),
    note="Diagonal matrices multiply entry by entry, and so commute.",
    cites=(Cite("horn2013", "ch. 0"),),
)

sum_of_diags: Final = Rule(
    title="Sum of diagonal matrices",
    claim=Equality(left=diag(x) + diag(y), right=diag(x + y)),
    note="One diagonal matrix does for both.",
    cites=(Cite("horn2013", "ch. 0"),),
)

diag_of_ones: Final = Rule(
    title="Diagonal matrix of ones",
    claim=Equality(left=diag(one_n), right=eye("n")),
    note="The identity by another name.",
    cites=(Cite("horn2013", "ch. 0"),),
    mistakes=(Mistake(equals=one_n @ one_n.T, why="only the diagonal holds ones"),),
)

diagonal_of_diag: Final = Rule(
    title="Diagonal of a diagonal matrix",
    claim=Equality(left=diagonal(diag(x)), right=x),
    note="Reading undoes writing; the other way round it does not.",
    cites=(Cite("horn2013", "ch. 0"),),
)

diagonal_of_identity: Final = Rule(
    title="Diagonal of the identity",
    claim=Equality(left=diagonal(eye("n")), right=one_n),
    note="Ones, as many as there are rows.",
    cites=(Cite("horn2013", "ch. 0"),),
)

diagonal_of_transpose: Final = Rule(
    title="Diagonal of a transpose",
    claim=Equality(left=diagonal(S.T), right=diagonal(S)),
    note="Transposing reflects in the diagonal, which stays where it is.",
    cites=(Cite("horn2013", "ch. 0"),),
)

diagonal_of_outer: Final = Rule(
    title="Diagonal of an outer product",
    claim=Equality(left=diagonal(x @ y.T), right=x * y),
    note="Entry (i, i) is the product of the two entries i; no matrix has to be built.",
    cites=(Cite("magnus2019", "ch. 3"),),
    mistakes=(Mistake(equals=(x.T @ y) * one_n, why="that adds the products up"),),
)

diagonal_of_hadamard: Final = Rule(
    title="Diagonal of a Hadamard product",
    claim=Equality(left=diagonal(S * T), right=diagonal(S) * diagonal(T)),
    note="Only the two diagonals meet there.",
    cites=(Cite("horn1991", "ch. 5"),),
)

diagonal_of_diag_times_matrix: Final = Rule(
    title="Diagonal of a matrix with scaled rows",
    claim=Equality(left=diagonal(diag(x) @ S), right=x * diagonal(S)),
    note="Scaling row i scales its diagonal entry with it.",
    cites=(Cite("horn1991", "ch. 5"),),
)

diagonal_of_matrix_times_diag: Final = Rule(
    title="Diagonal of a matrix with scaled columns",
    claim=Equality(left=diagonal(S @ diag(x)), right=diagonal(S) * x),
    note="Scaling column i scales its diagonal entry with it.",
    cites=(Cite("horn1991", "ch. 5"),),
)

diagonal_of_scaled_product: Final = Rule(
    title="Diagonal of a product with a diagonal matrix inside",
    claim=Equality(left=diagonal(X @ diag(x) @ Y.T), right=(X * Y) @ x),
    note="Entry i weighs the products of two rows i with the entries of x, which is linear in x.",
    cites=(Cite("horn1991", "ch. 5"), Cite("magnus2019", "ch. 3")),
    mistakes=(Mistake(equals=diagonal(X @ Y.T) * sum_of(x), why="each column has its weight"),),
)

row_sums_of_hadamard: Final = Rule(
    title="Row sums of a Hadamard product",
    claim=Equality(left=diagonal(X @ Y.T), right=(X * Y) @ one_n),
    note="Row i of X times row i of Y; the rest of the product would be thrown away.",
    cites=(Cite("horn1991", "ch. 5"), Cite("magnus2019", "ch. 3")),
)

sum_of_diag: Final = Rule(
    title="Sum of a diagonal matrix",
    claim=Equality(left=sum_of(diag(x)), right=sum_of(x)),
    note="The zeros off the diagonal add nothing.",
    cites=(Cite("horn2013", "ch. 0"),),
)

sum_of_diagonal: Final = Rule(
    title="Sum of the diagonal part",
    claim=Equality(left=sum_of(diagonal(S)), right=tr(S)),
    note="That is what a trace is.",
    cites=(Cite("petersen2012", "eq. 11"),),
    mistakes=(Mistake(equals=sum_of(S), why="only the diagonal is added up"),),
)

trace_of_diag: Final = Rule(
    title="Trace of a diagonal matrix",
    claim=Equality(left=tr(diag(x)), right=sum_of(x)),
    note="The diagonal holds x, and its entries are added up.",
    cites=(Cite("petersen2012", "eq. 11"),),
)

trace_of_scaled_rows: Final = Rule(
    title="Trace of a product with a diagonal matrix",
    claim=Equality(left=tr(diag(x) @ S), right=x.T @ diagonal(S)),
    note="Only the diagonal of the other factor is met.",
    cites=(Cite("horn2013", "ch. 0"),),
)

trace_of_identity: Final = Rule(
    title="Trace of the identity",
    claim=Equality(left=tr(eye("n")), right=n),
    note="It counts the rows.",
    cites=(Cite("petersen2012", "eq. 11"),),
)

identity_hadamard: Final = Rule(
    title="Identity in a Hadamard product",
    claim=Equality(left=eye("n") * S, right=diag(diagonal(S))),
    note="The identity is a mask here: what is off the diagonal is wiped out.",
    cites=(Cite("horn1991", "ch. 5"), Cite("magnus2019", "ch. 3")),
    mistakes=(Mistake(equals=S, why="that is for the matrix product"),),
)

diag_hadamard: Final = Rule(
    title="Diagonal matrix in a Hadamard product",
    claim=Equality(left=diag(x) * S, right=diag(x * diagonal(S))),
    note="A mask with weights on its diagonal.",
    cites=(Cite("horn1991", "ch. 5"),),
    mistakes=(Mistake(equals=diag(x) @ S, why="entry by entry, nothing off the diagonal is left"),),
)
