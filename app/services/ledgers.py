"""Checks that a fund's ledger is as it was written."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Engine

from app.store import history
from app.store.chain import Break


@dataclass(frozen=True, slots=True)
class LedgerReport:
    """What a check of one ledger found."""

    events: int
    broken: Break | None


def verify(engine: Engine, fund_id: UUID) -> LedgerReport:
    """Check a ledger from its first event to its head. Raises UnknownFundError."""
    with engine.connect() as connection:
        events = history.head_of(connection, fund_id).sequence
        return LedgerReport(events, history.verify(connection, fund_id))
