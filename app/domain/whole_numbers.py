"""Whole numbers that come in as text: digits, and no more of them than the database holds."""

from __future__ import annotations

DIGITS = 18


def parse_whole(text: str) -> int:
    """Read a whole number of up to 18 digits, without a sign. Raises ValueError for all else."""
    if len(text) <= DIGITS and text.isascii() and text.isdigit():
        return int(text)
    raise ValueError(text[:DIGITS])


def whole_or_none(text: str) -> int | None:
    """Read such a number; None for all else."""
    try:
        return parse_whole(text)
    except ValueError:
        return None
