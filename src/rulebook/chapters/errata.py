r"""Errata of the paper.

Throughout, the symbols are those of the chapters on neurons and element-wise operations: X holds N
inputs, one a row, $\mathbf{x}_i$ is row i as a column, and y holds the targets. Every entry states
what is printed, or what follows from it when it is read by the letter. A claim that can be written
is refuted by numbers; the others cannot be written, because their shapes do not fit.
"""

from typing import Final

from rulebook.book import Cite, Claim, Derivative, Equality, Erratum
from rulebook.language import (
    SCALAR,
    Index,
    Let,
    Number,
    Symbol,
    cases,
    diag,
    diagonal,
    dim,
    elementwise,
    function,
    matrix,
    mean,
    partial,
    relu,
    row_of,
    scalar,
    size,
    stack,
    step,
    total,
    vector,
    zeros,
)

w, x, b = vector("w", "n"), vector("x", "n"), scalar("b")
X, y, N = matrix("X", "N", "n"), vector("y", "N"), size("N")
i, k = Symbol(SCALAR, "i", role="index", limit=dim("N")), Index("k", "N")

z, e = Let("z", X @ w + b), Let("e", X @ w + b - y)
loss = mean((y - relu(z)) ** 2)
all_by_weights = 2 / N * total(k, e[k] * row_of(X, k).T)
all_by_bias = 2 / N * total(k, e[k])

t = scalar("t")
only_z = Let("z", w.T @ x + b)
missing = Let("e", t - only_z)

only_x = scalar("x")
stepped = only_x + 1 + (only_x + 1) ** 2

circ = elementwise("op", infix=True)
f_mixed, g_mixed = function("f", "n")(w), function("g", "n")(x)
y_mixed = circ(f_mixed, g_mixed)
f_of_three, g_of_three = function("f", 3)(vector("w", 3)), function("g", 3)(vector("x", 3))

case_split_outside_sum_by_weights: Final = Erratum(
    title="One condition for all inputs, by the weights",
    printed=Derivative(of=loss, wrt=w, equals=cases(z[i], all_by_weights, zeros(1, "n"))),
    right="loss_by_weights",
    note="The last two lines of the derivation draw the case distinction out of the sum. Its index "
    "i then belongs to nothing: one input decides for all.",
    cites=(Cite("parr2018", "sec. 6.1"),),
    items=("E-1",),
)

case_split_outside_sum_by_bias: Final = Erratum(
    title="One condition for all inputs, by the bias",
    printed=Derivative(of=loss, wrt=b, equals=cases(z[i], all_by_bias, 0)),
    right="loss_by_bias",
    note="As for the weights. The web version of the paper was repaired in 2022.",
    cites=(Cite("parr2018", "sec. 6.2"),),
    items=("E-1",),
)

sum_over_all_inputs_by_weights: Final = Erratum(
    title="Clipped inputs in the sum, by the weights",
    printed=Derivative(of=loss, wrt=w, equals=all_by_weights),
    right="loss_by_weights_from_errors",
    note="The text says that this is for the active inputs, the sum does not: it runs over all.",
    cites=(Cite("parr2018", "sec. 6.1"),),
    items=("E-2",),
)

sum_over_all_inputs_by_bias: Final = Erratum(
    title="Clipped inputs in the sum, by the bias",
    printed=Derivative(of=loss, wrt=b, equals=all_by_bias),
    right="loss_by_bias_from_errors",
    note="The sum has to leave out the inputs for which the unit is clipped.",
    cites=(Cite("parr2018", "sec. 6.2"),),
    items=("E-2",),
)


def _squares_without_index() -> Claim:
    v = Let("v", y - relu(z))
    return Equality(left=loss, right=1 / N * total(k, v**2))


squares_without_index: Final = Erratum(
    title="Squares without an index",
    printed=_squares_without_index,
    right="loss_as_mean",
    note="Under the sum v stands for one entry of v. By the letter it is the whole column, and the "
    "loss would be a column as well.",
    cites=(Cite("parr2018", "sec. 6"),),
    items=("E-3",),
)


def _relu_jacobian_as_vector() -> Claim:
    return Derivative(of=relu(x), wrt=x, equals=step(x))


relu_jacobian_as_vector: Final = Erratum(
    title="Jacobian of ReLU as a vector",
    printed=_relu_jacobian_as_vector,
    right="relu_elementwise",
    note="The n slopes are stacked in a column. By the paper's own rules for element-wise "
    "operations they stand on the diagonal of an n by n matrix.",
    cites=(Cite("parr2018", "sec. 5"),),
    items=("E-4",),
)


def _augmented_input_as_row() -> Claim:
    hat_w, hat_x = Let("hat_w", stack(w, b)), Let("hat_x", stack(x, 1).T)
    return Equality(left=w.T @ x + b, right=hat_w.T @ hat_x)


augmented_input_as_row: Final = Erratum(
    title="Augmented input as a row",
    printed=_augmented_input_as_row,
    right="augmentation",
    note="The augmented weights are a column and the augmented input is printed as a row; their "
    "dot product needs two columns.",
    cites=(Cite("parr2018", "sec. 6.2"),),
    items=("E-5",),
)


