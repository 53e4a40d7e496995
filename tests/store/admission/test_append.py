"""The append path: gap-free, idempotent, all or nothing, and its refusals."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text

from app.domain.errors import (
    IdempotencyConflictError,
    RefusedError,
    StaleHeadError,
    UnknownFundError,
)
from app.services.reads import timeline
from app.store.log import stored_events
from tests.ledgers import (
    ANALYST,
    called,
    company,
    established,
    investment,
    mark,
    new_fund,
    raw,
    record,
    void,
)


def test_a_batch_is_numbered_without_gaps_and_shares_one_moment(engine: Engine) -> None:
    fund = new_fund(engine)
    appended = record(engine, fund, company(), investment("100"), mark("150"))
    events = timeline.between(engine, fund, 1, appended.last_sequence)
    assert [event.sequence for event in events] == [1, 2, 3, 4]
    assert len({event.recorded_at for event in events[1:]}) == 1
    assert events[0].recorded_at < events[1].recorded_at <= datetime.now(UTC)


def test_a_batch_with_one_fault_leaves_nothing_behind(engine: Engine) -> None:
    fund = new_fund(engine, company())
    with pytest.raises(RefusedError) as refused:
        record(
            engine,
            fund,
            investment("100"),
            investment("5", name="Acmee"),
            called("7", "2009-01-01"),
        )
    assert [(fault.position, fault.field) for fault in refused.value.faults] == [
        (1, "company"),
        (2, "effective_on"),
    ]
    assert "Acme" in refused.value.faults[0].reason
    with engine.connect() as connection:
        assert stored_events.head_of(connection, fund).sequence == 2
        assert len(stored_events.events_through(connection, fund, 99)) == 2


def test_the_same_key_and_request_give_the_first_result_again(engine: Engine) -> None:
    fund = new_fund(engine)
    first = record(engine, fund, called("100"), key="call-1")
    again = record(engine, fund, called("100"), key="call-1")
    assert (again.first_sequence, again.last_sequence) == (first.first_sequence, 2)
    assert again.recorded_at == first.recorded_at
    assert again.replayed
    with engine.connect() as connection:
        assert stored_events.head_of(connection, fund).sequence == 2


def test_the_same_key_with_another_request_is_an_error(engine: Engine) -> None:
    fund = new_fund(engine)
    record(engine, fund, called("100"), key="call-1")
    with pytest.raises(IdempotencyConflictError, match="choose a new key"):
        record(engine, fund, called("200"), key="call-1")


def test_a_refused_request_does_not_use_up_its_key(engine: Engine) -> None:
    fund = new_fund(engine)
    with pytest.raises(RefusedError):
        record(engine, fund, called("100", "2009-01-01"), key="call-1")
    assert not record(engine, fund, called("100"), key="call-1").replayed


def test_a_key_belongs_to_its_fund(engine: Engine) -> None:
    one, other = new_fund(engine), new_fund(engine)
    record(engine, one, called("100"), key="call-1")
    assert not record(engine, other, called("200"), key="call-1").replayed


def test_a_stale_head_is_told_what_came_between(engine: Engine) -> None:
    fund = new_fund(engine)
    record(engine, fund, called("100"), expected_head=1)
    with pytest.raises(StaleHeadError, match="read events 2 to 2") as stale:
        record(engine, fund, called("200"), expected_head=1)
    assert stale.value.head == 2


def test_a_fund_that_does_not_exist_takes_nothing(engine: Engine) -> None:
    with pytest.raises(UnknownFundError):
        record(engine, uuid4(), called("100"))


def test_an_empty_batch_is_refused(engine: Engine) -> None:
    with pytest.raises(RefusedError, match="at least one"):
        record(engine, new_fund(engine))


def test_recorded_at_goes_on_where_the_clock_has_fallen_behind(
    engine: Engine, owner_engine: Engine
) -> None:
    fund = new_fund(engine)
    ahead = datetime.now(UTC) + timedelta(hours=1)
    with owner_engine.begin() as connection:
        connection.execute(
            text("UPDATE ledger_head SET recorded_at = :ahead WHERE fund_id = :fund"),
            {"ahead": ahead, "fund": fund},
        )
    assert record(engine, fund, called("100")).recorded_at == ahead + timedelta(microseconds=1)


def test_a_duplicate_is_refused_with_a_link_to_the_first(engine: Engine) -> None:
    fund = new_fund(engine)
    record(engine, fund, called("100", note="capital call 1"))
    with pytest.raises(RefusedError) as refused:
        record(engine, fund, called("100.00", note="capital call 1"))
    [fault] = refused.value.faults
    assert (fault.code, fault.sequence) == ("twin", 2)


def test_a_duplicate_that_is_said_to_be_a_second_one_is_recorded_as_such(engine: Engine) -> None:
    fund = new_fund(engine)
    record(engine, fund, called("100"))
    record(engine, fund, called("100"), allow_duplicate=True)
    record(engine, fund, called("100", occurrence=3))
    payloads = [event.payload for event in timeline.between(engine, fund, 2, 4)]
    assert [payload.get("occurrence") for payload in payloads] == [None, 2, 3]


def test_many_are_kept_as_they_were_written(engine: Engine) -> None:
    notes = [
        "\\N",
        "a\tb",
        "a\nb",
        "\\x00",
        "\\",
        "\\t",
        '"quoted"',
        "naïve 株式会社 🚢",
        "\\.",
        "{1,2}",
    ]
    fund = new_fund(engine)
    record(engine, fund, *(called(str(n), note=note) for n, note in enumerate(notes * 2, 1)))
    kept = [event.payload["note"] for event in timeline.between(engine, fund, 2, 21)]
    assert kept == notes * 2
    with engine.connect() as connection:
        assert stored_events.verify(connection, fund) is None


def test_a_duplicate_among_many_is_refused_or_recorded_like_one_alone(engine: Engine) -> None:
    fund = new_fund(engine)
    calls = [called(str(amount)) for amount in range(1, 16)]
    record(engine, fund, calls[7])
    with pytest.raises(RefusedError) as refused:
        record(engine, fund, *calls)
    [fault] = refused.value.faults
    assert (fault.code, fault.sequence, fault.position) == ("twin", 2, 7)
    assert record(engine, fund, *calls, allow_duplicate=True).last_sequence == 17
    occurrences = [
        event.payload.get("occurrence") for event in timeline.between(engine, fund, 2, 17)
    ]
    assert occurrences == [None] * 8 + [2] + [None] * 7


def test_a_duplicate_of_a_voided_event_is_taken_by_itself(engine: Engine) -> None:
    fund = new_fund(engine)
    record(engine, fund, called("100"))
    record(engine, fund, void(2), called("100"))
    [_, again] = timeline.between(engine, fund, 3, 4)
    assert again.payload["occurrence"] == 2


def test_a_mark_that_goes_back_to_an_earlier_value_is_no_duplicate(engine: Engine) -> None:
    fund = new_fund(engine, company(), investment("10"))
    for value in ("10", "12", "10"):
        record(engine, fund, mark(value))
    with pytest.raises(RefusedError, match="same as event 6"):
        record(engine, fund, mark("10"))


def test_a_name_that_is_told_again_after_other_news_is_no_duplicate(engine: Engine) -> None:
    fund = new_fund(engine, company())
    renamed = raw("COMPANY_UPDATED", "2010-06-01", company="Acme", new_name="Zenith")
    record(engine, fund, renamed)
    record(engine, fund, raw("COMPANY_UPDATED", "2010-06-01", company="Acme", stage="growth"))
    record(engine, fund, called("1"), called("2"))
    record(engine, fund, renamed)
    with pytest.raises(RefusedError, match="same as event 7"):
        record(engine, fund, renamed)


def test_a_renamed_company_is_still_the_same_one(engine: Engine) -> None:
    fund = new_fund(engine, company("Facebook"), investment("10", name="Facebook"))
    record(engine, fund, raw("COMPANY_UPDATED", "2010-06-01", company="Facebook", new_name="Meta"))
    with pytest.raises(RefusedError, match="same as event 3"):
        record(engine, fund, investment("10", name="META"))
    with pytest.raises(RefusedError, match="is taken by Facebook"):
        record(engine, fund, company("facebook"))


def test_a_void_takes_its_targets_date_and_happens_once(engine: Engine) -> None:
    fund = new_fund(engine, called("100", "2010-05-05"))
    record(engine, fund, void(2))
    [event] = timeline.between(engine, fund, 3, 3)
    assert event.effective_on.isoformat() == "2010-05-05"
    with pytest.raises(RefusedError, match="voided already"):
        record(engine, fund, void(2))
    with pytest.raises(RefusedError, match="is itself a void"):
        record(engine, fund, void(3))
    with pytest.raises(RefusedError, match="no such event"):
        record(engine, fund, void(99))


def test_a_company_with_events_in_force_cannot_be_voided(engine: Engine) -> None:
    fund = new_fund(engine, company(), investment("10"), mark("20"))
    with pytest.raises(RefusedError, match="void 3, 4 first"):
        record(engine, fund, void(2))
    record(engine, fund, void(3), void(4), void(2))
    record(engine, fund, company())  # its name is free again


def test_closed_books_take_adjustments_by_a_gp_only(engine: Engine) -> None:
    fund = new_fund(engine)
    record(engine, fund, called("5", "2010-02-02"), author=ANALYST)
    record(
        engine, fund, raw("PERIOD_CLOSED", "2011-01-10", closed_through="2010-12-31", label="Q4")
    )
    late = called("100", "2010-12-31")
    adjusted = called("100", "2010-12-31", adjustment=True)
    for author, event in ((ANALYST, late), (ANALYST, adjusted), (ANALYST, void(2))):
        with pytest.raises(RefusedError, match="closed through 2010-12-31"):
            record(engine, fund, event, author=author)
    record(engine, fund, adjusted)
    record(engine, fund, called("1", "2011-01-01"), author=ANALYST)
    record(engine, fund, raw("PERIOD_REOPENED", "2011-01-10", closed_through="2010-12-31"))
    record(engine, fund, late, author=ANALYST)


def test_reopened_books_are_closed_as_far_as_an_earlier_close_stands(engine: Engine) -> None:
    fund = new_fund(engine)
    closes = {"2010-03-31": "Q1", "2010-06-30": "Q2", "2010-09-30": "Q3"}
    for day, label in closes.items():
        record(engine, fund, raw("PERIOD_CLOSED", "2010-12-01", closed_through=day, label=label))
    reopened = raw("PERIOD_REOPENED", "2010-12-02", closed_through="2010-06-30")
    record(engine, fund, reopened)
    record(engine, fund, called("1", "2010-04-01"), called("2", "2010-09-01"), author=ANALYST)
    with pytest.raises(RefusedError, match=r"closed through 2010-03-31 \(Q1\)"):
        record(engine, fund, called("3", "2010-03-31"), author=ANALYST)
    record(engine, fund, raw("PERIOD_CLOSED", "2010-12-03", closed_through="2010-06-30"))
    with pytest.raises(RefusedError, match="closed through 2010-06-30"):
        record(engine, fund, called("4", "2010-04-01"), author=ANALYST)
    record(engine, fund, called("5", "2010-09-30"), author=ANALYST)


def test_currency_is_locked_by_cash_that_the_index_at_hand_does_not_hold(engine: Engine) -> None:
    fund = new_fund(engine, called("100"), called("200"))
    amended = established(currency="EUR") | {"event_type": "TERMS_AMENDED"}
    with pytest.raises(RefusedError, match="money has moved \\(event 2\\)"):
        record(engine, fund, amended)
    with pytest.raises(RefusedError, match="money has moved \\(event 3\\)"):
        record(engine, fund, void(2), amended)
    record(engine, fund, void(2), void(3), amended)


def test_what_the_gp_promised_before_counts_but_for_what_is_voided(engine: Engine) -> None:
    promise = {"investor": "Larch Street", "partner": "gp"}
    fund = new_fund(engine, raw("COMMITMENT_MADE", "2010-01-15", amount="600000", **promise))
    more = raw("COMMITMENT_MADE", "2010-02-15", amount="400001", **promise)
    with pytest.raises(RefusedError, match="with the 600000 promised before"):
        record(engine, fund, more)
    record(engine, fund, void(2))
    record(engine, fund, more)


def test_a_void_that_leaves_the_gp_above_the_size_is_refused(engine: Engine) -> None:
    amended = established("2010-01-01", size="2000000") | {"event_type": "TERMS_AMENDED"}
    promise = {"investor": "Larch Street", "partner": "gp"}
    fund = new_fund(
        engine, amended, raw("COMMITMENT_MADE", "2010-01-15", amount="1500000", **promise)
    )
    with pytest.raises(RefusedError, match="fall back from 2000000 to 1000000, below the GP"):
        record(engine, fund, void(2))
    less = established("2010-01-01", size="1500000") | {"event_type": "TERMS_AMENDED"}
    record(engine, fund, void(2), less)
    record(engine, fund, void(3), void(5))
