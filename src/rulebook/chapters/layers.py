"""Layers and activations.

Throughout, W is an m by n matrix of weights, x an input of length n and b a bias of length m; a
matrix X holds N inputs, one a row. An activation φ works entry by entry, and φ′ is its slope, taken
entry by entry, too. A bar marks a cotangent: the derivative of whatever comes last, in the shape of
the thing itself. A pullback turns the cotangent of the output into those of the inputs.
"""

from typing import Final

from rulebook.book import Cite, Derivative, Differential, Mistake, Pullback, Rule, cotangent, d
from rulebook.language import (
    Let,
    cases,
    diag,
    elementwise,
    exp,
    eye,
    function,
    matrix,
    ones,
    partial,
    scalar,
    step,
    vector,
)
from rulebook.language import operators as op

W, x, b = matrix("W", "m", "n"), vector("x", "n"), vector("b", "m")
X = matrix("X", "N", "n")
phi = elementwise("phi")

z = Let("z", W @ x + b)
y = phi(z)
bar_y = cotangent("y", y)
slope = partial(y, z)
delta = Let("delta", bar_y * slope)

Z = Let("Z", X @ W.T + ones("N") @ b.T)
Y = phi(Z)
bar_Y = cotangent("Y", Y)
Delta = Let("Delta", bar_Y * partial(Y, Z))

V, c = matrix("V", "k", "m"), vector("c", "k")
h = Let("h", y)
out = V @ h + c
bar_out = cotangent("y", out)
delta_hidden = Let("delta", V.T @ bar_out * slope)

A, B = matrix("A", "m", "n"), matrix("B", "n", "p")
bar_C = cotangent("C", A @ B)
u = vector("u", "m")

s, alpha = scalar("z"), scalar("alpha")

f, g = function("f", "m"), function("g", "k")
bar_f = cotangent("y", f(x))
f_after_g = f(g(x))

affine_map_by_input: Final = Rule(
    title="Affine map by its input",
    claim=Derivative(of=W @ x + b, wrt=x, equals=W),
    note="Row i of W holds the weights of unit i.",
    cites=(
        Cite("wikipedia-matrix-calculus", "vector-by-vector identities"),
        Cite("goodfellow2016", "sec. 6.5"),
    ),
)

affine_map_by_bias: Final = Rule(
    title="Affine map by its bias",
    claim=Derivative(of=W @ x + b, wrt=b, equals=eye("m")),
    note="Each unit has a bias of its own.",
    cites=(Cite("wikipedia-matrix-calculus", "vector-by-vector identities"),),
    mistakes=(
        Mistake(equals=ones("m") @ ones("m").T, why="a bias does not reach the other units"),
    ),
)

affine_map_differential: Final = Rule(
    title="Differential of an affine map",
    claim=Differential(of=W @ x + b, wrt=(W, x, b), equals=d(W) @ x + W @ d(x) + d(b)),
    note="Everything moves at once, matrix included; no derivative with three indices is needed.",
    cites=(Cite("edelman2025", "ch. 2"), Cite("magnus2019")),
    mistakes=(
        Mistake(equals=d(W) @ d(x) + d(b), why="a product is differentiated factor by factor"),
        Mistake(equals=W @ d(x) + d(b), why="forgets that the weights move, too"),
    ),
)

affine_map_pullback: Final = Rule(
    title="Pullback of an affine map",
    claim=Pullback(
        of=W @ x + b, cotangents=bar_y, equals={W: bar_y @ x.T, x: W.T @ bar_y, b: bar_y}
    ),
    note="The gradient by a matrix is an outer product: what comes back, times what went in.",
    cites=(Cite("edelman2025", "ch. 9"), Cite("pytorch-derivatives", "addmv, linear")),
)

layer_by_input: Final = Rule(
    title="Layer by its input",
    claim=Derivative(of=phi(W @ x + b), wrt=x, equals=diag(slope) @ W),
    note="Two Jacobians, multiplied: the diagonal one of the activation scales the rows of W.",
    cites=(Cite("goodfellow2016", "sec. 6.5"), Cite("bishop2006", "sec. 5.3.4")),
    mistakes=(
        Mistake(equals=W, why="forgets the slope of the activation"),
        Mistake(equals=diag(y) @ W, why="the activation's slope scales the rows, not its value"),
    ),
)

