"""What is known of each field of an event's payload, beside its type: words, unit, and how rare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Unit = Literal["text", "money", "percent", "number", "day", "choice"]


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field, whichever types of event carry it."""

    label: str = ""  # empty: its name in words
    form_label: str = ""  # in a form, where that says more
    hint: str = ""  # beside the field of a form
    unit: Unit = "text"
    is_seldom: bool = False  # few events have it: forms show it behind “More”
    # How the field tells an event from others at a glance; empty: it does not.
    gist: str = ""
    # What others call it in their files, separated by commas.
    synonyms: str = ""


# In the order in which the fields are told at a glance. A field that stands here nowhere has its
# name in words for a label, and is text.
FIELD_SPECS: Mapping[str, FieldSpec] = {
    "round": FieldSpec(gist="{}", synonyms="financing round, series, round name"),
    "security": FieldSpec(gist="{}", synonyms="instrument, share class, security type, class"),
    "from_security": FieldSpec(gist="from {}"),
    "to_security": FieldSpec(gist="to {}"),
    "new_name": FieldSpec(gist="now {}"),
    "sector": FieldSpec(unit="choice", gist="{}", synonyms="industry, vertical"),
    "stage": FieldSpec(gist="{}", synonyms="company stage, investment stage"),
    "metric_type": FieldSpec(
        label="Metric", unit="choice", gist="{}", synonyms="metric, kpi"
    ),
    "value": FieldSpec(unit="number", gist="{}"),
    "period_end": FieldSpec(
        form_label="Period ends on", unit="day", gist="to {}",
        synonyms="period ending, period to, period",
    ),
    "kind": FieldSpec(
        unit="choice", gist="{}",
        synonyms="subtype, sub type, transaction subtype, exit type, distribution type",
    ),
    "method": FieldSpec(
        unit="choice", gist="{}",
        synonyms="valuation method, methodology, valuation methodology, technique",
    ),
    "fraction_sold": FieldSpec(
        form_label="Fraction sold, %", unit="percent", gist="{} sold",
        hint="How much of the holding was sold, such as 40%; left out, it is worked out.",
        synonyms="share sold, portion sold, percentage sold",
    ),
    "shares_sold": FieldSpec(
        label="Shares sold", unit="number", gist="{} shares sold", is_seldom=True,
        hint="In place of the fraction, where the log knows how many the fund held.",
        synonyms="number of shares sold, quantity sold, units sold",
    ),
    "ownership": FieldSpec(
        form_label="Ownership, %", unit="percent", gist="{} owned",
        hint="The whole stake of the fund afterwards, such as 12.5%.",
        synonyms="ownership percentage, stake, owned, fully diluted ownership, fd ownership",
    ),
    "purpose": FieldSpec(gist="{}"),
    "closed_through": FieldSpec(
        unit="day", gist="through {}", synonyms="closed until, close date"
    ),
    "reason": FieldSpec(gist="{}", synonyms="void reason, reason for change"),
    "note": FieldSpec(
        gist="{}", is_seldom=True,
        synonyms="notes, comment, comments, description, memo, remark, remarks, narrative",
    ),
    "company": FieldSpec(
        synonyms="portfolio company, company name, investment name, investee, issuer, holding, "
        "asset, deal, deal name, portfolio company name",
    ),
    "country": FieldSpec(synonyms="geography, domicile, location, hq country"),
    "investor": FieldSpec(synonyms="limited partner, lp, lp name, investor name, partner name"),
    "partner": FieldSpec(unit="choice", synonyms="partner type, investor type"),
    "amount": FieldSpec(
        unit="money",
        synonyms="transaction amount, cash flow, cashflow, net amount, total amount, cost, "
        "invested amount, commitment, commitment amount, paid, consideration",
    ),
    "allocations": FieldSpec(
        unit="money", is_seldom=True,
        hint="One investor a line, such as Northern Teachers: 5,000,000. They sum to the amount.",
    ),
    "new_valuation": FieldSpec(
        form_label="Fair value of the whole holding", unit="money",
        hint="At the close of the day, after its purchases and sales.",
        synonyms="fair value, fair market value, fmv, valuation, market value, carrying value, "
        "current value, holding value, unrealized value, unrealised value",
    ),
    "fair_value_level": FieldSpec(
        form_label="Fair value level, 1 to 3", is_seldom=True,
        synonyms="level, hierarchy level, fv level, asc 820 level",
    ),
    "prepared_by": FieldSpec(synonyms="preparer, valuer"),
    "from_reserves": FieldSpec(form_label="Drawn from the reserve for this company"),
    "shares": FieldSpec(
        label="Number of shares", unit="number", is_seldom=True,
        synonyms="number of shares, share count, quantity, units",
    ),
    "price_per_share": FieldSpec(
        unit="money", is_seldom=True, synonyms="share price, price, pps, unit price"
    ),
    "post_money": FieldSpec(
        label="Post-money valuation", unit="money", is_seldom=True,
        synonyms="post money valuation, post money value",
    ),
    "cost_relieved": FieldSpec(
        unit="money", is_seldom=True,
        hint="Left out, it is the share of cost that was sold.",
        synonyms="cost of sale, cost sold, relieved cost",
    ),
    "escrow_held": FieldSpec(
        unit="money", is_seldom=True, hint="What the buyer holds back of the price.",
        synonyms="escrow, holdback, escrow amount, escrow held back",
    ),
    "escrow_value": FieldSpec(
        label="Escrow at fair value", unit="money", is_seldom=True,
        hint="What of it you expect; left out, all of it counts.",
    ),
    "escrow_release_on": FieldSpec(
        label="Escrow released on", unit="day", is_seldom=True,
        hint="When what is left of it is due.",
        synonyms="escrow release date, escrow release",
    ),
    "in_kind": FieldSpec(form_label="In kind: securities, not money", is_seldom=True),
    "noticed_on": FieldSpec(label="Notice date", unit="day", is_seldom=True),
    "outside_commitment": FieldSpec(
        form_label="Outside the commitment: does not reduce unfunded", is_seldom=True
    ),
    "settles_accrual": FieldSpec(
        label="Settles an accrual",
        form_label="Settles an accrual: not expensed again", is_seldom=True,
    ),
    "category": FieldSpec(unit="choice", synonyms="expense type, expense category"),
    "period_start": FieldSpec(
        form_label="Period begins on", unit="day", is_seldom=True,
        synonyms="period from, period beginning",
    ),
    "offset_amount": FieldSpec(form_label="Offset against fees", unit="money", is_seldom=True),
    "period_months": FieldSpec(
        label="Months covered",
        hint="For revenue, EBITDA and cash burn: the months they cover, such as 3.",
    ),
    "scenario": FieldSpec(is_seldom=True),
    "required": FieldSpec(label="Approval required"),
    "self_approved": FieldSpec(label="Self-approved, by the only GP"),
    "voids": FieldSpec(synonyms="voided event, reverses, cancels"),
    "reference": FieldSpec(
        hint="Wire or document reference.", is_seldom=True,
        synonyms="ref, document, transaction id, wire reference, external id",
    ),
    "local_currency": FieldSpec(
        hint="Three letters, such as EUR. For reference only.",
        is_seldom=True, synonyms="transaction currency, deal currency",
    ),
    "local_amount": FieldSpec(is_seldom=True, synonyms="amount local, local currency amount"),
    "fx_rate": FieldSpec(
        label="Exchange rate", unit="number", is_seldom=True,
        synonyms="fx, exchange rate, rate of exchange",
    ),
    "attributed_to": FieldSpec(
        synonyms="recorded by, entered by, booked by, created by, author, user"
    ),
}  # fmt: skip
_UNKNOWN = FieldSpec()


def field_spec(name: str) -> FieldSpec:
    """Return what is known of a field."""
    return FIELD_SPECS.get(name, _UNKNOWN)
