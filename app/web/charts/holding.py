"""Charts of one company: value and cost, ownership, and actuals against forecasts."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby

from app.domain.events.catalogue import EventType
from app.domain.figures.company import CompanyHistory
from app.domain.state.state import Holding
from app.domain.variance.variance import Variance
from app.web.charts import layout
from app.web.charts.chart import Chart, Column, Words
from app.web.shared.formats import (
    capitalize_first,
    counted,
    kind_in_words,
    money,
    month,
    percent,
    short_date,
)

_ROUNDS = (EventType.INVESTMENT_MADE, EventType.SECURITY_CONVERTED)
_MARKS = (EventType.VALUATION_UPDATED,)


def value(history: CompanyHistory, currency: str) -> Chart:
    """Chart fair value and remaining cost from event to event, with rounds and marks on them."""
    days, holdings = _by_day(history)
    worth = Column.of("Fair value", "money", (each.fair_value for each in holdings))
    cost = Column.of("Remaining cost", "money", (each.remaining_cost for each in holdings))
    rounds, marks = (
        Column.of(name, "money", _on(history, types, days, holdings))
        for name, types in (("Round", _ROUNDS), ("Mark", _MARKS))
    )
    traces = [
        layout.steps(days, worth, "valuation", currency),
        layout.steps(days, cost, "ink", currency),
        layout.signs(days, rounds, "investment", "diamond", currency),
        layout.signs(days, marks, "valuation", "circle", currency),
    ]
    held = history.holding
    told = (
        f"On {short_date(history.as_of)} fair value is {money(held.fair_value, currency)} at a "
        f"remaining cost of {money(held.remaining_cost, currency)}, after "
        f"{counted(len(history.of(*_ROUNDS)), 'round')} and "
        f"{counted(len(history.of(*_MARKS)), 'mark')}."
    )
    words = Words("Fair value and remaining cost", currency, told)
    columns = (worth, cost, rounds, marks)
    axes = (layout.axis(columns, currency),)
    figure = layout.with_long_legend(layout.over_time(traces, days[0], days[-1], axes))
    return Chart("holding-value", words, "Day", days, columns, figure, currency)


def ownership(history: CompanyHistory, currency: str) -> Chart:
    """Chart the fund's share of the company from event to event, as far as it is known."""
    days, holdings = _by_day(history)
    share = Column.of("Ownership", "percent", (each.ownership for each in holdings))
    told = f"On {short_date(history.as_of)} ownership is {percent(history.holding.ownership)}."
    axes = (layout.axis([share], currency) | {"rangemode": "tozero"},)
    trace = layout.steps(days, share, "valuation", currency)
    figure = layout.over_time([trace], days[0], days[-1], axes)
    words = Words("Ownership", "percent, fully diluted", told)
    return Chart("holding-ownership", words, "Day", days, (share,), figure, currency)


def metrics(pairs: Sequence[Variance], currency: str) -> Iterator[Chart]:
    """Chart actuals against forecasts: a chart for each metric, its periods in their order."""
    ordered = sorted(pairs, key=lambda each: (each.period.metric_type, *_period(each)))
    for metric_type, found in groupby(ordered, lambda each: each.period.metric_type):
        yield _metric(metric_type, list(found), currency)


def _metric(metric_type: str, pairs: Sequence[Variance], currency: str) -> Chart:
    periods = [_name(each) for each in pairs]
    actual = Column.of("Actual", "number", (each.actual for each in pairs))
    forecast = Column.of("Forecast", "number", (each.baseline for each in pairs))
    both = [each for each in pairs if each.difference is not None]
    told = f"Actual and forecast can be compared in {counted(len(both), 'period')}."
    if both:
        told += f" In the last, {_name(both[-1])}, the difference is {percent(both[-1].share)}."
    traces = [
        layout.period_bars(periods, actual, "valuation", currency),
        layout.period_line(periods, forecast, "ink", currency),
    ]
    numbers = layout.axis([actual, forecast], currency)
    short = [month(each.period.end) for each in pairs]
    figure = layout.by_period(traces, dict(zip(periods, short, strict=True)), numbers)
    title = f"{capitalize_first(kind_in_words(metric_type))}: actual against forecast"
    words = Words(title, "the unit of the metric", told)
    slug = f"metric-{metric_type.replace('_', '-')}"
    return Chart(slug, words, "Period to", periods, (actual, forecast), figure, currency)


def _by_day(history: CompanyHistory) -> tuple[list[date], list[Holding]]:
    """Return the days of events and that of the view, with the holding at the end of each."""
    found = {step.event.effective_on: step.after for step in history.steps}
    found[history.as_of] = history.holding
    days = sorted(found)
    return days, [found[day] for day in days]


def _on(
    history: CompanyHistory,
    types: Sequence[EventType],
    days: Sequence[date],
    holdings: Sequence[Holding],
) -> list[Decimal | None]:
    """Return the fair value on days of such events; None on other days."""
    found: list[Decimal | None] = [None] * len(days)
    for step in history.of(*types):
        at = bisect_left(days, step.event.effective_on)
        found[at] = holdings[at].fair_value
    return found


def _period(pair: Variance) -> tuple[date, int]:
    return pair.period.end, pair.period.months or 0


def _name(pair: Variance) -> str:
    """Name a period, which is told by its end and its length."""
    end, months = _period(pair)
    return f"{short_date(end)}{f', {months} mo' if months else ''}"
