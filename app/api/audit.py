"""The audit of administration over the API, for administrators and what collects it for them."""

from __future__ import annotations

from flask import Blueprint, Response

from app import database
from app.api.openapi.specification import operation
from app.api.problems import json_response
from app.api.shapes.audit import AuditFilterQuery, AuditLinesQuery, AuditPage, AuditQuery
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
    query = AuditQuery.read()
    filters = _filters(query, before=query.cursor)
    page = audit_reports.audit_page(database.engine(), filters, query.limit)
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
    query = AuditLinesQuery.read()
    return audit_download(_filters(query, after=query.after), "jsonl")


def _filters(
    query: AuditFilterQuery, *, before: int | None = None, after: int | None = None
) -> AuditFilters:
    person = query.person
    return AuditFilters(
        kind=query.kind,
        fund_id=query.fund_id,
        start=query.start,
        end=query.end,
        before=before,
        after=after,
        **(audit_reports.person_filter(database.engine(), person) if person else {}),
    )
