"""The command that serves the pages."""

from __future__ import annotations

import sys

import click
from flask.cli import with_appcontext

from app import database


@click.command("serve")
@with_appcontext
def serve() -> None:
    """Serve the pages until Ctrl-C."""
    from app.runtime import supervisor  # noqa: PLC0415 - only this command needs it

    sys.exit(supervisor.run(database.settings()))