layer_by_bias: Final = Rule(
    title="Layer by its bias",
    claim=Derivative(of=phi(W @ x + b), wrt=b, equals=diag(slope)),
    note="Diagonal: each unit has a bias of its own.",
    cites=(Cite("goodfellow2016", "sec. 6.5"),),
    mistakes=(Mistake(equals=eye("m"), why="forgets the slope of the activation"),),
)

layer_pullback: Final = Rule(
    title="Pullback of a layer",
    claim=Pullback(
        of=phi(W @ x + b), cotangents=bar_y, equals={W: delta @ x.T, x: W.T @ delta, b: delta}
    ),
    note="Backpropagation through one layer. What comes back is first scaled by the slopes, then "
    "shared out.",
    cites=(Cite("bishop2006", "eq. 5.53 and 5.56"), Cite("edelman2025", "ch. 9")),
    mistakes=(
        Mistake(equals=bar_y @ x.T, why="forgets the slope of the activation"),
        Mistake(equals=delta @ (W.T @ delta).T, why="it is the input that stays, not its gradient"),
    ),
)

relu_layer_by_input: Final = Rule(
    title="ReLU layer by its input",
    claim=Derivative(of=op.relu(W @ x + b), wrt=x, equals=diag(step(W @ x + b)) @ W),
    note="Of W, the rows that belong to active units; in place of the others there are zeros.",
    cites=(Cite("goodfellow2016", "sec. 6.3.1"),),
    mistakes=(Mistake(equals=W, why="forgets that clipped units do not move"),),
)

relu_layer_pullback: Final = Rule(
    title="Pullback of a ReLU layer",
    claim=Pullback(
        of=op.relu(z),
        cotangents=bar_y,
        equals={
            W: (bar_y * step(z)) @ x.T,
            x: W.T @ (bar_y * step(z)),
            b: bar_y * step(z),
        },
    ),
    note="Nothing comes back through a clipped unit.",
    cites=(Cite("goodfellow2016", "sec. 6.5.7"), Cite("pytorch-derivatives", "relu")),
    mistakes=(Mistake(equals=bar_y @ x.T, why="forgets that clipped units do not move"),),
)

batch_affine_map_pullback: Final = Rule(
    title="Pullback of an affine map, for a batch",
    claim=Pullback(
        of=X @ W.T + ones("N") @ b.T,
        cotangents=bar_Y,
        equals={W: bar_Y.T @ X, X: bar_Y @ W, b: bar_Y.T @ ones("N")},
    ),
    note="The product sums over the inputs of the batch. A bias that was added to every row "
    "collects from every row.",
    cites=(Cite("giles2008", "sec. 2.2.2"), Cite("pytorch-derivatives", "addmm, linear")),
)

batch_layer_pullback: Final = Rule(
    title="Pullback of a layer, for a batch",
    claim=Pullback(
        of=phi(X @ W.T + ones("N") @ b.T),
        cotangents=bar_Y,
        equals={W: Delta.T @ X, X: Delta @ W, b: Delta.T @ ones("N")},
    ),
    note="Each array comes back in its own shape. The sum over the batch is inside the products; "
    "if the loss is a mean, its 1/N comes in from the right, with the cotangent.",
    cites=(Cite("goodfellow2016", "sec. 6.5.7"),),
    mistakes=(Mistake(equals=bar_Y.T @ X, why="forgets the slope of the activation"),),
)

two_layer_network_by_input: Final = Rule(
    title="Two-layer network by its input",
    claim=Derivative(of=V @ phi(W @ x + b) + c, wrt=x, equals=V @ diag(slope) @ W),
    note="Three Jacobians, from the output back to the input. Their order is fixed; where to "
    "begin multiplying is free, and makes the difference between forward and reverse mode.",
    cites=(Cite("goodfellow2016", "sec. 6.5"),),
    mistakes=(Mistake(equals=V @ W, why="forgets the slope of the activation"),),
)

two_layer_network_pullback: Final = Rule(
    title="Pullback of a two-layer network",
    claim=Pullback(
        of=V @ phi(W @ x + b) + c,
        cotangents=bar_out,
        equals={
            V: bar_out @ h.T,
            c: bar_out,
            W: delta_hidden @ x.T,
            b: delta_hidden,
            x: W.T @ delta_hidden,
        },
    ),
    note="Backpropagation: the second layer's answer for its input is what the first layer starts "
    "from. More layers repeat the pattern.",
    cites=(Cite("bishop2006", "sec. 5.3.1"), Cite("edelman2025", "ch. 9")),
    mistakes=(Mistake(equals=bar_out @ z.T, why="the second layer saw h, not z"),),
)

