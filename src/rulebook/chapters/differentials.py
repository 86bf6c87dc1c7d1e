"""Differentials.

Throughout, X and Y are m by n, S is n by n, x is a column of length n, and s, t, k and a are
scalars. The differential dF is what F gains, to first order, when its variables gain dX, dY and so
on; it has the shape of F, so that no derivative with three or four indices is needed. A rule for
matrices holds for columns, rows and scalars as well, wherever both sides make sense.
"""

from typing import Final

from rulebook.book import Cite, Differential, Mistake, Rule, d
from rulebook.language import (
    absolute,
    cases,
    cos,
    det,
    diag,
    exp,
    greater,
    inv,
    kron,
    log,
    logdet,
    matrix,
    maximum,
    minimum,
    norm,
    ones,
    positive,
    relu,
    scalar,
    sigmoid,
    sign,
    sin,
    softmax,
    softplus,
    sqrt,
    stack,
    step,
    sum_of,
    tanh,
    tr,
    vec,
    vector,
    zeros_like,
)
from rulebook.language import operators as op

X, Y, Z = matrix("X", "m", "n"), matrix("Y", "m", "n"), matrix("Z", "m", "n")
U = matrix("U", "p", "n")
S, x = matrix("S", "n", "n"), vector("x", "n")
A, B = matrix("A", "m", "n"), matrix("B", "p", "q")
a, k, s, t = scalar("a"), scalar("k"), scalar("s"), scalar("t")
nothing = zeros_like(X.shape)

p, P = softmax(x), softmax(X)
shared = (P * d(X)) @ ones("n")

sum_differential: Final = Rule(
    title="Differential of a sum",
    claim=Differential(of=X + Y, wrt=(X, Y), equals=d(X) + d(Y)),
    note="Changes add up as the things themselves do.",
    cites=(Cite("petersen2012", "eq. 35"), Cite("magnus2019", "sec. 8.2")),
    mistakes=(Mistake(equals=X * d(Y) + d(X) * Y, why="that is the product rule"),),
)

sum_with_scalar_differential: Final = Rule(
    title="Differential of an array plus a scalar",
    claim=Differential(of=X + t, wrt=(X, t), equals=d(X) + d(t)),
    note="A scalar that is added to an array is added to every entry, and so is its change.",
    cites=(Cite("parr2018", "sec. 4.3"),),
    mistakes=(Mistake(equals=d(X), why="forgets that the scalar moves, too"),),
)

difference_differential: Final = Rule(
    title="Differential of a difference",
    claim=Differential(of=X - Y, wrt=(X, Y), equals=d(X) - d(Y)),
    note="What is taken away counts with a minus, and so does its change.",
    cites=(Cite("magnus2019", "sec. 8.2"),),
    mistakes=(Mistake(equals=d(X) + d(Y), why="the second term is taken away"),),
)

difference_with_scalar_differential: Final = Rule(
    title="Differential of an array minus a scalar",
    claim=Differential(of=X - t, wrt=(X, t), equals=d(X) - d(t)),
    note="Every entry loses the scalar, so every entry loses its change.",
    cites=(Cite("parr2018", "sec. 4.3"),),
    mistakes=(Mistake(equals=d(X) + d(t), why="the scalar is taken away"),),
)

scalar_minus_array_differential: Final = Rule(
    title="Differential of a scalar minus an array",
    claim=Differential(of=t - X, wrt=(t, X), equals=d(t) - d(X)),
    note="The minus stays with the array, as in $1 - X$, which moves against X.",
    cites=(Cite("parr2018", "sec. 4.3"),),
    mistakes=(Mistake(equals=d(X) - d(t), why="it is the array that is taken away"),),
)

negative_differential: Final = Rule(
    title="Differential of a negative",
    claim=Differential(of=-X, wrt=(X,), equals=-d(X)),
    note="The opposite moves the opposite way.",
    cites=(Cite("petersen2012", "eq. 34, for the factor minus one"),),
    mistakes=(Mistake(equals=d(X), why="forgets the sign"),),
)

