"""The signs and codes of currencies that may stand beside a number."""

from __future__ import annotations

import re

_CODES = (
    "AED AUD BRL CAD CHF CNY CZK DKK EUR GBP HKD HUF IDR ILS INR JPY KRW MXN MYR NOK NZD PHP PLN "
    "SAR SEK SGD THB TRY TWD USD VND ZAR"
)
_SIGNS = {
    "$": {"USD", "AUD", "CAD", "HKD", "MXN", "NZD", "SGD", "TWD"},
    "US$": {"USD"},
    "A$": {"AUD"},
    "AU$": {"AUD"},
    "C$": {"CAD"},
    "CA$": {"CAD"},
    "HK$": {"HKD"},
    "NZ$": {"NZD"},
    "S$": {"SGD"},
    "R$": {"BRL"},
    "€": {"EUR"},
    "£": {"GBP"},
    "¥": {"JPY", "CNY"},
    "₹": {"INR"},
    "₪": {"ILS"},
    "₩": {"KRW"},
    "kr": {"SEK", "NOK", "DKK"},
    "zł": {"PLN"},
}
SIGNS = {code: {code} for code in _CODES.split()} | _SIGNS
# The longer first, so that US$ is not taken for $.
PATTERN = "|".join(re.escape(sign) for sign in sorted(SIGNS, key=len, reverse=True))


def can_mean(sign: str, currency: str) -> bool:
    """Return whether a sign may stand for a currency."""
    return currency in SIGNS[sign]
