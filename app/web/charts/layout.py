"""The traces and axes of charts: bars and lines by quarter, and bars that lie, one a row.

Colours are those of the style sheet: a trace names its own in `meta`, and the page puts it in, so
that it follows light and dark.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from html import escape
from math import ceil, floor
from textwrap import wrap

from app.domain.money import ZERO
from app.domain.viewpoint import quarter_end
from app.web.charts.chart import Column, Figure
from app.web.shared.formats import money, whole_money

_DAY = 86_400_000  # milliseconds, in which Plotly counts along an axis of days
_BAR = 80 * _DAY  # a quarter, less a gap
_HOVER = "%{fullData.name} %{customdata}<extra></extra>"
# The margins in pixels are fixed: the style sheet, which has the same ones, places the slider's
# cursor between them. Numbers of an axis stand at a side, nothing at an edge.
_SIDE, _EDGE, _NAMES = 68, 16, 130
_ABOVE_AND_BELOW = {"t": 12, "b": 84, "autoexpand": False}
_LEGEND = {
    "orientation": "h",
    "traceorder": "normal",
    "x": 0,
    "y": 0,
    "yref": "container",
    "yanchor": "bottom",
}
_LEGEND_ROOM = 36
_LEVELS = {True: 5, False: 2}  # marks along an axis of amounts that stands, and one that lies
_PERIODS = 4  # that an axis names, which a phone has room for
_BRIEF_FROM = 10_000  # between the ends of an axis
_NAME = 16  # letters of a name beside a bar
_ROW, _AROUND = 26, 128  # pixels: a bar, and what is above and below all of them
_STEP = 34  # pixels: a bar with two lines beside it
_ROOM = 0.5  # for the text at the end of a bar, beside what the bars of a waterfall need


def quarter_bars(days: Sequence[date], column: Column, color: str, currency: str) -> Figure:
    """Draw a number of each quarter as a bar that fills the quarter up to its last day."""
    return _trace("bar", column, color, currency) | {
        "x": _texts(days),
        "y": column.numbers,
        "width": _BAR,
        "offset": -_BAR,
    }


def line(days: Sequence[date], column: Column, color: str, currency: str) -> Figure:
    """Draw a number at the end of each quarter as a line."""
    return _trace("scatter", column, color, currency) | {
        "x": _texts(days),
        "y": column.numbers,
        "mode": "lines+markers",
        "line": {"width": 2},
        "marker": {"size": 4},
    }


def steps(days: Sequence[date], column: Column, color: str, currency: str) -> Figure:
    """Draw a number that stays the same from each day to the next."""
    found = line(days, column, color, currency)
    return found | {"mode": "lines", "line": {"width": 2, "shape": "hv"}}


def signs(days: Sequence[date], column: Column, color: str, symbol: str, currency: str) -> Figure:
    """Draw a sign on each day that has a number."""
    found = line(days, column, color, currency)
    del found["line"]
    return found | {"mode": "markers", "marker": {"size": 8, "symbol": symbol}, "cliponaxis": False}


def period_bars(periods: Sequence[str], column: Column, color: str, currency: str) -> Figure:
    """Draw a number of each period as an upright bar."""
    return _trace("bar", column, color, currency) | {"x": list(periods), "y": column.numbers}


def period_line(periods: Sequence[str], column: Column, color: str, currency: str) -> Figure:
    """Draw a number of each period as a line."""
    return _trace("scatter", column, color, currency) | {
        "x": list(periods),
        "y": column.numbers,
        "mode": "lines+markers",
        "line": {"width": 2},
        "marker": {"size": 6},
    }


def period_marks(periods: Sequence[str], column: Column, color: str, currency: str) -> Figure:
    """Draw a number of each period as a mark across its bar."""
    return _trace("scatter", column, color, currency) | {
        "x": list(periods),
        "y": column.numbers,
        "mode": "markers",
        "marker": {"symbol": "line-ew-open", "size": 28, "line": {"width": 3}},
    }


def by_period(traces: list[Figure], periods: Mapping[str, str], numbers: Figure) -> Figure:
    """Lay traces out by period, from left to right in the order given; each has a short name."""
    named = list(periods)[:: max(ceil(len(periods) / _PERIODS), 1)]
    layout = {
        "margin": {"l": _SIDE, "r": _EDGE} | _ABOVE_AND_BELOW,
        "height": 320,
        "hovermode": "x unified",
        "dragmode": False,
        "legend": _LEGEND,
        "xaxis": {
            "type": "category",
            "categoryorder": "array",
            "categoryarray": list(periods),
            "tickvals": named,
            "ticktext": [periods[each] for each in named],
            "tickangle": 0,
            "fixedrange": True,
        },
        "yaxis": numbers | {"fixedrange": True},
    }
    return {"data": traces, "layout": layout}


def over_time(traces: list[Figure], first: date, last: date, axes: tuple[Figure, ...]) -> Figure:
    """Lay traces out over a fund's life, from the quarter of its first day to its last day."""
    layout = {
        "margin": {"l": _SIDE, "r": _SIDE if axes[1:] else _EDGE} | _ABOVE_AND_BELOW,
        "height": 320,
        "barmode": "relative",
        "hovermode": "x unified",
        "dragmode": False,
        "legend": _LEGEND,
        "xaxis": {
            "type": "date",
            "range": _texts(days_between(first, last)),
            "hoverformat": "%-d %b %Y",
            "fixedrange": True,
        },
        "yaxis": axes[0] | {"fixedrange": True},
    }
    if axes[1:]:
        layout["yaxis2"] = axes[1] | {"fixedrange": True, "overlaying": "y", "side": "right"}
    return {"data": traces, "layout": layout}


