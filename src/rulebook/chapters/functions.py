"""Identities of functions, entry by entry.

Throughout, X and Y are m by n. A rule for matrices holds for columns, rows and scalars as well.
"""

from typing import Final

from rulebook.book import Cite, Equality, Mistake, Rule
from rulebook.language import (
    absolute,
    cos,
    exp,
    greater,
    log,
    matrix,
    maximum,
    minimum,
    ones,
    positive,
    relu,
    sigmoid,
    sign,
    sin,
    softplus,
    sqrt,
    step,
    tanh,
)

X, Y = matrix("X", "m", "n"), matrix("Y", "m", "n")
one = ones("m") @ ones("n").T


sigmoid_by_exponential: Final = Rule(
    title="Sigmoid spelled out",
    claim=Equality(left=1 / (1 + exp(-X)), right=sigmoid(X)),
    note="That is what the logistic function is.",
    cites=(Cite("bishop2006", "eq. 4.59"),),
    mistakes=(Mistake(equals=sigmoid(-X), why="the sign in the exponent is the other one"),),
)

sigmoid_of_negative_by_growing_exponential: Final = Rule(
    title="Sigmoid of a negative spelled out",
    claim=Equality(left=1 / (1 + exp(X)), right=sigmoid(-X)),
    note="Without the minus in the exponent the curve falls.",
    cites=(Cite("bishop2006", "eq. 4.59 and 4.60"),),
    mistakes=(Mistake(equals=sigmoid(X), why="the sign in the exponent is the other one"),),
)

sigmoid_of_negative_by_exponential: Final = Rule(
    title="Sigmoid of a negative as a ratio",
    claim=Equality(left=exp(-X) / (1 + exp(-X)), right=sigmoid(-X)),
    note="What the sigmoid leaves of 1.",
    cites=(Cite("bishop2006", "eq. 4.59 and 4.60"),),
    mistakes=(Mistake(equals=sigmoid(X), why="the numerator is the other term"),),
)

sigmoid_by_growing_exponential: Final = Rule(
    title="Sigmoid as a ratio",
    claim=Equality(left=exp(X) / (1 + exp(X)), right=sigmoid(X)),
    note="Both terms divided by the exponential give the usual form.",
    cites=(Cite("bishop2006", "eq. 4.59"),),
    mistakes=(Mistake(equals=sigmoid(-X), why="the numerator is the growing term"),),
)

one_minus_sigmoid: Final = Rule(
    title="One minus the sigmoid",
    claim=Equality(left=1 - sigmoid(X), right=sigmoid(-X)),
    note="The curve is symmetric about its point at one half.",
    cites=(Cite("bishop2006", "eq. 4.60"),),
    mistakes=(Mistake(equals=-sigmoid(X), why="forgets the one"),),
)

softplus_by_exponential: Final = Rule(
    title="Softplus spelled out",
    claim=Equality(left=log(1 + exp(X)), right=softplus(X)),
    note="That is what softplus is.",
    cites=(Cite("goodfellow2016", "sec. 3.10"),),
)

log_of_sigmoid: Final = Rule(
    title="Logarithm of the sigmoid",
    claim=Equality(left=log(sigmoid(X)), right=-softplus(-X)),
    note="The right side stays finite where the sigmoid rounds to zero.",
    cites=(Cite("goodfellow2016", "sec. 3.10"),),
    mistakes=(Mistake(equals=-softplus(X), why="that belongs to the sigmoid of −x"),),
)

log_of_exponential: Final = Rule(
    title="Logarithm of an exponential",
    claim=Equality(left=log(exp(X)), right=X),
    note="The logarithm undoes the exponential.",
    cites=(Cite("dlmf", "sec. 4.8"),),
)

exponential_of_log: Final = Rule(
    title="Exponential of a logarithm",
    claim=Equality(left=exp(log(X)), right=X),
    assuming=(positive(X),),
    note="True where the logarithm exists.",
    cites=(Cite("dlmf", "sec. 4.8"),),
)

