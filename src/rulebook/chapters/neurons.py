r"""Neurons and their loss.

Throughout, w holds n weights, b is the bias and x one input of n entries. A matrix X holds N inputs
of a batch, one a row: $\mathbf{x}_i$ is row i as a column, and y holds the N targets. The loss is
the mean squared difference between targets and activations.
"""

from typing import Final

from rulebook.book import Cite, Definition, Derivative, Equality, Mistake, Rule
from rulebook.language import (
    Index,
    Let,
    Number,
    diag,
    dim,
    function,
    matrix,
    mean,
    ones,
    partial,
    row_of,
    scalar,
    size,
    stack,
    step,
    sum_of,
    total,
    vector,
)
from rulebook.language import operators as op

w, x, b, z = vector("w", "n"), vector("x", "n"), scalar("b"), scalar("z")
X, y, t = matrix("X", "N", "n"), vector("y", "N"), scalar("t")
i, j, N = Index("i", "N"), Index("i", "n"), size("N")

affine = w.T @ x + b
x_i = row_of(X, i)
affine_i = w.T @ x_i + b
loss_sum = 1 / N * total(i, (y[i] - op.relu(affine_i)) ** 2)

every_z = Let("z", X @ w + b)
every_e = Let("e", every_z - y)
loss_of_errors = 1 / N * total(i, (y[i] - op.relu(every_z[i])) ** 2)
loss_of_batch = mean((y - op.relu(every_z)) ** 2)

only_z = Let("z", affine)
only_e = Let("e", only_z - t)
loss_of_one = (t - op.relu(only_z)) ** 2

hat_w, hat_x = Let("hat_w", stack(w, b)), Let("hat_x", stack(x, 1))
free_hat_w = vector("hat_w", dim("n") + 1)

hat_y = vector("hat_y", "N")

w_t, b_t, eta = vector("w_t", "n"), scalar("b_t"), scalar("eta")
C, C_of_w = function("C")(w_t, b_t), function("C")(w_t)
stepped = w_t - eta * partial(C, w_t).T
b_stepped = b_t - eta * partial(C, b_t)
downhill = Let("z", w_t - eta * partial(C_of_w, w_t).T)
C_downhill = function("C")(downhill)

dot_product_as_sum: Final = Rule(
    title="Dot product as a sum of products",
    claim=Equality(left=total(j, w[j] * x[j]), right=sum_of(w * x)),
    note="Multiply entry by entry, then add up: two operations whose derivatives are known.",
    cites=(Cite("parr2018", "sec. 5"), Cite("parr2018", "sec. 8.4")),
)

dot_product_as_product: Final = Rule(
    title="Dot product as a row times a column",
    claim=Equality(left=sum_of(w * x), right=w.T @ x),
    note="The dot product is symmetric: $\\mathbf{x}^\\top \\mathbf{w}$ is the same number.",
    cites=(Cite("parr2018", "sec. 5"),),
)

ones_times_diagonal: Final = Rule(
    title="Row of ones times a diagonal matrix",
    claim=Equality(left=ones("n").T @ diag(x), right=x.T),
    note="Summing the columns of a diagonal matrix leaves its diagonal, as a row.",
    cites=(Cite("parr2018", "sec. 5"), Cite("parr2018", "sec. 8.4")),
)

dot_product_by_weights: Final = Rule(
    title="Sum of a Hadamard product",
    claim=Derivative(of=sum_of(w * x), wrt=w, equals=ones("n").T @ diag(x)),
    note="The vector chain rule in one picture: the derivative of the sum, all ones, and that of "
    "the product, a diagonal matrix. In numerator layout it comes to $\\mathbf{x}^\\top$.",
    cites=(Cite("parr2018", "sec. 5"), Cite("parr2018", "sec. 8.4")),
    mistakes=(
        Mistake(equals=ones("n").T, why="forgets the inner function, the product with x"),
        Mistake(equals=ones("n").T @ diag(w), why="it is the other factor that stays"),
    ),
)

