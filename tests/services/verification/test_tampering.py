"""What is changed behind Asof's back is found, and where; a changed snapshot gives no answer."""

from __future__ import annotations

import logging
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import Engine, text
from uuid_utils.compat import uuid7

from app.domain.viewpoint import Viewpoint
from app.observability import metrics
from app.services.jobs import jobs
from app.services.reads import nav_history
from app.services.snapshots import jobs as snapshot_jobs
from app.services.snapshots.rebuild import remake
from app.services.snapshots.take import SnapshotRequest, take
from app.services.snapshots.verify import check
from app.services.verification import verify_fund
from app.store.database import seals
from app.store.database.connections import driver_connection, reading
from app.store.snapshots import state_reader, table
from app.store.snapshots.codec import decode, encode
from app.store.snapshots.model import Snapshot
from loadtests.tamperings import (
    TAMPERINGS,
    Place,
    Tampering,
    is_found,
    of_rows,
    outcome,
    place_to_tamper,
)
from tests.ledgers import called, company, investment, look, mark, new_fund, record

DAY = date(2010, 12, 31)
# Who owns the tables can have these believed until the fund is verified.
BELIEVED = ("valid_before, open again", "valid_before, later", "horizon")


@pytest.fixture(scope="module")
def place(engine: Engine) -> Place:
    return place_to_tamper(engine)


def test_a_fund_that_nobody_tampered_with_is_sound(owner_engine: Engine, place: Place) -> None:
    found, same = outcome(owner_engine, place, Tampering("nothing", "SELECT 1", None))
    assert (found.findings, found.snapshots, same) == ([], 3, True)


@pytest.mark.parametrize("tampering", TAMPERINGS, ids=lambda each: each.name)
def test_a_tampering_is_found(owner_engine: Engine, place: Place, tampering: Tampering) -> None:
    found, same = outcome(owner_engine, place, tampering)
    assert is_found(tampering, found), found.findings
    assert same or any(each in tampering.name for each in BELIEVED)


@pytest.mark.timeout(180)
def test_every_tampering_of_a_row_is_found_at_its_sequence(
    owner_engine: Engine, place: Place
) -> None:
    missed = [
        each.name for each in of_rows() if not is_found(each, outcome(owner_engine, place, each)[0])
    ]
    assert missed == []


@pytest.fixture
def fund(engine: Engine) -> UUID:
    """Return a fund that was snapshot on the last day of 2010, and worth 490 then."""
    fund = new_fund(engine, called("500"), company(), investment("100"), mark("90", "2010-12-31"))
    take(engine, fund, uuid7(), SnapshotRequest(DAY, "manual", "someone", "as reported"))
    return fund


def _only_snapshot(engine: Engine, fund: UUID) -> Snapshot:
    with reading(engine) as driver:
        [snapshot] = table.newest(driver, fund, 2)
    return snapshot


def _forge(owner_engine: Engine, fund: UUID) -> None:
    """Have the snapshot say that the holding is worth 500 million more, with a hash to suit."""
    with owner_engine.begin() as connection:
        driver = driver_connection(connection)
        [snapshot] = table.newest(driver, fund, 2)
        state = decode(table.content(driver, fund, snapshot.id) or b"")
        next(iter(state.holdings.values())).fair_value += 500_000_000
        connection.execute(
            text(
                "UPDATE snapshot SET state = :state, state_hash = sha256(:state), "
                "nav = nav + 500000000 WHERE fund_id = :fund"
            ),
            {"state": encode(state), "fund": fund},
        )


def _set_aside_count() -> float:
    return metrics.REGISTRY.get_sample_value("asof_snapshots_set_aside_total") or 0


def test_a_forged_snapshot_is_set_aside_told_of_and_made_anew(
    engine: Engine, owner_engine: Engine, fund: UUID, caplog: pytest.LogCaptureFixture
) -> None:
    genuine, count = _only_snapshot(engine, fund), _set_aside_count()
    assert look(engine, fund, "2011-01-31").state.nav == Decimal(490)  # it was genuine when read
    _forge(owner_engine, fund)
    with caplog.at_level(logging.ERROR):
        assert look(engine, fund, "2011-01-31").state.nav == Decimal(490)
    assert f"Snapshot {genuine.id} of the fund {fund} is set aside" in caplog.text
    assert _set_aside_count() == count + 1
    wrong = _only_snapshot(engine, fund)
    assert (wrong.is_wrong, wrong.set_aside_at is not None, wrong.serves_now) == (True, True, False)
    [asked] = jobs.listed(engine, fund, kind=snapshot_jobs.REPAIR)
    snapshot_jobs.HANDLERS[snapshot_jobs.REPAIR](engine, asked, _NoProgress())  # type: ignore[arg-type]
    remade = _only_snapshot(engine, fund)
    assert remade.remade_at is not None
    same = ("id", "type", "description", "as_of", "through", "nav", "state_hash", "requested_by")
    assert [getattr(remade, name) for name in same] == [getattr(genuine, name) for name in same]
    with reading(engine) as driver:
        found = state_reader.read(driver, fund, date(2011, 1, 31), None)
    assert (found.snapshot_as_of, found.set_aside, found.state.nav) == (DAY, None, Decimal(490))


