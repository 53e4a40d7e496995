"""The commands of the flask program, a module for each noun."""

from __future__ import annotations

from flask import Flask

from app.cli import (
    audit,
    backups,
    demo,
    exports,
    funds,
    imports,
    ledgers,
    people,
    snapshots,
    workers,
)
from app.cli.serve import serve


def register(app: Flask) -> None:
    """Add the commands to the flask program."""
    for command in (
        imports.import_fund,
        imports.propose_columns,
        imports.write_template,
        exports.export_fund,
    ):
        funds.commands.add_command(command)
    for command in (
        funds.commands,
        people.commands,
        ledgers.commands,
        audit.commands,
        snapshots.commands,
        demo.commands,
        workers.commands,
        backups.back_up,
        backups.restore,
        serve,
    ):
        app.cli.add_command(command)