product_of_exponentials: Final = Rule(
    title="Product of exponentials",
    claim=Equality(left=exp(X) * exp(Y), right=exp(X + Y)),
    note="Exponents add up, entry by entry; not so for exponentials of matrices.",
    cites=(Cite("dlmf", "sec. 4.8"),),
    mistakes=(Mistake(equals=exp(X * Y), why="the exponents are added"),),
)

square_of_root: Final = Rule(
    title="Square of a square root",
    claim=Equality(left=sqrt(X) ** 2, right=X),
    assuming=(positive(X),),
    note="True where the root exists.",
    cites=(Cite("dlmf", "sec. 4.8"),),
)

root_of_square: Final = Rule(
    title="Square root of a square",
    claim=Equality(left=sqrt(X**2), right=absolute(X)),
    note="The root is never negative, so the sign is lost.",
    cites=(Cite("dlmf", "sec. 4.8"),),
    mistakes=(Mistake(equals=X, why="true only if X is positive"),),
)

relu_as_maximum: Final = Rule(
    title="ReLU as a maximum",
    claim=Equality(left=maximum(0, X), right=relu(X)),
    note="That is what ReLU is, and how it is printed: only its name on the right is new.",
    cites=(Cite("parr2018", "sec. 5"), Cite("goodfellow2016", "sec. 6.3.1")),
)

relu_as_maximum_with_zero: Final = Rule(
    title="ReLU as a maximum, zero last",
    claim=Equality(left=maximum(X, 0), right=relu(X)),
    note="A maximum does not ask for the order.",
    cites=(Cite("parr2018", "sec. 5"), Cite("goodfellow2016", "sec. 6.3.1")),
)

relu_less_relu_of_negative: Final = Rule(
    title="ReLU less ReLU of the negative",
    claim=Equality(left=relu(X) - relu(-X), right=X),
    note="The positive part less the negative part.",
    cites=(Cite("goodfellow2016", "sec. 6.3.1"),),
)

step_times_argument: Final = Rule(
    title="Step times its argument",
    claim=Equality(left=step(X) * X, right=relu(X)),
    note="The step lets through what is positive.",
    cites=(Cite("goodfellow2016", "sec. 6.3.1"),),
    mistakes=(Mistake(equals=X, why="what is negative is cut off"),),
)

step_times_relu: Final = Rule(
    title="Step times ReLU",
    claim=Equality(left=step(X) * relu(X), right=relu(X)),
    note="What is cut off already cannot be cut off again.",
    cites=(Cite("goodfellow2016", "sec. 6.3.1"),),
)

step_idempotent: Final = Rule(
    title="Square of the step",
    claim=Equality(left=step(X) ** 2, right=step(X)),
    note="Zero and one are their own squares.",
    cites=(Cite("goodfellow2016", "sec. 6.3.1"),),
)

one_minus_step: Final = Rule(
    title="One minus the step",
    claim=Equality(left=1 - step(X), right=step(-X)),
    note="On wherever the step is off; at zero, where it jumps, the two differ.",
    cites=(Cite("goodfellow2016", "sec. 6.3.1"),),
)

greater_than_zero: Final = Rule(
    title="Greater than zero",
    claim=Equality(left=greater(X, 0), right=step(X)),
    note="That is what the step asks, and how it is printed: only its name is new.",
    cites=(Cite("goodfellow2016", "sec. 6.3.1"),),
)

zero_greater_than: Final = Rule(
    title="Less than zero",
    claim=Equality(left=greater(0, X), right=step(-X)),
    note="The step, asked of the opposite.",
    cites=(Cite("goodfellow2016", "sec. 6.3.1"),),
)

sign_times_absolute: Final = Rule(
    title="Sign times absolute value",
    claim=Equality(left=sign(X) * absolute(X), right=X),
    note="A number is its sign and its size.",
    cites=(Cite("pytorch-derivatives", "abs"),),
)

