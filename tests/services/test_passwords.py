"""Passwords that are guessed first are refused, with what they are made of and what to do."""

from __future__ import annotations

import pytest

from app.domain.errors import PeopleError
from app.services import passwords

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
