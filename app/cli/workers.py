"""Commands on the worker."""

from __future__ import annotations

import click
from flask import current_app

from app import database
from app.cli.shared.commands import Commands
from app.monitoring.shared_call import SingleFlight
from app.services.jobs import worker_heartbeats
from app.services.operations import readiness
from app.store.database.connections import FAILURES, reading
from app.store.jobs import workers
from app.store.jobs.workers import Vitals

commands = Commands("worker", help="Check the worker.")
_WITHIN = 10.0  # seconds


@commands.command("health")
@click.option("--anywhere", is_flag=True, help="Also count the workers of other machines.")
def health(*, anywhere: bool) -> None:
    """Say whether a worker of this machine is alive: exit status 0 if so, else 1."""
    site = database.of(current_app)

    def read_vitals() -> Vitals:
        with reading(site.engine()) as driver:
            return workers.vitals(driver, None if anywhere else worker_heartbeats.here())

    try:
        found = SingleFlight(read_vitals).within(_WITHIN)
    except (TimeoutError, *FAILURES) as error:
        raise click.ClickException("the database does not answer: see that it runs") from error
    if not found.alive:
        raise click.ClickException(f"{readiness.silence(found)}: {readiness.START_WORKER}")
    click.echo(f"{found.alive} alive; the last sign of life is {found.seconds:.0f} seconds old")
