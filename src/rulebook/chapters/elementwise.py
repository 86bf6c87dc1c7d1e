"""Element-wise operations.

Throughout, w and x are columns of length n, and a circle stands for any operation between two
scalars, applied entry by entry. In the rules with a prime, entry i of f(w) reads entry i of w
alone, and likewise g: this is the element-wise diagonal condition, and f′ is taken entry by entry.
So is a partial derivative of the operation itself: inside diag it stands for a column.
"""

from typing import Final

from rulebook.book import Cite, Derivative, Mistake, Rule
from rulebook.language import (
    diag,
    elementwise,
    eye,
    function,
    greater,
    maximum,
    ones,
    partial,
    vector,
    zeros,
)

w, x = vector("w", "n"), vector("x", "n")
circ = elementwise("op", infix=True)

f, g = elementwise("f", bold=True)(w), elementwise("g", bold=True)(x)
y = circ(f, g)

f_mixed, g_mixed = function("f", "m")(w), function("g", "m")(x)
y_mixed = circ(f_mixed, g_mixed)

f_alone = elementwise("f", bold=True)(x)

elementwise_general_by_first: Final = Rule(
    title="Element-wise operation by its first operand, in general",
    claim=Derivative(
        of=y_mixed, wrt=w, equals=diag(partial(y_mixed, f_mixed)) @ partial(f_mixed, w)
    ),
    note="Here every entry of f may read all of w, so the Jacobian is full: the operation only "
    "scales the derivatives of each output of f.",
    cites=(Cite("parr2018", "sec. 4.2"), Cite("parr2018", "sec. 8.2")),
)

elementwise_general_by_second: Final = Rule(
    title="Element-wise operation by its second operand, in general",
    claim=Derivative(
        of=y_mixed, wrt=x, equals=diag(partial(y_mixed, g_mixed)) @ partial(g_mixed, x)
    ),
    note="Here every entry of g may read all of x, so the Jacobian is full.",
    cites=(Cite("parr2018", "sec. 4.2"), Cite("parr2018", "sec. 8.2")),
)

elementwise_binary_by_first: Final = Rule(
    title="Element-wise operation by its first operand",
    claim=Derivative(of=y, wrt=w, equals=diag(partial(y, f) * partial(f, w))),
    note="Diagonal, because entry i of the result reads entry i of w and no other. That the "
    "operation works entry by entry does not promise this of f: it is a condition.",
    cites=(Cite("parr2018", "sec. 4.2"), Cite("parr2018", "sec. 8.2")),
    mistakes=(Mistake(equals=diag(partial(y, f)), why="the inner function has a derivative, too"),),
)

elementwise_binary_by_second: Final = Rule(
    title="Element-wise operation by its second operand",
    claim=Derivative(of=y, wrt=x, equals=diag(partial(y, g) * partial(g, x))),
    note="Diagonal on the same condition, now for g and x.",
    cites=(Cite("parr2018", "sec. 4.2"), Cite("parr2018", "sec. 8.2")),
    mistakes=(Mistake(equals=diag(partial(y, g)), why="the inner function has a derivative, too"),),
)

elementwise_unary: Final = Rule(
    title="Element-wise function",
    claim=Derivative(of=f_alone, wrt=x, equals=diag(partial(f_alone, x))),
    note="A matrix, although its diagonal is all that matters; applied to a vector v it is the "
    "Hadamard product of that diagonal and v.",
    cites=(Cite("parr2018", "sec. 4.2"),),
    mistakes=(
        Mistake(
            equals=partial(f_alone, x) @ ones("n").T,
            why="the slopes stand on the diagonal, not in every column",
        ),
    ),
)

addition_by_first: Final = Rule(
    title="Sum by its first term",
    claim=Derivative(of=w + x, wrt=w, equals=eye("n")),
    note="Entry i of the sum changes with entry i of w at rate 1.",
    cites=(Cite("parr2018", "sec. 4.2"), Cite("parr2018", "sec. 8.2")),
)

addition_by_second: Final = Rule(
    title="Sum by its second term",
    claim=Derivative(of=w + x, wrt=x, equals=eye("n")),
    note="A sum treats its terms alike.",
    cites=(Cite("parr2018", "sec. 4.2"), Cite("parr2018", "sec. 8.2")),
)

subtraction_by_first: Final = Rule(
    title="Difference by its first term",
    claim=Derivative(of=w - x, wrt=w, equals=eye("n")),
    note="What is taken away does not depend on w.",
    cites=(Cite("parr2018", "sec. 4.2"), Cite("parr2018", "sec. 8.2")),
)

