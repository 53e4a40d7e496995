"""What the last verifications found, of a fund or of all of them, for those who look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Engine

from app.store import funds
from app.store.accounts.audit import AuditVerification, latest_verification
from app.store.database.connections import driver_connection, reading
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


@dataclass(frozen=True, slots=True)
class SiteVerifications:
    """How the funds of a site and its audit were found when they were verified last."""

    latest: list[Verification]  # of each fund that has one
    audit: AuditVerification | None
    names: Mapping[UUID, str]  # of the funds in which something was found

    @property
    def wrong(self) -> list[Verification]:
        """Those that found something."""
        return [each for each in self.latest if each.findings]

    @property
    def is_sound(self) -> bool:
        """Whether all is as it was written, as far as it was verified."""
        return not self.wrong and not (self.audit and self.audit.broken)

    @property
    def oldest_at(self) -> datetime | None:
        """When the fund was verified that was verified the longest ago."""
        return min((each.verified_at for each in self.latest), default=None)


def of_site(engine: Engine) -> SiteVerifications:
    """Look at what is kept of all funds and of the audit."""
    with engine.connect() as connection:
        driver = driver_connection(connection)
        latest = verifications.latest_of_all(driver)
        names = {each.fund_id: funds.find_fund(connection, each.fund_id).name
                 for each in latest if each.findings}  # fmt: skip
        return SiteVerifications(latest, latest_verification(driver), names)