affine_by_weights: Final = Rule(
    title="Affine function by its weights",
    claim=Derivative(of=affine, wrt=w, equals=x.T),
    note="The bias does not depend on the weights, so it adds zeros.",
    cites=(Cite("parr2018", "sec. 5"),),
    mistakes=(
        Mistake(equals=w.T, why="it is the other factor that stays"),
        Mistake(equals=x.T + ones("n").T, why="the bias is a constant here, and falls away"),
    ),
)

affine_by_bias: Final = Rule(
    title="Affine function by its bias",
    claim=Derivative(of=affine, wrt=b, equals=Number(1)),
    note="The bias is added as it is.",
    cites=(Cite("parr2018", "sec. 5"),),
    mistakes=(
        Mistake(equals=b, why="the derivative of b by b is 1, whatever b is"),
        Mistake(equals=Number(0), why="that would be the function without the bias"),
    ),
)

affine_by_input: Final = Rule(
    title="Affine function by its input",
    claim=Derivative(of=affine, wrt=x, equals=w.T),
    note="What the layer before a unit needs to know.",
    cites=(Cite("parr2018", "sec. 8.4, for the dot product"),),
    mistakes=(Mistake(equals=x.T, why="it is the other factor that stays"),),
)

relu: Final = Rule(
    title="ReLU",
    claim=Derivative(of=op.relu(z), wrt=z, equals=step(z)),
    note="Flat below zero, slope 1 above. At zero there is no derivative; the paper, like most "
    "libraries, takes 0 there.",
    cites=(
        Cite("parr2018", "sec. 5"),
        Cite("goodfellow2016", "sec. 6.3.1"),
        Cite("pytorch-derivatives", "relu"),
    ),
    mistakes=(
        Mistake(equals=op.relu(z), why="that is the function, not its slope"),
        Mistake(equals=Number(1), why="below zero the function is flat"),
    ),
)

relu_elementwise: Final = Rule(
    title="ReLU of a vector",
    claim=Derivative(of=op.relu(x), wrt=x, equals=diag(step(x))),
    note="A diagonal matrix of zeros and ones. Multiplying a vector by it is the Hadamard product "
    "with its diagonal, which is how programs do it.",
    cites=(Cite("parr2018", "sec. 5, there as a vector"), Cite("goodfellow2016", "sec. 6.3.1")),
    mistakes=(
        Mistake(equals=step(x) @ ones("n").T, why="an entry does not change with the others"),
        Mistake(equals=diag(op.relu(x)), why="that holds the values, not their slopes"),
    ),
)

neuron_by_weights: Final = Rule(
    title="Neuron by its weights",
    claim=Derivative(of=op.relu(affine), wrt=w, equals=step(affine) * x.T),
    note="While the unit is active these are its inputs. While it is clipped no weight matters.",
    cites=(Cite("parr2018", "sec. 5"), Cite("parr2018", "sec. 6.1")),
    mistakes=(
        Mistake(equals=x.T, why="forgets that a clipped unit does not move"),
        Mistake(equals=step(affine) * w.T, why="it is the other factor that stays"),
        Mistake(equals=op.relu(affine) * x.T, why="the slope of ReLU is 1, not its value"),
    ),
)

neuron_by_bias: Final = Rule(
    title="Neuron by its bias",
    claim=Derivative(of=op.relu(affine), wrt=b, equals=step(affine)),
    note="1 while the unit is active, 0 while it is clipped.",
    cites=(Cite("parr2018", "sec. 5"), Cite("parr2018", "sec. 6.2")),
    mistakes=(Mistake(equals=Number(1), why="forgets that a clipped unit does not move"),),
)

neuron_by_input: Final = Rule(
    title="Neuron by its input",
    claim=Derivative(of=op.relu(affine), wrt=x, equals=step(affine) * w.T),
    note="The weights, if the unit is active. The paper stops at the parameters; what lies before "
    "this unit needs this one, too.",
    cites=(Cite("goodfellow2016", "sec. 6.5"),),
    mistakes=(
        Mistake(equals=w.T, why="forgets that a clipped unit does not move"),
        Mistake(equals=step(affine) * x.T, why="that is the derivative by the weights"),
    ),
)

