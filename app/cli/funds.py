"""The commands for funds: import them, list them, look at them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
import orjson

from app import database
from app.cli.commands import Commands, Progress, fund_name
from app.domain.events import as_json
from app.domain.terms import Terms
from app.services import funds, imports, viewpoints
from app.services.documents import state_document
from app.services.import_faults import TERMS, ImportFaultsError
from app.services.viewpoints import Asked

_FAULTS_SHOWN = 50
_FROM_ROWS = "  (from the rows)"
_ORIGINS = {"size": _FROM_ROWS, "vintage_year": _FROM_ROWS, "inception_on": _FROM_ROWS}

commands = Commands("fund", help="Import funds and look at them.")


@commands.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--name", required=True, help="The new fund's name.")
@click.option("--terms", "terms_file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="The fund's terms as JSON; what it leaves out takes its default.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Judge the file and write nothing.")
def import_fund(file: Path, name: str, terms_file: Path | None, *, dry_run: bool) -> None:
    """Import a fund's history from a CSV file; all rows or none."""
    name = fund_name(name)
    imports.check_name(database.engine(), name)
    terms = _terms(terms_file) if terms_file else None
    try:
        with Progress("Reading rows", sys.stderr.isatty()) as progress:
            plan = imports.plan_import(file.read_bytes(), terms, progress.show)
    except ImportFaultsError as error:
        raise _refused(error, file.name, terms_file.name if terms_file else "the terms") from error
    _print_terms(plan.terms, terms or {}, by_file=plan.terms_given)
    if dry_run:
        click.echo(f"{len(plan.drafts)} events are sound; dry run, nothing was written")
        return
    fund = imports.import_fund(database.engine(), name, plan, database.BUILT_IN_PERSON)
    click.echo(f"{fund.name}: {len(plan.drafts)} events imported; its id is {fund.id}")


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
@click.option("--as-of", default="", help="The day to look at; today if left out.")
@click.option("--known-at", default="", help="A date or instant: only what was known then.")
@click.option("--through", default="", help="A sequence: only what the log held then.")
def state(fund: str, as_of: str, known_at: str, through: str) -> None:
    """Print the state of FUND (its id or name) as the API answers it."""
    engine = database.engine()
    found = funds.fund_by_id_or_name(engine, fund)
    at, head = viewpoints.resolve(engine, found.id, Asked(as_of, known_at, through))
    document = state_document(viewpoints.look(engine, found.id, at, head))
    click.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2))


def _refused(error: ImportFaultsError, file: str, terms: str) -> click.ClickException:
    """Print the first faults, and sum up where they all lie."""
    for fault in error.faults[:_FAULTS_SHOWN]:
        click.echo(f"{terms}: {fault.text}" if fault.row == TERMS else str(fault), err=True)
    if len(error.faults) > _FAULTS_SHOWN:
        click.echo(f"… and {len(error.faults) - _FAULTS_SHOWN:,} more", err=True)
    in_terms = sum(fault.row == TERMS for fault in error.faults)
    counts = {terms: in_terms, file: len(error.faults) - in_terms}
    summed = " and ".join(
        f"{count:,} fault{'' if count == 1 else 's'} in {place}"
        for place, count in counts.items()
        if count
    )
    return click.ClickException(f"{summed}; nothing was written")


def _terms(file: Path) -> dict[str, Any]:
    try:
        terms = orjson.loads(file.read_bytes())
    except orjson.JSONDecodeError as error:
        raise click.ClickException(f"--terms {file.name}: is not JSON: {error}") from error
    if not isinstance(terms, dict):
        raise click.ClickException(f"--terms {file.name}: must be a JSON object")
    return terms


def _print_terms(terms: Terms, given: dict[str, Any], *, by_file: bool) -> None:
    """Print the terms in force, and which of them nobody gave."""
    click.echo("Terms:")
    for name, value in as_json(terms).items():
        origin = "" if by_file or name in given else _ORIGINS.get(name, "  (default)")
        click.echo(f"  {name}: {orjson.dumps(value).decode()}{origin}")
