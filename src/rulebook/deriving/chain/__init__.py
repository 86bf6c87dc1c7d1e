"""The same derivation as the paper does it: names, local Jacobians, and the chain rule."""
