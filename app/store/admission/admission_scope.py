"""What of the log the admission of a batch asks for, read beforehand or when it is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from app.domain.admission.balance_moves import MOVING_TYPES, Balance, move_of, sums_by_day
from app.domain.admission.log_index import Entry, LogIndex
from app.domain.events.catalogue import (
    PERIOD_EVENTS,
    CompanyPayload,
    CompanyUpdated,
    EventType,
    EventVoided,
)
from app.domain.events.event_json import JsonObject
from app.domain.events.model import Draft, Fact
from app.domain.events.upcasts import upcast
from app.domain.fields import name_key
from app.domain.state.state import Flows
from app.store.log import lookups
from app.store.log.period_closes import REOPENING

INDEX_COLUMNS = (
    "sequence, event_type, schema_version, effective_on, payload, payload_hash, name_key"
)
# The events that say when the fund began, by what terms, and which of its books are closed: all
# turns of the books, or only the last close that stands.
_TERMS = "event_type IN ('FUND_ESTABLISHED', 'TERMS_AMENDED')"
_TURNS = """
        SELECT sequence, event_type, company_id FROM event
        WHERE fund_id = %(fund)s AND event_type IN ('PERIOD_CLOSED', 'PERIOD_REOPENED')
"""
_LAST_CLOSE = f"""
        (SELECT sequence, event_type, company_id FROM event AS closed
        WHERE fund_id = %(fund)s AND event_type = 'PERIOD_CLOSED' AND NOT EXISTS ({REOPENING})
        ORDER BY sequence DESC LIMIT 1)
"""
# The targets of voids, and the events of the companies that these added.
_TARGETS = """
        UNION ALL
        SELECT sequence, event_type, company_id FROM event
        WHERE fund_id = %(fund)s AND sequence = ANY(%(targets)s)
"""
_OF_TARGETS = """
        UNION
        SELECT sequence FROM event
        WHERE fund_id = %(fund)s AND company_id = ANY(ARRAY(
            SELECT company_id FROM named
            WHERE event_type = 'COMPANY_ADDED' AND sequence = ANY(%(targets)s)))
"""
_ALL_NAMES = f"""
    SELECT {INDEX_COLUMNS} FROM event WHERE fund_id = %s AND name_key IS NOT NULL
    UNION SELECT {INDEX_COLUMNS} FROM event WHERE fund_id = %s AND voids IN
        (SELECT sequence FROM event WHERE fund_id = %s AND name_key IS NOT NULL)
    ORDER BY sequence
"""
_COMMITMENTS = f"""
    WITH promised AS MATERIALIZED (
        SELECT {INDEX_COLUMNS} FROM event
        WHERE fund_id = %(fund)s AND event_type = 'COMMITMENT_MADE'
    )
    SELECT * FROM promised
    UNION ALL
    SELECT {INDEX_COLUMNS} FROM event
    WHERE fund_id = %(fund)s AND voids IN (SELECT sequence FROM promised)
    ORDER BY sequence
"""
_OF_COMPANY = f"""
    WITH about AS MATERIALIZED (
        SELECT {INDEX_COLUMNS} FROM event WHERE fund_id = %(fund)s AND company_id = %(company)s
    )
    SELECT * FROM about
    UNION
    SELECT {INDEX_COLUMNS} FROM event
    WHERE fund_id = %(fund)s AND voids IN (SELECT sequence FROM about)
    ORDER BY sequence
"""
_MOVES = f"""
    SELECT event_type, schema_version, effective_on, payload FROM event AS moving
    WHERE fund_id = %(fund)s AND event_type IN ({", ".join(f"'{each}'" for each in MOVING_TYPES)})
        AND sequence <= %(through)s
        AND NOT EXISTS (
            SELECT FROM event
            WHERE fund_id = %(fund)s AND voids = moving.sequence AND sequence <= %(through)s)
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
        self._knows_commitments = head == 0  # whether all of them are at hand
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
        """Return all names of the fund, not only those at hand."""
        self.add_all(self._cursor.execute(_ALL_NAMES, (self._fund_id,) * 3).fetchall())
        return super().names_in_force()

    def first_cash(self) -> int | None:
        """Find the first event in force that moved cash, in the whole log."""
        first = lookups.first_cash(self._cursor, self._fund_id, self.voided)
        return first or super().first_cash()

    def commitments(self) -> list[JsonObject]:
        """Return the commitments of the whole log."""
        self._recall_commitments()
        return super().commitments()

    def promised_by_gp(self) -> Decimal:
        """Add up the general partner's commitments of the whole log."""
        self._recall_commitments()
        return super().promised_by_gp()

    def events_of(self, company_id: str) -> list[Fact]:
        """Return the events of a company in the whole log."""
        asked = {"fund": self._fund_id, "company": company_id}
        self.add_all(self._cursor.execute(_OF_COMPANY, asked).fetchall())
        return super().events_of(company_id)

    def moved_through(self, sequence: int, balance: Balance) -> Flows:
        """Add up what the whole log did to a balance, by day."""
        asked = {"fund": self._fund_id, "through": sequence}
        moves = (
            move_of(EventType(name), day, upcast(EventType(name), version, stored))
            for name, version, day, stored in self._cursor.execute(_MOVES, asked).fetchall()
        )
        return sums_by_day(moves, balance)

    def approval_required(self) -> bool:
        """Return whether marks need approval, by the last event of the whole log that says so."""
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

    def _recall_commitments(self) -> None:
        if not self._knows_commitments:
            self.add_all(self._cursor.execute(_COMMITMENTS, {"fund": self._fund_id}).fetchall())
            self._knows_commitments = True

    def _recall_peers(self, event_type: EventType, day: date, company: UUID | None) -> None:
        self.add_all(
            self._cursor.execute(
                _PEERS,
                {"fund": self._fund_id, "type": event_type, "day": day, "company": company},
            ).fetchall()
        )


