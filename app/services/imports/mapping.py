"""Proposes which column of an import each heading of somebody else's file means."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from app.services.imports.columns import COLUMNS

_CLOSE = 0.75
_REMEMBERED = 2_048  # headings; files of one source bear the same
# As fund administrators' and portfolio software calls them, and people.
_SYNONYMS: dict[str, str] = {
    "effective_on": "date, transaction date, effective date, value date, valuation date, "
    "event date, trade date, as of, as of date, cash flow date, payment date, due date",
    "event_type": "type, transaction type, event, activity, activity type, transaction, flow type",
    "recorded_at": "recorded, recorded on, entered at, booked at, created at, entry timestamp",
    "sequence": "seq, no, nr, number, id, line, event number, transaction number",
    "attributed_to": "recorded by, entered by, booked by, created by, author, user",
    "company": "portfolio company, company name, investment name, investee, issuer, holding, "
    "asset, deal, deal name, portfolio company name",
    "investor": "limited partner, lp, lp name, investor name, partner name",
    "partner": "partner type, investor type",
    "amount": "transaction amount, cash flow, cashflow, net amount, total amount, cost, "
    "invested amount, commitment, commitment amount, paid, consideration",
    "new_valuation": "fair value, fair market value, fmv, valuation, market value, "
    "carrying value, current value, holding value, unrealized value, unrealised value",
    "ownership": "ownership percentage, stake, owned, fully diluted ownership, fd ownership",
    "fraction_sold": "share sold, portion sold, percentage sold",
    "cost_relieved": "cost of sale, cost sold, relieved cost",
    "kind": "subtype, sub type, transaction subtype, exit type, distribution type",
    "category": "expense type, expense category",
    "round": "financing round, series, round name",
    "security": "instrument, share class, security type, class",
    "shares": "number of shares, share count, quantity, units",
    "price_per_share": "share price, price, pps, unit price",
    "post_money": "post money valuation, post money value",
    "sector": "industry, vertical",
    "stage": "company stage, investment stage",
    "country": "geography, domicile, location, hq country",
    "method": "valuation method, methodology, valuation methodology, technique",
    "fair_value_level": "level, hierarchy level, fv level, asc 820 level",
    "prepared_by": "preparer, valuer",
    "reference": "ref, document, transaction id, wire reference, external id",
    "note": "notes, comment, comments, description, memo, remark, remarks, narrative",
    "reason": "void reason, reason for change",
    "voids": "voided event, reverses, cancels",
    "local_amount": "amount local, local currency amount",
    "local_currency": "transaction currency, deal currency",
    "fx_rate": "fx, exchange rate, rate of exchange",
    "metric_type": "metric, kpi",
    "period_end": "period ending, period to, period",
    "period_start": "period from, period beginning",
    "closed_through": "closed until, close date",
}
_BY_SYNONYM = {
    synonym.strip(): column
    for column, synonyms in _SYNONYMS.items()
    for synonym in synonyms.split(",")
}
_BY_NAME = {column.replace("_", " "): column for column in COLUMNS}


def _letters(words: str) -> int:
    """Set a bit for each letter and digit that stands in a text."""
    bits = 0
    for letter in words:
        bits |= 1 << (ord(letter) % 64)
    return bits


# What headings are compared with, and the letters of each.
_KNOWN = [(words, len(words), _letters(words)) for words in (*_BY_NAME, *_BY_SYNONYM)]

How = Literal["same", "synonym", "close", "unknown"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """The column that a heading may mean, and by what; none for one that nobody knows."""

    heading: str
    column: str | None
    how: How


def plain_heading(heading: str) -> str:
    """Write a heading as columns are named."""
    return "_".join(heading.casefold().replace("-", " ").replace("_", " ").split())


def propose_mapping(headings: Sequence[str]) -> list[Proposal]:
    """Propose a column for each heading, none twice: names before synonyms before likeness."""
    found: dict[int, Proposal] = {}
    taken: set[str] = set()
    for how in ("same", "synonym", "close"):
        for place, heading in enumerate(headings):
            column = None if place in found else _column(heading, how)
            if column is not None and column not in taken:
                taken.add(column)
                found[place] = Proposal(heading, column, how)
    return [
        found.get(place, Proposal(heading, None, "unknown"))
        for place, heading in enumerate(headings)
    ]


def closest_column(heading: str) -> str | None:
    """Find the column that a heading most probably means, if any is near."""
    return next(
        (column for how in ("same", "synonym", "close") if (column := _column(heading, how))), None
    )


def _column(heading: str, how: How) -> str | None:
    words = _words(heading)
    if not words:
        return None
    if how == "same":
        return _BY_NAME.get(plain_heading(heading).replace("_", " "))
    if how == "synonym":
        return _BY_NAME.get(words) or _BY_SYNONYM.get(words)
    near = _closest(words)
    return (_BY_NAME.get(near) or _BY_SYNONYM[near]) if near else None


@lru_cache(_REMEMBERED)
def _closest(words: str) -> str | None:
    """Find the name or synonym that reads most like some words, where any is close."""
    candidates = list(_candidates(words))
    near = difflib.get_close_matches(words, candidates, 1, _CLOSE) if candidates else []
    return near[0] if near else None


def _candidates(words: str) -> Iterator[str]:
    """Return what can be close at all, which costs a hundredth of a comparison to see.

    Each letter that stands in one text alone is one less that can be the same in both.
    """
    length, letters = len(words), _letters(words)
    for known, known_length, known_letters in _KNOWN:
        same = min(
            length - (letters & ~known_letters).bit_count(),
            known_length - (known_letters & ~letters).bit_count(),
        )
        if 2 * same >= _CLOSE * (length + known_length):
            yield known


def _words(heading: str) -> str:
    """Strip a heading to its words: `Amount (USD)` and `Amount, $` are `amount`."""
    bare = re.sub(r"\([^)]*\)|\[[^]]*\]", " ", heading.casefold())
    return " ".join(re.findall(r"[^\W_]+", bare))
