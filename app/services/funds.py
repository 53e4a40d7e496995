"""Funds: found, listed, and summed up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Engine

from app.domain.figures import Figures, figures_of
from app.domain.fold import state_at
from app.domain.state import FundState
from app.domain.viewpoint import Viewpoint
from app.store import history, registry
from app.store.history import Head
from app.store.registry import Fund


@dataclass(frozen=True, slots=True)
class FundSummary:
    """A fund with what is known of it today."""

    fund: Fund
    head: Head
    state: FundState
    figures: Figures


def fund_by_id(engine: Engine, fund_id: UUID) -> Fund:
    """Find a fund. Raises UnknownFundError."""
    with engine.connect() as connection:
        return registry.find(connection, fund_id)


def fund_by_id_or_name(engine: Engine, text: str) -> Fund:
    """Find a fund as people name it on a command line. Raises UnknownFundError."""
    with engine.connect() as connection:
        try:
            return registry.find(connection, UUID(text))
        except ValueError:
            return registry.find_by_name(connection, text)


def all_funds(engine: Engine) -> list[Fund]:
    """List every fund by name."""
    with engine.connect() as connection:
        return registry.listed(connection)


def summaries(engine: Engine) -> list[FundSummary]:
    """Sum up every fund as of today."""
    return [_summary(engine, fund) for fund in all_funds(engine)]


def _summary(engine: Engine, fund: Fund) -> FundSummary:
    today = datetime.now(UTC).date()
    with engine.connect() as connection:
        head = history.head_of(connection, fund.id)
        events = history.events_through(connection, fund.id, head.sequence)
    state = state_at(events, Viewpoint(today, head.sequence))
    return FundSummary(fund, head, state, figures_of(state, today))
