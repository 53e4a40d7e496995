"""Each rule raises what it is for, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.alerts.evaluation import Alert, evaluate
from app.domain.alerts.rules import SHIPPED, Rule
from app.domain.viewpoint import Viewpoint
from tests.domain.alerts.seen import alerts_of, seen_from
from tests.domain.ledger import Ledger, fund
from tests.domain.random_logs import DAYS, ledgers
from tests.ledgers import Raw, called, committed, company, investment, mark, raw, void

Log = tuple[Ledger, list[Raw]]


def told(kind: str, on: str, value: str, metric: str = "revenue", end: str = "2010-06-30") -> Raw:
    months = {} if metric in {"cash", "headcount"} else {"period_months": 3}
    return raw(kind, on, company="Acme", metric_type=metric, period_end=end, value=value, **months)


def raised(events: Sequence[Raw], as_of: str, rule: str) -> list[tuple[str, Decimal]]:
    """Return the bands and values of one rule."""
    found = alerts_of(fund(company(), *events).events, as_of)
    return [(each.band, each.found.measured) for each in found if each.rule.name == rule]


@pytest.mark.parametrize(
    ("value", "band"), [("91", []), ("90", ["warning"]), ("76", ["warning"]), ("75", ["critical"])]
)
def test_an_actual_below_its_forecast(value: str, band: list[str]) -> None:
    events = [
        told("FORECAST_CREATED", "2010-02-01", "100"),
        told("ACTUAL_RECORDED", "2010-07-20", value),
    ]
    assert [each for each, _ in raised(events, "2010-08-01", "metric_against_forecast")] == band


def test_only_the_latest_period_counts_and_only_for_a_year() -> None:
    events = [
        told("FORECAST_CREATED", "2010-02-01", "100"),
        told("ACTUAL_RECORDED", "2010-07-20", "50"),
        told("FORECAST_CREATED", "2010-02-01", "100", end="2010-09-30"),
    ]
    assert raised(events, "2010-10-01", "metric_against_forecast")
    assert not raised(events, "2011-07-02", "metric_against_forecast")
    events.append(told("ACTUAL_RECORDED", "2010-10-20", "100", end="2010-09-30"))
    assert not raised(events, "2010-11-01", "metric_against_forecast")


def test_a_missing_actual_of_a_company_that_is_held() -> None:
    events = [investment("10", "2010-01-20"), told("FORECAST_CREATED", "2010-02-01", "100")]
    assert raised(events, "2010-08-14", "actual_overdue") == []
    assert raised(events, "2010-08-15", "actual_overdue") == [("warning", 1)]
    assert raised(events, "2010-09-13", "actual_overdue") == [("critical", 30)]


def test_the_cash_of_a_company_lasts_as_long_as_its_burn_lets_it() -> None:
    events = [
        told("ACTUAL_RECORDED", "2010-04-20", "300", "cash_burn", "2010-03-31"),
        told("ACTUAL_RECORDED", "2010-07-20", "600", "cash_burn"),
        told("ACTUAL_RECORDED", "2010-07-20", "900", "cash"),
    ]
    assert raised(events, "2010-08-01", "cash_runway") == [("critical", 6)]


def test_marks_grow_old_until_the_holding_is_sold() -> None:
    events = [investment("10", "2010-01-20"), mark("12", "2010-03-31")]
    assert raised(events, "2010-07-08", "mark_age") == []
    assert raised(events, "2010-07-09", "mark_age") == [("warning", 100)]
    sold = raw("PROCEEDS_RECEIVED", "2010-07-01", company="Acme", kind="full_exit", amount="12")
    assert raised([*events, sold], "2010-12-09", "mark_age") == []


def test_a_company_that_was_sold_raises_nothing_more() -> None:
    events = [
        investment("100", "2010-01-20"),
        told("FORECAST_CREATED", "2010-02-01", "100"),
        told("ACTUAL_RECORDED", "2010-07-20", "50"),
        told("ACTUAL_RECORDED", "2010-07-20", "600", "cash_burn"),
        told("ACTUAL_RECORDED", "2010-07-20", "900", "cash"),
        mark("20", "2010-06-30"),
    ]
    rules = ("metric_against_forecast", "cash_runway", "mark_drop")
    assert all(raised(events, "2010-08-01", rule) for rule in rules)
    sold = raw("PROCEEDS_RECEIVED", "2010-07-25", company="Acme", kind="full_exit", amount="20")
    assert not any(raised([*events, sold], "2010-08-01", rule) for rule in rules)


def test_burns_of_long_ago_say_nothing_of_the_cash_of_today() -> None:
    events = [
        told("ACTUAL_RECORDED", "2010-07-20", "900", "cash_burn", "2008-06-30"),
        told("ACTUAL_RECORDED", "2010-07-20", "900", "cash"),
    ]
    assert raised(events, "2010-08-01", "cash_runway") == []


def test_fees_that_name_no_period_cannot_be_held_against_the_terms() -> None:
    paid = raw("EXPENSE_PAID", "2010-01-01", amount="5000", category="management_fee")
    assert raised([paid], "2010-01-02", "fee_against_terms") == []


def test_books_that_are_closed_are_closed_on_earlier_days_too() -> None:
    closed = raw("PERIOD_CLOSED", "2010-12-31", closed_through="2010-12-31")
    assert raised([closed], "2010-11-30", "books_open") == []
    assert raised([], "2010-11-30", "books_open")


def test_marks_that_jump_and_fall() -> None:
    events = [investment("100", "2010-01-20"), mark("200", "2010-03-31")]
    assert raised(events, "2010-04-01", "mark_jump") == [("warning", 1)]
    events.append(mark("80", "2010-06-30"))
    assert raised(events, "2010-07-01", "mark_drop") == [("critical", Decimal("0.6"))]
    assert raised(events, "2010-07-01", "mark_jump") == []


def test_money_that_was_not_there() -> None:
    spent = [called("50", "2010-01-10"), investment("80", "2010-01-20")]
    assert raised(spent, "2010-02-01", "fund_cash") == [("warning", 30)]
    assert raised([*spent, called("50", "2010-03-01")], "2010-04-01", "fund_cash"), "it was once"
    assert (
        raised(
            [committed("Alma", "60", "2010-01-05"), *spent], "2010-02-01", "called_above_unfunded"
        )
        == []
    )
    events = [committed("Alma", "40", "2010-01-05"), *spent]
    assert raised(events, "2010-02-01", "called_above_unfunded") == [("warning", 10)]


def test_a_credit_line_that_is_drawn_too_long() -> None:
    drawn = raw("CREDIT_LINE_DRAWN", "2010-01-10", amount="50")
    assert raised([drawn], "2010-04-10", "credit_line_age") == []
    assert raised([drawn], "2010-04-11", "credit_line_age") == [("warning", 91)]
    repaid = raw("CREDIT_LINE_REPAID", "2010-03-01", amount="50")
    again = raw("CREDIT_LINE_DRAWN", "2010-04-01", amount="5")
    assert raised([drawn, repaid, again], "2010-05-01", "credit_line_age") == []


def test_one_company_that_is_much_of_the_fund() -> None:
    events = [
        company("Bolt"),
        investment("80", "2010-01-20"),
        investment("20", "2010-01-20", "Bolt"),
    ]
    assert raised(events, "2010-02-01", "concentration") == [("critical", Decimal("0.8"))]
    assert raised(events[1:2], "2010-02-01", "concentration") == [], "the only one is no surprise"


def test_reserves_for_which_there_is_no_money() -> None:
    events = [investment("1", "2010-01-20"), called("11", "2010-01-10"),
              raw("RESERVE_ALLOCATED", "2010-02-01", company="Acme", amount="25")]  # fmt: skip
    [(band, short)] = raised(
        [*events, committed("Alma", "20", "2010-01-05")], "2010-03-01", "reserves_short"
    )
    assert (band, short) == ("warning", 25 - 10 - 9)


def test_the_plan_of_the_terms() -> None:
    assert raised([], "2010-06-30", "deployed_against_plan") == []
    [(band, points)] = raised([], "2011-02-01", "deployed_against_plan")
    assert band == "critical"
    assert round(points, 2) == Decimal("0.22")
    assert raised([], "2015-01-01", "deployed_against_plan") == [], "it invests no more"
    paid = raw("EXPENSE_PAID", "2010-04-01", amount="21000", category="management_fee",
               period_start="2010-01-01", period_end="2010-12-31")  # fmt: skip
    assert raised([paid], "2010-12-31", "fee_against_terms") == [("warning", Decimal("0.05"))]


def test_a_close_that_was_restated_and_books_that_are_open() -> None:
    events = [
        called("1000", "2010-01-10"),
        investment("100", "2010-01-20"),
        mark("500", "2010-03-31"),
        raw("PERIOD_CLOSED", "2010-04-30", closed_through="2010-03-31"),
    ]
    assert raised(events, "2010-08-29", "books_open") == []
    assert raised(events, "2010-08-30", "books_open") == [("warning", 1)]
    assert raised(events, "2010-08-30", "nav_restated") == []
    late = mark("470", "2010-03-31", adjustment=True)
    ledger = fund(company(), *events)
    ledger.record({**void(5), "payload": {**void(5)["payload"], "adjustment": True}}, late)
    found = [
        each for each in alerts_of(ledger.events, "2010-05-31") if "restated" in each.rule.name
    ]
    assert {each.rule.name: each.band for each in found} == {
        "nav_restated": "critical",
        "tvpi_restated": "warning",
    }
    assert found[0].found.sequence == 6
    known = alerts_of(ledger.events, "2010-05-31", 6)
    assert not [each for each in known if "restated" in each.rule.name], "nobody knew yet"


@given(ledgers(), DAYS, st.integers(1, 60))
@settings(max_examples=100)
def test_it_depends_on_nothing_beyond_the_viewpoint(log: Log, as_of: date, through: int) -> None:
    events = log[0].events
    at = Viewpoint(as_of, through)
    known = [each for each in events if each.sequence <= through]
    first = evaluate(seen_from(events, at))
    assert first == evaluate(seen_from(known, at))
    assert [each.band for each in first] == sorted(each.band for each in first)
    assert all(each.rule.band(each.found.measured) == each.band for each in first)


def test_a_rule_that_is_left_out_raises_nothing() -> None:
    ledger = fund(company(), investment("80", "2010-01-20"))
    seen = seen_from(ledger.events, Viewpoint(date(2010, 2, 1), 100))
    assert _names(evaluate(seen)) == {"fund_cash"}
    assert evaluate(seen, {"mark_age": SHIPPED["mark_age"]}) == []
    strict = Rule("mark_age", "days", Decimal(1))
    assert evaluate(seen, {"mark_age": strict}) == [], "it was never marked"


def _names(alerts: Sequence[Alert]) -> set[str]:
    return {each.rule.name for each in alerts}
