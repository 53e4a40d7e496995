"""The shapes of what the API is asked, but for events."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import BeforeValidator, Field, ValidationInfo

from app.api.parameters import (
    DEFAULT_LIMIT,
    GIVEN,
    HEAD,
    KEY,
    LINE,
    MOMENT,
    SEQUENCE,
    FirstDay,
    Head,
    Headers,
    Id,
    Key,
    LastDay,
    Limit,
    Query,
    Search,
    Sequence,
    Text,
    asked,
)
from app.api.problems import BadRequestError
from app.domain.events.catalogue import METRIC_TYPES, EventType, MetricType
from app.domain.fields import Day, FundName, Record
from app.domain.figures.contributions import FUND_AMOUNTS
from app.domain.figures.series import COMPANY_FIGURES, FIGURES, STEPS, Step
from app.domain.suggestions import closest
from app.domain.terms import Terms
from app.domain.variance.baselines import BASELINES, OF_A_CLOSE, Baseline
from app.domain.variance.windows import WINDOWS, Window
from app.domain.viewpoint import check_range, last_day, parse_day
from app.services.exports.export import WHATS, What
from app.services.funds.establish_request import Commitment
from app.services.reads import timeline
from app.services.reads.explanations import BYS, By
from app.services.reads.viewpoints import ViewpointRequest


def _one_of(field: str, known: Collection[str]) -> BeforeValidator:
    """Read one of several names."""

    def read(given: str) -> str:
        if given in known:
            return given
        raise BadRequestError(field, given, f"must be one of {', '.join(known)}")

    return BeforeValidator(read)


class DayQuery(Query):
    """Which day to answer for."""

    at: Text = asked(
        "The day; today where it is left out.", default="", examples=["2012-03-31"], **MOMENT
    )


class StateQuery(DayQuery):
    """Which viewpoint to answer from."""

    known_at: Text = asked(
        "An instant, or a UTC day to its end: what was known then.",
        default="",
        examples=["2012-04-15T18:00:00Z"],
        **MOMENT,
    )
    through: Text = asked(
        "A sequence of the log: what was known by then. Leave it out, or known_at.",
        default="",
        examples=["120"],
        pattern="^[0-9]+$",
    )

    @property
    def viewpoint(self) -> ViewpointRequest:
        """The viewpoint, as it came in."""
        return ViewpointRequest(self.at, self.known_at, self.through)


def _figures(given: str) -> tuple[str, ...]:
    """Read names of figures, with commas between them."""
    names = tuple(dict.fromkeys(name.strip() for name in given.split(",")))
    for name in names:
        if name not in FIGURES:
            near = closest(name, FIGURES)
            mend = f"did you mean {near[0]}?" if near else f"use {', '.join(FIGURES)}"
            raise BadRequestError("figures", name, f"is not a figure: {mend}")
    return names


def _known(given: str) -> str:
    if given != "as_reported":
        raise BadRequestError("known", given, "must be as_reported; or use known_at or through")
    return given


def _end(given: str, info: ValidationInfo) -> date:
    """Read a day that may lie ahead, as events may be dated."""
    name = {"first": "from", "last": "to"}.get(str(info.field_name), str(info.field_name))
    day = parse_day(given, name)
    check_range(day, name, last_day(datetime.now(UTC).date()), "is too far ahead")
    return day


class SeriesQuery(Query):
    """Which figures to answer with, of which days, and as known when."""

    figures: Annotated[tuple[str, ...], BeforeValidator(_figures), GIVEN] = asked(
        "Names of figures, with commas between them; all where it is left out.",
        default=FIGURES,
        examples=["nav,tvpi"],
        pattern="^[a-z_, ]+$",
    )
    step: Annotated[Step, _one_of("step", STEPS), GIVEN] = asked(
        "`event` gives each day with an event, `month` and `quarter` the ends of those and `to`.",
        default="quarter",
        enum=list(STEPS),
    )
    first: Annotated[date | None, BeforeValidator(_end), GIVEN] = asked(
        "The first day; that of the fund's first event where it is left out.", "from", **MOMENT
    )
    last: Annotated[date | None, BeforeValidator(_end), GIVEN] = asked(
        "The last day; today where it is left out.", "to", **MOMENT
    )
    known_at: Text = asked(
        "An instant, or a UTC day to its end: what was known then.", default="", **MOMENT
    )
    through: Text = asked(
        "A sequence of the log: what was known by then. Leave it out, or known_at.",
        default="",
        pattern="^[0-9]+$",
    )
    company: Id = asked(
        f"The id of a company: its own events alone, and the figures {', '.join(COMPANY_FIGURES)}.",
        format="uuid",
    )
    known: Annotated[str | None, BeforeValidator(_known), GIVEN] = asked(
        "`as_reported` gives each closed period as it was reported at its close.",
        enum=["as_reported"],
    )

    @property
    def wanted(self) -> tuple[str, ...]:
        """The figures that are asked for. Raises BadRequestError for what no company has."""
        if self.company is None:
            return self.figures
        if "figures" not in self.model_fields_set:
            return COMPANY_FIGURES
        for name in self.figures:
            if name not in COMPANY_FIGURES:
                mend = f"use {', '.join(COMPANY_FIGURES)}"
                raise BadRequestError("figures", name, f"is not a figure of a company: {mend}")
        return self.figures

    @property
    def viewpoint(self) -> ViewpointRequest:
        """What is known, as it came in."""
        return ViewpointRequest("", self.known_at, self.through)


class ExplainQuery(StateQuery):
    """From which viewpoint to explain, which events to list and how to sum them up."""

    by: Annotated[By | None, _one_of("by", BYS), GIVEN] = asked(
        "Sums up all events by their type, company or year, too.", enum=list(BYS)
    )
    until: Annotated[date | None, BeforeValidator(_end), GIVEN] = asked(
        "The `until` of an earlier answer: the last day whose events are listed.", **MOMENT
    )
    limit: Limit = DEFAULT_LIMIT


def _amount(given: str) -> str:
    if given not in FUND_AMOUNTS:
        near = closest(given, FUND_AMOUNTS)
        mend = f"did you mean {near[0]}?" if near else f"use {', '.join(FUND_AMOUNTS)}"
        raise BadRequestError("figure", given, f"is not an amount that events add up to: {mend}")
    return given


class CompareQuery(Query):
    """Which two viewpoints to compare."""

    from_at: Text = asked(
        "The first day; today where it is left out.", default="", examples=["2011-12-31"], **MOMENT
    )
    from_known_at: Text = asked("What was known then, for the first.", default="", **MOMENT)
    from_through: Text = asked(
        "A sequence of the log instead, for the first.", default="", pattern="^[0-9]+$"
    )
    to_at: Text = asked("The second day; today where it is left out.", default="", **MOMENT)
    to_known_at: Text = asked("What was known then, for the second.", default="", **MOMENT)
    to_through: Text = asked(
        "A sequence of the log instead, for the second.", default="", pattern="^[0-9]+$"
    )

    figure: Annotated[str, BeforeValidator(_amount), GIVEN] = asked(
        "The amount of which `restated_by` tells each event's effect.",
        default="nav",
        enum=list(FUND_AMOUNTS),
    )

    @property
    def viewpoints(self) -> tuple[ViewpointRequest, ViewpointRequest]:
        """Both viewpoints, as they came in."""
        return (
            ViewpointRequest(self.from_at, self.from_known_at, self.from_through),
            ViewpointRequest(self.to_at, self.to_known_at, self.to_through),
        )


class VarianceQuery(StateQuery):
    """From which viewpoint to compare, and with what."""

    baseline: Annotated[Baseline, _one_of("baseline", BASELINES), GIVEN] = asked(
        "`forecast` is the last base forecast before the first actual; `prior_quarter` and "
        "`prior_year` are actuals; `forecast_at_close` and `as_reported` are what a close knew.",
        default="forecast",
        enum=list(BASELINES),
    )
    window: Annotated[Window, _one_of("window", WINDOWS), GIVEN] = asked(
        "Adds up the periods of revenue, ebitda and cash_burn: month, quarter or year to date, or "
        "the last twelve months.",
        default="period",
        enum=list(WINDOWS),
    )
    close: Sequence = asked(
        "The event that closed the books, for baselines of a close; the last one by the day where "
        "it is left out.",
        **SEQUENCE,
    )
    metric: Annotated[MetricType | None, _one_of("metric", METRIC_TYPES), GIVEN] = asked(
        "This metric alone.", enum=list(METRIC_TYPES)
    )
    company: Id = asked("The id of a company: this one alone.", format="uuid")

    @property
    def parts(self) -> tuple[object, ...]:
        """What the answer depends on beside the viewpoint.

        Raises BadRequestError for a close beside a baseline that is of none.
        """
        if self.close is not None and self.baseline not in OF_A_CLOSE:
            reason = f"belongs to the baselines {', '.join(sorted(OF_A_CLOSE))}: leave it out"
            raise BadRequestError("close", str(self.close), reason)
        return self.baseline, self.window, self.close, self.metric, self.company


class ExportQuery(StateQuery):
    """What to export, and from which viewpoint."""

    at: Text = asked(
        "The day; today where it is left out, and for events all of them.",
        default="",
        examples=["2012-03-31"],
        **MOMENT,
    )
    what: Annotated[What, _one_of("what", WHATS), GIVEN] = Field(
        "events", description="What to export."
    )


class PageQuery(Query):
    """Which page to answer with."""

    limit: Limit = DEFAULT_LIMIT
    cursor: Id = asked("The `next_cursor` of an earlier page.", format="uuid")


class FundsQuery(DayQuery, PageQuery):
    """Which funds to list."""

    search: Search = asked("What the name contains, in any case.", default="", maxLength=200)


class TimelineQuery(Query):
    """Which events to list."""

    start: FirstDay = asked("The first effective day.", **MOMENT)
    end: LastDay = asked("The last effective day.", **MOMENT)
    recorded_start: FirstDay = asked("The first UTC day of recording.", **MOMENT)
    recorded_end: LastDay = asked("The last UTC day of recording.", **MOMENT)
    type: Annotated[EventType | None, BeforeValidator(timeline.event_type_named), GIVEN] = asked(
        "The type of event.", enum=list(EventType)
    )
    company: Text | None = asked("Any name that the company ever bore, or its id.", **LINE)
    limit: Limit = DEFAULT_LIMIT
    cursor: Sequence = asked("The `next_cursor` of an earlier page.", **SEQUENCE)


class StateHeaders(Headers):
    """What a reader has already."""

    if_none_match: str | None = asked("The ETag of an earlier answer.", "If-None-Match")


class KeyHeaders(Headers):
    """What makes a request safe to send again."""

    key: Key = asked(
        "A key of your own: sent again, it gives the first answer.", "Idempotency-Key", **KEY
    )


class RecordHeaders(KeyHeaders):
    """What a writer makes sure of."""

    head: Head = asked(
        "The head that you know: refused where the log has moved on.",
        "If-Match",
        examples=['"284"'],
        **HEAD,
    )


class NewFund(Record):
    """A fund to establish."""

    name: FundName
    terms: Terms
    commitments: list[Commitment]
    effective_on: Day | None = None
