"""Checks of text from outside before it is normalised: its length, and its combining marks.

Normalising takes time with the square of the marks that follow each other, and nothing else runs
in the process meanwhile.
"""

from __future__ import annotations

import unicodedata

# No script puts more on one character; the longest stack in use is a Tibetan one.
MOST_MARKS = 8
# The canonical forms write at most four code points as one, such as U+1F82 (UAX 15, table 7).
_SHRINKS_BY = 4


def may_fit(text: str, length: int) -> bool:
    """Return whether a text can have at most `length` characters once it is in a normal form."""
    return len(text) <= _SHRINKS_BY * length


def has_stacked_marks(text: str) -> bool:
    """Return whether more marks than MOST_MARKS follow each other."""
    if text.isascii():
        return False
    marks = 0
    for char in text:
        marks = marks + 1 if unicodedata.category(char)[0] == "M" else 0
        if marks > MOST_MARKS:
            return True
    return False
