"""Known words that a mistyped one may have been meant for, found in a bounded time."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from rapidfuzz import fuzz, process

_LONGEST = 200  # characters: nothing that has a name has a longer one
_MOST = 5_000  # known words that are looked at


def closest(word: str, known: Iterable[str], most: int = 1, likeness: float = 0.6) -> list[str]:
    """Return up to `most` of the known words, the most alike first.

    `likeness` is the least share of characters that both words have in the same order, 0 to 1.
    """
    if len(word) > _LONGEST:
        return []
    found = process.extract(
        word, islice(known, _MOST), scorer=fuzz.ratio, limit=most, score_cutoff=likeness * 100
    )
    return [each[0] for each in found]
