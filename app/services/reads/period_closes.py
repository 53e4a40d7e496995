"""The books of a fund: every close of a period, and what was reported at each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import UUID

from sqlalchemy import Engine

from app.domain.errors import UnknownCloseError
from app.domain.period_closes import Close, closes_of
from app.store.accounts import people
from app.store.database.connections import reading
from app.store.log import period_closes, stored_events


@dataclass(frozen=True, slots=True)
class Books:
    """Every close of a fund, the newest first, and what its reader needs besides."""

    closes: tuple[Close, ...]
    adjustments: Mapping[int, int]  # since each close, in what it closed, by its sequence
    names: Mapping[str, str]  # of the people who closed and reopened, as far as they are known

    @property
    def standing(self) -> list[Close]:
        """The closes that stand, the newest first."""
        return [each for each in self.closes if each.stands]


@lru_cache(maxsize=512)
def closes(engine: Engine, fund_id: UUID, through: int) -> tuple[Close, ...]:
    """List the closes known at a sequence, the newest first; they never change, and so are kept.

    Each names the viewpoint of what was reported then.
    """
    with reading(engine) as driver:
        return tuple(reversed(closes_of(period_closes.turns(driver, fund_id, through))))


def closed_through(engine: Engine, fund_id: UUID, through: int) -> date | None:
    """Return the last day of the closed books as known at a sequence; None while all are open."""
    standing = (each for each in closes(engine, fund_id, through) if each.stands)
    return max((each.closed_through for each in standing), default=None)


def load_books(engine: Engine, fund_id: UUID) -> Books:
    """Look at a fund's books. Raises UnknownFundError."""
    found = closes(engine, fund_id, head_of(engine, fund_id))
    turns = [turn for each in found for turn in (each.event, each.reopened_by) if turn]
    with reading(engine) as driver:
        adjusted = period_closes.adjustments(driver, fund_id, found) if found else {}
    with engine.connect() as connection:
        names = people.names(connection, {each.recorded_by for each in turns}) if turns else {}
    return Books(found, adjusted, names)


def find_close(engine: Engine, fund_id: UUID, sequence: int) -> Close:
    """Find a close by its event. Raises UnknownCloseError and UnknownFundError."""
    return named(closes(engine, fund_id, head_of(engine, fund_id)), sequence)


def opened_with(all_closes: Sequence[Close], close: Close) -> list[Close]:
    """List the closes that reopening one opens: itself and every later one, oldest first."""
    later = (each for each in all_closes if each.closed_through >= close.closed_through)
    return sorted((each for each in later if each.stands), key=lambda each: each.closed_through)


def named(known: Sequence[Close], sequence: int) -> Close:
    """Find a close among others by its event. Raises UnknownCloseError."""
    found = next((each for each in known if each.sequence == sequence), None)
    if found is None:
        raise UnknownCloseError(f"no books were closed by event {sequence}")
    return found


def head_of(engine: Engine, fund_id: UUID) -> int:
    """Return the last sequence of a fund's log. Raises UnknownFundError."""
    with engine.connect() as connection:
        return stored_events.head_of(connection, fund_id).sequence
