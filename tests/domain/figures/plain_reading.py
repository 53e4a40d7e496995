"""Figures by their definitions, read word by word, slowly: what fold and figures must agree with.

Nothing is carried along here. Every question goes through the whole log again, amounts are
fractions, and the preferred return walks every single day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Context, Decimal
from fractions import Fraction
from math import floor
from typing import Any

from app.domain.events.model import Event

_DAILY = Context(prec=50)


@dataclass(frozen=True)
class PlainReading:
    """A fund's log, as it can be read from one viewpoint."""

    log: list[Event]
    as_of: date
    through: int

    def facts(self, event_type: str, **having: Any) -> list[Event]:  # noqa: ANN401 - any JSON
        """Return the facts of a type that count here."""
        return [
            event
            for event in self.log
            if event.event_type == event_type
            and event.effective_on <= self.as_of
            and event.sequence <= self.through
            and not self._is_voided(event)
            and all(event.payload.get(name) == value for name, value in having.items())
        ]

    def _is_voided(self, event: Event) -> bool:
        return any(
            other.event_type == "EVENT_VOIDED"
            and other.sequence <= self.through
            and other.payload["voids"] == event.sequence
            for other in self.log
        )

    def total(self, event_type: str, **having: Any) -> Fraction:  # noqa: ANN401 - any JSON
        """Sum the amounts of the facts of a type."""
        return sum((_amount(event) for event in self.facts(event_type, **having)), Fraction(0))

    @property
    def companies(self) -> set[str]:
        """The ids of all companies that a fact is about."""
        return {
            event.payload["company_id"]
            for event in self.log
            if "company_id" in event.payload and event in self.facts(event.event_type)
        }

    def figures(self) -> dict[str, Fraction]:
        """Work out every amount, each from the log."""
        paid_in = self.total("CAPITAL_CALLED") - self.total(
            "DISTRIBUTION_MADE", kind="return_of_call"
        )
        distributed = (
            self.total("DISTRIBUTION_MADE", kind="standard")
            + self.total("DISTRIBUTION_MADE", kind="recallable")
            - self.total("DISTRIBUTION_RETURNED", kind="lp_giveback")
        )
        carry_paid = self.total("DISTRIBUTION_MADE", kind="carried_interest") - self.total(
            "DISTRIBUTION_RETURNED", kind="carry_clawback"
        )
        borrowings = self.total("CREDIT_LINE_DRAWN") - self.total("CREDIT_LINE_REPAID")
        invested, proceeds = self.total("INVESTMENT_MADE"), self.total("PROCEEDS_RECEIVED")
        expenses, income = self.total("EXPENSE_PAID"), self.total("INCOME_RECEIVED")
        cash = (
            paid_in
            + proceeds
            + income
            + borrowings
            - invested
            - expenses
            - distributed
            - carry_paid
        )
        holdings = {company: self.holding(company) for company in self.companies}
        total_value = sum((each["F"] for each in holdings.values()), Fraction(0))
        nav = total_value + cash - borrowings
        committed = self.total("COMMITMENT_MADE")
        unfunded = (
            committed
            - (paid_in - self.total("CAPITAL_CALLED", outside_commitment=True))
            + self.total("DISTRIBUTION_MADE", kind="recallable")
        )
        reserves_left = sum((each["reserve_left"] for each in holdings.values()), Fraction(0))
        earned = self._carry_earned(distributed + carry_paid + nav - paid_in)
        accrued = to_cent(min(max(earned - carry_paid, Fraction(0)), max(nav, Fraction(0))))
        return {
            "committed": committed,
            "paid_in": paid_in,
            "distributed": distributed,
            "carry_paid": carry_paid,
            "invested": invested,
            "proceeds": proceeds,
            "expenses": expenses,
            "income": income,
            "borrowings": borrowings,
            "total_value": total_value,
            "cash": cash,
            "nav": nav,
            "accrued_carry": accrued,
            "clawback_due": to_cent(max(carry_paid - earned, Fraction(0))),
            "net_nav": nav - accrued,
            "unfunded": unfunded,
            "available_for_new_deals": cash + unfunded - reserves_left,
        }

    def holding(self, company: str) -> dict[str, Fraction]:
        """Follow one company day by day: flows, then marks, then full exits."""
        holding = dict.fromkeys("FKRY", Fraction(0)) | {"reserve_left": Fraction(0)}
        about = [
            event
            for event_type in (
                "INVESTMENT_MADE",
                "VALUATION_UPDATED",
                "PROCEEDS_RECEIVED",
                "RESERVE_ALLOCATED",
            )
            for event in self.facts(event_type, company_id=company)
        ]
        for day in sorted({event.effective_on for event in about}):
            today = sorted(
                (event for event in about if event.effective_on == day),
                key=lambda event: event.sequence,
            )
            marks = [event for event in today if event.event_type == "VALUATION_UPDATED"]
            exits = [event for event in today if event.payload.get("kind") == "full_exit"]
            flows = [event for event in today if event not in [*marks, *exits]]
            for event in [*flows, *marks, *exits]:
                _take_effect(holding, event)
        return holding

    def _carry_earned(self, profit: Fraction) -> Fraction:
        terms = [*self.facts("FUND_ESTABLISHED"), *self.facts("TERMS_AMENDED")]
        if not terms:
            return Fraction(0)
        last = max(terms, key=lambda event: (event.effective_on, event.sequence))
        carry = last.payload["terms"]["carry"]
        rate = Fraction(carry["rate"])
        if "hurdle" not in carry:
            return rate * max(profit, Fraction(0))
        above = max(profit - self.preferred(carry["hurdle"]), Fraction(0))
        catch_up = Fraction(carry.get("catch_up", 0))
        if not catch_up:
            return rate * above
        return min(rate * profit, catch_up * above) if above else Fraction(0)

    def preferred(self, hurdle: str) -> Fraction:
        """Let what partners are owed grow by one day's worth, each day."""
        flows = self.partner_flows()
        if not flows:
            return Fraction(0)
        daily = _DAILY.power(1 + Decimal(hurdle), _DAILY.divide(Decimal(1), Decimal(365)))
        balance = preferred = Decimal(0)
        day = min(flows)
        while True:
            flow = flows.get(day, Fraction(0))
            balance = max(balance - Decimal(flow.numerator) / Decimal(flow.denominator), Decimal(0))
            if day >= self.as_of:
                return Fraction(preferred)
            grown = _DAILY.multiply(balance, daily - 1)
            balance, preferred = _DAILY.add(balance, grown), _DAILY.add(preferred, grown)
            day += timedelta(days=1)

    def partner_flows(self) -> dict[date, Fraction]:
        """Return what partners got (less what they paid), by day."""
        given = [(event, -1) for event in self.facts("CAPITAL_CALLED")]
        given += [(event, -1) for event in self.facts("DISTRIBUTION_RETURNED", kind="lp_giveback")]
        for kind in ("standard", "recallable", "return_of_call"):
            given += [(event, 1) for event in self.facts("DISTRIBUTION_MADE", kind=kind)]
        flows: dict[date, Fraction] = {}
        for event, sign in given:
            flows[event.effective_on] = flows.get(event.effective_on, Fraction(0)) + sign * _amount(
                event
            )
        return flows

    def deal_flows(self) -> dict[date, Fraction]:
        """Return what the fund got from companies (less what it paid them), by day."""
        flows: dict[date, Fraction] = {}
        for event_type, sign in (("INVESTMENT_MADE", -1), ("PROCEEDS_RECEIVED", 1)):
            for event in self.facts(event_type):
                day = event.effective_on
                flows[day] = flows.get(day, Fraction(0)) + sign * _amount(event)
        return flows


