"""A form that was open while somebody signed in anew: what was typed, to be sent once more."""

from __future__ import annotations

from flask import request

from app import guard

# What a page sends along for itself, and what no page shows again.
_UNSEEN = {"key", "seen", "do", "base", "version", "through"}
_SECRET = {"password", "present"}
_MOST_SHOWN = 30


def sent_again() -> list[tuple[str, str]]:
    """Give all that a form of this site says but its old proof; nothing where it is not to be sent.

    Whether a page of this site sent it was seen before, see `security`; what does not say so, or
    holds secrets or files, is not offered.
    """
    says_from_where = "Sec-Fetch-Site" in request.headers or "Origin" in request.headers
    if request.files or not says_from_where or guard.visitor() is None:
        return []
    fields = [each for each in request.form.items(multi=True) if each[0] != "csrf_token"]
    return [] if any(name in _SECRET for name, _ in fields) else fields


def shown(fields: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Give what was typed, as a person reads it; nothing where it is too much to be read."""
    typed = [(_label(name), value) for name, value in fields if name not in _UNSEEN and value]
    return typed if len(typed) <= _MOST_SHOWN else []


def _label(name: str) -> str:
    return name.partition(".")[0].replace("_", " ").capitalize()
