"""Second derivatives.

Throughout, x is a column of length n, and A is an n by n matrix in a quadratic form and an m by n
matrix in least squares. The Hessian of a scalar function holds its second derivatives; it is the
Jacobian of the gradient, and symmetric. First derivatives of the same functions stand beside it.
"""

from typing import Final

from rulebook.book import Cite, Derivative, Equality, Mistake, Rule
from rulebook.language import (
    Let,
    diag,
    eye,
    function,
    log,
    matrix,
    norm,
    ones,
    partial,
    scalar,
    sigmoid,
    softmax,
    sum_of,
    symmetric,
    vector,
)
from rulebook.language import operators as op

x = vector("x", "n")
A = matrix("A", "n", "n")

a, c, v, t = vector("a", "n"), vector("c", "n"), vector("v", "n"), scalar("t")
f, r = function("f"), function("r", "m")
H = partial(partial(f(x), x), x)
moved = Let("z", x + t * v)

X, b, lam = matrix("A", "m", "n"), vector("b", "m"), scalar("lam")
residual = X @ x - b
squares = residual.T @ residual
ridge_loss = squares + lam * (x.T @ x)

data, w, y = matrix("X", "N", "n"), vector("w", "n"), vector("y", "N")
p = Let("p", sigmoid(data @ w))
logistic = sum_of(op.softplus(data @ w)) - y.T @ data @ w

shares = Let("p", softmax(x))

quadratic_form: Final = Rule(
    title="Quadratic form",
    claim=Derivative(of=x.T @ A @ x, wrt=x, equals=x.T @ (A + A.T)),
    note="x occurs twice, so there are two terms, one for each place.",
    cites=(
        Cite("petersen2012", "eq. 81"),
        Cite("wikipedia-matrix-calculus", "scalar-by-vector identities"),
    ),
    mistakes=(
        Mistake(equals=2 * (x.T @ A), why="true only if A is symmetric"),
        Mistake(equals=x.T @ A, why="x occurs twice"),
    ),
)

quadratic_form_symmetric: Final = Rule(
    title="Quadratic form with a symmetric matrix",
    claim=Derivative(of=x.T @ A @ x, wrt=x, equals=2 * (A @ x).T),
    assuming=(symmetric(A),),
    note="Both terms of the general rule are then the same.",
    cites=(Cite("wikipedia-matrix-calculus", "scalar-by-vector identities"),),
    mistakes=(Mistake(equals=x.T @ A, why="x occurs twice"),),
)

quadratic_form_hessian: Final = Rule(
    title="Hessian of a quadratic form",
    claim=Derivative(of=x.T @ A @ x, wrt=x, equals=A + A.T, order=2),
    note="Only the symmetric part of A matters to the form, and the Hessian is twice that part.",
    cites=(
        Cite("petersen2012", "eq. 98"),
        Cite("wikipedia-matrix-calculus", "scalar-by-vector identities"),
    ),
    mistakes=(Mistake(equals=2 * A, why="true only if A is symmetric"),),
)

quadratic_function: Final = Rule(
    title="Quadratic function",
    claim=Derivative(of=x.T @ A @ x + c.T @ x, wrt=x, equals=x.T @ (A + A.T) + c.T),
    note="The linear part adds a constant to the gradient, and nothing to the Hessian.",
    cites=(Cite("petersen2012", "eq. 97"),),
    mistakes=(Mistake(equals=2 * (x.T @ A) + c.T, why="true only if A is symmetric"),),
)

squared_norm: Final = Rule(
    title="Squared norm",
    claim=Derivative(of=x.T @ x, wrt=x, equals=2 * x.T),
    note="The gradient points straight away from the origin.",
    cites=(
        Cite("petersen2012", "eq. 131"),
        Cite("wikipedia-matrix-calculus", "scalar-by-vector identities"),
        Cite("edelman2025", "ch. 2"),
    ),
    mistakes=(Mistake(equals=x.T, why="x occurs twice"),),
)

squared_norm_hessian: Final = Rule(
    title="Hessian of the squared norm",
    claim=Derivative(of=x.T @ x, wrt=x, equals=2 * eye("n"), order=2),
    note="The same curvature in every direction.",
    cites=(Cite("petersen2012", "eq. 98, with the identity for the matrix"),),
)