class _NoProgress:
    """Nobody looks on."""

    def report(self, done: int, total: int) -> None:
        """Leave it be."""


@pytest.mark.parametrize("way", ["nearest", "bare", "strip"])
def test_no_way_to_a_snapshot_believes_a_forged_one(
    engine: Engine, owner_engine: Engine, fund: UUID, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _forge(owner_engine, fund)
    with reading(engine) as driver:
        match way:
            case "nearest":
                assert state_reader.serving(driver, fund, Viewpoint(DAY, 5))[0] is None
            case "bare":
                assert state_reader.read_without_metrics(driver, fund, DAY, 5).state.nav == 490
            case _:
                monkeypatch.setattr(nav_history, "_EVERY_DAY_UP_TO", 0)
                assert nav_history.nav_strip(engine, fund, 5).nav[-1] == (DAY, Decimal(490))
                assert all(nav <= 500 for _, nav in nav_history.nav_strip(engine, fund, 5).nav)
    assert _only_snapshot(engine, fund).set_aside_at is not None


def test_another_key_leaves_snapshots_aside_without_an_alarm(
    engine: Engine, fund: UUID, caplog: pytest.LogCaptureFixture
) -> None:
    before = seals.key()
    seals.use("a secret that is another one")
    try:
        with reading(engine) as driver:
            found = state_reader.read(driver, fund, DAY, None)
        assert (found.snapshot_as_of, found.set_aside) == (None, None)
        old = _only_snapshot(engine, fund)
        assert (old.is_outdated, old.is_wrong, old.serves_now) == (True, False, False)
        assert check(engine, fund).checked == 0
        assert verify_fund.verify(engine, fund).findings == []
        take(engine, fund, uuid7(), SnapshotRequest(DAY, "manual", "someone"))
        with reading(engine) as driver:
            assert state_reader.read(driver, fund, DAY, None).snapshot_as_of == DAY
        assert caplog.records == []
    finally:
        seals.use_key(before)


def test_a_snapshot_from_before_there_were_seals_serves_nobody(
    engine: Engine, owner_engine: Engine, fund: UUID
) -> None:
    with owner_engine.begin() as connection:
        unsealed = text("UPDATE snapshot SET seal = NULL, sealed_with = NULL WHERE fund_id = :fund")
        connection.execute(unsealed, {"fund": fund})
    with reading(engine) as driver:
        assert state_reader.read(driver, fund, DAY, None).snapshot_as_of is None
    assert _only_snapshot(engine, fund).is_outdated


def test_a_wrong_snapshot_that_knows_of_events_to_come_is_made_of_what_there_is(
    engine: Engine, owner_engine: Engine, fund: UUID
) -> None:
    with owner_engine.begin() as connection:
        connection.execute(
            text("UPDATE snapshot SET through = 900 WHERE fund_id = :fund"), {"fund": fund}
        )
    [finding] = verify_fund.verify(engine, fund).findings
    assert (finding.part, finding.reason) == ("snapshots", seals.WRONG_SEAL)
    assert _only_snapshot(engine, fund).through == 5
    assert verify_fund.verify(engine, fund).findings == []


_TAIL_CUT = (
    "DELETE FROM event WHERE fund_id = :fund AND sequence = 5",
    """
        UPDATE ledger_head SET sequence = 4, chain_hash = event.chain_hash,
            recorded_at = event.recorded_at
        FROM event WHERE event.fund_id = :fund AND event.sequence = 4
            AND ledger_head.fund_id = :fund
    """,
)


def test_what_was_verified_is_remembered_even_where_the_log_was_chained_anew(
    engine: Engine, owner_engine: Engine, fund: UUID
) -> None:
    """Who owns the tables can write another log that is whole in itself."""
    verify_fund.verify(engine, fund)
    other = new_fund(engine, called("500"), company(), investment("100"), mark("95", "2010-12-31"))
    with owner_engine.begin() as connection:
        driver_connection(connection).execute("ALTER TABLE event DISABLE TRIGGER USER")
        for statement in _TAIL_CUT:
            connection.execute(text(statement), {"fund": fund})
        driver_connection(connection).execute("ALTER TABLE event ENABLE TRIGGER USER")
    record(engine, fund, mark("95", "2010-12-31"))
    found = verify_fund.verify(engine, fund).findings[0]
    assert (found.part, found.place) == ("log", "event 5")
    assert "is not the one that was verified on" in found.reason
    assert verify_fund.verify(engine, other).findings == []


def test_snapshots_of_a_log_that_is_broken_are_left_as_they_are(
    engine: Engine, owner_engine: Engine, fund: UUID
) -> None:
    _forge(owner_engine, fund)
    with owner_engine.begin() as connection:
        connection.execute(
            text("UPDATE ledger_head SET sequence = 4 WHERE fund_id = :fund"), {"fund": fund}
        )
    assert {each.part for each in verify_fund.verify(engine, fund).findings} == {
        "log",
        "snapshots",
    }
    assert _only_snapshot(engine, fund).remade_at is None
    with owner_engine.begin() as connection:
        connection.execute(
            text("UPDATE ledger_head SET sequence = 5 WHERE fund_id = :fund"), {"fund": fund}
        )
    assert remake(engine, fund) == 1
