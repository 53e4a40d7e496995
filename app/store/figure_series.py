"""The figures of each fund by day, kept as known at the newest event that somebody looked at.

They follow from the log: a row that is missing, of another version or not genuine is made anew.
"""

from __future__ import annotations

import zlib
from datetime import date
from hashlib import sha256
from uuid import UUID

import msgspec
import psycopg

from app.domain.figures.series import Series
from app.domain.state.fold import PROJECTOR_VERSION
from app.store.database import seals

_ENCODER, _DECODER = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(Series)
_FIND = """
    SELECT content, seal FROM figure_series
    WHERE fund_id = %s AND through = %s AND projector_version = %s AND first_on = %s
        AND last_on = %s
"""
_KEEP = """
    INSERT INTO figure_series
        (fund_id, through, projector_version, first_on, last_on, content, seal)
    VALUES (%s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (fund_id) DO UPDATE SET through = excluded.through,
        projector_version = excluded.projector_version, first_on = excluded.first_on,
        last_on = excluded.last_on, content = excluded.content, seal = excluded.seal
    WHERE figure_series.through <= excluded.through
"""
_STALE = """
    SELECT fund_id, first_on, last_on FROM figure_series JOIN ledger_head USING (fund_id)
    WHERE through < sequence OR projector_version <> %s ORDER BY fund_id LIMIT %s
"""


def find(
    driver: psycopg.Connection, fund_id: UUID, through: int, first: date, last: date
) -> Series | None:
    """Read the figures of each day from the first to the last, as known at a sequence."""
    given = (fund_id, through, PROJECTOR_VERSION, first, last)
    row = driver.execute(_FIND, given).fetchone()
    if row is None or row[1] != _seal(fund_id, through, first, last, row[0]):
        return None
    return _DECODER.decode(zlib.decompress(row[0]))


def keep(driver: psycopg.Connection, fund_id: UUID, through: int, series: Series) -> None:
    """Keep the figures of a day and each after it, in the place of those of earlier knowledge."""
    first, last = series.dates[0], series.dates[-1]
    content = zlib.compress(_ENCODER.encode(series), level=1)
    seal = _seal(fund_id, through, first, last, content)
    driver.execute(_KEEP, (fund_id, through, PROJECTOR_VERSION, first, last, content, seal))


def stale(driver: psycopg.Connection, limit: int) -> list[tuple[UUID, date, date]]:
    """List funds whose log has moved on since, with the first and last day that are kept."""
    return driver.execute(_STALE, (PROJECTOR_VERSION, limit)).fetchall()


def _seal(fund_id: UUID, through: int, first: date, last: date, content: bytes) -> bytes:
    claimed = f"{fund_id}|{through}|{PROJECTOR_VERSION}|{first}|{last}"
    return seals.of_series(claimed, sha256(content).digest())
