"""How far a log went and how its companies were called, as known at a sequence: both are kept."""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from sqlalchemy import Engine

from app.domain.state.company_names import CompanyNames
from app.store.database.connections import reading
from app.store.log import lookups, neighbours
from app.store.log.neighbours import Span


@lru_cache(maxsize=512)
def span(engine: Engine, fund_id: UUID, through: int) -> Span | None:
    """Measure a log as it stood at a sequence; None where it had no event."""
    with reading(engine) as driver:
        return neighbours.span(driver, fund_id, through)


@lru_cache(maxsize=512)
def company_names(engine: Engine, fund_id: UUID, through: int) -> CompanyNames:
    """Read every name of every company as far as it was known at a sequence."""
    with reading(engine) as driver:
        return lookups.names_through(driver, fund_id, through)


__all__ = ["Span", "company_names", "span"]
