"""What the book states: claims, rules with their conditions and sources, and look-up."""
