"""Tells of an error whether the database itself was out, and in which way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum

import psycopg
import sqlalchemy as sa
from sqlalchemy import Connection

from app.store.database.bootstrap import DatabaseSetupError
from app.store.embedded.binaries import EmbeddedServerError


class Outage(Enum):
    """A way in which the database can be out, though nothing is wrong with what was asked."""

    AWAY = "away"  # it is gone, stopping or starting; what was sent to it may have been done
    BUSY = "busy"  # it has no connection free; nothing was done
    FULL = "full"  # its disk is full; nothing was done


# What it raises that may tell of an outage; of these errors many do not.
ERRORS: tuple[type[Exception], ...] = (
    psycopg.Error,
    sa.exc.DBAPIError,
    sa.exc.TimeoutError,
    DatabaseSetupError,
    EmbeddedServerError,
)
_DISK_FULL, _NO_RESOURCES = "53100", "53"
_GONE = ("08", "57P")  # the connection broke; the server stops, crashed or starts
# Who is refused a connection gets no code, only words.
_NO_SLOT = ("too many clients", "too many connections", "remaining connection slots")


def outage_behind(error: BaseException | None) -> Outage | None:
    """Tell in which way the database was out; None where the error has another cause."""
    match error:
        case sa.exc.TimeoutError():  # the pool's
            return Outage.BUSY
        case sa.exc.DBAPIError():
            return outage_behind(error.orig)
        case DatabaseSetupError() | EmbeddedServerError():
            return outage_behind(error.__cause__) or Outage.AWAY
        case psycopg.Error(sqlstate=str(code)):
            # Where the server gives up, nobody knows how far a commit had come.
            gave_up = error.diag.severity_nonlocalized in {"FATAL", "PANIC"}
            return Outage.AWAY if gave_up else _by_code(code)
        case psycopg.OperationalError():
            return Outage.BUSY if any(each in str(error) for each in _NO_SLOT) else Outage.AWAY
        case _:
            return None


@contextmanager
def spared_when_full(connection: Connection) -> Iterator[None]:
    """Do without what is noted beside a read where the disk is full: reading goes on.

    What else the transaction wrote is taken back then.
    """
    try:
        yield
    except (psycopg.Error, sa.exc.DBAPIError) as error:
        if outage_behind(error) is not Outage.FULL:
            raise
        connection.rollback()


def _by_code(code: str) -> Outage | None:
    if code == _DISK_FULL:
        return Outage.FULL
    if code.startswith(_NO_RESOURCES):
        return Outage.BUSY
    return Outage.AWAY if code.startswith(_GONE) else None
