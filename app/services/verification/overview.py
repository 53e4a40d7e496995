"""What the last verifications found, of a fund or of all of them, for those who look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from sqlalchemy import Engine

from app.store import funds
from app.store.accounts.audit import AuditVerification, latest_verification
from app.store.database.connections import reading
from app.store.log import verifications
from app.store.log.verifications import Verification


@dataclass(frozen=True, slots=True)
class LastVerification:
    """How a fund was found when it was verified last, and when anything was wrong last."""

    latest: Verification | None
    with_findings: Verification | None


def of_fund(engine: Engine, fund_id: UUID) -> LastVerification:
    """Look at what is kept of a fund."""
    with reading(engine) as driver:
        latest = verifications.latest(driver, fund_id)
        wrong = verifications.latest_with_findings(driver, fund_id)
    return LastVerification(latest, wrong)


@dataclass(frozen=True)
class OfAll:
    """How the funds of a site were found; it is looked at where it is asked for."""

    engine: Engine

    @cached_property
    def latest(self) -> list[Verification]:
        """The last verification of each fund that has one."""
        with reading(self.engine) as driver:
            return verifications.latest_of_all(driver)

    @cached_property
    def audit(self) -> AuditVerification | None:
        """The last verification of the audit of administration."""
        with reading(self.engine) as driver:
            return latest_verification(driver)

    @property
    def wrong(self) -> list[Verification]:
        """Those that found something."""
        return [each for each in self.latest if each.findings]

    @property
    def oldest_at(self) -> datetime | None:
        """When the fund was verified that was verified the longest ago."""
        return min((each.verified_at for each in self.latest), default=None)

    @cached_property
    def names(self) -> Mapping[UUID, str]:
        """The names of the funds in which something was found."""
        with self.engine.connect() as connection:
            return {each.fund_id: funds.find_fund(connection, each.fund_id).name
                    for each in self.wrong}  # fmt: skip
