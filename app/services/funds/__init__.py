"""Funds: drafted, established, listed, and their terms and books changed."""
