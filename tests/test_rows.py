"""What is to be known of an operator or an assumption is asked of its row, never of its name.

Outside the rows no name of either is compared with text, taken apart, or looked up in a table.
"""

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from rulebook.language.assumptions import WORDS
from rulebook.language.spelling import functions
from rulebook.language.tree import Operator

SOURCE = Path(__file__).resolve().parents[1] / "src" / "rulebook"
ROWS = ("language/operators/", "language/assumptions.py", "language/row.py", "chapters/")
TREE = "language/tree.py"  # builds what Python's operators mean, by the names of their rows
STILL: set[str] = set()  # files that still ask names; none is added

MODULES = {str(path.relative_to(SOURCE)): path for path in sorted(SOURCE.rglob("*.py"))}
READERS = [name for name in MODULES if not name.startswith(ROWS)]

OPERATORS = {"op", "head", "row", "operator"}  # what a variable or a field with a row is called
NAMED = {"name", "word", "family"}
TAKEN_APART = {"startswith", "endswith", "partition", "split", "removeprefix", "removesuffix"}


def known() -> set[str]:
    """The names of all rows and words, and what they are called in text."""
    modules = [name for name in MODULES if name.startswith("language/operators/")]
    held = [
        vars(import_module(f"rulebook.{name.removesuffix('.py').replace('/', '.')}"))
        for name in modules
        if not name.endswith("__init__.py")
    ]
    rows = [row for names in held for row in names.values() if isinstance(row, Operator)]
    return {*functions(), *WORDS, *(row.name for row in rows), *(row.family for row in rows)}


KNOWN = known()


def is_name(e: ast.AST) -> bool:
    """Whether an expression is the name of an operator or of an assumption's word."""
    match e:
        case ast.Attribute(attr="word"):
            return True
        case ast.Attribute(value=ast.Attribute(attr=of) | ast.Name(id=of), attr=attr):
            return attr in NAMED and (of in OPERATORS or of.isupper())
        case ast.Subscript(value=ast.Call(func=ast.Attribute(value=of))):
            return is_name(of)
    return False


def is_fixed(e: ast.AST) -> bool:
    """Whether an expression is text that is written out, or a constant of a module."""
    if isinstance(e, ast.Call):
        return any(map(is_fixed, e.args))
    return bool(texts(e)) or isinstance(e, ast.Constant) or ast.unparse(e).isupper()


def texts(e: ast.AST) -> list[str]:
    """The texts of a collection that is written out, if it holds nothing else."""
    match e:
        case ast.Set(elts=parts) | ast.Tuple(elts=parts) | ast.List(elts=parts):
            pass
        case ast.Dict(keys=parts):
            pass
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(text)), attr="split")):
            return text.split()
        case _:
            return []
    found = [p.value for p in parts if isinstance(p, ast.Constant) and isinstance(p.value, str)]
    return found if len(found) == len(parts) else []


def faults(source: str) -> Iterator[str]:
    """The places where a name is asked instead of its row."""
    for node in ast.walk(ast.parse(source)):
        if asks_a_name(node):
            yield f"line {node.lineno}: {ast.unparse(node)[:80]}"  # type: ignore[attr-defined]


def asks_a_name(node: ast.AST) -> bool:
    match node:
        case ast.Compare(left=left, comparators=others):
            sides = [left, *others]
            asked = any(map(is_name, sides)) and not all(map(is_name, sides))
            declared = isinstance(node.ops[0], ast.In | ast.NotIn) and not is_fixed(others[0])
            return (asked and not declared) or says_a_word(node)
        case ast.Match(subject=subject):
            return is_name(subject)
        case ast.Call(func=ast.Attribute(value=of, attr=attr)) if attr in TAKEN_APART:
            return is_name(of) or lists_names(node)
        case ast.Call(func=ast.Attribute(value=table, attr="get"), args=[key, *_]):
            return is_name(key) and (is_fixed(table) or ast.unparse(key).endswith("op.name"))
        case ast.Subscript(value=table, slice=key):
            return is_name(key) and (is_fixed(table) or ast.unparse(key).endswith("op.name"))
    return lists_names(node)


