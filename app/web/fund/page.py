"""A fund page's figures, steps and lists, put in the form in which the templates show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

from sqlalchemy import Engine

from app.domain.events.model import Event
from app.domain.figures.figures import Figures
from app.domain.period_closes import Close, period_after, period_before, reported_at
from app.domain.state.company_names import CompanyNames
from app.domain.terms import Terms
from app.domain.viewpoint import Viewpoint, parse_day, quarter_end
from app.services.documents import state
from app.services.reads import log_cache, period_closes, viewpoints
from app.services.reads.log_cache import Span
from app.services.reads.nav_history import NavStrip, nav_strip
from app.services.reads.viewpoints import Head, Neighbours, View
from app.web.fund import holdings, tiles, viewpoint_wording
from app.web.fund.address import FundAddress
from app.web.fund.strip import FundStrip, Scales, draw
from app.web.fund.svg import Heights, heights_on_page
from app.web.shared import formats, wording

_LATEST = 8


@dataclass(frozen=True, slots=True)
class Step:
    """Where a step leads, and what that is."""

    address: FundAddress
    about: str


@dataclass(frozen=True)
class FundView:
    """A fund from one viewpoint, beside the little that is shown of today."""

    address: FundAddress
    view: View
    around: Neighbours
    span: Span  # of all that is known today
    terms: Terms | None  # those in force today, also where the view is of another day
    today: Figures
    hindsight: Figures | None  # of the view's own day as known today, where the view knows less
    names: CompanyNames  # of every company, at any time
    closes: tuple[Close, ...]  # of the books, also those that the view does not know; newest first
    nav: NavStrip | None  # the fund's life as known at the view; None where only a part is shown
    nav_today: NavStrip | None  # the same as known today

    @property
    def as_of(self) -> date:
        """The day of the view."""
        return self.view.at.as_of

    @cached_property
    def currency(self) -> str:
        """The fund's one currency, which never changes."""
        return self.terms.currency if self.terms else ""

    @cached_property
    def exact(self) -> dict[str, str | None]:
        """The figures as the API writes them."""
        return state.Figures.model_validate(self.view.figures).model_dump()

    @cached_property
    def scales(self) -> Scales:
        """The days that both handles may stand on."""
        return Scales.of(self.span)

    @cached_property
    def strip(self) -> FundStrip:
        """The strip under the handle."""
        assert self.nav
        assert self.nav_today
        closes = (each for each in self.closes if each.stood_at(self.view.at.through))
        all_known = self.address.is_all_known
        return draw(self.nav, self.nav_today, closes, self.scales.effective, all_known=all_known)

    @cached_property
    def order(self) -> holdings.Order:
        """How the holdings stand."""
        return holdings.Order.named(self.address.sort)

    @cached_property
    def rows(self) -> list[holdings.HoldingRow]:
        """The holdings in that order."""
        return holdings.rows(self.view.state.holdings.values(), self.as_of, self.order)

    @property
    def latest(self) -> list[Event]:
        """The last events that took effect by the day, as far as they are known here."""
        return self.around.latest

    def subject(self, event: Event) -> str:
        """Name whom or what an event is about, by its name then and by its name at the view."""
        company = self.names.of(event, self.as_of, self.view.at.through)
        return wording.subject(event, company)

    @cached_property
    def steps(self) -> dict[str, Step | None]:
        """What a step leads to; None where there is nothing more.

        From a report a quarter's step leads to the report before or after, each with what it knew.
        """
        around = self.around
        steps = {
            "previous_quarter": self._step(self._quarter_before()),
            "previous_event": self._step(around.previous_on),
            "next_event": self._step(around.next_on),
            "next_quarter": self._step(self._quarter_after()),
        }
        if self.reported:
            steps["previous_quarter"] = self._report(period_before(self.closes, self.reported))
            steps["next_quarter"] = self._report(period_after(self.closes, self.reported))
        return steps

    def _step(self, day: date | None) -> Step | None:
        return Step(self.address.on(day), formats.short_date(day)) if day else None

    def _report(self, close: Close | None) -> Step | None:
        if close is None:
            return None
        address = self.address.on(close.closed_through).knowing_through(close.sequence)
        return Step(address, f"{close.name} as reported")

    def _quarter_before(self) -> date | None:
        scale = self.scales.effective
        day = quarter_end(min(self.as_of, scale.end + timedelta(days=1)), -1)
        return day if day >= scale.first else None

    def _quarter_after(self) -> date | None:
        scale = self.scales.effective
        day = quarter_end(self.as_of, 1)
        if day <= scale.end:
            return day
        return scale.last if self.as_of < scale.last else None

    @property
    def known_on(self) -> date:
        """The day up to which the view knows; today where it knows all."""
        if self.address.is_all_known:
            return self.address.today
        if self.address.known_at:
            return parse_day(self.address.known_at, "known_at")
        until = self.around.known_until
        return until.date() if until else self.scales.recorded.first

    @property
    def later_events(self) -> str:
        """How many events were recorded later than what is known here; empty where none was."""
        if self.reported and not self.address.compares:
            return ""
        return wording.later_events(self.view.at.through, self.view.head.sequence)

    @cached_property
    def texts(self) -> str | None:
        """The address of what the tiles say on each day, as far as it is known here."""
        return self._texts(self.view.at.through)

    @cached_property
    def texts_today(self) -> str | None:
        """The address of the same with all that is known today, where that is more."""
        return self._texts(self.view.head.sequence) if self.hindsight else None

    def _texts(self, through: int) -> str | None:
        asked = tiles.TextsOf.life(through, self.scales.effective, self.currency)
        return asked.address(self.address.fund_id) if asked else None

    @property
    def columns(self) -> tuple[holdings.Column, ...]:
        """The columns of the holdings."""
        return holdings.COLUMNS

    @property
    def moment(self) -> str:
        """Where the view stands on both axes, in words."""
        return viewpoint_wording.moment(
            self.address, self.known_on, self.reported, self.known_close
        )

    @property
    def knowledge(self) -> str:
        """What is known here, in words; empty where that is all."""
        return viewpoint_wording.knowledge(
            self.address, self.known_on, self.reported, self.known_close
        )

    @property
    def known(self) -> str:
        """How much is known here, whatever the day; empty where that is all."""
        if self.address.is_all_known:
            return ""
        return viewpoint_wording.known(self.address, self.known_on, self.known_close)

    @cached_property
    def reported(self) -> Close | None:
        """The close whose report is seen here; None where it is none."""
        return reported_at(self.closes, self.view.at)

    @property
    def known_close(self) -> Close | None:
        """The close whose knowledge the view has, whatever its day; None where it is none's."""
        known = self.address.through
        return next((each for each in self.closes if str(each.sequence) == known), None)

    @property
    def known_time(self) -> str:
        """The time of day of the instant that the view knows up to; empty for a whole day."""
        known_at = self.address.known_at
        if len(known_at) <= len("2012-03-31"):
            return ""
        return f"{datetime.fromisoformat(known_at).astimezone(UTC):%H:%M}"

    def restated(self, figure: str) -> str:
        """Write a figure as it is known today, where that reads otherwise; else nothing."""
        if self.hindsight is None:
            return ""
        then, now = (
            formats.figure(figures, figure, self.currency)
            for figures in (self.view.figures, self.hindsight)
        )
        return "" if now == then else now

    @property
    def restated_to(self) -> str:
        """What leads to a figure as it is known today: a restatement, or what came later."""
        return viewpoint_wording.restated_to(is_later=self.as_of > self.known_on)

    @property
    def gap(self) -> list[float]:
        """The heights of NAV as known then and as known today, where both differ."""
        if not (self.hindsight and self.nav and self.nav_today and self.restated("nav")):
            return []
        heights = Heights.of(self.nav_today.nav, self.nav.nav)
        return heights_on_page((self.view.figures.nav, self.hindsight.nav), heights)

    def reason(self, figure: str) -> str:
        """Why a figure is missing, or says little."""
        return wording.reason(self.view.figures.reasons.get(figure))


