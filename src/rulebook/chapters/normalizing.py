"""Identities of softmax and norms.

Throughout, X is m by n, x is a column of length n and u of length m, and t is a scalar. A softmax
of a matrix is taken row by row.
"""

from typing import Final

from rulebook.book import Cite, Equality, Mistake, Rule
from rulebook.language import (
    absolute,
    exp,
    lift,
    log,
    logsumexp,
    matrix,
    norm,
    ones,
    scalar,
    softmax,
    sqrt,
    sum_of,
    vector,
)

X = matrix("X", "m", "n")
x, u, t = vector("x", "n"), vector("u", "m"), scalar("t")
one_m, one_n = ones("m"), ones("n")


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