euclidean_norm: Final = Rule(
    title="Euclidean norm",
    claim=Derivative(of=norm(x), wrt=x, equals=x.T / norm(x)),
    note="A vector of length 1, wherever it exists: at the origin the norm has a kink.",
    cites=(
        Cite("petersen2012", "eq. 129"),
        Cite("wikipedia-matrix-calculus", "scalar-by-vector identities"),
    ),
    mistakes=(Mistake(equals=2 * x.T, why="that is the squared norm"),),
)

distance: Final = Rule(
    title="Distance to a point",
    claim=Derivative(of=norm(x - a), wrt=x, equals=(x - a).T / norm(x - a)),
    note="The unit vector that leads away from a.",
    cites=(
        Cite("petersen2012", "eq. 129"),
        Cite("wikipedia-matrix-calculus", "scalar-by-vector identities"),
    ),
    mistakes=(Mistake(equals=(a - x).T / norm(x - a), why="the distance grows away from a"),),
)

normalized_vector: Final = Rule(
    title="Vector divided by its norm",
    claim=Derivative(
        of=x / norm(x), wrt=x, equals=1 / norm(x) * (eye("n") - x @ x.T / norm(x) ** 2)
    ),
    note="The part of a change that points along x is lost, because the length is fixed; what is "
    "left is scaled.",
    cites=(Cite("petersen2012", "eq. 130"),),
    mistakes=(
        Mistake(equals=eye("n") / norm(x), why="forgets that the norm moves, too"),
        Mistake(
            equals=1 / norm(x) * (eye("n") - x @ x.T), why="x has to be a unit vector for that"
        ),
    ),
)

euclidean_norm_hessian: Final = Rule(
    title="Hessian of the Euclidean norm",
    claim=Derivative(
        of=norm(x), wrt=x, equals=1 / norm(x) * (eye("n") - x @ x.T / norm(x) ** 2), order=2
    ),
    note="The norm is straight along x itself and curved across, the less so the farther out.",
    cites=(Cite("petersen2012", "eq. 130"),),
    mistakes=(Mistake(equals=eye("n") / norm(x), why="along x the norm does not curve"),),
)

least_squares: Final = Rule(
    title="Least squares",
    claim=Derivative(of=squares, wrt=x, equals=2 * (residual.T @ X)),
    note="The residual, carried back to x. Setting it to zero gives the normal equations.",
    cites=(Cite("petersen2012", "eq. 84"), Cite("boyd2004", "sec. 1.2.1")),
    mistakes=(
        Mistake(equals=residual.T @ X, why="forgets the factor 2 of the square"),
        Mistake(equals=-2 * (residual.T @ X), why="the residual is product minus target"),
    ),
)

hessian_least_squares: Final = Rule(
    title="Hessian of least squares",
    claim=Derivative(of=squares, wrt=x, equals=2 * (X.T @ X), order=2),
    note="It does not depend on x, and is never indefinite: the problem is convex.",
    cites=(Cite("boyd2004", "sec. 1.2.1"),),
    mistakes=(Mistake(equals=X.T @ X, why="forgets the factor 2 of the square"),),
)

ridge: Final = Rule(
    title="Ridge regression",
    claim=Derivative(of=ridge_loss, wrt=x, equals=2 * (residual.T @ X) + 2 * lam * x.T),
    note="Least squares with weight decay: every step also pulls x towards zero.",
    cites=(Cite("bishop2006", "eq. 3.27"),),
    mistakes=(
        Mistake(equals=2 * (residual.T @ X) + lam * x.T, why="the penalty is a square, too"),
        Mistake(equals=2 * (residual.T @ X), why="forgets the penalty"),
    ),
)

hessian_ridge: Final = Rule(
    title="Hessian of ridge regression",
    claim=Derivative(of=ridge_loss, wrt=x, equals=2 * (X.T @ X) + 2 * lam * eye("n"), order=2),
    note="With a positive λ it is positive definite, whatever A is.",
    cites=(Cite("bishop2006", "eq. 3.27 and 3.28"),),
    mistakes=(Mistake(equals=2 * (X.T @ X), why="forgets the penalty"),),
)

nonlinear_least_squares: Final = Rule(
    title="Nonlinear least squares",
    claim=Derivative(of=r(x).T @ r(x) / 2, wrt=x, equals=r(x).T @ partial(r(x), x)),
    note="The residuals, pulled back through their Jacobian; the half cancels the 2 of the square.",
    cites=(Cite("edelman2025", "ch. 13"), Cite("boyd2004", "appendix A.4")),
    mistakes=(Mistake(equals=2 * (r(x).T @ partial(r(x), x)), why="the half cancels the 2"),),
)

