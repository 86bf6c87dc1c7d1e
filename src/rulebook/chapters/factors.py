"""Identities of common factors.

Throughout, X, Y and Z are m by n, A and C are m by k, B and D are k by n, and s and t are scalars.
Read from right to left, the same rules open brackets.
"""

from typing import Final

from rulebook.book import Cite, Equality, Rule
from rulebook.language import matrix, scalar

X, Y, Z = matrix("X", "m", "n"), matrix("Y", "m", "n"), matrix("Z", "m", "n")
A, B, C = matrix("A", "m", "k"), matrix("B", "k", "n"), matrix("C", "m", "k")
D = matrix("D", "k", "n")
s, t = scalar("s"), scalar("t")


factor_left: Final = Rule(
    title="Common left factor",
    claim=Equality(left=A @ B + A @ D, right=A @ (B + D)),
    note="One product does for two.",
    cites=(Cite("horn2013", "ch. 0"),),
)

factor_right: Final = Rule(
    title="Common right factor",
    claim=Equality(left=A @ B + C @ B, right=(A + C) @ B),
    note="One product does for two.",
    cites=(Cite("horn2013", "ch. 0"),),
)

factor_hadamard: Final = Rule(
    title="Common factor of Hadamard products",
    claim=Equality(left=X * Y + X * Z, right=X * (Y + Z)),
    note="Entry by entry, this is the distributive law of numbers.",
    cites=(Cite("horn1991", "ch. 5"),),
)

factor_scalar: Final = Rule(
    title="Common scalar factor",
    claim=Equality(left=t * X + t * Y, right=t * (X + Y)),
    note="Add first, then scale once.",
    cites=(Cite("horn2013", "ch. 0"),),
)

factor_array: Final = Rule(
    title="Common array of scalar multiples",
    claim=Equality(left=s * X + t * X, right=(s + t) * X),
    note="Add the scalars, then scale once.",
    cites=(Cite("horn2013", "ch. 0"),),
)
