"""What closing the books through a date would lock and report, and what to look at before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from sqlalchemy import Engine

from app.domain.errors import BeyondKnowledgeError
from app.domain.figures.figures import Figures
from app.domain.money import ZERO
from app.domain.period_closes import Close, period_name
from app.domain.state.state import FundState, Holding
from app.domain.viewpoint import Viewpoint, parse_day, quarter_end
from app.services.reads import viewpoints
from app.services.reads.viewpoints import ViewpointRequest
from app.store.database.connections import reading
from app.store.log import period_closes


@dataclass(frozen=True, slots=True)
class Plan:
    """A close that nobody has made yet, and what would follow from it."""

    day: date
    through: int  # the end of the log, as far as this looked
    label: str
    figures: Figures  # what it would report
    currency: str
    events: int  # all that it would lock
    new_events: int  # of these, what the last close has not locked already
    unmarked: list[Holding]  # held on the day without a mark of that day, by name
    skipped: list[str]  # the quarters since the last close that are not closed by themselves

    @property
    def cash_is_negative(self) -> bool:
        """Whether more went out than came in by the day."""
        return self.figures.cash < ZERO

    @property
    def is_clear(self) -> bool:
        """Whether there is nothing to look at before."""
        return not (self.unmarked or self.cash_is_negative or self.skipped)


def usual_day(last: Close | None, today: date) -> date:
    """Suggest through which day to close: the quarter after the last close.

    Where nothing is closed yet it is the last quarter that is over.
    """
    return quarter_end(last.closed_through, 1) if last else quarter_end(today, -1)


def skipped_quarters(last: Close | None, day: date) -> list[str]:
    """Name the quarters after the last close that a close through a day would close with it."""
    if last is None:
        return []
    ends, end = [], quarter_end(last.closed_through, 1)
    while end < day:
        ends.append(end)
        end = quarter_end(end, 1)
    return [period_name(each) for each in ends]


def plan(engine: Engine, fund_id: UUID, through: str, last: Close | None) -> Plan:
    """Look at what a close through a day would mean, after the last one that stands.

    Raises BeyondKnowledgeError for what is no day, a day to come, or one that is closed already.
    """
    day = _open_day(parse_day(through, "closed_through"), last)
    at, head = viewpoints.resolve(engine, fund_id, ViewpointRequest(day.isoformat()))
    view = viewpoints.load_view(engine, fund_id, at, head)
    with reading(engine) as driver:
        events = period_closes.count_between(driver, fund_id, None, day, at.through)
        locked = last.closed_through if last else None
        new_events = period_closes.count_between(driver, fund_id, locked, day, at.through)
    terms, _ = viewpoints.terms_and_figures(engine, fund_id, Viewpoint(date.max, at.through))
    currency = terms.currency if terms else ""
    unmarked = _unmarked(view.state, day)
    return Plan(
        day=day,
        through=at.through,
        label=period_name(day),
        figures=view.figures,
        currency=currency,
        events=events,
        new_events=new_events,
        unmarked=unmarked,
        skipped=skipped_quarters(last, day),
    )


def _open_day(day: date, last: Close | None) -> date:
    today = datetime.now(UTC).date()
    if day > today:
        reason = f"has not come yet: choose {today} or an earlier day"
    elif last and day <= last.closed_through:
        reason = (
            f"is closed already, through {last.closed_through} ({last.name}): choose a later day, "
            "or reopen that first"
        )
    else:
        return day
    raise BeyondKnowledgeError("closed_through", day.isoformat(), reason)


def _unmarked(state: FundState, day: date) -> list[Holding]:
    held = (each for each in state.holdings.values() if each.fair_value and not each.exited_on)
    return sorted(
        (each for each in held if each.marked_on != day), key=lambda each: each.name.casefold()
    )
