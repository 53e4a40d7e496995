"""The shapes of the audit over the API."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from app.api.parameters import DEFAULT_LIMIT
from app.api.shapes.requests import LINE, MOMENT, Limit
from app.api.shapes.texts import asked
from app.domain.accounts.audit import AuditKind
from app.services.documents.answer import Answer, Cursor
from app.services.documents.audit import AuditEvent

_FUND: dict[str, Any] = {"format": "uuid"}
_SEQUENCE: dict[str, Any] = {"pattern": "^[0-9]{1,18}$"}


class AuditLinesQuery(BaseModel):
    """Which events to export."""

    kind: str | None = asked("What was done.", enum=list(AuditKind))
    person: str | None = asked("Who did it, or whom it is about: an email or an id.", **LINE)
    fund_id: str | None = asked("The fund that it is about.", **_FUND)
    start: str | None = asked("The first UTC day.", **MOMENT)
    end: str | None = asked("The last UTC day.", **MOMENT)
    after: str | None = asked("Only events after this `sequence`.", **_SEQUENCE)


class AuditQuery(BaseModel):
    """Which events to list."""

    kind: str | None = asked("What was done.", enum=list(AuditKind))
    person: str | None = asked("Who did it, or whom it is about: an email or an id.", **LINE)
    fund_id: str | None = asked("The fund that it is about.", **_FUND)
    start: str | None = asked("The first UTC day.", **MOMENT)
    end: str | None = asked("The last UTC day.", **MOMENT)
    limit: Limit = DEFAULT_LIMIT
    cursor: str | None = asked("The `next_cursor` of an earlier page.", **_SEQUENCE)


class AuditPage(Answer):
    """A page of the audit, the newest event first."""

    events: list[AuditEvent]
    next_cursor: Cursor | None
