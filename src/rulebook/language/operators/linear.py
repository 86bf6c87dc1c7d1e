"""Linear algebra: diagonals, trace, determinant, inverse, Kronecker product, vec."""

from __future__ import annotations

from typing import Any

from rulebook.errors import ShapeError
from rulebook.language.dims import ONE, Dim, DimLike, Shape, column, dim, show
from rulebook.language.operators import shapes, slips, vanish
from rulebook.language.row import rows
from rulebook.language.signs import Zeros
from rulebook.language.spelling import Call
from rulebook.language.tree import Expr, Operator


def _kron(s: Any, index: Any, a: Any, b: Any) -> Any:
    (i, p), (j, q) = s.divide(index[0], b.shape[0]), s.divide(index[1], b.shape[1])
    return a(i, j) * b(p, q)


def _vec(s: Any, index: Any, a: Any) -> Any:
    j, i = s.divide(index[0], a.shape[0])
    return a(i, j)


DIAGONAL = Operator(
    name="diagonal part",
    shape=shapes.diagonal_part,
    entry=lambda s, i, a: a(i[0], i[0]),
    latex=r"\operatorname{{diag}}^{{-1}}{0:call}",
    numpy="np.diag({0})",
    call="diag",
    of_vectors=True,
    linear=True,
    single=True,
    about="the diagonal of a matrix, as a column",
)
DIAG = Operator(
    name="diag",
    shape=shapes.diagonal_matrix,
    entry=lambda s, i, a: s.delta(*i) * a(i[0], 0),
    latex=r"\operatorname{{diag}}{0:call}",
    numpy="np.diag({0})",
    call=Call("diag", shapes.diagonal_of_vector),
    stands="column",
    of_vectors=True,
    transposed="same",
    linear=True,
    single=True,
    singular=vanish.diagonal,
    slips=slips.spread,
    about="the matrix with a vector on its diagonal and 0 elsewhere",
)
TRACE = Operator(
    name="trace",
    shape=shapes.square_to_scalar,
    entry=lambda s, i, a: s.total(a.shape[0], lambda k: a(k, k)),
    latex=r"\operatorname{{tr}}{0:call}",
    numpy="np.trace({0})",
    call="trace",
    transposed="same",
    linear=True,
    single=True,
)
DET = Operator(
    name="determinant",
    cost=2.0,
    growth=1.3,
    shape=shapes.square_to_scalar,
    entry=lambda s, i, a: s.determinant(a),
    latex=r"\det{0:call}",
    numpy="np.linalg.det({0})",
    call="det",
    transposed="same",
    vanishes=vanish.with_determinant,
)
LOGDET = Operator(
    name="log determinant",
    cost=2.5,
    growth=0.3,
    shape=shapes.square_to_scalar,
    entry=lambda s, i, a: s.log_size(s.determinant(a)),
    latex=r"\log \lvert \det {0:atom} \rvert",
    numpy="np.linalg.slogdet({0})[1]",
    call="logdet",
    text="logdet({0})",
    latex_level="product",
    transposed="same",
    analytic=False,
    complex_step="np.log(np.linalg.det({0}) ** 2) / 2",
    except_at=lambda a: Zeros(a, "singular"),
)
INVERSE = Operator(
    name="inverse",
    cost=2.5,
    growth=2.5,
    letter="M",
    shape=shapes.square,
    entry=lambda s, i, a: s.inverse(a, *i),
    latex="{0:atom}^{{-1}}",
    numpy="np.linalg.inv({0})",
    call="inv",
    latex_level="power",
    transposed="each",
    except_at=lambda a: Zeros(a, "singular"),
    singular=vanish.singular,
    slips=slips.lost("inverse"),
)
KRON = Operator(
    name="Kronecker product",
    cost=12.0,
    shape=shapes.kron,
    entry=_kron,
    latex=r"{0:product} \otimes {1:product}",
    numpy="np.kron({0}, {1})",
    torch="torch.kron({0:atom}.contiguous(), {1:atom}.contiguous())",  # PyTorch issue 185650
    call=Call("kron", shapes.kron_of_matrices),
    latex_level="tensor",
    transposed="each",
    linear=True,
    singular=vanish.regular_if_all,
    about="block product; never the element-wise product",
)
VEC = Operator(
    name="vec",
    shape=shapes.vec,
    entry=_vec,
    latex=r"\operatorname{{vec}}{0:call}",
    numpy='{0:atom}.reshape(-1, order="F")',
    torch="{0:atom}.T.reshape(-1)",
    call="vec",
    text="vec({0})",
    linear=True,
    vanishes=vanish.with_argument,
    single=True,
    about="the columns of a matrix, stacked",
)


