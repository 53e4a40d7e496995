"""The commands for ledgers: see that they are as they were written."""

from __future__ import annotations

import sys

import click

from app import database
from app.cli.shared.commands import Commands
from app.services.funds import funds
from app.services.verification import verify_log

commands = Commands("ledger", help="Check that ledgers are as they were written.")


@commands.command("verify")
@click.argument("fund", required=False)
def verify(fund: str | None) -> None:
    """Check the ledger of FUND, or of every fund; exit status 1 where one is broken."""
    engine = database.engine()
    chosen = [funds.fund_by_id_or_name(engine, fund)] if fund else funds.all_funds(engine)
    reports = [(one, verify_log.verify(engine, one.id)) for one in chosen]
    for one, report in reports:
        for each in report.findings:
            click.echo(f"{one.name}: broken at {each.place}: {each.reason}")
        if not report.findings:
            click.echo(f"{one.name}: {report.events} events, all as they were written")
    if any(report.findings for _, report in reports):
        sys.exit(1)
