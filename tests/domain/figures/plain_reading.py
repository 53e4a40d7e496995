"""Figures by their definitions, read word by word, slowly: what fold and figures must agree with.

Nothing is carried along here. Every question goes through the whole log again, amounts are
fractions, and the preferred return walks every single day.
"""

from __future__ import annotations

from calendar import isleap
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

    def in_kind(self, *event_types: str) -> Fraction:
        """Sum what moved as securities in the facts of some types."""
        return sum((self.total(each, in_kind=True) for each in event_types), Fraction(0))

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
        income, paid = self.total("INCOME_RECEIVED"), self.total("EXPENSE_PAID")
        accrued = self.total("EXPENSE_ACCRUED")
        settled = self.total("EXPENSE_PAID", settles_accrual=True)
        received_in_kind = self.in_kind("PROCEEDS_RECEIVED")
        paid_in_kind = self.in_kind("DISTRIBUTION_MADE")
        cash = (
            paid_in
            + (proceeds - received_in_kind)
            + income
            + borrowings
            - invested
            - paid
            - (distributed + carry_paid - paid_in_kind)
        )
        securities, payables = received_in_kind - paid_in_kind, accrued - settled
        holdings = {company: self.holding(company) for company in self.companies}
        total_value = sum((each["F"] for each in holdings.values()), Fraction(0))
        nav = total_value + cash + securities - borrowings - payables
        committed = self.total("COMMITMENT_MADE")
        unfunded = (
            committed
            - (
                paid_in
                - self.total("CAPITAL_CALLED", outside_commitment=True)
                + self.total("DISTRIBUTION_MADE", kind="return_of_call", outside_commitment=True)
            )
            + self.total("DISTRIBUTION_MADE", kind="recallable")
        )
        reserves_left = sum((each["reserve_left"] for each in holdings.values()), Fraction(0))
        earned = self._carry_earned(distributed + carry_paid + nav - paid_in)
        owed = max(earned - carry_paid, Fraction(0))
        accrued_carry = to_cent(min(owed, max(nav, Fraction(0))))
        return {
            "committed": committed,
            "paid_in": paid_in,
            "distributed": distributed,
            "carry_paid": carry_paid,
            "invested": invested,
            "proceeds": proceeds,
            "expenses": accrued + paid - settled,
            "income": income,
            "borrowings": borrowings,
            "total_value": total_value,
            "cash": cash,
            "securities_held": securities,
            "payables": payables,
            "nav": nav,
            "accrued_carry": accrued_carry,
            "clawback_due": to_cent(max(carry_paid - earned, Fraction(0))),
            "carry_unmet": to_cent(owed - min(owed, max(nav, Fraction(0)))),
            "net_nav": nav - accrued_carry,
            "unfunded": unfunded,
            "available_for_new_deals": cash + unfunded - reserves_left,
        }

    def holding(self, company: str) -> dict[str, Any]:
        """Follow one company day by day: flows, then marks, then full exits."""
        holding: dict[str, Any] = dict.fromkeys("FKRY", Fraction(0))
        holding |= {"reserve_left": Fraction(0), "ownership": None, "shares": {}}
        about = [
            event
            for event_type in (
                "INVESTMENT_MADE",
                "VALUATION_UPDATED",
                "PROCEEDS_RECEIVED",
                "RESERVE_ALLOCATED",
                "SECURITY_CONVERTED",
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
        above = max(profit - self.preferred(carry), Fraction(0))
        catch_up = Fraction(carry.get("catch_up", 0))
        if not catch_up:
            return rate * above
        return min(rate * profit, catch_up * above) if above else Fraction(0)

    def preferred(self, carry: dict[str, Any]) -> Fraction:
        """Let what partners are owed grow by one day's worth, each day."""
        flows, how = self.partner_flows(), carry.get("compounding", "daily")
        if not flows:
            return Fraction(0)
        hurdle = Decimal(carry["hurdle"])
        a_day = _DAILY.divide(hurdle, Decimal(365))
        if how == "daily":
            a_day = _DAILY.power(1 + hurdle, _DAILY.divide(Decimal(1), Decimal(365))) - 1
        balance = preferred = this_year = Decimal(0)
        day = first = min(flows)
        while True:
            if how == "annual" and day > first and _is_anniversary(day, first):
                balance, this_year = _DAILY.add(balance, this_year), Decimal(0)
            flow = flows.get(day, Fraction(0))
            balance -= Decimal(flow.numerator) / Decimal(flow.denominator)
            if not carry.get("cumulative"):
                balance = max(balance, Decimal(0))
            if day >= self.as_of:
                return Fraction(preferred)
            grown = _DAILY.multiply(balance, a_day)
            preferred = _DAILY.add(preferred, grown)
            if how == "daily":
                balance = _DAILY.add(balance, grown)
            this_year = _DAILY.add(this_year, grown)
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


def _is_anniversary(day: date, first: date) -> bool:
    """Return whether a day is the first one's; 28 February stands for a 29th that is missing."""
    if (first.month, first.day) == (2, 29) and not isleap(day.year):
        return (day.month, day.day) == (2, 28)
    return (day.month, day.day) == (first.month, first.day)


def _take_effect(holding: dict[str, Any], event: Event) -> None:
    payload, kind = event.payload, event.payload.get("kind")
    if kind:
        _receive(holding, event, kind)
    elif event.event_type == "VALUATION_UPDATED":
        holding["F"] = Fraction(payload["new_valuation"])
    elif event.event_type == "SECURITY_CONVERTED":
        _convert(holding["shares"], payload)
    elif event.event_type == "RESERVE_ALLOCATED":
        holding["reserve_left"] = _amount(event)
    elif event.event_type == "INVESTMENT_MADE":
        a = _amount(event)
        holding["F"] += a
        holding["K"] += a
        if payload["from_reserves"]:
            holding["reserve_left"] = max(holding["reserve_left"] - a, Fraction(0))
        _issue(holding["shares"], payload.get("security", ""), payload.get("shares"))
    if "ownership" in payload:
        holding["ownership"] = Fraction(payload["ownership"])


def _receive(holding: dict[str, Any], event: Event, kind: str) -> None:
    payload = event.payload
    if kind == "dividend":
        holding["Y"] += _amount(event)
    elif kind == "escrow":
        holding["R"] += _amount(event)
        holding["F"] -= min(holding["F"], _amount(event))
    elif kind == "full_exit":
        holding["R"] += _amount(event) - holding["K"]
        holding["K"] = Fraction(0)
        holding["F"] = _escrow(payload)
        holding["reserve_left"] = Fraction(0)
        holding["shares"], holding["ownership"] = {}, Fraction(0)
    else:
        _sell_part(holding, payload, _amount(event))


def _escrow(payload: dict[str, Any]) -> Fraction:
    return Fraction(payload.get("escrow_value", payload.get("escrow_held", 0)))


def _issue(shares: dict[str, Fraction | None], security: str, count: str | None) -> None:
    """Add shares to a security: once some are not known, its sum never is again."""
    held = shares.get(security, Fraction(0))
    shares[security] = None if held is None or count is None else held + Fraction(count)


def _convert(shares: dict[str, Fraction | None], payload: dict[str, Any]) -> None:
    before = payload["from_security"]
    if before in shares:
        del shares[before]
    elif list(shares) == [""]:
        shares.clear()
    elif shares:
        shares[""] = None
    _issue(shares, payload["to_security"], payload.get("shares"))


def _share_sold(holding: dict[str, Any], payload: dict[str, Any]) -> Fraction | None:
    """Return s where the log says it."""
    if "fraction_sold" in payload:
        return Fraction(payload["fraction_sold"])
    shares = holding["shares"]
    if "shares_sold" not in payload or not shares or None in shares.values():
        return None
    held = sum(shares.values())
    return min(Fraction(1), Fraction(payload["shares_sold"]) / held) if held else None


def _sell_part(holding: dict[str, Any], payload: dict[str, Any], a: Fraction) -> None:
    said = _share_sold(holding, payload)
    s = said
    if s is None:
        s = min(Fraction(1), a / holding["F"]) if holding["F"] else Fraction(1)
    q = (
        Fraction(payload["cost_relieved"])
        if "cost_relieved" in payload
        else to_cent(s * holding["K"])
    )
    q = min(q, holding["K"])
    holding["R"] += a - q
    holding["K"] -= q
    if said is not None:
        holding["F"] -= min(to_cent(s * holding["F"]), holding["F"])
    else:
        holding["F"] -= min(holding["F"], a)
    holding["F"] += _escrow(payload)
    if holding["ownership"] is not None:
        left = holding["ownership"] * (1 - s)
        holding["ownership"] = Fraction(floor(left * 10**12 + Fraction(1, 2)), 10**12)
    _take_out(holding["shares"], payload, said)


def _take_out(
    shares: dict[str, Fraction | None], payload: dict[str, Any], said: Fraction | None
) -> None:
    """Take sold shares out of the only security there is; else nobody knows what is left."""
    counts = list(shares.items())
    for security, held in counts:
        shares[security] = None
        if held is None or len(counts) > 1:
            continue
        if "shares_sold" in payload:
            shares[security] = max(held - Fraction(payload["shares_sold"]), Fraction(0))
        elif said is not None:
            shares[security] = held * (1 - said)