sign_times_argument: Final = Rule(
    title="Sign times its argument",
    claim=Equality(left=sign(X) * X, right=absolute(X)),
    note="Negative entries are turned around.",
    cites=(Cite("pytorch-derivatives", "abs"),),
)

squared_absolute: Final = Rule(
    title="Square of an absolute value",
    claim=Equality(left=absolute(X) ** 2, right=X**2),
    note="Squares do not see signs.",
    cites=(Cite("boyd2004", "app. A.1"),),
)

square_of_sign: Final = Rule(
    title="Square of the sign",
    claim=Equality(left=sign(X) ** 2, right=one),
    note="One wherever the entry is not zero.",
    cites=(Cite("pytorch-derivatives", "abs"),),
)

array_over_absolute: Final = Rule(
    title="Array over its absolute value",
    claim=Equality(left=X / absolute(X), right=sign(X)),
    note="What is left without the size is the sign.",
    cites=(Cite("pytorch-derivatives", "abs"),),
)

absolute_of_negative: Final = Rule(
    title="Absolute value of a negative",
    claim=Equality(left=absolute(-X), right=absolute(X)),
    note="A size does not see the sign.",
    cites=(Cite("boyd2004", "app. A.1"),),
)

sign_of_negative: Final = Rule(
    title="Sign of a negative",
    claim=Equality(left=sign(-X), right=-sign(X)),
    note="The sign is an odd function.",
    cites=(Cite("pytorch-derivatives", "abs"),),
)

cosine_of_negative: Final = Rule(
    title="Cosine of a negative",
    claim=Equality(left=cos(-X), right=cos(X)),
    note="The cosine is an even function.",
    cites=(Cite("dlmf", "sec. 4.21"),),
)

sine_of_negative: Final = Rule(
    title="Sine of a negative",
    claim=Equality(left=sin(-X), right=-sin(X)),
    note="The sine is an odd function.",
    cites=(Cite("dlmf", "sec. 4.21"),),
)

tanh_of_negative: Final = Rule(
    title="Hyperbolic tangent of a negative",
    claim=Equality(left=tanh(-X), right=-tanh(X)),
    note="It is an odd function.",
    cites=(Cite("dlmf", "sec. 4.28"),),
)

sine_and_cosine_squared: Final = Rule(
    title="Squares of sine and cosine",
    claim=Equality(left=sin(X) ** 2 + cos(X) ** 2, right=one),
    note="Pythagoras on the unit circle, in each entry.",
    cites=(Cite("dlmf", "sec. 4.21"),),
)

tanh_by_exponentials: Final = Rule(
    title="Hyperbolic tangent spelled out",
    claim=Equality(left=(exp(X) - exp(-X)) / (exp(X) + exp(-X)), right=tanh(X)),
    note="That is what the hyperbolic tangent is.",
    cites=(
        Cite("dlmf", "sec. 4.28"),
        Cite("bishop2006", "eq. 5.59"),
    ),
)

softplus_less_softplus_of_negative: Final = Rule(
    title="Softplus less softplus of the negative",
    claim=Equality(left=softplus(X) - softplus(-X), right=X),
    note="The smooth form of the same fact about ReLU.",
    cites=(Cite("goodfellow2016", "sec. 3.10"),),
)

log_of_root: Final = Rule(
    title="Logarithm of a square root",
    claim=Equality(left=log(sqrt(X)), right=log(X) / 2),
    assuming=(positive(X),),
    note="A root halves the logarithm.",
    cites=(Cite("dlmf", "sec. 4.8"),),
    mistakes=(Mistake(equals=sqrt(log(X)), why="logarithm and root do not change places"),),
)

maximum_plus_minimum: Final = Rule(
    title="Maximum plus minimum",
    claim=Equality(left=maximum(X, Y) + minimum(X, Y), right=X + Y),
    note="One takes the larger, the other what is left.",
    cites=(Cite("boyd2004", "sec. 3.2.3, on the maximum"),),
)
