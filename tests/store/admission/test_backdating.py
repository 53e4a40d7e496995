"""Histories: moments of recording that come with the facts, and by whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine

from app.domain.errors import RefusedError
from app.domain.events.model import Draft
from app.domain.events.parse import parse_draft
from app.services.funds.new_fund import establish_from_history
from app.services.reads import timeline
from app.services.verification import verify_log
from app.store.admission import append
from app.store.admission.batches import Batch
from tests.ledgers import GP, Raw, called, company, established, investment, mark, record

MORNING = datetime(2011, 5, 4, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def recalled(raw: Raw, hours: int | None, recorded_by: str | None = None) -> Draft:
    """Read an event that was recorded some hours after the morning."""
    recorded_at = None if hours is None else MORNING + hours * HOUR
    return parse_draft(raw)._replace(recorded_at=recorded_at, recorded_by=recorded_by)


def founded(engine: Engine, name: str, *parts: Sequence[Draft]) -> UUID:
    with engine.begin() as connection:
        return establish_from_history(connection, name, parts, GP).id


def test_a_history_in_parts_keeps_its_moments_and_its_people(engine: Engine) -> None:
    fund = founded(
        engine,
        "A history in parts",
        [recalled(established(), 0), recalled(company(), 1, "maya@example.com")],
        [recalled(investment("5"), 1), recalled(mark("7"), 3, "maya@example.com")],
    )
    events = timeline.between(engine, fund, 1, 4)
    assert [event.recorded_at for event in events] == [MORNING + n * HOUR for n in (0, 1, 1, 3)]
    gp, maya = GP.recorded_by, "maya@example.com"
    assert [event.recorded_by for event in events] == [gp, maya, gp, maya]
    assert all(event.loaded_at and event.loaded_at > event.recorded_at for event in events)
    assert verify_log.verify(engine, fund).broken is None


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ([[0, None]], "all or on none"),
        ([[2, 1]], "sort them"),
        ([[2], [1]], "sort them"),
        ([[0, 10**6]], "lies in the future"),
        ([[None], [1]], "is only for history"),
    ],
)
def test_moments_out_of_order_in_the_future_or_missing_are_refused(
    engine: Engine, parts: list[list[int | None]], told: str
) -> None:
    raws = iter([established(), called("100")])
    with pytest.raises(RefusedError, match=told):
        founded(engine, told, *([recalled(next(raws), hours) for hours in part] for part in parts))


def test_what_the_log_has_witnessed_is_not_followed_by_history(engine: Engine) -> None:
    fund = founded(engine, "Witnessed", [recalled(established(), 0)])
    record(engine, fund, called("100"))
    with pytest.raises(RefusedError, match="is only for history"), engine.begin() as connection:
        append.append(connection, fund, Batch([recalled(called("5"), 1)], GP))
