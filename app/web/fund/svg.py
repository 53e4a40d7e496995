"""Draws the NAV strip and sparklines: from series of days and amounts to SVG paths."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from app.domain.events.catalogue import EventType
from app.domain.events.model import Event
from app.services.reads.nav_history import Happening, Series
from app.web.fund.day_scale import DayScale

WIDTH, HEIGHT = 1000, 100  # units of the drawing, stretched to the page
_TOP, _TALL = 18, 120  # pixels: above the curves for the handle's label, and of the curves
_MARGIN = 4
_ROUND = tuple(map(Decimal, ("5", "4", "2", "1", "0.5")))  # leading digits of a step, largest first


@dataclass(frozen=True, slots=True)
class Lane:
    """What kind of event a tick stands for, and in which row it stands among the ticks."""

    kind: str  # names its colour in the style sheet
    label: str
    row: int  # no two kinds share one, so that none is told by its colour alone
    one: str  # how one event is called, and how several are
    many: str


_INVESTMENT = Lane("investment", "Investment", 0, "investment", "investments")
_VALUATION = Lane("valuation", "Valuation", 1, "valuation", "valuations")
_PROCEEDS = Lane("proceeds", "Proceeds", 2, "receipt of proceeds", "receipts of proceeds")
_CALL = Lane("call", "Call", 3, "call", "calls")
_DISTRIBUTION = Lane("distribution", "Distribution", 4, "distribution", "distributions")
OTHER = Lane("other", "Other", 5, "other event", "other events")
LANES = (_INVESTMENT, _VALUATION, _PROCEEDS, _CALL, _DISTRIBUTION, OTHER)
LANE_OF = {
    EventType.INVESTMENT_MADE: _INVESTMENT,
    EventType.VALUATION_UPDATED: _VALUATION,
    EventType.PROCEEDS_RECEIVED: _PROCEEDS,
    EventType.CAPITAL_CALLED: _CALL,
    EventType.DISTRIBUTION_MADE: _DISTRIBUTION,
}
_TICK, ROW = 7, 9  # units: how tall a tick is, and the row that it stands in


@dataclass(frozen=True, slots=True)
class Ticks:
    """The ticks of one kind of event."""

    path: str
    days: list[int]  # by turns the steps from one tick to the next, and the number of events there


@dataclass(frozen=True, slots=True)
class Heights:
    """The scale of amounts: both ends, and where nothing lies."""

    low: Decimal
    high: Decimal

    @classmethod
    def of(cls, *several: Series) -> Heights:
        """Make room for every amount, and for nothing."""
        amounts = [amount for series in several for _, amount in series]
        return cls(min([*amounts, Decimal(0)]), max([*amounts, Decimal(1)]))

    def at(self, amount: Decimal) -> float:
        """Return the height of an amount, counted from the top as SVG does."""
        share = float((amount - self.low) / (self.high - self.low))
        return round(HEIGHT - _MARGIN - share * (HEIGHT - 2 * _MARGIN), 2)

    def levels(self) -> list[Decimal]:
        """Choose round amounts to be named beside the drawing: two or three, none where it is flat.

        Nothing is among them only where something lies below it.
        """
        power = Decimal(10) ** (self.high - self.low).adjusted()
        for step in (power * leading for leading in _ROUND if power * leading >= 1):
            first, last = (int(end / step) for end in (self.low, self.high))
            amounts = [number * step for number in range(first, last + 1) if number or self.low]
            if len(amounts) > 1:
                return amounts
        return []


def heights_on_page(amounts: Iterable[Decimal], heights: Heights) -> list[float]:
    """Return the heights of amounts in pixels, as the handle is drawn."""
    return [round(_TOP + heights.at(each) * _TALL / HEIGHT, 1) for each in amounts]


def curve(series: Series, scale: DayScale, heights: Heights) -> str:
    """Draw a series as steps: an amount stands until the day of the next one."""
    if not series:
        return ""
    return _steps([(_x(scale, day), heights.at(amount)) for day, amount in series], WIDTH)


def area(series: Series, scale: DayScale, heights: Heights) -> str:
    """Draw what lies between a series and nothing."""
    if not series:
        return ""
    ground = heights.at(Decimal(0))
    return f"{curve(series, scale, heights)}V{ground}H{_x(scale, series[0][0])}Z"


def between(one: Series, other: Series, scale: DayScale, heights: Heights) -> str:
    """Draw what lies between two series, to be filled by the even-odd rule."""
    return area(one, scale, heights) + area(other, scale, heights)


def lane(event: Event) -> str:
    """Name the kind of an event, as the style sheet colours it."""
    return LANE_OF.get(event.event_type, OTHER).kind


def ticks(happenings: Iterable[Happening], scale: DayScale) -> dict[Lane, Ticks]:
    """Draw a tick per day and kind of event, one path for each kind."""
    numbers: dict[Lane, Counter[int]] = {lane: Counter() for lane in LANES}
    for each in happenings:
        numbers[LANE_OF.get(each.event_type, OTHER)][scale.step(each.on)] += each.number
    return {lane: _ticks(lane, by_step, scale) for lane, by_step in numbers.items() if by_step}


def _ticks(lane: Lane, numbers: Mapping[int, int], scale: DayScale) -> Ticks:
    steps = sorted(numbers)
    places = dict.fromkeys(round(step / scale.steps * WIDTH, 1) for step in steps)
    path = "".join(f"M{x} {lane.row * ROW}v{_TICK}" for x in places)
    gaps = (step - before for before, step in pairwise([0, *steps]))
    return Ticks(
        path, [each for gap, step in zip(gaps, steps, strict=True) for each in (gap, numbers[step])]
    )


@lru_cache(maxsize=10_000)
def sparkline(series: Series, last: date) -> str:
    """Draw a series up to a day by itself, with a unit to the right for each day since its first.

    Its place on a scale that others share is for the page to choose. Empty where it begins later.
    """
    seen = [(day, amount) for day, amount in series if day <= last]
    if not seen:
        return ""
    first, heights = seen[0][0], Heights.of(tuple(seen))
    return _steps(
        [((day - first).days, heights.at(amount)) for day, amount in seen], (last - first).days
    )


def _steps(points: Sequence[tuple[float, float]], end: float) -> str:
    """Draw steps: a height stands until the next point, the last one to the end."""
    path = f"M{points[0][0]} {points[0][1]}" + "".join(f"H{x}V{y}" for x, y in points[1:])
    return f"{path}H{end}"


def _x(scale: DayScale, day: date) -> float:
    return round(scale.share(day) * WIDTH, 1)
