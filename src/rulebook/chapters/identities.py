"""Identities.

Throughout, X, Y and Z are m by n, S and T are n by n, R is m by m, x, y and w are columns of length
n, u and v of length m, and s and t are scalars. In a matrix product A is m by k and B is k by n; in
a Kronecker product A is m by n and B is p by q. A rule for matrices holds for columns and rows as
well, wherever both sides make sense. One side is cheaper to compute or easier to read than the
other, and a derivation puts it in the other's place.
"""

from typing import Final

from rulebook.book.claims import Equality
from rulebook.book.references import Cite
from rulebook.book.rule import Mistake, Rule
from rulebook.language.assumptions import (
    assumption,
    invertible,
    nonzero,
    onehot,
    positive,
    simplex,
    spd,
    symmetric,
)
from rulebook.language.build import matrix, scalar, vector
from rulebook.language.dims import dim
from rulebook.language.operators import (
    absolute,
    cos,
    det,
    diag,
    diagonal,
    exp,
    eye,
    greater,
    inv,
    kron,
    log,
    logdet,
    logsumexp,
    maximum,
    mean,
    minimum,
    norm,
    ones,
    relu,
    sigmoid,
    sign,
    sin,
    size,
    softmax,
    softplus,
    sqrt,
    step,
    sum_of,
    tanh,
    tr,
    vec,
    zeros,
)
from rulebook.language.tree import lift

binary, identity, laplacian = assumption("binary"), assumption("identity"), assumption("laplacian")
orthogonal, posdet, pm1 = assumption("orthogonal"), assumption("posdet"), assumption("pm1")
sqdist = assumption("sqdist")

X, Y, Z = matrix("X", "m", "n"), matrix("Y", "m", "n"), matrix("Z", "m", "n")
S, T, R = matrix("S", "n", "n"), matrix("T", "n", "n"), matrix("R", "m", "m")
A, B = matrix("A", "m", "k"), matrix("B", "k", "n")
C, D, F = matrix("C", "m", "k"), matrix("D", "k", "n"), matrix("B", "k", "m")
x, y, w = vector("x", "n"), vector("y", "n"), vector("w", "n")
u, v, s, t = vector("u", "m"), vector("v", "m"), scalar("s"), scalar("t")
m, n = size("m"), size("n")
E, L, Q = matrix("E", "n", "n"), matrix("L", "n", "n"), matrix("Q", "n", "n")

first, second = matrix("A", "m", "n"), matrix("B", "p", "q")
third, fourth = matrix("C", "n", "k"), matrix("D", "q", "l")
other = matrix("C", "p", "q")
inside, last = matrix("X", "k", "l"), matrix("B", "l", "n")

one, one_m, one_n = ones("m") @ ones("n").T, ones("m"), ones("n")


# Diagonal matrices

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

# Ones and outer products

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

# Traces

trace_of_outer: Final = Rule(
    title="Trace of an outer product",
    claim=Equality(left=tr(x @ y.T), right=x.T @ y),
    note="The products of equal indices, added up.",
    cites=(Cite("petersen2012", "eq. 17, for two equal vectors"),),
)

trace_cyclic: Final = Rule(
    title="Trace of a product, factors turned around",
    claim=Equality(left=tr(A @ F), right=tr(F @ A)),
    note="The two products may differ even in size; their traces do not.",
    cites=(Cite("petersen2012", "eq. 14"), Cite("magnus2019", "ch. 1")),
)

trace_of_transpose: Final = Rule(
    title="Trace of a transpose",
    claim=Equality(left=tr(S.T), right=tr(S)),
    note="Transposing leaves the diagonal where it is.",
    cites=(Cite("petersen2012", "eq. 13"),),
)

trace_as_inner_product: Final = Rule(
    title="Trace as an inner product",
    claim=Equality(left=tr(X.T @ Y), right=sum_of(X * Y)),
    note="The right side needs each entry once, the left side a matrix product.",
    cites=(Cite("petersen2012", "eq. 521, with vec"), Cite("magnus2019", "ch. 1")),
    mistakes=(Mistake(equals=sum_of(X) * sum_of(Y), why="only equal places meet"),),
)

trace_of_sum: Final = Rule(
    title="Trace of a sum",
    claim=Equality(left=tr(S + T), right=tr(S) + tr(T)),
    note="The trace is linear.",
    cites=(Cite("petersen2012", "eq. 15"),),
)

# Inverses and determinants

inverse_times_matrix: Final = Rule(
    title="Inverse times its matrix",
    claim=Equality(left=inv(S) @ S, right=eye("n")),
    note="The inverse undoes the map.",
    cites=(Cite("horn2013", "ch. 0"),),
)

matrix_times_inverse: Final = Rule(
    title="Matrix times its inverse",
    claim=Equality(left=S @ inv(S), right=eye("n")),
    note="A square matrix undoes its inverse as well.",
    cites=(Cite("horn2013", "ch. 0"),),
)

inverse_of_inverse: Final = Rule(
    title="Inverse of an inverse",
    claim=Equality(left=inv(inv(S)), right=S),
    note="To undo the undoing is to do.",
    cites=(Cite("horn2013", "ch. 0"),),
    mistakes=(Mistake(equals=S.T, why="true only of symmetric matrices"),),
)

