"""The audit as administrators read it: page by page, as a spreadsheet, as lines for a SIEM."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from itertools import chain
from typing import IO, Any, Literal
from uuid import UUID

import orjson
from pydantic_core import to_json
from sqlalchemy import Engine

from app.domain.accounts.audit import AuditKind
from app.domain.errors import BeyondKnowledgeError, PeopleError, UnknownFundError
from app.services.accounts import audit, people
from app.services.documents.audit import AuditEvent
from app.services.funds import funds
from app.services.sheets import write_rows
from app.store.accounts import audit_search
from app.store.accounts.audit_search import AuditFilters

AuditFormat = Literal["csv", "jsonl"]
MOST_EXPORTED = 100_000  # events; a later export goes on after the last of them
_COLUMNS = (
    "sequence", "occurred_at", "kind", "actor", "about", "fund", "before", "after", "address",
    "device", "request_id", "actor_id", "about_id", "fund_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Some events, newest first, and where the next page begins (None after the last)."""

    events: list[audit_search.AuditEvent]
    next_cursor: int | None


def audit_page(engine: Engine, filters: AuditFilters, limit: int) -> AuditPage:
    """Read one page; the next one begins below its cursor."""
    with engine.connect() as connection:
        events = audit_search.newest(connection, filters, limit + 1)
    more = len(events) > limit
    return AuditPage(events[:limit], events[limit - 1].sequence if more else None)


def export(engine: Engine, filters: AuditFilters, to: AuditFormat, file: IO[bytes]) -> None:
    """Write the oldest events that pass the filters; that it was written is recorded as well."""
    with engine.begin() as connection:
        audit.record(connection, AuditKind.EXPORTED, after={"what": "audit", "to": to})
    with engine.connect() as connection:
        events = audit_search.stream(connection, filters, MOST_EXPORTED)
        if to == "jsonl":
            for each in events:
                file.write(to_json(AuditEvent.model_validate(each)) + b"\n")
            return
        rows = (_row(each) for each in events)
        write_rows(chain([_COLUMNS], rows), file, "csv")


def kind_named(text: str) -> AuditKind:
    """Find a kind by its name. Raises BeyondKnowledgeError."""
    try:
        return AuditKind(text.lower())
    except ValueError as error:
        near = difflib.get_close_matches(text.lower(), list(AuditKind), 1)
        mend = f"did you mean {near[0]}?" if near else f"choose one of {', '.join(AuditKind)}"
        raise BeyondKnowledgeError("kind", text, f"is no kind of event: {mend}") from error


def person_filter(engine: Engine, text: str) -> dict[str, Any]:
    """Return the filters that find a person by id or email; what nobody is called finds texts."""
    try:
        return {"person_id": UUID(text)}
    except ValueError:
        pass
    try:
        return {"person_id": people.named(engine, text).id}
    except PeopleError:
        return {"person": people.typed_email(text)}


def fund_named(engine: Engine, text: str) -> UUID:
    """Find a fund by id or name. Raises BeyondKnowledgeError."""
    try:
        return funds.fund_by_id_or_name(engine, text).id
    except UnknownFundError as error:
        raise BeyondKnowledgeError("fund", text, "is no fund: write its name or its id") from error


def _row(event: audit_search.AuditEvent) -> list[str | None]:
    answer = AuditEvent.model_validate(event).model_dump(mode="json")
    return [_cell(answer[name]) for name in _COLUMNS]


def _cell(value: object) -> str | None:
    if isinstance(value, dict):
        return orjson.dumps(value).decode()
    return None if value is None else str(value)
