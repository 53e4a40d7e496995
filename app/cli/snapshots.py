"""The commands for snapshots: see that they are what the log folds to."""

from __future__ import annotations

import sys
from uuid import UUID

import click

from app import database
from app.cli.shared.commands import Commands, Progress
from app.services.funds import funds
from app.services.snapshots.rebuild import put_right
from app.services.snapshots.verify import check

commands = Commands("snapshots", help="Check that snapshots are what the log folds to.")


@commands.command("verify")
@click.argument("fund", required=False)
def verify(fund: str | None) -> None:
    """Fold every snapshot of FUND, or of every fund, anew, and check its keyed hash.

    Wrong ones are set aside and made anew; exit status 1 where there is one.
    """
    engine = database.engine()
    chosen = [funds.fund_by_id_or_name(engine, fund)] if fund else funds.all_funds(engine)
    any_wrong = False
    for one in chosen:
        with Progress(f"Folding {one.name}", sys.stderr.isatty()) as progress:
            report = check(engine, one.id, progress.show)
        for wrong in report.wrong:
            click.echo(f"{one.name}: snapshot {wrong.snapshot_id} is wrong: {wrong.reason}")
        put_right(engine, one.id, {UUID(each.snapshot_id): each.reason for each in report.wrong})
        if not report.wrong:
            click.echo(f"{one.name}: {report.checked} snapshots, all as the log folds")
        any_wrong = any_wrong or bool(report.wrong)
    if any_wrong:
        sys.exit(1)
