"""Holds a fund to its rules from a viewpoint: a pure function, the same answer whenever asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from app.domain.alerts.rules import SHIPPED, Band, Rule, RuleName
from app.domain.alerts.walk import Walk
from app.domain.events.model import Foldable
from app.domain.figures.figures import Figures, ratio
from app.domain.money import ZERO
from app.domain.period_closes import Close
from app.domain.planning.fund_years import anniversary
from app.domain.planning.plan_to_date import PlannedAmount, plan_to_date
from app.domain.variance.metric_log import MetricLog, Period
from app.domain.variance.variance import DUE_AFTER, Variance
from app.domain.viewpoint import Viewpoint, quarter_end

_BURNS = 3  # periods of which the burn is the average
_LATEST_WITHIN = timedelta(days=366)  # of the day: an older period is no news
_BOOKS_DUE_AFTER = timedelta(days=60)  # from the end of a quarter


@dataclass(frozen=True, slots=True)
class Measured:
    """What a rule measures of one subject, beside what it is held against."""

    measured: Decimal
    company_id: str = ""  # empty for the fund
    period: date | None = None
    baseline: Decimal | None = None
    actual: Decimal | None = None
    metric_type: str = ""
    sequence: int | None = None  # the event that it rests on, where that is one


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that is out of bounds."""

    rule: Rule
    band: Band
    found: Measured


@dataclass(frozen=True, slots=True)
class Reported:
    """A fund at the last close of its books, as it was reported and as that day is known now."""

    close: Close
    then: Figures
    now: Figures


@dataclass(frozen=True, slots=True)
class Seen:
    """What the rules need to know of a fund from a viewpoint."""

    at: Viewpoint
    ordered: Sequence[Foldable]  # in force, in the order of the fold, without metrics
    walk: Walk
    metrics: MetricLog
    variances: Sequence[Variance]  # of the metrics from their forecasts
    closed_through: date | None  # of the books as known, whatever the day
    reported: Reported | None  # None while no books are closed

    def holds(self, company_id: str) -> bool:
        """Return whether a company is there, and not sold or written off as a whole."""
        held = self.walk.state.holdings.get(company_id)
        return held is not None and held.exited_on is None


def evaluate(seen: Seen, rules: Mapping[RuleName, Rule] = SHIPPED) -> list[Alert]:
    """Return everything out of bounds: critical before warning, then in the order of the rules."""
    alerts = [
        Alert(rule, band, found)
        for name, rule in rules.items()
        for found in _MEASURES[name](seen)
        if (band := rule.band(found.measured))
    ]
    return sorted(alerts, key=lambda each: each.band != "critical")


def _latest_variances(seen: Seen) -> Iterator[Variance]:
    """Return the latest period with an actual of each metric, and length, of companies held."""
    told: set[tuple[str, str, int | None]] = set()
    for each in seen.variances:
        period = each.period
        key = period.company_id, period.metric_type, period.months
        if each.actual is None or key in told or not seen.holds(period.company_id):
            continue
        told.add(key)
        if each.period.end > seen.at.as_of - _LATEST_WITHIN:
            yield each


def _metric_against_forecast(seen: Seen) -> Iterator[Measured]:
    for each in _latest_variances(seen):
        if each.adverse_share is not None:
            actual = seen.metrics.periods[each.period].actual
            yield Measured(
                each.adverse_share,
                each.period.company_id,
                each.period.end,
                each.baseline,
                each.actual,
                each.period.metric_type,
                actual.sequence if actual else None,
            )


def _actual_overdue(seen: Seen) -> Iterator[Measured]:
    for each in seen.variances:
        if each.standing == "overdue" and seen.holds(each.period.company_id):
            days = (seen.at.as_of - each.period.end - DUE_AFTER).days
            yield Measured(
                Decimal(days),
                each.period.company_id,
                each.period.end,
                each.baseline,
                metric_type=each.period.metric_type,
            )


def _cash_runway(seen: Seen) -> Iterator[Measured]:
    """Divide a company's last cash by the average monthly burn of its last periods."""
    cash: dict[str, tuple[Period, Decimal]] = {}
    burns: dict[str, list[tuple[Period, Decimal]]] = {}
    for period, actual in seen.metrics.actuals():
        if period.metric_type == "cash":
            known = cash.get(period.company_id)
            if known is None or known[0].end < period.end:
                cash[period.company_id] = period, actual.value
        elif period.metric_type == "cash_burn":
            burns.setdefault(period.company_id, []).append((period, actual.value))
    for company_id, (period, amount) in cash.items():
        of_late = (
            each
            for each in burns.get(company_id, ())
            if period.end - _LATEST_WITHIN < each[0].end <= period.end
        )
        last = sorted(of_late, key=lambda each: each[0].end)[-_BURNS:]
        months = sum(each.months or 1 for each, _ in last)
        burnt = sum((value for _, value in last), ZERO)
        is_news = period.end > seen.at.as_of - _LATEST_WITHIN
        if burnt > 0 and is_news and seen.holds(company_id):
            runway = amount * months / burnt
            yield Measured(runway, company_id, period.end, burnt / months, amount, "cash")


def _mark_age(seen: Seen) -> Iterator[Measured]:
    for held in seen.walk.state.holdings.values():
        marked = seen.walk.last_marks.get(held.company_id)
        if held.fair_value and marked and seen.holds(held.company_id):
            age = (seen.at.as_of - marked.effective_on).days
            yield Measured(
                Decimal(age), held.company_id, marked.effective_on, sequence=marked.sequence
            )


