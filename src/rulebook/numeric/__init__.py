"""Expressions as numbers: points, and one evaluator with two backends."""
