"""The audit of administration over the API, for administrators and what collects it for them."""

from __future__ import annotations

import re
from uuid import UUID

from flask import Blueprint, Response

from app import database
from app.api import parameters
from app.api.openapi.specification import operation
from app.api.problems import BadRequestError, json_response
from app.api.shapes.audit import AuditLinesQuery, AuditPage, AuditQuery
from app.auth.route_rules import needs_admin
from app.http.downloads import audit_download
from app.services.operations import audit_reports
from app.store.accounts.audit_search import AuditFilters

bp = Blueprint("api_audit", __name__, url_prefix="/api/audit")


@bp.get("")
@needs_admin
@operation(
    "audit",
    "Audit",
    answers={200: (AuditPage, "a page of the audit")},
    query=AuditQuery,
    example="?kind=role_granted&limit=10",
)
def index() -> Response:
    """List what people did to the site and to each other, the newest first.

    For administrators. `next_cursor` leads to older events, and stays where it is while new ones
    arrive.
    """
    parameters.check_parameters(*AuditQuery.model_fields)
    limit = parameters.limit()
    page = audit_reports.audit_page(database.engine(), _filters(before=True), limit)
    return json_response(AuditPage.model_validate(page))


@bp.get("/export.jsonl")
@needs_admin
@operation(
    "export_audit",
    "Audit",
    answers={200: (None, "the file, an event in each line")},
    media={200: "application/x-ndjson"},
    query=AuditLinesQuery,
    sends={200: ("Content-Disposition",)},
    example="?after=120",
)
def lines() -> Response:
    """Return events as JSON Lines, the oldest first, 100,000 at most.

    For administrators. Whoever collects them asks each time for those `after` the last `sequence`
    that they have.
    """
    parameters.check_parameters(*AuditLinesQuery.model_fields)
    return audit_download(_filters(before=False), "jsonl")


def _filters(*, before: bool) -> AuditFilters:
    engine = database.engine()
    kind, person = parameters.parameter("kind"), parameters.parameter("person")
    start, end = parameters.days("start", "end")
    return AuditFilters(
        kind=audit_reports.kind_named(kind) if kind else None,
        fund_id=_id("fund_id"),
        start=start,
        end=end,
        before=parameters.sequence_cursor() if before else None,
        after=None if before else _sequence("after"),
        **(audit_reports.person_filter(engine, person) if person else {}),
    )


def _id(name: str) -> UUID | None:
    given = parameters.parameter(name)
    try:
        return UUID(given) if given else None
    except ValueError as error:
        raise BadRequestError(name, given, "must be the id of a fund, a UUID") from error


def _sequence(name: str) -> int | None:
    given = parameters.parameter(name)
    if given and not re.fullmatch(r"[0-9]{1,18}", given):
        raise BadRequestError(name, given, "must be the sequence of an event, such as 120")
    return int(given) if given else None
