"""Facts of logs: what a fold needs of events, read from rows, of one log or of many at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import orjson
import psycopg

from app.domain.events.model import Fact
from app.domain.events.upcasts import upcast

FACT_COLUMNS = "sequence, event_type, schema_version::bigint, effective_on, payload::text"
METRICS = "('FORECAST_CREATED', 'ACTUAL_RECORDED')"  # no figure or holding rests on them
FactRow = Sequence[Any]
_OF_MANY = f"""
    SELECT {FACT_COLUMNS}, event.fund_id
    FROM unnest(%(funds)s::uuid[], %(throughs)s::bigint[]) AS seen (fund_id, through)
        JOIN event ON event.fund_id = seen.fund_id AND event.sequence <= seen.through
    WHERE event.effective_on <= %(as_of)s AND event.event_type NOT IN {METRICS}
"""


def facts_of(rows: Sequence[FactRow]) -> list[Fact]:
    """Read facts from rows of FACT_COLUMNS.

    Their payloads come as text and are parsed in one go, which is much faster.
    """
    payloads = orjson.loads(f"[{','.join([row[4] for row in rows])}]")
    return [
        Fact(row[0], row[1], row[3], upcast(row[1], row[2], payload))
        for row, payload in zip(rows, payloads, strict=True)
    ]


def rows_of_many(
    driver: psycopg.Connection, throughs: Mapping[UUID, int], as_of: date
) -> dict[UUID, list[FactRow]]:
    """Read what is visible on a day of many logs, each as it was at a sequence, but for metrics.

    The rows of each are as `facts_of` reads them; a log of which nothing is visible has none.
    """
    given = {"funds": list(throughs), "throughs": list(throughs.values()), "as_of": as_of}
    found: dict[UUID, list[FactRow]] = {fund_id: [] for fund_id in throughs}
    for row in driver.execute(_OF_MANY, given, binary=True):
        found[row[5]].append(row)
    return found
