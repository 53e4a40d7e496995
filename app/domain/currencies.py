"""The currencies that a fund can be in: the active codes of ISO 4217 that people pay with."""

from __future__ import annotations

from app.domain.suggestions import closest

# What most funds are in comes first, with names; the other codes follow by the alphabet.
COMMON = {
    "USD": "US dollar",
    "EUR": "Euro",
    "GBP": "Pound sterling",
    "CHF": "Swiss franc",
    "JPY": "Yen",
    "CNY": "Renminbi",
    "INR": "Indian rupee",
    "CAD": "Canadian dollar",
    "AUD": "Australian dollar",
    "SGD": "Singapore dollar",
    "HKD": "Hong Kong dollar",
    "SEK": "Swedish krona",
    "NOK": "Norwegian krone",
    "DKK": "Danish krone",
    "ILS": "Shekel",
    "BRL": "Brazilian real",
    "AED": "UAE dirham",
    "SAR": "Saudi riyal",
    "KRW": "Won",
    "ZAR": "Rand",
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


def nearest(code: str) -> str:
    """Return the code that was most likely meant, USD where nothing is near."""
    return next(iter(closest(code, sorted(CODES))), "USD")
