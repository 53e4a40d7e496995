"""The command that writes what is known of a fund as a spreadsheet."""

from __future__ import annotations

from typing import IO

import click
from flask.cli import with_appcontext

from app import database
from app.cli.shared.commands import format_of
from app.services.exports import export
from app.services.exports.export import ExportRequest
from app.services.funds import funds
from app.services.reads.viewpoints import ViewpointRequest
from app.services.sheets import FORMATS, Format


@click.command("export")
@click.argument("fund")
@click.argument("out", type=click.File("wb", atomic=True))
@click.option("--what", type=click.Choice(export.WHATS), default="events", show_default=True)
@click.option("--format", "to", type=click.Choice(FORMATS), help="By the ending, if left out.")
@click.option("--as-of", default="", help="As-of date; today if left out, for events all.")
@click.option(
    "--known-at", default="", help="Knowledge date, a day or an instant: only what was known then."
)
@click.option("--through", default="", help="A sequence: only what the log held then.")
@with_appcontext
def export_fund(  # noqa: PLR0913 - one for each option
    fund: str,
    out: IO[bytes],
    *,
    what: export.What,
    to: Format | None,
    as_of: str,
    known_at: str,
    through: str,
) -> None:
    """Write what is known of FUND (its id or name) to OUT, a CSV or XLSX file."""
    engine = database.engine()
    found = funds.fund_by_id_or_name(engine, fund)
    wanted = ExportRequest(
        what, to or format_of(out.name), ViewpointRequest(as_of, known_at, through)
    )
    export.export(engine, found.id, wanted, out)
