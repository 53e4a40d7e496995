"""The charts over a fund's life, below its figures."""
