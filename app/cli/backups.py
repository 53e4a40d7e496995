"""The commands that back a site up and bring it back."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path

import click
from flask.cli import with_appcontext

from app import database
from app.cli.shared.commands import LoneCommand, Progress
from app.services.operations import backups
from app.services.operations.backups import Backup, ShowProgress

_MEGABYTE = 1e6
_SHORT = 12  # letters of a hash that people compare
_UNREADABLE = "which cannot be read: see flask ledger verify"


@click.command("backup", cls=LoneCommand)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@with_appcontext
def back_up(file: Path) -> None:
    """Write all that the site holds to FILE, while it is in use."""
    settings = database.settings()
    with ExitStack() as stack:
        made = backups.make(settings, file, _progress_bars(stack))
    _list_funds(made)
    size = file.stat().st_size / _MEGABYTE
    click.echo(f"{_summed_up(made)} backed up to {file} ({size:.1f} MB).")
    click.echo(
        "Keep it on another machine, with the settings. Only the key that signs cookies "
        f"({settings.home / 'secret_key'}, or SECRET_KEY) is not in it: without it everybody "
        "signs in anew."
    )


@click.command("restore", cls=LoneCommand)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@with_appcontext
def restore(file: Path) -> None:
    """Bring FILE, which `backup` made, into an empty database, and check all that came back."""
    with ExitStack() as stack:
        backup, differences = backups.restore(database.settings(), file, _progress_bars(stack))
    for each in differences:
        click.echo(each, err=True)
    if differences:
        click.echo("What came back is not what was backed up: use another backup.", err=True)
        sys.exit(1)
    _list_funds(backup)
    click.echo(
        f"{_summed_up(backup)} restored from {file}, made at {backup.made_at}: every chain is as "
        f"it was written, and {_states(backup)}. Start the site with make run."
    )


def _states(backup: Backup) -> str:
    if backups.is_folded_alike(backup):
        return "every state that the backup noted is as it was"
    return "states were not compared, since this version folds otherwise"


def _progress_bars(stack: ExitStack) -> ShowProgress:
    """Show how far it is: a bar for each part of the work, or lines."""
    shown: dict[str, Progress] = {}

    def show(part: str, done: int, total: int | None) -> None:
        if part not in shown:
            bar = Progress(part, sys.stderr.isatty() and total is not None)
            shown[part] = stack.enter_context(bar)
        shown[part].show(done, total)

    return show


def _list_funds(backup: Backup) -> None:
    for fund in backup.funds:
        states = f"{len(fund.states)} states" if fund.states else _UNREADABLE
        chain = fund.chain_hash[:_SHORT]
        click.echo(f"{fund.name}: {fund.head:,} events, chain {chain}, {states}")


def _summed_up(backup: Backup) -> str:
    count = len(backup.funds)
    return f"{count:,} {'fund' if count == 1 else 'funds'} with {backup.events:,} events"
