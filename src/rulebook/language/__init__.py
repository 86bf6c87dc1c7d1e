"""The language: a small, typed, immutable tree of expressions, and the operators' rows."""
