"""The numbers behind a chart of a page as a file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from flask import Response, abort

from app.domain.viewpoint import Viewpoint
from app.http.downloads import chart_download
from app.services.exports.chart import ChartExport
from app.store.funds import Fund
from app.web.charts.chart import Chart


def chart_of_fund(fund: Fund, charts: Iterable[Chart], name: str, at: Viewpoint) -> Response:
    """Return the numbers of a fund's chart as a file; not found where none is so named."""
    chart = _named(charts, name)
    export = ChartExport(fund.id, at.as_of, at.through, chart.name, chart.sheet())
    return chart_download(fund.name, export)


def chart_of_funds(charts: Iterable[Chart], name: str, as_of: date) -> Response:
    """Return the numbers of a chart of several funds as a file; not found as above."""
    chart = _named(charts, name)
    return chart_download("Funds", ChartExport(None, as_of, None, chart.name, chart.sheet()))


def _named(charts: Iterable[Chart], name: str) -> Chart:
    found = next((each for each in charts if each.name == name), None)
    if found is None:
        abort(404)
    return found