inverse_of_product: Final = Rule(
    title="Inverse of a product",
    claim=Equality(left=inv(S @ T), right=inv(T) @ inv(S)),
    note="The last to act is the first to be undone.",
    assuming=(invertible(S), invertible(T)),
    cites=(Cite("petersen2012", "eq. 1"),),
    mistakes=(Mistake(equals=inv(S) @ inv(T), why="the order turns around"),),
)

inverse_of_transpose: Final = Rule(
    title="Inverse of a transpose",
    claim=Equality(left=inv(S.T), right=inv(S).T),
    note="Inverting and transposing change places.",
    cites=(Cite("petersen2012", "eq. 3"),),
    mistakes=(Mistake(equals=inv(S), why="true only of symmetric matrices"),),
)

inverse_of_scaled: Final = Rule(
    title="Inverse of a scaled matrix",
    claim=Equality(left=inv(t * S), right=inv(S) / t),
    assuming=(nonzero(t), invertible(S)),
    note="The inverse shrinks as the matrix grows.",
    cites=(Cite("horn2013", "ch. 0"),),
    mistakes=(Mistake(equals=t * inv(S), why="the scalar is inverted, too"),),
)

inverse_of_identity: Final = Rule(
    title="Inverse of the identity",
    claim=Equality(left=inv(eye("n")), right=eye("n")),
    note="Nothing was done, so there is nothing to undo.",
    cites=(Cite("horn2013", "ch. 0"),),
)

inverse_of_diag: Final = Rule(
    title="Inverse of a diagonal matrix",
    claim=Equality(left=inv(diag(x)), right=diag(1 / x)),
    note="Each entry is undone by itself, if none of them is zero.",
    cites=(Cite("horn2013", "ch. 0"),),
)

determinant_of_inverse: Final = Rule(
    title="Determinant of an inverse",
    claim=Equality(left=det(inv(S)), right=1 / det(S)),
    note="What the matrix does to volumes, its inverse undoes.",
    cites=(Cite("petersen2012", "eq. 22"),),
)

determinant_of_transpose: Final = Rule(
    title="Determinant of a transpose",
    claim=Equality(left=det(S.T), right=det(S)),
    note="Rows and columns count alike.",
    cites=(Cite("petersen2012", "eq. 20"),),
)

determinant_of_product: Final = Rule(
    title="Determinant of a product",
    claim=Equality(left=det(S @ T), right=det(S) * det(T)),
    note="Volumes are scaled twice.",
    cites=(Cite("petersen2012", "eq. 21"),),
    mistakes=(Mistake(equals=det(S) + det(T), why="that is for logarithms"),),
)

determinant_of_scaled: Final = Rule(
    title="Determinant of a scaled matrix",
    claim=Equality(left=det(t * S), right=t**n * det(S)),
    note="Each of the n rows is scaled.",
    cites=(Cite("petersen2012", "eq. 19"),),
    mistakes=(Mistake(equals=t * det(S), why="true only for one row"),),
)

determinant_of_identity: Final = Rule(
    title="Determinant of the identity",
    claim=Equality(left=det(eye("n")), right=lift(1)),
    note="Volumes stay what they are.",
    cites=(Cite("horn2013", "ch. 0"),),
)

log_of_determinant: Final = Rule(
    title="Logarithm of a determinant",
    claim=Equality(left=log(det(S)), right=logdet(S)),
    assuming=(posdet(S),),
    note="The right side takes the logarithm of the factors one by one, so nothing overflows.",
    cites=(Cite("boyd2004", "app. A.4.1"),),
)

log_determinant_of_inverse: Final = Rule(
    title="Log determinant of an inverse",
    claim=Equality(left=logdet(inv(S)), right=-logdet(S)),
    note="A reciprocal becomes an opposite.",
    cites=(Cite("petersen2012", "eq. 22, in logarithms"),),
    mistakes=(Mistake(equals=1 / logdet(S), why="that is without the logarithm"),),
)

log_determinant_of_transpose: Final = Rule(
    title="Log determinant of a transpose",
    claim=Equality(left=logdet(S.T), right=logdet(S)),
    note="Rows and columns count alike.",
    cites=(Cite("petersen2012", "eq. 20, in logarithms"),),
)

log_determinant_of_product: Final = Rule(
    title="Log determinant of a product",
    claim=Equality(left=logdet(S @ T), right=logdet(S) + logdet(T)),
    note="Factors become terms.",
    cites=(Cite("petersen2012", "eq. 21, in logarithms"),),
    mistakes=(Mistake(equals=logdet(S) * logdet(T), why="that is without the logarithm"),),
)

log_determinant_of_scaled: Final = Rule(
    title="Log determinant of a scaled matrix",
    claim=Equality(left=logdet(t * S), right=n * log(absolute(t)) + logdet(S)),
    assuming=(nonzero(t), invertible(S)),
    note="Each of the n rows is scaled.",
    cites=(Cite("petersen2012", "eq. 19, in logarithms"),),
    mistakes=(Mistake(equals=log(absolute(t)) + logdet(S), why="true only for one row"),),
)

