"""Identities of Kronecker products and vec.

Throughout, A is m by n and B is p by q in a Kronecker product, and a matrix X is stacked by
columns. A product on both sides of X is then one matrix times a vector.
"""

from typing import Final

from rulebook.book import Cite, Equality, Mistake, Rule
from rulebook.language import (
    det,
    dim,
    eye,
    inv,
    invertible,
    kron,
    logdet,
    matrix,
    norm,
    scalar,
    size,
    sum_of,
    tr,
    vec,
)

X, Y, S = matrix("X", "m", "n"), matrix("Y", "m", "n"), matrix("S", "n", "n")
R, A = matrix("R", "m", "m"), matrix("A", "m", "k")
t = scalar("t")
m, n = size("m"), size("n")
first, second, third = matrix("A", "m", "n"), matrix("B", "p", "q"), matrix("C", "n", "k")
fourth, other, inside = matrix("D", "q", "l"), matrix("C", "p", "q"), matrix("X", "k", "l")
last = matrix("B", "l", "n")


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
