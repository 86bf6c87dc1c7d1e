"""Scalar derivative rules.

Throughout, x is the scalar that varies, c, a and n are scalars that do not depend on it, and f and
g are scalar functions of x.
"""

from typing import Final

from rulebook.book import Cite, Derivative, Mistake, Rule
from rulebook.language import Number, cos, exp, function, log, partial, positive, scalar, sin, sqrt

x, c, a, n = scalar("x"), scalar("c"), scalar("a"), scalar("n")
f, g = function("f")(x), function("g")(x)
df, dg = partial(f, x), partial(g, x)

constant: Final = Rule(
    title="Constant",
    claim=Derivative(of=c, wrt=x, equals=Number(0)),
    note="What does not depend on x does not change when x does.",
    cites=(Cite("parr2018", "sec. 2"), Cite("petersen2012", "eq. 33")),
)

constant_multiple: Final = Rule(
    title="Multiplication by a constant",
    claim=Derivative(of=c * f, wrt=x, equals=c * df),
    note="A factor that does not depend on x moves out of the derivative.",
    cites=(Cite("parr2018", "sec. 2"), Cite("petersen2012", "eq. 34")),
    mistakes=(Mistake(equals=df, why="only a constant term disappears; a constant factor stays"),),
)

power: Final = Rule(
    title="Power",
    claim=Derivative(of=x**n, wrt=x, equals=n * x ** (n - 1)),
    note="The exponent does not depend on x. For a whole $n \\geq 1$ the rule holds at every x, "
    "for a negative whole n at every nonzero x.",
    assuming=(positive(x),),
    cites=(Cite("parr2018", "sec. 2"),),
    mistakes=(
        Mistake(equals=n * x**n, why="the exponent goes down by one"),
        Mistake(equals=x ** (n - 1), why="the old exponent comes down as a factor"),
    ),
)

sum_of_functions: Final = Rule(
    title="Sum",
    claim=Derivative(of=f + g, wrt=x, equals=df + dg),
    note="Terms are differentiated one at a time.",
    cites=(Cite("parr2018", "sec. 2"), Cite("petersen2012", "eq. 35")),
)

difference_of_functions: Final = Rule(
    title="Difference",
    claim=Derivative(of=f - g, wrt=x, equals=df - dg),
    note="The sum rule with a factor of −1 on the second term.",
    cites=(Cite("parr2018", "sec. 2"),),
)

product: Final = Rule(
    title="Product",
    claim=Derivative(of=f * g, wrt=x, equals=f * dg + df * g),
    note="Each factor is differentiated in turn while the other one is kept.",
    cites=(Cite("parr2018", "sec. 2"),),
    mistakes=(
        Mistake(equals=df * dg, why="a product of derivatives is no derivative of a product"),
    ),
)

quotient: Final = Rule(
    title="Quotient",
    claim=Derivative(of=f / g, wrt=x, equals=(df * g - f * dg) / g**2),
    note="The product rule for f and 1/g; it needs a nonzero denominator. The paper's table has no "
    "such row, although its element-wise quotient relies on one.",
    cites=(Cite("parr2018", "sec. 4.2, used for the element-wise quotient"),),
    mistakes=(
        Mistake(
            equals=(f * dg - df * g) / g**2, why="the numerator comes first, with the plus sign"
        ),
        Mistake(equals=(df * g - f * dg) / g, why="the denominator is squared"),
        Mistake(equals=df / dg, why="quotients are not differentiated part by part"),
    ),
)

linearity: Final = Rule(
    title="Linearity",
    claim=Derivative(of=a * f + c * g, wrt=x, equals=a * df + c * dg),
    note="The derivative is a linear operator: it passes through sums, and constants come out.",
    cites=(Cite("parr2018", "sec. 2"),),
)

reciprocal: Final = Rule(
    title="Reciprocal",
    claim=Derivative(of=1 / x, wrt=x, equals=-(1 / x**2)),
    note="The power rule with exponent −1.",
    cites=(Cite("parr2018", "sec. 4.2, used for the element-wise quotient"),),
    mistakes=(
        Mistake(equals=1 / x**2, why="the reciprocal falls as x grows: the sign is minus"),
        Mistake(equals=log(x), why="that is the antiderivative"),
    ),
)

square_root: Final = Rule(
    title="Square root",
    claim=Derivative(of=sqrt(x), wrt=x, equals=1 / (2 * sqrt(x))),
    note="The power rule with exponent 1/2. At 0 the root is defined but its slope is infinite.",
    cites=(Cite("parr2018", "sec. 2, as a power"),),
    mistakes=(Mistake(equals=1 / sqrt(x), why="the exponent 1/2 is a factor, too"),),
)

exponential: Final = Rule(
    title="Exponential",
    claim=Derivative(of=exp(x), wrt=x, equals=exp(x)),
    note="The exponential is its own derivative.",
    cites=(Cite("parr2018", "sec. 2, left to a linked course"),),
    mistakes=(Mistake(equals=x * exp(x - 1), why="the power rule is for a constant exponent"),),
)

logarithm: Final = Rule(
    title="Natural logarithm",
    claim=Derivative(of=log(x), wrt=x, equals=1 / x),
    note="As everywhere in the book, log is the natural logarithm.",
    cites=(Cite("parr2018", "sec. 4.5.1, in an example"),),
    mistakes=(Mistake(equals=1 / log(x), why="the reciprocal is of x, not of its logarithm"),),
)

sine: Final = Rule(
    title="Sine",
    claim=Derivative(of=sin(x), wrt=x, equals=cos(x)),
    note="The angle is in radians.",
    cites=(Cite("parr2018", "sec. 4.5.1, in an example"),),
    mistakes=(Mistake(equals=-cos(x), why="the minus sign belongs to the cosine"),),
)

cosine: Final = Rule(
    title="Cosine",
    claim=Derivative(of=cos(x), wrt=x, equals=-sin(x)),
    note="The angle is in radians.",
    cites=(Cite("parr2018", "sec. 2, left to a linked course"),),
    mistakes=(Mistake(equals=sin(x), why="the cosine falls just after 0, so the sign is minus"),),
)
