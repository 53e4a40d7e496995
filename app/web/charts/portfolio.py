"""Charts of the companies that a view holds: value, kinds, concentration, loss and reserves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from app.domain.figures.figures import ratio
from app.domain.money import ZERO
from app.domain.state.state import Holding
from app.web.charts import layout
from app.web.charts.chart import Chart, Column, Figure, Words
from app.web.shared.formats import counted, money, percent

_SHOWN = 20  # companies; the others share one bar
_LARGEST = (1, 5, 10)
_UNKNOWN = "Not stated"
Group = Callable[[Holding], str]
GROUPS: dict[str, Group] = {
    "sector": lambda each: each.sector or _UNKNOWN,
    "stage": lambda each: each.stage or _UNKNOWN,
    "country": lambda each: each.country or _UNKNOWN,
    "year of first investment": lambda each: (
        str(each.first_invested_on.year) if each.first_invested_on else _UNKNOWN
    ),
}


def by_company(holdings: Sequence[Holding], currency: str) -> Chart:
    """Chart what came back and what is held against cost, of the companies worth most."""
    rows = [(each.name, [each]) for each in _ranked(holdings)]
    return _value("value", "Value by company against cost", "Company", rows, currency)


def by_group(holdings: Sequence[Holding], named: str, currency: str) -> Chart:
    """Chart the same of companies by what they have in common; years stand in their order."""
    groups: dict[str, list[Holding]] = {}
    for each in _ranked(holdings):
        groups.setdefault(GROUPS[named](each), []).append(each)
    rows = sorted(groups.items(), key=lambda row: (-_sum(row[1], _value_of), row[0]))
    if named.startswith("year"):
        rows.sort(key=lambda row: row[0])
    name, title = f"by-{named.split(maxsplit=1)[0]}", f"Value by {named} against cost"
    return _value(name, title, named.capitalize(), rows, currency)


def concentration(holdings: Sequence[Holding], currency: str) -> Chart:
    """Chart how much of fair value the largest companies are, and how much of cost is lost."""
    held = sorted((each.fair_value for each in holdings), reverse=True)
    shares = [ratio(sum(held[:number], ZERO), sum(held, ZERO)) for number in _LARGEST]
    names = [f"Largest {number}" for number in _LARGEST] + ["Loss ratio"]
    share = Column.of("Share", "percent", [*shares, loss_ratio(holdings)])
    one, five, _, lost = map(percent, share.values)
    told = (
        f"The largest company is {one} of fair value, the largest five {five}. "
        f"Companies below their cost are {lost} of what was invested."
    )
    words = Words("Concentration and loss ratio", "percent of fair value, and of invested", told)
    figure = _rows(names, [(share, "valuation")], [], currency)
    return Chart("concentration", words, "Measure", names, (share,), figure, currency)


def loss_ratio(holdings: Iterable[Holding]) -> Decimal | None:
    """Return the share of invested that went into companies now below 1.0× of their cost."""
    holdings = list(holdings)
    below = (each for each in holdings if _value_of(each) < each.invested)
    invested = sum((each.invested for each in holdings), ZERO)
    return ratio(sum((each.invested for each in below), ZERO), invested)


def reserves(holdings: Sequence[Holding], currency: str) -> Chart:
    """Chart what was set aside for each company, what was used of it, and what is left."""
    with_some = [each for each in holdings if each.reserve_allocated or each.reserve_deployed]
    with_some.sort(key=lambda each: (-each.reserve_allocated, each.name.casefold()))
    rows = _with_rest([(each.name, [each]) for each in with_some])
    allocated = _column("Allocated", rows, lambda each: each.reserve_allocated)
    deployed = _column("Deployed", rows, lambda each: each.reserve_deployed)
    left = _column("Left", rows, lambda each: each.reserve_left)
    total = money(_sum(holdings, lambda each: each.reserve_left), currency)
    companies = counted(len(with_some), "company", "companies")
    told = f"{total} of reserves is left; they were set aside for {companies}."
    names, columns = [name for name, _ in rows], (allocated, deployed, left)
    bars, marks = [(deployed, "proceeds"), (left, "valuation")], [(allocated, "ink")]
    figure = _rows(names, bars, marks, currency)
    words = Words("Reserves by company", currency, told)
    return Chart("reserves", words, "Company", names, columns, figure, currency)


Rows = Sequence[tuple[str, Sequence[Holding]]]


def _value(name: str, title: str, head: str, rows: Rows, currency: str) -> Chart:
    most = max(rows, key=lambda row: _sum(row[1], _value_of))[0] if rows else "Nothing"
    rows = _with_rest(rows)
    proceeds = _column("Proceeds", rows, lambda each: each.proceeds)
    held = _column("Fair value", rows, lambda each: each.fair_value)
    cost = _column("Cost", rows, lambda each: each.invested)
    names, columns = [row[0] for row in rows], (proceeds, held, cost)
    back, worth, paid = (
        money(sum((each or ZERO for each in column.values), ZERO), currency) for column in columns
    )
    told = (
        f"Worth most: {most}. All together there are {back} of proceeds and {worth} of fair "
        f"value, at a cost of {paid}."
    )
    bars = [(proceeds, "proceeds"), (held, "valuation")]
    figure = _rows(names, bars, [(cost, "ink")], currency)
    return Chart(name, Words(title, currency, told), head, names, columns, figure, currency)


def _rows(
    names: Sequence[str],
    bars: Sequence[tuple[Column, str]],
    marks: Sequence[tuple[Column, str]],
    currency: str,
) -> Figure:
    traces = [layout.row_bars(names, column, color, currency) for column, color in bars]
    traces += [layout.row_marks(names, column, color, currency) for column, color in marks]
    return layout.by_row(traces, names, _numbers(bars, marks, currency))


def _numbers(
    bars: Sequence[tuple[Column, str]], marks: Sequence[tuple[Column, str]], currency: str
) -> Figure:
    """Return an axis that is long enough for the sum of the bars in each row, and for the marks."""
    pairs = zip(*(column.values for column, _ in bars), strict=True)
    sums = [sum((each or ZERO for each in row), ZERO) for row in pairs]
    long = Column.of("", bars[0][0].kind, sums)
    return layout.axis([long, *(column for column, _ in marks)], currency, stands=False)


def _column(name: str, rows: Rows, of: Callable[[Holding], Decimal]) -> Column:
    return Column.of(name, "money", (_sum(holdings, of) for _, holdings in rows))


def _sum(holdings: Iterable[Holding], of: Callable[[Holding], Decimal]) -> Decimal:
    return sum((of(each) for each in holdings), ZERO)


def _value_of(holding: Holding) -> Decimal:
    return holding.proceeds + holding.fair_value


def _ranked(holdings: Iterable[Holding]) -> list[Holding]:
    invested = [each for each in holdings if each.invested or _value_of(each)]
    return sorted(invested, key=lambda each: (-_value_of(each), each.name.casefold()))


def _with_rest(rows: Rows) -> Rows:
    """Put those that are too many for a bar of their own into one."""
    if len(rows) <= _SHOWN + 1:
        return rows
    rest = rows[_SHOWN:]
    return [
        *rows[:_SHOWN],
        (counted(len(rest), "other"), [each for _, holdings in rest for each in holdings]),
    ]
