"""Chain rules.

Throughout, x is what varies, u or g is the inner function and f the outer one. Bold ones are
columns: x has n entries, an inner function k, an outer one m. A derivative of f is taken at the
value of the inner function, and shapes say which way round the factors go.
"""

from typing import Final

from rulebook.book import Cite, Derivative, Mistake, Rule
from rulebook.language import Let, diag, elementwise, function, partial, scalar, stack, vector

t, x = scalar("x"), vector("x", "n")  # one letter on the page: a scalar x, and a column x

f, f_column = function("f"), function("f", "m")
u, u_column = function("u"), function("u", "k")
g_column = function("g", "k")
f_each, g_each = elementwise("f", bold=True), elementwise("g", bold=True)
f_after_g = f_each(g_each(x))
f_of_both = f(t, u_column(t))
v = Let("v", stack(u_column(t), t))
f_of_all = f(v)

single_variable_chain: Final = Rule(
    title="Single-variable chain rule",
    claim=Derivative(of=f(u(t)), wrt=t, equals=partial(f(u(t)), u(t)) * partial(u(t), t)),
    note="Enough when exactly one path leads from x to the result: no intermediate function reads "
    "more than one variable.",
    cites=(Cite("parr2018", "sec. 4.5.1"), Cite("parr2018", "sec. 8.5")),
    mistakes=(
        Mistake(equals=partial(f(u(t)), u(t)), why="the inner function has a derivative, too"),
    ),
)

total_derivative_chain: Final = Rule(
    title="Single-variable total-derivative chain rule",
    claim=Derivative(
        of=f_of_both,
        wrt=t,
        equals=partial(f_of_both, t) + partial(f_of_both, u_column(t)) @ partial(u_column(t), t),
    ),
    note="The left side lets everything vary with x. The partial derivative of f by x on the right "
    "holds the intermediates fixed: it counts only the direct way from x to f.",
    cites=(Cite("parr2018", "sec. 4.5.2"),),
    mistakes=(
        Mistake(
            equals=partial(f_of_both, u_column(t)) @ partial(u_column(t), t),
            why="forgets the direct path from x: for x + x² it gives 2x, not 1 + 2x",
        ),
        Mistake(
            equals=partial(f_of_both, t),
            why="forgets the paths through the intermediates: for x + x² it gives 1, not 1 + 2x",
        ),
    ),
)

total_derivative_alias: Final = Rule(
    title="Total-derivative chain rule with x among the intermediates",
    claim=Derivative(
        of=f_of_all, wrt=t, equals=partial(f_of_all, v) @ stack(partial(u_column(t), t), 1)
    ),
    note="With x as one more intermediate, whose derivative by x is 1, the direct term joins the "
    "others and the rule is one product.",
    cites=(Cite("parr2018", "sec. 4.5.2"), Cite("parr2018", "sec. 8.5")),
    mistakes=(
        Mistake(
            equals=partial(f_of_all, v) @ stack(partial(u_column(t), t), 0),
            why="x is among the intermediates, and changes with itself at rate 1",
        ),
    ),
)

vector_chain_scalar_variable: Final = Rule(
    title="Vector chain rule, scalar variable",
    claim=Derivative(
        of=f_column(g_column(t)),
        wrt=t,
        equals=partial(f_column(g_column(t)), g_column(t)) @ partial(g_column(t), t),
    ),
    note="It looks like the single-variable rule, but is a product of a matrix and a vector.",
    cites=(Cite("parr2018", "sec. 4.5.3"),),
)

vector_chain: Final = Rule(
    title="Vector chain rule",
    claim=Derivative(
        of=f_column(g_column(x)),
        wrt=x,
        equals=partial(f_column(g_column(x)), g_column(x)) @ partial(g_column(x), x),
    ),
    note="Jacobians multiply: in numerator layout m by k times k by n. The order is fixed, because "
    "matrices do not commute. The sum over all paths is inside the product.",
    cites=(
        Cite("parr2018", "sec. 4.5.3"),
        Cite("parr2018", "sec. 8.5"),
        Cite("wikipedia-matrix-calculus", "vector-by-vector identities"),
    ),
)

elementwise_chain: Final = Rule(
    title="Chain rule for element-wise functions",
    claim=Derivative(
        of=f_after_g, wrt=x, equals=diag(partial(f_after_g, g_each(x)) * partial(g_each(x), x))
    ),
    note="If entry i of each function reads entry i of its argument alone, both Jacobians are "
    "diagonal, and the single-variable rule holds on every place of the diagonal.",
    cites=(Cite("parr2018", "sec. 4.5.3"),),
    mistakes=(
        Mistake(
            equals=diag(partial(f_after_g, g_each(x))),
            why="the inner function has a derivative, too",
        ),
    ),
)