subtraction_by_second: Final = Rule(
    title="Difference by its second term",
    claim=Derivative(of=w - x, wrt=x, equals=-eye("n")),
    note="The minus sign is on the whole diagonal.",
    cites=(Cite("parr2018", "sec. 4.2"), Cite("parr2018", "sec. 8.2")),
    mistakes=(Mistake(equals=eye("n"), why="forgets that x is subtracted"),),
)

hadamard_by_first: Final = Rule(
    title="Hadamard product by its first factor",
    claim=Derivative(of=w * x, wrt=w, equals=diag(x)),
    note="The other factor, laid out on a diagonal.",
    cites=(Cite("parr2018", "sec. 4.2"), Cite("parr2018", "sec. 8.2")),
    mistakes=(
        Mistake(equals=diag(w), why="it is the other factor that stays"),
        Mistake(equals=x @ ones("n").T, why="entry i of the product reads entry i of w alone"),
    ),
)

hadamard_by_second: Final = Rule(
    title="Hadamard product by its second factor",
    claim=Derivative(of=w * x, wrt=x, equals=diag(w)),
    note="The other factor, laid out on a diagonal.",
    cites=(Cite("parr2018", "sec. 4.2"), Cite("parr2018", "sec. 8.2")),
    mistakes=(Mistake(equals=diag(x), why="it is the other factor that stays"),),
)

division_by_first: Final = Rule(
    title="Element-wise quotient by its numerator",
    claim=Derivative(of=w / x, wrt=w, equals=diag(ones("n") / x)),
    note="Needs every entry of x to be nonzero.",
    cites=(Cite("parr2018", "sec. 4.2"), Cite("parr2018", "sec. 8.2")),
    mistakes=(Mistake(equals=diag(x), why="the entries of x divide: they come as reciprocals"),),
)

division_by_second: Final = Rule(
    title="Element-wise quotient by its denominator",
    claim=Derivative(of=w / x, wrt=x, equals=diag(-(w / x**2))),
    note="Needs every entry of x to be nonzero.",
    cites=(Cite("parr2018", "sec. 4.2"), Cite("parr2018", "sec. 8.2")),
    mistakes=(
        Mistake(equals=diag(w / x**2), why="a quotient falls as its denominator grows"),
        Mistake(equals=diag(-(w / x)), why="the denominator is squared"),
        Mistake(equals=diag(-(ones("n") / x**2)), why="forgets the numerator"),
    ),
)

maximum_by_first: Final = Rule(
    title="Maximum by its first argument",
    claim=Derivative(of=maximum(w, x), wrt=w, equals=diag(greater(w, x))),
    note="An entry of w matters where it is the larger one. At a tie there is no derivative.",
    cites=(Cite("parr2018", "sec. 4.2, which names the operation and stops there"),),
    mistakes=(
        Mistake(equals=diag(greater(x, w)), why="the larger entry is the one that passes through"),
        Mistake(equals=eye("n"), why="where x is larger, w has no effect"),
    ),
)

maximum_by_second: Final = Rule(
    title="Maximum by its second argument",
    claim=Derivative(of=maximum(w, x), wrt=x, equals=diag(greater(x, w))),
    note="An entry of x matters where it is the larger one. At a tie there is no derivative.",
    cites=(Cite("parr2018", "sec. 4.2, which names the operation and stops there"),),
    mistakes=(
        Mistake(equals=diag(greater(w, x)), why="the larger entry is the one that passes through"),
    ),
)

greater_than_by_first: Final = Rule(
    title="Comparison by its first argument",
    claim=Derivative(of=greater(w, x), wrt=w, equals=zeros("n", "n")),
    note="A comparison is flat wherever it is smooth; at a tie it jumps and has no derivative. No "
    "gradient passes through it.",
    cites=(Cite("parr2018", "sec. 4.2, which names the operation and stops there"),),
    mistakes=(Mistake(equals=diag(greater(w, x)), why="that is the derivative of the maximum"),),
)

greater_than_by_second: Final = Rule(
    title="Comparison by its second argument",
    claim=Derivative(of=greater(w, x), wrt=x, equals=zeros("n", "n")),
    note="A comparison is flat wherever it is smooth; at a tie it jumps and has no derivative.",
    cites=(Cite("parr2018", "sec. 4.2, which names the operation and stops there"),),
)
