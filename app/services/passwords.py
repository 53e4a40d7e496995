"""Passwords: judged, hashed with Argon2id, and made up where nobody chooses one."""

from __future__ import annotations

import re
import secrets
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.domain.errors import PeopleError

SHORTEST, LONGEST = 12, 200
_HARD = 4  # of zxcvbn's scores: more than ten thousand million guesses
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
    """Say why a password is guessed too soon; empty where it is not."""
    from zxcvbn import zxcvbn  # noqa: PLC0415 - its words take 13 MB, and are seldom needed

    if email.casefold() in password.casefold():
        return "contains the email, which is the first guess: choose something else"
    own = [word for word in re.split(r"\W+", f"{email} {name}") if word]
    found = zxcvbn(password, user_inputs=own, max_length=LONGEST)
    if found["score"] >= _HARD:
        return ""
    why = found["feedback"]["warning"].rstrip(".")
    told = f" ({why[0].lower()}{why[1:]})" if why else ""
    return f"is easy to guess{told}: {_MEND}"


def _normal(password: str) -> str:
    """Write it as any keyboard's spelling of it is written."""
    return unicodedata.normalize("NFKC", password)


@cache
def _nobodys() -> str:
    return _hasher.hash(secrets.token_hex())
