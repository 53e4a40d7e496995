"""Appends to a log whose end this process has kept: one statement, and no answer that differs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import Engine, text

from app.domain.errors import IdempotencyConflictError, RefusedError
from app.domain.viewpoint import Viewpoint
from app.services.reads import timeline
from app.services.recording.batches import parse_drafts
from app.services.verification import verify_log
from app.store.admission.append import append
from app.store.admission.batches import Appended, Batch
from app.store.database.connections import driver_connection, reading
from app.store.log import validity
from app.store.snapshots import model, state_reader, table
from tests.ledgers import GP, Raw, called, company, investment, mark, new_fund, raw, record, void
from tests.statements import statements


@pytest.fixture
def fund(engine: Engine) -> UUID:
    """Make a fund, and have this process keep the end of its log, at event 5."""
    fund_id = new_fund(engine, company(), company("Bolt"))
    record(engine, fund_id, investment("100"))
    record(engine, fund_id, mark("120"))
    return fund_id


def test_one_after_another_each_is_one_statement(engine: Engine, fund: UUID) -> None:
    with statements(engine) as sent:
        appended = [record(engine, fund, mark(f"12{n}"), key=f"mark {n}") for n in range(1, 4)]
    assert [each.first_sequence for each in appended] == [6, 7, 8]
    assert len(sent) == 3
    moments = [each.recorded_at for each in appended]
    assert moments == sorted(set(moments))
    assert verify_log.verify(engine, fund).broken is None
    assert [event.recorded_at for event in timeline.between(engine, fund, 6, 8)] == moments


def test_a_company_that_was_not_named_before_is_read_once(engine: Engine, fund: UUID) -> None:
    with statements(engine) as sent:
        record(engine, fund, investment("5", name="Bolt"))
        record(engine, fund, mark("6", name="BOLT"))
    assert len(sent) == 3
    with pytest.raises(RefusedError, match="did you mean Bolt"):
        record(engine, fund, mark("7", name="Bold"))


def test_what_others_wrote_meanwhile_comes_before(engine: Engine, fund: UUID) -> None:
    with engine.begin() as connection:
        other = append(connection, fund, Batch(parse_drafts([called("7")]), GP))
    assert record(engine, fund, called("8")).first_sequence == other.last_sequence + 1
    assert verify_log.verify(engine, fund).broken is None


def test_an_append_that_was_taken_back_leaves_no_end(engine: Engine, fund: UUID) -> None:
    with engine.connect() as connection:
        append(connection, fund, Batch(parse_drafts([called("7")]), GP))
        connection.rollback()
    assert record(engine, fund, called("8")).first_sequence == 6
    assert verify_log.verify(engine, fund).broken is None


@pytest.mark.parametrize("before", [mark("120"), company(), investment("100")])
def test_a_duplicate_is_refused(engine: Engine, fund: UUID, before: dict[str, object]) -> None:
    with pytest.raises(RefusedError, match=r"same as event \d|is taken by Acme"):
        record(engine, fund, before)
    assert record(engine, fund, called("2")).first_sequence == 6


def test_a_key_is_for_one_request(engine: Engine, fund: UUID) -> None:
    first = record(engine, fund, called("2"), key="call")
    record(engine, fund, called("3"))
    again = record(engine, fund, called("2"), key="call")
    assert (again.replayed, again.first_sequence) == (True, first.first_sequence)
    record(engine, fund, called("4"))
    record(engine, fund, called("5"))
    with pytest.raises(IdempotencyConflictError):
        record(engine, fund, called("6"), key="call")


def test_closed_books_and_voids_bear_on_what_follows(engine: Engine, fund: UUID) -> None:
    record(engine, fund, raw("PERIOD_CLOSED", "2010-12-31", closed_through="2010-12-31"))
    for amount in ("2", "3"):
        record(engine, fund, called(amount, "2011-01-01"))
    with pytest.raises(RefusedError, match="books are closed"):
        record(engine, fund, called("2"))
    for amount in ("4", "5"):
        record(engine, fund, called(amount, "2011-01-01"))
    record(engine, fund, void(7))
    again = record(engine, fund, called("2", "2011-01-01"))
    [event] = timeline.between(engine, fund, again.first_sequence, again.first_sequence)
    assert event.payload["occurrence"] == 2


def test_books_that_were_closed_again_stay_closed_when_later_ones_are_reopened(
    engine: Engine, fund: UUID
) -> None:
    def turn(kind: str, day: str) -> None:
        record(engine, fund, raw(f"PERIOD_{kind}", "2012-06-30", closed_through=day))

    turn("CLOSED", "2010-12-31")
    turn("CLOSED", "2011-12-31")
    turn("REOPENED", "2011-12-31")
    turn("CLOSED", "2011-12-31")
    record(engine, fund, called("2", "2012-01-01"), called("3", "2012-01-01"))
    for amount in ("4", "5"):
        record(engine, fund, called(amount, "2012-01-01"))
    turn("CLOSED", "2012-03-31")
    turn("REOPENED", "2012-03-31")
    with pytest.raises(RefusedError, match="books are closed through 2011-12-31"):
        record(engine, fund, called("6", "2011-12-31"))


def test_a_snapshot_that_an_append_waits_for_is_closed_by_it(engine: Engine, fund: UUID) -> None:
    with engine.connect() as connection:
        driver = driver_connection(connection)
        found = state_reader.read(driver, fund, date(2012, 1, 1), None)
        taken = model.taken(found.state, Viewpoint(date(2012, 1, 1), 5), "manual", "someone")
        validity.hold_head(driver, fund)
        table.keep(driver, fund, [taken], validity.Overtaking([]))
        with _waiting(engine, lambda: record(engine, fund, called("9"))) as appended:
            connection.commit()
    assert appended[0].first_sequence == 6
    with reading(engine) as driver:
        kept = table.find_snapshot(driver, fund, taken.id)
    assert kept is not None
    assert kept.valid_before == 6


@pytest.mark.parametrize("batch", [[called("9")], [called("9"), called("10")]])
def test_an_append_that_waits_for_a_reader_is_recorded_after_it(
    engine: Engine, fund: UUID, batch: list[Raw]
) -> None:
    with engine.connect() as connection:
        connection.execute(
            text("SELECT FROM ledger_head WHERE fund_id = :fund FOR SHARE"), {"fund": fund}
        )
        with _waiting(engine, lambda: record(engine, fund, *batch)) as appended:
            answered_at = connection.scalar(text("SELECT clock_timestamp()"))
            connection.commit()
    assert appended[0].recorded_at > answered_at


@contextmanager
def _waiting(engine: Engine, do: Callable[[], Appended]) -> Iterator[list[Appended]]:
    """Do something beside, which has to wait for a lock; what it gives is there at the end."""
    given: list[Appended] = []
    beside = threading.Thread(target=lambda: given.append(do()))
    beside.start()
    with engine.connect() as connection:
        while not connection.scalar(_WAITS):
            beside.join(0.01)
            assert beside.is_alive(), "it did not wait"
            connection.rollback()
    yield given
    beside.join(10)


_WAITS = text(
    "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) "
    "WHERE NOT granted AND datname = current_database()"
)
