"""The internal rate of return in cases that can be worked out by hand."""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
import pyxirr
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.domain.figures import irr as irr_module
from app.domain.figures.irr import Irr, xirr
from app.domain.money import fraction_text
from app.domain.state.state import Flows
from tests.data_files import DATA
from tests.domain.ledger import fund
from tests.ledgers import called, company, investment, mark, raw

START = date(2010, 1, 1)


def yearly(*amounts: str, days: int = 365) -> Flows:
    """Place amounts one year of 365 days apart."""
    return {START + timedelta(days=days * i): Decimal(amounts[i]) for i in range(len(amounts))}


def with_roots(*rates: float) -> Flows:
    """Return yearly flows that are worth nothing at these rates and at no other."""
    amounts = [1.0]
    for each in rates:
        later = [0.0, *(amount * (1 + each) for amount in amounts)]
        amounts = [a - b for a, b in zip([*amounts, 0.0], later, strict=True)]
    largest = max(map(abs, amounts))
    return yearly(*(f"{-amount / largest * 1e12:.6f}" for amount in amounts))


def irr_of(flows: Flows) -> Irr:
    """Look at flows on the day of the last one."""
    return xirr(flows, max(flows, default=START))


def rate(irr: Irr) -> float:
    assert irr.rate is not None
    return float(irr.rate)


@pytest.mark.parametrize(
    ("flows", "expected"),
    [
        (yearly("-100", "200"), 1.0),
        (yearly("-100", "0", "121"), 0.1),
        (yearly("-100", "50"), -0.5),
        (yearly("-100", "10", "110"), 0.1),
        (yearly("-100", "100"), 0.0),
        (yearly("100", "-110"), 0.1),  # money lent to the fund by itself: a loss at 10 %
        (yearly("-100", "1050"), 9.5),
        (yearly("-1", "1000000"), 999_999.0),  # above 1000 %, and the only one
        (yearly("-100", "0.11"), -0.9989),
    ],
)
def test_the_rate_is_that_at_which_the_flows_are_worth_nothing(
    flows: Flows, expected: float
) -> None:
    irr = irr_of(flows)
    assert rate(irr) == pytest.approx(expected, abs=1e-9)
    assert irr.reason is None


@pytest.mark.parametrize("column", ["gross_with", "net_with", "gross_without", "net_without"])
def test_the_rates_of_ilpas_worked_example_come_out(column: str) -> None:
    flows: Flows = defaultdict(Decimal)
    with (DATA / "ilpa-methodology.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            if row["date"]:
                flows[date.fromisoformat(row["date"])] += Decimal(row[column])
            elif row["transaction"] == "RESULT irr":
                expected = float(row[column])
    assert rate(irr_of(flows)) == pytest.approx(expected, abs=1e-6)


def test_a_year_has_365_days_also_in_leap_years() -> None:
    flows = {date(2012, 1, 1): Decimal(-100), date(2013, 1, 1): Decimal(110)}
    assert rate(irr_of(flows)) == pytest.approx(1.1 ** (365 / 366) - 1, abs=1e-9)


def test_under_one_year_gives_the_rate_and_says_so() -> None:
    irr = irr_of(yearly("-100", "110", days=364))
    assert rate(irr) == pytest.approx(1.1 ** (365 / 364) - 1, abs=1e-9)
    assert irr.reason == "under_one_year"


def test_a_year_runs_from_the_first_flow_to_the_day_that_is_looked_at() -> None:
    flows = yearly("-100", "110", days=100)
    days = {364: "under_one_year", 365: None, 366: None}
    for passed, reason in days.items():
        assert xirr(flows, START + timedelta(days=passed)).reason == reason


@pytest.mark.parametrize(
    ("flows", "reason"),
    [
        ({}, "too_few_dates"),
        (yearly("0", "0"), "too_few_dates"),
        (yearly("100"), "too_few_dates"),
        (yearly("-100"), "total_loss"),
        (yearly("-100", "0"), "total_loss"),
        (yearly("-100", "-20", "0"), "total_loss"),
        (yearly("100", "20"), "no_outflow"),
        (yearly("-1", "1000000000000"), "no_root"),  # beyond 100 billion %
        (yearly("-100", "0.05"), "no_root"),  # below -99.9 %
    ],
)
def test_where_there_is_no_rate_the_reason_is_told(flows: Flows, reason: str) -> None:
    assert irr_of(flows) == Irr(None, reason)


def test_a_late_fee_call_does_not_hide_the_rate_of_a_profit() -> None:
    # -100 + 300x - 10x^10 is 0 at x = 1/3 (200 %), and again near x = 1.45 (-31 %).
    flows = yearly("-100", "300", "0", "0", "0", "0", "0", "0", "0", "0", "-10")
    assert rate(irr_of(flows)) == pytest.approx(2.0, abs=1e-4)


def test_a_profit_that_wavers_takes_its_only_positive_rate() -> None:
    # The running sum is -100, 50, -50, 150: the rule of one change of sign says nothing here.
    irr = irr_of(yearly("-100", "150", "-100", "200", "0", "0", "0", "0", "0", "0", "-10"))
    factor = 1 / (1 + rate(irr))
    worth = -100 + 150 * factor - 100 * factor**2 + 200 * factor**3 - 10 * factor**10
    assert worth == pytest.approx(0, abs=1e-6)
    assert rate(irr) > 0


def test_a_loss_takes_the_negative_one_of_two_rates() -> None:
    # 60 - 220x + 150x^2 is 0 at x = 0.36 (176 %) and at x = 1.10 (-9 %); the sum is a loss.
    flows = yearly("60", "-220", "150")
    expected = 2 * 150 / (220 + (220**2 - 4 * 60 * 150) ** 0.5) - 1
    assert rate(irr_of(flows)) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    "flows",
    [
        yearly("-100", "230", "-132"),  # 10 % and 20 %, and a loss of 2: neither has its sign
        yearly("-1000", "3600", "-4310", "1716"),  # 10 %, 20 % and 30 %, and a profit of 6
        with_roots(0.10, 0.104),
        with_roots(0.10, 0.101),
        with_roots(0.10, 0.104, 0.50),
        with_roots(0.10, 0.101, 0.102),
        with_roots(-0.35, -0.346),
        with_roots(-0.998, -0.9975),
    ],
)
def test_several_rates_of_which_none_stands_out_are_none(flows: Flows) -> None:
    assert irr_of(flows) == Irr(None, "several_roots")


