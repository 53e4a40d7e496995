"""What a reader sees around a viewpoint: the events before and after it, and how far all goes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from uuid import UUID

from sqlalchemy import Engine

from app.domain.company_names import CompanyNames
from app.domain.events import Event
from app.domain.viewpoint import Viewpoint
from app.store import particulars, surroundings
from app.store.driver import reading
from app.store.surroundings import Span, Surroundings


@lru_cache(maxsize=512)
def span(engine: Engine, fund_id: UUID, through: int) -> Span | None:
    """Measure a log as it stood at a sequence; None where it had no event. It never changes."""
    with reading(engine) as driver:
        return surroundings.span(driver, fund_id, through)


def around(engine: Engine, fund_id: UUID, at: Viewpoint, latest: int) -> Surroundings:
    """Look around a viewpoint, with so many of the latest events."""
    with reading(engine) as driver:
        return surroundings.around(driver, fund_id, at, latest)


def company_names(engine: Engine, fund_id: UUID, events: Sequence[Event]) -> CompanyNames:
    """Read every name of the companies that events are about."""
    with engine.connect() as connection:
        return particulars.names_in(connection, fund_id, events)


__all__ = ["Span", "Surroundings", "around", "company_names", "span"]
