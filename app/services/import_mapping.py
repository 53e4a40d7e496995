"""Proposes which column of an import each heading of somebody else's file means."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from app.services.import_columns import COLUMNS

_CLOSE = 0.75
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
    near = difflib.get_close_matches(words, [*_BY_NAME, *_BY_SYNONYM], 1, _CLOSE)
    return (_BY_NAME.get(near[0]) or _BY_SYNONYM[near[0]]) if near else None


def _words(heading: str) -> str:
    """Strip a heading to its words: `Amount (USD)` and `Amount, $` are `amount`."""
    bare = re.sub(r"\([^)]*\)|\[[^]]*\]", " ", heading.casefold())
    return " ".join(re.findall(r"[^\W_]+", bare))
