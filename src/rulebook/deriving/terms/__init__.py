"""Expressions in normal form: what a hand does without a word."""
