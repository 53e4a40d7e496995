"""Closing and reopening books: once each, whoever writes meanwhile, and what a close would mean."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine

from app.domain.errors import BeyondKnowledgeError, RefusedError, UnknownCloseError
from app.services.funds import close_books, close_preview
from app.services.reads import period_closes
from tests.ledgers import GP, called, company, investment, look, mark, new_fund, raw, record

Q4 = {"closed_through": "2010-12-31", "label": "Q4 2010", "note": ""}


@pytest.fixture
def fund(engine: Engine) -> UUID:
    """Return a fund with a marked holding at the end of 2010."""
    return new_fund(engine, called("1000"), company(), investment("600"), mark("900"))


def _standing(engine: Engine, fund: UUID) -> list[str]:
    return [each.name for each in period_closes.load_books(engine, fund).standing]


def _close(engine: Engine, fund: UUID, day: str, label: str, key: str = "") -> int:
    fields = {"closed_through": day, "label": label}
    return close_books.close(engine, fund, fields, GP, key or label).first_sequence


def test_a_close_takes_effect_on_the_day_on_which_it_is_made(engine: Engine, fund: UUID) -> None:
    made = close_books.close(engine, fund, Q4, GP, "a key")
    [close] = period_closes.load_books(engine, fund).closes
    assert close.sequence == made.first_sequence
    assert close.event.effective_on == datetime.now(UTC).date()
    assert "note" not in close.event.payload


def test_the_same_form_closes_once_and_another_day_is_another_close(
    engine: Engine, fund: UUID
) -> None:
    first = close_books.close(engine, fund, Q4, GP, "a key")
    again = close_books.close(engine, fund, Q4, GP, "a key")
    assert again.replayed
    assert again.first_sequence == first.first_sequence
    later = {**Q4, "closed_through": "2011-03-31"}
    assert not close_books.close(engine, fund, later, GP, "a key").replayed
    with pytest.raises(RefusedError, match="are closed through 2011-03-31 already"):
        close_books.close(engine, fund, Q4, GP, "another key")


def test_reopening_and_closing_again_keep_every_name(engine: Engine, fund: UUID) -> None:
    second = [_close(engine, fund, f"2010-{day}", day) for day in ("03-31", "06-30", "09-30")][1]
    opened = close_books.reopen(engine, fund, second, "a wire was missed", GP)
    assert opened
    assert _standing(engine, fund) == ["03-31"]
    assert close_books.reopen(engine, fund, second, "again", GP) is None
    assert close_books.close_again(engine, fund, opened.first_sequence, GP)
    assert _standing(engine, fund) == ["09-30", "06-30", "03-31"]
    assert close_books.close_again(engine, fund, opened.first_sequence, GP) is None


def test_what_was_closed_meanwhile_is_not_closed_again(engine: Engine, fund: UUID) -> None:
    first = _close(engine, fund, "2010-06-30", "Q2")
    _close(engine, fund, "2010-09-30", "Q3")
    opened = close_books.reopen(engine, fund, first, "a wire was missed", GP)
    assert opened
    _close(engine, fund, "2010-06-30", "Q2, audited")
    close_books.close_again(engine, fund, opened.first_sequence, GP)
    assert _standing(engine, fund) == ["Q3", "Q2, audited"]


def test_the_last_close_alone_can_be_undone(engine: Engine, fund: UUID) -> None:
    first = _close(engine, fund, "2010-06-30", "Q2")
    last = _close(engine, fund, "2010-09-30", "Q3")
    with pytest.raises(RefusedError, match="was followed by Q3: reopen that one first"):
        close_books.undo(engine, fund, first, GP)
    assert close_books.undo(engine, fund, last, GP)
    assert close_books.undo(engine, fund, last, GP) is None
    assert _standing(engine, fund) == ["Q2"]


def test_many_who_reopen_at_once_reopen_once(engine: Engine, fund: UUID) -> None:
    sequence = _close(engine, fund, "2010-06-30", "Q2")

    def work(number: int) -> object:
        if number % 2:
            return record(engine, fund, called(str(number), "2011-05-01"))
        return close_books.reopen(engine, fund, sequence, "at once", GP)

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(work, range(16)))
    assert [each is not None for each in done[::2]].count(True) == 1
    assert _standing(engine, fund) == []


def test_what_is_no_close_is_not_found(engine: Engine, fund: UUID) -> None:
    sequence = _close(engine, fund, "2010-06-30", "Q2")
    with pytest.raises(UnknownCloseError):
        period_closes.find_close(engine, fund, sequence - 1)
    for turn in (close_books.undo, close_books.close_again):
        with pytest.raises(UnknownCloseError):
            turn(engine, fund, sequence + (turn is close_books.undo), GP)


def test_a_close_without_a_label_is_named_by_its_quarter_or_its_day(
    engine: Engine, fund: UUID
) -> None:
    for day in ("2010-06-30", "2010-11-30"):
        record(engine, fund, raw("PERIOD_CLOSED", "2011-01-15", closed_through=day))
    assert _standing(engine, fund) == ["30 Nov 2010", "Q2 2010"]


def test_what_was_reported_is_never_another(engine: Engine, fund: UUID) -> None:
    _close(engine, fund, "2010-12-31", "Q4")
    [close] = period_closes.load_books(engine, fund).closes

    def reported() -> object:
        at = close.viewpoint
        return look(engine, fund, str(at.as_of), through=str(at.through)).figures.nav

    assert reported() == 1300
    record(engine, fund, mark("700", adjustment=True))
    assert reported() == 1300
    assert look(engine, fund, "2010-12-31").figures.nav == 1100
    assert period_closes.load_books(engine, fund).adjustments == {close.sequence: 1}


def test_a_plan_counts_what_is_new_and_lists_what_has_no_mark_of_the_day(
    engine: Engine, fund: UUID
) -> None:
    record(engine, fund, company("Gone"), investment("10", "2010-06-01", "Gone"))
    record(engine, fund, mark("0", "2010-09-30", "Gone"))
    plan = close_preview.plan(engine, fund, "2010-12-31", None)
    assert (plan.events, plan.new_events, plan.label, plan.is_clear) == (8, 8, "Q4 2010", True)
    _close(engine, fund, "2010-09-30", "Q3")
    [last] = period_closes.load_books(engine, fund).closes
    plan = close_preview.plan(engine, fund, "2010-12-31", last)
    assert (plan.events, plan.new_events) == (8, 1)
    plan = close_preview.plan(engine, fund, "2010-12-30", last)
    assert [each.name for each in plan.unmarked] == ["Acme"]
    assert not plan.is_clear


def test_a_plan_refuses_what_the_log_would(engine: Engine, fund: UUID) -> None:
    _close(engine, fund, "2010-09-30", "Q3")
    [last] = period_closes.load_books(engine, fund).closes
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    for day, told in (
        ("2010-09-30", "is closed already"),
        (str(tomorrow), "has not come yet"),
        ("x", "write a date"),
    ):
        with pytest.raises(BeyondKnowledgeError, match=told):
            close_preview.plan(engine, fund, day, last)


def test_the_day_suggested_is_the_quarter_after_the_last_close(engine: Engine, fund: UUID) -> None:
    today = date(2012, 2, 10)
    assert close_preview.usual_day(None, today) == date(2011, 12, 31)
    for day, following in (
        ("2010-09-30", date(2010, 12, 31)),  # and not the one that ended last
        ("2010-11-15", date(2010, 12, 31)),
        ("2011-12-31", date(2012, 3, 31)),
    ):
        _close(engine, fund, day, day)
        last = period_closes.load_books(engine, fund).closes[0]
        assert close_preview.usual_day(last, today) == following


@pytest.mark.parametrize(
    ("day", "skipped"),
    [
        ("2010-10-31", []),
        ("2010-12-31", []),
        ("2011-01-15", ["Q4 2010"]),
        ("2011-03-31", ["Q4 2010"]),
        ("2011-09-30", ["Q4 2010", "Q1 2011", "Q2 2011"]),
    ],
)
def test_quarters_that_a_close_would_take_with_it_are_named(
    engine: Engine, fund: UUID, day: str, skipped: list[str]
) -> None:
    asked = date.fromisoformat(day)
    assert close_preview.skipped_quarters(None, asked) == []
    _close(engine, fund, "2010-09-30", "Q3")
    [last] = period_closes.load_books(engine, fund).closes
    assert close_preview.skipped_quarters(last, asked) == skipped
