"""The strip that the slider moves over, and the scales of both handles.

It is SVG, where the charts of `app.web.charts` are drawn by a library in the browser: it must be
there at first paint, and move with the hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Self

from app.domain.period_closes import Close
from app.domain.viewpoint import quarter_end
from app.services.reads.log_cache import Span
from app.services.reads.nav_history import Happening, NavStrip
from app.web.fund import svg
from app.web.fund.day_scale import DayScale
from app.web.fund.svg import Heights, Lane, Ticks

# A fund without news for longer than this is wound up: its years since are one step.
_QUIET = timedelta(days=550)


# The share of the strip that a letter of a chapter's name takes up, and the space before a name.
_LETTER, _SPACE = 0.0095, 0.01


@dataclass(frozen=True, slots=True)
class Chapter:
    """A closed period: from the close before, or the beginning, to its last day."""

    name: str
    step: int  # of its last day
    start: float  # how far along the scale it begins and ends, from 0 to 1
    end: float
    is_named: bool  # whether there is room for its name


@dataclass(frozen=True, slots=True)
class FundStrip:
    """What is drawn, as SVG paths."""

    curve: str  # as known at the view
    area: str
    known_until: float  # how far along the curve is known at the view, from 0 to 1
    curve_today: str  # empty where the view knows all that is known today
    restated: str  # what lies between both curves
    levels: list[tuple[Decimal, float]]  # amounts to be named, each with its height in percent
    ticks: dict[Lane, Ticks]
    later_ticks: dict[Lane, Ticks]  # of what became known since
    chapters: list[Chapter]  # of the closes in force at the view, the earliest first

    @property
    def lanes(self) -> list[Lane]:
        """The kinds of events that there are, in the order of the legend."""
        return [lane for lane in svg.LANES if lane in self.ticks or lane in self.later_ticks]


@dataclass(frozen=True, slots=True)
class Scales:
    """The days that each handle may stand on."""

    effective: DayScale
    recorded: DayScale

    @classmethod
    def of(cls, known: Span) -> Self:
        """Span both scales over all that is known, up to today."""
        today = datetime.now(UTC).date()
        return cls(_effective_scale(known, today), _recorded_scale(known, today))


def draw(
    then: NavStrip, now: NavStrip, closes: Iterable[Close], scale: DayScale, *, all_known: bool
) -> FundStrip:
    """Draw a fund's life as known at the view, and as known today where that is another one."""
    heights = Heights.of(now.nav, then.nav)
    same = then is now
    last_known = then.happenings[-1].on if then.happenings else scale.first
    return FundStrip(
        curve=svg.curve(then.nav, scale, heights),
        area=svg.area(then.nav, scale, heights),
        known_until=1 if all_known else scale.share(last_known),
        curve_today="" if same else svg.curve(now.nav, scale, heights),
        restated="" if same else svg.between(then.nav, now.nav, scale, heights),
        levels=[(amount, heights.at(amount)) for amount in heights.levels()],
        ticks=svg.ticks(then.happenings, scale),
        later_ticks=svg.ticks(_later(then, now), scale),
        chapters=_chapters(closes, scale),
    )


def _later(then: NavStrip, now: NavStrip) -> Iterator[Happening]:
    """Return what is known today and was not then; it may be one event more on a day."""
    known = {(each.event_type, each.on): each.number for each in then.happenings}
    for each in now.happenings:
        more = each.number - known.get((each.event_type, each.on), 0)
        if more > 0:
            yield replace(each, number=more)


def _chapters(closes: Iterable[Close], scale: DayScale) -> list[Chapter]:
    """Make a chapter of each period; of those too close to be named, the later one is."""
    by_day = {close.closed_through: close for close in closes if close.closed_through > scale.first}
    days = sorted(by_day)
    chapters: list[Chapter] = []
    free_to = 1.0
    for before, day in reversed(list(pairwise([scale.first, *days]))):
        name, end = by_day[day].name, scale.share(day)
        begins = end - len(name) * _LETTER - _SPACE
        is_named = end <= free_to and begins >= 0
        free_to = begins if is_named else free_to
        chapters.insert(0, Chapter(name, scale.step(day), scale.share(before), end, is_named))
    return chapters


def _effective_scale(known: Span, today: date) -> DayScale:
    first, latest = known.first_on, known.last_on
    end = quarter_end(latest, 1) if latest + _QUIET < today else max(today, latest)
    return DayScale.over(first, end, max(today, end))


def _recorded_scale(known: Span, today: date) -> DayScale:
    last = min(known.last_recorded_at.date(), today)
    return DayScale.over(known.first_recorded_at.date(), last, today)
