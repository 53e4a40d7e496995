"""The drawing of the NAV strip."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from app.domain.events.catalogue import EventType
from app.services.reads.nav_history import Happening
from app.web.fund import svg
from app.web.fund.day_scale import DayScale
from app.web.fund.svg import Heights

_SCALE = DayScale(date(2020, 1, 1), 100, date(2020, 4, 10))
_NAV = ((date(2020, 1, 1), Decimal(0)), (date(2020, 2, 20), Decimal(50)))


def test_an_amount_stands_until_the_day_of_the_next_one() -> None:
    heights = Heights(Decimal(0), Decimal(100))
    assert svg.curve(_NAV, _SCALE, heights) == "M0.0 96.0H500.0V50.0H1000"
    assert svg.area(_NAV, _SCALE, heights) == "M0.0 96.0H500.0V50.0H1000V96.0H0.0Z"


def test_there_is_room_for_what_is_negative() -> None:
    below = ((date(2020, 1, 1), Decimal(-40)),)
    heights = Heights.of(_NAV, below)
    assert (heights.low, heights.high) == (-40, 50)
    assert heights.at(Decimal(50)) < heights.at(Decimal(0)) < heights.at(Decimal(-40))


def test_a_sparkline_is_a_unit_wide_for_each_day_up_to_the_last() -> None:
    assert svg.sparkline(_NAV, date(2020, 4, 10)) == "M0 96.0H50V4.0H100"
    assert svg.sparkline(_NAV, date(2020, 2, 20)) == "M0 96.0H50V4.0H50"
    assert svg.sparkline(_NAV, date(2020, 2, 19)) == "M0 96.0H49", "what comes later is not seen"
    assert svg.sparkline(_NAV, date(2019, 12, 31)) == ""


def test_what_lies_between_two_series_is_both_areas() -> None:
    heights = Heights.of(_NAV)
    area = svg.area(_NAV, _SCALE, heights)
    assert svg.between(_NAV, (), _SCALE, heights) == area


def test_heights_on_the_page_lie_below_the_label() -> None:
    assert svg.heights_on_page([Decimal(0), Decimal(50)], Heights.of(_NAV)) == [133.2, 22.8]


def test_nothing_known_draws_nothing() -> None:
    assert svg.curve((), _SCALE, Heights.of(())) == ""
    assert svg.area((), _SCALE, Heights.of(())) == ""
    assert svg.ticks((), _SCALE) == {}


def test_each_kind_of_event_has_one_path_with_a_tick_for_each_day() -> None:
    happenings = [
        Happening(EventType.INVESTMENT_MADE, date(2020, 1, 1)),
        Happening(EventType.INVESTMENT_MADE, date(2020, 2, 20), 3),
        Happening(EventType.RESERVE_ALLOCATED, date(2020, 2, 20), 2),
        Happening(EventType.EXPENSE_PAID, date(2020, 2, 20)),
    ]
    drawn = {lane.kind: ticks for lane, ticks in svg.ticks(happenings, _SCALE).items()}
    assert drawn == {
        "investment": svg.Ticks("M0.0 0v7M500.0 0v7", [0, 1, 50, 3]),
        "other": svg.Ticks("M500.0 45v7", [50, 3]),
    }


def test_no_two_kinds_of_event_share_a_row() -> None:
    assert [lane.row for lane in svg.LANES] == list(range(len(svg.LANES)))


@pytest.mark.parametrize(
    ("low", "high", "named"),
    [
        ("0", "100", "50 100"),
        ("0", "477200000", "200000000 400000000"),
        ("0", "9.9", "4 8"),
        ("0", "16", "5 10 15"),
        ("0", "1900000", "500000 1000000 1500000"),
        ("-5", "20", "0 20"),
        ("-50", "0", "-50 0"),
        ("0", "1", ""),
    ],
)
def test_two_or_three_round_amounts_are_named(low: str, high: str, named: str) -> None:
    levels = Heights(Decimal(low), Decimal(high)).levels()
    assert levels == [Decimal(amount) for amount in named.split()]
