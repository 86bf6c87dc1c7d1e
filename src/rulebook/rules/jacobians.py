"""jacobians."""