directional_derivative: Final = Rule(
    title="Directional derivative",
    claim=Derivative(of=f(moved), wrt=t, equals=partial(f(moved), moved) @ v),
    note="The slope along v. At $t = 0$ it is the inner product of the gradient and v; it is "
    "largest when v points along the gradient.",
    cites=(Cite("goodfellow2016", "sec. 4.3"), Cite("edelman2025", "ch. 2")),
)

second_directional_derivative: Final = Rule(
    title="Curvature along a direction",
    claim=Derivative(
        of=f(moved),
        wrt=t,
        equals=v.T @ partial(partial(f(moved), moved), moved) @ v,
        order=2,
    ),
    note="How the slope along v changes; with a unit vector v it lies between the smallest and "
    "the largest eigenvalue of the Hessian.",
    cites=(Cite("goodfellow2016", "sec. 4.3.1"), Cite("edelman2025", "ch. 13")),
)


hessian: Final = Rule(
    title="Hessian",
    claim=Derivative(of=partial(f(x), x).T, wrt=x, equals=H),
    note="The gradient, set upright, is a vector function. Its Jacobian is the Hessian: the n by n "
    "matrix of second partial derivatives. The paper does without it.",
    cites=(Cite("boyd2004", "appendix A.4"), Cite("goodfellow2016", "sec. 4.3.1")),
)

hessian_symmetry: Final = Rule(
    title="Symmetry of the Hessian",
    claim=Equality(left=H.T, right=H),
    note="The order of two partial derivatives does not matter as long as they are continuous.",
    cites=(Cite("goodfellow2016", "sec. 4.3.1"), Cite("magnus2019")),
)

hessian_vector_product: Final = Rule(
    title="Hessian times a vector",
    claim=Derivative(of=partial(f(x), x) @ v, wrt=x, equals=v.T @ H),
    note="The derivative of one directional derivative: n numbers, and the Hessian is never built.",
    cites=(Cite("edelman2025", "sec. 8.4.1"), Cite("griewank2008")),
)

logistic_loss: Final = Rule(
    title="Logistic regression",
    claim=Derivative(of=logistic, wrt=w, equals=(p - y).T @ data),
    note="Prediction minus target, carried back to the weights, as for least squares. The "
    "loss is the sum of the binary cross-entropies of the sigmoid.",
    cites=(Cite("bishop2006", "eq. 4.91"),),
    mistakes=(
        Mistake(equals=(y - p).T @ data, why="the loss falls towards the targets"),
        Mistake(
            equals=((p - y) * p * (ones("N") - p)).T @ data,
            why="the sigmoid's slope cancels against the logarithm's",
        ),
    ),
)

hessian_logistic: Final = Rule(
    title="Hessian of logistic regression",
    claim=Derivative(of=logistic, wrt=w, equals=data.T @ diag(p * (ones("N") - p)) @ data, order=2),
    note="The targets are gone. All weights on the diagonal are positive, so the loss is convex.",
    cites=(Cite("bishop2006", "eq. 4.97"),),
    mistakes=(
        Mistake(equals=data.T @ data, why="forgets the slope of the sigmoid"),
        Mistake(equals=data.T @ diag(p) @ data, why="the slope is p(1 − p)"),
    ),
)

hessian_logsumexp: Final = Rule(
    title="Hessian of log-sum-exp",
    claim=Derivative(of=op.logsumexp(x), wrt=x, equals=diag(shares) - shares @ shares.T, order=2),
    note="The gradient is softmax, so this is softmax's Jacobian. It is never indefinite.",
    cites=(Cite("boyd2004", "sec. 3.1.5"),),
    mistakes=(Mistake(equals=diag(shares), why="forgets that the shares have a common sum"),),
)

cross_entropy_hessian: Final = Rule(
    title="Hessian of cross-entropy of softmax",
    claim=Derivative(
        of=-(a.T @ log(softmax(x))),
        wrt=x,
        equals=sum_of(a) * (diag(shares) - shares @ shares.T),
        order=2,
    ),
    note="Here a holds the targets; only their sum matters, and usually it is 1.",
    cites=(Cite("bishop2006", "eq. 4.110, for one input"),),
    mistakes=(Mistake(equals=sum_of(a) * diag(shares), why="forgets the common denominator"),),
)
