"""The commands that bring funds in from files."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import IO, Any

import click
import orjson
from flask.cli import with_appcontext

from app import database
from app.cli.shared.actor import acting_person, as_whom
from app.cli.shared.commands import Progress, format_of, fund_name
from app.domain.events.event_json import as_json
from app.domain.terms import Terms
from app.services.import_files.faults import TERMS, ImportFaultsError, faults_file
from app.services.import_files.file import read_headings
from app.services.import_files.header import IGNORED
from app.services.import_files.mapping import propose_mapping
from app.services.import_files.template import template_rows
from app.services.imports import write_fund
from app.services.sheets import FORMATS, Format, write_rows

_FAULTS_SHOWN = 50
_FROM_ROWS = "  (from the rows)"
_ORIGINS = {"size": _FROM_ROWS, "vintage_year": _FROM_ROWS, "inception_on": _FROM_ROWS}


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--name", required=True, help="The new fund's name.")
@click.option("--terms", "terms_file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="The fund's terms as JSON; what it leaves out takes its default.")  # fmt: skip
@click.option("--map", "mapped", multiple=True, metavar="HEADING=COLUMN",
              help="Which column a heading means, - to leave it out; may be repeated.")  # fmt: skip
@click.option("--faults", "faults_to", type=click.Path(dir_okay=False, path_type=Path),
              help="Where to write all errors, if any, as a CSV file.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Check the file and write nothing.")
@as_whom
@with_appcontext
def import_fund(  # noqa: PLR0913 - one for each option
    file: Path,
    *,
    name: str,
    terms_file: Path | None,
    mapped: tuple[str, ...],
    faults_to: Path | None,
    dry_run: bool,
    email: str | None,
) -> None:
    """Import a fund's history from a CSV or XLSX file; all rows or none.

    Who does it becomes its GP.
    """
    name = fund_name(name)
    importer = None if dry_run else acting_person(database.engine(), email)
    write_fund.check_name(database.engine(), name)
    terms = _terms(terms_file) if terms_file else None
    mapping = _mapping(mapped)
    try:
        with Progress("Reading rows", sys.stderr.isatty()) as progress:
            plan = write_fund.plan_import(file.read_bytes(), terms, progress.show, mapping)
    except ImportFaultsError as error:
        if faults_to:
            faults_to.write_bytes(faults_file(error.faults))
        _print_notes(error.notes)
        raise _refused(error, file.name, terms_file.name if terms_file else "the terms") from error
    _print_notes(plan.notes)
    _print_terms(plan.terms, terms or {}, by_file=plan.terms_given)
    if importer is None:
        click.echo(f"{len(plan.drafts)} valid events; dry run, nothing was written")
        return
    with Progress("Writing events", sys.stderr.isatty()) as progress:
        fund = write_fund.import_fund(database.engine(), name, plan, importer.id, progress.show)
    click.echo(f"{fund.name}: {len(plan.drafts)} events imported; its id is {fund.id}")


@click.command("columns")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def propose_columns(file: Path) -> None:
    """Propose which column each heading of FILE means, as options for an import."""
    for proposal in propose_mapping(read_headings(file.read_bytes())):
        if proposal.how == "same":
            continue
        option = shlex.quote(f"{proposal.heading}={proposal.column or IGNORED}")
        comment = str(proposal.unit) if proposal.unit else ""
        comment = comment if proposal.column else "no match"
        click.echo(f"--map {option}{f'  # {comment}' if comment else ''}")


@click.command("template")
@click.argument("out", type=click.File("wb", atomic=True))
@click.option("--format", "to", type=click.Choice(FORMATS), help="By the ending, if left out.")
@with_appcontext
def write_template(out: IO[bytes], to: Format | None) -> None:
    """Write an import file with an example row for each type of event."""
    write_rows(template_rows(), out, to or format_of(out.name))


def _print_notes(notes: list[str]) -> None:
    for note in notes:
        click.echo(f"{note}.", err=True)


def _mapping(mapped: tuple[str, ...]) -> dict[str, str]:
    pairs = [each.rpartition("=") for each in mapped]
    for heading, _, column in pairs:
        if not heading or not column.strip():
            raise click.ClickException(
                f"--map {heading or column!r}: write HEADING=COLUMN, such as "
                '"Transaction date=effective_on"'
            )
    return {heading: column for heading, _, column in pairs}


def _refused(error: ImportFaultsError, file: str, terms: str) -> click.ClickException:
    """Print the first faults, and sum up where they all lie."""
    for fault in error.faults[:_FAULTS_SHOWN]:
        click.echo(f"{terms}: {fault.text}" if fault.row == TERMS else str(fault), err=True)
    if len(error.faults) > _FAULTS_SHOWN:
        click.echo(f"… and {len(error.faults) - _FAULTS_SHOWN:,} more", err=True)
    in_terms = sum(fault.row == TERMS for fault in error.faults)
    counts = {terms: in_terms, file: len(error.faults) - in_terms}
    summed = " and ".join(
        f"{count:,} error{'' if count == 1 else 's'} in {where}"
        for where, count in counts.items()
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
