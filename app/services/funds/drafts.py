"""Drafts of funds: kept while somebody sets a fund up, until the fund comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Engine

from app.domain.errors import UnknownDraftError
from app.domain.fields import name_key
from app.services.funds import new_fund
from app.store import fund_drafts, funds
from app.store.admission.batches import Author
from app.store.fund_drafts import Answers, FundDraft


@dataclass(frozen=True, slots=True)
class Proposed:
    """A fund as a draft describes it: raw, for the domain to read."""

    name: str
    terms: object
    commitments: list[dict[str, str]]


def find_draft(engine: Engine, draft_id: UUID, person_id: UUID) -> FundDraft | None:
    """Find a person's draft; None where nothing has been saved under the id yet.

    Raises UnknownDraftError where it is somebody else's, or deleted.
    """
    with engine.connect() as connection:
        draft = fund_drafts.find_draft(connection, draft_id)
    if draft and (draft.person_id != person_id or draft.deleted_at):
        raise UnknownDraftError(draft_id)
    return draft


def open_ones(engine: Engine, person_id: UUID) -> list[FundDraft]:
    """List what a person is setting up, the last saved first."""
    with engine.connect() as connection:
        return fund_drafts.open_ones(connection, person_id)


def save(engine: Engine, draft_id: UUID, person_id: UUID, answers: Answers) -> FundDraft:
    """Keep what was typed in some steps. Raises UnknownDraftError."""
    with engine.begin() as connection:
        saved = fund_drafts.save_step(connection, draft_id, person_id, answers)
    if saved is None:
        raise UnknownDraftError(draft_id)
    return saved


def set_deleted(engine: Engine, draft_id: UUID, person_id: UUID, *, deleted: bool) -> FundDraft:
    """Delete a draft, or bring it back. Raises UnknownDraftError."""
    with engine.begin() as connection:
        changed = fund_drafts.set_deleted(connection, draft_id, person_id, deleted=deleted)
    if changed is None:
        raise UnknownDraftError(draft_id)
    return changed


def name_is_taken(engine: Engine, name: str) -> bool:
    """Return whether a fund bears the name, in any case."""
    with engine.connect() as connection:
        return funds.is_taken(connection, name_key(name))


def establish(engine: Engine, draft: FundDraft, proposed: Proposed, author: Author) -> UUID:
    """Make the fund that a draft describes, once, and return its id; its author becomes its GP.

    Raises what `founding.establish` raises; nothing is made then.
    """
    if draft.fund_id:
        return draft.fund_id
    made = new_fund.establish(
        engine,
        proposed.name,
        proposed.terms,
        proposed.commitments,
        author,
        key=str(draft.id),
        gp=draft.person_id,
    )
    with engine.begin() as connection:
        fund_drafts.finish(connection, draft.id, made.fund.id)
    return made.fund.id