log_determinant_of_identity: Final = Rule(
    title="Log determinant of the identity",
    claim=Equality(left=logdet(eye("n")), right=lift(0)),
    note="The logarithm of one.",
    cites=(Cite("horn2013", "ch. 0"),),
)

# Common factors

factor_left: Final = Rule(
    title="Common left factor",
    claim=Equality(left=A @ B + A @ D, right=A @ (B + D)),
    note="One product does for two.",
    cites=(Cite("horn2013", "ch. 0"),),
)

factor_right: Final = Rule(
    title="Common right factor",
    claim=Equality(left=A @ B + C @ B, right=(A + C) @ B),
    note="One product does for two.",
    cites=(Cite("horn2013", "ch. 0"),),
)

factor_hadamard: Final = Rule(
    title="Common factor of Hadamard products",
    claim=Equality(left=X * Y + X * Z, right=X * (Y + Z)),
    note="Entry by entry, this is the distributive law of numbers.",
    cites=(Cite("horn1991", "ch. 5"),),
)

factor_scalar: Final = Rule(
    title="Common scalar factor",
    claim=Equality(left=t * X + t * Y, right=t * (X + Y)),
    note="Add first, then scale once.",
    cites=(Cite("horn2013", "ch. 0"),),
)

factor_array: Final = Rule(
    title="Common array of scalar multiples",
    claim=Equality(left=s * X + t * X, right=(s + t) * X),
    note="Add the scalars, then scale once.",
    cites=(Cite("horn2013", "ch. 0"),),
)

# Functions, entry by entry

sigmoid_by_exponential: Final = Rule(
    title="Sigmoid spelled out",
    claim=Equality(left=1 / (1 + exp(-X)), right=sigmoid(X)),
    note="That is what the logistic function is.",
    cites=(Cite("bishop2006", "eq. 4.59"),),
    mistakes=(Mistake(equals=sigmoid(-X), why="the sign in the exponent is the other one"),),
)

sigmoid_of_negative_by_growing_exponential: Final = Rule(
    title="Sigmoid of a negative spelled out",
    claim=Equality(left=1 / (1 + exp(X)), right=sigmoid(-X)),
    note="Without the minus in the exponent the curve falls.",
    cites=(Cite("bishop2006", "eq. 4.59 and 4.60"),),
    mistakes=(Mistake(equals=sigmoid(X), why="the sign in the exponent is the other one"),),
)

sigmoid_of_negative_by_exponential: Final = Rule(
    title="Sigmoid of a negative as a ratio",
    claim=Equality(left=exp(-X) / (1 + exp(-X)), right=sigmoid(-X)),
    note="What the sigmoid leaves of 1.",
    cites=(Cite("bishop2006", "eq. 4.59 and 4.60"),),
    mistakes=(Mistake(equals=sigmoid(X), why="the numerator is the other term"),),
)

sigmoid_by_growing_exponential: Final = Rule(
    title="Sigmoid as a ratio",
    claim=Equality(left=exp(X) / (1 + exp(X)), right=sigmoid(X)),
    note="Both terms divided by the exponential give the usual form.",
    cites=(Cite("bishop2006", "eq. 4.59"),),
    mistakes=(Mistake(equals=sigmoid(-X), why="the numerator is the growing term"),),
)

one_minus_sigmoid: Final = Rule(
    title="One minus the sigmoid",
    claim=Equality(left=1 - sigmoid(X), right=sigmoid(-X)),
    note="The curve is symmetric about its point at one half.",
    cites=(Cite("bishop2006", "eq. 4.60"),),
    mistakes=(Mistake(equals=-sigmoid(X), why="forgets the one"),),
)

softplus_by_exponential: Final = Rule(
    title="Softplus spelled out",
    claim=Equality(left=log(1 + exp(X)), right=softplus(X)),
    note="That is what softplus is.",
    cites=(Cite("goodfellow2016", "sec. 3.10"),),
)

log_of_sigmoid: Final = Rule(
    title="Logarithm of the sigmoid",
    claim=Equality(left=log(sigmoid(X)), right=-softplus(-X)),
    note="The right side stays finite where the sigmoid rounds to zero.",
    cites=(Cite("goodfellow2016", "sec. 3.10"),),
    mistakes=(Mistake(equals=-softplus(X), why="that belongs to the sigmoid of −x"),),
)

log_of_exponential: Final = Rule(
    title="Logarithm of an exponential",
    claim=Equality(left=log(exp(X)), right=X),
    note="The logarithm undoes the exponential.",
    cites=(Cite("dlmf", "sec. 4.8"),),
)

exponential_of_log: Final = Rule(
    title="Exponential of a logarithm",
    claim=Equality(left=exp(log(X)), right=X),
    assuming=(positive(X),),
    note="True where the logarithm exists.",
    cites=(Cite("dlmf", "sec. 4.8"),),
)

product_of_exponentials: Final = Rule(
    title="Product of exponentials",
    claim=Equality(left=exp(X) * exp(Y), right=exp(X + Y)),
    note="Exponents add up, entry by entry; not so for exponentials of matrices.",
    cites=(Cite("dlmf", "sec. 4.8"),),
    mistakes=(Mistake(equals=exp(X * Y), why="the exponents are added"),),
)

