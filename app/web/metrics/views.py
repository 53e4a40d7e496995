"""Forecasts and actuals of many companies and periods: shown in a grid, recorded, undone."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, Response, abort, redirect, request
from werkzeug import Response as Answer

from app import database
from app.auth import route_rules
from app.auth.route_rules import needs
from app.domain.errors import RefusedError
from app.services.recording import corrections
from app.services.recording.batches import Appended
from app.web.metrics.forms import KINDS, LENGTHS, METRICS, MOST_PERIODS, SeriesForm
from app.web.metrics.grid import MOST_CELLS, MetricGrid
from app.web.record import wording
from app.web.record.forms import UndoForm
from app.web.shared.flash import flash_message
from app.web.shared.formats import counted
from app.web.shared.responses import whole

bp = Blueprint("company_metrics", __name__, url_prefix="/funds/<uuid:fund_id>/metrics")


@bp.get("/")
@needs("analyst")
def show(fund_id: UUID) -> Response:
    """Show a grid of what stands, to type into."""
    choices = SeriesForm.from_address()
    return _page(choices, _grid(fund_id, choices))


@bp.post("/")
@needs("analyst")
def record(fund_id: UUID) -> Answer:
    """Record the cells that differ from what stands, as one batch; sent twice, once."""
    choices = SeriesForm.from_address()
    grid = _grid(fund_id, choices)
    done = grid.record() if grid else None
    if grid is None or done is None:
        return _page(choices, grid, HTTPStatus.UNPROCESSABLE_ENTITY)
    first, last = str(done.first_sequence), str(done.last_sequence)
    undo_at = choices.url(".undo", fund_id)
    flash_message(_recorded(grid, done), undo_at, first=first, last=last)
    return redirect(choices.url(".show", fund_id), HTTPStatus.SEE_OTHER)


@bp.post("/undo")
@needs("analyst")
def undo(fund_id: UUID) -> Answer:
    """Take back what was just recorded."""
    form = UndoForm(request.form)
    first, last = form.first.data or 0, form.last.data or 0
    if not 0 < first <= last < first + MOST_CELLS:
        abort(HTTPStatus.BAD_REQUEST)
    count = counted(last - first + 1, "value")
    try:
        corrections.undo(database.engine(), fund_id, first, last, route_rules.author("form"))
        flash_message(f"Undone: {count}.")
    except RefusedError as error:
        reasons = dict.fromkeys(wording.in_words(str(fault)) for fault in error.faults)
        flash_message(f"{count} could not be undone: {'; '.join(reasons)}.")
    return redirect(SeriesForm.from_address().url(".show", fund_id), HTTPStatus.SEE_OTHER)


def _grid(fund_id: UUID, choices: SeriesForm) -> MetricGrid | None:
    series = choices.series
    return MetricGrid.read(database.engine(), fund_id, choices, series) if series else None


def _recorded(grid: MetricGrid, done: Appended) -> str:
    noun = "forecast" if grid.choices.is_forecast else "actual"
    text = f"{counted(done.last_sequence - done.first_sequence + 1, noun)} recorded."
    if grid.outdated:
        text += f" For {grid.outdated:,} of them what stands is newer, and stays."
    return text


def _page(choices: SeriesForm, grid: MetricGrid | None, status: int = HTTPStatus.OK) -> Response:
    return whole(
        "metrics/show.html",
        status,
        fund=route_rules.fund(),
        choices=choices,
        grid=grid,
        kinds=KINDS,
        metrics=METRICS,
        lengths=LENGTHS,
        most_periods=MOST_PERIODS,
    )
