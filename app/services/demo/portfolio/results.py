"""What companies expected and how it turned out: yearly forecasts, quarterly actuals."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from app.services.demo.entries.days import LAST_QUARTER, quarter_ends, working_day
from app.services.demo.entries.model import Desk, Entry, rounded
from app.services.demo.portfolio.companies import Company

# Those that report to the fund, with what a dollar of yearly revenue is worth in each.
_REPORTING = {
    "Marrowstone": 12,
    "Cairnlight Energy": 8,
    "Quaypoint Pay": 11,
    "Wrenfield Robotics": 9,
    "Foxglove Diagnostics": 10,
    "Farshore Freight": 5,
    "Lumenfield": 9,
    "Nettlebed Analytics": 13,
    "Umbrawatch": 14,
    "Brackenridge AI": 25,
}
_REPORTED = (18, 28)  # days after the quarter
_TO = 10_000
_DOWNTURN = 2020


def result_entries(companies: list[Company], seed: int) -> list[Entry]:
    """Tell forecasts and actuals of the companies that report."""
    desk = Desk(seed, "results")
    return [
        entry for company in companies if company.name in _REPORTING for entry in _of(company, desk)
    ]


def revenue(company: Company, quarter: date) -> Decimal:
    """Return a quarter's revenue, before chance."""
    multiple = _REPORTING.get(company.name, 10)
    return company.worth(quarter) / multiple / 4


def _of(company: Company, desk: Desk) -> Iterator[Entry]:
    first = company.steps_of("round")[0].on
    for quarter in quarter_ends(first, LAST_QUARTER):
        if not company.is_held(quarter):
            continue
        if quarter.month == 12:  # noqa: PLR2004 - the board approves the budget in December
            yield from _budget(company, quarter.year, desk)
        yield from _actuals(company, quarter, desk)


def _budget(company: Company, year: int, desk: Desk) -> Iterator[Entry]:
    """Forecast the year after, too hopefully for most; in the downturn also its worse case."""
    approved_on = working_day(date(year, 12, desk.chance.randint(5, 18)))
    hope = Decimal(desk.chance.randint(96, 125)) / 100
    quarters = list(quarter_ends(date(year + 1, 1, 1), date(year + 1, 12, 31)))
    scenarios = {"base": hope}
    if year + 1 == _DOWNTURN + 1:
        scenarios["downside"] = hope * Decimal("0.7")
    yield from desk.together(
        *(
            desk.write(
                "FORECAST_CREATED",
                approved_on,
                within=(1, 6),
                company=company.name,
                metric_type="revenue",
                period_end=quarter,
                period_months=3,
                value=rounded(revenue(company, quarter) * factor, _TO),
                scenario=scenario,
            )
            for scenario, factor in scenarios.items()
            for quarter in quarters
        )
    )


def _actuals(company: Company, quarter: date, desk: Desk) -> list[Entry]:
    sales = desk.about(revenue(company, quarter), 9, _TO)
    heads = int(sales * 4 / 180_000) + desk.chance.randint(6, 12)
    burnt = desk.about(Decimal(heads) * 12_000, 20, _TO)
    metrics = {
        "revenue": (sales, 3),
        "cash_burn": (burnt, 3),
        "headcount": (Decimal(heads), None),
    }
    return desk.together(
        *(
            desk.write(
                "ACTUAL_RECORDED",
                quarter,
                within=_REPORTED,
                company=company.name,
                metric_type=metric,
                period_end=quarter,
                period_months=months,
                value=value,
            )
            for metric, (value, months) in metrics.items()
            if metric == "revenue" or quarter.month in {6, 12}
        )
    )