square_of_root: Final = Rule(
    title="Square of a square root",
    claim=Equality(left=sqrt(X) ** 2, right=X),
    assuming=(positive(X),),
    note="True where the root exists.",
    cites=(Cite("dlmf", "sec. 4.8"),),
)

root_of_square: Final = Rule(
    title="Square root of a square",
    claim=Equality(left=sqrt(X**2), right=absolute(X)),
    note="The root is never negative, so the sign is lost.",
    cites=(Cite("dlmf", "sec. 4.8"),),
    mistakes=(Mistake(equals=X, why="true only if X is positive"),),
)

relu_as_maximum: Final = Rule(
    title="ReLU as a maximum",
    claim=Equality(left=maximum(0, X), right=relu(X)),
    note="That is what ReLU is, and how it is printed: only its name on the right is new.",
    cites=(Cite("parr2018", "sec. 5"), Cite("goodfellow2016", "sec. 6.3.1")),
)

relu_as_maximum_with_zero: Final = Rule(
    title="ReLU as a maximum, zero last",
    claim=Equality(left=maximum(X, 0), right=relu(X)),
    note="A maximum does not ask for the order.",
    cites=(Cite("parr2018", "sec. 5"), Cite("goodfellow2016", "sec. 6.3.1")),
)

relu_less_relu_of_negative: Final = Rule(
    title="ReLU less ReLU of the negative",
    claim=Equality(left=relu(X) - relu(-X), right=X),
    note="The positive part less the negative part.",
    cites=(Cite("goodfellow2016", "sec. 6.3.1"),),
)

step_times_argument: Final = Rule(
    title="Step times its argument",
    claim=Equality(left=step(X) * X, right=relu(X)),
    note="The step lets through what is positive.",
    cites=(Cite("goodfellow2016", "sec. 6.3.1"),),
    mistakes=(Mistake(equals=X, why="what is negative is cut off"),),
)

step_times_relu: Final = Rule(
    title="Step times ReLU",
    claim=Equality(left=step(X) * relu(X), right=relu(X)),
    note="What is cut off already cannot be cut off again.",
    cites=(Cite("goodfellow2016", "sec. 6.3.1"),),
)

step_idempotent: Final = Rule(
    title="Square of the step",
    claim=Equality(left=step(X) ** 2, right=step(X)),
    note="Zero and one are their own squares.",
    cites=(Cite("goodfellow2016", "sec. 6.3.1"),),
)

one_minus_step: Final = Rule(
    title="One minus the step",
    claim=Equality(left=1 - step(X), right=step(-X)),
    note="On wherever the step is off; at zero, where it jumps, the two differ.",
    cites=(Cite("goodfellow2016", "sec. 6.3.1"),),
)

greater_than_zero: Final = Rule(
    title="Greater than zero",
    claim=Equality(left=greater(X, 0), right=step(X)),
    note="That is what the step asks, and how it is printed: only its name is new.",
    cites=(Cite("goodfellow2016", "sec. 6.3.1"),),
)

zero_greater_than: Final = Rule(
    title="Less than zero",
    claim=Equality(left=greater(0, X), right=step(-X)),
    note="The step, asked of the opposite.",
    cites=(Cite("goodfellow2016", "sec. 6.3.1"),),
)

sign_times_absolute: Final = Rule(
    title="Sign times absolute value",
    claim=Equality(left=sign(X) * absolute(X), right=X),
    note="A number is its sign and its size.",
    cites=(Cite("pytorch-derivatives", "abs"),),
)

sign_times_argument: Final = Rule(
    title="Sign times its argument",
    claim=Equality(left=sign(X) * X, right=absolute(X)),
    note="Negative entries are turned around.",
    cites=(Cite("pytorch-derivatives", "abs"),),
)

squared_absolute: Final = Rule(
    title="Square of an absolute value",
    claim=Equality(left=absolute(X) ** 2, right=X**2),
    note="Squares do not see signs.",
    cites=(Cite("boyd2004", "app. A.1"),),
)

square_of_sign: Final = Rule(
    title="Square of the sign",
    claim=Equality(left=sign(X) ** 2, right=one),
    note="One wherever the entry is not zero.",
    cites=(Cite("pytorch-derivatives", "abs"),),
)

array_over_absolute: Final = Rule(
    title="Array over its absolute value",
    claim=Equality(left=X / absolute(X), right=sign(X)),
    note="What is left without the size is the sign.",
    cites=(Cite("pytorch-derivatives", "abs"),),
)

absolute_of_negative: Final = Rule(
    title="Absolute value of a negative",
    claim=Equality(left=absolute(-X), right=absolute(X)),
    note="A size does not see the sign.",
    cites=(Cite("boyd2004", "app. A.1"),),
)

sign_of_negative: Final = Rule(
    title="Sign of a negative",
    claim=Equality(left=sign(-X), right=-sign(X)),
    note="The sign is an odd function.",
    cites=(Cite("pytorch-derivatives", "abs"),),
)

cosine_of_negative: Final = Rule(
    title="Cosine of a negative",
    claim=Equality(left=cos(-X), right=cos(X)),
    note="The cosine is an even function.",
    cites=(Cite("dlmf", "sec. 4.21"),),
)