def lists_names(e: ast.AST) -> bool:
    """Whether a collection that is written out holds several names and nothing else."""
    return len(texts(e)) > 1 and set(texts(e)) <= KNOWN


def says_a_word(e: ast.Compare) -> bool:
    """Whether a word that is written out is looked for, or compared with one."""
    match e:
        case ast.Compare(left=ast.Constant(value=str(text)), ops=[ast.In() | ast.NotIn()]):
            return text in WORDS and "words" in ast.unparse(e.comparators[0])
        case ast.Compare(left=ast.Name(id="word"), comparators=[ast.Constant(value=str(text))]):
            return text in WORDS
    return False


@pytest.mark.parametrize("name", READERS)
def test_no_name_is_asked_outside_its_row(name: str) -> None:
    found = list(faults(MODULES[name].read_text(encoding="utf-8")))
    assert bool(found) == (name in STILL), "\n".join(found) or f"{name} is clean: take it off"


WRONG = [
    'e.op.name == "exp"',
    '"exp" != t.head.name',
    "e.op.name == name",
    "e.op.name in _NORMS",
    'e.op.name in ("power", "elementwise power")',
    'op.name not in frozenset({"product"})',
    'e.op.name.startswith("zeros[")',
    'e.op.name.partition("[")[0]',
    'e.op.name.partition("[")[0] == name',
    'row.family == "times"',
    'e.op.word in {"ones", "size"}',
    'match e.op.name:\n    case "exp":\n        pass',
    "DEAR.get(t.head.name, 1.0)",
    "ARITHMETIC[op.name]",
    'TRANSCENDENTAL = frozenset("exp log sqrt sin".split())',
    'DEAR = {"inverse": 2.5, "determinant": 1.3}',
    'f(special={"transpose": dotted, "entry": entry})',
    "style.special.get(e.op.name)",
    'a.word == "symmetric"',
    'a.word in ("symmetric", "spd")',
    'words & {"symmetric", "spd"}',
    'if "onehot" in words: pass',
    'word == "symmetric"',
    'if "simplex" in subject.words(x): pass',
]
RIGHT = [
    "e.op is PRODUCT",
    "e.op in (PRODUCT, OUTER)",
    "t.head.family == p.head.family",
    "e.op.family == STACK.family",
    "changes.get(e.op.family, ())",
    "a.word in self.declared",
    "e.op.linear_in(0)",
    'e.op.transposed == "each"',
    'x.name == "x"',
    'symbol.name.endswith("_bar")',
    'app.builder.name == "epub"',
    't.kind in ("sum", "had")',
    "names[e.name]",
    "f'no rule differentiates {e.op.name}'",
    'a.meaning.open and "symmetric"',
]


@pytest.mark.parametrize("source", WRONG)
def test_asking_a_name_is_seen(source: str) -> None:
    assert list(faults(source))


@pytest.mark.parametrize("source", RIGHT)
def test_asking_a_row_is_let_through(source: str) -> None:
    assert not list(faults(source))


def looked_up(source: str) -> list[str]:
    """Where a row is found by its name in the table from which Python's operators build."""
    nodes = ast.walk(ast.parse(source))
    return [ast.unparse(n) for n in nodes if isinstance(n, ast.Subscript) and is_infix(n.value)]


def is_infix(e: ast.AST) -> bool:
    return isinstance(e, ast.Name) and e.id == "INFIX"


@pytest.mark.parametrize("name", [name for name in READERS if name != TREE])
def test_an_infix_row_is_meant_by_itself(name: str) -> None:
    assert not looked_up(MODULES[name].read_text(encoding="utf-8"))


def test_a_look_up_by_name_is_seen() -> None:
    assert looked_up('e.op is INFIX["product"]') == ["INFIX['product']"]
    assert not looked_up("e.op is PRODUCT or e.op in INFIX.values()")
