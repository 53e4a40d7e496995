"""Charts over a fund's life by quarter: cash flows, multiples, and NAV then and now."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.domain.figures.series import Series
from app.web.charts import layout
from app.web.charts.chart import Chart, Column, Figure, Words
from app.web.shared.formats import minus, money, multiple, percent, short_date

_HEAD = "Quarter to"


@dataclass(frozen=True, slots=True)
class Life:
    """A fund's life as it is charted: the days from end to end, and the figures by quarter."""

    first: date
    last: date
    as_of: date  # the day of the view
    series: Series  # as known at the view
    currency: str

    @property
    def days(self) -> list[date]:
        """The last days of the quarters, as far as they are known at the view."""
        return self.series.dates

    @property
    def at(self) -> int:
        """The index of the last of these days that the view has come to."""
        return max(bisect_right(self.days, self.as_of) - 1, 0)


@dataclass(frozen=True, slots=True)
class Hindsight:
    """What is known now and was not at the view, whose day it is."""

    series: Series
    as_of: date
    nav: Decimal  # as known at the view
    nav_now: Decimal


def j_curve(life: Life) -> Chart:
    """Chart what partners paid in and got back: each quarter, and in sum."""
    flows, currency = life.series.flows, life.currency
    calls = Column.of("Paid-in", "money", map(minus, flows["calls"]))
    distributions = Column.of("Distributed", "money", flows["distributions"])
    net = Column.of("Net cash flow to date", "money", life.series.net_cash_flow)
    traces = [
        layout.quarter_bars(life.days, calls, "call", currency),
        layout.quarter_bars(life.days, distributions, "distribution", currency),
        layout.line(life.days, net, "ink", currency),
    ]
    title = "J-curve: paid in and distributed by quarter, and net cash flow to date"
    words = Words(title, currency, _about_flows(life))
    columns = (calls, distributions, net)
    figure = _figure(life, traces, columns)
    return Chart("j-curve", words, _HEAD, life.days, columns, figure, currency)


def multiples(life: Life) -> Chart:
    """Chart DPI and RVPI, which add up to TVPI, with the net IRR where it says something."""
    figures, currency = life.series.figures, life.currency
    dpi, rvpi, tvpi = (
        Column.of(name.upper(), "multiple", figures[name]) for name in ("dpi", "rvpi", "tvpi")
    )
    irr = Column.of("Net IRR", "percent", _rates(life))
    traces = [
        layout.quarter_bars(life.days, dpi, "distribution", currency),
        layout.quarter_bars(life.days, rvpi, "valuation", currency),
        layout.line(life.days, irr, "ink", currency) | {"yaxis": "y2"},
    ]
    title = "DPI and RVPI, which add up to TVPI, with net IRR"
    columns = (dpi, rvpi, tvpi, irr)
    words = Words(
        title, "multiples of paid in, and percent a year", _about_multiples(life, columns)
    )
    figure = _figure(life, traces, columns[:3], columns[3:])
    return Chart("multiples", words, _HEAD, life.days, columns, figure, currency)


def nav_then_and_now(life: Life, hindsight: Hindsight | None) -> Chart:
    """Chart NAV before carry as known at the view, and beside it as known now if that is more."""
    currency = life.currency
    days = hindsight.series.dates if hindsight else life.days
    known = dict(zip(life.days, life.series.figures["nav"], strict=True))
    columns = [Column.of("Known at the view", "money", map(known.get, days))]
    traces = [layout.line(days, columns[0], "valuation", currency)]
    if hindsight:
        columns += _now_and_gap(columns[0], hindsight)
        now = layout.line(days, columns[1], "time", currency)
        traces.append(now | {"line": {"width": 2, "dash": "dash"}})
    figure = _figure(life, traces, columns[:2])
    if hindsight:
        figure["layout"] |= _named_gap(hindsight, currency)
    title = f"NAV before carry{', known at the view and now' if hindsight else ''}"
    words = Words(title, currency, _about_gap(life, hindsight))
    return Chart("nav", words, _HEAD, days, tuple(columns), figure, currency)


def _figure(life: Life, traces: list[Figure], *axes: Sequence[Column]) -> Figure:
    shown = tuple(layout.axis(columns, life.currency) for columns in axes)
    return layout.over_time(traces, life.first, life.last, shown)


def _rates(life: Life) -> list[Decimal | None]:
    """Return the net IRR of each day; None where there is a reason why it says nothing yet."""
    rates, reasons = life.series.figures["net_irr"], life.series.reasons["net_irr"]
    return [None if reason else rate for rate, reason in zip(rates, reasons, strict=True)]


def _now_and_gap(then: Column, hindsight: Hindsight) -> tuple[Column, Column]:
    now = Column.of("Known now", "money", hindsight.series.figures["nav"])
    pairs = zip(then.values, now.values, strict=True)
    gaps = (None if old is None or new is None else new - old for old, new in pairs)
    return now, Column.of("Gap", "money", gaps)


def _named_gap(hindsight: Hindsight, currency: str) -> Figure:
    """Draw the gap on the view's day as an upright line, with its amount beside it."""
    day, then, now = hindsight.as_of.isoformat(), float(hindsight.nav), float(hindsight.nav_now)
    if then == now:
        return {}
    text = f"Gap {money(hindsight.nav_now - hindsight.nav, currency)}"
    upright = {"type": "line", "x0": day, "x1": day, "y0": then, "y1": now, "line": {"width": 3}}
    named = {"x": day, "y": now, "text": text, "ax": 46, "ay": -22, "arrowhead": 0}
    return {"shapes": [upright], "annotations": [named]}


def _about_flows(life: Life) -> str:
    series, end = life.series, life.at + 1
    paid_in, distributed = (sum(series.flows[name][:end]) for name in ("calls", "distributions"))
    net = series.net_cash_flow[:end]
    lowest = min(net)
    back, paid, left, low = (
        money(Decimal(each), life.currency) for each in (distributed, paid_in, net[-1], lowest)
    )
    told = f"By {short_date(life.days[life.at])} {paid} was paid in and {back} distributed: "
    told += f"{left} net."
    if lowest < 0:
        told += f" The lowest point was {low} on {short_date(life.days[net.index(lowest)])}."
    return told


def _about_multiples(life: Life, columns: tuple[Column, ...]) -> str:
    dpi, rvpi, tvpi, irr = (column.values[life.at] for column in columns)
    rate = "n/m" if irr is None else percent(irr)
    return (
        f"On {short_date(life.days[life.at])} TVPI was {multiple(tvpi)}: DPI {multiple(dpi)} "
        f"and RVPI {multiple(rvpi)}. Net IRR was {rate}."
    )


def _about_gap(life: Life, hindsight: Hindsight | None) -> str:
    if hindsight is None:
        nav = money(life.series.figures["nav"][life.at] or Decimal(0), life.currency)
        return f"On {short_date(life.days[life.at])} NAV before carry was {nav}."
    then, now, gap = (
        money(amount, life.currency)
        for amount in (hindsight.nav, hindsight.nav_now, hindsight.nav_now - hindsight.nav)
    )
    day = short_date(hindsight.as_of)
    return f"NAV before carry of {day} was {then} as known at the view and is {now} now: gap {gap}."
