"""What is known of a fund as a spreadsheet, over the API."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response

from app import database
from app.api import parameters
from app.api.problems import BadRequestError
from app.api.questions import ExportQuery
from app.api.specification import operation
from app.downloads import export_download
from app.guard import needs
from app.services import funds
from app.services.exports import WHATS, Wanted, What
from app.services.sheets import Format
from app.services.viewpoints import Asked

bp = Blueprint("api_exports", __name__, url_prefix="/api/funds/<uuid:fund_id>")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/export.csv")
@needs("viewer")
@operation(
    "export_csv",
    "Exports",
    answers={200: (None, "the file, in UTF-8 with a byte order mark")},
    media={200: "text/csv"},
    query=ExportQuery,
    refuses={404: "unknown-fund"},
    sends={200: ("Content-Disposition",)},
    example="?what=holdings&at=2012-03-31",
)
def csv(fund_id: UUID) -> Response:
    """Give events, figures or holdings of a fund as CSV.

    Exported events are an import file. Text that a spreadsheet would take for a formula has an
    apostrophe before it.
    """
    return _export(fund_id, "csv")


@bp.get("/export.xlsx")
@needs("viewer")
@operation(
    "export_xlsx",
    "Exports",
    answers={200: (None, "the file, with one sheet")},
    media={200: _XLSX},
    query=ExportQuery,
    refuses={404: "unknown-fund", 422: "refused, for a text that no cell can hold"},
    sends={200: ("Content-Disposition",)},
    example="?what=state&at=2012-03-31",
)
def xlsx(fund_id: UUID) -> Response:
    """Give events, figures or holdings of a fund as an XLSX file.

    Numbers and days are cells of their kind, but for numbers of more than 15 digits, which are
    text.
    """
    return _export(fund_id, "xlsx")


def _export(fund_id: UUID, to: Format) -> Response:
    parameters.check_parameters("what", "at", "known_at", "through")
    asked = Asked(*map(parameters.parameter, ("at", "known_at", "through")))
    what = _what()
    fund = funds.fund_by_id(database.engine(), fund_id)
    return export_download(fund, Wanted(what, to, asked))


def _what() -> What:
    given = parameters.parameter("what") or "events"
    for each in WHATS:
        if given == each:
            return each
    raise BadRequestError("what", given, f"must be one of {', '.join(WHATS)}")