residual_by_weights: Final = Rule(
    title="Target minus activation, by the weights",
    claim=Derivative(of=t - op.relu(affine), wrt=w, equals=-(step(affine) * x.T)),
    note="The target is a constant, so only the sign differs from the neuron's own derivative.",
    cites=(Cite("parr2018", "sec. 6.1"),),
    mistakes=(Mistake(equals=step(affine) * x.T, why="the activation is subtracted"),),
)

residual_by_bias: Final = Rule(
    title="Target minus activation, by the bias",
    claim=Derivative(of=t - op.relu(affine), wrt=b, equals=-step(affine)),
    note="0 or −1.",
    cites=(Cite("parr2018", "sec. 6.2"),),
    mistakes=(Mistake(equals=step(affine), why="the activation is subtracted"),),
)

loss_as_mean: Final = Rule(
    title="Loss of a batch, written with the matrix of inputs",
    claim=Equality(left=loss_sum, right=mean((y - op.relu(X @ w + b)) ** 2)),
    note="One product with X does the dot products of all N inputs at once.",
    cites=(Cite("parr2018", "sec. 6"),),
)

loss_by_weights: Final = Rule(
    title="Loss by the weights",
    claim=Derivative(
        of=loss_sum,
        wrt=w,
        equals=2 / N * total(i, step(affine_i) * (affine_i - y[i]) * x_i.T),
    ),
    note="Every input has a condition of its own, inside the sum: a clipped one adds nothing, but "
    "still counts in N.",
    cites=(Cite("parr2018", "sec. 6.1"),),
    mistakes=(
        Mistake(
            equals=2 / N * total(i, (affine_i - y[i]) * x_i.T),
            why="clipped inputs take part as if they were active",
        ),
        Mistake(
            equals=2 * total(i, step(affine_i) * (affine_i - y[i]) * x_i.T),
            why="forgets the division by N",
        ),
        Mistake(
            equals=1 / N * total(i, step(affine_i) * (affine_i - y[i]) * x_i.T),
            why="forgets the factor 2 of the square",
        ),
        Mistake(
            equals=2 / N * total(i, step(affine_i) * (y[i] - affine_i) * x_i.T),
            why="the error is actual minus target; this way the step would go uphill",
        ),
    ),
)

loss_by_bias: Final = Rule(
    title="Loss by the bias",
    claim=Derivative(
        of=loss_sum, wrt=b, equals=2 / N * total(i, step(affine_i) * (affine_i - y[i]))
    ),
    note="Twice the mean of the errors, where clipped inputs count as zero.",
    cites=(Cite("parr2018", "sec. 6.2"),),
    mistakes=(
        Mistake(
            equals=2 / N * total(i, affine_i - y[i]),
            why="clipped inputs take part as if they were active",
        ),
        Mistake(
            equals=1 / N * total(i, step(affine_i) * (affine_i - y[i])),
            why="forgets the factor 2 of the square",
        ),
    ),
)

error_term_by_weights: Final = Rule(
    title="Errors by the weights",
    claim=Derivative(of=X @ w + b - y, wrt=w, equals=X),
    note="The errors of all inputs in one column: actual minus target, before clipping. Row i of X "
    "is $\\mathbf{x}_i^\\top$.",
    cites=(Cite("parr2018", "sec. 6.1"),),
    mistakes=(Mistake(equals=-X, why="that is target minus actual"),),
)

error_term_by_bias: Final = Rule(
    title="Errors by the bias",
    claim=Derivative(of=X @ w + b - y, wrt=b, equals=ones("N")),
    note="The bias is expanded to every input, and moves all errors alike.",
    cites=(Cite("parr2018", "sec. 6.2"),),
    mistakes=(Mistake(equals=y, why="the targets are constants"),),
)

