"""The disk of the database is full: what is recorded is read, what is new is refused and kept."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from app.services.accounts import tokens
from app.services.jobs import jobs
from app.services.snapshots.jobs import LONG_WAY, TAKE
from app.services.verification import verify_log
from app.store.database.connections import reading
from tests.faults.disks import Disk, SmallDisk, device, small_disk
from tests.faults.server import Server, ask_for_snapshot, assert_out, assert_page_out, record
from tests.ledgers import Raw, called, new_fund
from tests.people import signed_in, somebody
from tests.running_site import poll

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs /dev/full, or mounts")

_FULL_FOR_NOTES = """
    CREATE FUNCTION tell_that_the_disk_is_full() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
    CREATE TRIGGER no_room BEFORE UPDATE ON api_token
        FOR EACH ROW EXECUTE FUNCTION tell_that_the_disk_is_full();
    CREATE TRIGGER no_room BEFORE UPDATE ON web_session
        FOR EACH ROW EXECUTE FUNCTION tell_that_the_disk_is_full()
"""
_MOST = 5_000  # events that find room on what was left


@pytest.fixture(params=[small_disk, device], ids=["file-system", "device"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk]:
    with request.param(tmp_path / "disk") as made:
        yield made


def _calls(count: int, amount: str) -> list[Raw]:
    first = date(2011, 1, 1)
    return [called(amount, str(first + timedelta(days=day))) for day in range(count)]


@pytest.mark.timeout(120)
def test_on_a_full_disk_nothing_is_recorded_by_half_and_all_can_be_read(disk: Disk) -> None:
    engine, client = disk.server.engine, disk.server.client()
    # Whoever reads it has a long way, and asks for a snapshot that can be neither asked for.
    fund = new_fund(engine, *_calls(LONG_WAY, "7"))
    disk.fill()
    taken, refused = _recorded_until_refused(client, fund)
    events = 1 + LONG_WAY + taken
    assert_out(refused, "full", "The database's disk is full")
    assert "Nothing of what you sent was recorded" in refused.text
    many = {"json": _calls(400, "5"), "headers": {"Idempotency-Key": "many"}}
    batch = client.post(f"/api/funds/{fund}/events", **many)
    assert_out(batch, "full", "The database's disk is full")
    form = ask_for_snapshot(client, fund)
    assert_page_out(form, "The database&#39;s disk is full")
    assert "typed with care" in form.text

    _assert_whole(engine, fund, events)
    assert client.get(f"/funds/{fund}/").status_code == 200
    state = client.get(f"/api/funds/{fund}/state").json
    assert state is not None
    assert state["head"] == events

    disk.make_room()
    assert record(client, fund, str(taken + 1), str(taken + 1)).status_code == 201
    assert ask_for_snapshot(client, fund).status_code == 303
    assert len(jobs.listed(engine, fund, kind=TAKE)) == 1
    _assert_whole(engine, fund, events + 1)


def _recorded_until_refused(client: FlaskClient, fund: UUID) -> tuple[int, TestResponse]:
    """Record events while there is room; return how many were taken, and what the next was told."""
    for number in range(1, _MOST):
        answer = record(client, fund, str(number), str(number))
        if answer.status_code != 201:
            return number - 1, answer
    raise AssertionError("there is still room")


def _assert_whole(engine: Engine, fund: UUID, events: int) -> None:
    report = verify_log.verify(engine, fund)
    assert (report.events, report.broken) == (events, None)
    with reading(engine) as driver:
        count = driver.execute("SELECT count(*) FROM event WHERE fund_id = %s", (fund,)).fetchone()
    assert count == (events,)


@pytest.mark.timeout(120)
def test_a_server_that_has_no_room_for_its_own_log_comes_back_with_room(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        engine, client = disk.server.engine, disk.server.client()
        fund = new_fund(engine)
        assert record(client, fund, "1", "1").status_code == 201
        disk.fill(emptied=False)
        number, refused = _recorded_while_its_log_grows(disk, client, fund)
        assert_out(refused, "away", "The database does not answer")
        disk.make_room()
        # It may have been recorded, or not, and the server may answer a moment before it goes down.
        poll(lambda: _recorded(disk, client, fund, number), 60, "the server is back, and records")
        _assert_whole(engine, fund, 1 + number)


def _recorded(disk: SmallDisk, client: FlaskClient, fund: UUID, number: int) -> bool:
    if not disk.server.answers():
        return False
    answer = record(client, fund, str(number), str(number))
    assert answer.status_code in {201, 503}, answer.text
    return answer.status_code == 201


def _recorded_while_its_log_grows(
    disk: SmallDisk, client: FlaskClient, fund: UUID
) -> tuple[int, TestResponse]:
    """Record events, each into a new piece of the server's log, until there is no room for one."""
    for number in range(2, _MOST):
        with suppress(psycopg.OperationalError), disk.server.owner() as owner:
            owner.execute("SELECT pg_switch_wal()")
        answer = record(client, fund, str(number), str(number))
        if answer.status_code != 201:
            return number, answer
    raise AssertionError("there is still room")


def test_whoever_reads_goes_on_though_it_cannot_be_noted_that_they_did(lone: Server) -> None:
    fund = new_fund(lone.engine)
    person = somebody(lone.engine, admin=True)
    _, token = tokens.make(lone.engine, person.id, "for tests")
    browser = signed_in(lone.site(), person)
    with lone.owner() as owner:
        owner.execute("UPDATE web_session SET seen_at = seen_at - interval '5 minutes'")
        owner.execute(_FULL_FOR_NOTES)
    program = signed_in(lone.site(), None)
    sent = {"Authorization": f"Bearer {token}"}
    answer = program.get(f"/api/funds/{fund}/state", headers=sent)
    assert answer.status_code == 200, answer.text
    assert browser.get(f"/funds/{fund}/").status_code == 200
