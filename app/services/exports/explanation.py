"""Exports why a figure is what it is: the events, flows or sides that it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from decimal import Decimal
from typing import IO

from sqlalchemy import Engine

from app.domain.accounts.audit import AuditKind
from app.domain.figures.contributions import FUND_AMOUNTS
from app.domain.money import ZERO
from app.services.accounts import audit
from app.services.documents.answer import instant_text
from app.services.documents.explanation import value_text
from app.services.exports.rows import Row
from app.services.reads import explanations
from app.services.reads.explanations import Asked, Explained
from app.services.sheets import Format, write_rows
from app.store.accounts import people

_EVENTS = ("sequence", "event_type", "effective_on", "company", "recorded_at", "recorded_by")


def export(engine: Engine, asked: Asked, file: IO[bytes], to: Format) -> None:
    """Write all contributions to an amount, or the parts of another figure, into an open file.

    Raises CellTooLongError.
    """
    at = asked.at
    with engine.begin() as connection:
        after = {"what": asked.figure, "as_of": at.as_of, "through": at.through, "to": to}
        audit.record(connection, AuditKind.EXPORTED, fund_id=asked.fund_id, after=after)
    write_rows(_rows(engine, asked), file, to, asked.figure)


def _rows(engine: Engine, asked: Asked) -> Iterator[Row]:
    if asked.figure in FUND_AMOUNTS:
        yield from _events(engine, asked)
    else:
        yield from _parts(explanations.load_explanation(engine, asked))


def _events(engine: Engine, asked: Asked) -> Iterator[Row]:
    """Return a row for each event, the first to take effect first, and the sum."""
    found = explanations.load_all(engine, asked)
    entries = explanations.load_entries(engine, asked.fund_id, found)[::-1]
    authors = {entry.event.recorded_by for entry in entries}
    with engine.connect() as connection:
        names = people.names(connection, [each for each in authors if "@" not in each])
    yield (*_EVENTS, asked.figure)
    for entry in entries:
        event = entry.event
        yield (
            event.sequence,
            event.event_type.value,
            event.effective_on,
            event.payload.get("company"),
            instant_text(event.recorded_at),
            names.get(event.recorded_by, event.recorded_by),
            entry.contribution.amount,
        )
    yield (*(None for _ in _EVENTS), sum((each.amount for each in found), ZERO))


def _parts(explained: Explained) -> Iterator[Row]:
    """Return the figure, and a row for each of its parts, flows or tiers."""
    told = explained.explanation
    yield ("part", "on", "amount", "factor", "present_value")
    for part in told.parts:
        yield (part.name, None, part.amount, None, None)
    if told.denominator:
        yield ("divided_by " + told.denominator.name, None, told.denominator.amount, None, None)
    for flow in told.flows:
        worth = [None if each is None else str(each) for each in (flow.factor, flow.present_value)]
        yield ("flow", flow.on, flow.amount, *worth)
    if told.tiers:
        for entry in fields(told.tiers):
            yield (entry.name, None, getattr(told.tiers, entry.name), None, None)
    for tier in told.split:
        yield (f"{tier.name} to partners", None, tier.to_partners, None, None)
        yield (f"{tier.name} to the GP", None, tier.to_gp, None, None)
    for day in told.hurdle:
        yield ("preferred return grown", day.on, day.grown, None, None)
        yield ("flow", day.on, day.flow, None, None)
        yield ("balance", day.on, day.balance, None, None)
    value = None if told.value is None else Decimal(value_text(told) or "0")
    yield (told.figure, explained.at.as_of, value, None, None)
