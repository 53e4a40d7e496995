"""What an event carries, as labels and values that people read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from app.domain.events.catalogue import PAYLOADS, Payload
from app.domain.events.field_specs import FIELD_SPECS, Unit, field_spec
from app.domain.events.model import Event
from app.domain.fields import Record
from app.domain.terms import Carry, Deployment, ManagementFee, Reserves, StepDown, Terms
from app.services.reads.approvals import preparer_of
from app.web.shared.formats import (
    capitalize_first,
    exact_money,
    exact_percent,
    full_money,
    kind_in_words,
    short_date,
)

_HIDDEN = {"company_id"}
# Of the fields of terms.
_TERMS_LABELS = {
    "catch_up": "Catch-up",
    "term_years": "Term in years",
    "investment_period_years": "Investment period in years",
    "by_stage": "By stage",
    "hurdle": "Preferred return",
    "basis": "Fee basis",
    "compounding": "Compounding of the preferred return",
    "cumulative": "Early distributions count against the preferred return",
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
    return kind_in_words(text)


_BY_UNIT: Mapping[Unit, Callable[[str], str]] = {
    "percent": _percent,
    "number": _number,
    "day": _day,
    "choice": _choice,
}
_UNITS_OF_TERMS: Mapping[str, Unit] = {
    "size": "money",
    "rate": "percent",
    "hurdle": "percent",
    "catch_up": "percent",
    "ratio": "percent",
    "by_stage": "percent",
    "inception_on": "day",
    "basis": "choice",
    "pacing": "choice",
    "policy": "choice",
    "waterfall": "choice",
    "compounding": "choice",
}
_GISTS = {name: spec.gist for name, spec in FIELD_SPECS.items() if spec.gist}
_USUAL = {"kind": "standard"}


@dataclass(frozen=True, slots=True)
class PayloadField:
    """A label with its value, or with parts of its own."""

    label: str
    value: str = ""
    parts: tuple[PayloadField, ...] = ()


def label_of(name: str) -> str:
    """Name a field of an event."""
    label = field_spec(name).label or _TERMS_LABELS.get(name)
    return label or capitalize_first(name.replace("_", " "))


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
        gist.format(writer.value(name, event.payload[name]))
        for name, gist in _GISTS.items()
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
        return f"#{text}" if name == "voids" else _BY_UNIT.get(_unit(name), str)(text)

    def _currency_of(self, name: str) -> str | None:
        """Tell the currency of an amount; None for what is no amount."""
        if name == "local_amount":
            return str(self.payload.get("local_currency", ""))
        is_metric = name == "value" and self.payload.get("metric_type") != "headcount"
        return self.currency if _unit(name) == "money" or is_metric else None


def _unit(name: str) -> Unit:
    return _UNITS_OF_TERMS.get(name) or field_spec(name).unit


def _in_order(payload: Mapping[str, Any], order: Iterable[str]) -> list[str]:
    """Put the names of what is given in order; None is nothing given."""
    return [name for name in order if name not in _HIDDEN and payload.get(name) is not None]
