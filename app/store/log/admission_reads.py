"""Reads the part of a fund's log that bears on the facts at hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple
from uuid import UUID

import psycopg

from app.domain.events.catalogue import PERIOD_EVENTS, CompanyPayload, CompanyUpdated, EventVoided
from app.domain.events.drafts import Draft
from app.domain.fields import name_key

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
_LAST_CLOSE = """
        (SELECT sequence, event_type, company_id FROM event AS closed
        WHERE fund_id = %(fund)s AND event_type = 'PERIOD_CLOSED'
            AND NOT EXISTS (
                SELECT FROM event AS reopened
                WHERE fund_id = %(fund)s AND event_type = 'PERIOD_REOPENED'
                    AND sequence > closed.sequence
                    AND payload ->> 'closed_through' <= closed.payload ->> 'closed_through')
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


class Bearing(NamedTuple):
    """What of a log bears on facts: their companies, the targets of voids, the turns of books."""

    names: frozenset[str]  # of companies, folded
    companies: frozenset[UUID]
    targets: frozenset[int]
    turns: bool

    @classmethod
    def on(cls, drafts: Sequence[Draft]) -> Bearing:
        """See what bears on drafts."""
        return cls(
            frozenset(_names(drafts)),
            frozenset(_companies(drafts)),
            frozenset(d.payload.voids for d in drafts if isinstance(d.payload, EventVoided)),
            any(draft.event_type in PERIOD_EVENTS for draft in drafts),
        )

    def within(self, other: Bearing) -> bool:
        """Say whether the other leaves nothing of this out."""
        return self.joined(other) == other

    def joined(self, other: Bearing) -> Bearing:
        """Take both together."""
        return Bearing(
            self.names | other.names,
            self.companies | other.companies,
            self.targets | other.targets,
            self.turns or other.turns,
        )


def read_relevant(cursor: psycopg.Cursor, fund_id: UUID, bearing: Bearing) -> psycopg.Cursor:
    """Ask for what admission needs to judge drafts."""
    given = {
        "fund": fund_id,
        "names": list(bearing.names),
        "companies": list(bearing.companies),
        "targets": list(bearing.targets),
    }
    return cursor.execute(_relevant(turns=bearing.turns, targets=bool(bearing.targets)), given)


@cache
def _relevant(*, turns: bool, targets: bool) -> str:
    """Ask for the frame, for what bears one of the names, and for what voids any of them.

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
    ), relevant AS MATERIALIZED (
        SELECT sequence FROM named
        UNION
        SELECT sequence FROM event
        WHERE fund_id = %(fund)s AND name_key IS NOT NULL AND company_id = ANY(ARRAY(
            SELECT company_id FROM named WHERE company_id IS NOT NULL
            UNION ALL SELECT unnest(%(companies)s::uuid[])))
        {_OF_TARGETS if targets else ""}
    )
    SELECT {INDEX_COLUMNS} FROM event WHERE fund_id = %(fund)s AND sequence = ANY(ARRAY(
        SELECT sequence FROM relevant
        UNION ALL
        SELECT sequence FROM event
        WHERE fund_id = %(fund)s AND voids = ANY(ARRAY(SELECT sequence FROM relevant))))
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
