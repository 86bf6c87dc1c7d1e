"""Linear forms and rearrangements.

Throughout, A, X and Y are m by n, Z is p by n, x is a column of length n and t a scalar. A linear
form is its own differential, so what stands with the variable is the derivative: that is how a
derivative is read off. Stacking, cutting and vec move entries around and change none, so that their
differentials and their pullbacks move them on and back.
"""

from typing import Final

from rulebook.book import (
    Cite,
    Derivative,
    Differential,
    Equality,
    Mistake,
    Pullback,
    Rule,
    cotangent,
    d,
)
from rulebook.language import (
    Symbol,
    column,
    commutation,
    diag,
    dim,
    eye,
    inner,
    kron,
    lift,
    lower,
    matrix,
    maximum,
    mean,
    minimum,
    nonzero,
    ones,
    positive,
    scalar,
    sigmoid,
    size,
    stack,
    sum_of,
    symmetric,
    unvec,
    upper,
    vec,
    vector,
    zeros,
)

A, X, Y, Z = (
    matrix("A", "m", "n"),
    matrix("X", "m", "n"),
    matrix("Y", "m", "n"),
    matrix("Z", "p", "n"),
)
F, S, T = (matrix(name, "n", "n") for name in "FST")
B, C, D = matrix("B", "m", "k"), matrix("C", "k", "n"), matrix("D", "n", "q")
K, x, t = matrix("K", "p", "q"), vector("x", "n"), scalar("t")
a, b, k = scalar("a"), scalar("b"), scalar("k")
v = Symbol(column(dim("m") * "n"), "v")
W = Symbol((dim("m") + "p", dim("n")), "W")
stacked = stack(X, Z)

inner_product_by_matrix: Final = Rule(
    title="Inner product by a matrix",
    claim=Derivative(of=inner(A, X), wrt=X, equals=A.T),
    note="Each entry of X counts with the entry of A in its place; numerator layout turns them.",
    cites=(Cite("magnus2019", "ch. 9"), Cite("petersen2012", "eq. 101")),
    mistakes=(Mistake(equals=X.T, why="it is the other factor that stays"),),
)

scaled_array_by_scalar: Final = Rule(
    title="Matrix times scalar, by the scalar",
    claim=Derivative(of=A * t, wrt=t, equals=A),
    note="A derivative by one scalar has the shape of what it is of.",
    cites=(Cite("wikipedia-matrix-calculus", "matrix-by-scalar identities"),),
    mistakes=(Mistake(equals=t * A, why="that is the function again"),),
)

vec_of_left_product: Final = Rule(
    title="vec of a product, left factor fixed",
    claim=Equality(left=vec(B @ C), right=kron(eye("n"), B) @ vec(C)),
    note="The left factor meets each column in turn, hence the block diagonal.",
    cites=(Cite("magnus2019", "ch. 2"),),
)

vec_of_right_product: Final = Rule(
    title="vec of a product, right factor fixed",
    claim=Equality(left=vec(X @ D), right=kron(D.T, eye("m")) @ vec(X)),
    note="The right factor mixes the columns and leaves each of them whole.",
    cites=(Cite("magnus2019", "ch. 2"),),
)

vec_of_transpose: Final = Rule(
    title="vec of a transpose",
    claim=Equality(left=vec(X.T), right=commutation("m", "n") @ vec(X)),
    note="A permutation: the commutation matrix turns columns into rows.",
    cites=(Cite("magnus2019", "ch. 3"),),
)

vec_of_hadamard: Final = Rule(
    title="vec of a Hadamard product",
    claim=Equality(left=vec(A * X), right=diag(vec(A)) @ vec(X)),
    note="Entry by entry before, entry by entry after.",
    cites=(Cite("magnus2019", "ch. 3"),),
)

