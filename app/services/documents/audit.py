"""An event of the audit, as the API answers it and exports have it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field, PlainSerializer

from app.services.documents.answer import Answer, Id, Sequence, within

_OFFSET = Annotated[str, Field(json_schema_extra={"format": "date-time"})]


class AuditEvent(Answer):
    """What somebody did, to whom, from where."""

    sequence: Sequence
    occurred_at: Annotated[datetime, PlainSerializer(datetime.isoformat, return_type=_OFFSET)]
    kind: str
    actor: str
    about: str | None
    fund: str | None = within("fund_name")
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    address: str | None
    device: str | None
    request_id: str | None
    actor_id: Id | None
    about_id: Id | None
    fund_id: Id | None
