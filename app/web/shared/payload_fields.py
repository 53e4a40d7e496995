"""What an event carries, as labels and values that people read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from app.domain.events.catalogue import PAYLOADS, Payload
from app.domain.events.model import Event
from app.domain.fields import Record
from app.domain.terms import Carry, Deployment, ManagementFee, Reserves, StepDown, Terms
from app.services.reads.approvals import preparer_of
from app.web.shared.formats import (
    capitalize_first,
    exact_money,
    exact_percent,
    full_money,
    short_date,
)

_HIDDEN = {"company_id"}
_MONEY = {
    "amount", "new_valuation", "price_per_share", "post_money", "cost_relieved", "escrow_held",
    "offset_amount", "size", "allocations",
}  # fmt: skip
INITIALS = {"lp", "gp", "arr", "ebitda", "nav"}
_LABELS = {
    "catch_up": "Catch-up",
    "post_money": "Post-money valuation",
    "fx_rate": "Exchange rate",
    "metric_type": "Metric",
    "shares": "Number of shares",
    "term_years": "Term in years",
    "investment_period_years": "Investment period in years",
    "period_months": "Months covered",
    "by_stage": "By stage",
    "required": "Approval required",
    "self_approved": "Approved by the only GP, who recorded it",
}
_MODELS: Mapping[str, type[Record]] = {
    "terms": Terms,
    "management_fee": ManagementFee,
    "step_down": StepDown,
    "carry": Carry,
    "deployment": Deployment,
    "reserves": Reserves,
}


def _percent(text: str) -> str:
    return exact_percent(Decimal(text))


def _number(text: str) -> str:
    return f"{Decimal(text):,f}"


def _day(text: str) -> str:
    return short_date(date.fromisoformat(text))


def _choice(text: str) -> str:
    return text.upper() if text in INITIALS else text.replace("_", " ")


# How what is no money is written; the rest is text.
_WRITTEN: Mapping[str, Callable[[str], str]] = {
    "ownership": _percent,
    "fraction_sold": _percent,
    "rate": _percent,
    "hurdle": _percent,
    "catch_up": _percent,
    "ratio": _percent,
    "by_stage": _percent,
    "shares": _number,
    "fx_rate": _number,
    "value": _number,
    "noticed_on": _day,
    "period_start": _day,
    "period_end": _day,
    "closed_through": _day,
    "inception_on": _day,
    "kind": _choice,
    "category": _choice,
    "method": _choice,
    "partner": _choice,
    "metric_type": _choice,
    "basis": _choice,
    "pacing": _choice,
    "policy": _choice,
    "waterfall": _choice,
    "voids": "#{}".format,
}
# What says at a glance which event this is; what goes without saying is left out.
_TELLING: Mapping[str, Callable[[str], str]] = {
    "round": str,
    "security": str,
    "from_security": "from {}".format,
    "to_security": "to {}".format,
    "new_name": "now {}".format,
    "sector": lambda text: text.replace("_", " "),
    "stage": str,
    "metric_type": str,
    "value": str,
    "period_end": "to {}".format,
    "kind": str,
    "method": str,
    "fraction_sold": "{} sold".format,
    "ownership": "{} owned".format,
    "purpose": str,
    "closed_through": "through {}".format,
    "reason": str,
    "note": str,
}
_USUAL = {"kind": "standard"}


@dataclass(frozen=True, slots=True)
class PayloadField:
    """A label with its value, or with parts of its own."""

    label: str
    value: str = ""
    parts: tuple[PayloadField, ...] = ()


def label_of(name: str) -> str:
    """Name a field of an event."""
    return _LABELS.get(name) or capitalize_first(name.replace("_", " "))


def payload_fields(
    event: Event, currency: str, names: Mapping[str, str] | None = None
) -> list[PayloadField]:
    """Return all that an event carries, its own fields before those that any event may have.

    `names` leads from the ids of people to their names.
    """
    fields = PAYLOADS[event.event_type].model_fields
    order = [*(name for name in fields if name not in Payload.model_fields), *Payload.model_fields]
    payload = event.payload
    if (person := preparer_of(event)) and names and person in names:
        payload = payload | {"prepared_by": names[person]}
    writer = _Writer(currency, payload, exact_money)
    return [writer.field(name, payload[name]) for name in _in_order(payload, order)]


def gist(event: Event, currency: str) -> str:
    """Say in a few words what sets an event apart from others of its type and subject."""
    writer = _Writer(currency, event.payload, full_money)
    return " · ".join(
        say(writer.value(name, event.payload[name]))
        for name, say in _TELLING.items()
        if event.payload.get(name) is not None and event.payload[name] != _USUAL.get(name)
    )


@dataclass(frozen=True, slots=True)
class _Writer:
    currency: str
    payload: Mapping[str, Any]
    money: Callable[[Decimal, str], str]

    def field(self, name: str, value: object) -> PayloadField:
        label = label_of(name)
        match value:
            case dict() if name in _MODELS:
                keys = _in_order(value, _MODELS[name].model_fields)
                parts = tuple(self.field(key, value[key]) for key in keys)
                return PayloadField(label, parts=parts)
            case dict():
                items = sorted(value.items(), key=lambda item: item[0].casefold())
                parts = tuple(PayloadField(key, self.value(name, item)) for key, item in items)
                return PayloadField(label, parts=parts)
            case list():
                years = tuple(
                    PayloadField(f"Year {year}", _percent(share))
                    for year, share in enumerate(value, 1)
                )
                return PayloadField("Shares by year", parts=years)
            case _:
                return PayloadField(label, self.value(name, value))

    def value(self, name: str, value: object) -> str:
        if isinstance(value, bool):
            return "yes" if value else "no"
        text = str(value)
        currency = self._currency_of(name)
        if currency is not None:
            return self.money(Decimal(text), currency)
        return _WRITTEN.get(name, str)(text)

    def _currency_of(self, name: str) -> str | None:
        """Tell the currency of an amount; None for what is no amount."""
        if name == "local_amount":
            return str(self.payload.get("local_currency", ""))
        is_metric = name == "value" and self.payload.get("metric_type") != "headcount"
        return self.currency if name in _MONEY or is_metric else None


def _in_order(payload: Mapping[str, Any], order: Iterable[str]) -> list[str]:
    """Put the names of what is given in order; None is nothing given."""
    return [name for name in order if name not in _HIDDEN and payload.get(name) is not None]
