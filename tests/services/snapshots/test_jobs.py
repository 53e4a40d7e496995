"""Snapshots come about by themselves, once each, and change no answer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, text
from uuid_utils.compat import uuid7

from app.domain.viewpoint import Viewpoint
from app.services.imports.write_fund import import_fund, plan_import
from app.services.jobs import jobs, runner
from app.services.jobs.jobs import Job
from app.services.jobs.progress import Progress
from app.services.reads import viewpoints
from app.services.recording.batches import Batch, append, parse_drafts
from app.services.snapshots import jobs as snapshot_jobs
from app.services.snapshots import requests
from app.services.snapshots.jobs import BUILD_MISSING, CHECK, HANDLERS, REPAIR, TAKE
from app.services.snapshots.policy import EVENTS_PER_BOUNDARY, reaches_a_boundary
from app.services.snapshots.take import SnapshotRequest, find_snapshot, snapshot_page, take
from app.services.snapshots.verify import check
from app.store.database.connections import reading
from app.store.database.seals import WRONG_SEAL
from app.store.snapshots import state_reader
from app.store.snapshots.model import Snapshot
from tasks import nightly
from tests.ledgers import GP, Raw, called, company, investment, mark, new_fund, record, void
from tests.people import somebody

NOW = datetime.now(UTC)
YESTERDAY = NOW.date() - timedelta(days=1)
NEW_FUND = 1  # events: it is established


def _calls(count: int, first: str = "2010-02-01") -> list[Raw]:
    """Call capital so many times, one call a day."""
    day = date.fromisoformat(first)
    return [called("5", str(day + timedelta(days=place))) for place in range(count)]


def _asked(engine: Engine, fund: UUID, kind: str) -> list[Job]:
    return jobs.listed(engine, fund, kind=kind)


def _do(engine: Engine, asked: Iterable[Job]) -> None:
    """Do jobs as a worker does, each with success."""
    for job in asked:
        runner.run(engine, HANDLERS, job.fund_id, job.id, 0)
        done = jobs.find_job(engine, job.fund_id, job.id)
        assert done.status == "done", done.error


def _snapshots(engine: Engine, fund: UUID) -> list[Snapshot]:
    return snapshot_page(engine, fund, 1000).snapshots


def _ask_to_take(engine: Engine, fund: UUID, what: SnapshotRequest, key: str | None = None) -> Job:
    return requests.ask(engine, fund, what, key=key).job


def _on_request(as_of: str, description: str = "") -> SnapshotRequest:
    return SnapshotRequest(date.fromisoformat(as_of), "manual", "someone", description)


def test_an_append_that_completes_a_stretch_asks_for_new_cuts_and_a_shorter_one_does_not(
    engine: Engine,
) -> None:
    fund = new_fund(engine)
    record(engine, fund, *_calls(EVENTS_PER_BOUNDARY - NEW_FUND - 1))
    assert _asked(engine, fund, BUILD_MISSING) == []
    record(engine, fund, called("7", "2012-01-01"))
    [first] = _asked(engine, fund, BUILD_MISSING)
    record(engine, fund, *_calls(EVENTS_PER_BOUNDARY, "2012-02-01"))
    assert _asked(engine, fund, BUILD_MISSING) == [first]  # which will take these too
    _do(engine, [first])
    record(engine, fund, called("7", "2014-01-02"))
    assert len(_asked(engine, fund, BUILD_MISSING)) == 1
    assert {each.type for each in _snapshots(engine, fund)} == {"auto"}


def test_what_is_recorded_while_cuts_are_laid_is_cut_too(engine: Engine) -> None:
    fund = new_fund(engine)
    record(engine, fund, *_calls(2 * EVENTS_PER_BOUNDARY))
    [job] = _asked(engine, fund, BUILD_MISSING)

    class MeanwhileRecording(Progress):
        def report(self, done: int, total: int | None = None) -> None:
            if done == EVENTS_PER_BOUNDARY:
                record(engine, fund, *_calls(EVENTS_PER_BOUNDARY, "2014-02-01"))
            super().report(done, total)

    HANDLERS[BUILD_MISSING](engine, job, MeanwhileRecording(engine, job))
    assert _asked(engine, fund, BUILD_MISSING) == [job]
    assert max(each.through for each in _snapshots(engine, fund)) == 3 * EVENTS_PER_BOUNDARY


def test_cuts_are_asked_for_in_the_transaction_of_the_append(engine: Engine) -> None:
    fund = new_fund(engine)
    with engine.connect() as connection:
        append(connection, fund, Batch(parse_drafts(_calls(EVENTS_PER_BOUNDARY)), GP))
        inside = connection.execute(
            text("SELECT count(*) FROM job WHERE fund_id = :fund"), {"fund": fund}
        ).scalar_one()
        assert inside == 1
        assert _asked(engine, fund, BUILD_MISSING) == []
        connection.rollback()
    assert _asked(engine, fund, BUILD_MISSING) == []


def test_a_long_read_asks_once_for_a_repair_and_none_follows_while_it_is_pending(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(viewpoints, "_ASK_EVERY", 0.0)
    fund = new_fund(engine, *_calls(snapshot_jobs.LONG_WAY))
    early = date(2012, 1, 1)
    at, head = viewpoints.resolve(engine, fund, viewpoints.ViewpointRequest(str(early)))
    viewpoints.load_view(engine, fund, at, head)
    assert _asked(engine, fund, REPAIR) == []  # that was no long way
    at, head = viewpoints.resolve(engine, fund, viewpoints.ViewpointRequest())
    answer = viewpoints.load_view(engine, fund, at, head)
    viewpoints.load_view(engine, fund, at, head)
    [repair] = _asked(engine, fund, REPAIR)
    _do(engine, [repair])
    with reading(engine) as driver:
        found = state_reader.read(driver, fund, at.as_of, at.through)
    assert found.folded <= EVENTS_PER_BOUNDARY
    assert viewpoints.load_view(engine, fund, at, head) == answer
    assert len(_asked(engine, fund, REPAIR)) == 1


def test_a_long_log_is_cut_less_often() -> None:
    assert reaches_a_boundary(499, 500)
    assert not reaches_a_boundary(500, 999)
    assert not reaches_a_boundary(1_000_400, 1_000_600), "a million is cut at each five thousand"
    assert reaches_a_boundary(1_004_999, 1_005_000)


def test_a_repair_makes_the_way_short_for_a_reader_of_the_past(engine: Engine) -> None:
    fund = new_fund(engine, *_calls(1100))
    record(engine, fund, called("3", "2010-01-10"))  # whoever knows it has the whole way to go
    _do(engine, _asked(engine, fund, BUILD_MISSING))
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM snapshot WHERE fund_id = :fund"), {"fund": fund})
    at = Viewpoint(NOW.date(), 1101)
    snapshot_jobs.ask_to_repair(engine, fund, at)
    _do(engine, _asked(engine, fund, REPAIR))
    with reading(engine) as driver:
        assert state_reader.read(driver, fund, at.as_of, at.through).folded <= EVENTS_PER_BOUNDARY


def test_each_night_asks_for_yesterdays_snapshot_of_every_active_fund_and_not_twice(
    engine: Engine,
) -> None:
    funds = [new_fund(engine), new_fund(engine)]
    nightly.run(engine)
    nightly.run(engine)  # as a worker that starts a moment later
    for fund in funds:
        [job] = _asked(engine, fund, TAKE)
        assert (job.subject["as_of"], job.subject["type"]) == (str(YESTERDAY), "scheduled")
        _do(engine, [job])
    nightly.run(engine)
    for fund in funds:
        assert len(_asked(engine, fund, TAKE)) == 1
        [snapshot] = _snapshots(engine, fund)
        assert (snapshot.as_of, snapshot.type) == (YESTERDAY, "scheduled")


def test_a_night_that_two_workers_asked_for_is_taken_once(engine: Engine) -> None:
    fund = new_fund(engine)
    for _ in range(2):  # each looked before the other had asked, and the first was soon done
        with engine.begin() as connection:
            job = snapshot_jobs.ask_to_take(
                connection, fund, SnapshotRequest(YESTERDAY, "scheduled", "asof")
            )
        _do(engine, [job])
        assert jobs.find_job(engine, fund, job.id).status == "done"
    assert len(_asked(engine, fund, TAKE)) == 2
    assert len(_snapshots(engine, fund)) == 1


def test_after_an_outage_the_night_that_was_missed_is_caught_up(engine: Engine) -> None:
    fund = new_fund(engine)
    before = SnapshotRequest(YESTERDAY - timedelta(days=3), "scheduled", "asof")
    take(engine, fund, uuid7(), before)  # the last that was taken
    take(
        engine, fund, uuid7(), SnapshotRequest(YESTERDAY, "manual", "someone")
    )  # and this is no nightly
    nightly.run(engine)
    [job] = _asked(engine, fund, TAKE)
    assert job.subject["as_of"] == str(YESTERDAY)


def test_a_nightly_that_was_given_up_is_asked_for_again(engine: Engine) -> None:
    fund = new_fund(engine)
    nightly.run(engine)
    [failed] = _asked(engine, fund, TAKE)
    for _ in range(runner.TRIES):
        runner.run(engine, {}, fund, failed.id, 0)
    assert jobs.find_job(engine, fund, failed.id).status == "failed"
    nightly.run(engine)
    assert len(_asked(engine, fund, TAKE)) == 2


def test_a_fund_in_which_nothing_was_recorded_for_a_year_sleeps(
    engine: Engine, owner_engine: Engine
) -> None:
    fund = new_fund(engine)
    with owner_engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE ledger_head SET recorded_at = recorded_at - interval '367 days'"
                " WHERE fund_id = :fund"
            ),
            {"fund": fund},
        )
    nightly.run(engine)
    assert _asked(engine, fund, TAKE) == []


def test_an_import_leads_to_snapshots(engine: Engine) -> None:
    rows = [f"{call['effective_on']},CAPITAL_CALLED,5" for call in _calls(1600)]
    content = "\n".join(["effective_on,event_type,amount", *rows])
    plan = plan_import(content.encode(), {"size": "1000000"})
    fund = import_fund(engine, f"Imported {uuid7()}", plan, somebody(engine).id).id
    _do(engine, _asked(engine, fund, BUILD_MISSING))
    assert [each.through for each in _snapshots(engine, fund)] == [1500, 1000]
    assert check(engine, fund).wrong == []
    with reading(engine) as driver:
        assert state_reader.read(driver, fund, NOW.date(), None).folded <= snapshot_jobs.LONG_WAY


def test_a_snapshot_on_request_is_taken_once_even_if_its_job_runs_twice(engine: Engine) -> None:
    fund = new_fund(engine, *_calls(5))
    job = _ask_to_take(engine, fund, _on_request("2010-02-03", "as reported"))
    HANDLERS[TAKE](engine, job, None)  # type: ignore[arg-type] # a run whose end was never heard of
    record(engine, fund, called("9", "2010-02-01"))
    _do(engine, [job])
    [snapshot] = _snapshots(engine, fund)
    assert (snapshot.id, snapshot.through, snapshot.description) == (job.id, 6, "as reported")
    assert jobs.find_job(engine, fund, job.id).result == {"snapshot_id": str(job.id)}
    assert find_snapshot(engine, fund, job.id) == snapshot


def test_the_same_wish_with_the_same_key_is_heard_once(engine: Engine) -> None:
    fund = new_fund(engine)
    first = _ask_to_take(engine, fund, _on_request("2010-02-03"), "key")
    assert _ask_to_take(engine, fund, _on_request("2010-02-03"), "key") == first
    _do(engine, [first])
    assert _ask_to_take(engine, fund, _on_request("2010-02-03"), "key").id == first.id
    others = [
        _ask_to_take(engine, fund, _on_request("2010-02-03"), "other"),
        _ask_to_take(engine, fund, _on_request("2010-02-03")),
        _ask_to_take(engine, fund, _on_request("2010-02-03")),
    ]
    assert len({first.id, *(job.id for job in others)}) == 4


def test_pruning_leaves_what_people_asked_for_and_changes_no_answer(
    engine: Engine, owner_engine: Engine
) -> None:
    fund = new_fund(engine)
    record(engine, fund, *_calls(1600))
    _do(engine, _asked(engine, fund, BUILD_MISSING))
    manual = take(engine, fund, uuid7(), _on_request("2010-06-30"))
    with owner_engine.begin() as connection:  # a later projector has come
        connection.execute(
            text("UPDATE snapshot SET projector_version = 0 WHERE fund_id = :fund"), {"fund": fund}
        )
    nightly.run(engine)
    _do(engine, _asked(engine, fund, TAKE))
    old = {each.id for each in _snapshots(engine, fund) if each.is_outdated}
    assert len(old) > 1
    places = [
        Viewpoint(date(2010, month, 15), through) for month in (3, 9) for through in (400, 1601)
    ]
    with reading(engine) as driver:
        answers = [state_reader.read(driver, fund, at.as_of, at.through).state for at in places]
    record(engine, fund, *_calls(EVENTS_PER_BOUNDARY, "2016-01-01"))
    _do(engine, [job for job in _asked(engine, fund, BUILD_MISSING) if job.is_pending])
    left = _snapshots(engine, fund)
    assert old & {each.id for each in left} == {manual.id}
    assert any(each.type == "scheduled" for each in left)
    with reading(engine) as driver:
        assert [
            state_reader.read(driver, fund, at.as_of, at.through).state for at in places
        ] == answers


def test_a_check_tells_how_many_it_folded_and_which_are_wrong(
    engine: Engine, owner_engine: Engine
) -> None:
    fund = new_fund(engine, company(), investment("100"), mark("150"))
    right, wrong = (
        take(engine, fund, uuid7(), _on_request(day)) for day in ("2010-04-01", "2011-01-01")
    )
    record(engine, fund, void(4))
    with owner_engine.begin() as connection:
        connection.execute(
            text("UPDATE snapshot SET nav = 1 WHERE fund_id = :fund AND id = :id"),
            {"fund": fund, "id": wrong.id},
        )
    asked = snapshot_jobs.ask_to_check(engine, fund, "someone")
    assert snapshot_jobs.ask_to_check(engine, fund, "someone else") == asked
    _do(engine, _asked(engine, fund, CHECK))
    result = jobs.find_job(engine, fund, asked.id).result
    assert result == {
        "checked": 2,
        "wrong": [{"snapshot_id": str(wrong.id), "reason": WRONG_SEAL}],
    }
    assert str(right.id) not in str(result)
