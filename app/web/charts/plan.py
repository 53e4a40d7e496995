"""Charts of a fund's plan by year, alone or beside what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from app.domain.money import ZERO
from app.domain.planning.fees import FeeYear
from app.domain.planning.fund_years import FundYear
from app.domain.planning.pace import PaceYear
from app.web.charts import layout
from app.web.charts.chart import Chart, Column, Words
from app.web.shared.formats import counted, money


def pacing(pace: Sequence[PaceYear], currency: str, table_id: str) -> Chart:
    """Chart what each year invests, and the sum so far; the page has a table of them."""
    amount = Column.of("Invested", "money", (each.amount for each in pace))
    so_far = Column.of("So far", "money", (each.invested for each in pace))
    told = (
        f"Invested goes from {money(pace[0].amount, currency)} in year 1 to "
        f"{money(pace[-1].amount, currency)} in year {len(pace)}, "
        f"{money(pace[-1].invested, currency)} in total."
    )
    words = Words("Invested by year", currency, told)
    years = [each.year for each in pace]
    return _by_year("invested-by-year", words, years, (amount, so_far), currency, table_id)


def fee_plan(years: Sequence[FeeYear], currency: str, table_id: str) -> Chart:
    """Chart the fee of each year; the page has a table of them."""
    fee = Column.of("Fee", "money", (each.amount for each in years))
    told = f"Fees of {counted(len(years), 'year')} come to {_total(fee, currency)}."
    words = Words("Management fee by year", currency, told)
    numbers = [each.year for each in years]
    return _by_year("fees-by-year", words, numbers, (fee,), currency, table_id)


def deployment(years: Sequence[FundYear], currency: str) -> Chart:
    """Chart what was invested through each year beside the plan."""
    invested = Column.of("Invested", "money", (each.invested for each in years))
    planned = Column.of("Planned", "money", (each.planned for each in years))
    told = _beside([(each.year, each.invested, each.planned) for each in years], currency)
    words = Words("Invested against plan, cumulative", currency, told)
    numbers = [each.year for each in years]
    return _by_year("deployment", words, numbers, (invested, planned), currency)


def fees(years: Sequence[FundYear], currency: str) -> Chart:
    """Chart the fee that was charged in each year beside the plan."""
    fee = Column.of("Charged", "money", (each.fee for each in years))
    planned = Column.of("Planned", "money", (each.planned_fee for each in years))
    told = (
        f"{_total(fee, currency)} was charged, offsets included, of {_total(planned, currency)} "
        "planned over the whole term."
    )
    words = Words("Management fee against plan, by year", currency, told)
    numbers = [each.year for each in years]
    return _by_year("management-fee", words, numbers, (fee, planned), currency)


def _by_year(  # noqa: PLR0913, PLR0917 - what a chart is made of
    name: str,
    words: Words,
    years: Sequence[int],
    columns: tuple[Column, ...],
    currency: str,
    table_id: str = "",
) -> Chart:
    """Draw the first column as bars, and the second as a line."""
    labels = [f"Year {year}" for year in years]
    bars, *lines = columns
    traces = [layout.period_bars(labels, bars, "valuation", currency)]
    traces += [layout.period_line(labels, each, "ink", currency) for each in lines]
    short = dict(zip(labels, map(str, years), strict=True))
    figure = layout.by_period(traces, short, layout.axis(columns, currency))
    return Chart(name, words, "Year", labels, columns, figure, currency, table_id)


def _beside(years: Sequence[tuple[int, Decimal | None, Decimal]], currency: str) -> str:
    begun = [(year, actual, plan) for year, actual, plan in years if actual is not None]
    if not begun:
        return "The first year has not begun."
    year, actual, plan = begun[-1]
    return (
        f"By year {year} {money(actual, currency)} is invested; the plan for its end is "
        f"{money(plan, currency)}."
    )


def _total(column: Column, currency: str) -> str:
    return money(sum((each or ZERO for each in column.values), ZERO), currency)
