"""Counts what is asked of the database, by SQLAlchemy or past it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import sqlalchemy as sa


@contextmanager
def statements(engine: sa.Engine) -> Iterator[list[str]]:
    """Return the statements that are sent over an engine's connections, as they come."""
    sent: list[str] = []

    class Noting(psycopg.Cursor[Any]):
        def execute(self, query: Any, *args: Any, **options: Any) -> Any:  # noqa: ANN401
            sent.append(str(query))
            return super().execute(query, *args, **options)

    def note(connection: psycopg.Connection, *_: object) -> None:
        connection.cursor_factory = Noting

    def leave(connection: psycopg.Connection, *_: object) -> None:
        connection.cursor_factory = psycopg.Cursor

    sa.event.listen(engine, "checkout", note)
    sa.event.listen(engine, "checkin", leave)
    try:
        yield sent
    finally:
        sa.event.remove(engine, "checkout", note)
        sa.event.remove(engine, "checkin", leave)