def _descent_along_a_row() -> Claim:
    w_t, eta = vector("w_t", "n"), scalar("eta")
    stepped = w_t - eta * partial(function("C")(w_t), w_t)
    return Equality(left=Let("w_next", stepped), right=stepped)


descent_along_a_row: Final = Erratum(
    title="Column minus row in a descent step",
    printed=_descent_along_a_row,
    right="descent_step_weights",
    note="The weights are a column, and the derivative by them is a row: it has to be transposed.",
    cites=(Cite("parr2018", "sec. 6.1"),),
    items=("E-6",),
)

mixed_rows: Final = Erratum(
    title="Second row of an element-wise operation",
    printed=Equality(left=(f_of_three * g_of_three)[1], right=f_of_three[2] * g_of_three[1]),
    right="The second row pairs $f_2$ with $g_2$.",
    note="The reference section prints the last entry of f in the second row; shown here for "
    "three entries and a product.",
    cites=(Cite("parr2018", "sec. 8.2"),),
    items=("E-7",),
)

operation_on_zeros: Final = Erratum(
    title="Any operation on two zeros",
    printed=Equality(left=circ(Number(0), Number(0)), right=Number(0)),
    right="elementwise_binary_by_first",
    note="The argument for zeros off the diagonal is that an operation on two zeros gives zero, "
    "whatever it is. That fails for most, and is not what is computed: the entry is zero because "
    "neither operand depends on the variable.",
    cites=(Cite("parr2018", "sec. 4.2"),),
    items=("E-10",),
)

diagonal_without_condition: Final = Erratum(
    title="Diagonal Jacobian of every element-wise operation",
    printed=Derivative(
        of=y_mixed, wrt=w, equals=diag(partial(y_mixed, f_mixed) * diagonal(partial(f_mixed, w)))
    ),
    right="elementwise_general_by_first",
    note="That an operation works entry by entry is said to make its Jacobian diagonal. But its "
    "operand f may mix the entries of w first; the diagonal needs the extra condition that entry i "
    "of f reads entry i of w alone.",
    cites=(Cite("parr2018", "sec. 4.2"),),
    items=("E-12",),
)

diagonal_named_after_operands: Final = Erratum(
    title="Diagonal entries named after the operands",
    printed=Derivative(of=w * x, wrt=x, equals=zeros("n", "n")),
    right="hadamard_by_second",
    note="A later section looks back on the diagonal entries as derivatives of w by x. Where they "
    "come from, w and x do not depend on each other, and all of these would be zero; what is meant "
    "are derivatives of the result by x.",
    cites=(Cite("parr2018", "sec. 4.5.3"),),
    items=("E-14",),
)


def _square_in_two_sizes() -> Claim:
    n_vector = vector("x", "n")
    g = function("g", "k")(n_vector)
    f = function("f", "n")(g)
    slopes = diagonal(partial(f, g)) * diagonal(partial(g, n_vector))
    return Derivative(of=f, wrt=n_vector, equals=diag(slopes))


square_in_two_sizes: Final = Erratum(
    title="Square Jacobians from two sizes",
    printed=_square_in_two_sizes,
    right="elementwise_chain",
    note="Both Jacobians are called square because f has as many entries as x. The inner function "
    "needs as many, too: with another length in between, neither has a diagonal to multiply.",
    cites=(Cite("parr2018", "sec. 4.5.3"),),
    items=("E-15",),
)

error_as_target_minus_actual: Final = Erratum(
    title="Error as target minus actual",
    printed=Derivative(of=(t - relu(only_z)) ** 2, wrt=w, equals=2 * step(only_z) * missing * x.T),
    right="loss_of_one_by_weights",
    note="In words the error is the target minus the activation, in the formula it is the "
    "opposite. With the words the gradient has the wrong sign, and descent would climb.",
    cites=(Cite("parr2018", "sec. 6.1"),),
    items=("E-16",),
)

gradient_as_average_error: Final = Erratum(
    title="Derivative by the bias as an average error",
    printed=Derivative(of=loss, wrt=b, equals=mean(step(z) * e)),
    right="loss_by_bias_of_batch",
    note="In words it is the average error or zero. The factor 2 of the square remains.",
    cites=(Cite("parr2018", "sec. 6.2"),),
    items=("E-17",),
)

finite_step_as_derivative: Final = Erratum(
    title="A step of size one as a derivative",
    printed=Derivative(of=only_x + only_x**2, wrt=only_x, equals=stepped - (only_x + only_x**2)),
    right="The derivative of $x + x^2$ is $1 + 2x$: 3 at $x = 1$, not the printed change of 4.",
    note="A step from 1 to 2 changes the value by 4. This shows that the slope is not 1, but it is "
    "not the slope either.",
    cites=(Cite("parr2018", "sec. 4.5.2"),),
    items=("E-22",),
)

bias_left_out: Final = Erratum(
    title="Bias of a unit that was written without one",
    printed=Derivative(of=w.T @ x + b, wrt=b, equals=Number(0)),
    right="affine_by_bias",
    note="The letter y stands for the dot product first, and for the dot product plus the bias "
    "later. Readers have carried the derivative of the first over to the second.",
    cites=(Cite("parr2018", "sec. 5"),),
    items=("E-30",),
)
