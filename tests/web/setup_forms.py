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
    "fee_rate": "2 %",
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
    "rules-1-ratio": "50 %",
}
STEPS: dict[str, Fields] = {
    "fund": FUND,
    "commitments": COMMITMENTS,
    "fees": FEES,
    "carry": CARRY,
    "deployment": DEPLOYMENT,
    "reserves": RESERVES,
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