sine_of_negative: Final = Rule(
    title="Sine of a negative",
    claim=Equality(left=sin(-X), right=-sin(X)),
    note="The sine is an odd function.",
    cites=(Cite("dlmf", "sec. 4.21"),),
)

tanh_of_negative: Final = Rule(
    title="Hyperbolic tangent of a negative",
    claim=Equality(left=tanh(-X), right=-tanh(X)),
    note="It is an odd function.",
    cites=(Cite("dlmf", "sec. 4.28"),),
)

sine_and_cosine_squared: Final = Rule(
    title="Squares of sine and cosine",
    claim=Equality(left=sin(X) ** 2 + cos(X) ** 2, right=one),
    note="Pythagoras on the unit circle, in each entry.",
    cites=(Cite("dlmf", "sec. 4.21"),),
)

tanh_by_exponentials: Final = Rule(
    title="Hyperbolic tangent spelled out",
    claim=Equality(left=(exp(X) - exp(-X)) / (exp(X) + exp(-X)), right=tanh(X)),
    note="That is what the hyperbolic tangent is.",
    cites=(
        Cite("dlmf", "sec. 4.28"),
        Cite("bishop2006", "eq. 5.59"),
    ),
)

softplus_less_softplus_of_negative: Final = Rule(
    title="Softplus less softplus of the negative",
    claim=Equality(left=softplus(X) - softplus(-X), right=X),
    note="The smooth form of the same fact about ReLU.",
    cites=(Cite("goodfellow2016", "sec. 3.10"),),
)

log_of_root: Final = Rule(
    title="Logarithm of a square root",
    claim=Equality(left=log(sqrt(X)), right=log(X) / 2),
    assuming=(positive(X),),
    note="A root halves the logarithm.",
    cites=(Cite("dlmf", "sec. 4.8"),),
    mistakes=(Mistake(equals=sqrt(log(X)), why="logarithm and root do not change places"),),
)

maximum_plus_minimum: Final = Rule(
    title="Maximum plus minimum",
    claim=Equality(left=maximum(X, Y) + minimum(X, Y), right=X + Y),
    note="One takes the larger, the other what is left.",
    cites=(Cite("boyd2004", "sec. 3.2.3, on the maximum"),),
)

# Softmax

softmax_by_exponentials: Final = Rule(
    title="Softmax spelled out",
    claim=Equality(left=exp(x) / sum_of(exp(x)), right=softmax(x)),
    note="Shares of a total, all of them positive.",
    cites=(Cite("bishop2006", "eq. 4.62"), Cite("goodfellow2016", "sec. 4.1")),
    mistakes=(Mistake(equals=softmax(-x), why="a higher score gets a larger share"),),
)

softmax_of_rows_by_exponentials: Final = Rule(
    title="Softmax of rows spelled out",
    claim=Equality(left=exp(X) / (exp(X) @ one_n @ one_n.T), right=softmax(X)),
    note="The two products with ones add up each row and spread its sum over it.",
    cites=(Cite("bishop2006", "eq. 4.62, row by row"),),
    mistakes=(Mistake(equals=exp(X) / sum_of(exp(X)), why="each row has a total of its own"),),
)

softmax_by_logsumexp: Final = Rule(
    title="Softmax by log-sum-exp",
    claim=Equality(left=exp(x - logsumexp(x)), right=softmax(x)),
    note="Divide by the total before taking exponentials, and nothing overflows.",
    cites=(Cite("boyd2004", "sec. 3.1.5"),),
)

softmax_of_rows_by_logsumexp: Final = Rule(
    title="Softmax of rows by log-sum-exp",
    claim=Equality(left=exp(X - logsumexp(X) @ one_n.T), right=softmax(X)),
    note="Each row has a total of its own, and its logarithm is spread over the row.",
    cites=(Cite("boyd2004", "sec. 3.1.5, row by row"),),
)

log_of_softmax: Final = Rule(
    title="Logarithm of softmax",
    claim=Equality(left=log(softmax(x)), right=x - logsumexp(x)),
    note="The exponentials and the logarithm cancel, and one number is left to subtract.",
    cites=(Cite("goodfellow2016", "sec. 6.2.2.3"),),
    mistakes=(Mistake(equals=x - sum_of(x), why="the sum is one of exponentials"),),
)

log_of_softmax_of_rows: Final = Rule(
    title="Logarithm of softmax of rows",
    claim=Equality(left=log(softmax(X)), right=X - logsumexp(X) @ one_n.T),
    note="One number is subtracted from each row.",
    cites=(Cite("goodfellow2016", "sec. 6.2.2.3, row by row"),),
)

logsumexp_spelled_out: Final = Rule(
    title="Log-sum-exp spelled out",
    claim=Equality(left=log(sum_of(exp(x))), right=logsumexp(x)),
    note="The name says it, from the outside in.",
    cites=(Cite("boyd2004", "sec. 3.1.5"),),
)

logsumexp_of_rows_spelled_out: Final = Rule(
    title="Log-sum-exp of rows spelled out",
    claim=Equality(left=log(exp(X) @ one_n), right=logsumexp(X)),
    note="The product with ones adds up each row.",
    cites=(Cite("boyd2004", "sec. 3.1.5, row by row"),),
)