matrix_product_differential: Final = Rule(
    title="Differential of a matrix product",
    claim=Differential(of=A @ B, wrt=(A, B), equals=d(A) @ B + A @ d(B)),
    note="The product rule, with the order of factors kept.",
    cites=(Cite("petersen2012", "eq. 37"), Cite("giles2008", "sec. 2.2.2")),
    mistakes=(Mistake(equals=d(A) @ d(B), why="a product is differentiated factor by factor"),),
)

matrix_product_pullback: Final = Rule(
    title="Pullback of a matrix product",
    claim=Pullback(of=A @ B, cotangents=bar_C, equals={A: bar_C @ B.T, B: A.T @ bar_C}),
    note="Each factor gets what came back, times the other factor transposed, from the other "
    "factor's side. Shapes leave no other way to write it.",
    cites=(Cite("giles2008", "sec. 2.2.2"), Cite("pytorch-derivatives", "mm")),
)

bilinear_form_by_matrix: Final = Rule(
    title="Bilinear form by its matrix",
    claim=Derivative(of=u.T @ A @ x, wrt=A, equals=x @ u.T),
    note="In numerator layout a scalar by an m by n matrix is n by m. Most tables print the "
    "gradient, the outer product of u and x, in the shape of A.",
    cites=(
        Cite("petersen2012", "eq. 70"),
        Cite("wikipedia-matrix-calculus", "scalar-by-matrix identities"),
    ),
)

sigmoid: Final = Rule(
    title="Sigmoid",
    claim=Derivative(of=op.sigmoid(s), wrt=s, equals=op.sigmoid(s) * (1 - op.sigmoid(s))),
    note="Expressed by its own value, which a forward pass has at hand. At most 1/4, at 0.",
    cites=(
        Cite("bishop2006", "eq. 4.88"),
        Cite("goodfellow2016", "sec. 3.10"),
        Cite("nnlib", "activations.jl"),
    ),
    mistakes=(
        Mistake(equals=s * (1 - s), why="the value goes in twice, not the argument"),
        Mistake(equals=op.sigmoid(s), why="that is the slope of softplus"),
    ),
)

sigmoid_elementwise: Final = Rule(
    title="Sigmoid of a vector",
    claim=Derivative(
        of=op.sigmoid(x), wrt=x, equals=diag(op.sigmoid(x) * (ones("n") - op.sigmoid(x)))
    ),
    note="Diagonal, because every entry is alone with its own output.",
    cites=(Cite("bishop2006", "eq. 4.88, entry by entry"),),
    mistakes=(
        Mistake(
            equals=diag(op.sigmoid(x)) - op.sigmoid(x) @ op.sigmoid(x).T,
            why="that is the form for softmax, whose entries share a denominator",
        ),
    ),
)

tanh: Final = Rule(
    title="Hyperbolic tangent",
    claim=Derivative(of=op.tanh(s), wrt=s, equals=1 - op.tanh(s) ** 2),
    note="Expressed by its own value. Slope 1 at 0, and nearly flat from about 3 on.",
    cites=(Cite("goodfellow2016", "sec. 6.3.2"), Cite("nnlib", "activations.jl, tanh_fast")),
    mistakes=(
        Mistake(equals=1 - s**2, why="it is the value that is squared, not the argument"),
        Mistake(equals=1 - op.tanh(s), why="the value is squared"),
    ),
)

tanh_elementwise: Final = Rule(
    title="Hyperbolic tangent of a vector",
    claim=Derivative(of=op.tanh(x), wrt=x, equals=diag(ones("n") - op.tanh(x) ** 2)),
    note="Diagonal, because every entry is alone with its own output.",
    cites=(Cite("pytorch-derivatives", "tanh"),),
    mistakes=(
        Mistake(
            equals=eye("n") - op.tanh(x) @ op.tanh(x).T,
            why="the square is taken entry by entry; an outer product fills the matrix",
        ),
    ),
)

softplus: Final = Rule(
    title="Softplus",
    claim=Derivative(of=op.softplus(s), wrt=s, equals=op.sigmoid(s)),
    note="A smooth ReLU, and its slope is a smooth step.",
    cites=(Cite("goodfellow2016", "sec. 3.10"), Cite("pytorch-derivatives", "softplus")),
    mistakes=(
        Mistake(equals=exp(s) / (1 - exp(s)), why="the denominator is 1 + exp(z)"),
        Mistake(equals=1 / (1 + exp(s)), why="that is the sigmoid of −z"),
    ),
)

