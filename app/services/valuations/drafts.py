"""Drafts of valuation rounds: kept as they are typed, handed to a GP, and back."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, Engine

from app.domain.errors import ValuationRoundError
from app.domain.valuations.cell_merge import Cell, Conflict, Grid, merge
from app.store import valuation_drafts
from app.store.log import stored_events
from app.store.valuation_drafts import Cells, ValuationDraft

_GONE = "This round is not there any more: it was discarded. Start one for the quarter end anew."
_NOT_EDITABLE = {
    "submitted": "This round is with a GP: take it back, or have it returned, to change it.",
    "recorded": "This round is recorded: undo it, or start a revision, to change it.",
    "discarded": _GONE,
}


@dataclass(frozen=True, slots=True)
class Saved:
    """A draft as it is kept now, what others typed meanwhile, and what both typed."""

    draft: ValuationDraft
    taken: dict[Cell, str]
    conflicts: list[Conflict]


def save(engine: Engine, seen: ValuationDraft, person_id: UUID, base: Grid, mine: Grid) -> Saved:
    """Keep what a person typed; where somebody else typed meanwhile, nothing is overwritten.

    `base` is what was kept when the grid was shown. Raises ValuationRoundError.
    """
    with engine.begin() as connection:
        draft = _editable(connection, seen.fund_id, seen.id)
        typed_by = flat(draft.typed_by)
        merged = merge(base, mine, flat(draft.cells), typed_by, str(person_id))
        if merged.written:
            cells = nested({**flat(draft.cells), **merged.written})
            authors = typed_by | dict.fromkeys(merged.written, str(person_id))
            values: dict[str, object] = {"cells": cells, "typed_by": nested(authors)}
            if not typed_by:
                values["prepared_by"] = person_id
            draft = valuation_drafts.change(connection, draft, person_id, **values)
    return Saved(draft, merged.taken, merged.conflicts)


def submit(engine: Engine, fund_id: UUID, draft_id: UUID, version: int, person_id: UUID) -> None:
    """Hand a round to a GP, as prepared by this person. Raises ValuationRoundError."""
    with engine.begin() as connection:
        draft = _editable(connection, fund_id, draft_id)
        check_version(draft, version)
        head = stored_events.head_of(connection, fund_id).sequence
        values = {"status": "submitted", "prepared_by": person_id, "submitted_through": head}
        valuation_drafts.change(connection, draft, person_id, **values)


def hand_back(
    engine: Engine, fund_id: UUID, draft_id: UUID, person_id: UUID, comment: str | None = None
) -> None:
    """Hand a submitted round back to who prepared it, with a GP's comment or taken back without.

    Raises ValuationRoundError.
    """
    with engine.begin() as connection:
        draft = _found(connection, fund_id, draft_id)
        if draft.status != "submitted":
            raise ValuationRoundError("This round is not with a GP (any more): load it again.")
        values: dict[str, object] = {"status": "draft"}
        if comment:
            values = {"status": "returned", "comment": comment, "commented_by": person_id}
        valuation_drafts.change(connection, draft, person_id, **values)


def discard(engine: Engine, fund_id: UUID, draft_id: UUID, person_id: UUID) -> None:
    """Put a draft aside, with all that is typed in it. Raises ValuationRoundError."""
    with engine.begin() as connection:
        draft = _editable(connection, fund_id, draft_id)
        valuation_drafts.change(connection, draft, person_id, status="discarded")


def restore(engine: Engine, fund_id: UUID, draft_id: UUID, person_id: UUID) -> None:
    """Take a discarded draft up again. Raises ValuationRoundError where another is open."""
    with engine.begin() as connection:
        draft = valuation_drafts.find_draft(connection, fund_id, draft_id, lock=True)
        if draft is None or draft.status != "discarded":
            return
        if is_taken(connection, draft):
            raise ValuationRoundError(
                f"Another round of {draft.as_of} is open: record or discard that one first."
            )
        valuation_drafts.change(connection, draft, person_id, status="draft")


def preparers(draft: ValuationDraft) -> set[str]:
    """Return the ids of all who had a hand in a round: none of them is its second person."""
    return {str(draft.prepared_by), *flat(draft.typed_by).values()}


def preparer(draft: ValuationDraft, company_id: str) -> str:
    """Return the id of who typed a company's mark, or else of who prepared the round."""
    typed_by = draft.typed_by.get(company_id, {})
    return typed_by.get("mark") or next(iter(typed_by.values()), str(draft.prepared_by))


def is_taken(connection: Connection, draft: ValuationDraft) -> bool:
    """Return whether another round of the same quarter end is open."""
    latest = valuation_drafts.latest(connection, draft.fund_id, draft.as_of)
    return latest is not None and latest.is_open and latest.id != draft.id


def check_version(draft: ValuationDraft, version: int) -> None:
    """See that a draft is as it was when it was looked at. Raises ValuationRoundError."""
    if draft.version != version:
        raise ValuationRoundError(
            "Somebody changed this round while you looked at it: look at it again as it is now."
        )


def flat(cells: Cells) -> dict[Cell, str]:
    """Return the cells by company and field in one."""
    return {(company, field): text for company, row in cells.items() for field, text in row.items()}


def nested(cells: Grid) -> Cells:
    """Return the cells by company and then by field, without the empty ones."""
    rows: Cells = {}
    for (company, field), text in cells.items():
        if text:
            rows.setdefault(company, {})[field] = text
    return rows


def _found(connection: Connection, fund_id: UUID, draft_id: UUID) -> ValuationDraft:
    draft = valuation_drafts.find_draft(connection, fund_id, draft_id, lock=True)
    if draft is None:
        raise ValuationRoundError(_GONE)
    return draft


def _editable(connection: Connection, fund_id: UUID, draft_id: UUID) -> ValuationDraft:
    draft = _found(connection, fund_id, draft_id)
    if not draft.is_editable:
        raise ValuationRoundError(_NOT_EDITABLE[draft.status])
    return draft
