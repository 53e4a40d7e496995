"""When a fact may be true: from inception to today, wherever on earth today has begun."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.domain.ledger import Ledger, fund
from tests.ledgers import Raw, called, company, established, investment, raw

# At 09:59 in UTC the 30th has not ended yet anywhere; a minute later Kiritimati has 1 July.
STILL_THE_30TH = datetime(2020, 6, 30, 9, 59, tzinfo=UTC)
JULY_SOMEWHERE = datetime(2020, 6, 30, 10, 0, tzinfo=UTC)


def committed(on: str) -> Raw:
    return raw("COMMITMENT_MADE", on, investor="City Pension", amount="100")


def distributed(on: str) -> Raw:
    return raw("DISTRIBUTION_MADE", on, amount="100")


def test_a_day_that_has_begun_nowhere_is_the_future() -> None:
    ledger = fund(company())
    event = investment("100", on="2020-07-01")
    assert str(ledger.refusal(event, now=STILL_THE_30TH)) == (
        "effective_on '2020-07-01': lies in the future: the latest date for INVESTMENT_MADE is "
        "2020-06-30"
    )
    ledger.record(event, now=JULY_SOMEWHERE)


@pytest.mark.parametrize(
    "announced",
    [called("100", on="2021-07-01"), committed("2021-07-01"), distributed("2021-07-01")],
)
def test_calls_distributions_and_commitments_may_be_announced_a_year_ahead(announced: Raw) -> None:
    ledger = fund()
    ledger.record(announced, now=STILL_THE_30TH)
    late = announced | {"effective_on": "2021-07-02"}
    assert str(ledger.refusal(late, now=STILL_THE_30TH)) == (
        f"effective_on '2021-07-02': lies in the future: the latest date for "
        f"{announced['event_type']} is 2021-07-01"
    )


@pytest.mark.parametrize(
    "event",
    [
        raw("DISTRIBUTION_RETURNED", "2020-07-02", amount="1", kind="lp_giveback"),
        raw("EXPENSE_PAID", "2020-07-02", amount="1", category="other"),
        raw("CREDIT_LINE_DRAWN", "2020-07-02", amount="1"),
        raw("PERIOD_CLOSED", "2020-07-02", closed_through="2020-03-31"),
        established("2020-07-02") | {"event_type": "TERMS_AMENDED"},
    ],
)
def test_nothing_else_may_be_announced(event: Raw) -> None:
    assert "lies in the future: the latest date for" in str(fund().refusal(event))


def test_what_is_announced_counts_from_its_day() -> None:
    ledger = fund(called("100", on="2020-07-20"))
    assert ledger.state("2020-07-19").called == 0
    assert ledger.state("2020-07-20").called == 100


def test_nothing_happened_before_inception() -> None:
    ledger = fund()
    assert str(ledger.refusal(called("100", on="2009-12-31"))) == (
        "effective_on '2009-12-31': lies before the fund's inception on 2010-01-01: correct the "
        "date, or amend the terms' inception_on first"
    )
    ledger.record(called("100", on="2010-01-01"))


def test_an_earlier_inception_makes_room_for_earlier_facts() -> None:
    amended = established("2010-06-30")
    amended["event_type"] = "TERMS_AMENDED"
    amended["payload"]["terms"]["inception_on"] = "2009-12-01"
    ledger = fund(amended, called("100", on="2009-12-31"))
    assert ledger.state("2009-12-31").called == 100


def test_a_fund_is_established_once_and_first() -> None:
    assert str(fund().refusal(established("2010-02-01"))) == (
        "event_type 'FUND_ESTABLISHED': a fund is established once, by its first event: record "
        "TERMS_AMENDED instead"
    )
    assert str(Ledger().refusal(called("100"))) == (
        "event_type 'CAPITAL_CALLED': the first event of a fund must be FUND_ESTABLISHED"
    )