exponential_of_logsumexp: Final = Rule(
    title="Exponential of log-sum-exp",
    claim=Equality(left=exp(logsumexp(x)), right=sum_of(exp(x))),
    note="The logarithm is undone.",
    cites=(Cite("boyd2004", "sec. 3.1.5"),),
)

sum_of_softmax: Final = Rule(
    title="Sum of softmax",
    claim=Equality(left=sum_of(softmax(x)), right=lift(1)),
    note="Shares of a whole.",
    cites=(Cite("bishop2006", "sec. 4.2"), Cite("goodfellow2016", "sec. 6.2.2.3")),
)

row_sums_of_softmax: Final = Rule(
    title="Row sums of softmax",
    claim=Equality(left=softmax(X) @ one_n, right=one_m),
    note="Each row holds the shares of a whole.",
    cites=(Cite("bishop2006", "sec. 4.2, row by row"),),
)

# Norms

norm_squared: Final = Rule(
    title="Squared norm of a vector",
    claim=Equality(left=norm(x) ** 2, right=x.T @ x),
    note="Without the root it is smooth everywhere.",
    cites=(Cite("boyd2004", "app. A.1"),),
)

frobenius_norm_squared: Final = Rule(
    title="Squared Frobenius norm",
    claim=Equality(left=norm(X) ** 2, right=sum_of(X * X)),
    note="The sum of the squares of all entries.",
    cites=(Cite("boyd2004", "app. A.1"), Cite("magnus2019", "ch. 1")),
    mistakes=(Mistake(equals=sum_of(X) ** 2, why="squares are taken before adding up"),),
)

root_of_squares: Final = Rule(
    title="Norm of a vector spelled out",
    claim=Equality(left=sqrt(x.T @ x), right=norm(x)),
    note="The length, by Pythagoras.",
    cites=(Cite("boyd2004", "app. A.1"),),
)

root_of_all_squares: Final = Rule(
    title="Frobenius norm spelled out",
    claim=Equality(left=sqrt(sum_of(X * X)), right=norm(X)),
    note="The length of the matrix if its entries stood in one column.",
    cites=(Cite("boyd2004", "app. A.1"),),
)

norm_of_transpose: Final = Rule(
    title="Frobenius norm of a transpose",
    claim=Equality(left=norm(X.T), right=norm(X)),
    note="The same entries in other places.",
    cites=(Cite("horn2013", "ch. 5"),),
)

norm_of_scaled: Final = Rule(
    title="Norm of a scaled array",
    claim=Equality(left=norm(t * X), right=absolute(t) * norm(X)),
    note="A length does not see the sign.",
    cites=(Cite("boyd2004", "app. A.1"),),
    mistakes=(Mistake(equals=t * norm(X), why="a norm is never negative"),),
)

norm_of_outer: Final = Rule(
    title="Frobenius norm of an outer product",
    claim=Equality(left=norm(u @ x.T), right=norm(u) * norm(x)),
    note="The squares of the entries are products of squares.",
    cites=(Cite("golub2013", "ch. 2"),),
)

# What a symbol is declared to be

transpose_of_symmetric: Final = Rule(
    title="Transpose of a symmetric matrix",
    claim=Equality(left=S.T, right=S),
    assuming=(symmetric(S),),
    note="That is what symmetric means.",
    cites=(Cite("horn2013", "ch. 0"),),
)

transpose_of_positive_definite: Final = Rule(
    title="Transpose of a positive definite matrix",
    claim=Equality(left=S.T, right=S),
    assuming=(spd(S),),
    note="Here a positive definite matrix is symmetric by definition.",
    cites=(Cite("horn2013", "ch. 7"),),
)

sum_of_simplex: Final = Rule(
    title="Sum of a point of the simplex",
    claim=Equality(left=sum_of(y), right=lift(1)),
    assuming=(simplex(y),),
    note="Probabilities add up to one.",
    cites=(Cite("boyd2004", "sec. 2.2.4"),),
)

sum_of_onehot: Final = Rule(
    title="Sum of a one-hot vector",
    claim=Equality(left=sum_of(y), right=lift(1)),
    assuming=(onehot(y),),
    note="One entry is 1, the others are 0.",
    cites=(Cite("bishop2006", "sec. 4.1.3"),),
)

row_sums_of_simplex: Final = Rule(
    title="Row sums of points of the simplex",
    claim=Equality(left=Y @ one_n, right=one_m),
    assuming=(simplex(Y),),
    note="In each row probabilities add up to one.",
    cites=(Cite("boyd2004", "sec. 2.2.4, row by row"),),
)

row_sums_of_onehot: Final = Rule(
    title="Row sums of one-hot rows",
    claim=Equality(left=Y @ one_n, right=one_m),
    assuming=(onehot(Y),),
    note="Each row holds a single one.",
    cites=(Cite("bishop2006", "sec. 4.1.3, row by row"),),
)

transpose_times_orthogonal: Final = Rule(
    title="Transpose of an orthogonal matrix times the matrix",
    claim=Equality(left=Q.T @ Q, right=eye("n")),
    assuming=(orthogonal(Q),),
    note="The columns have length one and stand at right angles.",
    cites=(Cite("horn2013", "sec. 2.1"),),
)

