"""Matrix calculus as rules that run.

>>> import rulebook
>>> rulebook.get("softmax").title
'Softmax'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from rulebook.errors import ParseError, Refusal, RulebookError, RuleError, ShapeError, UnknownRule

if TYPE_CHECKING:
    from rulebook.book import Book, Chapter, Erratum, Imprint, Rule, using
    from rulebook.book.library import errata, get, rules, search
    from rulebook.checks import (
        Report,
        Trial,
        Variant,
        Verdict,
        check,
        check_erratum,
        check_gradient,
    )
    from rulebook.deriving import Derivation, Step, derive
    from rulebook.deriving.chain.paper import PaperDerivation

_HOME = {
    "book": ("Book", "Chapter", "Erratum", "Imprint", "Rule", "using"),
    "book.library": ("errata", "get", "rules", "search"),
    "checks": (
        *("Report", "Trial", "Variant", "Verdict"),
        *("check", "check_erratum", "check_gradient"),
    ),
    "deriving": ("Derivation", "Step", "derive"),
    "deriving.chain.paper": ("PaperDerivation",),
}
_WHERE = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "Book",
    "Chapter",
    "Derivation",
    "Erratum",
    "Imprint",
    "PaperDerivation",
    "ParseError",
    "Refusal",
    "Report",
    "Rule",
    "RuleError",
    "RulebookError",
    "ShapeError",
    "Step",
    "Trial",
    "UnknownRule",
    "Variant",
    "Verdict",
    "check",
    "check_erratum",
    "check_gradient",
    "derive",
    "errata",
    "get",
    "rules",
    "search",
    "using",
]


def __getattr__(name: str) -> Any:
    """Public names load on first use, so that importing the package stays cheap."""
    if name == "__version__":
        from importlib.metadata import version

        return version("matrix-rulebook")
    if name in _WHERE:
        return getattr(import_module(f"rulebook.{_WHERE[name]}"), name)
    raise AttributeError(f"module 'rulebook' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
