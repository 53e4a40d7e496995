"""Exports what a fund's log says, and what follows from it, as spreadsheets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Literal
from uuid import UUID

from sqlalchemy import Engine

from app.domain.accounts.audit import AuditKind
from app.domain.events.model import Event
from app.services.accounts import audit
from app.services.exports.rows import event_rows, figure_rows, holding_rows
from app.services.reads import viewpoints
from app.services.reads.viewpoints import ViewpointRequest
from app.services.sheets import Format, write_rows
from app.store.accounts import people
from app.store.log import stored_events

What = Literal["events", "state", "holdings"]
WHATS: tuple[What, ...] = ("events", "state", "holdings")


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What to export, seen from where, and in which format."""

    what: What
    to: Format
    asked: ViewpointRequest


def export(
    engine: Engine,
    fund_id: UUID,
    wanted: ExportRequest,
    file: IO[bytes],
    progress: Callable[[int], None] | None = None,
) -> None:
    """Write a fund's events, figures or holdings into an open file.

    Events are all that were known, announced ones as well, unless a day is asked for; people of
    this site stand there by their names, which say something elsewhere too. `progress` is told of
    each event. Raises UnknownFundError, BeyondKnowledgeError and CellTooLongError.
    """
    at, head = viewpoints.resolve(engine, fund_id, wanted.asked)
    with engine.begin() as connection:
        after = {"what": wanted.what, "as_of": at.as_of, "through": at.through, "to": wanted.to}
        audit.record(connection, AuditKind.EXPORTED, fund_id=fund_id, after=after)
    if wanted.what == "events":
        with engine.connect() as connection:
            authors = stored_events.authors(connection, fund_id, at.through)
            names = people.names(connection, [author for author in authors if "@" not in author])
            events = _told(stored_events.stream_events(connection, fund_id, at.through), progress)
            if wanted.asked.as_of:
                events = (event for event in events if event.effective_on <= at.as_of)
            write_rows(event_rows(events, names), file, wanted.to, wanted.what)
        return
    view = viewpoints.load_view(engine, fund_id, at, head)
    rows = figure_rows(view) if wanted.what == "state" else holding_rows(view)
    write_rows(rows, file, wanted.to, wanted.what)


def _told(events: Iterator[Event], progress: Callable[[int], None] | None) -> Iterator[Event]:
    for event in events:
        yield event
        if progress:
            progress(event.sequence)
