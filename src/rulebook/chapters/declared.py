"""Identities of declared symbols.

Throughout, Y is m by n, S, E, L and Q are n by n, and x and y are columns of length n. These hold
because of what a symbol is said to be: symmetric, orthogonal, one-hot.
"""

from typing import Final

from rulebook.book import Cite, Equality, Mistake, Rule
from rulebook.language import (
    absolute,
    assumption,
    diag,
    diagonal,
    eye,
    inv,
    lift,
    logdet,
    matrix,
    norm,
    onehot,
    ones,
    simplex,
    spd,
    sum_of,
    symmetric,
    vector,
    zeros,
)

binary, identity = assumption("binary"), assumption("identity")
laplacian, orthogonal, pm1 = assumption("laplacian"), assumption("orthogonal"), assumption("pm1")
sqdist = assumption("sqdist")

Y, S = matrix("Y", "m", "n"), matrix("S", "n", "n")
x, y = vector("x", "n"), vector("y", "n")
E, L, Q = matrix("E", "n", "n"), matrix("L", "n", "n"), matrix("Q", "n", "n")
one_m, one_n = ones("m"), ones("n")


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
