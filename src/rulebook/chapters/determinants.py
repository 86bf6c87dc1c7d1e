"""Identities of traces, determinants, inverses.

Throughout, X and Y are m by n, S and T are n by n, x and y are columns of length n, and t is a
scalar. In a matrix product A is m by k and B is k by m.
"""

from typing import Final

from rulebook.book import Cite, Equality, Mistake, Rule
from rulebook.language import (
    absolute,
    assumption,
    det,
    diag,
    eye,
    inv,
    invertible,
    lift,
    log,
    logdet,
    matrix,
    nonzero,
    scalar,
    size,
    sum_of,
    tr,
    vector,
)

posdet = assumption("posdet")

X, Y, S = matrix("X", "m", "n"), matrix("Y", "m", "n"), matrix("S", "n", "n")
T, A, F = matrix("T", "n", "n"), matrix("A", "m", "k"), matrix("B", "k", "m")
x, y, t = vector("x", "n"), vector("y", "n"), scalar("t")
n = size("n")


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
