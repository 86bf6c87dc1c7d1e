"""expansion."""
