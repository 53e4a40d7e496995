"""How people say where they stand on the two time axes."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from app.domain.errors import BeyondKnowledgeError
from app.domain.viewpoint import parse_as_of, parse_known_at, quarter_end
from tests.domain.ledger import fund
from tests.ledgers import called, void

NOW = datetime(2012, 4, 15, 9, 30, tzinfo=UTC)
WRITE = "write a date such as 2012-03-31 or an instant such as 2012-03-31T18:00:00Z"
OFFSET = "an instant needs its offset from UTC, such as 2012-03-31T18:00:00Z"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2012-03-31", date(2012, 3, 31)),
        (" 2012-03-31 ", date(2012, 3, 31)),
        ("2012-03-31T18:00:00Z", date(2012, 3, 31)),
        ("2012-03-31T23:00:00-02:00", date(2012, 4, 1)),
        ("2012-04-01T01:00:00+02:00", date(2012, 3, 31)),
        ("2012-04-01T01:00:00 02:00", date(2012, 3, 31)),
    ],
)
def test_as_of_is_a_day_and_an_instant_means_its_utc_day(text: str, day: date) -> None:
    assert parse_as_of(text, today=NOW.date()) == day


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", WRITE),
        ("31.3.2012", WRITE),
        ("2012-02-30", WRITE),
        ("yesterday", WRITE),
        ("2012-03-31T18:00:00", OFFSET),
        ("2012-03-31 18:00", OFFSET),
        ("2012-03-31 02:00", OFFSET),
        ("2012-03-31T18:00:00 2:00", WRITE),
    ],
)
def test_other_spellings_are_refused_for_both_axes(text: str, reason: str) -> None:
    with pytest.raises(BeyondKnowledgeError) as caught:
        parse_as_of(text, today=NOW.date())
    assert str(caught.value) == f"as_of {text!r}: {reason}"
    with pytest.raises(BeyondKnowledgeError) as caught:
        parse_known_at(text, now=NOW)
    assert str(caught.value) == f"known_at {text!r}: {reason}"


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:00:00-10:00"])
def test_an_instant_that_no_utc_day_can_hold_is_refused(text: str) -> None:
    with pytest.raises(BeyondKnowledgeError):
        parse_as_of(text, today=NOW.date())
    with pytest.raises(BeyondKnowledgeError):
        parse_known_at(text, now=NOW)


def test_known_at_a_day_means_its_last_instant_in_utc() -> None:
    end = datetime(2012, 3, 31, 23, 59, 59, 999999, tzinfo=UTC)
    assert parse_known_at("2012-03-31", now=NOW) == end


def test_known_at_an_instant_is_that_instant_in_utc() -> None:
    known = parse_known_at("2012-03-31T18:00:00-02:00", now=NOW)
    assert known == datetime(2012, 3, 31, 20, tzinfo=UTC)
    assert known.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    ["2012-03-31T18:00:00.5 02:00", "2012-03-31T18:00:00.500 0200", "2012-03-31T18:00:00.5 02"],
)
def test_a_plus_that_an_address_made_a_space_of_is_read_as_a_plus(text: str) -> None:
    known = parse_known_at(text, now=NOW)
    assert known == datetime(2012, 3, 31, 16, 0, 0, 500_000, tzinfo=UTC)


def test_known_today_means_now() -> None:
    assert parse_known_at("2012-04-15", now=NOW) is None
    late_on_the_14th_elsewhere = datetime.fromisoformat("2012-04-14T23:30:00-05:00")
    assert parse_known_at("2012-04-15", now=late_on_the_14th_elsewhere) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1899-12-31", "is too long ago: choose a day from 1900-01-01 on"),
        ("2043-01-01", "is too far ahead: choose a day up to 2042-12-31"),
    ],
)
def test_days_of_another_century_are_slips(text: str, reason: str) -> None:
    with pytest.raises(BeyondKnowledgeError) as caught:
        parse_as_of(text, today=NOW.date())
    assert str(caught.value) == f"as_of {text!r}: {reason}"
    for spelling in (text, f"{text}T12:00:00Z") if text < "1900" else ():
        with pytest.raises(BeyondKnowledgeError, match=r"known_at .* is too long ago"):
            parse_known_at(spelling, now=NOW)


def test_nobody_knows_what_tomorrow_brings() -> None:
    with pytest.raises(BeyondKnowledgeError) as caught:
        parse_known_at("2012-04-16", now=NOW)
    assert str(caught.value) == (
        "known_at '2012-04-16': has not come yet: choose a day up to 2012-04-15"
    )


@pytest.mark.parametrize(
    ("day", "quarters", "end"),
    [
        ("2012-05-10", 1, "2012-06-30"),
        ("2012-05-10", -1, "2012-03-31"),
        ("2012-05-10", 0, "2012-06-30"),
        ("2012-05-10", 2, "2012-09-30"),
        ("2012-06-30", 1, "2012-09-30"),
        ("2012-06-30", -1, "2012-03-31"),
        ("2012-06-30", 0, "2012-06-30"),
        ("2012-10-01", 1, "2012-12-31"),
        ("2012-12-31", 1, "2013-03-31"),
        ("2013-01-01", -1, "2012-12-31"),
        ("2012-03-31", -5, "2010-12-31"),
        ("0001-01-01", -1, "0001-01-01"),
        ("0001-02-01", 1, "0001-03-31"),
        ("9999-11-01", 1, "9999-12-31"),
        ("9999-12-31", 1, "9999-12-31"),
    ],
)
def test_steps_lead_from_quarter_end_to_quarter_end(day: str, quarters: int, end: str) -> None:
    assert quarter_end(date.fromisoformat(day), quarters) == date.fromisoformat(end)


def test_a_viewpoint_knows_what_the_log_knew_and_no_more() -> None:
    ledger = fund(called("100"), called("40", on="2010-06-30"), void(2))
    # Through 3 nothing is voided yet; a void acts on every day from its own sequence on.
    assert ledger.state("2010-06-29", through=3).called == 100
    assert ledger.state("2010-06-30", through=3).called == 140
    assert ledger.state("2010-06-30", through=2).called == 100
    assert ledger.state("2010-06-29", through=4).called == 0
    assert ledger.state("2010-06-30", through=4).called == 40
