"""Exact arithmetic: tests and proofs at given sizes, over a finite field or rational functions."""
