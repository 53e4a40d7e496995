"""Checks that a fund's ledger is as it was written."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Engine

from app.store import history
from app.store.chain import Break
from app.store.driver import at_one_moment


@dataclass(frozen=True, slots=True)
class LedgerReport:
    """What a check of one ledger found."""

    events: int
    broken: Break | None


def verify(engine: Engine, fund_id: UUID) -> LedgerReport:
    """Check a ledger from its first event to its head. Raises UnknownFundError."""
    with at_one_moment(engine) as connection:  # the log may grow meanwhile
        events = history.head_of(connection, fund_id).sequence
        return LedgerReport(events, history.verify(connection, fund_id))
