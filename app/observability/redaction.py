"""Keeps out of logs what does not belong there: secrets, addresses, and what people typed."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator

# What was typed can be long, so no pattern looks at the same text from many places: one begins only
# where a word does, or looks no further than so many characters.
_EMAIL = re.compile(r"(?<![^\s@\"'<>(),;:=/])[^\s@\"'<>(),;:=/]+@[^\s@\"'<>(),;:=/]+\.\w{2,}")
_TOKEN = re.compile(r"\basof_(?=\S{0,99}[A-Z0-9-])[\w-]{12,}|(?<=Bearer )\S+")
_IN_ADDRESS = re.compile(r"(?<=://)[^\s/@]+(?=@)")  # user and password
# What stands between quotes may have been typed; names of the program's and the database's tell.
_QUOTED = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"|“[^”\n]*”")
_LONGEST_WORDS = 2_000  # of an error, in characters
_NAME = re.compile(r".[a-z]+(?:[_.][a-z]+)+.")


def blanked(text: str) -> str:
    """Blank what is a secret or an address by its looks."""
    for pattern in (_IN_ADDRESS, _EMAIL, _TOKEN):
        text = pattern.sub("…", text)
    return text


def traceback_of(error: BaseException) -> str:
    """Write a traceback in which the errors' own words say nothing that was typed.

    Of these words the first line stays, without what is between quotes: databases quote whole
    rows, and Python the value that it could not read.
    """
    text = "".join(traceback.format_exception(error))
    for each in _with_causes(error):
        if words := str(each):
            text = text.replace(words, _without_values(words))
    return text.rstrip()


def _with_causes(error: BaseException) -> Iterator[BaseException]:
    """Return an error and all that its traceback tells of, the one with the longest words first."""
    seen: dict[int, BaseException] = {}
    waiting: list[BaseException | None] = [error]
    while waiting:
        each = waiting.pop()
        if each is not None and id(each) not in seen:
            seen[id(each)] = each
            waiting += [each.__cause__, each.__context__]
    yield from sorted(seen.values(), key=lambda each: len(str(each)), reverse=True)


def _without_values(words: str) -> str:
    first = words.strip().partition("\n")[0][:_LONGEST_WORDS]
    return _QUOTED.sub(lambda found: found[0] if _NAME.fullmatch(found[0]) else "'…'", first)
