"""Checks that a fund's ledger is as it was written."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Engine

from app.domain.errors import UnknownFundError
from app.store import history
from app.store.chain import Break
from app.store.driver import at_one_moment


@dataclass(frozen=True, slots=True)
class LedgerReport:
    """What a check of one ledger found."""

    events: int
    broken: Break | None


# What a payload raises that is not as it was written: it cannot be read, or not be added up.
DAMAGE = (LookupError, TypeError, ValueError, ArithmeticError, AttributeError, AssertionError)


def first_damage(engine: Engine, fund_id: UUID, error: BaseException | None) -> int | None:
    """Tell whether an error comes of a damaged ledger: the first event that is not as written.

    None where the error tells of something else, or the ledger is whole.
    """
    if not isinstance(error, DAMAGE):
        return None
    try:
        broken = verify(engine, fund_id).broken
    except UnknownFundError:
        return None
    return broken.sequence if broken else None


def verify(engine: Engine, fund_id: UUID) -> LedgerReport:
    """Check a ledger from its first event to its head. Raises UnknownFundError."""
    with at_one_moment(engine) as connection:  # the log may grow meanwhile
        events = history.head_of(connection, fund_id).sequence
        return LedgerReport(events, history.verify(connection, fund_id))
