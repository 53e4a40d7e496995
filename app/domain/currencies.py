"""The currencies that a fund can be in: the active codes of ISO 4217 that people pay with."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import NamedTuple

from app.domain.suggestions import closest


class Currency(NamedTuple):
    """How a currency is called and written."""

    name: str
    sign: str = ""  # what it is shown with; its code where there is none of its own
    also: tuple[str, ...] = ()  # what else may stand for it beside a number


# What most funds are in comes first; a number may have these codes and signs beside it.
COMMON = {
    "USD": Currency("US dollar", "$", ("US$",)),
    "EUR": Currency("Euro", "€"),
    "GBP": Currency("Pound sterling", "£"),
    "CHF": Currency("Swiss franc"),
    "JPY": Currency("Yen", "¥"),
    "CNY": Currency("Renminbi", "CN¥", ("¥",)),
    "INR": Currency("Indian rupee", "₹"),
    "CAD": Currency("Canadian dollar", "C$", ("$", "CA$")),
    "AUD": Currency("Australian dollar", "A$", ("$", "AU$")),
    "SGD": Currency("Singapore dollar", "S$", ("$",)),
    "HKD": Currency("Hong Kong dollar", "HK$", ("$",)),
    "SEK": Currency("Swedish krona", also=("kr",)),
    "NOK": Currency("Norwegian krone", also=("kr",)),
    "DKK": Currency("Danish krone", also=("kr",)),
    "ILS": Currency("Shekel", "₪"),
    "BRL": Currency("Brazilian real", "R$"),
    "AED": Currency("UAE dirham"),
    "SAR": Currency("Saudi riyal"),
    "KRW": Currency("Won", "₩"),
    "ZAR": Currency("Rand"),
    "NZD": Currency("New Zealand dollar", "NZ$", ("$",)),
    "MXN": Currency("Mexican peso", also=("$",)),
    "TWD": Currency("New Taiwan dollar", also=("$",)),
    "PLN": Currency("Zloty", also=("zł",)),
    "CZK": Currency("Czech koruna"),
    "HUF": Currency("Forint"),
    "IDR": Currency("Rupiah"),
    "MYR": Currency("Malaysian ringgit"),
    "PHP": Currency("Philippine peso"),
    "THB": Currency("Baht"),
    "TRY": Currency("Turkish lira"),
    "VND": Currency("Dong"),
}
_CODES = """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD
    CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD
    GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD
    KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO
    NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE
    SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND
    VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
    """
CODES = frozenset(_CODES.split())


def _meanings() -> dict[str, set[str]]:
    """Return what each code and sign may stand for."""
    meanings: dict[str, set[str]] = defaultdict(set)
    for code, currency in COMMON.items():
        for sign in filter(None, (code, currency.sign, *currency.also)):
            meanings[sign].add(code)
    return dict(meanings)


SIGNS = _meanings()
# The longer first, so that US$ is not taken for $.
SIGN_PATTERN = "|".join(re.escape(sign) for sign in sorted(SIGNS, key=len, reverse=True))


def nearest(code: str) -> str:
    """Return the code that was most likely meant, USD where nothing is near."""
    return next(iter(closest(code, sorted(CODES))), "USD")


def can_mean(sign: str, currency: str) -> bool:
    """Return whether a sign may stand for a currency."""
    return currency in SIGNS[sign]


def prefix(currency: str) -> str:
    """Return what an amount is shown with, such as $ or "CHF "."""
    known = COMMON.get(currency)
    return known.sign if known and known.sign else f"{currency} "