scaling_differential: Final = Rule(
    title="Differential of a scalar multiple",
    claim=Differential(of=t * X, wrt=(t, X), equals=d(t) * X + t * d(X)),
    note="The product rule; with a constant factor only the second term is left.",
    cites=(Cite("magnus2019", "sec. 8.2"), Cite("petersen2012", "eq. 34, for a constant factor")),
    mistakes=(
        Mistake(equals=d(t) * d(X), why="a product is differentiated factor by factor"),
        Mistake(equals=t * d(X), why="true only if the factor is constant"),
    ),
)

quotient_differential: Final = Rule(
    title="Differential of an array divided by a scalar",
    claim=Differential(of=X / t, wrt=(X, t), equals=d(X) / t - d(t) / t**2 * X),
    note="The quotient rule, with its two terms apart; a growing divisor makes everything smaller.",
    cites=(Cite("pytorch-derivatives", "div"), Cite("magnus2019", "ch. 8")),
    mistakes=(
        Mistake(equals=d(X) / t + d(t) / t**2 * X, why="a growing divisor makes it smaller"),
        Mistake(equals=d(X) / d(t), why="a quotient is not differentiated part by part"),
    ),
)

hadamard_differential: Final = Rule(
    title="Differential of a Hadamard product",
    claim=Differential(of=X * Y, wrt=(X, Y), equals=d(X) * Y + X * d(Y)),
    note="The product rule, entry by entry.",
    cites=(Cite("petersen2012", "eq. 38"), Cite("magnus2019", "sec. 8.2")),
    mistakes=(Mistake(equals=d(X) * d(Y), why="a product is differentiated factor by factor"),),
)

elementwise_quotient_differential: Final = Rule(
    title="Differential of an element-wise quotient",
    claim=Differential(of=X / Y, wrt=(X, Y), equals=d(X) / Y - X * d(Y) / Y**2),
    note="The quotient rule, entry by entry.",
    cites=(Cite("pytorch-derivatives", "div"),),
    mistakes=(
        Mistake(equals=(X * d(Y) - d(X) * Y) / Y**2, why="the numerator's change comes first"),
        Mistake(equals=d(X) / Y - X * d(Y) / Y, why="the denominator is squared"),
    ),
)

scalar_over_array_differential: Final = Rule(
    title="Differential of a scalar divided by an array",
    claim=Differential(of=t / Y, wrt=(t, Y), equals=d(t) / Y - t * d(Y) / Y**2),
    note="The quotient rule in every entry, with the one numerator for all.",
    cites=(Cite("pytorch-derivatives", "div, reciprocal"),),
    mistakes=(
        Mistake(equals=d(t) / Y + t * d(Y) / Y**2, why="a growing denominator makes it smaller"),
    ),
)

power_differential: Final = Rule(
    title="Differential of a power",
    claim=Differential(of=s**k, wrt=(s,), equals=k * s ** (k - 1) * d(s)),
    assuming=(positive(s),),
    note="The exponent stays fixed. If it is a whole number, s need not be positive.",
    cites=(Cite("pytorch-derivatives", "pow"), Cite("parr2018", "sec. 2")),
    mistakes=(
        Mistake(equals=k * s**k * d(s), why="the exponent goes down by one"),
        Mistake(equals=k * s ** (k - 1), why="a differential holds the change of s"),
    ),
)

power_by_exponent_differential: Final = Rule(
    title="Differential of a power by its exponent",
    claim=Differential(of=a**t, wrt=(t,), equals=log(a) * a**t * d(t)),
    assuming=(positive(a),),
    note="With the base fixed it is an exponential, which grows in proportion to itself.",
    cites=(Cite("pytorch-derivatives", "pow"),),
    mistakes=(
        Mistake(equals=t * a ** (t - 1) * d(t), why="that is for a fixed exponent"),
        Mistake(equals=a**t * d(t), why="only the base e has a logarithm of 1"),
    ),
)

