"""The requests that the API's pages show."""

from __future__ import annotations

from typing import Any

FUND_ID = "01997d3a-5c4e-7b1f-9a60-3f2b8c6d1e05"
SNAPSHOT_ID = "01997d3b-0a2d-7c52-8e11-7d4f6a9b2c30"

BODIES: dict[str, Any] = {
    "/funds": {
        "name": "Larch Street Ventures II",
        "terms": {
            "currency": "USD",
            "size": "125000000",
            "vintage_year": 2024,
            "inception_on": "2024-01-01",
            "carry": {"rate": "0.20", "hurdle": "0.08", "catch_up": "1"},
        },
        "commitments": [
            {"investor": "Northern Teachers", "amount": "100000000"},
            {"investor": "Larch Street Partners", "amount": "2500000", "partner": "gp"},
        ],
    },
    "/events": [
        {
            "event_type": "CAPITAL_CALLED",
            "effective_on": "2024-02-15",
            "payload": {"amount": "8000000", "purpose": "First investments"},
        },
        {
            "event_type": "COMPANY_ADDED",
            "effective_on": "2024-03-01",
            "payload": {"company": "Acme Robotics", "sector": "Robotics"},
        },
        {
            "event_type": "INVESTMENT_MADE",
            "effective_on": "2024-03-01",
            "payload": {
                "company": "Acme Robotics",
                "amount": "2500000.50",
                "round": "Seed",
                "ownership": "0.12",
            },
        },
    ],
    "/snapshots": {"at": "2024-03-31", "description": "First quarter as reported"},
}
