"""The apostrophe that keeps spreadsheets from taking text for a formula."""

from __future__ import annotations

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def guarded(text: str) -> str:
    """Put the apostrophe before text that needs it, or that would lose its own on reading."""
    begins = text.removeprefix("'")
    return f"'{text}" if begins.startswith((*_FORMULA_SIGNS, "'")) else text


def unguarded(cell: str) -> str:
    """Take the apostrophe off; one before anything else is a part of the text ('s-Gravenhage)."""
    if cell.startswith("'") and cell[1:].startswith((*_FORMULA_SIGNS, "'")):
        return cell[1:]
    return cell
