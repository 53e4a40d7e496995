"""Numbers and dates as people read them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from app.web.shared import formats


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        ("0", "USD", "$0"),
        ("0.4", "USD", "$0"),
        ("-0.4", "USD", "$0"),
        ("999.4", "USD", "$999"),
        ("999.5", "USD", "$1k"),
        ("625000", "USD", "$625k"),
        ("999499", "USD", "$999k"),
        ("999500", "USD", "$1.0M"),
        ("477163234.12", "EUR", "€477.2M"),
        ("999949999", "GBP", "£999.9M"),
        ("999995000", "GBP", "£1.00B"),
        ("1537000000", "CHF", "CHF 1.54B"),
        ("2500000000000", "USD", "$2.50T"),
        ("-86500000", "USD", "−$86.5M"),
        ("1234500000000000", "USD", "$1,234.50T"),
    ],
)
def test_amounts_are_short(amount: str, currency: str, shown: str) -> None:
    assert formats.money(Decimal(amount), currency) == shown


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("477163234.1", "USD 477,163,234.10"),
        ("-5", "USD −5.00"),
        ("0.123456", "USD 0.123456"),
        ("1E+3", "USD 1,000.00"),
    ],
)
def test_exact_amounts_keep_every_digit(amount: str, shown: str) -> None:
    assert formats.exact_money(Decimal(amount), "USD") == shown


def test_ratios_and_rates_that_are_not_defined_are_a_dash() -> None:
    assert formats.multiple(Decimal("4.055")) == "4.06×"
    assert formats.multiple(None) == "–"
    assert formats.multiple(Decimal("12345.678")) == "12,345.68×"
    assert formats.percent(Decimal(1234)) == "123,400.0%"
    assert formats.percent(Decimal("0.5714")) == "57.1%"
    assert formats.percent(Decimal("-0.0514")) == "−5.1%"
    assert formats.rate(None, "total_loss") == "–"
    assert formats.rate(Decimal("3.1"), "under_one_year") == "n/m"
    assert formats.rate(Decimal("0.31"), None) == "31.0%"


def test_dates_and_counts_are_words() -> None:
    assert formats.short_date(date(2012, 3, 1)) == "1 Mar 2012"
    assert formats.short_date(date(2012, 3, 31)) == "31 Mar 2012"
    assert formats.counted(1, "company", "companies") == "1 company"
    assert formats.counted(1096, "day") == "1,096 days"


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        ("12400000", "USD", "$12,400,000"),
        ("1E+3", "USD", "$1,000"),
        ("-980.55", "EUR", "−€980.55"),
        ("0.5", "CHF", "CHF 0.50"),
        ("2.505", "USD", "$2.505"),
        ("0", "USD", "$0"),
    ],
)
def test_amounts_of_a_log_are_in_full(amount: str, currency: str, shown: str) -> None:
    assert formats.full_money(Decimal(amount), currency) == shown


def test_percentages_of_a_log_have_all_their_digits() -> None:
    for share, shown in (("0.0825", "8.25%"), ("1", "100%"), ("0", "0%"), ("1.50", "150%")):
        assert formats.exact_percent(Decimal(share)) == shown


def test_instants_are_shown_in_utc() -> None:
    instant = datetime.fromisoformat("2012-04-01T01:05:59+02:00")
    assert formats.to_the_minute(instant) == "31 Mar 2012, 23:05"


@pytest.mark.parametrize(
    ("size", "written"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (34_560, "34.6 kB"), (1_250_000, "1.3 MB")],
)
def test_sizes_are_written_briefly(size: int, written: str) -> None:
    assert formats.byte_size(size) == written


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("closed through 2025-06-30 (Q2)", "closed through 30 Jun 2025 (Q2)"),
        ("between 2025-06-30 and 2025-07-01.", "between 30 Jun 2025 and 1 Jul 2025."),
        ("write a date such as 2012-03-31", "write a date such as 2012-03-31"),
        ("an instant, 2012-03-31T18:00:00Z", "an instant, 2012-03-31T18:00:00Z"),
        ("2025-02-30 and 12025-01-011", "2025-02-30 and 12025-01-011"),
    ],
)
def test_days_in_a_text_are_written_in_full(text: str, told: str) -> None:
    assert formats.days_in_words(text) == told
