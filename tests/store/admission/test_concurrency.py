"""Writers and readers in real processes of their own, at the same time."""

from __future__ import annotations

import multiprocessing
import threading
from datetime import UTC, date, datetime, timedelta
from multiprocessing.context import SpawnContext
from uuid import UUID

import pytest
from sqlalchemy import Engine
from uuid_utils.compat import uuid7

from app.config import Settings
from app.domain.errors import BeyondKnowledgeError, RefusedError
from app.services.reads import timeline
from app.services.recording.batches import parse_drafts
from app.services.snapshots.take import SnapshotRequest, take
from app.services.snapshots.verify import check
from app.services.verification import verify_log
from app.store.admission.append import append
from app.store.admission.batches import Batch
from app.store.database.engines import close_engine, open_engine
from app.store.log import stored_events
from tests.ledgers import GP, called, new_fund, record

SPAWN: SpawnContext = multiprocessing.get_context("spawn")
WRITERS, ROUNDS = 4, 30


def _write(settings: Settings, fund: UUID, writer: int) -> None:
    """Record batches of two; every third attempt is rolled back after its insert."""
    engine = open_engine(settings)
    for round_ in range(ROUNDS):
        events = [
            called(str(writer * 1000 + round_), "2010-03-03", reference=part) for part in "ab"
        ]
        if round_ % 3 == 2:
            with engine.connect() as connection:
                append(connection, fund, Batch(parse_drafts(events), GP))
                connection.rollback()
            with pytest.raises(RefusedError):
                record(engine, fund, called("-1"))
        else:
            record(engine, fund, *events)
    close_engine(engine)


def test_concurrent_writers_leave_no_gap_and_lose_nothing(
    engine: Engine, settings: Settings
) -> None:
    fund = new_fund(engine)
    writers = [
        SPAWN.Process(target=_write, args=(settings, fund, number)) for number in range(WRITERS)
    ]
    for process in writers:
        process.start()
    for process in writers:
        process.join(60)
    assert [process.exitcode for process in writers] == [0] * WRITERS
    kept = ROUNDS - ROUNDS // 3
    with engine.connect() as connection:
        head = stored_events.head_of(connection, fund)
        assert head.sequence == 1 + WRITERS * kept * 2
        assert stored_events.verify(connection, fund) is None
    events = timeline.between(engine, fund, 1, head.sequence)
    assert [event.sequence for event in events] == list(range(1, head.sequence + 1))
    moments = [event.recorded_at for event in events]
    assert moments == sorted(moments)
    amounts = [event.payload["amount"] for event in events[1:]]
    assert all(amounts[i] == amounts[i + 1] for i in range(0, len(amounts), 2)), (
        "batches interleave"
    )


def test_known_at_waits_for_an_append_in_flight(engine: Engine) -> None:
    """What was asked as of an instant must not learn later of an event recorded before it."""
    fund = new_fund(engine)
    answers: list[int] = []
    with engine.connect() as connection:
        in_flight = append(connection, fund, Batch(parse_drafts([called("100")]), GP))
        instant = datetime.now(UTC)
        assert in_flight.recorded_at < instant
        reader = threading.Thread(
            target=lambda: answers.append(stored_events.known_at(engine, fund, instant))
        )
        reader.start()
        reader.join(0.3)
        assert reader.is_alive(), "the reader answered before the append was settled"
        connection.commit()
    reader.join(10)
    assert answers == [2] == [stored_events.known_at(engine, fund, instant)]


def test_the_head_and_the_past_are_read_without_waiting(engine: Engine) -> None:
    fund = new_fund(engine)
    with engine.connect() as reading:
        moment = stored_events.head_of(reading, fund).recorded_at
    with engine.connect() as connection:
        append(connection, fund, Batch(parse_drafts([called("100")]), GP))
        assert stored_events.known_at(engine, fund, moment) == 1
        with engine.connect() as reading:
            assert stored_events.head_of(reading, fund).sequence == 1
        connection.rollback()


def test_nobody_knows_the_future(engine: Engine) -> None:
    fund = new_fund(engine)
    with pytest.raises(BeyondKnowledgeError, match="has not come yet"):
        stored_events.known_at(engine, fund, datetime(2999, 1, 1, tzinfo=UTC))


def test_events_of_one_batch_are_known_together(engine: Engine) -> None:
    fund = new_fund(engine)
    appended = record(engine, fund, called("1"), called("2"), called("3"))
    assert stored_events.known_at(engine, fund, appended.recorded_at) == 4


def test_checks_of_a_log_that_grows_meanwhile_find_nothing_wrong(engine: Engine) -> None:
    fund, last = new_fund(engine), date(2020, 12, 31)
    days = [last - timedelta(days=number) for number in range(200)]
    for day in days:
        take(engine, fund, uuid7(), SnapshotRequest(day, "manual", "someone"))

    def overtake_one_after_the_other() -> None:
        for day in days:
            record(engine, fund, called("5", day.isoformat()))

    appending = threading.Thread(target=overtake_one_after_the_other)
    appending.start()
    while appending.is_alive():
        assert verify_log.verify(engine, fund).broken is None
        assert check(engine, fund).wrong == []
    appending.join()
