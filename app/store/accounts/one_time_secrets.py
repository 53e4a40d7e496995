"""Secrets that wait, sealed, to be shown once."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import Connection, delete, func, insert

from app.store.accounts.tables import shown_once

_KEPT = timedelta(minutes=10)
_NOW = func.clock_timestamp()


def put(connection: Connection, person_id: UUID, sealed: bytes) -> UUID:
    """Keep what is to be shown to a person, for some minutes; return what to ask for it by."""
    connection.execute(delete(shown_once).where(shown_once.c.made_at < _NOW - _KEPT))
    kept_id = uuid4()
    values = {"id": kept_id, "person_id": person_id, "sealed": sealed, "made_at": _NOW}
    connection.execute(insert(shown_once).values(values))
    return kept_id


def take(connection: Connection, kept_id: UUID, person_id: UUID) -> bytes | None:
    """Take out what is to be shown to a person; None where it was shown, or not in time."""
    theirs = (shown_once.c.id == kept_id) & (shown_once.c.person_id == person_id)
    in_time = theirs & (shown_once.c.made_at >= _NOW - _KEPT)
    found = connection.scalar(delete(shown_once).where(in_time).returning(shown_once.c.sealed))
    return None if found is None else bytes(found)
