"""errata."""
