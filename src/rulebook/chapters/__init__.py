"""The book: one chapter a module, data only. ``CHAPTERS`` is the reading order."""

from rulebook.book import Imprint

IMPRINT = Imprint(
    title="Rulebook",
    authors="The Rulebook authors",
    year=2026,
    address="https://matrix-rulebook.readthedocs.io/en/stable",
    root="src",
)

CHAPTERS = (
    "scalars",
    "jacobians",
    "elementwise",
    "expansion",
    "reductions",
    "chain",
    "neurons",
    "layers",
    "softmax",
    "second_order",
    "differentials",
    "pullbacks",
    "diagonals",
    "ones",
    "determinants",
    "factors",
    "functions",
    "normalizing",
    "declared",
    "kronecker",
    "rearrangements",
    "errata",
)
