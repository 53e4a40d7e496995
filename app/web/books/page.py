"""The books of a fund, put in the form in which the templates show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from sqlalchemy import Engine

from app.domain.errors import BeyondKnowledgeError
from app.domain.events.model import Event
from app.domain.period_closes import Close, period_name
from app.domain.viewpoint import parse_day, quarter_end
from app.services.funds import close_preview
from app.services.funds.close_preview import Plan
from app.services.reads import period_closes
from app.services.reads.period_closes import Books
from app.store.log.timeline import Filters
from app.web.books.forms import PlanFilters
from app.web.fund.address import FundAddress
from app.web.shared import wording
from app.web.timeline.address import TimelineAddress


@dataclass(frozen=True, slots=True)
class BooksView:
    """Every close of a fund, and for a GP the one that may come next."""

    fund_id: UUID
    books: Books
    today: date
    usual: date  # through which day to close next, without a wish
    chosen: str  # as typed or as suggested
    plan: Plan | None  # what that would mean, where it is possible
    fault: str  # why it is not

    @property
    def last(self) -> Close | None:
        """The last close that stands."""
        return next(iter(self.books.standing), None)

    @property
    def unclosed(self) -> list[str]:
        """The quarters that ended since the last close and are not closed, the earliest first."""
        if self.last is None:
            return []
        ends = [quarter_end(self.last.closed_through, 1)]
        while quarter_end(ends[-1], 1) < self.today:
            ends.append(quarter_end(ends[-1], 1))
        return [period_name(day) for day in ends if day < self.today]

    @property
    def chosen_day(self) -> date | None:
        """The day through which to close next; None where what was typed is none."""
        try:
            return parse_day(self.chosen, "closed_through")
        except BeyondKnowledgeError:
            return None

    def author(self, event: Event) -> str:
        """Name who closed or reopened; who is nobody here is shown as the log has them."""
        return self.books.names.get(event.recorded_by, event.recorded_by)

    def as_reported(self, close: Close) -> str:
        """Write the address of the fund as it was reported at a close."""
        there = FundAddress(self.fund_id, self.today).on(close.closed_through)
        return there.knowing_through(close.sequence).url

    def as_known_today(self, close: Close) -> str:
        """Write the address of the fund on the same day, with all that is known."""
        return FundAddress(self.fund_id, self.today).on(close.closed_through).url

    def adjustments(self, close: Close) -> int:
        """Count what was recorded since into what it closed."""
        return self.books.adjustments.get(close.sequence, 0)

    def adjustments_in_timeline(self, close: Close) -> str:
        """Write the address of these in the log."""
        given = {
            "end": close.closed_through.isoformat(),
            "adjustment": "yes",
            "after": str(close.sequence),
        }
        return TimelineAddress(self.fund_id, given, Filters(), {}).url

    def in_timeline(self, event: Event) -> str:
        """Write the address of an event in the log, among its neighbours."""
        return TimelineAddress(self.fund_id, {}, Filters(), {}).around(event.sequence)


def load_books_page(
    engine: Engine, fund_id: UUID, *, planning: bool, chosen: str = ""
) -> BooksView:
    """Look at a fund's books; where a GP is `planning`, also at what the next close would mean.

    Raises UnknownFundError.
    """
    today = datetime.now(UTC).date()
    seen = period_closes.load_books(engine, fund_id)
    last = next(iter(seen.standing), None)
    usual = close_preview.usual_day(last, today)
    chosen = chosen or PlanFilters.from_address().closed_through.typed
    plan, fault = None, ""
    if planning and (chosen or usual <= today):
        try:
            plan = close_preview.plan(engine, fund_id, chosen or usual.isoformat(), last)
        except BeyondKnowledgeError as error:
            fault = wording.refusal(error)
    return BooksView(fund_id, seen, today, usual, chosen or usual.isoformat(), plan, fault)