power_by_both_differential: Final = Rule(
    title="Differential of a power by base and exponent",
    claim=Differential(of=s**t, wrt=(s, t), equals=t * s ** (t - 1) * d(s) + log(s) * s**t * d(t)),
    assuming=(positive(s),),
    note="Each of the two as if the other stood still, and then their sum.",
    cites=(Cite("pytorch-derivatives", "pow"),),
    mistakes=(Mistake(equals=t * s ** (t - 1) * d(s), why="forgets that the exponent moves"),),
)

elementwise_power_differential: Final = Rule(
    title="Differential of an element-wise power",
    claim=Differential(of=X**k, wrt=(X,), equals=k * X ** (k - 1) * d(X)),
    assuming=(positive(X),),
    note="The power rule in every entry; this is not the matrix power, whose factors do not "
    "commute. If the exponent is a whole number, X need not be positive.",
    cites=(Cite("pytorch-derivatives", "pow"),),
    mistakes=(
        Mistake(equals=k * X**k * d(X), why="the exponent goes down by one"),
        Mistake(equals=X ** (k - 1) * d(X), why="the old exponent comes down as a factor"),
    ),
)

elementwise_power_by_exponent_differential: Final = Rule(
    title="Differential of an element-wise power by its exponent",
    claim=Differential(of=X**t, wrt=(t,), equals=d(t) * (log(X) * X**t)),
    assuming=(positive(X),),
    note="One exponent moves all entries, each in proportion to its own logarithm.",
    cites=(Cite("pytorch-derivatives", "pow"),),
    mistakes=(Mistake(equals=d(t) * (t * X ** (t - 1)), why="that is for a fixed exponent"),),
)

elementwise_power_by_both_differential: Final = Rule(
    title="Differential of an element-wise power by base and exponent",
    claim=Differential(
        of=X**t, wrt=(X, t), equals=t * X ** (t - 1) * d(X) + d(t) * (log(X) * X**t)
    ),
    assuming=(positive(X),),
    note="Base and exponent contribute one term each.",
    cites=(Cite("pytorch-derivatives", "pow"),),
    mistakes=(Mistake(equals=t * X ** (t - 1) * d(X), why="forgets that the exponent moves"),),
)

transpose_differential: Final = Rule(
    title="Differential of a transpose",
    claim=Differential(of=X.T, wrt=(X,), equals=d(X).T),
    note="Transposing only moves entries, so it moves their changes along.",
    cites=(Cite("petersen2012", "eq. 44"), Cite("magnus2019", "sec. 8.2")),
)

trace_differential: Final = Rule(
    title="Differential of a trace",
    claim=Differential(of=tr(S), wrt=(S,), equals=tr(d(S))),
    note="The trace is linear, so it changes places with d.",
    cites=(Cite("petersen2012", "eq. 36"), Cite("magnus2019", "sec. 8.2")),
    mistakes=(Mistake(equals=sum_of(d(S)), why="only the diagonal counts"),),
)

sum_of_entries_differential: Final = Rule(
    title="Differential of a sum of entries",
    claim=Differential(of=sum_of(X), wrt=(X,), equals=sum_of(d(X))),
    note="A sum is linear, so it changes places with d.",
    cites=(Cite("pytorch-derivatives", "sum"),),
    mistakes=(Mistake(equals=op.mean(d(X)), why="a sum is not divided by the number of entries"),),
)

mean_differential: Final = Rule(
    title="Differential of a mean",
    claim=Differential(of=op.mean(X), wrt=(X,), equals=op.mean(d(X))),
    note="A mean is linear, so it changes places with d.",
    cites=(Cite("pytorch-derivatives", "mean"),),
    mistakes=(Mistake(equals=sum_of(d(X)), why="forgets to divide by the number of entries"),),
)

