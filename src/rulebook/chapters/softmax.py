"""Softmax and cross-entropy.

Throughout, x is a column of n scores and p its softmax, and y holds the targets, of the same
length. In a batch each of N rows of X holds n scores, softmax works row by row, and Y holds one row
of targets for each. A bar marks a cotangent, as for layers.
"""

from typing import Final

from rulebook.book import Cite, Derivative, Equality, Mistake, Pullback, Rule, cotangent
from rulebook.language import (
    Let,
    diag,
    exp,
    eye,
    log,
    matrix,
    ones,
    positive,
    scalar,
    simplex,
    size,
    sum_of,
    vector,
)
from rulebook.language import operators as op

x, y = vector("x", "n"), vector("y", "n")
p = Let("p", exp(x) / sum_of(exp(x)))
log_p = x - op.logsumexp(x)
bar_p, bar_log_p = cotangent("p", p), cotangent("y", x)
q = vector("q", "n")

X, Y, N = matrix("X", "N", "n"), matrix("Y", "N", "n"), size("N")
P = Let("P", op.softmax(X))
bar_P = cotangent("P", P)
batch_loss = -(1 / N * sum_of(Y * log(op.softmax(X))))
bar_L = cotangent("L", batch_loss)

U, W, b = matrix("U", "N", "m"), matrix("W", "n", "m"), vector("b", "n")
scores = U @ W.T + ones("N") @ b.T
Delta = Let("Delta", 1 / N * (Let("P", op.softmax(scores)) - Y))

z, t, r = scalar("z"), scalar("t"), scalar("q")

softmax: Final = Rule(
    title="Softmax",
    claim=Derivative(of=p, wrt=x, equals=diag(p) - p @ p.T),
    note="Raising one score raises its own share and lowers all the others, because the shares "
    "have a common denominator. Rows and columns add up to zero.",
    cites=(Cite("bishop2006", "eq. 4.106"), Cite("pytorch-derivatives", "_softmax")),
    mistakes=(
        Mistake(equals=diag(p), why="forgets that the denominator moves, too"),
        Mistake(equals=diag(p * (ones("n") - p)), why="that is only the diagonal"),
        Mistake(equals=eye("n") - p @ p.T, why="the first term is scaled by p, too"),
    ),
)

softmax_of_shifted_scores: Final = Rule(
    title="Softmax of shifted scores",
    claim=Equality(left=op.softmax(x + z), right=op.softmax(x)),
    note="Adding one number to all scores changes nothing. Programs subtract the largest score, so "
    "that no exponential overflows.",
    cites=(Cite("goodfellow2016", "sec. 6.2.2.3"),),
)

softmax_pullback: Final = Rule(
    title="Pullback of softmax",
    claim=Pullback(of=p, cotangents=bar_p, equals={x: p * (bar_p - p.T @ bar_p)}),
    note="Subtract the mean of the cotangent, weighted by p, then scale by p: no n by n matrix "
    "is built.",
    cites=(Cite("pytorch-derivatives", "_softmax"), Cite("nnlib", "softmax.jl")),
    mistakes=(
        Mistake(equals=p * bar_p, why="forgets that the denominator moves, too"),
        Mistake(equals=p * (bar_p - sum_of(bar_p)), why="the mean is weighted by p"),
    ),
)

logsumexp: Final = Rule(
    title="Log-sum-exp",
    claim=Derivative(of=op.logsumexp(x), wrt=x, equals=p.T),
    note="A smooth maximum; its gradient is softmax. The value is the log of the sum of the "
    "exponentials.",
    cites=(Cite("boyd2004", "sec. 3.1.5"), Cite("nnlib", "softmax.jl")),
    mistakes=(Mistake(equals=exp(x).T, why="the logarithm divides by the sum"),),
)

log_softmax: Final = Rule(
    title="Log-softmax",
    claim=Derivative(of=log_p, wrt=x, equals=eye("n") - ones("n") @ p.T),
    note="The logarithm of softmax, computed without dividing. The derivative of every entry "
    "subtracts the same p.",
    cites=(Cite("pytorch-derivatives", "_log_softmax"), Cite("nnlib", "softmax.jl")),
    mistakes=(
        Mistake(equals=eye("n") - p @ ones("n").T, why="p stands in the rows, not in the columns"),
        Mistake(equals=diag(p) - p @ p.T, why="that is softmax itself, without the logarithm"),
    ),
)

log_softmax_pullback: Final = Rule(
    title="Pullback of log-softmax",
    claim=Pullback(of=log_p, cotangents=bar_log_p, equals={x: bar_log_p - sum_of(bar_log_p) * p}),
    note="With the targets, negated, as the cotangent this is the gradient of cross-entropy.",
    cites=(Cite("pytorch-derivatives", "_log_softmax"),),
    mistakes=(
        Mistake(equals=bar_log_p - p, why="true only if the cotangent adds up to 1"),
        Mistake(equals=bar_log_p - p * bar_log_p, why="the sum collects the whole cotangent"),
    ),
)

cross_entropy: Final = Rule(
    title="Cross-entropy of softmax",
    claim=Derivative(of=-(y.T @ log(op.softmax(x))), wrt=x, equals=(p - y).T),
    assuming=(simplex(y),),
    note="Prediction minus target, as for squared errors. A one-hot target is a special case.",
    cites=(Cite("bishop2006", "eq. 4.109"), Cite("goodfellow2016", "sec. 6.2.2.3")),
    mistakes=(
        Mistake(equals=(y - p).T, why="the loss falls as the target's score grows"),
        Mistake(equals=-(y / p).T, why="that is by the probabilities, not by the scores"),
    ),
)