loss_by_weights_from_errors: Final = Rule(
    title="Loss by the weights, in terms of the errors",
    claim=Derivative(
        of=loss_of_errors, wrt=w, equals=2 / N * total(i, step(every_z[i]) * every_e[i] * x_i.T)
    ),
    note="A sum of the inputs, each weighted by its error. Only active inputs take part.",
    cites=(Cite("parr2018", "sec. 6.1"),),
    mistakes=(
        Mistake(
            equals=2 / N * total(i, every_e[i] * x_i.T),
            why="clipped inputs take part as if they were active",
        ),
    ),
)

loss_by_bias_from_errors: Final = Rule(
    title="Loss by the bias, in terms of the errors",
    claim=Derivative(
        of=loss_of_errors, wrt=b, equals=2 / N * total(i, step(every_z[i]) * every_e[i])
    ),
    note="A sum over the active inputs, divided by the count of all.",
    cites=(Cite("parr2018", "sec. 6.2"),),
    mistakes=(
        Mistake(
            equals=2 / N * total(i, every_e[i]),
            why="clipped inputs take part as if they were active",
        ),
        Mistake(equals=mean(step(every_z) * every_e), why="forgets the factor 2 of the square"),
    ),
)

loss_by_weights_of_batch: Final = Rule(
    title="Loss by the weights, for the whole batch at once",
    claim=Derivative(of=loss_of_batch, wrt=w, equals=2 / N * ((step(every_z) * every_e).T @ X)),
    note="The product with X is the sum over the inputs. This is the form to compute with.",
    cites=(Cite("parr2018", "sec. 6.1, as a sum"),),
    mistakes=(
        Mistake(equals=2 / N * (every_e.T @ X), why="clipped inputs take part as if active"),
        Mistake(equals=2 * ((step(every_z) * every_e).T @ X), why="forgets the division by N"),
    ),
)

loss_by_bias_of_batch: Final = Rule(
    title="Loss by the bias, for the whole batch at once",
    claim=Derivative(of=loss_of_batch, wrt=b, equals=2 * mean(step(every_z) * every_e)),
    note="The same number as the sum divided by N.",
    cites=(Cite("parr2018", "sec. 6.2, as a sum"),),
    mistakes=(
        Mistake(equals=2 * mean(every_e), why="clipped inputs take part as if they were active"),
        Mistake(equals=2 * sum_of(step(every_z) * every_e), why="forgets the division by N"),
    ),
)

loss_of_one_by_weights: Final = Rule(
    title="Loss of one input, by the weights",
    claim=Derivative(of=loss_of_one, wrt=w, equals=2 * step(only_z) * only_e * x.T),
    note="The input, scaled by its error: no error, no change. Here t is the target. A clipped "
    "unit has gradient zero, too, however far it is from its target.",
    cites=(Cite("parr2018", "sec. 6.1"),),
    mistakes=(
        Mistake(equals=2 * only_e * x.T, why="forgets that a clipped unit does not move"),
        Mistake(equals=step(only_z) * only_e * x.T, why="forgets the factor 2 of the square"),
        Mistake(
            equals=2 * step(only_z) * (t - only_z) * x.T,
            why="the error is actual minus target; this way the step would go uphill",
        ),
    ),
)

loss_of_one_by_bias: Final = Rule(
    title="Loss of one input, by the bias",
    claim=Derivative(of=loss_of_one, wrt=b, equals=2 * step(only_z) * only_e),
    note="Twice the error, or nothing if the unit is clipped. Here t is the target.",
    cites=(Cite("parr2018", "sec. 6.2"),),
    mistakes=(Mistake(equals=2 * only_e, why="forgets that a clipped unit does not move"),),
)