diag_differential: Final = Rule(
    title="Differential of a diagonal matrix",
    claim=Differential(of=diag(x), wrt=(x,), equals=diag(d(x))),
    note="The zeros off the diagonal stay zero.",
    cites=(Cite("magnus2019", "ch. 8"),),
    mistakes=(Mistake(equals=d(x) @ ones("n").T, why="off the diagonal nothing moves"),),
)

diagonal_differential: Final = Rule(
    title="Differential of a diagonal",
    claim=Differential(of=op.diagonal(S), wrt=(S,), equals=op.diagonal(d(S))),
    note="Picking entries is linear: pick the same ones of the change.",
    cites=(Cite("magnus2019", "ch. 8"),),
    mistakes=(Mistake(equals=d(S) @ ones("n"), why="that sums the rows"),),
)

vec_differential: Final = Rule(
    title="Differential of vec",
    claim=Differential(of=vec(X), wrt=(X,), equals=vec(d(X))),
    note="The columns of the change, stacked; from here a Jacobian of a matrix function is read "
    "off.",
    cites=(Cite("magnus2019", "sec. 8.2"),),
    mistakes=(Mistake(equals=vec(d(X).T), why="that stacks the rows"),),
)

stack_differential: Final = Rule(
    title="Differential of a stack",
    claim=Differential(of=stack(X, U), wrt=(X, U), equals=stack(d(X), d(U))),
    note="Blocks, rows or numbers on top of each other: each part moves on its own.",
    cites=(Cite("magnus2019", "ch. 8"), Cite("pytorch-derivatives", "cat")),
    mistakes=(Mistake(equals=stack(d(X), U), why="the second part moves, too"),),
)

kronecker_differential: Final = Rule(
    title="Differential of a Kronecker product",
    claim=Differential(of=kron(A, B), wrt=(A, B), equals=kron(d(A), B) + kron(A, d(B))),
    note="One more product, and one more product rule, with the order of factors kept.",
    cites=(Cite("petersen2012", "eq. 39"), Cite("magnus2019", "sec. 8.2")),
    mistakes=(
        Mistake(equals=kron(d(A), d(B)), why="a product is differentiated factor by factor"),
    ),
)

inverse_differential: Final = Rule(
    title="Differential of an inverse",
    claim=Differential(of=inv(S), wrt=(S,), equals=-inv(S) @ d(S) @ inv(S)),
    note="The matrix form of $-\\mathrm{d}x / x^2$, with an inverse on either side because "
    "matrices do not commute.",
    cites=(
        Cite("petersen2012", "eq. 40"),
        Cite("magnus2019", "sec. 8.4"),
        Cite("giles2008", "sec. 2.2.3"),
    ),
    mistakes=(
        Mistake(equals=-(inv(S) @ inv(S)) @ d(S), why="matrices do not commute"),
        Mistake(equals=inv(S) @ d(S) @ inv(S), why="a growing matrix has a shrinking inverse"),
    ),
)

determinant_differential: Final = Rule(
    title="Differential of a determinant",
    claim=Differential(of=det(S), wrt=(S,), equals=det(S) * tr(inv(S) @ d(S))),
    note="Jacobi's formula, for an invertible matrix.",
    cites=(
        Cite("petersen2012", "eq. 42"),
        Cite("magnus2019", "sec. 8.3"),
        Cite("giles2008", "sec. 2.2.4"),
    ),
    mistakes=(
        Mistake(equals=tr(inv(S) @ d(S)), why="that is for the logarithm of the determinant"),
        Mistake(equals=det(S) * tr(inv(S).T @ d(S)), why="the transpose belongs to the gradient"),
    ),
)