softplus_elementwise: Final = Rule(
    title="Softplus of a vector",
    claim=Derivative(of=op.softplus(x), wrt=x, equals=diag(op.sigmoid(x))),
    note="Diagonal, because every entry is alone with its own output.",
    cites=(Cite("goodfellow2016", "sec. 3.10, entry by entry"),),
    mistakes=(Mistake(equals=diag(op.softplus(x)), why="that holds the values, not their slopes"),),
)

elu: Final = Rule(
    title="Exponential linear unit",
    claim=Derivative(
        of=cases(s, s, alpha * (exp(s) - 1)), wrt=s, equals=cases(s, 1, alpha * exp(s))
    ),
    note="The paper names it as another activation. Below zero it levels off at −α. With $\\alpha "
    "= 1$ the two sides meet with the same slope.",
    cites=(Cite("clevert2016"), Cite("parr2018", "sec. 5, by name"), Cite("nnlib", "elu")),
    mistakes=(
        Mistake(equals=cases(s, 1, exp(s)), why="forgets the factor α"),
        Mistake(
            equals=cases(s, 1, alpha * (exp(s) - 1)),
            why="that is the value below zero; the slope is the value plus α",
        ),
    ),
)

elu_elementwise: Final = Rule(
    title="Exponential linear unit of a vector",
    claim=Derivative(
        of=cases(x, x, alpha * (exp(x) - 1)), wrt=x, equals=diag(cases(x, 1, alpha * exp(x)))
    ),
    note="Diagonal; the case is chosen entry by entry.",
    cites=(Cite("clevert2016"), Cite("pytorch-derivatives", "elu")),
    mistakes=(Mistake(equals=diag(cases(x, 1, exp(x))), why="forgets the factor α"),),
)

leaky_relu: Final = Rule(
    title="Leaky ReLU",
    claim=Derivative(of=cases(s, s, alpha * s), wrt=s, equals=cases(s, 1, alpha)),
    note="A small slope α below zero keeps a unit from going dead.",
    cites=(Cite("goodfellow2016", "sec. 6.3.1"), Cite("pytorch-derivatives", "leaky_relu")),
    mistakes=(
        Mistake(equals=step(s), why="below zero the slope is α"),
        Mistake(equals=cases(s, 1, alpha * s), why="below zero the slope is constant"),
    ),
)

pushforward: Final = Rule(
    title="Pushforward",
    claim=Differential(of=f(x), wrt=(x,), equals=partial(f(x), x) @ d(x)),
    note="In numerator layout the Jacobian times a tangent: how the output moves when the input "
    "does. Also called JVP; forward mode computes it without building the Jacobian.",
    cites=(Cite("griewank2008", "ch. 3"), Cite("edelman2025", "ch. 8")),
)

pushforward_of_composition: Final = Rule(
    title="Pushforward of a composition",
    claim=Differential(
        of=f_after_g,
        wrt=(x,),
        equals=partial(f_after_g, g(x)) @ (partial(g(x), x) @ d(x)),
    ),
    note="Inner function first: the tangent travels along with the values.",
    cites=(Cite("griewank2008", "ch. 3"), Cite("edelman2025", "ch. 8")),
)

pullback_of_function: Final = Rule(
    title="Pullback of a function",
    claim=Pullback(of=f(x), cotangents=bar_f, equals={x: partial(f(x), x).T @ bar_f}),
    note="In numerator layout the transposed Jacobian times a cotangent. Also called VJP; reverse "
    "mode computes it without building the Jacobian.",
    cites=(Cite("griewank2008", "ch. 3"), Cite("edelman2025", "ch. 8")),
)

pullback_of_composition: Final = Rule(
    title="Pullback of a composition",
    claim=Pullback(
        of=f_after_g,
        cotangents=bar_f,
        equals={x: partial(g(x), x).T @ (partial(f_after_g, g(x)).T @ bar_f)},
    ),
    note="Outer function first: the chain rule read from the output back. For one output and "
    "many inputs this is the cheap order.",
    cites=(Cite("griewank2008", "ch. 3"), Cite("edelman2025", "ch. 8")),
)
