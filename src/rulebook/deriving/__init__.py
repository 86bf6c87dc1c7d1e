"""Derivations: a reader's own expression, step by step, each step a rule of the book.

The engine knows how to apply rules and nothing else: every derivative, every move of the read-off
and every equality that tidies is looked up in the book.
"""

from rulebook.deriving.derivation import Derivation
from rulebook.deriving.engine import derive
from rulebook.deriving.model import Step
from rulebook.errors import Refusal

__all__ = ["Derivation", "Refusal", "Step", "derive"]