log_determinant_differential: Final = Rule(
    title="Differential of a log-determinant",
    claim=Differential(of=logdet(S), wrt=(S,), equals=tr(inv(S) @ d(S))),
    note="The matrix form of $\\mathrm{d}x / x$.",
    cites=(Cite("petersen2012", "eq. 43"), Cite("magnus2019", "sec. 8.3")),
    mistakes=(
        Mistake(equals=tr(inv(S).T @ d(S)), why="the transpose belongs to the gradient"),
        Mistake(equals=tr(d(S)) / det(S), why="it is the inverse that divides, inside the trace"),
    ),
)

log_of_determinant_differential: Final = Rule(
    title="Differential of the logarithm of a determinant",
    claim=Differential(of=log(det(S)), wrt=(S,), equals=tr(inv(S) @ d(S))),
    note="The determinant that Jacobi's formula brings in is divided away by the logarithm.",
    cites=(Cite("petersen2012", "eq. 43"), Cite("magnus2019", "sec. 8.3")),
    mistakes=(Mistake(equals=tr(inv(S).T @ d(S)), why="the transpose belongs to the gradient"),),
)

euclidean_norm_differential: Final = Rule(
    title="Differential of a Euclidean norm",
    claim=Differential(of=norm(x), wrt=(x,), equals=x.T @ d(x) / norm(x)),
    note="Only the part of a change that points along x changes the length.",
    cites=(Cite("petersen2012", "eq. 129"),),
    mistakes=(
        Mistake(equals=x.T @ d(x), why="that is for half the squared norm"),
        Mistake(equals=norm(d(x)), why="a change across x does not change the length"),
    ),
)

frobenius_norm_differential: Final = Rule(
    title="Differential of a Frobenius norm",
    claim=Differential(of=norm(X), wrt=(X,), equals=sum_of(X * d(X)) / norm(X)),
    note="The Euclidean norm of all entries, and the same rule.",
    cites=(Cite("pytorch-derivatives", "norm"),),
    mistakes=(
        Mistake(equals=2 * sum_of(X * d(X)), why="that is for the squared norm"),
        Mistake(equals=norm(d(X)), why="a change across X does not change the norm"),
    ),
)

squared_euclidean_norm_differential: Final = Rule(
    title="Differential of a squared Euclidean norm",
    claim=Differential(of=norm(x) ** 2, wrt=(x,), equals=2 * (x.T @ d(x))),
    note="The norm in the power rule cancels the one that the norm's own rule divides by.",
    cites=(Cite("petersen2012", "eq. 131"),),
    mistakes=(Mistake(equals=2 * norm(x) * norm(d(x)), why="the angle counts"),),
)

squared_frobenius_norm_differential: Final = Rule(
    title="Differential of a squared Frobenius norm",
    claim=Differential(of=norm(X) ** 2, wrt=(X,), equals=2 * sum_of(X * d(X))),
    note="Every entry occurs squared.",
    cites=(Cite("petersen2012", "eq. 132"),),
    mistakes=(Mistake(equals=sum_of(X * d(X)), why="forgets the factor 2 of the square"),),
)

softmax_differential: Final = Rule(
    title="Differential of softmax",
    claim=Differential(of=softmax(x), wrt=(x,), equals=p * d(x) - p.T @ d(x) * p),
    note="Each share grows with its score as measured against the average score, so that the "
    "shares keep their sum.",
    cites=(Cite("bishop2006", "eq. 4.106"), Cite("pytorch-derivatives", "_softmax")),
    mistakes=(
        Mistake(equals=p * d(x), why="forgets the common denominator"),
        Mistake(equals=p * (1 - p) * d(x), why="the shares of the others move, too"),
    ),
)

softmax_of_rows_differential: Final = Rule(
    title="Differential of softmax, row by row",
    claim=Differential(of=softmax(X), wrt=(X,), equals=P * d(X) - diag(shared) @ P),
    note="The rule for a vector in every row; the diagonal matrix holds the rows' averages.",
    cites=(Cite("pytorch-derivatives", "_softmax"),),
    mistakes=(
        Mistake(equals=P * d(X), why="forgets the denominators"),
        Mistake(equals=P * d(X) - sum_of(P * d(X)) * P, why="each row has an average of its own"),
    ),
)