def with_long_legend(figure: Figure) -> Figure:
    """Make room for a legend that has a row for each trace on a phone."""
    layout = figure["layout"]
    layout["margin"] |= {"b": layout["margin"]["b"] + _LEGEND_ROOM}
    layout["height"] += _LEGEND_ROOM
    return figure


def days_between(first: date, last: date) -> tuple[date, date]:
    """Return the ends of the axis of days: whole quarters at its beginning."""
    return quarter_end(first, -1), last


def axis(columns: Sequence[Column], currency: str, *, stands: bool = True) -> Figure:
    """Return an axis for columns of one kind, with their unit at each mark."""
    kind = columns[0].kind
    if kind == "money":
        values = [each or ZERO for column in columns for each in column.values]
        ends = min(values, default=ZERO), max(values, default=ZERO)
        levels = _levels(*ends, _LEVELS[stands])
        return {
            "tickvals": [float(each) for each in levels],
            "ticktext": [_mark(each, levels[-1] - levels[0], currency) for each in levels],
        }
    if kind == "multiple":
        return {"ticksuffix": "×", "rangemode": "tozero", "nticks": 7}
    if kind == "number":
        return {"rangemode": "tozero", "nticks": 7}
    return {"tickformat": ".0%", "tickmode": "auto", "nticks": 7, "zeroline": False}


def _mark(level: Decimal, height: Decimal, currency: str) -> str:
    """Write an amount briefly, unless its neighbours would read the same."""
    return whole_money(level, currency) if height < _BRIEF_FROM else money(level, currency)


def _levels(low: Decimal, high: Decimal, number: int) -> list[Decimal]:
    """Return round amounts from below the lowest to above the highest, zero among them."""
    low, high = min(low, ZERO), max(high, ZERO)
    if low == high:
        return [ZERO]
    rough = (high - low) / number
    unit = Decimal(1).scaleb(rough.adjusted())
    step = next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= rough)
    return [step * index for index in range(floor(low / step), ceil(high / step) + 1)]


def row_bars(names: Sequence[str], column: Column, color: str, currency: str) -> Figure:
    """Draw a number of each row as a bar, from left to right."""
    return _trace("bar", column, color, currency) | {
        "orientation": "h",
        "x": column.numbers,
        "y": [escape(name) for name in names],
    }


def row_marks(names: Sequence[str], column: Column, color: str, currency: str) -> Figure:
    """Draw a number of each row as an upright mark across its bar."""
    return _trace("scatter", column, color, currency) | {
        "mode": "markers",
        "x": column.numbers,
        "y": [escape(name) for name in names],
        "marker": {"symbol": "line-ns-open", "size": 16, "line": {"width": 2}},
    }


