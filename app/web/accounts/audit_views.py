"""The audit of administration, for administrators: filtered, paged, and as a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, TypeVar

from flask import Blueprint, Response, request, url_for

from app import database
from app.auth.route_rules import needs_admin
from app.domain.accounts.audit import AuditKind
from app.domain.errors import BeyondKnowledgeError
from app.domain.viewpoint import parse_day
from app.http.downloads import audit_download
from app.services.operations import audit_reports
from app.services.operations.audit_reports import AuditFormat, AuditPage
from app.store.accounts.audit_search import AuditEvent, AuditFilters
from app.web.shared.formats import to_the_minute
from app.web.shared.responses import whole

bp = Blueprint("audit", __name__, url_prefix="/audit")
_FIELDS = ("kind", "person", "fund", "start", "end")
_PAGE_SIZE = 50
_LONGEST = 254  # characters of a filter
_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class AuditView:
    """A page of the audit, with the filters as they were typed."""

    given: Mapping[str, str]
    faults: Mapping[str, str]
    filters: AuditFilters
    page: AuditPage

    @property
    def kinds(self) -> list[AuditKind]:
        """The kinds that can be chosen."""
        return sorted(AuditKind, key=lambda kind: kind.value)

    def url(self, before: int | None = None) -> str:
        """Return the address of the newest events, or of those before one."""
        parameters: dict[str, Any] = {**self.given, "before": before}
        return url_for("audit.index", **parameters)

    def file(self, to: AuditFormat) -> str:
        """Return the address of what is filtered, as a file."""
        parameters: dict[str, Any] = {**self.given, "to": to}
        return url_for("audit.export", **parameters)


@bp.get("/")
@needs_admin
def index() -> Response:
    """List what people did to the site and to each other, the newest first."""
    given, faults, filters = _asked()
    page = AuditPage([], None)
    if not faults:
        page = audit_reports.audit_page(database.engine(), filters, _PAGE_SIZE)
    status = HTTPStatus.BAD_REQUEST if faults else HTTPStatus.OK
    return whole("accounts/audit/index.html", status, view=AuditView(given, faults, filters, page))


@bp.get("/export.<any(csv, jsonl):to>")
@needs_admin
def export(to: AuditFormat) -> Response:
    """Return what is filtered as a file. Raises BeyondKnowledgeError."""
    _, faults, filters = _asked()
    for field, reason in faults.items():
        raise BeyondKnowledgeError(field, request.args.get(field, "")[:_LONGEST], reason)
    return audit_download(filters, to)


def audit_changes(event: AuditEvent) -> list[tuple[str, str, str]]:
    """Return what an event changed or tells, by name: what it was, and what it is."""
    before, after = event.before or {}, event.after or {}
    names = [*before, *(name for name in after if name not in before)]
    return [
        (name.replace("_", " "), _shown(before.get(name)), _shown(after.get(name)))
        for name in names
    ]


def _shown(value: object) -> str:
    """Write a value as people read it; nothing for one that is not there."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    written = str(value)
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return written
    return to_the_minute(moment) if moment.tzinfo else written  # a day or a number is no moment


def audit_label(kind: str) -> str:
    """Return the name of a kind for people, also of one that this program does not know."""
    return kind.replace("_", " ").capitalize()


FILTERS = (audit_changes, audit_label)


def _asked() -> tuple[dict[str, str], dict[str, str], AuditFilters]:
    """Read the filters: as typed, what is wrong with them, and as understood."""
    texts = {name: request.args.get(name, "").strip()[:_LONGEST] for name in _FIELDS}
    given = {name: text for name, text in texts.items() if text}
    faults: dict[str, str] = {}
    engine = database.engine()
    start, end = (_read(given, each, _day_of(each), faults) for each in ("start", "end"))
    if start and end and end < start:
        faults["end"] = f"lies before {start}: choose that day or a later one"
    person = audit_reports.person_filter(engine, given["person"]) if "person" in given else {}
    filters = AuditFilters(
        kind=_read(given, "kind", audit_reports.kind_named, faults),
        fund_id=_read(given, "fund", lambda text: audit_reports.fund_named(engine, text), faults),
        start=start,
        end=end,
        before=_sequence("before"),
        after=_sequence("after"),
        **person,
    )
    return given, faults, filters


def _day_of(name: str) -> Callable[[str], Any]:
    return lambda text: parse_day(text, name)


def _read(
    given: Mapping[str, str], name: str, read: Callable[[str], _Read], faults: dict[str, str]
) -> _Read | None:
    try:
        return read(given[name]) if name in given else None
    except BeyondKnowledgeError as error:
        faults[name] = error.reason
        return None


def _sequence(name: str) -> int | None:
    text = request.args.get(name, "").strip()[:_LONGEST]
    if not text:
        return None
    if not text.isascii() or not text.isdigit():
        raise BeyondKnowledgeError(name, text, "write a number of the list, such as 120")
    return int(text[:18])
