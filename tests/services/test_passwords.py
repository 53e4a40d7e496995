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
    ("password", "kinds"),
    [
        ("password1234", "common words and rows of keys"),
        ("Password12345!", "common words and rows of keys"),
        ("P@ssw0rd2024!", "common words and years"),
        ("WelcomeWelcome1!", "common words"),
        ("Summer-2025-Fund", "common words and years"),
        ("iloveyou-forever", "common words"),
        ("administrator", "common words"),
        ("123456789012", "rows of keys"),
        ("qwertyuiop12", "common words and rows of keys"),
        ("1q2w3e4r5t6y", "rows of keys"),
        ("1qaz2wsx3edc", "rows of keys"),
        ("poiuytrewq09", "rows of keys"),
        ("abcdefghijkl", "rows of keys or of the alphabet"),
        ("zyxwvutsrqpo", "rows of keys or of the alphabet"),
        ("aaaabbbbccccddddeeee", "rows of keys or of the alphabet"),
        ("Okonkwo-1964!", "years and the name or email"),
        ("larchstreet1", "the name or email"),
        ("CHENmaya2468", "the name or email"),
    ],
)
def test_what_is_guessed_first_is_named(password: str, kinds: str) -> None:
    reason = refusal(password)
    assert f"is little more than {kinds}" in reason
    assert "choose another, such as four words that do not belong together" in reason
    assert password not in reason


@pytest.mark.parametrize("password", ["ab1xy2ab1xy2", "k7!Qzk7!Qzk7!Qz"])
def test_one_that_repeats_itself_is_refused(password: str) -> None:
    assert "characters again and again: choose another" in refusal(password)


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
