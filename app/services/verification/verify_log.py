"""Checks that a fund's ledger is as it was written, and what follows from it is what follows."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, Engine

from app.domain.errors import UnknownFundError
from app.store.database.connections import at_one_moment, driver_connection
from app.store.log import horizon, stored_events, verifications
from app.store.log.hash_chain import Break
from app.store.log.verifications import Finding


@dataclass(frozen=True, slots=True)
class LedgerReport:
    """What a check of one ledger found."""

    events: int
    broken: Break | None  # the first place at which anything is wrong
    findings: list[Finding]


# What a payload raises that is not as it was written: it cannot be read, or not be added up.
DAMAGE = (LookupError, TypeError, ValueError, ArithmeticError, AttributeError, AssertionError)


def first_damage(engine: Engine, fund_id: UUID, error: BaseException | None) -> int | None:
    """Return whether an error comes of a damaged ledger: the first event that is not as written.

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
        return verify_seen(connection, fund_id)


def verify_seen(connection: Connection, fund_id: UUID) -> LedgerReport:
    """Check a ledger as the transaction sees it. Raises UnknownFundError.

    That is its chain up to the head, what earlier verifications remember of it, and its horizon.
    """
    driver = driver_connection(connection)
    events = stored_events.head_of(connection, fund_id).sequence
    of_log = stored_events.verify(connection, fund_id) or verifications.first_lost_end(
        driver, fund_id
    )
    of_horizon = horizon.first_break(driver, fund_id)
    findings = [Finding("log", _place(of_log), of_log.reason)] if of_log else []
    if of_horizon:
        findings.append(Finding("horizon", _place(of_horizon), of_horizon.reason))
    return LedgerReport(events, of_log or of_horizon, findings)


def _place(found: Break) -> str:
    return f"event {found.sequence}"
