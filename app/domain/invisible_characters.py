"""Characters that show nothing, and the few places in which writing needs them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Container, Iterator

_RANGES = (  # Default_Ignorable_Code_Point of the Unicode Character Database
    (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5),
    (0x180B, 0x180F), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164),
    (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
)  # fmt: skip
IGNORABLE = frozenset(chr(code) for low, high in _RANGES for code in range(low, high + 1))
_BLANK = "\u2800"  # BRAILLE PATTERN BLANK, which counts as a symbol
_NON_JOINER, _JOINER = "\u200c", "\u200d"
_BLACK_FLAG = "\U0001f3f4"  # before the tags of a region
_TAGS = "".join(map(chr, range(0xE0020, 0xE0080)))
_KEYCAP = "\u20e3"
_PICTURE_STYLES = "\ufe0e\ufe0f"
_IDEOGRAPH_STYLES = "".join(map(chr, range(0xE0100, 0xE01F0)))
_MONGOLIAN_STYLES = "\u180b\u180c\u180d\u180f"
_ON_PICTURES = _PICTURE_STYLES + "".join(map(chr, range(0x1F3FB, 0x1F400)))  # colours of skin
_VIRAMA = 9  # the combining class of the sign that joins letters of Indian scripts
_SHOWN = frozenset("LNPS")  # categories of which something can be seen


def hidden(text: str) -> Iterator[str]:
    """Yield the characters that show nothing where writing does not need them."""
    for index, char in enumerate(text):
        if char == _BLANK or unicodedata.category(char) in {"Cc", "Cs"}:
            yield char
        elif _shows_nothing_by_itself(char):
            before, after = text[:index], text[index + 1 : index + 2]
            if not any(char in chars and is_needed(before, after) for chars, is_needed in _NEEDED):
                yield char


def shows_nothing(text: str) -> bool:
    """Return whether no character of a text can be seen."""
    return not any(
        unicodedata.category(char)[0] in _SHOWN and char not in IGNORABLE and char != _BLANK
        for char in text
    )


def without_ignorable(text: str) -> str:
    """Leave out what makes no difference to the eye."""
    return text if text.isascii() else "".join(char for char in text if char not in IGNORABLE)


def _shows_nothing_by_itself(char: str) -> bool:
    return char in IGNORABLE or unicodedata.category(char) == "Cf"


def _joins(before: str, after: str) -> bool:
    """Return whether a joiner makes one letter, or one picture, of its neighbours."""
    picture = before.rstrip(_ON_PICTURES)[-1:]
    return _ends_in_virama(before) or (_is_picture(picture) and _is_picture(after))


def _parts(before: str, after: str) -> bool:
    """Return whether a non-joiner keeps apart letters that would be joined."""
    return _ends_in_virama(before) or (_is_arabic(before[-1:]) and _is_arabic(after))


def _ends_in_virama(text: str) -> bool:
    return bool(text) and unicodedata.combining(text[-1]) == _VIRAMA


def _is_picture(char: str) -> bool:
    return bool(char) and unicodedata.category(char) in {"So", "Sm"}


def _is_arabic(char: str) -> bool:
    """Return whether a letter is of a script that joins its letters, as Arabic and Persian do."""
    return bool(char) and unicodedata.bidirectional(char) == "AL"


def _is_named(char: str, words: str) -> bool:
    return bool(char) and words in unicodedata.name(char, "")


# Which of them are needed, by what stands before and after.
_NEEDED: tuple[tuple[Container[str], Callable[[str, str], bool]], ...] = (
    (_JOINER, _joins),
    (_NON_JOINER, _parts),
    (_PICTURE_STYLES, lambda before, after: _is_picture(before[-1:]) or after == _KEYCAP),
    (_IDEOGRAPH_STYLES, lambda before, _: _is_named(before[-1:], "IDEOGRAPH")),
    (_MONGOLIAN_STYLES, lambda before, _: _is_named(before[-1:], "MONGOLIAN LETTER")),
    (_TAGS, lambda before, _: before.rstrip(_TAGS).endswith(_BLACK_FLAG)),
)