chain_scalar_scalar_scalar: Final = Rule(
    title="Chain rule: scalar of scalar of scalar",
    claim=Derivative(of=f(u(t)), wrt=t, equals=partial(f(u(t)), u(t)) * partial(u(t), t)),
    note="1 × 1 times 1 × 1: the single-variable rule as a case of the vector rule.",
    cites=(Cite("parr2018", "sec. 4.5.3, table"),),
)

chain_scalar_vector_scalar: Final = Rule(
    title="Chain rule: scalar of vector of scalar",
    claim=Derivative(
        of=f(u_column(t)),
        wrt=t,
        equals=partial(f(u_column(t)), u_column(t)) @ partial(u_column(t), t),
    ),
    note="1 × k times k × 1: a dot product, and the total-derivative rule as a case of the vector "
    "rule.",
    cites=(
        Cite("parr2018", "sec. 4.5.3, table"),
        Cite("wikipedia-matrix-calculus", "scalar-by-scalar identities, with vectors"),
    ),
)

chain_scalar_vector_vector: Final = Rule(
    title="Chain rule: scalar of vector of vector",
    claim=Derivative(
        of=f(u_column(x)),
        wrt=x,
        equals=partial(f(u_column(x)), u_column(x)) @ partial(u_column(x), x),
    ),
    note="In numerator layout 1 × k times k × n: a row times a Jacobian. One step of "
    "backpropagation.",
    cites=(Cite("parr2018", "sec. 4.5.3, table"),),
)

chain_vector_scalar_scalar: Final = Rule(
    title="Chain rule: vector of scalar of scalar",
    claim=Derivative(
        of=f_column(u(t)), wrt=t, equals=partial(f_column(u(t)), u(t)) * partial(u(t), t)
    ),
    note="In numerator layout m × 1 times 1 × 1: a column, scaled.",
    cites=(Cite("parr2018", "sec. 4.5.3, table"),),
    mistakes=(
        Mistake(
            equals=partial(f_column(u(t)), u(t)), why="the inner function has a derivative, too"
        ),
    ),
)

chain_vector_vector_scalar: Final = Rule(
    title="Chain rule: vector of vector of scalar",
    claim=Derivative(
        of=f_column(u_column(t)),
        wrt=t,
        equals=partial(f_column(u_column(t)), u_column(t)) @ partial(u_column(t), t),
    ),
    note="In numerator layout m × k times k × 1: a matrix times a column.",
    cites=(
        Cite("parr2018", "sec. 4.5.3, table"),
        Cite("wikipedia-matrix-calculus", "vector-by-scalar identities"),
    ),
)

chain_vector_vector_vector: Final = Rule(
    title="Chain rule: vector of vector of vector",
    claim=Derivative(
        of=f_column(u_column(x)),
        wrt=x,
        equals=partial(f_column(u_column(x)), u_column(x)) @ partial(u_column(x), x),
    ),
    note="In numerator layout m × k times k × n: the general case, of which the other seven are "
    "special ones.",
    cites=(
        Cite("parr2018", "sec. 4.5.3, table"),
        Cite("wikipedia-matrix-calculus", "vector-by-vector identities"),
    ),
)

chain_scalar_scalar_vector: Final = Rule(
    title="Chain rule: scalar of scalar of vector",
    claim=Derivative(of=f(u(x)), wrt=x, equals=partial(f(u(x)), u(x)) * partial(u(x), x)),
    note="In numerator layout 1 × 1 times 1 × n: a row, scaled. The paper's table has no such "
    "entry, but its neuron is one: an activation of a scalar that depends on all weights.",
    cites=(
        Cite("parr2018", "sec. 5, used for the neuron"),
        Cite("wikipedia-matrix-calculus", "scalar-by-vector identities"),
    ),
    mistakes=(Mistake(equals=partial(u(x), x), why="the outer function has a derivative, too"),),
)

chain_vector_scalar_vector: Final = Rule(
    title="Chain rule: vector of scalar of vector",
    claim=Derivative(
        of=f_column(u(x)), wrt=x, equals=partial(f_column(u(x)), u(x)) @ partial(u(x), x)
    ),
    note="In numerator layout m × 1 times 1 × n: an outer product, so the Jacobian has rank one at "
    "most. The paper's table has no such entry.",
    cites=(Cite("parr2018", "sec. 4.5.3, as a case of the vector rule"),),
)
