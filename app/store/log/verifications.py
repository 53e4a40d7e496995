"""What verifications found, in the order in which they were made, and where the log ended then.

The rows are only ever added to, and sealed: so they remember of a log what is cut from it later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import orjson
import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb
from uuid_utils.compat import uuid7

from app.store.database import seals
from app.store.log.hash_chain import Break

Part = Literal["log", "horizon", "snapshots"]
_REMEMBERED = 1_000  # ends of a log
_COLUMNS = """
    fund_id, id, verified_at, sequence, chain_hash, snapshots, findings, sealed_with, seal
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was written: in which part, where, and what is wrong."""

    part: Part
    place: str  # such as "event 12", or the id of a snapshot
    reason: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found of a fund, and where its log ended."""

    fund_id: UUID
    id: UUID
    verified_at: datetime
    sequence: int
    chain_hash: bytes
    snapshots: int  # how many were looked at
    findings: list[dict[str, Any]]
    sealed_with: bytes
    seal: bytes

    @property
    def is_genuine(self) -> bool:
        """Whether Asof wrote it, with the key of today."""
        right = seals.of_verification(
            self.fund_id, self.id, self.sequence, self.chain_hash, _written(self.findings)
        )
        return self.seal == right

    @property
    def found(self) -> list[Finding]:
        """What is not as it was written."""
        return [Finding(**each) for each in self.findings]

    @property
    def is_of_a_whole_log(self) -> bool:
        """Whether the log was as it was written, so that its end is worth remembering."""
        return not any(each["part"] == "log" for each in self.findings)


def add(
    driver: psycopg.Connection,
    fund_id: UUID,
    end: tuple[int, bytes],
    snapshots: int,
    findings: Sequence[Finding],
) -> None:
    """Keep what was found now; where it is what was found last, only its moment moves on."""
    found, last = [asdict(each) for each in findings], latest(driver, fund_id)
    if last and (last.sequence, last.chain_hash, last.findings) == (*end, found):
        driver.execute(
            "UPDATE verification SET verified_at = clock_timestamp(), snapshots = %s "
            "WHERE fund_id = %s AND id = %s",
            (snapshots, fund_id, last.id),
        )
        return
    new_id = uuid7()
    seal = seals.of_verification(fund_id, new_id, *end, _written(found))
    driver.execute(
        f"INSERT INTO verification ({_COLUMNS}) "
        "VALUES (%s, %s, clock_timestamp(), %s, %s, %s, %s, %s, %s)",
        (fund_id, new_id, *end, snapshots, Jsonb(found), seals.key().name, seal),
    )


def latest(driver: psycopg.Connection, fund_id: UUID) -> Verification | None:
    """Return the last one of a fund that Asof wrote; None where there is none."""
    return next(iter(_genuine(driver, fund_id, 1)), None)


def latest_with_findings(driver: psycopg.Connection, fund_id: UUID) -> Verification | None:
    """Return the last one that found something."""
    found = (each for each in _genuine(driver, fund_id, _REMEMBERED) if each.findings)
    return next(found, None)


def latest_of_all(driver: psycopg.Connection) -> list[Verification]:
    """Return the last one of each fund that has one."""
    query = f"""
        SELECT DISTINCT ON (fund_id) {_COLUMNS} FROM verification WHERE sealed_with = %s
        ORDER BY fund_id, id DESC
    """
    with driver.cursor(row_factory=class_row(Verification)) as cursor:
        rows = cursor.execute(query, (seals.key().name,)).fetchall()
    return [each for each in rows if each.is_genuine]


def due(driver: psycopg.Connection, since: datetime, made_before: UUID) -> list[UUID]:
    """List the funds made before an id that were not verified since a moment."""
    query = """
        SELECT fund_id FROM ledger_head AS head
        WHERE fund_id < %s AND sequence > 0 AND NOT EXISTS (
            SELECT FROM verification WHERE verification.fund_id = head.fund_id
                AND verified_at >= %s AND sealed_with = %s)
        ORDER BY fund_id
    """
    return [row[0] for row in driver.execute(query, (made_before, since, seals.key().name))]


def first_lost_end(driver: psycopg.Connection, fund_id: UUID) -> Break | None:
    """Return the earliest end of the log, as verifications remember it, that it does not have."""
    ends = {
        each.sequence: each
        for each in _genuine(driver, fund_id, _REMEMBERED)
        if each.sequence and each.is_of_a_whole_log
    }
    query = "SELECT sequence, chain_hash FROM event WHERE fund_id = %s AND sequence = ANY(%s)"
    rows = driver.execute(query, (fund_id, list(ends))).fetchall()
    there: dict[int, bytes] = dict(rows)
    for sequence, end in sorted(ends.items()):
        day = f"{end.verified_at:%Y-%m-%d}"
        if sequence not in there:
            return Break(sequence, f"is missing: it was verified on {day}")
        if there[sequence] != end.chain_hash:
            return Break(sequence, f"is not the one that was verified on {day}")
    return None


def _genuine(driver: psycopg.Connection, fund_id: UUID, limit: int) -> list[Verification]:
    """List those of a fund that Asof wrote, the newest first."""
    query = f"""
        SELECT {_COLUMNS} FROM verification WHERE fund_id = %s AND sealed_with = %s
        ORDER BY id DESC LIMIT %s
    """
    with driver.cursor(row_factory=class_row(Verification)) as cursor:
        rows = cursor.execute(query, (fund_id, seals.key().name, limit)).fetchall()
    return [each for each in rows if each.is_genuine]


def _written(findings: list[dict[str, Any]]) -> bytes:
    return orjson.dumps(findings, option=orjson.OPT_SORT_KEYS)
