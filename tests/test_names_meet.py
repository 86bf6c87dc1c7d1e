"""A reader's name may be one of ours: a change, a part, a size, a module. They are kept apart."""

import numpy as np
import pytest

import rulebook
from rulebook.book.claims import d
from rulebook.errors import RulebookError
from rulebook.language import operators as op
from rulebook.language.build import matrix, vector
from rulebook.language.dims import dim
from rulebook.printing.languages import LANGUAGES, module, text
from rulebook.printing.numpy import compiled

SQUARE, LENGTH = ("n", "n"), ("n",)
RNG = np.random.default_rng(7)
DIFFERENTIALS = {
    # text, order: what a change of X and a second one make of it
    ("dX @ X", 1): lambda A, X, D, E: A @ D,
    ("X @ dX @ X", 1): lambda A, X, D, E: D @ A @ X + X @ A @ D,
    ("dX @ X @ X", 2): lambda A, X, D, E: A @ (D @ E + E @ D),
    ("dX_2 @ X @ X", 2): lambda A, X, D, E: A @ (D @ E + E @ D),
    ("dX_1 @ X @ X", 1): lambda A, X, D, E: A @ (D @ X + X @ D),
}


@pytest.mark.parametrize(("of", "order"), DIFFERENTIALS)
def test_a_change_has_a_name_of_its_own(of: str, order: int) -> None:
    name = next(w for w in of.replace("@", " ").split() if w != "X")
    found = rulebook.derive(of, "X", shapes={"X": SQUARE, name: SQUARE}, order=order)
    tangents = [s.tangent.name for s in found.stages]
    A, X, D, E = RNG.normal(size=(4, 3, 3))

    run = compiled(found.module())["derivative"]

    assert len({name, "X", *tangents}) == 2 + order
    given = dict(zip([name, "X", *tangents], (A, X, D, E), strict=False))
    assert np.allclose(run(**given), DIFFERENTIALS[of, order](A, X, D, E))


def test_where_nothing_meets_a_change_is_called_as_ever() -> None:
    assert d(matrix("X", "n", "n"), 1, {"X", "dY"}) == d(matrix("X", "n", "n"))
    assert d(vector("x", "n"), 1, {"dx", "dx_1"}).name == "dx_2"
    assert d(vector("x", "n"), 2, {"dx_2"}).name == "dx_2_1"
    assert rulebook.derive("X @ X", "X", shapes={"X": SQUARE}).stages[0].tangent.name == "dX"


def test_the_two_are_told_apart_in_print() -> None:
    found = rulebook.derive("dX @ X", "X", shapes={"X": SQUARE, "dX": SQUARE})

    assert str(found).splitlines()[-1].startswith("d(dX X) = dX d(X)")
    assert found.latex_parts()[1] == r"dX \, \mathrm{d}X"
    assert found.typst().endswith('"dX" dif X')


# what the engine calls parts of an answer, tangents and cotangents, and rules' own symbols
NAMES = ["dx", "dx_2", "x_bar", "x_2", *"rstucdpzyMSBN", "f", "A_bar", "rest", "still", "part_0"]


@pytest.mark.parametrize("name", NAMES)
def test_a_readers_name_stays_the_readers(name: str) -> None:
    of = f"{name} * sum(softmax(A @ x) ** 2) + {name} * log(sum(exp(A @ x)))"
    shapes = {"x": LENGTH, "A": ("m", "n"), name: ()}
    x, A = RNG.normal(size=3), RNG.normal(size=(4, 3))

    found = rulebook.derive(of, "x", shapes=shapes)
    got = compiled(found.module())["derivative"](**{"x": x, "A": A, name: 0.7})

    def value(x: np.ndarray) -> complex:
        e = np.exp(A @ x)
        return 0.7 * np.sum((e / e.sum()) ** 2) + 0.7 * np.log(e.sum())

    steps = [np.imag(value(x + 1e-30j * unit)) / 1e-30 for unit in np.eye(3)]
    assert np.allclose(got, steps)
    assert name not in {s.tangent.name for s in found.stages} | {n for n, _ in found.lets}


