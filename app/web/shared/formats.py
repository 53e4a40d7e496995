"""Numbers and dates as people read them; what is rounded here is exact everywhere else."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache

from app.domain.currencies import prefix
from app.domain.figures.figures import RATES, RATIOS, Figures
from app.domain.money import CENT, ONE, rounded

# From the smallest: how big, how many decimals, and the letter for it.
_SCALES = (
    (Decimal(1), 0, ""),
    (Decimal(10) ** 3, 0, "k"),
    (Decimal(10) ** 6, 1, "M"),
    (Decimal(10) ** 9, 2, "B"),
    (Decimal(10) ** 12, 2, "T"),
)
_TOO_LONG = 1000
NOTHING = "–"
_ISO_DAY = re.compile(r"(?<!such as )\b\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])\b(?![T-])")
# Most numbers of a fund stay the same from day to day, and are asked for at each step of a handle.
_remembered = lru_cache(maxsize=20_000)


@_remembered
def money(amount: Decimal, currency: str) -> str:
    """Write an amount to about four digits, such as $477.2M, −€625k or CHF 1.54B."""
    size = abs(amount)
    unit, places, letter = next(
        (scale for scale in _SCALES if _round(size / scale[0], scale[1]) < _TOO_LONG), _SCALES[-1]
    )
    shown = _round(size / unit, places)
    sign = "−" if amount < 0 and shown else ""
    return f"{sign}{prefix(currency)}{shown:,}{letter}"


@_remembered
def exact_money(amount: Decimal, currency: str) -> str:
    """Write an amount in full, such as USD 477,163,234.12."""
    return f"{currency} {_exact(amount, 2)}".replace("-", "−")


def full_money(amount: Decimal, currency: str) -> str:
    """Write an amount in full with its sign, such as $12,400,000 or −€980.55."""
    places = 0 if amount == amount.to_integral_value() else 2
    number = _exact(abs(amount), places)
    return f"{'−' if amount < 0 else ''}{prefix(currency)}{number}"


def cents(amount: Decimal | float, currency: str) -> str:
    """Write an amount to the cent, such as $12,400,000.00; a small one that is nothing, as 0.00."""
    shown = rounded(Decimal(amount), CENT)
    sign = "−" if shown < 0 else ""
    return f"{sign}{prefix(currency)}{abs(shown):,.2f}"


@_remembered
def whole_money(amount: Decimal, currency: str) -> str:
    """Write an amount in whole units with its sign, such as $12,400,000, for columns of a table."""
    return full_money(rounded(amount, ONE), currency)


@_remembered
def multiple(ratio: Decimal | None) -> str:
    """Write a ratio as a multiple, such as 4.06×."""
    return NOTHING if ratio is None else f"{_round(ratio, 2):,}×".replace("-", "−")


@_remembered
def percent(rate: Decimal | None, places: int = 1) -> str:
    """Write a fraction as a percentage, such as 57.1%."""
    return NOTHING if rate is None else f"{_round(rate * 100, places):,}%".replace("-", "−")


def exact_percent(share: Decimal) -> str:
    """Write a fraction as a percentage with all its digits, such as 8.25%."""
    return f"{(share * 100).normalize():f}%".replace("-", "−")


def rate(fraction: Decimal | None, reason: str | None) -> str:
    """Write a rate of return: n/m where it says nothing yet."""
    return "n/m" if reason == "under_one_year" else percent(fraction)


def figure(figures: Figures, name: str, currency: str) -> str:
    """Write a figure by its name, as its kind is written."""
    return figure_text(name, getattr(figures, name), figures.reasons.get(name), currency)


def figure_text(name: str, value: Decimal | None, reason: str | None, currency: str) -> str:
    """Write what a figure of this name is, or why it says nothing, as its kind is written."""
    if name in RATES:
        return rate(value, reason)
    if name == "pic":
        return percent(value, 0)
    if name in RATIOS:
        return multiple(value)
    assert value is not None  # an amount is always there
    return money(value, currency)


def minus(amount: Decimal) -> Decimal:
    """Turn the sign round, for what is taken away; nothing stays nothing."""
    return -amount if amount else amount


def days_in_words(text: str) -> str:
    """Write the days that a text names as people do; not those that show how to write one."""
    return _ISO_DAY.sub(lambda found: _in_words(found[0]), text)


def _in_words(day: str) -> str:
    try:
        return short_date(date.fromisoformat(day))
    except ValueError:  # there is no 30 February
        return day


@_remembered
def short_date(day: date) -> str:
    """Write a date, such as 31 Mar 2012: the one style of all pages."""
    return f"{day.day} {day:%b %Y}"


def month(day: date) -> str:
    """Write the month of a day, such as Mar 2012."""
    return f"{day:%b %Y}"


def to_the_minute(instant: datetime) -> str:
    """Write an instant to the minute, in UTC, such as 31 Mar 2012, 09:05."""
    instant = instant.astimezone(UTC)
    return f"{short_date(instant.date())}, {instant:%H:%M}"


def clock_time(instant: datetime) -> str:
    """Write the time of an instant, with its seconds where it has any, as in 09:05:37."""
    return f"{instant:%H:%M:%S}" if instant.second or instant.microsecond else f"{instant:%H:%M}"


def counted(number: int, one: str, many: str | None = None) -> str:
    """Write a number with its noun, such as 24 companies."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def byte_size(size: int) -> str:
    """Write a number of bytes briefly, such as 640 B, 4.2 kB or 1.3 MB."""
    for unit, letter in ((10**6, "MB"), (10**3, "kB")):
        if size >= unit:
            return f"{_round(Decimal(size) / unit, 1)} {letter}"
    return f"{size} B"


_INITIALS = {"lp", "gp", "arr", "ebitda", "nav"}


def kind_in_words(code: str) -> str:
    """Write one of several kinds in words, such as cash burn, or in its initials, such as ARR."""
    return code.upper() if code in _INITIALS else code.replace("_", " ")


def capitalize_first(text: str) -> str:
    """Begin with a capital, and leave the rest as it is."""
    return text[:1].upper() + text[1:]


def initials(name: str) -> str:
    """Shorten a name to the first letters of its first and last word."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def as_date(text: str) -> date:
    """Read a day as JSON has it."""
    return date.fromisoformat(text)


def as_amount(text: str | None) -> Decimal | None:
    """Read a number as JSON has it."""
    return None if text is None else Decimal(text)


FILTERS = (
    as_amount,
    as_date,
    money,
    exact_money,
    full_money,
    cents,
    whole_money,
    multiple,
    percent,
    rate,
    minus,
    short_date,
    month,
    to_the_minute,
    counted,
    byte_size,
    kind_in_words,
    capitalize_first,
    initials,
)


def _exact(number: Decimal, places: int) -> str:
    """Write all digits, in groups of three, and at least so many after the point."""
    exponent = number.normalize().as_tuple().exponent
    return f"{number or abs(number):,.{max(places, -int(exponent))}f}"


def _round(number: Decimal, places: int) -> Decimal:
    return rounded(number, Decimal(1).scaleb(-places))