def load_fund_page(
    engine: Engine, address: FundAddress, at: Viewpoint, head: Head, *, whole: bool
) -> FundView:
    """Look at a fund from an address, whose viewpoint is settled.

    The whole page shows NAV over the fund's life; the part that follows the handle, only where NAV
    was restated.
    """
    view, around = viewpoints.look_around(engine, address.fund_id, at, head, _LATEST)
    now = Viewpoint(address.today, head.sequence)
    terms, today = viewpoints.terms_and_figures(engine, address.fund_id, now)
    span = log_cache.span(engine, address.fund_id, head.sequence)
    assert span is not None  # a log has its first event from the start
    names = log_cache.company_names(engine, address.fund_id, head.sequence)
    closes = period_closes.closes(engine, address.fund_id, head.sequence)
    # A report is seen as it was given, without what is known today, unless that is asked for.
    knows_more = at.through < head.sequence and (address.compares or not reported_at(closes, at))
    hindsight, latest = None, head.sequence if knows_more else at.through
    if knows_more:
        later = Viewpoint(at.as_of, latest)
        _, hindsight = viewpoints.terms_and_figures(engine, address.fund_id, later)
    nav, nav_today = None, None
    if whole or (hindsight and hindsight.nav != view.figures.nav):
        nav = nav_strip(engine, address.fund_id, at.through)
        nav_today = nav_strip(engine, address.fund_id, latest)
    return FundView(
        address, view, around, span, terms, today, hindsight, names, closes, nav, nav_today
    )
