"""How companies come in: added, invested in, reserved for, converted, renamed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

from app.domain.money import ZERO, to_cent
from app.services.demo.entries.model import GP, Desk, Entry, rounded
from app.services.demo.portfolio.companies import Company, Step

# What a dollar's price in local money was, near enough.
_CURRENCIES = {"GB": ("GBP", "1.29"), "DE": ("EUR", "1.12"), "NL": ("EUR", "1.13")}
_A_RESERVE = 100_000
_COMMITTEE_MEETS_AFTER = timedelta(days=6)


def deal_entries(companies: list[Company], seed: int) -> list[Entry]:
    """Tell how each company came in, and what the fund put in later."""
    desk = Desk(seed, "deals")
    return [entry for company in companies for entry in _Deals(company, desk).entries()]


class _Deals:
    def __init__(self, company: Company, desk: Desk) -> None:
        self._company = company
        self._desk = desk
        self._rounds = company.steps_of("round", "note")

    def entries(self) -> Iterator[Entry]:
        for step in self._company.steps:
            match step.what:
                case "added":
                    yield self._write(
                        "COMPANY_ADDED",
                        step,
                        sector=step.label,
                        stage=self._rounds[0].label,
                        country=step.country,
                    )
                case "round" | "note":
                    yield from self._round(step)
                case "renamed":
                    yield self._write("COMPANY_UPDATED", step, new_name=step.label)
                case "listed":
                    yield self._write(
                        "COMPANY_UPDATED", step, stage="listed", note=f"listed in {step.label}"
                    )

    def _round(self, step: Step) -> Iterator[Entry]:
        first = step is self._rounds[0]
        entries = [self._invested(step, from_reserves=not first)] if step.amount else []
        if step.what == "round" and not first:
            entries.append(self._write("COMPANY_UPDATED", step, stage=step.label))
        if step.what == "round" and self._company.position_before(step).notes:
            entries.append(self._converted(step))
        yield from self._desk.together(*entries)
        if step.amount:
            yield from self._reserved(step, first=first)

    def _invested(self, step: Step, *, from_reserves: bool) -> Entry:
        is_note = step.what == "note"
        return self._write(
            "INVESTMENT_MADE",
            step,
            amount=step.amount,
            round=step.label,
            security="convertible note" if is_note else "preferred",
            ownership=None if is_note else self._company.position(step.on).stake,
            post_money=None if is_note else step.worth,
            from_reserves=from_reserves,
            **self._in_local_money(step.amount),
        )

    def _converted(self, step: Step) -> Entry:
        return self._write(
            "SECURITY_CONVERTED",
            step,
            from_security="convertible note",
            to_security="preferred",
            ownership=self._company.position(step.on).stake,
            note="at a discount of 20% to the round",
        )

    def _reserved(self, step: Step, *, first: bool) -> Iterator[Entry]:
        """Set aside somewhat more or less than what later rounds will take."""
        later = sum((each.amount for each in self._rounds if each.on > step.on), ZERO)
        amount = rounded(later * self._desk.chance.randint(85, 120) / 100, _A_RESERVE)
        if first:
            amount = max(amount, rounded(step.amount / 2, _A_RESERVE))
        yield self._desk.write(
            "RESERVE_ALLOCATED",
            step.on + _COMMITTEE_MEETS_AFTER,
            by=GP,
            company=self._company.name,
            amount=amount,
        )

    def _in_local_money(self, amount: Decimal) -> dict[str, object]:
        currency = _CURRENCIES.get(self._company.steps[0].country)
        if currency is None:
            return {}
        name, rate = currency[0], Decimal(currency[1])
        return {"local_currency": name, "local_amount": to_cent(amount / rate), "fx_rate": rate}

    def _write(self, event_type: str, step: Step, **more: Any) -> Entry:  # noqa: ANN401 - any JSON
        return self._desk.write(event_type, step.on, company=self._company.name, **more)