def to_cent(amount: Fraction) -> Fraction:
    """Round half up, that is away from nothing, to the cent."""
    cents = floor(abs(amount) * 100 + Fraction(1, 2))
    return Fraction(cents if amount >= 0 else -cents, 100)


def _amount(event: Event) -> Fraction:
    return Fraction(event.payload["amount"])


def _take_effect(holding: dict[str, Fraction], event: Event) -> None:
    payload, kind = event.payload, event.payload.get("kind")
    if event.event_type == "VALUATION_UPDATED":
        holding["F"] = Fraction(payload["new_valuation"])
        return
    a = _amount(event)
    if event.event_type == "RESERVE_ALLOCATED":
        holding["reserve_left"] = a
    elif event.event_type == "INVESTMENT_MADE":
        holding["F"] += a
        holding["K"] += a
        if payload["from_reserves"]:
            holding["reserve_left"] = max(holding["reserve_left"] - a, Fraction(0))
    elif kind == "dividend":
        holding["Y"] += a
    elif kind == "escrow":
        holding["R"] += a
        holding["F"] -= min(holding["F"], a)
    elif kind == "full_exit":
        holding["R"] += a - holding["K"]
        holding["K"] = Fraction(0)
        holding["F"] = Fraction(payload.get("escrow_held", 0))
        holding["reserve_left"] = Fraction(0)
    else:
        _sell_part(holding, payload, a)


def _sell_part(holding: dict[str, Fraction], payload: dict[str, Any], a: Fraction) -> None:
    if "fraction_sold" in payload:
        s = Fraction(payload["fraction_sold"])
    elif holding["F"]:
        s = min(Fraction(1), a / holding["F"])
    else:
        s = Fraction(1)
    q = (
        Fraction(payload["cost_relieved"])
        if "cost_relieved" in payload
        else to_cent(s * holding["K"])
    )
    q = min(q, holding["K"])
    holding["R"] += a - q
    holding["K"] -= q
    if "fraction_sold" in payload:
        holding["F"] -= min(to_cent(s * holding["F"]), holding["F"])
    else:
        holding["F"] -= min(holding["F"], a)
