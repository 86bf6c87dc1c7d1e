"""The derivative among symmetric or diagonal matrices, against moving the entries together."""

import numpy as np
import pytest

import rulebook

SHAPES = {"X": ("n", "n"), "A": ("n", "n"), "b": ("n",)}
FUNCTIONS = {
    "logdet(X) + trace(A @ X)": lambda X, A, b: np.linalg.slogdet(X)[1] + np.trace(A @ X),
    "b @ inv(X) @ b": lambda X, A, b: b @ np.linalg.inv(X) @ b,
    "sum(A * exp(X))": lambda X, A, b: np.sum(A * np.exp(X)),
}


def derived(text: str, structure: str) -> rulebook.Derivation:
    shapes = {name: SHAPES[name] for name in SHAPES if name in text}
    return rulebook.derive(text, wrt="X", shapes=shapes).among(structure)


@pytest.mark.parametrize("structure", ["symmetric", "diagonal"])
@pytest.mark.parametrize("text", FUNCTIONS)
def test_it_is_what_moving_the_entries_together_gives(text: str, structure: str) -> None:
    rng = np.random.default_rng(3)
    values = {"A": rng.normal(size=(3, 3)), "b": rng.normal(size=3)}
    X = rng.normal(size=(3, 3))
    X = X + X.T + 6 * np.eye(3)
    found = derived(text, structure).jacobian(X=X, **{k: values[k] for k in values if k in text})
    for i, j in np.ndindex(3, 3):
        E = np.zeros((3, 3))
        E[i, j] = E[j, i] = 1.0 if structure == "symmetric" or i == j else 0.0
        up, down = (FUNCTIONS[text](X + h * E, **values) for h in (1e-5, -1e-5))
        assert found[i, j] == pytest.approx((up - down) / 2e-5, rel=1e-6, abs=1e-7)


def test_the_last_step_cites_its_rule_and_is_checked() -> None:
    *_, last = derived("b @ inv(X) @ b", "symmetric").steps
    assert (last.rule, last.phase) == ("derivative_among_symmetric", "structure")
    assert last.verdict == "checked at 2 points"


@pytest.mark.parametrize(
    ("text", "wrt", "order"), [("A @ X", "X", 1), ("logdet(X)", "X", 2), ("b @ b", "b", 1)]
)
def test_only_gradients_by_square_matrices_can_be_restricted(
    text: str, wrt: str, order: int
) -> None:
    shapes = {name: SHAPES[name] for name in SHAPES if name in text}
    d = rulebook.derive(text, wrt=wrt, shapes=shapes, order=order)
    with pytest.raises(rulebook.Refusal, match="square matrix"):
        d.among("symmetric")


def test_a_structure_there_is_not_is_refused() -> None:
    with pytest.raises(rulebook.RuleError, match="no structure 'triangular'"):
        derived("logdet(X)", "triangular")
