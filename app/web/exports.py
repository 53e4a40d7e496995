"""What is known of a fund as a spreadsheet."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, request

from app import guard
from app.domain.errors import BeyondKnowledgeError
from app.downloads import export_download
from app.guard import needs
from app.services.exports import WHATS, Wanted, What
from app.services.sheets import Format
from app.web.fund_address import FundAddress

bp = Blueprint("exports", __name__)


@bp.get("/funds/<uuid:fund_id>/export.<any(csv, xlsx):to>")
@needs("viewer")
def show(fund_id: UUID, to: Format) -> Response:
    """Give events, figures or holdings, seen from the viewpoint in the address."""
    fund = guard.fund()
    asked = FundAddress.from_request(fund_id).asked
    return export_download(fund, Wanted(_what(), to, asked))


def _what() -> What:
    given = request.args.get("what", "events")
    for each in WHATS:
        if given == each:
            return each
    raise BeyondKnowledgeError("what", given, f"choose one of {', '.join(WHATS)}")