orthogonal_times_transpose: Final = Rule(
    title="Orthogonal matrix times its transpose",
    claim=Equality(left=Q @ Q.T, right=eye("n")),
    assuming=(orthogonal(Q),),
    note="So do the rows, for the matrix is square.",
    cites=(Cite("horn2013", "sec. 2.1"),),
)

inverse_of_orthogonal: Final = Rule(
    title="Inverse of an orthogonal matrix",
    claim=Equality(left=inv(Q), right=Q.T),
    assuming=(orthogonal(Q),),
    note="A rotation is undone by turning back.",
    cites=(Cite("horn2013", "sec. 2.1"),),
    mistakes=(Mistake(equals=Q, why="true only of reflections"),),
)

log_determinant_of_orthogonal: Final = Rule(
    title="Log determinant of an orthogonal matrix",
    claim=Equality(left=logdet(Q), right=lift(0)),
    assuming=(orthogonal(Q),),
    note="Rotations and reflections leave volumes alone.",
    cites=(Cite("horn2013", "sec. 2.1"),),
)

laplacian_times_ones: Final = Rule(
    title="Graph Laplacian times ones",
    claim=Equality(left=L @ one_n, right=zeros("n")),
    assuming=(laplacian(L),),
    note="Each row takes its weights from its own degree.",
    cites=(Cite("chung1997", "ch. 1"),),
)

matrix_that_is_identity: Final = Rule(
    title="Matrix declared to be the identity",
    claim=Equality(left=E, right=eye("n")),
    assuming=(identity(E),),
    note="A name for the identity is the identity.",
    cites=(Cite("horn2013", "ch. 0"),),
)

vector_that_is_ones: Final = Rule(
    title="Vector declared to be all ones",
    claim=Equality(left=x, right=one_n),
    assuming=(assumption("ones")(x),),
    note="A name for the column of ones is the column of ones.",
    cites=(Cite("magnus2019", "ch. 1"),),
)

square_of_signs: Final = Rule(
    title="Squares of signs",
    claim=Equality(left=y * y, right=one_n),
    assuming=(pm1(y),),
    note="Labels −1 and 1 have squares equal to 1.",
    cites=(Cite("boyd2004", "ch. 5, two-way partitioning"),),
)

square_of_bits: Final = Rule(
    title="Squares of zeros and ones",
    claim=Equality(left=Y * Y, right=Y),
    assuming=(binary(Y),),
    note="Zero and one are their own squares.",
    cites=(Cite("bishop2006", "sec. 4.1.3"),),
)

absolute_of_signs: Final = Rule(
    title="Absolute values of signs",
    claim=Equality(left=absolute(y), right=one_n),
    assuming=(pm1(y),),
    note="Labels −1 and 1 have size 1.",
    cites=(Cite("boyd2004", "ch. 5, two-way partitioning"),),
)

outer_product_of_onehot: Final = Rule(
    title="Outer product of a one-hot vector with itself",
    claim=Equality(left=y @ y.T, right=diag(y)),
    assuming=(onehot(y),),
    note="Only one entry meets a 1 on both sides, and it is on the diagonal.",
    cites=(Cite("bishop2006", "sec. 4.1.3"),),
)

norm_of_rotated: Final = Rule(
    title="Norm of a rotated array",
    claim=Equality(left=norm(Q @ x), right=norm(x)),
    assuming=(orthogonal(Q),),
    note="Rotations and reflections keep lengths.",
    cites=(Cite("horn2013", "sec. 2.1"),),
)

diagonal_of_squared_distances: Final = Rule(
    title="Diagonal of squared distances",
    claim=Equality(left=diagonal(S), right=zeros("n")),
    assuming=(sqdist(S),),
    note="Every point is at distance zero from itself.",
    cites=(Cite("boyd2004", "sec. 8.3"),),
)

# Kronecker products and vec

transpose_of_kronecker: Final = Rule(
    title="Transpose of a Kronecker product",
    claim=Equality(left=kron(first, second).T, right=kron(first.T, second.T)),
    note="The order of the factors stays, unlike in a matrix product.",
    cites=(Cite("petersen2012", "sec. 10.2.1"), Cite("horn1991", "sec. 4.2")),
    mistakes=(Mistake(equals=kron(second.T, first.T), why="the order stays"),),
)

product_of_kronecker: Final = Rule(
    title="Product of Kronecker products",
    claim=Equality(
        left=kron(first, second) @ kron(third, fourth), right=kron(first @ third, second @ fourth)
    ),
    note="Left factors meet left factors, right factors meet right ones.",
    cites=(Cite("petersen2012", "sec. 10.2.1"), Cite("horn1991", "sec. 4.2")),
)

inverse_of_kronecker: Final = Rule(
    title="Inverse of a Kronecker product",
    claim=Equality(left=inv(kron(S, R)), right=kron(inv(S), inv(R))),
    assuming=(invertible(S), invertible(R)),
    note="Two small inverses do for a large one, and the order of the factors stays.",
    cites=(Cite("petersen2012", "sec. 10.2.1"), Cite("horn1991", "sec. 4.2")),
    mistakes=(Mistake(equals=kron(inv(S), R), why="both factors are inverted"),),
)

