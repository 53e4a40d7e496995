"""Tokens of the API, of which only a hash is kept."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, func, insert, or_, select, text, update
from uuid_utils.compat import uuid7

from app.store.tables import api_token

_TOUCH_EVERY = text("interval '1 minute'")


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of a token: all but the token itself."""

    id: UUID
    person_id: UUID
    label: str
    last_four: str
    created_at: datetime
    last_used_at: datetime | None


_COLUMNS = tuple(api_token.c[each.name] for each in fields(Token))


def add(connection: Connection, person_id: UUID, label: str, token: str) -> Token:
    """Keep a new token's hash."""
    values = {
        "id": uuid7(), "person_id": person_id, "label": label, "token_hash": _hash(token),
        "last_four": token[-4:], "created_at": func.clock_timestamp(),
    }  # fmt: skip
    row = connection.execute(insert(api_token).values(values).returning(*_COLUMNS)).one()
    return Token(*row)


def listed(connection: Connection, person_id: UUID) -> list[Token]:
    """List a person's tokens that are good, the newest first."""
    query = select(*_COLUMNS).where(
        api_token.c.person_id == person_id, api_token.c.revoked_at.is_(None)
    )
    return [Token(*row) for row in connection.execute(query.order_by(api_token.c.id.desc()))]


def revoke(connection: Connection, person_id: UUID, token_id: UUID) -> Token | None:
    """End a token of a person's for good; return it unless it was ended already."""
    theirs = (api_token.c.id == token_id) & (api_token.c.person_id == person_id)
    good = theirs & api_token.c.revoked_at.is_(None)
    query = update(api_token).where(good).values(revoked_at=func.clock_timestamp())
    row = connection.execute(query.returning(*_COLUMNS)).first()
    return Token(*row) if row else None


def find(connection: Connection, token: str) -> Token | None:
    """Find a token that is good."""
    good = (api_token.c.token_hash == _hash(token)) & api_token.c.revoked_at.is_(None)
    row = connection.execute(select(*_COLUMNS).where(good)).first()
    return Token(*row) if row else None


def touch(connection: Connection, token: Token) -> bool:
    """Note that a token was used just now, to the minute; tell whether this was noted."""
    used = api_token.c.last_used_at
    stale = or_(used.is_(None), used < func.clock_timestamp() - _TOUCH_EVERY)
    query = update(api_token).where(api_token.c.id == token.id, stale)
    return connection.execute(query.values(last_used_at=func.clock_timestamp())).rowcount > 0


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
