"""The terms of the demo fund, its partners and what they promised."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any

from app.domain.money import ZERO, to_cent
from app.services.demo.entries.days import INCEPTION
from app.services.demo.entries.model import GP, Desk, Entry

SIZE = Decimal(150_000_000)
FIRST_FEE, LATER_FEE = Decimal("0.02"), Decimal("0.0175")
INVESTMENT_PERIOD_HEAD_LIST = date(2020, 7, 1)
FIRST_CLOSING, FINAL_CLOSING = date(2015, 7, 15), date(2016, 2, 16)
GENERAL_PARTNER = "Larkspur Quay Partners"

PARTNERS = {
    FIRST_CLOSING: {
        "Harrowgate Teachers Retirement Fund": 35_000_000,
        "Skarnes Pensjonskasse": 22_000_000,
        "Merrowmont University Endowment": 20_000_000,
        "Pemberline Life": 15_000_000,
        "Fairholt Family Office": 7_000_000,
        GENERAL_PARTNER: 3_000_000,
    },
    FINAL_CLOSING: {
        "Tamarisk State Investment Board": 28_000_000,
        "Oakhurst Foundation": 12_000_000,
        "Vell Capital Fund of Funds III": 8_000_000,
    },
}
_TERMS: dict[str, Any] = {
    "currency": "USD",
    "size": f"{SIZE}",
    "vintage_year": 2015,
    "inception_on": INCEPTION.isoformat(),
    "term_years": 10,
    "investment_period_years": 5,
    "management_fee": {
        "rate": f"{FIRST_FEE}",
        "basis": "committed",
        "step_down": {"rate": f"{FIRST_FEE}", "basis": "invested_cost"},
    },
    "carry": {"rate": "0.20", "hurdle": "0.08", "catch_up": "1"},
    "deployment": {
        "pacing": "custom",
        "shares": ["0.15", "0.25", "0.25", "0.20", "0.15"],
    },
    "reserves": {"policy": "ratio", "ratio": "0.6"},
}


def partners_on(day: date) -> dict[str, Decimal]:
    """Return what each partner has committed by a day."""
    return {
        name: Decimal(amount)
        for closing, promised in PARTNERS.items()
        if closing <= day
        for name, amount in promised.items()
    }


def shared_out(amount: Decimal, partners: dict[str, Decimal]) -> dict[str, Decimal]:
    """Share an amount out by commitment, to the cent; the largest partner takes what is left."""
    total = sum(partners.values(), ZERO)
    shares = {name: to_cent(amount * share / total) for name, share in partners.items()}
    shares[max(partners, key=lambda name: partners[name])] += amount - sum(shares.values(), ZERO)
    return shares


def terms_entries(seed: int) -> list[Entry]:
    """Tell how the fund was set up, who joined it when, and how its terms changed."""
    desk = Desk(seed, "terms")
    established = desk.write(
        "FUND_ESTABLISHED", INCEPTION, by=GP, within=(0, 0), terms=deepcopy(_TERMS)
    )
    lower_fee, longer_term = deepcopy(_TERMS), deepcopy(_TERMS)
    for terms in (lower_fee, longer_term):
        terms["management_fee"]["step_down"]["rate"] = f"{LATER_FEE}"
    longer_term["term_years"] = 11
    lowered = desk.write(
        "TERMS_AMENDED",
        date(2020, 6, 8),
        by=GP,
        terms=lower_fee,
        reason="The advisory committee and the general partner agreed on a lower later fee.",
    )
    prolonged = desk.write(
        "TERMS_AMENDED",
        date(2025, 6, 10),
        by=GP,
        terms=longer_term,
        reason="The first extension by one year, with the advisory committee's consent.",
    )
    closings = [
        entry for closing in PARTNERS for entry in desk.together(*_commitments(closing, desk))
    ]
    return [established, *closings, lowered, prolonged]


def _commitments(closing: date, desk: Desk) -> list[Entry]:
    return [
        desk.write(
            "COMMITMENT_MADE",
            closing,
            by=GP,
            investor=name,
            amount=Decimal(amount),
            partner="gp" if name == GENERAL_PARTNER else "lp",
        )
        for name, amount in PARTNERS[closing].items()
    ]
