"""Funds over the API: the list, a state, the timeline, and recording events."""

from __future__ import annotations

import difflib
from datetime import date
from uuid import UUID

import orjson
from flask import Blueprint, Response, request
from sqlalchemy import Engine

from app import database, guard
from app.api.problems import BadRequestError, json_response
from app.domain.fold import PROJECTOR_VERSION
from app.domain.viewpoint import Viewpoint, parse_day
from app.guard import needs, needs_sign_in
from app.services import funds, recording, timeline, viewpoints
from app.services.documents import event_document, fund_document, state_document
from app.services.recording import Batch
from app.services.viewpoints import Asked
from app.store.timeline import Filters

bp = Blueprint("api", __name__, url_prefix="/api")
_KEY_LENGTH = 200
_SAME = {"as_of": "at"}  # what pages and commands call it
_TIMELINE = (
    "start", "end", "recorded_start", "recorded_end", "type", "company", "limit", "cursor",
)  # fmt: skip


@bp.get("/funds")
@needs_sign_in
def index() -> Response:
    """List the funds that the reader may see."""
    found = funds.funds_of(_engine(), guard.reader())
    return json_response({"funds": [fund_document(fund) for fund in found]})


@bp.get("/funds/<uuid:fund_id>/state")
@needs("viewer")
def state(fund_id: UUID) -> Response:
    """Give the fund's state at `at`, as known at `known_at` or `through` a sequence."""
    _check_parameters("at", "known_at", "through")
    asked = Asked(_arg("at"), _arg("known_at"), _arg("through"))
    at, head = viewpoints.resolve(_engine(), fund_id, asked)
    etag = _etag(fund_id, at)
    if request.if_none_match.contains_weak(etag):
        response = Response(status=304)
        response.headers["Cache-Control"] = "private, no-cache"
    else:
        response = json_response(state_document(viewpoints.look(_engine(), fund_id, at, head)))
    response.set_etag(etag, weak=True)
    return response


@bp.get("/funds/<uuid:fund_id>/timeline")
@needs("viewer")
def events(fund_id: UUID) -> Response:
    """Give the log newest first, filtered, a page at a time."""
    _check_parameters(*_TIMELINE)
    page = timeline.page(_engine(), fund_id, _filters(), _limit())
    return json_response(
        {
            "events": [
                event_document(entry.event) | {"voided_by": entry.voided_by}
                for entry in page.entries
            ],
            "next_cursor": None if page.next_cursor is None else str(page.next_cursor),
        }
    )


@bp.post("/funds/<uuid:fund_id>/events")
@needs("analyst")
def record(fund_id: UUID) -> Response:
    """Record one event or a batch; all of it or nothing."""
    drafts = recording.parse_drafts(_body())
    batch = Batch(
        drafts,
        guard.author("api"),
        key=_idempotency_key(),
        expected_head=_expected_head(),
    )
    appended = recording.record_events(_engine(), fund_id, batch)
    response = json_response(
        {
            "first_sequence": appended.first_sequence,
            "last_sequence": appended.last_sequence,
            "events": [
                event_document(event)
                for event in timeline.between(
                    _engine(), fund_id, appended.first_sequence, appended.last_sequence
                )
            ],
        },
        201,
    )
    if appended.replayed:
        response.headers["Idempotency-Replayed"] = "true"
    return response


def _engine() -> Engine:
    return database.engine()


def _check_parameters(*known: str) -> None:
    """Refuse what would be left unheard: an unknown parameter, or one said twice."""
    for name, values in request.args.lists():
        if name not in known:
            near = difflib.get_close_matches(_SAME.get(name, name), known, 1)
            mend = f"did you mean {near[0]}?" if near else f"use {', '.join(known)}"
            raise BadRequestError(name, values[0], f"is not a parameter here: {mend}")
        if len(values) > 1:
            raise BadRequestError(name, ", ".join(values), "is there more than once: give it once")


def _arg(name: str) -> str:
    return request.args.get(name, "").strip()


def _etag(fund_id: UUID, at: Viewpoint) -> str:
    return f"{fund_id}:{at.as_of}:{at.through}:{PROJECTOR_VERSION}"


def _filters() -> Filters:
    cursor = _arg("cursor")
    if cursor and not cursor.isdigit():
        raise BadRequestError("cursor", cursor, "must be a next_cursor of an earlier answer")
    return Filters(
        start=_day("start"),
        end=_day("end"),
        recorded_start=_day("recorded_start"),
        recorded_end=_day("recorded_end"),
        event_type=timeline.event_type_named(_arg("type")) if _arg("type") else None,
        company=_arg("company") or None,
        before=int(cursor) if cursor else None,
    )


def _day(name: str) -> date | None:
    return parse_day(_arg(name), name) if _arg(name) else None


def _limit() -> int:
    limit = _arg("limit") or str(timeline.DEFAULT_LIMIT)
    if not limit.isdigit() or not 1 <= int(limit) <= timeline.MAX_LIMIT:
        raise BadRequestError("limit", limit, f"must be between 1 and {timeline.MAX_LIMIT}")
    return int(limit)


def _body() -> list[object]:
    if not request.is_json:
        raise BadRequestError(
            "Content-Type", request.mimetype, "send JSON with Content-Type: application/json"
        )
    try:
        body = orjson.loads(request.get_data())
    except orjson.JSONDecodeError as error:
        raise BadRequestError("body", "", f"is not JSON: {error}") from error
    return body if isinstance(body, list) else [body]


def _idempotency_key() -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is not None and not 1 <= len(key) <= _KEY_LENGTH:
        raise BadRequestError("Idempotency-Key", key, f"must have 1 to {_KEY_LENGTH} characters")
    return key


def _expected_head() -> int | None:
    header = request.headers.get("If-Match")
    if header is None:
        return None
    head = header.strip().removeprefix("W/").strip('"')
    if not head.isascii() or not head.isdigit():
        raise BadRequestError("If-Match", header, 'must be the head\'s sequence, such as "120"')
    return int(head)
