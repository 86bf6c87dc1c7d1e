"""Expressions for readers: LaTeX, NumPy and other languages, plain text, in any layout."""
