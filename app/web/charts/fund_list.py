"""Charts of several funds of one currency: multiples by vintage, and NAV by fund."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from app.domain.money import ZERO
from app.domain.portfolio import Vintage
from app.web.charts import layout
from app.web.charts.chart import Chart, Column, Words
from app.web.shared.formats import counted, money, multiple

_SHOWN = 20  # funds; the others share one bar


def by_vintage(vintages: Sequence[Vintage], currency: str) -> Chart:
    """Chart TVPI and DPI of all funds of each vintage together."""
    labels = [str(each.year) for each in vintages]
    tvpi = Column.of("TVPI, net", "multiple", (each.tvpi for each in vintages))
    dpi = Column.of("DPI", "multiple", (each.dpi for each in vintages))
    known = [each for each in vintages if each.tvpi is not None]
    told = f"{counted(len(vintages), 'vintage')}, the funds of each as if they were one."
    if known:
        best = max(known, key=lambda each: each.tvpi or ZERO)
        told += f" Highest TVPI: {best.year} with {multiple(best.tvpi)}."
    traces = [
        layout.period_bars(labels, dpi, "proceeds", currency),
        layout.period_marks(labels, tvpi, "ink", currency),
    ]
    short = {label: label for label in labels}
    figure = layout.by_period(traces, short, layout.axis((tvpi, dpi), currency))
    words = Words(f"TVPI and DPI by vintage, {currency}", "multiples of paid-in", told)
    name = f"vintages-{currency.lower()}"
    return Chart(name, words, "Vintage", labels, (tvpi, dpi), figure, currency)


def by_fund(navs: Sequence[tuple[str, Decimal]], currency: str) -> Chart:
    """Chart the NAV of each fund, the largest first; those beyond the first share a bar."""
    ranked = sorted(navs, key=lambda each: (-each[1], each[0].casefold()))
    total = sum((nav for _, nav in ranked), ZERO)
    rows = ranked
    if len(ranked) > _SHOWN + 1:
        others = ranked[_SHOWN:]
        name = counted(len(others), "other fund")
        rows = [*ranked[:_SHOWN], (name, sum((nav for _, nav in others), ZERO))]
    nav = Column.of("Net NAV", "money", (amount for _, amount in rows))
    told = f"Net NAV of {counted(len(ranked), 'fund')} is {money(total, currency)}."
    if total > 0:
        told += f" Largest: {ranked[0][0]} with {money(ranked[0][1], currency)}."
    names = [name for name, _ in rows]
    trace = layout.row_bars(names, nav, "valuation", currency)
    figure = layout.by_row([trace], names, layout.axis([nav], currency, stands=False))
    words = Words(f"Net NAV by fund, {currency}", currency, told)
    return Chart(f"funds-{currency.lower()}", words, "Fund", names, (nav,), figure, currency)
