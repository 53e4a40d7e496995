"""Names and text: what is taken as it is, and what is refused."""

from __future__ import annotations

import pytest
import regex
from pydantic import TypeAdapter, ValidationError

from app.domain.fields import FundName, Name, Text, name_key
from app.domain.invisible_characters import IGNORABLE


@pytest.mark.parametrize("name", ["Élan & Söhne (Ⅱ)", "株式会社メルカリ", "شركة", "Sea 🚢 Capital"])
def test_a_name_may_be_written_in_any_script(name: str) -> None:
    assert TypeAdapter(Name).validate_python(f"  {name}\n") == name


def test_text_may_have_lines_and_tabs() -> None:
    assert TypeAdapter(Text).validate_python("one\n\ttwo") == "one\n\ttwo"


@pytest.mark.parametrize("character", "\u202a\u202e\u2066\u2069\x07")
def test_text_may_not_turn_the_direction_of_what_follows(character: str) -> None:
    with pytest.raises(ValidationError, match="cannot be seen"):
        TypeAdapter(Text).validate_python(f"Paid{character}100")


@pytest.mark.parametrize("character", "\u202e\u200b\u200d\u2060\ufeff\xad\x1b")
def test_a_name_has_no_character_that_cannot_be_seen(character: str) -> None:
    with pytest.raises(ValidationError, match=rf"cannot be seen \(U\+{ord(character):04X}\)"):
        TypeAdapter(Name).validate_python(f"Al{character}ma")


@pytest.mark.parametrize(
    "name",
    ["Acme\u034f", "Acme\u115f", "Acme\u180b", "\u3164", "\u2800", "A\u2800B", "\u115f\u1160",
     "Acme\ufe0f", "Ac\u200cme", "Ac\u200dme", "می\u200c", "🚢\u200d", "\u200d🚢", "Acme\U000e0067",
     "Acme\U000e0100", "Acme\ufeff", "\u0301", "\u17b4"],
    ids=ascii,
)  # fmt: skip
def test_a_name_that_shows_nothing_or_hides_something_is_refused(name: str) -> None:
    with pytest.raises(ValidationError, match=r"can(not)? be seen"):
        TypeAdapter(Name).validate_python(name)


@pytest.mark.parametrize(
    "name",
    ["\u0645\u06cc\u200c\u062e\u0648", "क्\u200dष", "क्\u200cष", "👩\u200d🚀 Space", "👩🏽\u200d🚀",
     "❤\ufe0f Fund",     "🏳\ufe0f\u200d🌈", "1\ufe0f\u20e3 First", "辻\U000e0100", "ᠨ\u180b",
     "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "™\ufe0f"],
    ids=ascii,
)  # fmt: skip
def test_a_name_keeps_what_its_script_and_pictures_need(name: str) -> None:
    assert TypeAdapter(Name).validate_python(name) == name
    assert name_key(name) == name_key(name.translate(dict.fromkeys(map(ord, IGNORABLE))))


def test_what_is_ignorable_is_what_unicode_says() -> None:
    every = "".join(map(chr, (*range(0xD800), *range(0xE000, 0x110000))))
    assert set(regex.findall(r"\p{Default_Ignorable_Code_Point}", every)) == IGNORABLE


@pytest.mark.parametrize(
    "name", ["01a20f1a-a3d8-77c4-9221-8b277dee2216", "01A20F1AA3D877C492218B277DEE2216"]
)
def test_a_fund_may_not_be_named_like_an_id(name: str) -> None:
    with pytest.raises(ValidationError, match="choose a name in words"):
        TypeAdapter(FundName).validate_python(name)
    assert TypeAdapter(Name).validate_python(name) == name
