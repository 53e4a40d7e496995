"""A fund's events, figures and holdings as rows of a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal

import orjson

from app.domain.events.model import Event
from app.domain.figures.figures import AMOUNTS, RATES, RATIOS
from app.domain.money import fraction_text
from app.services.documents.answer import instant_text
from app.services.import_files.columns import ENVELOPE_COLUMNS, KINDS, PAYLOAD_COLUMNS, Kind
from app.services.reads.approvals import preparer_of
from app.services.reads.viewpoints import View
from app.services.sheets import Value

Row = tuple[Value, ...]

# Companies are known by their names; a fund made of the file gives them ids of its own.
_PAYLOAD = tuple(name for name in PAYLOAD_COLUMNS if name not in {"company_id", "attributed_to"})
EVENT_COLUMNS = (*ENVELOPE_COLUMNS, "attributed_to", *_PAYLOAD)
# Columns of a holding; most are named as what they show.
_SHOWN_AS = {
    "company": "name",
    "total_investment": "invested",
    "current_valuation": "fair_value",
    "shares": "known_shares",
}
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
    "shares",
    "security",
    "marked_on",
    "method",
    "fair_value_level",
    "exited_on",
    "residual_estimated",
    "cost_estimated",
    "ownership_estimated",
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
        yield tuple(getattr(holding, _SHOWN_AS.get(name, name)) for name in _HOLDING_COLUMNS)


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
