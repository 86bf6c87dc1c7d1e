"""Where neither NumPy nor SymPy can be imported, a derivation is the same, and as well checked."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import rulebook
from rulebook.book import library
from rulebook.book.library import Book
from rulebook.language.build import vector
from rulebook.language.operators import sum_of, tanh
from rulebook.numeric.backends import running_on

SOURCE = Path(rulebook.__file__).resolve().parents[1]
DATA = Path(__file__).parents[1] / "data" / "derive-open-set.json"
IDS = [entry["id"] for entry in json.loads(DATA.read_text())["entries"]]
STRUCTURED = {"symmetric": "logdet(X)", "diagonal": "trace(A @ X @ X)"}

BLOCKED = """
import json, sys
for name in ("numpy", "sympy"):
    sys.modules[name] = None
sys.path.insert(0, {here!r})
from test_without_numpy import everything
json.dump(everything(), sys.stdout)
"""


def told(d: Any) -> dict[str, Any]:
    """All that a reader may ask of a derivation, and what each line's check found."""
    return {
        "text": str(d),
        "markdown": d._repr_markdown_(),
        "latex": d.latex(),
        "conditions": d.conditions,
        "steps": [(s.rule, s.phase, s.verdict) for s in d.steps],
    }


def answered(entry: dict[str, Any]) -> dict[str, Any]:
    given = {"shapes": entry["vars"], "assume": entry["assumptions"], "order": entry["order"]}
    d = rulebook.derive(entry["expr"], wrt=entry["wrt"], **given)
    found = told(d) | {"numpy": d.numpy(), "jax": d.jax(), "torch": d.torch(), "code": d.module()}
    try:
        found["paper"] = told(d.style("paper"))
    except rulebook.Refusal as refusal:
        found["paper"] = str(refusal)
    return found


def everything() -> dict[str, Any]:
    """The open set, and a derivative among matrices of each structure, as JSON has it."""
    found = {e["id"]: answered(e) for e in json.loads(DATA.read_text())["entries"]}
    for word, text in STRUCTURED.items():
        shapes = {"X": ("n", "n"), "A": ("n", "n")}
        found[word] = told(rulebook.derive(text, wrt="X", shapes=shapes).among(word))
    made: dict[str, Any] = json.loads(json.dumps(found))
    return made


@cache
def here() -> dict[str, Any]:
    return everything()


@cache
def there() -> dict[str, Any]:
    code = BLOCKED.format(here=str(Path(__file__).parent))
    environment = {"PYTHONPATH": str(SOURCE)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("id", [*IDS, *STRUCTURED])
def test_the_answer_and_the_verdicts_are_the_same(id: str) -> None:
    assert there()[id] == here()[id]
    assert {verdict for _, _, verdict in there()[id]["steps"]} == {"checked at 2 points"}


@pytest.mark.parametrize("backend", ["arrays", "entries"])
def test_a_wrong_line_is_refused_by_either_backend(backend: str) -> None:
    rule = rulebook.get("tanh_differential")
    wrong = replace(rule, claim=replace(rule.claim, equals=2 * rule.claim.equals), mistakes=())
    chapters = [
        replace(c, rules=tuple(wrong if r.id == rule.id else r for r in c.rules))
        for c in library.book().chapters
    ]
    e = sum_of(tanh(vector("x", "n")))
    with library.using(Book.of(chapters)), running_on(backend):
        with pytest.raises(rulebook.Refusal, match="does not survive") as refusal:
            rulebook.derive(e, wrt="x")
        assert refusal.value.operation == rule.id


STRANGE = '''"""An operator of a test, whose entry only NumPy's backend can do without."""

from typing import Final

from rulebook.book.claims import Differential, d
from rulebook.book.references import Cite
from rulebook.book.rule import Rule
from rulebook.language.build import matrix
from rulebook.language.operators import shapes
from rulebook.language.tree import Operator

X = matrix("X", "m", "n")
strange = Operator(
    name="strange",
    shape=shapes.keep,
    entry=lambda s, i, a: s.call("strange", a(*i)),
    latex="strange {0:call}",
    numpy="np.power({0}, 3)",
    transposed="each",
)
strange_differential: Final = Rule(
    title="Differential of a strange function",
    claim=Differential(of=strange(X), wrt=(X,), equals=3 * X**2 * d(X)),
    cites=(Cite("petersen2012"),),
)
'''


def test_what_a_backend_has_no_numbers_for_is_refused(
    add_chapter: Callable[[str], ModuleType],
) -> None:
    e = sum_of(add_chapter(STRANGE).strange(vector("x", "n")))
    assert rulebook.derive(e, wrt="x").steps[0].verdict == "checked at 2 points"
    with running_on("entries"), pytest.raises(rulebook.Refusal, match="strange of a float"):
        rulebook.derive(e, wrt="x")
