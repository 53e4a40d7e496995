"""A fund's events, figures and holdings as rows of a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal

import orjson

from app.domain.events.model import Event
from app.domain.figures.figures import AMOUNTS, RATES, RATIOS
from app.domain.money import fraction_text
from app.domain.state.state import Holding
from app.services.documents.funds import instant_text
from app.services.imports.columns import ENVELOPE_COLUMNS, KINDS, PAYLOAD_COLUMNS, Kind
from app.services.reads.approvals import preparer_of
from app.services.reads.viewpoints import View
from app.services.sheets import Value

Row = tuple[Value, ...]

# Companies are known by their names; a fund made of the file gives them ids of its own.
_PAYLOAD = tuple(name for name in PAYLOAD_COLUMNS if name not in {"company_id", "attributed_to"})
EVENT_COLUMNS = (*ENVELOPE_COLUMNS, "attributed_to", *_PAYLOAD)
_HOLDING_COLUMNS = (
    "company",
    "company_id",
    "sector",
    "stage",
    "country",
    "total_investment",
    "current_valuation",
    "remaining_cost",
    "realised_gain",
    "unrealised_gain",
    "income",
    "proceeds",
    "ownership",
    "security",
    "marked_on",
    "method",
    "fair_value_level",
    "exited_on",
    "residual_estimated",
    "reserve_allocated",
    "reserve_deployed",
    "reserve_left",
)


def event_rows(events: Iterable[Event], names: Mapping[str, str] | None = None) -> Iterator[Row]:
    """Return events as an import file: a fund made of it has the same state at every viewpoint.

    `names` leads from people as the log has them to their names.
    """
    names = names or {}
    yield EVENT_COLUMNS
    for event in events:
        yield (
            event.effective_on,
            event.event_type.value,
            instant_text(event.recorded_at),
            event.sequence,
            str(event.correlation_id) if event.correlation_id else None,
            event.payload.get("attributed_to") or names.get(event.recorded_by, event.recorded_by),
            *(_value(KINDS[name], _said(event, name, names)) for name in _PAYLOAD),
        )


def _said(event: Event, name: str, names: Mapping[str, str]) -> object:
    """Return a field of an event; who prepared a mark by their name."""
    if name == "prepared_by" and (person := preparer_of(event)):
        return names.get(person, person)
    return event.payload.get(name)


def figure_rows(view: View) -> Iterator[Row]:
    """Return the figures of a view, one a row, with the reason where one is missing."""
    figures, terms = view.figures, view.state.terms
    yield ("figure", "value", "reason")
    yield ("as_of", view.at.as_of, None)
    yield ("through", view.at.through, None)
    yield ("currency", terms.currency if terms else None, None)
    for name in AMOUNTS:
        yield (name, getattr(figures, name), None)
    for name in (*RATIOS, *RATES):
        text = fraction_text(getattr(figures, name))
        yield (name, None if text is None else Decimal(text), figures.reasons.get(name))


def holding_rows(view: View) -> Iterator[Row]:
    """Return the holdings of a view, one a row."""
    yield _HOLDING_COLUMNS
    for holding in view.state.holdings.values():
        yield _holding(holding)


def _holding(holding: Holding) -> Row:
    return (
        holding.name,
        holding.company_id,
        holding.sector,
        holding.stage,
        holding.country,
        holding.invested,
        holding.fair_value,
        holding.remaining_cost,
        holding.realised_gain,
        holding.unrealised_gain,
        holding.income,
        holding.proceeds,
        holding.ownership,
        holding.security,
        holding.marked_on,
        holding.method,
        holding.fair_value_level,
        holding.exited_on,
        holding.residual_estimated,
        holding.reserve_allocated,
        holding.reserve_deployed,
        holding.reserve_left,
    )


def _value(kind: Kind, value: object) -> Value:
    """Return a field of a payload as what its column holds."""
    match kind, value:
        case _, None:
            return None
        case ((Kind.NUMBER | Kind.SHARE), str()):
            return Decimal(value)
        case Kind.DAY, str():
            return date.fromisoformat(value)
        case Kind.JSON, _:
            return orjson.dumps(value).decode()
        case _, str() | int():
            return value
    raise TypeError(f"{value!r} is not what a column of {kind} holds")
