"""A fund from two viewpoints."""
