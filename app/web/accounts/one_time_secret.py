"""Secrets that the page after a form shows once: reloading it makes no further one.

The secret waits in the database, sealed with a one-time pad, and the pad in the session's cookie:
neither says anything without the other, and what was shown is gone from the database.
"""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID

import orjson
from flask import request, session

from app import database
from app.auth import route_rules
from app.store.accounts import one_time_secrets


def put(secret: str, **about: str) -> None:
    """Keep a secret, and what it is of, until a page of this kind takes it."""
    plain = orjson.dumps({"secret": secret, **about})
    pad = secrets.token_bytes(len(plain))
    with database.engine().begin() as connection:
        kept_id = one_time_secrets.put(connection, route_rules.reader().id, _with_pad(plain, pad))
    session[_key()] = {"id": str(kept_id), "pad": urlsafe_b64encode(pad).decode()}


def take() -> dict[str, str] | None:
    """Take out what was kept, to be shown this once; None where there is nothing."""
    kept: dict[str, str] | None = session.pop(_key(), None)
    if kept is None or "pad" not in kept:
        return None
    with database.engine().begin() as connection:
        sealed = one_time_secrets.take(connection, UUID(kept["id"]), route_rules.reader().id)
    if sealed is None:
        return None
    found: dict[str, str] = orjson.loads(_with_pad(sealed, urlsafe_b64decode(kept["pad"])))
    return found


def _with_pad(text: bytes, pad: bytes) -> bytes:
    """Seal with a pad of the same length, or open what was sealed with it."""
    return bytes(one ^ other for one, other in zip(text, pad, strict=True))


def _key() -> str:
    return f"shown once in {request.blueprint}"
