"""Records events in a fund's log."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, Engine

from app.domain.accounts.audit import AuditKind
from app.domain.admission.rules.approval import Approval
from app.domain.errors import Fault, FaultList, NotAllowedError, RefusedError
from app.domain.events.catalogue import ApprovalChanged
from app.domain.events.model import Draft
from app.domain.events.parse import parse_draft
from app.services.accounts import audit
from app.services.reads.approvals import as_approved
from app.services.recording.permissions import check_rights
from app.services.snapshots import jobs
from app.services.snapshots.policy import reaches_a_boundary
from app.store import fund_settings
from app.store.admission import append as log_append
from app.store.admission import fast_append, head_cache
from app.store.admission.batches import Appended, Author, Batch
from app.store.database.connections import each_alone

MOST_EVENTS = 10_000  # in a batch


def parse_drafts(raw: Sequence[object]) -> list[Draft]:
    """Read events as they come in from outside. Raises RefusedError with every fault of all."""
    if len(raw) > MOST_EVENTS:
        mend = f"send at most {MOST_EVENTS:,} at once, or bring a history in as a file"
        raise RefusedError([Fault("events", f"{len(raw):,}", f"are too many for a batch: {mend}")])
    drafts, faults = [], FaultList()
    for position, item in enumerate(raw):
        try:
            drafts.append(parse_draft(item, position))
        except RefusedError as error:
            faults.add(error)
    if faults:
        raise faults.refusal()
    return drafts


def record_events(engine: Engine, fund_id: UUID, batch: Batch) -> Appended:
    """Append a batch in a transaction of its own; it is durable when this returns.

    Raises what `store.log.append` raises; nothing is written then.
    """
    appended = _at_once(engine, fund_id, batch)
    if appended is None:
        with engine.begin() as connection:
            appended = append(connection, fund_id, batch)
    if appended.end:
        head_cache.put(fund_id, appended.end)
    return appended


def _at_once(engine: Engine, fund_id: UUID, batch: Batch) -> Appended | None:
    """Append in one statement where the log's end is known here, and no boundary is reached."""
    end = head_cache.take(fund_id)
    if end is None or reaches_a_boundary(end.sequence, end.sequence + 1):
        return None
    if _switches(batch):
        return None
    scope = fast_append.scope_at_end(batch, end)
    if scope is None:
        return None
    with each_alone(engine) as (connection, driver):
        try:
            check_rights(connection, fund_id, batch)
        except NotAllowedError:
            return None  # it may have been recorded before, while it was allowed
        return fast_append.append_at_end(driver, fund_id, batch, end, scope)


def append(connection: Connection, fund_id: UUID, batch: Batch) -> Appended:
    """Append a batch within a transaction, and ask for the snapshots that it makes due.

    Raises NotAllowedError for what the writer's role, or the fund, does not allow. What was
    recorded before is answered as it was, whatever is allowed since.
    """
    try:
        check_rights(connection, fund_id, batch)
    except NotAllowedError:
        if earlier := log_append.answered(connection, fund_id, batch):
            return earlier
        raise
    appended = as_approved(
        connection, fund_id, batch, lambda batch: log_append.append(connection, fund_id, batch)
    )
    if not appended.replayed:
        jobs.ask_after(connection, fund_id, appended)
        _audit(connection, fund_id, batch, appended)
    return appended


def _audit(connection: Connection, fund_id: UUID, batch: Batch, appended: Appended) -> None:
    """Record in the audit that a fund asks for approval, or no more; a history asks for nothing."""
    switches = _switches(batch)
    if not switches or batch.approval is Approval.HISTORY:
        return
    first = appended.first_sequence
    before = {"needed": fund_settings.approval_required(connection, fund_id, before=first)}
    after = {"needed": switches[-1].required}
    kind = AuditKind.APPROVAL_SWITCHED
    audit.record(connection, kind, fund_id=fund_id, before=before, after=after)


def _switches(batch: Batch) -> list[ApprovalChanged]:
    payloads = (draft.payload for draft in batch.drafts)
    return [payload for payload in payloads if isinstance(payload, ApprovalChanged)]


__all__ = ["Appended", "Author", "Batch", "append", "parse_drafts", "record_events"]
