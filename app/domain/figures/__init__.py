"""The figures of a fund, and where each comes from."""
