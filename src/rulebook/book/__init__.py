"""What the book states: claims, rules with their conditions and sources, and look-up.

What is listed here is public: a chapter, ours or another package's, imports from this place.
"""

from rulebook.book.claims import (
    Claim,
    Definition,
    Derivative,
    Differential,
    Equality,
    Pullback,
    cotangent,
    d,
)
from rulebook.book.imprint import Imprint
from rulebook.book.library import Book, book, using
from rulebook.book.packages import Chapter
from rulebook.book.references import Cite
from rulebook.book.rule import Erratum, Mistake, Rule

__all__ = [
    "Derivative",
    "Differential",
    "Pullback",
    "Equality",
    "Definition",
    "Claim",
    "cotangent",
    "d",
    "Rule",
    "Mistake",
    "Cite",
    "Erratum",
    "Book",
    "Chapter",
    "Imprint",
    "book",
    "using",
]