def by_row(traces: list[Figure], names: Sequence[str], numbers: Figure) -> Figure:
    """Lay rows out from the top, each with its name; Plotly would take some names for markup."""
    layout = {
        "margin": {"l": _NAMES, "r": _EDGE} | _ABOVE_AND_BELOW,
        "height": _AROUND + _ROW * len(names),
        "barmode": "stack",
        "hovermode": "y unified",
        "dragmode": False,
        "legend": _LEGEND,
        "xaxis": numbers | {"fixedrange": True, "rangemode": "tozero", "tickangle": 0},
        "yaxis": {
            "type": "category",
            "range": [len(names) - 0.5, -0.5],
            "fixedrange": True,
            "tickvals": [escape(name) for name in names],
            "ticktext": [escape(_short(name)) for name in names],
        },
    }
    return {"data": traces, "layout": layout}


def step_bars(
    names: Sequence[str], rows: Sequence[int], amount: Column, reached: Column, currency: str
) -> Figure:
    """Draw some rows of a waterfall as bars that end at what is reached.

    Plotly's basic bundle has no trace of this kind. Rows are told apart by their number, since
    two companies may have one name.
    """
    amounts, ends = ([column.values[row] or ZERO for row in rows] for column in (amount, reached))
    texts = [
        f"{'+' if 0 < row < len(names) - 1 and (amount.values[row] or ZERO) > 0 else ''}{text}"
        for row, text in enumerate(amount.texts(currency))
    ]
    return {
        "type": "bar",
        "orientation": "h",
        "x": [float(each) for each in amounts],
        "y": list(rows),
        "base": [float(end - each) for end, each in zip(ends, amounts, strict=True)],
        "width": 0.8,
        "text": [texts[row] for row in rows],
        "textposition": "outside",
        "textfont": {"size": 11},
        "cliponaxis": False,
        "customdata": [f"{escape(names[row])}: {texts[row]}" for row in rows],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def by_step(traces: list[Figure], names: Sequence[str], numbers: Figure) -> Figure:
    """Lay the rows of a waterfall out from the top, each with its name in up to two lines."""
    figure = by_row(traces, names, numbers)
    rows = {
        "type": "linear",
        "showgrid": False,
        "zeroline": False,
        "tickvals": list(range(len(names))),
        "ticktext": ["<br>".join(map(escape, _lines(name))) for name in names],
    }
    layout = figure["layout"]
    layout |= {"height": _AROUND + _STEP * len(names), "hovermode": "closest"}
    layout["yaxis"] |= rows
    levels, marks = numbers["tickvals"], numbers["ticktext"]
    named = {0, levels.index(0), len(levels) - 1}
    layout["xaxis"] |= {
        "range": _with_room(traces),
        # Each bar has its amount beside it: a phone has no room for more than the ends.
        "ticktext": [mark if index in named else "" for index, mark in enumerate(marks)],
    }
    return figure


def _with_room(traces: list[Figure]) -> list[float]:
    """Return the ends of an axis that has room for the text beyond the end of each bar."""
    bars = [
        (base, base + amount)
        for trace in traces
        for base, amount in zip(trace["base"], trace["x"], strict=True)
    ]
    ends = [0.0, *(each for bar in bars for each in bar)]
    room = _ROOM * (max(ends) - min(ends))
    beyond = [end + room if end >= base else end - room for base, end in bars]
    return [min(*ends, *beyond), max(*ends, *beyond)]


def _trace(type_: str, column: Column, color: str, currency: str) -> Figure:
    return {
        "type": type_,
        "name": column.name,
        "customdata": column.texts(currency),
        "hovertemplate": _HOVER,
        "meta": {"color": color},
    }


def _texts(days: Sequence[date]) -> list[str]:
    return [day.isoformat() for day in days]


def _short(name: str) -> str:
    return name if len(name) <= _NAME else f"{name[: _NAME - 1]}…"


def _lines(name: str) -> list[str]:
    return wrap(name, _NAME, max_lines=2, placeholder="…")
