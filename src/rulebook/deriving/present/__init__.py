"""Derivations for people: lines, text, a notebook's table, and the answer in LaTeX."""