logsumexp_differential: Final = Rule(
    title="Differential of log-sum-exp",
    claim=Differential(of=op.logsumexp(x), wrt=(x,), equals=p.T @ d(x)),
    note="An average of the changes, weighted by softmax.",
    cites=(Cite("boyd2004", "sec. 3.1.5"), Cite("pytorch-derivatives", "logsumexp")),
    mistakes=(Mistake(equals=exp(x).T @ d(x), why="the logarithm divides by the sum"),),
)

logsumexp_of_rows_differential: Final = Rule(
    title="Differential of log-sum-exp, row by row",
    claim=Differential(of=op.logsumexp(X), wrt=(X,), equals=shared),
    note="One weighted average for each row; the product with ones sums the rows.",
    cites=(Cite("pytorch-derivatives", "logsumexp"),),
    mistakes=(Mistake(equals=d(X) @ ones("n"), why="forgets the weights"),),
)

log_softmax_differential: Final = Rule(
    title="Differential of log-softmax",
    claim=Differential(of=log(p), wrt=(x,), equals=d(x) - p.T @ d(x)),
    note="A score minus the log-sum-exp of all: the change, minus its weighted average.",
    cites=(Cite("pytorch-derivatives", "_log_softmax"),),
    mistakes=(
        Mistake(equals=d(x) - p * d(x), why="the average is over all entries"),
        Mistake(equals=d(x), why="forgets the denominator"),
    ),
)

log_softmax_of_rows_differential: Final = Rule(
    title="Differential of log-softmax, row by row",
    claim=Differential(of=log(P), wrt=(X,), equals=d(X) - shared @ ones("n").T),
    note="Every row loses its own weighted average; the outer product hands it to all columns.",
    cites=(Cite("pytorch-derivatives", "_log_softmax"),),
    mistakes=(Mistake(equals=d(X) - sum_of(P * d(X)), why="each row has an average of its own"),),
)

log_one_plus_exp_differential: Final = Rule(
    title="Differential of log(1 + exp)",
    claim=Differential(of=log(1 + exp(X)), wrt=(X,), equals=sigmoid(X) * d(X)),
    note="Softplus, spelled out; the quotient that the chain rule gives is the sigmoid.",
    cites=(Cite("goodfellow2016", "sec. 3.10"),),
    mistakes=(Mistake(equals=d(X) / (1 + exp(X)), why="that is the sigmoid of −X"),),
)

exp_differential: Final = Rule(
    title="Differential of the exponential function",
    claim=Differential(of=exp(X), wrt=(X,), equals=exp(X) * d(X)),
    note="Entry by entry; the matrix exponential has no such simple rule.",
    cites=(Cite("pytorch-derivatives", "exp"),),
    mistakes=(Mistake(equals=exp(d(X)), why="exp is not linear"),),
)

log_differential: Final = Rule(
    title="Differential of the logarithm",
    claim=Differential(of=log(X), wrt=(X,), equals=d(X) / X),
    assuming=(positive(X),),
    note="The relative change, entry by entry.",
    cites=(Cite("pytorch-derivatives", "log"),),
    mistakes=(Mistake(equals=X / d(X), why="it is the change that is divided"),),
)

sqrt_differential: Final = Rule(
    title="Differential of the square root",
    claim=Differential(of=sqrt(X), wrt=(X,), equals=d(X) / (2 * sqrt(X))),
    assuming=(positive(X),),
    note="Half the relative change, times the root.",
    cites=(Cite("pytorch-derivatives", "sqrt"),),
    mistakes=(
        Mistake(equals=d(X) / sqrt(X), why="forgets the 2"),
        Mistake(equals=2 * d(X) / sqrt(X), why="the 2 stands below"),
    ),
)

