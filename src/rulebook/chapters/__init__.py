"""The book: one chapter a module, data only. ``CHAPTERS`` is the reading order."""

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
    "identities",
    "rearrangements",
    "errata",
)
