"""Recalls from the database what admission was not given beforehand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg

from app.domain.admission.log_index import Entry, LogIndex
from app.domain.events.catalogue import CASH_EVENTS, EventType
from app.domain.events.drafts import upcast
from app.store.log.admission_reads import INDEX_COLUMNS

_ALL_NAMES = f"""
    SELECT {INDEX_COLUMNS} FROM event WHERE fund_id = %s AND name_key IS NOT NULL
    UNION SELECT {INDEX_COLUMNS} FROM event WHERE fund_id = %s AND voids IN
        (SELECT sequence FROM event WHERE fund_id = %s AND name_key IS NOT NULL)
    ORDER BY sequence
"""
_GP_COMMITMENTS = f"""
    WITH promised AS MATERIALIZED (
        SELECT {INDEX_COLUMNS} FROM event WHERE fund_id = %(fund)s
            AND event_type = 'COMMITMENT_MADE' AND payload ->> 'partner' = 'gp'
    )
    SELECT * FROM promised
    UNION ALL
    SELECT {INDEX_COLUMNS} FROM event
    WHERE fund_id = %(fund)s AND voids IN (SELECT sequence FROM promised)
    ORDER BY sequence
"""
_SAME_FACT = """
    SELECT effective_on, company_id FROM event
    WHERE fund_id = %s AND event_type = %s AND payload_hash = %s
"""
_LAST_APPROVAL = f"""
    SELECT {INDEX_COLUMNS} FROM event
    WHERE fund_id = %s AND event_type = 'APPROVAL_CHANGED' ORDER BY sequence DESC LIMIT 1
"""
# What was asked for before it became an event of the fund.
_FIRST_APPROVAL = "SELECT valuations_need_approval FROM fund_setting WHERE fund_id = %s"
_FIRST_CASH = """
    SELECT sequence FROM event AS cash
    WHERE fund_id = %(fund)s AND event_type = ANY(%(types)s) AND sequence <> ALL(%(voided)s)
        AND NOT EXISTS (
            SELECT FROM event WHERE fund_id = %(fund)s AND voids = cash.sequence)
    ORDER BY sequence LIMIT 1
"""
_PEERS = f"""
    WITH peers AS (
        SELECT {INDEX_COLUMNS} FROM event
        WHERE fund_id = %(fund)s AND event_type = %(type)s AND effective_on = %(day)s
            AND company_id IS NOT DISTINCT FROM %(company)s
    )
    SELECT * FROM peers
    UNION
    SELECT {INDEX_COLUMNS} FROM event
    WHERE fund_id = %(fund)s AND voids IN (SELECT sequence FROM peers)
    ORDER BY sequence
"""


class StoredLogIndex(LogIndex):
    """A log index that recalls from the database what it was not given beforehand.

    While it is `trusting` it takes every fact that is not at hand for a new one, without a look;
    `trusted` tells whether there was any.
    """

    def __init__(
        self, cursor: psycopg.Cursor, fund_id: UUID, head: int, *, trusting: bool = False
    ) -> None:
        """Start empty, for a log whose last sequence is `head`."""
        super().__init__(head=head)
        self._cursor = cursor
        self._fund_id = fund_id
        self._trusting = trusting
        self._knows_gp = head == 0  # whether what the general partner promised is at hand
        self._first_approval: bool | None = False if head == 0 else None  # None: not read yet
        self.trusted = False

    def same_fact(self, event_type: EventType, fingerprint: bytes) -> int | None:
        """Find an equal fact, and with it the events of its type, date and company."""
        known = super().same_fact(event_type, fingerprint)
        if self._trusting:
            self.trusted = True
            return known
        found = self._cursor.execute(
            _SAME_FACT, (self._fund_id, event_type, fingerprint)
        ).fetchone()
        if found is None:
            return known
        self._recall_peers(event_type, *found)
        return super().same_fact(event_type, fingerprint)

    def ask_by(self, cursor: psycopg.Cursor) -> None:
        """Recall by another cursor from now on."""
        self._cursor = cursor

    def names_in_force(self) -> list[str]:
        """Give all names of the fund, not only those at hand."""
        self.add_all(self._cursor.execute(_ALL_NAMES, (self._fund_id,) * 3).fetchall())
        return super().names_in_force()

    def first_cash(self) -> int | None:
        """Find the first event in force that moved cash, in the whole log."""
        first = self._cursor.execute(
            _FIRST_CASH,
            {"fund": self._fund_id, "types": list(CASH_EVENTS), "voided": list(self.voided)},
        ).fetchone()
        return first[0] if first else super().first_cash()

    def promised_by_gp(self) -> Decimal:
        """Add up the commitments of the whole log."""
        if not self._knows_gp:
            self.add_all(self._cursor.execute(_GP_COMMITMENTS, {"fund": self._fund_id}).fetchall())
            self._knows_gp = True
        return super().promised_by_gp()

    def approval_required(self) -> bool:
        """Tell whether marks need approval, by the last event of the whole log that says so."""
        if self._first_approval is None:
            self.add_all(self._cursor.execute(_LAST_APPROVAL, (self._fund_id,)).fetchall())
            first = self._cursor.execute(_FIRST_APPROVAL, (self._fund_id,)).fetchone()
            self._first_approval = first is not None and bool(first[0])
        return super().approval_required() if self.approvals else self._first_approval

    def add_all(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Take note of rows, each with its `INDEX_COLUMNS`."""
        for sequence, name, version, effective_on, stored, fingerprint, key in rows:
            event_type = EventType(name)
            payload = upcast(event_type, version, stored)
            self.add(Entry(sequence, event_type, effective_on, payload, bytes(fingerprint), key))

    def _recall_peers(self, event_type: EventType, day: date, company: UUID | None) -> None:
        self.add_all(
            self._cursor.execute(
                _PEERS,
                {"fund": self._fund_id, "type": event_type, "day": day, "company": company},
            ).fetchall()
        )