sin_differential: Final = Rule(
    title="Differential of the sine",
    claim=Differential(of=sin(X), wrt=(X,), equals=cos(X) * d(X)),
    note="Entry by entry, in radians.",
    cites=(Cite("pytorch-derivatives", "sin"),),
    mistakes=(Mistake(equals=-cos(X) * d(X), why="the minus belongs to the cosine"),),
)

cos_differential: Final = Rule(
    title="Differential of the cosine",
    claim=Differential(of=cos(X), wrt=(X,), equals=-sin(X) * d(X)),
    note="Entry by entry; the minus is there because the cosine falls where the sine is positive.",
    cites=(Cite("pytorch-derivatives", "cos"),),
    mistakes=(Mistake(equals=sin(X) * d(X), why="forgets the sign"),),
)

tanh_differential: Final = Rule(
    title="Differential of the hyperbolic tangent",
    claim=Differential(of=tanh(X), wrt=(X,), equals=(1 - tanh(X) ** 2) * d(X)),
    note="Expressed by the value; the square is taken entry by entry.",
    cites=(Cite("goodfellow2016", "sec. 6.3.2"), Cite("pytorch-derivatives", "tanh")),
    mistakes=(Mistake(equals=(1 - X**2) * d(X), why="it is the value that is squared"),),
)

sigmoid_differential: Final = Rule(
    title="Differential of the sigmoid",
    claim=Differential(of=sigmoid(X), wrt=(X,), equals=sigmoid(X) * (1 - sigmoid(X)) * d(X)),
    note="Expressed by the value: largest at one half, and nearly nothing near 0 and 1.",
    cites=(Cite("bishop2006", "eq. 4.88"), Cite("pytorch-derivatives", "sigmoid")),
    mistakes=(Mistake(equals=X * (1 - X) * d(X), why="the value goes in, not the argument"),),
)

softplus_differential: Final = Rule(
    title="Differential of softplus",
    claim=Differential(of=softplus(X), wrt=(X,), equals=sigmoid(X) * d(X)),
    note="A smooth ReLU lets through a smooth share of the change.",
    cites=(Cite("goodfellow2016", "sec. 3.10"), Cite("pytorch-derivatives", "softplus")),
    mistakes=(Mistake(equals=softplus(X) * d(X), why="that is the value, not the slope"),),
)

relu_differential: Final = Rule(
    title="Differential of ReLU",
    claim=Differential(of=relu(X), wrt=(X,), equals=step(X) * d(X)),
    note="What is positive passes its change on; what is clipped does not.",
    cites=(Cite("goodfellow2016", "sec. 6.3.1"), Cite("pytorch-derivatives", "relu")),
    mistakes=(
        Mistake(equals=d(X), why="forgets that clipped entries do not move"),
        Mistake(equals=relu(d(X)), why="it is the sign of X that decides, not that of the change"),
    ),
)

absolute_value_differential: Final = Rule(
    title="Differential of the absolute value",
    claim=Differential(of=absolute(X), wrt=(X,), equals=sign(X) * d(X)),
    note="What is negative moves the opposite way.",
    cites=(Cite("pytorch-derivatives", "abs"),),
    mistakes=(
        Mistake(equals=absolute(d(X)), why="an absolute value can shrink"),
        Mistake(equals=step(X) * d(X), why="that is for ReLU"),
    ),
)

sign_differential: Final = Rule(
    title="Differential of the sign",
    claim=Differential(of=sign(X), wrt=(X,), equals=nothing),
    note="A sign stays what it is until an entry passes 0, where it jumps and has no differential.",
    cites=(Cite("pytorch-derivatives", "sign"),),
    mistakes=(Mistake(equals=sign(d(X)), why="between its jumps the sign is constant"),),
)

step_differential: Final = Rule(
    title="Differential of the step function",
    claim=Differential(of=step(X), wrt=(X,), equals=nothing),
    note="Flat on either side of its jump; this is why ReLU has no curvature.",
    cites=(Cite("pytorch-derivatives", "gt_, for a comparison with 0"),),
    mistakes=(Mistake(equals=step(X) * d(X), why="that is for ReLU"),),
)

