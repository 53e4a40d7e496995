"""Whether a fund's marks need the approval of a second person, and who may do without."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Connection, Engine

from app.domain.admission.rules.approval import Approval
from app.domain.errors import NotAllowedError
from app.domain.events.model import Event
from app.store import fund_settings
from app.store.accounts import memberships
from app.store.admission.batches import Author, Batch

_Done = TypeVar("_Done")


def required(engine: Engine, fund_id: UUID) -> bool:
    """Return whether marks need the approval of a second person."""
    with engine.connect() as connection:
        return fund_settings.approval_required(connection, fund_id)


def needed_by(engine: Engine, fund_id: UUID, author: Author) -> bool:
    """Return whether what somebody marks needs somebody else: not so for a fund's only GP."""
    with engine.connect() as connection:
        return fund_settings.approval_required(connection, fund_id) and not is_sole_gp(
            connection, fund_id, author
        )


def as_approved(
    connection: Connection, fund_id: UUID, batch: Batch, do: Callable[[Batch], _Done]
) -> _Done:
    """Do something with a batch; where only an approval is missing, as the fund's only GP may.

    Raises what `do` raises.
    """
    try:
        return do(batch)
    except NotAllowedError:
        if not is_sole_gp(connection, fund_id, batch.author):
            raise
        return do(replace(batch, approval=Approval.SOLE_GP))


def is_sole_gp(connection: Connection, fund_id: UUID, author: Author) -> bool:
    """Return whether somebody may do what a GP may, and nobody else in the fund does."""
    others = {str(each) for each in memberships.active_gps(connection, fund_id)}
    return author.may_adjust and others <= {author.recorded_by}


def preparer_of(event: Event) -> str | None:
    """Return the id of who prepared a mark in a round; None for the words of a file."""
    said = event.payload.get("prepared_by") if event.source == "form" else None
    try:
        return str(UUID(said)) if said else None
    except ValueError:
        return None  # rounds kept names once
