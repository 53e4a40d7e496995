"""Drafts of funds, each of one person."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, func, select, update
from sqlalchemy.dialects.postgresql import insert

from app.store.tables import fund_draft

Answers = dict[str, dict[str, list[str]]]  # what was typed, by step and by field


@dataclass(frozen=True, slots=True)
class FundDraft:
    """A fund that is being set up, or was."""

    id: UUID
    person_id: UUID
    answers: Answers
    fund_id: UUID | None
    saved_at: datetime
    deleted_at: datetime | None


_COLUMNS = tuple(fund_draft.c[each.name] for each in fields(FundDraft))


def find_draft(connection: Connection, draft_id: UUID) -> FundDraft | None:
    """Find a draft, whosesoever it is."""
    row = connection.execute(select(*_COLUMNS).where(fund_draft.c.id == draft_id)).first()
    return FundDraft(*row) if row else None


def open_ones(connection: Connection, person_id: UUID) -> list[FundDraft]:
    """List a person's drafts that no fund came of yet, the last saved first."""
    query = select(*_COLUMNS).where(
        fund_draft.c.person_id == person_id,
        fund_draft.c.fund_id.is_(None),
        fund_draft.c.deleted_at.is_(None),
    )
    ordered = query.order_by(fund_draft.c.saved_at.desc(), fund_draft.c.id.desc())
    return [FundDraft(*row) for row in connection.execute(ordered)]


def save_step(
    connection: Connection, draft_id: UUID, person_id: UUID, answers: Answers
) -> FundDraft | None:
    """Keep what was typed in some steps, beside the others of the draft, new or not.

    None where the draft is somebody else's, is deleted, or became a fund.
    """
    values = {
        "id": draft_id,
        "person_id": person_id,
        "answers": answers,
        "saved_at": func.clock_timestamp(),
    }
    statement = insert(fund_draft).values(values)
    kept = {
        "answers": fund_draft.c.answers.concat(statement.excluded.answers),
        "saved_at": statement.excluded.saved_at,
    }
    row = connection.execute(
        statement.on_conflict_do_update(
            "fund_draft_pkey", set_=kept, where=_may_change(person_id)
        ).returning(*_COLUMNS)
    ).first()
    return FundDraft(*row) if row else None


def set_deleted(
    connection: Connection, draft_id: UUID, person_id: UUID, *, deleted: bool
) -> FundDraft | None:
    """Delete a person's draft, or bring it back; None where there is none that no fund came of."""
    theirs = and_(
        fund_draft.c.id == draft_id,
        fund_draft.c.person_id == person_id,
        fund_draft.c.fund_id.is_(None),
    )
    when = func.clock_timestamp() if deleted else None
    query = update(fund_draft).where(theirs).values(deleted_at=when).returning(*_COLUMNS)
    row = connection.execute(query).first()
    return FundDraft(*row) if row else None


def finish(connection: Connection, draft_id: UUID, fund_id: UUID) -> None:
    """Note which fund came of a draft."""
    query = update(fund_draft).where(fund_draft.c.id == draft_id)
    connection.execute(query.values(fund_id=fund_id))


def _may_change(person_id: UUID) -> ColumnElement[bool]:
    return and_(
        fund_draft.c.person_id == person_id,
        fund_draft.c.fund_id.is_(None),
        fund_draft.c.deleted_at.is_(None),
    )
