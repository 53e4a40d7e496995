"""A fund's figures over time, over the API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from flask import Blueprint, Response

from app import database
from app.api.openapi.specification import operation
from app.api.problems import BadRequestError
from app.api.shapes.requests import SeriesQuery, StateHeaders
from app.api.unchanging import unchanging
from app.auth.route_rules import needs
from app.domain.figures.series import MOST_DAYS, Days
from app.services.documents.series import FigureSeries
from app.services.reads import figure_series, log_cache, viewpoints

bp = Blueprint("api_series", __name__, url_prefix="/api/funds/<uuid:fund_id>")


@bp.get("/series")
@needs("viewer")
@operation(
    "series",
    "State",
    answers={
        200: (FigureSeries, "the figures"),
        304: (None, "the series that you have is this one"),
    },
    query=SeriesQuery,
    headers=StateHeaders,
    refuses={404: "unknown-fund, or unknown-company"},
    sends={200: ("ETag",), 304: ("ETag",)},
    example="?figures=nav,tvpi&step=quarter",
)
def show(fund_id: UUID) -> Response:
    """Return a fund's figures over time, made in one pass over its log.

    Each is what a state of that day says. `known=as_reported` gives each period as it was reported
    at its close, and then the step does not count; `company` gives the figures of one company.
    """
    asked, engine = SeriesQuery.read(), database.engine()
    at, head = viewpoints.resolve(engine, fund_id, asked.viewpoint)
    days, wanted = _days(fund_id, asked, at.through), asked.wanted

    def make() -> FigureSeries:
        through, closes = at.through, None
        if asked.company:
            series = figure_series.load_company_series(
                engine, fund_id, through, days, asked.company
            )
        elif asked.known:
            found = figure_series.load_as_reported(engine, fund_id, through, days)
            series, closes = found.series, [each.sequence for each in found.closes]
        else:
            series = figure_series.load_series(engine, fund_id, through, days)
        return FigureSeries.of(series, wanted, through=through, head=head.sequence, closes=closes)

    what = (asked.known, asked.company, *wanted)
    parts = (fund_id, at.through, *what, days.step, days.first, days.last)
    return unchanging(parts, make)


def _days(fund_id: UUID, asked: SeriesQuery, through: int) -> Days:
    """Return the days that are asked for. Raises BadRequestError for too many, or none."""
    today = datetime.now(UTC).date()
    known = log_cache.span(database.engine(), fund_id, through) if through else None
    last = asked.last or today
    first = asked.first or min(known.first_on if known else last, last)
    if last < first:
        raise BadRequestError("to", str(last), f"lies before from: give {first} or a later day")
    if asked.step == "day" and (last - first).days >= MOST_DAYS:
        nearest = last - timedelta(days=MOST_DAYS - 1)
        reason = f"is too long ago: ask for {MOST_DAYS:,} days, from {nearest} on, or by quarter"
        raise BadRequestError("from", str(first), reason)
    return Days(asked.step, first, last)
