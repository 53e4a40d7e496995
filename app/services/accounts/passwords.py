"""Passwords: hashed with Argon2id, and made up where nobody chooses one."""

from __future__ import annotations

import secrets
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.domain.errors import PeopleError
from app.domain.normal_form import has_stacked_marks, may_fit
from app.services.accounts.password_strength import weakness

SHORTEST, LONGEST = 12, 200
# Neither look alike nor sound alike, so that one can be read out.
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
_hasher = PasswordHasher()


def hashed(password: str) -> str:
    """Hash a password."""
    return _hasher.hash(_normal(password))


def matches(password_hash: str | None, password: str) -> bool:
    """Return whether a password is the one; it takes as long where there is no hash at all."""
    if not may_fit(password, LONGEST):
        password_hash, password = None, ""  # no password is so long
    try:
        _hasher.verify(password_hash or _nobodys(), _normal(password))
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def is_dated(password_hash: str) -> bool:
    """Return whether a password should be hashed anew, as strongly as new ones are."""
    return _hasher.check_needs_rehash(password_hash)


def check(password: str, email: str, name: str) -> None:
    """See that a person's password is hard to guess. Raises PeopleError with what to do."""
    if reason := _reason(password, email, name):
        raise PeopleError("password", "", reason)


def made_up() -> str:
    """Make a password of twenty signs, in groups that can be read out."""
    groups = ("".join(secrets.choice(_SIGNS) for _ in range(5)) for _ in range(4))
    return "-".join(groups)


def _reason(password: str, email: str, name: str) -> str:
    fits = may_fit(password, LONGEST)
    if fits and has_stacked_marks(password):
        return "has many marks on one character: choose one that can be typed anywhere"
    password = _normal(password) if fits else password
    if len(password) < SHORTEST:
        return f"has {len(password)} characters: choose one of at least {SHORTEST}"
    if len(password) > LONGEST:
        return f"has {len(password)} characters: choose one of at most {LONGEST}"
    return weakness(password, email, name)


def _normal(password: str) -> str:
    """Write it as any keyboard's spelling of it is written; its length is checked before."""
    return unicodedata.normalize("NFKC", password)


@cache
def _nobodys() -> str:
    return _hasher.hash(secrets.token_hex())
