"""Text in: a NumPy-like notation, parsed and never evaluated."""
