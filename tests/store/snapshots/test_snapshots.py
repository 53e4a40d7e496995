"""Snapshots spare reads most of the log, and change no answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from uuid_utils.compat import uuid7

from app.domain.state.company_metrics import Metrics
from app.domain.state.fold import state_at
from app.domain.state.state import FundState
from app.domain.viewpoint import Viewpoint
from app.services.snapshots.builder import LaterEvents, build_missing, keep_all, repair
from app.services.snapshots.take import SnapshotRequest, take
from app.services.snapshots.verify import check
from app.store import funds
from app.store.database import seals
from app.store.database.connections import reading
from app.store.log import stored_events
from app.store.log.validity import EVENTS_PER_STEP, STEPS_OF_PATIENCE, Overtaking, later_of
from app.store.snapshots import model, state_reader, table
from app.store.snapshots.codec import encode
from tests.domain.ledger import Ledger
from tests.domain.random_logs import DAYS, ledgers
from tests.ledgers import Raw, called, company, investment, mark, new_fund, raw, record, void

Log = tuple[Ledger, list[Raw]]
PLACES = st.lists(st.tuples(DAYS, st.floats(0, 1)), min_size=8, max_size=8)
_DATABASE = settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def _read(engine: Engine, fund: UUID, at: Viewpoint) -> state_reader.Read:
    with reading(engine) as driver:
        return state_reader.read(driver, fund, at.as_of, at.through)


def _read_without_metrics(engine: Engine, fund: UUID, at: Viewpoint) -> FundState:
    with reading(engine) as driver:
        return state_reader.read_without_metrics(driver, fund, at.as_of, at.through).state


def _but_metrics(state: FundState) -> FundState:
    return replace(state, forecasts=Metrics(), actuals=Metrics(), events=0, last_event=0)


def _manual(engine: Engine, fund: UUID, day: date) -> None:
    take(engine, fund, uuid7(), SnapshotRequest(day, "manual", "someone"))


@given(ledgers(), st.data(), PLACES)
@_DATABASE
def test_a_snapshot_and_the_rest_of_the_log_equal_a_full_replay(
    engine: Engine, log: Log, data: st.DataObject, places: list[tuple[date, float]]
) -> None:
    with engine.begin() as connection:
        fund = funds.register(connection, uuid7(), f"Fund {uuid7()}").id
    for event in log[1]:
        record(engine, fund, event, allow_duplicate=True)
        match data.draw(st.integers(0, 5)):
            case 0:
                _manual(engine, fund, data.draw(DAYS))
            case 1:
                build_missing(engine, fund, every=3)
    build_missing(engine, fund, every=4)
    with engine.connect() as connection:
        events = stored_events.events_through(connection, fund, len(log[1]))
    for as_of, share in places:
        at = Viewpoint(as_of, round(share * len(events)))
        whole = _read(engine, fund, at).state
        assert whole == state_at(events, at)
        assert _but_metrics(_read_without_metrics(engine, fund, at)) == _but_metrics(whole)
        repair(engine, fund, at)
    assert check(engine, fund).wrong == []
    answers = [_read(engine, fund, Viewpoint(each[0], len(events))).state for each in places]
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM snapshot WHERE fund_id = :fund"), {"fund": fund})
    assert [
        _read(engine, fund, Viewpoint(each[0], len(events))).state for each in places
    ] == answers


def test_a_state_without_metrics_does_not_pretend_that_there_are_none(engine: Engine) -> None:
    told = {"metric_type": "arr", "period_end": "2010-12-31", "value": "5"}
    fund = new_fund(engine, company(), raw("ACTUAL_RECORDED", "2011-01-31", company="Acme", **told))
    at = Viewpoint(date(2011, 12, 31), 3)
    assert len(list(_read(engine, fund, at).state.actuals)) == 1
    bare = _read_without_metrics(engine, fund, at)
    with pytest.raises(LookupError, match="left out"):
        list(bare.actuals)


@pytest.fixture
def fund(engine: Engine) -> UUID:
    """Return a fund with a mark a month, in the order of time."""
    marks = [mark(str(month), f"2010-{month:02}-28") for month in range(3, 13)]
    return new_fund(engine, company(), investment("100", "2010-02-01"), *marks)


def test_a_read_folds_only_what_comes_after_the_snapshot(engine: Engine, fund: UUID) -> None:
    _manual(engine, fund, date(2010, 8, 31))
    found = _read(engine, fund, Viewpoint(date(2010, 10, 31), 13))
    assert (found.snapshot_as_of, found.folded) == (date(2010, 8, 31), 2)
    earlier = _read(engine, fund, Viewpoint(date(2010, 8, 30), 13))
    assert (earlier.snapshot_as_of, earlier.folded) == (None, 9)


def test_a_backdated_event_overtakes_the_snapshots_of_its_day_and_later_ones(
    engine: Engine, fund: UUID
) -> None:
    for day in ("2010-06-30", "2010-08-31"):
        _manual(engine, fund, date.fromisoformat(day))
    record(engine, fund, investment("5", "2010-08-31"))
    end = date(2010, 12, 31)
    assert _read(engine, fund, Viewpoint(end, 14)).snapshot_as_of == date(2010, 6, 30)
    assert _read(engine, fund, Viewpoint(end, 13)).snapshot_as_of == date(2010, 8, 31)


def test_what_comes_late_and_changes_nothing_after_it_is_let_into_a_snapshot(
    engine: Engine, fund: UUID
) -> None:
    _manual(engine, fund, date(2010, 10, 31))
    bill = raw("EXPENSE_PAID", "2010-08-31", amount="5", category="other")
    record(engine, fund, bill)
    record(engine, fund, mark("7", "2010-06-15"), void(14), void(6))
    end = date(2010, 12, 31)
    found = _read(engine, fund, Viewpoint(end, 17))
    # The bill and its void, the mark, the void of an older mark with its target, and two after.
    assert (found.snapshot_as_of, found.folded) == (date(2010, 10, 31), 7)
    assert _read(engine, fund, Viewpoint(end, 14)).folded == 3


def test_a_void_of_the_last_word_overtakes_by_the_date_of_its_target(
    engine: Engine, fund: UUID
) -> None:
    for day in ("2010-06-30", "2010-08-31"):
        _manual(engine, fund, date.fromisoformat(day))
    record(engine, fund, void(9))  # the mark of August
    found = _read(engine, fund, Viewpoint(date(2010, 12, 31), 14))
    assert found.snapshot_as_of == date(2010, 6, 30)


def test_what_an_earlier_projector_folded_is_left_alone(
    engine: Engine, owner_engine: Engine, fund: UUID
) -> None:
    _manual(engine, fund, date(2010, 8, 31))
    with owner_engine.begin() as connection:
        connection.execute(
            text("UPDATE snapshot SET projector_version = 0 WHERE fund_id = :fund"), {"fund": fund}
        )
    assert _read(engine, fund, Viewpoint(date(2010, 12, 31), 13)).snapshot_as_of is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("state = state || '\\x00'", "its bytes do not give its hash"),
        ("nav = nav + 1", seals.WRONG_SEAL),
        ("event_count = 1", seals.WRONG_SEAL),
        ("valid_before = 13", "event None did"),
    ],
)
def test_a_check_finds_a_snapshot_that_is_not_what_the_log_says(
    engine: Engine, owner_engine: Engine, fund: UUID, change: str, reason: str
) -> None:
    _manual(engine, fund, date(2010, 6, 30))
    _manual(engine, fund, date(2010, 8, 31))
    assert check(engine, fund).wrong == []
    with owner_engine.begin() as connection:
        connection.execute(
            text(f"UPDATE snapshot SET {change} WHERE fund_id = :fund AND as_of = '2010-08-31'"),
            {"fund": fund},
        )
    [wrong] = check(engine, fund).wrong
    assert reason in wrong.reason


def test_a_check_finds_a_snapshot_that_asof_itself_folded_wrong(engine: Engine, fund: UUID) -> None:
    day, through = date(2010, 8, 31), 13
    state = _read(engine, fund, Viewpoint(day, through)).state
    state.committed += 1
    wrong = model.taken(state, Viewpoint(day, through), "manual", "someone")
    keep_all(engine, LaterEvents(fund, through, []), [wrong])
    [found] = check(engine, fund).wrong
    assert found.reason == "it is not what the log folds to"


def test_taking_a_snapshot_again_under_its_id_gives_the_first_one(
    engine: Engine, fund: UUID
) -> None:
    snapshot_id = uuid7()
    first = take(engine, fund, snapshot_id, SnapshotRequest(date(2010, 6, 30), "manual", "someone"))
    record(engine, fund, called("5", "2010-02-01"))
    again = take(engine, fund, snapshot_id, SnapshotRequest(date(2010, 7, 31), "manual", "someone"))
    assert (again.as_of, again.through) == (first.as_of, first.through)


@given(st.lists(st.dates(date(2010, 1, 1), date(2010, 1, 20)), min_size=1), DAYS)
def test_what_overtakes_a_day_first_is_kept_whatever_the_day(days: list[date], day: date) -> None:
    appended = [later_of(*each, "EXPENSE_PAID") for each in enumerate(days, 5)]
    plain = next((each.sequence for each in appended if each.effective_on <= day), None)
    assert Overtaking(appended).validity(day) == (plain, None)


def test_a_void_of_what_cannot_be_taken_out_ends_the_use_of_snapshots(
    engine: Engine, fund: UUID
) -> None:
    _manual(engine, fund, date(2010, 8, 31))
    record(engine, fund, void(3))  # the investment
    found = _read(engine, fund, Viewpoint(date(2010, 12, 31), 14))
    with reading(engine) as driver:
        [snapshot] = table.newest(driver, fund, 9)
    assert (snapshot.valid_before, snapshot.usable_until) == (14, 14)
    assert found.snapshot_as_of is None
    assert check(engine, fund).wrong == []


def test_late_events_let_in_leave_the_very_bytes_of_a_fold_from_the_first_event(
    engine: Engine, fund: UUID
) -> None:
    bill = raw("EXPENSE_PAID", "2010-06-01", amount="0.5", category="other")
    whole = raw("EXPENSE_PAID", "2010-06-01", amount="7", category="other")
    record(engine, fund, bill)
    _manual(engine, fund, date(2010, 8, 31))
    record(engine, fund, void(14), whole)
    let_in = _read(engine, fund, Viewpoint(date(2010, 8, 31), 16))
    assert let_in.snapshot_as_of == date(2010, 8, 31)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM snapshot WHERE fund_id = :fund"), {"fund": fund})
    folded = _read(engine, fund, Viewpoint(date(2010, 8, 31), 16))
    assert encode(let_in.state) == encode(folded.state)


def test_a_snapshot_that_lacks_very_much_gives_way_to_an_earlier_one(
    engine: Engine, fund: UUID
) -> None:
    _manual(engine, fund, date(2010, 2, 15))
    _manual(engine, fund, date(2010, 8, 31))
    patience = EVENTS_PER_STEP * (STEPS_OF_PATIENCE + 1)
    bills = [
        raw("EXPENSE_PAID", "2010-06-01", amount="1", category="other", reference=str(number))
        for number in range(patience)
    ]
    record(engine, fund, *bills)
    end, last = date(2010, 8, 31), 13 + patience
    assert _read(engine, fund, Viewpoint(end, last)).snapshot_as_of == end
    record(engine, fund, called("1", "2010-12-31"))
    assert _read(engine, fund, Viewpoint(end, last + 1)).snapshot_as_of == date(2010, 2, 15)