def _mark_change(seen: Seen, sign: int) -> Iterator[Measured]:
    for company_id, mark in seen.walk.last_marks.items():
        change = ratio(mark.after - mark.before, mark.before)
        recent = mark.effective_on > seen.at.as_of - _LATEST_WITHIN
        if change is not None and recent and seen.holds(company_id):
            yield Measured(
                sign * change,
                company_id,
                mark.effective_on,
                mark.before,
                mark.after,
                sequence=mark.sequence,
            )


def _mark_jump(seen: Seen) -> Iterator[Measured]:
    yield from _mark_change(seen, 1)


def _mark_drop(seen: Seen) -> Iterator[Measured]:
    yield from _mark_change(seen, -1)


def _fund_cash(seen: Seen) -> Iterator[Measured]:
    if low := seen.walk.lowest_cash:
        yield Measured(-low.amount, period=low.on, actual=low.amount, sequence=low.sequence)


def _called_above_unfunded(seen: Seen) -> Iterator[Measured]:
    if low := seen.walk.lowest_unfunded:
        yield Measured(-low.amount, period=low.on, actual=low.amount, sequence=low.sequence)


def _plan(seen: Seen, day: date) -> dict[str, PlannedAmount]:
    terms = seen.walk.state.terms
    if terms is None:
        return {}
    known = [each for each in seen.ordered if each.effective_on <= day]
    return {each.measure: each for each in plan_to_date(terms, seen.walk.state, known, day)}


def _deployed_against_plan(seen: Seen) -> Iterator[Measured]:
    """Compare what is invested with the plan, in points of the fund's size, while it invests."""
    terms = seen.walk.state.terms
    deployed = _plan(seen, seen.at.as_of).get("deployed")
    if terms is None or deployed is None:
        return
    if seen.at.as_of < anniversary(terms.inception_on, terms.investment_period_years):
        points = abs(deployed.difference) / terms.size
        yield Measured(points, baseline=deployed.planned, actual=deployed.actual)


def _fee_against_terms(seen: Seen) -> Iterator[Measured]:
    """Compare the fees of the year to date with those that the terms give for the same days."""
    eve = date(seen.at.as_of.year - 1, 12, 31)
    of_year = (each for each in seen.ordered if each.effective_on > eve)
    fees = [each for each in of_year if each.payload.get("category") == "management_fee"]
    if not all(each.payload.get("period_end") for each in fees):
        return  # whether in advance or in arrears nobody can tell
    now, before = _plan(seen, seen.at.as_of).get("fees"), _plan(seen, eve).get("fees")
    if now and before:
        planned, charged = now.planned - before.planned, now.actual - before.actual
        share = ratio(abs(charged - planned), planned)
        if share is not None:
            yield Measured(share, baseline=planned, actual=charged)


def _concentration(seen: Seen) -> Iterator[Measured]:
    held = [each for each in seen.walk.state.holdings.values() if each.fair_value]
    if len(held) > 1:
        largest = max(held, key=lambda each: (each.fair_value, each.company_id))
        share = ratio(largest.fair_value, seen.walk.state.total_value)
        if share is not None:
            total = seen.walk.state.total_value
            yield Measured(share, largest.company_id, baseline=total, actual=largest.fair_value)


def _credit_line_age(seen: Seen) -> Iterator[Measured]:
    if drawn := seen.walk.drawn_since:
        days = Decimal((seen.at.as_of - drawn.on).days)
        borrowed = seen.walk.state.borrowings
        yield Measured(days, period=drawn.on, actual=borrowed, sequence=drawn.sequence)


def _reserves_short(seen: Seen) -> Iterator[Measured]:
    state = seen.walk.state
    left = state.reserves_left
    means = state.cash + state.unfunded
    if left > 0:
        yield Measured(left - means, baseline=means, actual=left)


def _nav_restated(seen: Seen) -> Iterator[Measured]:
    if told := seen.reported:
        share = ratio(abs(told.now.nav - told.then.nav), abs(told.then.nav))
        if share is not None:
            yield _restated(told, share, told.then.nav, told.now.nav)


def _tvpi_restated(seen: Seen) -> Iterator[Measured]:
    told = seen.reported
    if told and told.then.tvpi is not None and told.now.tvpi is not None:
        yield _restated(told, abs(told.now.tvpi - told.then.tvpi), told.then.tvpi, told.now.tvpi)


def _restated(told: Reported, measured: Decimal, then: Decimal, now: Decimal) -> Measured:
    return Measured(
        measured,
        period=told.close.closed_through,
        baseline=then,
        actual=now,
        sequence=told.close.sequence,
    )


def _books_open(seen: Seen) -> Iterator[Measured]:
    """Count the days since the books of the first open quarter should have been closed."""
    terms = seen.walk.state.terms
    if terms is None:
        return
    after = seen.closed_through or terms.inception_on - timedelta(days=1)
    quarter = quarter_end(after + timedelta(days=1), 1)
    days = (seen.at.as_of - quarter - _BOOKS_DUE_AFTER).days
    if days > 0:
        yield Measured(Decimal(days), period=quarter)


_MEASURES: dict[RuleName, Callable[[Seen], Iterator[Measured]]] = {
    "metric_against_forecast": _metric_against_forecast,
    "actual_overdue": _actual_overdue,
    "cash_runway": _cash_runway,
    "mark_age": _mark_age,
    "mark_jump": _mark_jump,
    "mark_drop": _mark_drop,
    "fund_cash": _fund_cash,
    "called_above_unfunded": _called_above_unfunded,
    "deployed_against_plan": _deployed_against_plan,
    "fee_against_terms": _fee_against_terms,
    "concentration": _concentration,
    "credit_line_age": _credit_line_age,
    "reserves_short": _reserves_short,
    "nav_restated": _nav_restated,
    "tvpi_restated": _tvpi_restated,
    "books_open": _books_open,
}