@pytest.mark.parametrize("of", ["m * sum(A @ x)", "sum(n * x)"])
def test_a_name_that_is_also_a_size_is_refused(of: str) -> None:
    size = "m" if "m *" in of else "n"
    with pytest.raises(RulebookError, match=f"^'{size}' names a variable and a dimension"):
        rulebook.derive(of, "x", shapes={"x": LENGTH, "A": ("m", "n"), size: ()})


def test_every_name_that_python_takes_can_be_given_to_the_answer() -> None:
    found = rulebook.derive("self @ self", "self", shapes={"self": LENGTH})

    assert np.allclose(found.jacobian(self=[1.0, 2.0]), [2.0, 4.0])


UNUSED = {"t": ("m",), "z": LENGTH}  # only z, which does not occur, has n entries


def test_a_size_that_no_array_tells_is_asked_for() -> None:
    found = rulebook.derive("kron(outer(t, t), eye(n))", "t", shapes=UNUSED)
    t = np.array([1.0, 2.0])

    assert found.jacobian(t=t, n=3).shape == (6, 6, 2)
    assert found.jacobian(t=t, z=np.ones(3)).shape == (6, 6, 2)
    for given, said in [({}, "n is missing"), ({"n": 2.5}, "n is a size"), ({"k": 1}, "no var")]:
        with pytest.raises(rulebook.ShapeError, match=f"^{said}"):
            found.jacobian(t=t, **given)
    with pytest.raises(rulebook.ShapeError, match=r"^z has shape \(2,\), where n is 3"):
        found.jacobian(t=t, z=t, n=3)


def test_sizes_that_are_sums_are_held_to_what_they_are() -> None:
    shapes = {"x": (dim("n") + "n",), "y": (dim("n") + 1,), "z": LENGTH}
    found = rulebook.derive("sum(x) * sum(y) + z @ z", "x", shapes=shapes)

    right = found.jacobian(x=np.ones(4), y=np.ones(3), z=np.ones(2))
    assert np.allclose(right, 3 * np.ones(4))
    with pytest.raises(rulebook.ShapeError, match=r"^y has shape \(4,\), where n \+ 1 is 3"):
        found.jacobian(x=np.ones(4), y=np.ones(4), z=np.ones(2))


@pytest.mark.parametrize(("name", "language"), [("jnp", "jax"), ("torch", "torch")])
def test_a_variable_called_like_a_module_is_refused_where_it_would_hide_it(
    name: str, language: str
) -> None:
    e = vector(name, "n") * op.exp(vector("x", "n"))

    with pytest.raises(RulebookError, match=f"^'{name}' means something else in {language} source"):
        module(e, language)
    for other in set(LANGUAGES) - {language}:
        assert f"{name} * " in text(e, other)


def test_a_variable_called_like_a_helper_is_refused() -> None:
    e = vector("softmax", "n") * op.softmax(vector("x", "n"))

    with pytest.raises(RulebookError, match=r"^'softmax' means something else in numpy source"):
        module(e)
    assert module(vector("softmax", "n") * 2)


@pytest.mark.parametrize("size", ["sizes", "_0", "a0", "args", "self", "range", "value"])
def test_a_size_of_any_name_is_a_size(size: str) -> None:
    shapes = {"x": (size,), "Y": ("k", "k")}
    found = rulebook.derive(f"sum(kron(Y, outer(ones({size}), x)))", "x", shapes=shapes)
    given = {"x": RNG.normal(size=3), "Y": RNG.normal(size=(2, 2))}

    right = 3 * given["Y"].sum() * np.ones(3)

    assert np.allclose(compiled(found.module())["derivative"](**given), right)
    assert np.allclose(found.jacobian(**given), right)


def test_a_size_that_would_hide_what_the_source_needs_is_refused() -> None:
    for size in ("np", "lambda"):
        with pytest.raises(rulebook.ShapeError, match=f"^'{size}' is not the name of a dimension"):
            rulebook.derive("sum(x)", "x", shapes={"x": (size,)})
    with pytest.raises(RulebookError, match=r"^'jnp' means something else in jax source"):
        rulebook.derive("sum(x)", "x", shapes={"x": ("jnp",)}).jax()
