"""Verifies a fund as a whole: its log, what follows from it, and its snapshots."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, Engine

from app.services.snapshots import seals
from app.services.snapshots.rebuild import remake
from app.services.verification import verify_log
from app.store.database.connections import at_one_moment, driver_connection
from app.store.log import stored_events, verifications
from app.store.log.verifications import Finding
from app.store.snapshots import set_aside

_MOST = 100  # findings that are kept; one is enough to be loud about
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Report:
    """What a verification found."""

    end: tuple[int, bytes]  # of the log: its last sequence, and the chain hash of that
    snapshots: int  # how many were looked at
    of_ledger: list[Finding]
    wrong: dict[UUID, str]  # snapshots, and what is wrong with each

    @property
    def findings(self) -> list[Finding]:
        """All that is not as it was written."""
        of_snapshots = [Finding("snapshots", str(each), why) for each, why in self.wrong.items()]
        return [*self.of_ledger, *of_snapshots]


def verify_fund(connection: Connection, fund_id: UUID) -> Report:
    """Verify a fund as the transaction sees it, and change nothing. Raises UnknownFundError."""
    driver = driver_connection(connection)
    of_ledger = verify_log.verify_seen(connection, fund_id).findings
    end = stored_events.end_seen(driver, fund_id)
    count, wrong = seals.check(driver, fund_id, end[0])
    return Report(end, count, of_ledger, wrong)


def verify(engine: Engine, fund_id: UUID) -> Report:
    """Verify a fund, keep what was found, and make wrong snapshots anew. Raises UnknownFundError.

    Snapshots of a log that is broken are set aside and not made anew: they may be what remembers
    how it was.
    """
    with at_one_moment(engine) as connection:  # the log may grow meanwhile
        report = verify_fund(connection, fund_id)
    with engine.begin() as connection:
        driver = driver_connection(connection)
        verifications.add(driver, fund_id, report.end, report.snapshots, report.findings[:_MOST])
        for snapshot_id, reason in report.wrong.items():
            set_aside.mark(driver, fund_id, snapshot_id, reason)
    for each in report.of_ledger:
        _log.error("The fund %s is not as it was written: %s: %s", fund_id, each.place, each.reason)
    if report.wrong and not report.of_ledger:
        remake(engine, fund_id)
    return report
