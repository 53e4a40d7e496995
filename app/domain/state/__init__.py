"""A fund's state, folded from its events."""
