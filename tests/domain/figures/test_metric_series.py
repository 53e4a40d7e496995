"""Series of a metric: their periods, and what an event of one says."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from app.domain.events.catalogue import EventType
from app.domain.figures.metric_series import MetricSeries
from app.domain.state.state import FundState, Holding


def _series(
    metric: str = "revenue", months: int = 3, last: date = date(2024, 3, 31)
) -> MetricSeries:
    return MetricSeries(EventType.FORECAST_CREATED, metric, "base", months, last, 3)


@pytest.mark.parametrize(
    ("months", "ends"),
    [
        (1, ("2024-01-31", "2024-02-29", "2024-03-31")),
        (3, ("2023-09-30", "2023-12-31", "2024-03-31")),
        (6, ("2023-03-31", "2023-09-30", "2024-03-31")),
        (12, ("2022-03-31", "2023-03-31", "2024-03-31")),
    ],
)
def test_periods_end_with_months(months: int, ends: tuple[str, ...]) -> None:
    for last in (date(2024, 3, 31), date(2024, 3, 7)):
        assert tuple(map(str, _series(months=months, last=last).ends)) == ends


def test_companies_are_those_held_in_the_first_period_or_later() -> None:
    state = FundState()
    for name, bought, sold in (
        ("sold before", date(2020, 1, 1), date(2023, 6, 30)),
        ("Sold in it", date(2020, 1, 1), date(2023, 7, 1)),
        ("bought later", date(2025, 1, 1), None),
        ("never bought", None, None),
    ):
        state.holdings[name] = Holding(name, name, first_invested_on=bought, exited_on=sold)
    assert _series().first_day == date(2023, 7, 1)
    assert [each.name for each in _series().companies(state)] == ["bought later", "Sold in it"]


@pytest.mark.parametrize(("metric", "months"), [("revenue", 3), ("headcount", None), ("arr", None)])
def test_only_what_covers_a_period_says_its_length(metric: str, months: int | None) -> None:
    company = Holding("an id", "Acme")
    day = date(2024, 4, 2)
    event = _series(metric).event(company, date(2024, 3, 31), Decimal("1.50"), day)
    assert event["payload"].get("period_months") == months
    assert event["payload"]["value"] == "1.5"
    assert event["payload"]["scenario"] == "base"
