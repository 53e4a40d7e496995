"""The shapes of the audit over the API."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator

from app.api.parameters import (
    DEFAULT_LIMIT,
    GIVEN,
    LINE,
    MOMENT,
    SEQUENCE,
    FirstDay,
    Id,
    LastDay,
    Limit,
    Query,
    Sequence,
    Text,
    asked,
)
from app.domain.accounts.audit import AuditKind
from app.services.documents.answer import Answer, Cursor
from app.services.documents.audit import AuditEvent
from app.services.operations import audit_reports

_FUND: dict[str, Any] = {"format": "uuid"}


class AuditFilterQuery(Query):
    """Which events to read."""

    kind: Annotated[AuditKind | None, BeforeValidator(audit_reports.kind_named), GIVEN] = asked(
        "What was done.", enum=list(AuditKind)
    )
    person: Text | None = asked("Who did it, or whom it is about: an email or an id.", **LINE)
    fund_id: Id = asked("The fund that it is about.", **_FUND)
    start: FirstDay = asked("The first UTC day.", **MOMENT)
    end: LastDay = asked("The last UTC day.", **MOMENT)


class AuditLinesQuery(AuditFilterQuery):
    """Which events to export."""

    after: Sequence = asked("Only events after this `sequence`.", **SEQUENCE)


class AuditQuery(AuditFilterQuery):
    """Which events to list."""

    limit: Limit = DEFAULT_LIMIT
    cursor: Sequence = asked("The `next_cursor` of an earlier page.", **SEQUENCE)


class AuditPage(Answer):
    """A page of the audit, the newest event first."""

    events: list[AuditEvent]
    next_cursor: Cursor | None
