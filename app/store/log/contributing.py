"""Reads what explanations and comparisons need of a log: facts, and no state."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

import psycopg

from app.domain.events.catalogue import EventType
from app.domain.events.model import Fact
from app.domain.viewpoint import Viewpoint
from app.store.log.facts import FACT_COLUMNS, METRICS, facts_of

# Types stand in the statement itself, so that the server sees which index has them.
# A void is read whatever the types, and takes its target's day.
_FACTS = f"""
    SELECT {FACT_COLUMNS} FROM event
    WHERE fund_id = %(fund)s AND sequence <= %(through)s AND effective_on <= %(as_of)s
        AND effective_on >= %(first)s AND event_type {{of_types}}
"""
_NTH_DAY = """
    SELECT effective_on FROM event
    WHERE fund_id = %(fund)s AND sequence <= %(through)s AND effective_on <= %(as_of)s
        AND event_type {of_types}
    ORDER BY effective_on DESC OFFSET %(number)s LIMIT 1
"""
# What became known between two sequences, what that voids, and all that is known of the same
# companies.
_NEWS = f"""
    WITH news AS MATERIALIZED (
        SELECT sequence, company_id, voids FROM event
        WHERE fund_id = %(fund)s AND sequence > %(through)s AND sequence <= %(later)s
            AND effective_on <= %(as_of)s AND event_type NOT IN {METRICS}
    ), voided AS MATERIALIZED (
        SELECT event.sequence, event.company_id
        FROM news JOIN event ON event.fund_id = %(fund)s AND event.sequence = news.voids
        WHERE event.event_type NOT IN {METRICS}
    ), wanted AS MATERIALIZED (
        SELECT sequence FROM news UNION SELECT sequence FROM voided
        UNION SELECT event.sequence
        FROM (SELECT company_id FROM news UNION SELECT company_id FROM voided) AS named
            JOIN event ON event.fund_id = %(fund)s AND event.company_id = named.company_id
        WHERE event.event_type NOT IN {METRICS}
        UNION SELECT void.sequence
        FROM (SELECT company_id FROM news UNION SELECT company_id FROM voided) AS named
            JOIN event ON event.fund_id = %(fund)s AND event.company_id = named.company_id
            JOIN event AS void ON void.fund_id = %(fund)s AND void.voids = event.sequence
    )
    SELECT {FACT_COLUMNS} FROM event JOIN wanted USING (sequence)
    WHERE fund_id = %(fund)s AND sequence <= %(later)s AND effective_on <= %(as_of)s
"""
_COUNT_NEWS = f"""
    SELECT count(*) FROM event
    WHERE fund_id = %(fund)s AND sequence > %(through)s AND sequence <= %(later)s
        AND effective_on <= %(as_of)s AND event_type NOT IN {METRICS}
"""
_OF_COMPANY = f"""
    SELECT {FACT_COLUMNS} FROM event
    WHERE fund_id = %(fund)s AND sequence <= %(through)s AND effective_on <= %(as_of)s
        AND (company_id = %(company)s OR voids IN (
            SELECT sequence FROM event WHERE fund_id = %(fund)s AND company_id = %(company)s))
"""


def day_of_nth(
    driver: psycopg.Connection,
    fund_id: UUID,
    at: Viewpoint,
    types: Collection[EventType],
    number: int,
) -> date | None:
    """Return the day of the event that so many later ones follow; None where there are fewer.

    Metrics do not count, nor do events of other types where types are given.
    """
    statement = _NTH_DAY.format(of_types=_of(types))
    row = driver.execute(statement, _given(fund_id, at) | {"number": number}).fetchone()
    return row[0] if row else None


def facts_since(
    driver: psycopg.Connection,
    fund_id: UUID,
    at: Viewpoint,
    first: date,
    types: Collection[EventType] = (),
) -> list[Fact]:
    """Read what is visible from a viewpoint of a day and those after it, with the voids.

    Metrics are left out, and events of other types where types are given.
    """
    statement = _FACTS.format(of_types=_of({*types, EventType.EVENT_VOIDED} if types else ()))
    given = _given(fund_id, at) | {"first": first}
    return facts_of(driver.execute(statement, given, binary=True).fetchall())


def news(driver: psycopg.Connection, fund_id: UUID, at: Viewpoint, later: int) -> list[Fact]:
    """Read what became known of a viewpoint's days up to a later sequence, but for metrics.

    With it comes what it voids, and all else that is known of the companies that it is about.
    """
    given = _given(fund_id, at) | {"later": later}
    return facts_of(driver.execute(_NEWS, given, binary=True).fetchall())


def count_news(driver: psycopg.Connection, fund_id: UUID, at: Viewpoint, later: int) -> int:
    """Count what became known of a viewpoint's days up to a later sequence, but for metrics."""
    row = driver.execute(_COUNT_NEWS, _given(fund_id, at) | {"later": later}).fetchone()
    assert row is not None
    return int(row[0])


def facts_of_company(
    driver: psycopg.Connection, fund_id: UUID, at: Viewpoint, company_id: str
) -> list[Fact]:
    """Read what is visible of one company from a viewpoint, metrics and voids included."""
    given = _given(fund_id, at) | {"company": UUID(company_id)}
    return facts_of(driver.execute(_OF_COMPANY, given, binary=True).fetchall())


def _given(fund_id: UUID, at: Viewpoint) -> dict[str, object]:
    return {"fund": fund_id, "through": at.through, "as_of": at.as_of}


def _of(types: Collection[EventType]) -> str:
    """Write which types are meant; of none given all but metrics."""
    if not types:
        return f"NOT IN {METRICS}"
    return f"IN ({', '.join(repr(str(each)) for each in sorted(types))})"
