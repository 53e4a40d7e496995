"""Tells what of a password is guessed first: common words, rows of keys, years, whose it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

# What most of the common passwords of leaks are made of.
_WORDS = (
    "abc123 access admin administrator amanda andrew angel apple asdf ashley august autumn bailey "
    "baseball basketball batman blahblah buster butterfly changeme charlie cheese chelsea "
    "chocolate christ computer cookie daniel december default dragon easy february flower football "
    "forever freedom friday fund ginger guest hannah harley heaven hello hockey hunter iloveyou "
    "internet investment january jennifer jessica jesus jordan joshua july june killer letmein "
    "liverpool login love lovely march maggie manchester master matthew merlin michael michelle "
    "monday money monkey mustang mypass nicole ninja november october pass passphrase password "
    "pepper phoenix pokemon portfolio princess private purple qwerty ranger robert root samsung "
    "saturday secret september shadow silver soccer spring starwars summer sunday sunshine "
    "superman system temp test thomas thunder thursday tigger trust tuesday user venture wednesday "
    "welcome whatever william winter yankees"
)
_KEYS = (
    "1234567890 qwertyuiop qwertzuiop azertyuiop asdfghjkl zxcvbnm yxcvbnm 1q2w3e4r5t6y7u8i9o0p "
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm qazwsxedcrfvtgbyhnujm !@#$%^&*() zaq1xsw2cde3vfr4bgt5"
)
_WORD = re.compile("|".join(sorted(_WORDS.split(), key=len, reverse=True)))
_ROWS = [way for row in _KEYS.split() for way in (row, row[::-1])]
_YEAR = re.compile(r"(?:19|20)\d\d", re.ASCII)
_AS_LETTERS = str.maketrans("@4831!0$57", "aabeiiosst")
_OWN = re.compile(r"[^\W\d_]{3,}")
_ROW, _STEPS = 4, 3  # signs that make a row of keys, and of neighbours in the alphabet

Place = tuple[int, int]


def little_more_than(password: str, own: Iterable[str], enough: int) -> list[str]:
    """Name the kinds of guesses that leave less than `enough` different signs of a password.

    `own` are texts about whose it is, such as name and email.
    """
    text = password.casefold()
    kinds = {
        "common words": list(_words(text)),
        "rows of keys or of the alphabet": list(_rows(text)),
        "years": [found.span() for found in _YEAR.finditer(text)],
        "the name or email": list(_owned(text, own)),
    }
    guessed = {place for places in kinds.values() for start, end in places
               for place in range(start, end)}  # fmt: skip
    left = {sign for place, sign in enumerate(text) if place not in guessed}
    return [kind for kind, places in kinds.items() if places] if len(left) < enough else []


def _words(text: str) -> Iterator[Place]:
    """Find common words, also where signs stand for letters: p@ssw0rd."""
    for written in {text, text.translate(_AS_LETTERS)}:
        yield from (found.span() for found in _WORD.finditer(written))


def _rows(text: str) -> Iterator[Place]:
    for start in range(len(text)):
        if any(text[start : start + _ROW] in row for row in _ROWS) and start + _ROW <= len(text):
            yield start, start + _ROW
        piece = text[start : start + _STEPS]
        steps = {ord(after) - ord(sign) for sign, after in pairwise(piece)}
        if len(piece) == _STEPS and steps in ({0}, {1}, {-1}):
            yield start, start + _STEPS


def _owned(text: str, own: Iterable[str]) -> Iterator[Place]:
    for word in {each for text in own for each in _OWN.findall(text.casefold())}:
        yield from (found.span() for found in re.finditer(re.escape(word), text))
