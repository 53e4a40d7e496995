"""Passwords: judged, hashed with Argon2id, and made up where nobody chooses one."""

from __future__ import annotations

import re
import secrets
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.domain.errors import PeopleError
from app.services.password_guesses import little_more_than

SHORTEST, LONGEST = 12, 200
_FEWEST_SIGNS = 5
_AGAIN = re.compile(r"(.+?)\1+", re.DOTALL)
_MEND = "choose another, such as four words that do not belong together"
# Neither look alike nor sound alike, so that one can be read out.
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
_hasher = PasswordHasher()


def hashed(password: str) -> str:
    """Hash a password."""
    return _hasher.hash(_normal(password))


def matches(password_hash: str | None, password: str) -> bool:
    """Tell whether a password is the one; it takes as long where there is no hash at all."""
    try:
        _hasher.verify(password_hash or _nobodys(), _normal(password))
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def is_dated(password_hash: str) -> bool:
    """Tell whether a password should be hashed anew, as strongly as new ones are."""
    return _hasher.check_needs_rehash(password_hash)


def check(password: str, email: str, name: str) -> None:
    """See that a person's password is hard to guess. Raises PeopleError with what to do."""
    if reason := _reason(_normal(password), email, name):
        raise PeopleError("password", "", reason)


def made_up() -> str:
    """Make a password of twenty signs, in groups that can be read out."""
    groups = ("".join(secrets.choice(_SIGNS) for _ in range(5)) for _ in range(4))
    return "-".join(groups)


def _reason(password: str, email: str, name: str) -> str:
    if len(password) < SHORTEST:
        return f"has {len(password)} characters: choose one of at least {SHORTEST}"
    if len(password) > LONGEST:
        return f"has {len(password)} characters: choose one of at most {LONGEST}"
    return _guessed(password, email, name)


def _guessed(password: str, email: str, name: str) -> str:
    """Say why a password is among the first that are guessed; empty where it is not."""
    if len(set(password)) < _FEWEST_SIGNS:
        return "repeats a few signs only: mix more of them, such as four words"
    if email.casefold() in password.casefold():
        return "contains the email, which is the first guess: choose something else"
    if (again := _AGAIN.fullmatch(password)) and len(again[1]) < SHORTEST:
        return f"repeats {len(again[1])} characters again and again: {_MEND}"
    if kinds := little_more_than(password, (email, name), _FEWEST_SIGNS):
        return f"is little more than {' and '.join(kinds)}, which are guessed first: {_MEND}"
    return ""


def _normal(password: str) -> str:
    """Write it as any keyboard's spelling of it is written."""
    return unicodedata.normalize("NFKC", password)


@cache
def _nobodys() -> str:
    return _hasher.hash(secrets.token_hex())
