"""Text is bounded before it is normalised, and what normal forms do to its length is known."""

from __future__ import annotations

import unicodedata
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from app.domain.fields import NAME_LENGTH, TEXT_LENGTH, Name, Text, distinct_names, name_key
from app.domain.normal_form import MOST_MARKS, has_stacked_marks, may_fit
from tests.long_texts import MANY_MARKS

NAME: TypeAdapter[str] = TypeAdapter(Name)
TEXT: TypeAdapter[str] = TypeAdapter(Text)


@pytest.mark.parametrize("form", ["NFC", "NFKC"])
def test_no_character_comes_of_more_than_four(form: Literal["NFC", "NFKC"]) -> None:
    apart = (unicodedata.normalize("NFD", chr(point)) for point in range(0x30000))
    assert max(len(text) for text in apart if len(unicodedata.normalize(form, text)) == 1) == 4


@given(st.text(max_size=60), st.sampled_from(["NFC", "NFKC"]))
def test_what_may_not_fit_does_not_fit(text: str, form: Literal["NFC", "NFKC"]) -> None:
    length = len(unicodedata.normalize(form, text))
    assert may_fit(text, length)


@pytest.mark.parametrize(
    "text",
    [
        "Việt Nam", "שָׁלוֹם", "مُحَمَّد", "क्षि", "བསྒྲུབས", "❤️‍🔥 1️⃣",
        "\u0f67\u0f90\u0fb5\u0fa8\u0fb3\u0fba\u0fbc\u0fbb\u0f82",  # the longest stack in use
    ],
)  # fmt: skip
def test_the_marks_that_scripts_need_are_taken(text: str) -> None:
    assert not has_stacked_marks(unicodedata.normalize("NFD", text))


def test_more_marks_on_one_character_are_not() -> None:
    assert not has_stacked_marks("e" + "\u0301" * MOST_MARKS + "e" + "\u0301" * MOST_MARKS)
    assert has_stacked_marks("e" + "\u0301" * (MOST_MARKS + 1))


@pytest.mark.parametrize("kind", [NAME, TEXT])
def test_a_name_and_a_text_with_stacked_marks_are_refused_with_the_mend(
    kind: TypeAdapter[str],
) -> None:
    with pytest.raises(ValidationError, match="more than 8 marks on one character: leave at most"):
        kind.validate_python("Alm" + "\u0301" * 9 + "a")


@pytest.mark.parametrize(("kind", "length"), [(NAME, NAME_LENGTH), (TEXT, TEXT_LENGTH)])
def test_their_length_is_seen_before_they_are_normalised(
    kind: TypeAdapter[str], length: int, normalised: list[int]
) -> None:
    with pytest.raises(ValidationError, match=f"at most {length} characters"):
        kind.validate_python(MANY_MARKS)
    assert normalised == []


@pytest.mark.parametrize(("kind", "length"), [(NAME, NAME_LENGTH), (TEXT, TEXT_LENGTH)])
def test_the_length_that_counts_is_that_of_the_normal_form(
    kind: TypeAdapter[str], length: int
) -> None:
    longest = "ᾂ" * length
    assert kind.validate_python(f"  {unicodedata.normalize('NFD', longest)} ") == longest
    with pytest.raises(ValidationError, match=f"at most {length} characters"):
        kind.validate_python(unicodedata.normalize("NFD", longest + "a"))


@pytest.mark.parametrize(
    "text",
    [MANY_MARKS, "e" + "\u0301" * 300, "a" * 2_000_000],
    ids=["many marks", "some marks", "long"],
)
def test_what_can_be_no_name_is_not_folded(text: str, normalised: list[int]) -> None:
    assert name_key(text) == text
    assert distinct_names({text: 1, f"{text} ": 2}) == {text: 1, f"{text} ": 2}
    assert normalised == []