def test_gross_irr_sees_deals_and_net_irr_what_partners_keep() -> None:
    ledger = fund(
        called("1000", on="2010-01-01"),
        company(),
        investment("1000", on="2010-01-01"),
        mark("1500", on="2011-01-01"),
    )
    figures = ledger.figures("2011-01-01")
    assert figures.gross_irr is not None
    assert figures.net_irr is not None
    assert float(figures.gross_irr) == pytest.approx(0.5, abs=1e-9)
    assert float(figures.net_irr) == pytest.approx(0.4, abs=1e-9)  # after carry of 100
    assert figures.reasons == {"pic": "no_commitments"}


def test_flows_of_one_day_are_netted() -> None:
    ledger = fund(
        called("1000", on="2010-01-01"),
        called("500", on="2011-01-01"),
        raw("DISTRIBUTION_MADE", "2011-01-01", amount="500"),
        raw("EXPENSE_PAID", "2011-01-01", amount="1000", category="other"),
    )
    assert ledger.figures("2012-01-01").reasons["net_irr"] == "total_loss"


@settings(max_examples=200)
@given(st.lists(st.floats(-0.9, 3.0), min_size=1, max_size=3), st.sampled_from([0.001, 0.004, 0.1]))
def test_of_known_rates_the_right_one_or_the_right_reason_is_told(
    rates: list[float], apart: float
) -> None:
    rates = sorted(rates)
    assume(all(b - a >= apart for a, b in pairwise(rates)))
    assume(all(abs(each) > 0.0005 for each in rates))  # a rate of zero is told before any other
    flows = with_roots(*rates)
    profit = sum(flows.values(), Decimal(0))
    assume(abs(profit) > 1)
    candidates = [each for each in rates if (each > 0) == (profit > 0)] or rates
    irr = irr_of(flows)
    if len(candidates) == 1:
        assert rate(irr) == pytest.approx(candidates[0], abs=1e-5)
    else:
        assert irr == Irr(None, "several_roots")


_AMOUNTS = st.integers(-(10**24), 10**24).map(lambda micros: Decimal(micros).scaleb(-6))


@given(st.dictionaries(st.dates(), _AMOUNTS, max_size=12))
def test_flows_however_far_apart_have_a_rate_or_a_reason(flows: Flows) -> None:
    irr = irr_of(flows)
    assert irr.rate is not None or irr.reason
    assert irr.rate is None or irr.rate.is_finite()
    assert "-0.000000" not in (fraction_text(irr.rate) or "")


def test_flows_a_century_apart_have_their_rate() -> None:
    flows = {date(1900, 1, 1): Decimal(-1), date(2025, 1, 1): Decimal(10**6)}
    years = (date(2025, 1, 1) - date(1900, 1, 1)).days / 365
    assert rate(irr_of(flows)) == pytest.approx(10 ** (6 / years) - 1, abs=1e-9)


def test_a_loss_of_a_cent_is_no_negative_zero() -> None:
    irr = irr_of(yearly("-100000000", "99999999.99"))
    assert rate(irr) < 0
    assert fraction_text(irr.rate) == "0.000000"


@given(
    st.lists(st.tuples(st.integers(1, 400), st.integers(-1000, 1000)), min_size=2, max_size=12),
    st.integers(1, 3000),
)
@settings(max_examples=500)
def test_a_rate_that_is_shown_to_be_alone_is_the_one_that_a_search_finds(
    steps: list[tuple[int, int]], invested: int
) -> None:
    days, amounts = [START], [-float(invested)]
    for wait, amount in steps:
        days.append(days[-1] + timedelta(days=wait))
        amounts.append(float(amount))
    found = pyxirr.xirr(days, amounts, silent=True)
    assume(found is not None)
    assert found is not None
    assume(irr_module.LOWEST <= found <= irr_module.HIGHEST)
    assume(irr_module._is_only_root(days, amounts, found))  # noqa: SLF001 - what it is about
    years = [(day - START).days / 365 for day in days]
    (root,) = irr_module._likeliest_roots(years, amounts)  # noqa: SLF001
    assert math.expm1(root) == pytest.approx(found, rel=1e-6, abs=1e-9)