vec_pullback: Final = Rule(
    title="Pullback of vec",
    claim=Pullback(
        of=vec(X),
        cotangents=cotangent("v", vec(X)),
        equals={X: unvec(cotangent("v", vec(X)), "m", "n")},
    ),
    note="The cotangent goes back to the places the entries came from.",
    cites=(Cite("magnus2019", "ch. 2"),),
)

unvec_of_vec: Final = Rule(
    title="unvec undoes vec",
    claim=Equality(left=unvec(vec(X), "m", "n"), right=X),
    note="The columns are taken from the stack again.",
    cites=(Cite("magnus2019", "ch. 2"),),
)

unvec_differential: Final = Rule(
    title="Differential of unvec",
    claim=Differential(of=unvec(v, "m", "n"), wrt=(v,), equals=unvec(d(v), "m", "n")),
    note="Rearranging is linear.",
    cites=(Cite("magnus2019", "ch. 2"),),
    mistakes=(Mistake(equals=unvec(v, "m", "n"), why="the entries change, not their order"),),
)

unvec_pullback: Final = Rule(
    title="Pullback of unvec",
    claim=Pullback(
        of=unvec(v, "m", "n"), cotangents=cotangent("X", X), equals={v: vec(cotangent("X", X))}
    ),
    note="The inverse of a permutation is its transpose.",
    cites=(Cite("magnus2019", "ch. 2"),),
)

stack_pullback: Final = Rule(
    title="Pullback of a stack",
    claim=Pullback(
        of=stacked,
        cotangents=cotangent("W", stacked),
        equals={
            X: upper(cotangent("W", stacked), "m", "p"),
            Z: lower(cotangent("W", stacked), "m", "p"),
        },
    ),
    note="Each part receives its own rows of the cotangent.",
    cites=(Cite("griewank2008", "ch. 3"),),
)

upper_differential: Final = Rule(
    title="Differential of the upper rows",
    claim=Differential(of=upper(W, "m", "p"), wrt=(W,), equals=upper(d(W), "m", "p")),
    note="Cutting is linear.",
    cites=(Cite("griewank2008", "ch. 3"),),
    mistakes=(Mistake(equals=upper(W, "m", "p"), why="that is the part itself, not its change"),),
)

lower_differential: Final = Rule(
    title="Differential of the lower rows",
    claim=Differential(of=lower(W, "m", "p"), wrt=(W,), equals=lower(d(W), "m", "p")),
    note="Cutting is linear.",
    cites=(Cite("griewank2008", "ch. 3"),),
    mistakes=(Mistake(equals=lower(W, "m", "p"), why="that is the part itself, not its change"),),
)

upper_pullback: Final = Rule(
    title="Pullback of the upper rows",
    claim=Pullback(
        of=upper(W, "m", "p"),
        cotangents=cotangent("X", X),
        equals={W: stack(cotangent("X", X), zeros("p", "n"))},
    ),
    note="Rows that were cut off receive nothing.",
    cites=(Cite("griewank2008", "ch. 3"),),
)

lower_pullback: Final = Rule(
    title="Pullback of the lower rows",
    claim=Pullback(
        of=lower(W, "m", "p"),
        cotangents=cotangent("Z", Z),
        equals={W: stack(zeros("m", "n"), cotangent("Z", Z))},
    ),
    note="Rows that were cut off receive nothing.",
    cites=(Cite("griewank2008", "ch. 3"),),
)

upper_of_stack: Final = Rule(
    title="The upper part of a stack",
    claim=Equality(left=upper(stacked, "m", "p"), right=X),
    note="Cutting where it was joined.",
    cites=(Cite("griewank2008", "ch. 3"),),
)

lower_of_stack: Final = Rule(
    title="The lower part of a stack",
    claim=Equality(left=lower(stacked, "m", "p"), right=Z),
    note="Cutting where it was joined.",
    cites=(Cite("griewank2008", "ch. 3"),),
)

maximum_of_equals: Final = Rule(
    title="The larger of two equals",
    claim=Equality(left=maximum(X, X), right=X),
    note="No kink is left, so it is seen to be smooth everywhere.",
    cites=(Cite("boyd2004", "sec. 3.2.3"),),
)

