"""The commands for funds: list them, look at them."""

from __future__ import annotations

import click

from app import database
from app.cli.shared.commands import Commands
from app.services.documents.state import State
from app.services.funds import funds
from app.services.reads import viewpoints
from app.services.reads.viewpoints import ViewpointRequest

commands = Commands("fund", help="Import funds and look at them.")


@commands.command("list")
def list_funds() -> None:
    """List every fund with its id."""
    listed = funds.all_funds(database.engine())
    for fund in listed:
        click.echo(f"{fund.id}  {fund.name}")
    if not listed:
        click.echo("No funds yet: flask fund import FILE --name NAME brings one in.")


@commands.command("state")
@click.argument("fund")
@click.option("--as-of", default="", help="As-of date; today if left out.")
@click.option(
    "--known-at", default="", help="Knowledge date, a day or an instant: only what was known then."
)
@click.option("--through", default="", help="A sequence: only what the log held then.")
def state(fund: str, as_of: str, known_at: str, through: str) -> None:
    """Print the state of FUND (its id or name) as the API answers it."""
    engine = database.engine()
    found = funds.fund_by_id_or_name(engine, fund)
    at, head = viewpoints.resolve(engine, found.id, ViewpointRequest(as_of, known_at, through))
    answer = State.model_validate(viewpoints.load_view(engine, found.id, at, head))
    click.echo(answer.model_dump_json(indent=2))
