"""Passwords that are guessed first are refused, with what they are made of and what to do."""

from __future__ import annotations

import unicodedata
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st
from zxcvbn.matching import L33T_TABLE

from app.domain.errors import PeopleError
from app.services.accounts import passwords
from app.services.accounts.password_strength import judged_part
from tests.long_texts import MANY_MARKS

EMAIL, NAME = "maya.chen@larchstreet.example", "Maya Okonkwo"


def refusal(password: str) -> str:
    with pytest.raises(PeopleError) as error:
        passwords.check(password, EMAIL, NAME)
    assert error.value.field == "password"
    return error.value.reason


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("password1234", " (this is a very common password)"),
        ("P@ssw0rd2024!", " (this is similar to a commonly used password)"),
        ("administrator", " (a word by itself is easy to guess)"),
        ("abcdefghijkl", ' (sequences like "abc" or "6543" are easy to guess)'),
        ("k7!Qzk7!Qzk7!Qz", ' (repeats like "abcabcabc" are only slightly harder'),
        ("poiuytrewq09", " (this is similar to a commonly used password)"),
        ("Welcome2024!!", ":"),
        ("iloveyou-forever", ":"),
        ("Okonkwo-1964!", ":"),  # whose it is
        ("CHENmaya2468", ":"),
    ],
)
def test_what_is_guessed_soon_is_refused(password: str, why: str) -> None:
    reason = refusal(password)
    assert reason.startswith(f"is easy to guess{why}")
    assert reason.endswith(": choose another, such as four words that do not belong together")
    assert password not in reason


def test_one_that_contains_the_email_is_refused() -> None:
    assert "contains the email, which is the first guess" in refusal(f"my {EMAIL.upper()} it is")


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "four words nobody joins",
        "a long enough secret",
        "my password is a wide green owl",
        "Tr0ub4dor&3-Kx9",
        "kitchen-lamp-otter-seven",
        "月曜日は静かな海を見に行きます",
    ],
)
def test_one_with_enough_that_is_nobodys_guess_is_taken(password: str) -> None:
    passwords.check(password, EMAIL, NAME)


def test_those_that_are_made_up_are_taken() -> None:
    for _ in range(50):
        passwords.check(passwords.made_up(), EMAIL, NAME)


def test_the_length_of_a_password_is_seen_before_it_is_normalised(normalised: list[int]) -> None:
    kept = passwords.hashed("four words nobody joins")
    normalised.clear()
    assert not passwords.matches(kept, MANY_MARKS)
    assert not passwords.matches(None, MANY_MARKS)
    assert refusal(MANY_MARKS) == "has 80001 characters: choose one of at most 200"
    assert all(length <= 4 * passwords.LONGEST for length in normalised)


def test_the_longest_password_is_good_however_a_keyboard_writes_it() -> None:
    chosen = ("月曜日は静かな海を見に行きます" + "ᾂ" * 200)[:200]
    passwords.check(chosen, EMAIL, NAME)
    assert passwords.matches(passwords.hashed(chosen), unicodedata.normalize("NFD", chosen))


def test_a_password_with_stacked_marks_is_refused() -> None:
    assert "marks on one character" in refusal("four words e" + "\u0301" * 9 + " joins")


@given(st.text(alphabet="4@8({[<369&#!1/|0$5+7%2abcdefg", max_size=300))
def test_of_a_password_only_so_much_is_judged_as_takes_a_moment(password: str) -> None:
    judged = judged_part(password)
    spelt = {
        letter: sum(sign in judged for sign in signs)
        for letter, signs in L33T_TABLE.items()
        if any(sign in judged for sign in signs)
    }
    assert len(judged) <= 40
    assert prod(spelt.values()) <= 4


def test_a_strong_password_of_many_signs_is_taken() -> None:
    passwords.check("4@8({[<369&#!1/|0$5+7%2" * 8, EMAIL, NAME)
    passwords.check("tG7$kq!0w|zP+3x@9", EMAIL, NAME)