class AdmissionScope(NamedTuple):
    """What of a log matters to facts: their companies, the targets of voids, the turns of books."""

    names: frozenset[str]  # of companies, folded
    companies: frozenset[UUID]
    targets: frozenset[int]
    turns: bool

    @classmethod
    def on(cls, drafts: Sequence[Draft]) -> AdmissionScope:
        """Return what matters to drafts."""
        return cls(
            frozenset(_names(drafts)),
            frozenset(_companies(drafts)),
            frozenset(d.payload.voids for d in drafts if isinstance(d.payload, EventVoided)),
            any(draft.event_type in PERIOD_EVENTS for draft in drafts),
        )

    def within(self, other: AdmissionScope) -> bool:
        """Return whether the other leaves nothing of this out."""
        return self.joined(other) == other

    def joined(self, other: AdmissionScope) -> AdmissionScope:
        """Take both together."""
        return AdmissionScope(
            self.names | other.names,
            self.companies | other.companies,
            self.targets | other.targets,
            self.turns or other.turns,
        )


def read_scope(cursor: psycopg.Cursor, fund_id: UUID, scope: AdmissionScope) -> psycopg.Cursor:
    """Ask for what admission needs to judge drafts."""
    given = {
        "fund": fund_id,
        "names": list(scope.names),
        "companies": list(scope.companies),
        "targets": list(scope.targets),
    }
    return cursor.execute(_scope_sql(turns=scope.turns, targets=bool(scope.targets)), given)


@cache
def _scope_sql(*, turns: bool, targets: bool) -> str:
    """Ask for the frame, for what has one of the names, and for what voids any of them.

    What an array gives is found by an index, whatever the statistics of the table say.
    """
    return f"""
    WITH named AS MATERIALIZED (
        SELECT sequence, event_type, company_id FROM event WHERE fund_id = %(fund)s AND {_TERMS}
        UNION ALL {_TURNS if turns else _LAST_CLOSE}
        UNION ALL
        SELECT sequence, event_type, company_id FROM event
        WHERE fund_id = %(fund)s AND name_key IS NOT NULL AND name_key = ANY(%(names)s)
        {_TARGETS if targets else ""}
    ), in_scope AS MATERIALIZED (
        SELECT sequence FROM named
        UNION
        SELECT sequence FROM event
        WHERE fund_id = %(fund)s AND name_key IS NOT NULL AND company_id = ANY(ARRAY(
            SELECT company_id FROM named WHERE company_id IS NOT NULL
            UNION ALL SELECT unnest(%(companies)s::uuid[])))
        {_OF_TARGETS if targets else ""}
    )
    SELECT {INDEX_COLUMNS} FROM event WHERE fund_id = %(fund)s AND sequence = ANY(ARRAY(
        SELECT sequence FROM in_scope
        UNION ALL
        SELECT sequence FROM event
        WHERE fund_id = %(fund)s AND voids = ANY(ARRAY(SELECT sequence FROM in_scope))))
    ORDER BY sequence
    """


def _names(drafts: Sequence[Draft]) -> Iterable[str]:
    for draft in drafts:
        if isinstance(draft.payload, CompanyPayload):
            yield name_key(draft.payload.company)
        if isinstance(draft.payload, CompanyUpdated) and draft.payload.new_name:
            yield name_key(draft.payload.new_name)


def _companies(drafts: Sequence[Draft]) -> Iterable[UUID]:
    for draft in drafts:
        if isinstance(draft.payload, CompanyPayload):
            if draft.payload.company_id:
                yield draft.payload.company_id
            try:
                yield UUID(draft.payload.company)
            except ValueError:
                continue
