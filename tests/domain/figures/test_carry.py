"""Carried interest, tier by tier, on sums that can be done by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.domain.errors import RefusedError
from app.domain.figures.carry import CarryTiers, carry_tiers
from app.domain.money import to_cent
from tests.domain.ledger import Ledger
from tests.ledgers import Raw, called, company, established, investment, mark, raw

START, YEAR_1, YEAR_2, YEAR_3 = "2010-01-01", "2011-01-01", "2012-01-01", "2012-12-31"
NO_HURDLE: dict[str, str] = {}
HURDLE_ONLY = {"hurdle": "0.08"}
PARTIAL = {"hurdle": "0.08", "catch_up": "0.8"}
FULL = {"hurdle": "0.08", "catch_up": "1"}


def fund_on(carry: dict[str, Any], *events: Raw) -> Ledger:
    ledger = Ledger()
    ledger.record(established(START, carry=carry), *events)
    return ledger


def one_deal(carry: dict[str, str], *later: Raw) -> Ledger:
    """Call 1000 on the first day and put all of it into one company."""
    return fund_on(
        carry, called("1000", on=START), company(on=START), investment("1000", on=START), *later
    )


def tiers(ledger: Ledger, as_of: str) -> CarryTiers:
    return carry_tiers(ledger.state(as_of), date.fromisoformat(as_of))


def sold(amount: str, on: str = YEAR_1) -> Raw:
    return raw("PROCEEDS_RECEIVED", on, company="Acme", amount=amount, kind="full_exit")


def distributed(amount: str, on: str = YEAR_1, kind: str = "standard") -> Raw:
    return raw("DISTRIBUTION_MADE", on, amount=amount, kind=kind)


CASES: dict[str, tuple[dict[str, str], str, str]] = {
    # After one year of 365 days the preferred return on 1000 is 80.
    "no hurdle": (NO_HURDLE, "1500", "100"),
    "a loss": (NO_HURDLE, "900", "0"),
    "half a cent counts as one": (NO_HURDLE, "1000.025", "0.01"),
    "hurdle alone: carry on what lies above it": (HURDLE_ONLY, "1500", "84"),
    "hurdle alone, just reached": (HURDLE_ONLY, "1080", "0"),
    "full catch-up, not at the hurdle": (FULL, "1070", "0"),
    "full catch-up, just at the hurdle": (FULL, "1080", "0"),
    "full catch-up, catching up": (FULL, "1090", "10"),
    "full catch-up, caught up": (FULL, "1500", "100"),
    "partial catch-up, catching up": (PARTIAL, "1100", "16"),
    "partial catch-up, caught up": (PARTIAL, "1500", "100"),
    "catch-up of nothing": ({"hurdle": "0.08", "catch_up": "0"}, "1500", "84"),
    "another rate": ({"rate": "0.25"}, "1500", "125"),
    "no carry": ({"rate": "0"}, "1500", "0"),
}


@pytest.mark.parametrize(("carry", "value", "accrued"), CASES.values(), ids=CASES)
def test_carry_accrues_by_the_terms(carry: dict[str, str], value: str, accrued: str) -> None:
    figures = one_deal(carry, mark(value, on=YEAR_1)).figures(YEAR_1)
    assert figures.accrued_carry == Decimal(accrued)
    assert figures.net_nav == Decimal(value) - Decimal(accrued)
    assert figures.clawback_due == 0


def test_carry_follows_the_terms_in_force_over_the_whole_life() -> None:
    amended = established("2011-06-01", carry={"rate": "0.25"})
    amended |= {"event_type": "TERMS_AMENDED"}
    amended["payload"]["terms"]["inception_on"] = START
    amended["payload"]["reason"] = "agreed with the partners"
    ledger = one_deal(NO_HURDLE, mark("1500", on=YEAR_1), amended)
    assert ledger.figures("2011-05-31").accrued_carry == 100
    assert ledger.figures("2011-06-01").accrued_carry == 125


def test_carry_paid_is_taken_off_what_accrues() -> None:
    ledger = one_deal(NO_HURDLE, sold("1500"), distributed("60", kind="carried_interest"))
    found = tiers(ledger, YEAR_1)
    assert (found.profit, found.earned, found.paid, found.accrued) == (500, 100, 60, 40)


def test_carry_paid_beyond_what_was_earned_is_due_back() -> None:
    overpaid = (sold("1500"), distributed("150", kind="carried_interest"))
    figures = one_deal(NO_HURDLE, *overpaid).figures(YEAR_1)
    # P = 150 paid + NAV 1350 − 1000, so C = 100.
    assert (figures.accrued_carry, figures.clawback_due) == (0, 50)
    assert (figures.nav, figures.net_nav) == (1350, 1350)
    returned = raw("DISTRIBUTION_RETURNED", YEAR_1, amount="50", kind="carry_clawback")
    settled = one_deal(NO_HURDLE, *overpaid, returned).figures(YEAR_1)
    assert (settled.carry_paid, settled.clawback_due, settled.nav) == (100, 0, 1400)


def test_carry_never_exceeds_nav() -> None:
    figures = one_deal(NO_HURDLE, sold("1500"), distributed("1450")).figures(YEAR_1)
    assert (figures.nav, figures.accrued_carry, figures.net_nav) == (50, 50, 0)


def test_no_carry_accrues_on_a_negative_nav() -> None:
    figures = one_deal(NO_HURDLE, sold("1500"), distributed("1600")).figures(YEAR_1)
    assert (figures.nav, figures.accrued_carry, figures.net_nav) == (-100, 0, -100)


def test_without_a_hurdle_nothing_is_preferred() -> None:
    assert tiers(one_deal(NO_HURDLE), YEAR_1).preferred_return == 0


def test_the_preferred_return_grows_on_what_partners_have_not_had_back() -> None:
    ledger = one_deal(FULL, sold("1500"), distributed("580"))
    # 80 in the first year; then 8 % of 1080 − 580 = 500 in the second.
    assert to_cent(tiers(ledger, YEAR_1).preferred_return) == 80
    assert to_cent(tiers(ledger, YEAR_2).preferred_return) == 120


def test_the_preferred_return_compounds_within_the_year() -> None:
    # 1000 · (1.08 ^ (182 / 365) − 1)
    assert to_cent(tiers(one_deal(FULL), "2010-07-02").preferred_return) == Decimal("39.12")


def test_partners_who_had_more_back_than_due_are_owed_no_less_later() -> None:
    ledger = one_deal(FULL, sold("2500"), distributed("2000"), called("100", on=YEAR_2))
    # The balance of 1080 − 2000 counts as 0, so the third year adds 8 % of 100 to the 80.
    assert to_cent(tiers(ledger, YEAR_3).preferred_return) == 88


@pytest.mark.parametrize("back", [distributed("300"), distributed("300", kind="return_of_call")])
def test_a_day_of_calls_and_distributions_counts_by_its_net(back: Raw) -> None:
    ledger = fund_on(FULL, back, called("300", on=YEAR_1))
    assert tiers(ledger, YEAR_2).preferred_return == 0


def test_distributions_given_back_are_owed_again() -> None:
    giveback = raw("DISTRIBUTION_RETURNED", YEAR_1, amount="100", kind="lp_giveback")
    ledger = fund_on(FULL, distributed("100", on=START), giveback)
    assert to_cent(tiers(ledger, YEAR_2).preferred_return) == 8


def test_carry_paid_lowers_no_balance_of_the_partners() -> None:
    ledger = one_deal(FULL, sold("1500"), distributed("60", kind="carried_interest"))
    # 8 % in each of two years on 1000.
    assert to_cent(tiers(ledger, YEAR_2).preferred_return) == Decimal("166.40")


def preferred(carry: dict[str, Any], as_of: str, *later: Raw) -> Decimal:
    """Return what the hurdle of 8 % asks for on 1000, called on the first day of 2010."""
    ledger = fund_on(HURDLE_ONLY | carry, called("1000", on=START), *later)
    return tiers(ledger, as_of).preferred_return


HALF_A_YEAR = "2010-07-02"  # 182 days


@pytest.mark.parametrize(
    ("compounding", "as_of", "expected"),
    [
        ("daily", YEAR_1, "80"),
        ("annual", YEAR_1, "80"),
        ("simple", YEAR_1, "80"),
        ("daily", YEAR_2, "166.40"),
        ("annual", YEAR_2, "166.40"),
        ("simple", YEAR_2, "160"),
        # 1000 × (1.08 ^ (182 / 365) − 1), and 1000 × 0.08 × 182 / 365.
        ("daily", HALF_A_YEAR, "39.12"),
        ("annual", HALF_A_YEAR, "39.89"),
        ("simple", HALF_A_YEAR, "39.89"),
        # The second year begins with 1080: 80 + 1080 × 0.08 × 182 / 365.
        ("annual", "2011-07-02", "123.08"),
        ("simple", "2011-07-02", "119.89"),
    ],
)
def test_the_hurdle_grows_as_the_terms_say(compounding: str, as_of: str, expected: str) -> None:
    assert to_cent(preferred({"compounding": compounding}, as_of)) == Decimal(expected)


def test_annual_growth_joins_the_balance_before_the_flows_of_its_day() -> None:
    back = distributed("1080", on=YEAR_1)
    assert preferred({"compounding": "annual"}, YEAR_2, back) == 80
    assert preferred({"compounding": "simple"}, YEAR_2, back) == 80


def test_simple_growth_is_on_what_was_paid_in_and_not_had_back() -> None:
    half = distributed("500", on=YEAR_1)
    assert preferred({"compounding": "simple"}, YEAR_2, half) == 120  # 80 + 40


def test_what_came_back_too_early_counts_where_the_terms_are_cumulative() -> None:
    # 1580 back after a year: 500 more than 1080. Called again a year later, when 500 is 540.
    early = (distributed("1580", on=YEAR_1), called("540", on=YEAR_2))
    assert to_cent(preferred({"cumulative": True}, "2012-12-31", *early)) == 40  # 80 − 40
    assert to_cent(preferred({}, "2012-12-31", *early)) == Decimal("123.20")  # 80 + 540 × 0.08


def test_a_29th_of_february_has_its_anniversary_on_the_28th() -> None:
    leap = fund_on(HURDLE_ONLY | {"compounding": "annual"}, called("1000", on="2012-02-29"))
    # A year of 365 days, then one day on 1080.
    assert to_cent(tiers(leap, "2013-02-28").preferred_return) == 80
    assert to_cent(tiers(leap, "2013-03-01").preferred_return) == Decimal("80.24")


def test_compounding_needs_a_hurdle() -> None:
    for carry in ({"compounding": "annual"}, {"cumulative": True}):
        [name] = carry
        with pytest.raises(RefusedError, match=f"{name} .*needs a hurdle"):
            fund_on(carry)
