"""Secrets that the page after a form shows once: reloading it makes no further one."""

from __future__ import annotations

from flask import request, session


def keep(secret: str, **about: str) -> None:
    """Keep a secret, and what it is of, until a page of this kind takes it.

    It travels in the session's cookie, which is signed and not sealed: to the browser that the
    page goes to as well, and no further.
    """
    session[_key()] = {"secret": secret, **about}


def take() -> dict[str, str] | None:
    """Take out what was kept, to be shown this once; None where there is nothing."""
    kept: dict[str, str] | None = session.pop(_key(), None)
    return kept


def _key() -> str:
    return f"shown once in {request.blueprint}"
