"""Reads the demo fund's portfolio: what happened to each company, in millions of dollars."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from itertools import groupby
from pathlib import Path

from app.services.demo.portfolio.companies import Company, Step

_FILE = Path(__file__).with_name("portfolio.csv")
_MILLION = 1_000_000


def read_companies() -> list[Company]:
    """Read the portfolio, in the order in which the companies came into it."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        Company(name, tuple(_step(row) for row in own))
        for name, own in groupby(rows, key=lambda row: row["company"])
    ]


def _step(row: dict[str, str]) -> Step:
    raised, worth, amount = (
        Decimal(row[name] or 0) * _MILLION for name in ("raised", "worth", "amount")
    )
    on, share = date.fromisoformat(row["on"]), Decimal(row["share"] or 0)
    return Step(on, row["what"], row["label"], row["country"], raised, worth, amount, share)