@rows
def _unvec(m: Dim, n: Dim) -> Operator:
    return Operator(
        name=f"unvec[{m},{n}]",
        shape=lambda a: _unvec_shape(a, m, n),
        entry=lambda s, i, a: _unvec_entry(s, i, a, m),
        latex=r"\operatorname{{unvec}}_{{{sizes:,}}}{0:call}",
        numpy=f'{{0:atom}}.reshape({m}, {n}, order="F")',
        torch=f"{{0:atom}}.reshape({n}, {m}).T",
        text=f"unvec({{0}}, {m}, {n})",
        linear=True,
        single=True,
        sizes=(m, n),
        resized=_unvec,
        about="the matrix whose vec a column is",
    )


def _unvec_entry(s: Any, index: Any, a: Any, m: Dim) -> Any:
    i, j = index
    return a(s.position(s.index_value(i) + s.index_value(j) * s.size(m)), 0)


def _unvec_shape(a: Shape, m: Dim, n: Dim) -> Shape:
    if a != column(m * n):
        raise ShapeError(f"{show(a)} is not the vec of a {m}×{n} matrix")
    return (m, n)


def unvec(a: Expr, m: DimLike, n: DimLike) -> Expr:
    """The m×n matrix whose columns, stacked, are ``a``, a column of length m*n.

    Raises ShapeError for another length.

    >>> from rulebook.language import dim, unvec, vector
    >>> unvec(vector("x", dim("m") * "n"), "m", "n")
    x.reshape(m, n, order="F")
    """
    return _unvec(dim(m), dim(n))(a)


def diag(a: Expr) -> Expr:
    """The n×n matrix with a column of length n on its diagonal and 0 elsewhere.

    Raises ShapeError for what is not a column; `diagonal` reads the diagonal of a matrix.

    >>> from rulebook.language import diag, matrix, vector
    >>> diag(vector("x", "n")).shape == matrix("A", "n", "n").shape
    True
    """
    return DIAG(a)


def diagonal(a: Expr) -> Expr:
    """The diagonal of an n×n matrix, as a column of length n.

    Raises ShapeError for what is not square; `diag` makes a matrix of a column.

    >>> from rulebook.language import diagonal, matrix, vector
    >>> diagonal(matrix("A", "n", "n")).shape == vector("x", "n").shape
    True
    """
    return DIAGONAL(a)


def tr(a: Expr) -> Expr:
    """The trace of a square matrix, a scalar. Raises ShapeError for other shapes."""
    return TRACE(a)


def det(a: Expr) -> Expr:
    """The determinant of a square matrix, a scalar. Raises ShapeError for other shapes."""
    return DET(a)


def logdet(a: Expr) -> Expr:
    """log|det A| of a square matrix, a scalar. Raises ShapeError for other shapes."""
    return LOGDET(a)


def inv(a: Expr) -> Expr:
    """The inverse of a square matrix, of its shape. Raises ShapeError for other shapes."""
    return INVERSE(a)


def kron(a: Expr, b: Expr) -> Expr:
    """The Kronecker product: an m×n matrix and a p×q one make one of mp×nq.

    Raises ShapeError for vectors and scalars. Source: Magnus and Neudecker 2019, ch. 2.

    >>> from rulebook.language import kron, matrix
    >>> [str(size) for size in kron(matrix("A", "m", "n"), matrix("B", "p", "q")).shape]
    ['m*p', 'n*q']
    """
    if ONE in (*a.shape, *b.shape):
        raise ShapeError("kron of vectors is not in the language; write it with matrices")
    return KRON(a, b)


def vec(a: Expr) -> Expr:
    """The columns of an m×n matrix, stacked: a column of length mn.

    Raises ShapeError for what is not a matrix. Source: Magnus and Neudecker 2019, ch. 2.

    >>> from rulebook.language import matrix, vec
    >>> [str(size) for size in vec(matrix("A", "m", "n")).shape]
    ['m*n', '1']
    """
    return VEC(a)