minimum_of_equals: Final = Rule(
    title="The smaller of two equals",
    claim=Equality(left=minimum(X, X), right=X),
    note="No kink is left, so it is seen to be smooth everywhere.",
    cites=(Cite("boyd2004", "sec. 3.2.3"),),
)

sum_of_deviations: Final = Rule(
    title="Deviations from the mean sum to zero",
    claim=Equality(left=sum_of(x - mean(x)), right=lift(0)),
    note="What lies above the mean makes up for what lies below.",
    cites=(Cite("ba2016", "eq. 3"),),
)

mean_of_deviations: Final = Rule(
    title="Deviations from the mean have mean zero",
    claim=Equality(left=mean(x - mean(x)), right=lift(0)),
    note="Centering is done once: a second time changes nothing.",
    cites=(Cite("ba2016", "eq. 3"),),
)

mean_of_kronecker: Final = Rule(
    title="Mean of a Kronecker product",
    claim=Equality(left=mean(kron(A, K)), right=mean(A) * mean(K)),
    note="Every entry of one meets every entry of the other.",
    cites=(Cite("horn1991", "ch. 4"),),
)

factor_inner_product: Final = Rule(
    title="Inner products with one factor in common",
    claim=Equality(left=inner(A, X) + inner(Y, X), right=inner(A + Y, X)),
    note="The inner product is linear in each factor, so what goes with dX is added up.",
    cites=(Cite("magnus2019", "ch. 1"),),
)

derivative_among_symmetric: Final = Rule(
    title="The derivative among symmetric matrices",
    claim=Equality(
        left=sum_of(F * S),
        right=sum_of((F + F.T - eye("n") * F) * (S + eye("n") * S)) / 2,
    ),
    assuming=(symmetric(S),),
    note="Two entries off the diagonal move as one and count together; one on it counts alone. "
    "The right side pairs with the entries of one triangle.",
    cites=(Cite("petersen2012", "sec. 2.8.2"),),
)

derivative_among_diagonal: Final = Rule(
    title="The derivative among diagonal matrices",
    claim=Equality(left=sum_of(F * (eye("n") * T)), right=sum_of((eye("n") * F) * (eye("n") * T))),
    note="Only the diagonal moves, so only the diagonal of the derivative counts.",
    cites=(Cite("petersen2012", "sec. 2.8.1"),),
)

logistic_residual: Final = Rule(
    title="The residual of logistic regression",
    claim=Equality(
        left=(1 - Y) * sigmoid(X) - Y * sigmoid(-X),
        right=sigmoid(X) - Y,
    ),
    note="What both classes pull at comes down to the probability less the label.",
    cites=(Cite("bishop2006", "sec. 4.3.2"),),
)

scalar_into_sum: Final = Rule(
    title="A factor that cancels inside a sum",
    claim=Equality(left=t * (a + b / t), right=t * a + b),
    assuming=(nonzero(t),),
    note="Multiply out where a denominator goes away.",
    cites=(Cite("horn2013", "ch. 0"),),
)

power_times_base: Final = Rule(
    title="A power times its base",
    claim=Equality(left=t ** (k - 1) * t, right=t**k),
    assuming=(positive(t),),
    note="One factor more.",
    cites=(Cite("horn2013", "ch. 0"),),
)

factor_scalar_of_expansion: Final = Rule(
    title="Common scalar of an array and an expanded scalar",
    claim=Equality(left=t * X + t * a, right=t * (X + a)),
    note="An expanded scalar is scaled like any other entry.",
    cites=(Cite("horn2013", "ch. 0"),),
)

row_sums_of_expansion: Final = Rule(
    title="Row sums with a scalar added everywhere",
    claim=Equality(left=X @ ones("n") + a * size("n"), right=(X + a) @ ones("n")),
    note="Each of the n entries of a row brings the scalar once.",
    cites=(Cite("horn2013", "ch. 0"),),
)
