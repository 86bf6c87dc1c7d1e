"""Expressions in normal form: sums, products and powers flat, like terms merged.

What a hand does without a word happens here and is never a step: associativity, the order of
terms and scalars, rational coefficients, transposes carried to the leaves, units and zeros.
Everything else is an equality of the book. Terms are interned, so that equal means identical.
"""

from __future__ import annotations

from dataclasses import dataclass

from rulebook.deriving.terms.reading import Reading
from rulebook.deriving.terms.writing import Writing

__all__ = ["Algebra"]


@dataclass
class Algebra(Reading, Writing):
    """The terms of one derivation: what was built, how it is built, read and written."""
