"""A form that could not be taken just then: what was typed, to be sent once more."""

from __future__ import annotations

from flask import request

from app import guard
from app.web.security import is_from_here

# What a page sends along for itself, and what no page shows again.
_UNSEEN = {"key", "seen", "do", "base", "version", "through"}
_SECRET = {"password", "present"}
_MOST_SHOWN = 30


def sent_again() -> list[tuple[str, str]]:
    """Give what a form says of somebody who is signed in; see `sent`."""
    return [] if guard.visitor() is None else sent()


def sent() -> list[tuple[str, str]]:
    """Give all that a form of this site says but its proof; nothing where it is not to be sent.

    What does not say that a page of this site sent it, or holds secrets or files, is not offered.
    """
    says_from_where = "Sec-Fetch-Site" in request.headers or "Origin" in request.headers
    if request.files or not says_from_where or not is_from_here():
        return []
    fields = [each for each in request.form.items(multi=True) if each[0] != "csrf_token"]
    return [] if any(name in _SECRET for name, _ in fields) else fields


def shown(fields: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Give what was typed, as a person reads it; nothing where it is too much to be read."""
    typed = [(_label(name), value) for name, value in fields if name not in _UNSEEN and value]
    return typed if len(typed) <= _MOST_SHOWN else []


def _label(name: str) -> str:
    return name.partition(".")[0].replace("_", " ").capitalize()
