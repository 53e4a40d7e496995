"""What a person types into the wizard, step by step, and a way to send it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from uuid_utils.compat import uuid7
from werkzeug.test import TestResponse

Fields = dict[str, str]
FUND: Fields = {
    "name": "Quince Lane I",
    "currency": "usd",
    "size": "$125M",
    "vintage_year": "2020",
    "inception_on": "2020-02-01",
    "term_years": "10",
    "investment_period_years": "5",
}
COMMITMENTS: Fields = {
    "gp_investor": "Quince GP",
    "gp_amount": "2.5m",
    "gp_timing": "upfront",
    "lps-0-investor": "Northern Teachers",
    "lps-0-amount": "100 million",
    "lps-1-investor": "Alma",
    "lps-1-amount": "1,250,000",
}
FEES: Fields = {
    "fee_rate": "2%",
    "fee_basis": "committed",
    "steps_down": "y",
    "later_rate": "1.5%",
    "later_basis": "invested_cost",
}
CARRY: Fields = {"carry_rate": "20", "has_hurdle": "y", "hurdle": "8", "catch_up": "100"}
DEPLOYMENT: Fields = {
    "pacing": "custom",
    **{f"shares-{year}": share for year, share in enumerate(("30", "25", "20", "15", "10"))},
}
RESERVES: Fields = {
    "reserve_policy": "by_stage",
    "rules-0-stages": "Seed, Series A",
    "rules-0-ratio": "100",
    "rules-1-stages": "Series B",
    "rules-1-ratio": "50%",
}
STEPS: dict[str, Fields] = {
    "fund": FUND,
    "commitments": COMMITMENTS,
    "fees": FEES,
    "carry": CARRY,
    "deployment": DEPLOYMENT,
    "reserves": RESERVES,
}

# What comes of these answers, as the log keeps it and as the review shows it.
TERMS = {
    "currency": "USD",
    "size": "125000000",
    "vintage_year": 2020,
    "inception_on": "2020-02-01",
    "term_years": 10,
    "investment_period_years": 5,
    "evergreen": False,
    "management_fee": {
        "rate": "0.02",
        "basis": "committed",
        "step_down": {"rate": "0.015", "basis": "invested_cost"},
    },
    "carry": {
        "rate": "0.2",
        "hurdle": "0.08",
        "catch_up": "1",
        "compounding": "daily",
        "cumulative": False,
        "waterfall": "whole_fund",
    },
    "deployment": {"pacing": "custom", "shares": ["0.3", "0.25", "0.2", "0.15", "0.1"]},
    "reserves": {
        "policy": "by_stage",
        "by_stage": {"Seed": "1", "Series A": "1", "Series B": "0.5"},
    },
}
REVIEWED = {
    "currency": "USD, US dollar",
    "size": "$125,000,000",
    "vintage_year": "2020",
    "inception_on": "1 Feb 2020",
    "term_years": "10 years",
    "investment_period_years": "5 years",
    "evergreen": "No",
    "gp_amount": "$2,500,000 (GP)",
    "gp_timing": "Upfront, with the first capital call",
    "lps-0": "$100,000,000",
    "lps-1": "$1,250,000",
    "total": "$103,750,000",
    "fee_rate": "2%",
    "fee_basis": "Committed capital",
    "later_rate": "1.5%",
    "later_basis": "Net invested capital",
    "carry_rate": "20%",
    "lp_share": "80%",
    "hurdle": "8%",
    "catch_up": "100%",
    "pacing": "Custom: a share for each year",
    "shares-0": "30%",
    "shares-4": "10%",
    "reserve_policy": "By stage of the company",
    "rules-0": "100%",
    "rules-1": "100%",
    "rules-2": "50%",
}


class Wizard:
    """A draft of a client's own."""

    def __init__(self, client: FlaskClient, name: str, draft_id: UUID | None = None) -> None:
        self.client, self.name, self.id = client, name, draft_id or uuid7()

    def address(self, step: str) -> str:
        return f"/funds/new/{self.id}/{step}"

    def get(self, step: str, **query: str) -> TestResponse:
        return self.client.get(self.address(step), query_string=query)

    def send(self, step: str, do: str = "next", **changed: Any) -> TestResponse:  # noqa: ANN401
        """Answer a step as planned, but for what is changed; None leaves a field out."""
        fields = STEPS.get(step, {}) | ({"name": self.name} if step == "fund" else {})
        headers = changed.pop("headers", {})
        given = {key.replace("__", "-"): value for key, value in changed.items()}
        sent = {key: value for key, value in (fields | given).items() if value is not None}
        return self.client.post(self.address(step), data=sent | {"do": do}, headers=headers)

    def through(self, last: str) -> None:
        """Answer every step up to one."""
        for step in STEPS:
            assert self.send(step).status_code == 303, step
            if step == last:
                return