trace_of_kronecker: Final = Rule(
    title="Trace of a Kronecker product",
    claim=Equality(left=tr(kron(S, R)), right=tr(S) * tr(R)),
    note="The diagonal holds every product of two diagonal entries.",
    cites=(Cite("petersen2012", "sec. 10.2.1"), Cite("horn1991", "sec. 4.2")),
)

sum_of_kronecker: Final = Rule(
    title="Sum of a Kronecker product",
    claim=Equality(left=sum_of(kron(first, second)), right=sum_of(first) * sum_of(second)),
    note="Every product of two entries occurs once.",
    cites=(Cite("horn1991", "sec. 4.2"),),
)

norm_of_kronecker: Final = Rule(
    title="Frobenius norm of a Kronecker product",
    claim=Equality(left=norm(kron(first, second)), right=norm(first) * norm(second)),
    note="The squares of the entries are products of squares.",
    cites=(Cite("horn1991", "sec. 4.2"),),
)

determinant_of_kronecker: Final = Rule(
    title="Determinant of a Kronecker product",
    claim=Equality(left=det(kron(S, R)), right=det(S) ** m * det(R) ** n),
    note="Each exponent is the size of the other factor.",
    cites=(Cite("petersen2012", "sec. 10.2.1"), Cite("horn1991", "sec. 4.2")),
    mistakes=(Mistake(equals=det(S) ** n * det(R) ** m, why="the sizes are crossed"),),
)

log_determinant_of_kronecker: Final = Rule(
    title="Log determinant of a Kronecker product",
    claim=Equality(left=logdet(kron(S, R)), right=m * logdet(S) + n * logdet(R)),
    assuming=(invertible(S), invertible(R)),
    note="Each factor counts as often as the other one has rows.",
    cites=(Cite("horn1991", "sec. 4.2, in logarithms"),),
    mistakes=(Mistake(equals=n * logdet(S) + m * logdet(R), why="the sizes are crossed"),),
)

kronecker_of_scaled_first: Final = Rule(
    title="Kronecker product with a scaled first factor",
    claim=Equality(left=kron(t * first, second), right=t * kron(first, second)),
    note="Scalars move to the front.",
    cites=(
        Cite("petersen2012", "sec. 10.2.1"),
        Cite("horn1991", "sec. 4.2"),
    ),
)

kronecker_of_scaled_second: Final = Rule(
    title="Kronecker product with a scaled second factor",
    claim=Equality(left=kron(first, t * second), right=t * kron(first, second)),
    note="Scalars move to the front.",
    cites=(
        Cite("petersen2012", "sec. 10.2.1"),
        Cite("horn1991", "sec. 4.2"),
    ),
)

kronecker_common_first: Final = Rule(
    title="Kronecker products with a common first factor",
    claim=Equality(
        left=kron(first, second) + kron(first, other), right=kron(first, second + other)
    ),
    note="It is linear in the second factor.",
    cites=(
        Cite("petersen2012", "sec. 10.2.1"),
        Cite("horn1991", "sec. 4.2"),
    ),
)

kronecker_common_second: Final = Rule(
    title="Kronecker products with a common second factor",
    claim=Equality(left=kron(X, second) + kron(Y, second), right=kron(X + Y, second)),
    note="It is linear in the first factor.",
    cites=(
        Cite("petersen2012", "sec. 10.2.1"),
        Cite("horn1991", "sec. 4.2"),
    ),
)

hadamard_of_kroneckers: Final = Rule(
    title="Hadamard product of Kronecker products",
    claim=Equality(left=kron(X, second) * kron(Y, other), right=kron(X * Y, second * other)),
    note="Block by block, and in each block entry by entry.",
    cites=(Cite("horn1991", "ch. 5"),),
)

kronecker_of_identities: Final = Rule(
    title="Kronecker product of identities",
    claim=Equality(left=kron(eye("m"), eye("n")), right=eye(dim("m") * dim("n"))),
    note="Blocks that are identities, on a diagonal of blocks.",
    cites=(Cite("horn1991", "sec. 4.2"),),
)

vec_of_product: Final = Rule(
    title="Vec of a product",
    claim=Equality(left=vec(A @ inside @ last), right=kron(last.T, A) @ vec(inside)),
    note="The factor on the right comes first, transposed: it mixes the columns, which vec stacks.",
    cites=(
        Cite("petersen2012", "eq. 520"),
        Cite("horn1991", "lemma 4.3.1"),
        Cite("magnus2019", "ch. 2"),
    ),
)

sum_of_vec: Final = Rule(
    title="Sum of a vec",
    claim=Equality(left=sum_of(vec(X)), right=sum_of(X)),
    note="The same entries in one column.",
    cites=(Cite("magnus2019", "ch. 2"),),
)

norm_of_vec: Final = Rule(
    title="Norm of a vec",
    claim=Equality(left=norm(vec(X)), right=norm(X)),
    note="The Frobenius norm is the Euclidean one of all entries.",
    cites=(Cite("magnus2019", "ch. 2"),),
)

inner_product_of_vecs: Final = Rule(
    title="Inner product of vecs",
    claim=Equality(left=vec(X).T @ vec(Y), right=sum_of(X * Y)),
    note="Entries that belong together stand at the same place in both columns.",
    cites=(Cite("petersen2012", "eq. 521"), Cite("magnus2019", "ch. 2")),
)
