"""Snapshots over the API: asked for, followed and listed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, url_for
from pydantic_core import PydanticCustomError

from app import database
from app.api.bodies import field_faults, read_body
from app.api.openapi.specification import operation
from app.api.parameters import Query
from app.api.problems import json_response
from app.api.shapes.requests import KeyHeaders, PageQuery
from app.api.shapes.snapshots import NewSnapshot, Snapshot, SnapshotJob, SnapshotOrJob, Snapshots
from app.auth import route_rules
from app.auth.route_rules import needs
from app.domain.errors import BeyondKnowledgeError, Fault, FaultList, RefusedError
from app.domain.events.event_json import canonical_json
from app.domain.fields import read_text
from app.services.snapshots import requests, take
from app.services.snapshots.take import SnapshotRequest
from app.store.jobs.jobs import Job

bp = Blueprint("api_snapshots", __name__, url_prefix="/api/funds/<uuid:fund_id>")


@bp.get("/snapshots")
@needs("viewer")
@operation(
    "snapshots",
    "Snapshots",
    answers={200: (Snapshots, "a page of snapshots")},
    query=PageQuery,
    refuses={404: "unknown-fund"},
    example="?limit=10",
)
def index(fund_id: UUID) -> Response:
    """List a fund's snapshots, the newest first."""
    query = PageQuery.read()
    page = take.snapshot_page(database.engine(), fund_id, query.limit, query.cursor)
    return json_response(Snapshots.model_validate(page))


@bp.post("/snapshots")
@needs("analyst")
@operation(
    "take_snapshot",
    "Snapshots",
    answers={202: (SnapshotJob, "the request, which a worker will fulfil")},
    body=NewSnapshot,
    headers=KeyHeaders,
    refuses={
        404: "unknown-fund",
        422: "refused, or idempotency-conflict",
        429: "limit-reached, by jobs under way or by snapshots in a day",
    },
    sends={202: ("Location",), 429: ("Retry-After",)},
    may_send={202: ("Idempotency-Replayed",)},
    example="/snapshots",
)
def ask(fund_id: UUID) -> Response:
    """Ask for a snapshot of a day, as known now.

    Its address answers at once, with how far the work has come.
    """
    Query.read()
    key = KeyHeaders.read().key
    body = read_body()
    asked = requests.ask(
        database.engine(), fund_id, _wanted(body), asked=canonical_json(body).decode(), key=key
    )
    response = json_response(SnapshotJob.model_validate(asked.job), 202)
    response.headers["Location"] = url_for(".show", fund_id=fund_id, snapshot_id=asked.job.id)
    if asked.replayed:
        response.headers["Idempotency-Replayed"] = "true"
    return response


@bp.get("/snapshots/<uuid:snapshot_id>")
@needs("viewer")
@operation(
    "snapshot",
    "Snapshots",
    answers={200: (SnapshotOrJob, "the snapshot, or the request for it until it is taken")},
    refuses={404: "unknown-fund, or unknown-snapshot"},
    example="",
)
def show(fund_id: UUID, snapshot_id: UUID) -> Response:
    """Return a snapshot, or how far the request for it has come."""
    Query.read()
    found = requests.find_requested(database.engine(), fund_id, snapshot_id)
    shape = SnapshotJob if isinstance(found, Job) else Snapshot
    return json_response(shape.model_validate(found))


def _wanted(body: Any) -> SnapshotRequest:  # noqa: ANN401 - any JSON
    if not isinstance(body, dict):
        raise RefusedError([Fault("body", "", "must be an object; it may be empty")])
    faults = field_faults(body, tuple(NewSnapshot.model_fields), "a snapshot to take")
    at, description = _text(body, "at", faults), _text(body, "description", faults)
    wanted = None
    try:
        wanted = take.wanted(at, description, str(route_rules.reader().id))
    except BeyondKnowledgeError as error:
        field = "at" if error.field == "as_of" else error.field
        faults.extend([Fault(field, error.value[:200], error.reason)])
    if faults or wanted is None:
        raise faults.refusal()
    return wanted


def _text(body: dict[str, Any], field: str, faults: FaultList) -> str:
    if body.get(field) is None:
        return ""
    try:
        return read_text(body[field])
    except PydanticCustomError as error:
        shown = body[field][:200] if isinstance(body[field], str) else ""
        faults.extend([Fault(field, shown, error.message())])
        return ""
