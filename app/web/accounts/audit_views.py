"""The audit of administration, for administrators: filtered, paged, and as a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, url_for

from app import database
from app.auth.route_rules import needs_admin
from app.domain.accounts.audit import AuditKind
from app.http.downloads import audit_download
from app.services.operations import audit_reports
from app.services.operations.audit_reports import AuditFormat, AuditPage
from app.store.accounts.audit_search import AuditEvent, AuditFilters
from app.web.shared.filters import FilterField, FilterForm, not_before, read_day, read_sequence
from app.web.shared.formats import to_the_minute
from app.web.shared.responses import whole

bp = Blueprint("audit", __name__, url_prefix="/audit")
_PAGE_SIZE = 50
_SEQUENCE = "write a number of the list, such as 120"


def _person(text: str) -> dict[str, Any]:
    return audit_reports.person_filter(database.engine(), text)


def _fund(text: str) -> UUID:
    return audit_reports.fund_named(database.engine(), text)


class AuditForm(FilterForm):
    """Which events are asked for, and from where on."""

    kind = FilterField(audit_reports.kind_named, label="What")
    person = FilterField(_person, label="Person", render_kw={"placeholder": "An email"})
    fund = FilterField(_fund, label="Fund", render_kw={"placeholder": "A name or an id"})
    start = FilterField(read_day, label="From", render_kw={"placeholder": "2026-01-31"})
    end = FilterField(
        read_day, [not_before("start")], label="To", render_kw={"placeholder": "2026-01-31"}
    )
    before = FilterField(read_sequence, mend=_SEQUENCE)
    after = FilterField(read_sequence, mend=_SEQUENCE)

    @property
    def filters(self) -> AuditFilters:
        """The filters as far as they make sense."""
        asked = self.data
        person = asked.pop("person") or {}
        return AuditFilters(fund_id=asked.pop("fund"), **asked, **person)


@dataclass(frozen=True, slots=True)
class AuditView:
    """A page of the audit, with the filters as they were typed."""

    form: AuditForm
    page: AuditPage

    @property
    def kinds(self) -> list[AuditKind]:
        """The kinds that can be chosen."""
        return sorted(AuditKind, key=lambda kind: kind.value)

    def url(self, before: int | None = None) -> str:
        """Return the address of the newest events, or of those before one."""
        parameters: dict[str, Any] = {**self.form.given, "before": before}
        return url_for("audit.index", **parameters)

    def file(self, to: AuditFormat) -> str:
        """Return the address of what is filtered, as a file."""
        parameters: dict[str, Any] = {**self.form.given, "to": to}
        return url_for("audit.export", **parameters)


@bp.get("/")
@needs_admin
def index() -> Response:
    """List what people did to the site and to each other, the newest first."""
    form = AuditForm.from_address().checked("before", "after")
    page = AuditPage([], None)
    if not form.errors:
        page = audit_reports.audit_page(database.engine(), form.filters, _PAGE_SIZE)
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return whole("accounts/audit/index.html", status, view=AuditView(form, page))


@bp.get("/export.<any(csv, jsonl):to>")
@needs_admin
def export(to: AuditFormat) -> Response:
    """Return what is filtered as a file. Raises BeyondKnowledgeError."""
    return audit_download(AuditForm.from_address().checked().filters, to)


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