mean_squared_error: Final = Rule(
    title="Mean squared error",
    claim=Derivative(of=mean((hat_y - y) ** 2), wrt=hat_y, equals=2 / N * (hat_y - y).T),
    note="By the predictions, whatever model makes them.",
    cites=(Cite("pytorch-derivatives", "mse_loss"),),
    mistakes=(
        Mistake(equals=2 * (hat_y - y).T, why="forgets the division by N"),
        Mistake(equals=2 / N * (y - hat_y).T, why="the difference is prediction minus target"),
    ),
)

linear_loss_by_weights: Final = Rule(
    title="Loss of a linear unit, by the weights",
    claim=Derivative(of=mean((y - (X @ w + b)) ** 2), wrt=w, equals=2 / N * (every_e.T @ X)),
    note="Without clipping the condition disappears: this is linear regression.",
    cites=(Cite("parr2018", "sec. 6.1, without the activation"), Cite("bishop2006", "sec. 3.1.1")),
    mistakes=(
        Mistake(equals=2 * (every_e.T @ X), why="forgets the division by N"),
        Mistake(equals=-(2 / N * (every_e.T @ X)), why="the error is actual minus target"),
    ),
)

linear_loss_by_bias: Final = Rule(
    title="Loss of a linear unit, by the bias",
    claim=Derivative(of=mean((y - (X @ w + b)) ** 2), wrt=b, equals=2 * mean(every_e)),
    note="Zero exactly when the errors add up to zero.",
    cites=(Cite("parr2018", "sec. 6.2, without the activation"), Cite("bishop2006", "sec. 3.1.1")),
    mistakes=(Mistake(equals=mean(every_e), why="forgets the factor 2 of the square"),),
)

descent_step_weights: Final = Rule(
    title="Gradient descent step for the weights",
    claim=Definition(left=Let("w_next", stepped), right=stepped),
    note="In numerator layout the derivative is a row and the weights are a column, hence the "
    "transpose there. The learning rate η says how far to go, the minus sign to go downhill.",
    cites=(Cite("parr2018", "sec. 6.1, without the transpose"), Cite("goodfellow2016", "sec. 4.3")),
)

descent_step_bias: Final = Rule(
    title="Gradient descent step for the bias",
    claim=Definition(left=Let("b_next", b_stepped), right=b_stepped),
    note="Weights and bias are moved together, both from the old values.",
    cites=(Cite("parr2018", "sec. 6.2"),),
)

descent_rate: Final = Rule(
    title="Loss along a gradient descent step",
    claim=Derivative(
        of=C_downhill, wrt=eta, equals=-(partial(C_downhill, downhill) @ partial(C_of_w, w_t).T)
    ),
    note="As the step begins this is minus the squared length of the gradient, so a small enough "
    "step lowers the loss. Farther on the two gradients differ, and it may rise again.",
    cites=(Cite("boyd2004", "sec. 9.2"), Cite("goodfellow2016", "sec. 4.3")),
    mistakes=(
        Mistake(
            equals=partial(C_downhill, downhill) @ partial(C_of_w, w_t).T,
            why="along the gradient the loss rises, against it the loss falls",
        ),
    ),
)

augmentation: Final = Rule(
    title="Bias as one more weight",
    claim=Equality(left=affine, right=hat_w.T @ hat_x),
    note="Both are columns of length n + 1: the bias below the weights, a 1 below the input.",
    cites=(Cite("parr2018", "sec. 6.2"), Cite("bishop2006", "sec. 3.1")),
)

neuron_by_augmented_weights: Final = Rule(
    title="Neuron by weights and bias at once",
    claim=Derivative(
        of=op.relu(free_hat_w.T @ hat_x),
        wrt=free_hat_w,
        equals=step(free_hat_w.T @ hat_x) * hat_x.T,
    ),
    note="One derivative does for both: its last entry is the derivative by the bias.",
    cites=(Cite("parr2018", "sec. 6.2"),),
    mistakes=(
        Mistake(
            equals=step(free_hat_w.T @ hat_x) * stack(x, 0).T,
            why="the last entry of the input is 1, or the bias has no effect",
        ),
    ),
)
