"""What recording something would change: the fund folded without it and with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import psycopg
from sqlalchemy import Engine

from app.domain.events.catalogue import EventType
from app.domain.events.model import Event, Fact
from app.domain.figures.figures import Figures, figures_of
from app.domain.state.fold import fold_onto, in_fold_order, in_force
from app.domain.state.state import FundState
from app.domain.viewpoint import Viewpoint
from app.services.reads import period_closes
from app.services.reads.approvals import as_approved
from app.services.recording.permissions import check_rights
from app.store.admission.batches import Batch
from app.store.admission.dry_run import rehearse
from app.store.database.connections import at_one_moment, driver_connection, reading
from app.store.log import timeline
from app.store.log.timeline import Filters
from app.store.snapshots import state_reader

_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Projection:
    """A fund on a day, without or with what is proposed."""

    state: FundState
    figures: Figures


@dataclass(frozen=True, slots=True)
class Effect:
    """What a batch would change as of a day."""

    as_of: date
    before: Projection
    after: Projection


@dataclass(frozen=True, slots=True)
class FormDefaults:
    """What a form needs to know of a fund before anything is typed."""

    currency: str
    companies: list[str]  # by their present names, in order
    investors: list[str]
    closed_through: date | None  # the last day of the closed books


def ground(engine: Engine, fund_id: UUID) -> FormDefaults:
    """Read what stands in the fund today. Raises UnknownFundError."""
    with reading(engine) as driver:
        # The day may have begun elsewhere: what is recorded there counts as well.
        found = state_reader.read(driver, fund_id, today() + _A_DAY, None)
    state = found.state
    return FormDefaults(
        state.terms.currency if state.terms else "",
        sorted((each.name for each in state.holdings.values()), key=str.casefold),
        sorted({each.investor for each in state.commitments.values()}, key=str.casefold),
        period_closes.closed_through(engine, fund_id, found.head.sequence),
    )


def effects(engine: Engine, fund_id: UUID, batch: Batch) -> list[Effect]:
    """Fold the log with a batch on top: as of the day of its last event, and as of today.

    Raises what recording it would raise, for the log as it stands now.
    """
    with at_one_moment(engine) as connection:
        check_rights(connection, fund_id, batch)
        head, facts = as_approved(
            connection, fund_id, batch, lambda batch: rehearse(connection, fund_id, batch)
        )
        driver = driver_connection(connection)
        days = dict.fromkeys([facts[-1].effective_on, today()])
        return [_effect(driver, fund_id, Viewpoint(day, head), facts) for day in days]


def mark_on(engine: Engine, fund_id: UUID, company: str, day: date) -> Event | None:
    """Find the mark in force at which a company closes a day, by its name or id."""
    asked = Filters(start=day, end=day, event_types=(EventType.VALUATION_UPDATED,), company=company)
    with engine.connect() as connection:
        found = timeline.newest(connection, fund_id, asked, 50)
    return next((each.event for each in found if each.voided_by is None), None)


def _effect(
    driver: psycopg.Connection, fund_id: UUID, at: Viewpoint, facts: Sequence[Fact]
) -> Effect:
    first = min(fact.effective_on for fact in facts)
    before = state_reader.read(driver, fund_id, at.as_of, at.through).state
    if first > at.as_of:
        side = Projection(before, figures_of(before, at.as_of))
        return Effect(at.as_of, side, side)
    day, after = state_reader.serving(driver, fund_id, Viewpoint(first - _A_DAY, at.through))
    log = [*state_reader.facts_after(driver, fund_id, day, at), *facts]
    fold_onto(after, in_fold_order(in_force(log, facts[-1].sequence), at.as_of))
    return Effect(
        at.as_of,
        Projection(before, figures_of(before, at.as_of)),
        Projection(after, figures_of(after, at.as_of)),
    )


def today() -> date:
    """Return the UTC day."""
    return datetime.now(UTC).date()
