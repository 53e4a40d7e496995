"""Finds the viewpoint that a person means, and looks at a fund from it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from uuid import UUID

from sqlalchemy import Engine

from app.domain.errors import BeyondKnowledgeError
from app.domain.figures.figures import Figures, figures_of
from app.domain.state.state import FundState
from app.domain.terms import Terms
from app.domain.viewpoint import Viewpoint, parse_as_of, parse_known_at
from app.services.reads import state_cache
from app.services.snapshots import jobs
from app.services.snapshots.jobs import LONG_WAY
from app.store.database.connections import reading
from app.store.log import neighbours, stored_events
from app.store.log.neighbours import Neighbours
from app.store.log.rows import Head
from app.store.snapshots import state_reader
from app.store.snapshots.state_reader import Read

__all__ = [
    "Head",
    "Neighbours",
    "View",
    "ViewpointRequest",
    "load_view",
    "look_around",
    "resolve",
    "resolve_side",
    "terms_and_figures",
]  # fmt: skip

# Dates further off than this are slips of the keyboard, not plans.
_ASK_EVERY = 60.0  # seconds


@dataclass(frozen=True, slots=True)
class ViewpointRequest:
    """The viewpoint that a request asks for, as it came in; empty text means not given."""

    as_of: str = ""
    known_at: str = ""
    through: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """A fund as seen from a viewpoint."""

    at: Viewpoint
    head: Head
    state: FundState
    figures: Figures


def resolve(
    engine: Engine, fund_id: UUID, asked: ViewpointRequest, seen: Head | None = None
) -> tuple[Viewpoint, Head]:
    """Settle a viewpoint once and for all: today and the head where nothing is asked.

    A head `seen` a moment ago serves as such, and spares a way to the database. Raises
    BeyondKnowledgeError for what cannot be read or is not known yet, and UnknownFundError.
    """
    now = datetime.now(UTC)
    through = _through(engine, fund_id, asked, now)
    if through is None and seen is not None:
        return Viewpoint(_as_of(asked, now.date()), seen.sequence), seen
    with reading(engine) as driver:
        head = stored_events.head_seen(driver, fund_id)
    if through is None:
        through = head.sequence
    elif through > head.sequence:
        raise BeyondKnowledgeError(
            "through", str(through), f"the log ends at {head.sequence}: ask for that or less"
        )
    return Viewpoint(_as_of(asked, now.date()), through), head


def resolve_side(
    engine: Engine, fund_id: UUID, asked: ViewpointRequest, side: str
) -> tuple[Viewpoint, Head]:
    """Settle one of two viewpoints, whose fields are named after its side, as `from_at` is.

    Raises what `resolve` raises, by those names.
    """
    try:
        return resolve(engine, fund_id, asked)
    except BeyondKnowledgeError as error:
        name = "at" if error.field == "as_of" else error.field
        raise BeyondKnowledgeError(f"{side}_{name}", error.value, error.reason) from error


def load_view(engine: Engine, fund_id: UUID, at: Viewpoint, head: Head) -> View:
    """See the fund from a viewpoint, from the snapshot that serves it and the events after."""
    with reading(engine) as driver:
        found = state_reader.read(driver, fund_id, at.as_of, at.through)
    return _view(engine, fund_id, at, head, found)


def look_around(
    engine: Engine, fund_id: UUID, at: Viewpoint, head: Head, latest: int
) -> tuple[View, Neighbours]:
    """See the fund from a viewpoint, and what lies around that: so many of the latest events.

    Its forecasts and actuals are not read, and nothing is on days of which it is known already.
    """
    if stands := state_cache.get(engine, fund_id, at):
        found, around = stands
        return View(at, head, found.state, figures_of(found.state, at.as_of)), around
    with reading(engine) as driver, driver.pipeline():  # one way to the server and back
        asked = neighbours.ask(driver, fund_id, at, latest)
        found = state_reader.read_without_metrics(driver, fund_id, at.as_of, at.through)
        around = asked.answer()
    state_cache.put(engine, fund_id, at, found, around)
    return _view(engine, fund_id, at, head, found), around


@lru_cache(maxsize=256)
def terms_and_figures(engine: Engine, fund_id: UUID, at: Viewpoint) -> tuple[Terms | None, Figures]:
    """Return what stays the same while a reader moves about: cached, since it never changes."""
    with reading(engine) as driver:
        state = state_reader.read_without_metrics(driver, fund_id, at.as_of, at.through).state
    return state.terms, figures_of(state, at.as_of)


def _view(engine: Engine, fund_id: UUID, at: Viewpoint, head: Head, found: Read) -> View:
    if found.folded > LONG_WAY or found.set_aside:
        _ask_for_repair(engine, fund_id, at)
    return View(at, head, found.state, figures_of(found.state, at.as_of))


_asked_at: dict[UUID, float] = {}


def _ask_for_repair(engine: Engine, fund_id: UUID, at: Viewpoint) -> None:
    """Ask for a nearer snapshot, at most once a minute for each fund: one may not be possible."""
    now = time.monotonic()
    if now - _asked_at.get(fund_id, -_ASK_EVERY) >= _ASK_EVERY:
        _asked_at[fund_id] = now
        jobs.ask_to_repair(engine, fund_id, at)


def _as_of(asked: ViewpointRequest, today: date) -> date:
    return parse_as_of(asked.as_of, today=today) if asked.as_of else today


def _through(engine: Engine, fund_id: UUID, asked: ViewpointRequest, now: datetime) -> int | None:
    if asked.through and asked.known_at:
        raise BeyondKnowledgeError(
            "known_at", asked.known_at, "leave out either known_at or through: both say the same"
        )
    if asked.through:
        if not asked.through.isascii() or not asked.through.isdigit():
            raise BeyondKnowledgeError(
                "through", asked.through, "write a sequence of the log, such as 120"
            )
        return int(asked.through[:18])
    instant = parse_known_at(asked.known_at, now=now) if asked.known_at else None
    return stored_events.known_at(engine, fund_id, instant) if instant else None
