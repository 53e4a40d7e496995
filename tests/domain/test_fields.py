"""Names and text: what is taken as it is, and what is refused."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from app.domain.fields import FundName, Name, Text


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
    "name", ["01a20f1a-a3d8-77c4-9221-8b277dee2216", "01A20F1AA3D877C492218B277DEE2216"]
)
def test_a_fund_may_not_be_named_like_an_id(name: str) -> None:
    with pytest.raises(ValidationError, match="choose a name in words"):
        TypeAdapter(FundName).validate_python(name)
    assert TypeAdapter(Name).validate_python(name) == name