cross_entropy_of_any_target: Final = Rule(
    title="Cross-entropy of softmax, any target",
    claim=Derivative(of=-(y.T @ log(op.softmax(x))), wrt=x, equals=(sum_of(y) * p - y).T),
    note="The targets need not add up to 1: with weights or counts their sum is a factor of p.",
    cites=(Cite("pytorch-derivatives", "_log_softmax and nll_loss_forward"),),
    mistakes=(Mistake(equals=(p - y).T, why="true only if the targets add up to 1"),),
)

cross_entropy_by_probabilities: Final = Rule(
    title="Cross-entropy by the probabilities",
    claim=Derivative(of=-(y.T @ log(q)), wrt=q, equals=-(y / q).T),
    assuming=(positive(q),),
    note="Here q is free; with softmax before it the denominators cancel.",
    cites=(Cite("pytorch-derivatives", "nll_loss_forward"),),
    mistakes=(Mistake(equals=(q - y).T, why="that is by the scores, through softmax"),),
)

softmax_of_rows_pullback: Final = Rule(
    title="Pullback of softmax, for a batch",
    claim=Pullback(
        of=P,
        cotangents=bar_P,
        equals={X: P * (bar_P - (P * bar_P) @ ones("n") @ ones("n").T)},
    ),
    note="Row by row as for one vector: the two products with ones add up each row and spread "
    "the sum over it.",
    cites=(Cite("pytorch-derivatives", "_softmax"),),
    mistakes=(
        Mistake(equals=P * bar_P, why="forgets that the denominators move, too"),
        Mistake(
            equals=P * (bar_P - ones("N") @ ones("N").T @ (P * bar_P)),
            why="softmax runs along the rows, not down the columns",
        ),
    ),
)

cross_entropy_of_batch: Final = Rule(
    title="Cross-entropy of a batch",
    claim=Derivative(of=batch_loss, wrt=X, equals=1 / N * (P - Y).T),
    assuming=(simplex(Y),),
    note="In numerator layout a scalar by an N by n matrix is n by N. In the shape of X it is "
    "prediction minus target, divided by N.",
    cites=(Cite("bishop2006", "eq. 4.109, averaged"),),
    mistakes=(
        Mistake(equals=(P - Y).T, why="forgets the division by N"),
        Mistake(equals=1 / N * (Y - P).T, why="the loss falls as the targets' scores grow"),
    ),
)

cross_entropy_batch_pullback: Final = Rule(
    title="Pullback of cross-entropy, for a batch",
    claim=Pullback(of=batch_loss, cotangents=bar_L, equals={X: bar_L / N * (P - Y)}),
    assuming=(simplex(Y),),
    note="Where a backward pass begins: the cotangent of the loss itself is 1.",
    cites=(Cite("pytorch-derivatives", "_log_softmax and nll_loss_forward"),),
    mistakes=(Mistake(equals=bar_L * (P - Y), why="forgets the division by N"),),
)

softmax_regression_pullback: Final = Rule(
    title="Pullback of softmax regression",
    claim=Pullback(
        of=-(1 / N * sum_of(Y * log(op.softmax(scores)))),
        cotangents=bar_L,
        equals={
            W: bar_L * (Delta.T @ U),
            b: bar_L * (Delta.T @ ones("N")),
            U: bar_L * (Delta @ W),
        },
    ),
    assuming=(simplex(Y),),
    note="An affine layer with inputs U, then softmax and cross-entropy: prediction minus target, "
    "sent back through the layer.",
    cites=(Cite("bishop2006", "eq. 4.109"),),
    mistakes=(Mistake(equals=-(bar_L * (Delta.T @ U)), why="it is prediction minus target"),),
)

binary_cross_entropy: Final = Rule(
    title="Binary cross-entropy of the sigmoid",
    claim=Derivative(
        of=-(t * log(op.sigmoid(z)) + (1 - t) * log(op.sigmoid(-z))),
        wrt=z,
        equals=op.sigmoid(z) - t,
    ),
    note="Prediction minus target once more. Here $\\sigma(-z)$ is $1 - \\sigma(z)$. It holds for "
    "any t, although targets are 0 or 1.",
    cites=(
        Cite("bishop2006", "eq. 4.91"),
        Cite("pytorch-derivatives", "binary_cross_entropy_with_logits"),
    ),
    mistakes=(
        Mistake(equals=t - op.sigmoid(z), why="the loss falls as the target's score grows"),
        Mistake(
            equals=(op.sigmoid(z) - t) * op.sigmoid(z) * (1 - op.sigmoid(z)),
            why="the sigmoid's slope cancels against the logarithm's",
        ),
    ),
)

binary_cross_entropy_by_probability: Final = Rule(
    title="Binary cross-entropy by the probability",
    claim=Derivative(
        of=-(t * log(r) + (1 - t) * log(1 - r)), wrt=r, equals=(r - t) / (r * (1 - r))
    ),
    note="The slope is steep where the prediction is confident and wrong.",
    cites=(Cite("pytorch-derivatives", "binary_cross_entropy"),),
    mistakes=(Mistake(equals=r - t, why="that is by the score, through the sigmoid"),),
)
