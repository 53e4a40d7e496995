"""What verifications found shows where people look: on the fund's pages, the jobs', in metrics."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Engine, text
from uuid_utils.compat import uuid7

from app import database
from app.domain.accounts.audit import AuditKind
from app.services.accounts import audit
from app.services.jobs import jobs
from app.services.snapshots.take import SnapshotRequest, take
from app.services.verification import jobs as verification_jobs
from app.services.verification import verify_fund
from app.services.verification.jobs import VERIFY
from app.store.database.bootstrap import engine_url
from tests.ledgers import called, new_fund
from tests.people import signed_in, somebody

PAGES = ("snapshots/", "books/")


@pytest.fixture
def fund(engine: Engine) -> UUID:
    """Return a fund that has a snapshot."""
    fund = new_fund(engine, called("500"), called("600", "2011-02-01"))
    take(engine, fund, uuid7(), SnapshotRequest(date(2010, 6, 30), "manual", "someone"))
    return fund


def _tamper(owner_engine: Engine, fund: UUID, change: str) -> None:
    with owner_engine.begin() as connection:
        connection.execute(text(f"UPDATE {change} WHERE fund_id = :fund"), {"fund": fund})


def _verified(html: str) -> str:
    return html.partition('data-testid="verified"')[2].partition("</section>")[0]


def _figures(client: FlaskClient) -> dict[tuple[str, ...], float]:
    families = text_string_to_metric_families(client.get("/metrics").text)
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("role", ["viewer", "gp"])
def test_the_last_verification_shows_on_the_funds_pages(
    engine: Engine, owner_engine: Engine, client_as: Callable[[UUID, str], FlaskClient],
    fund: UUID, page: str, role: str,
) -> None:  # fmt: skip
    client = client_as(fund, role)
    assert "Not verified yet" in _verified(client.get(f"/funds/{fund}/{page}").text)
    verify_fund.verify(engine, fund)
    sound = _verified(client.get(f"/funds/{fund}/{page}").text)
    assert "3 events and 1 snapshot, all as they were written" in sound
    _tamper(owner_engine, fund, "horizon SET latest_on = latest_on + 3000")
    verify_fund.verify(engine, fund)
    wrong = _verified(client.get(f"/funds/{fund}/{page}").text)
    assert "Integrity check failed" in wrong
    assert "1 thing in 3 events and 1 snapshot is not as written" in wrong
    assert "The horizon of the log, event 1: the horizon says" in wrong
    _tamper(owner_engine, fund, "horizon SET latest_on = latest_on - 3000")
    verify_fund.verify(engine, fund)
    again = _verified(client.get(f"/funds/{fund}/{page}").text)
    assert "all as they were written" in again
    assert "UTC something was found: The horizon of the log, event 1" in again


def test_a_snapshot_that_is_wrong_shows_as_set_aside_then_as_made_anew(
    client: FlaskClient, engine: Engine, owner_engine: Engine, fund: UUID
) -> None:
    _tamper(owner_engine, fund, "snapshot SET through = 70, valid_before = 90, nav = 7")
    html = client.get(f"/funds/{fund}/snapshots/").text
    assert "Set aside" in html
    assert "Current" not in html
    verify_fund.verify(engine, fund)
    html = client.get(f"/funds/{fund}/snapshots/").text
    assert "rebuilt on" in html
    assert "Current" in html
    assert "its keyed hash is not that of what it holds" in _verified(html)


def test_the_night_has_each_fund_verified_once(engine: Engine, fund: UUID) -> None:
    verification_jobs.ask_nightly(engine)
    assert jobs.listed(engine, fund, kind=VERIFY) == []  # it was made since midnight
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    for _ in range(2):
        verification_jobs.ask_nightly(engine, tomorrow)
    [asked] = jobs.listed(engine, fund, kind=VERIFY)
    result = verification_jobs.HANDLERS[VERIFY](engine, asked, None)  # type: ignore[arg-type]
    assert result == {"events": 3, "snapshots": 1, "mismatches": 0, "findings": []}


def test_a_mismatch_is_loud_for_operators(
    site: Flask, fresh_database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    engine, watcher = database.of(site).engine(), site.test_client()
    sound, wrong, _ = (new_fund(engine, called("1"), name=name) for name in ("A", "B", "C"))
    owner = sa.create_engine(engine_url(fresh_database_url), poolclass=sa.NullPool)
    _tamper(owner, wrong, "ledger_head SET sequence = 1")
    with caplog.at_level(logging.ERROR):
        for each in (sound, wrong):
            verify_fund.verify(engine, each)
    assert (
        f"The fund {wrong} is not as it was written: event 2: lies beyond the head" in caplog.text
    )
    figures = _figures(watcher)
    counts = [figures["asof_funds_verified", found] for found in ("sound", "wrong", "never")]
    assert counts == [1, 1, 1]
    parts = ("log", "horizon", "snapshots")
    assert [figures["asof_verification_mismatches", part] for part in parts] == [1, 0, 0]
    assert 0 <= figures["asof_verification_oldest_seconds",] < 60
    admin = signed_in(site, somebody(engine, admin=True))
    said = _verified(admin.get("/jobs/").text)
    assert "Integrity check failed" in said
    assert f'/funds/{wrong}/snapshots/">B</a>: The log, event 2' in said
    assert str(sound) not in said


def test_the_night_verifies_the_audit_once_and_a_break_is_loud(
    site: Flask, fresh_database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    engine, watcher = database.of(site).engine(), site.test_client()
    admin = signed_in(site, somebody(engine, admin=True))
    audit.record_failure(engine, AuditKind.SIGN_IN_FAILED, "nobody@example.com")
    audit.verify_nightly(engine)  # it began since midnight
    assert "The audit of administration" not in _verified(admin.get("/jobs/").text)
    audit.verify_nightly(engine, datetime.now(UTC) + timedelta(days=1))
    assert "The audit of administration: 1 event, all as they" in _verified(
        admin.get("/jobs/").text
    )
    assert _figures(watcher)["asof_verification_mismatches", "audit"] == 0
    owner = sa.create_engine(engine_url(fresh_database_url), poolclass=sa.NullPool)
    _age_the_audit(owner)
    with owner.connect() as connection:
        known = connection.scalar(text("SELECT count(*) FROM audit_event"))
    with caplog.at_level(logging.ERROR):
        audit.verify_nightly(engine)
        audit.verify_nightly(engine)
    with owner.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM audit_event")) == known + 1
    found = "event 1: its fields do not give its chain hash"
    assert f"The audit of administration is not as it was written: {found}" in caplog.text
    assert _figures(watcher)["asof_verification_mismatches", "audit"] == 1
    said = _verified(admin.get("/jobs/").text)
    assert "Integrity check failed" in said
    assert f"The audit of administration</a>, {found}" in said
    assert found in admin.get("/audit/").text


def _age_the_audit(owner: Engine) -> None:
    """Have all that the audit has recorded lie two days back."""
    with owner.begin() as connection:
        connection.execute(text("ALTER TABLE audit_event DISABLE TRIGGER USER"))
        connection.execute(text("UPDATE audit_event SET occurred_at = occurred_at - interval '2d'"))
        connection.execute(text("ALTER TABLE audit_event ENABLE TRIGGER USER"))
