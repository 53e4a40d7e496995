"""Recording events over the API."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from flask import Blueprint, Response

from app import database
from app.api.bodies import read_body
from app.api.openapi.specification import operation
from app.api.parameters import Query
from app.api.problems import json_response
from app.api.shapes.answers import LoggedEvent, Recorded
from app.api.shapes.events import Events
from app.api.shapes.requests import RecordHeaders
from app.auth import route_rules
from app.auth.route_rules import needs
from app.domain.accounts.roles import Role
from app.domain.accounts.token_scopes import Scope
from app.domain.errors import Fault, NotAllowedError, RefusedError
from app.services.reads import timeline
from app.services.recording import batches
from app.services.recording.batches import Appended, Batch

bp = Blueprint("api_events", __name__, url_prefix="/api/funds/<uuid:fund_id>")


@bp.post("/events")
@needs("analyst")
@operation(
    "record_events",
    "Events",
    answers={201: (Recorded, "the events as they stand in the log")},
    body=Events,
    headers=RecordHeaders,
    refuses={
        404: "unknown-fund",
        409: "twin",
        412: "stale-head",
        422: "refused, or idempotency-conflict",
    },
    may_send={201: ("Idempotency-Replayed",)},
    example="/events",
)
def record(fund_id: UUID) -> Response:
    """Record one event, or an array of them: all or nothing.

    In a refused array a field is named by its path, such as `events[3].payload.amount`.
    """
    Query.read()
    headers = RecordHeaders.read()
    appended = _recorded(fund_id, read_body(), headers)
    first, last = appended.first_sequence, appended.last_sequence
    events = timeline.between(database.engine(), fund_id, first, last)
    recorded = Recorded(
        first_sequence=first,
        last_sequence=last,
        events=LoggedEvent.read_all(events),
    )
    response = json_response(recorded, 201)
    if appended.replayed:
        response.headers["Idempotency-Replayed"] = "true"
    return response


def _recorded(fund_id: UUID, body: object, headers: RecordHeaders) -> Appended:
    if body == []:
        raise RefusedError([Fault("events", "", "the array is empty: send at least one event")])
    many = isinstance(body, list)
    author = route_rules.author("api")
    try:
        drafts = batches.parse_drafts(body if isinstance(body, list) else [body])
        batch = Batch(drafts, author, key=headers.key, expected_head=headers.head)
        return batches.record_events(database.engine(), fund_id, batch)
    except RefusedError as error:
        if isinstance(error, NotAllowedError):
            _check_token()
        if not many:
            raise
        raise type(error)([_placed(fault) for fault in error.faults], error.more) from error


def _check_token() -> None:
    """Say that a greater scope is what is needed, where the role would be enough."""
    found = route_rules.visitor()
    if found and found.limits and found.has(Role.GP):
        route_rules.check_scope(found.limits, Scope.ALL)


def _placed(fault: Fault) -> Fault:
    """Name a field by its path in the array."""
    if fault.field == "events":
        return fault  # of the array as such
    path = f"events[{fault.position}]"
    if fault.field == "event":
        return replace(fault, field=path)
    return replace(fault, field=f"{path}.{'' if fault.beside else 'payload.'}{fault.field}")
