"""The commands for the audit of administration: see that it is as it was written."""

from __future__ import annotations

import sys

import click

from app import database
from app.cli.shared.commands import Commands
from app.services.accounts import audit

commands = Commands("audit", help="Check the audit of administration.")


@commands.command("verify")
def verify() -> None:
    """Check the audit's chain; exit status 1 where it is broken."""
    events, broken = audit.verify(database.engine())
    if broken:
        click.echo(f"Audit: broken at event {broken.sequence}: {broken.reason}")
        sys.exit(1)
    click.echo(f"Audit: {events} events, all as they were written")