greater_differential: Final = Rule(
    title="Differential of a comparison",
    claim=Differential(of=greater(X, Y), wrt=(X, Y), equals=nothing),
    note="The answer stays 0 or 1 until two entries change places.",
    cites=(
        Cite("pytorch-derivatives", "gt_"),
        Cite("parr2018", "sec. 4.2, which names the operation and stops there"),
    ),
    mistakes=(Mistake(equals=greater(d(X), d(Y)), why="comparing is not linear"),),
)

greater_than_scalar_differential: Final = Rule(
    title="Differential of a comparison with a scalar",
    claim=Differential(of=greater(X, t), wrt=(X, t), equals=nothing),
    note="The answer for an entry stays 0 or 1 until the entry passes the threshold t.",
    cites=(Cite("pytorch-derivatives", "gt_"),),
    mistakes=(Mistake(equals=greater(X, t) * d(X), why="that is for the maximum"),),
)

scalar_greater_differential: Final = Rule(
    title="Differential of a comparison of a scalar",
    claim=Differential(of=greater(t, X), wrt=(t, X), equals=nothing),
    note="The same comparison from the other side, and as flat.",
    cites=(Cite("pytorch-derivatives", "gt_"),),
    mistakes=(Mistake(equals=greater(t, X) * d(X), why="that is for the minimum"),),
)

maximum_differential: Final = Rule(
    title="Differential of a maximum",
    claim=Differential(
        of=maximum(X, Y), wrt=(X, Y), equals=greater(X, Y) * d(X) + greater(Y, X) * d(Y)
    ),
    note="The larger one of two entries passes its change on.",
    cites=(Cite("pytorch-derivatives", "maximum"),),
    mistakes=(Mistake(equals=maximum(d(X), d(Y)), why="the larger one need not move the most"),),
)

minimum_differential: Final = Rule(
    title="Differential of a minimum",
    claim=Differential(
        of=minimum(X, Y), wrt=(X, Y), equals=greater(Y, X) * d(X) + greater(X, Y) * d(Y)
    ),
    note="The smaller one of two entries passes its change on.",
    cites=(Cite("pytorch-derivatives", "minimum"),),
    mistakes=(
        Mistake(equals=minimum(d(X), d(Y)), why="the smaller entry need not move the least"),
    ),
)

maximum_with_scalar_differential: Final = Rule(
    title="Differential of a maximum with a scalar",
    claim=Differential(
        of=maximum(t, X), wrt=(t, X), equals=greater(t, X) * d(t) + greater(X, t) * d(X)
    ),
    note="Entries above t move by themselves, the others with t; with $t = 0$ it is ReLU.",
    cites=(Cite("pytorch-derivatives", "maximum"), Cite("parr2018", "sec. 5")),
    mistakes=(Mistake(equals=greater(X, t) * d(X), why="true only if t is constant"),),
)

minimum_with_scalar_differential: Final = Rule(
    title="Differential of a minimum with a scalar",
    claim=Differential(
        of=minimum(t, X), wrt=(t, X), equals=greater(X, t) * d(t) + greater(t, X) * d(X)
    ),
    note="Entries below t move by themselves, the others with t.",
    cites=(Cite("pytorch-derivatives", "minimum"),),
    mistakes=(Mistake(equals=greater(t, X) * d(X), why="true only if t is constant"),),
)

cases_differential: Final = Rule(
    title="Differential of a choice between two cases",
    claim=Differential(of=cases(X, Y, Z), wrt=(X, Y, Z), equals=cases(X, d(Y), d(Z))),
    note="The case that applies passes its change on; X only chooses.",
    cites=(Cite("pytorch-derivatives", "where"),),
    mistakes=(Mistake(equals=cases(d(X), d(Y), d(Z)), why="X chooses, not its change"),),
)
