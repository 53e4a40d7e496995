"""What is done without being asked for: each minute, each night (UTC), and at the start.

Each hour looks for what the night was to do and did not: an outage at midnight loses none of it.
"""

from __future__ import annotations

from huey import crontab

from app.services.jobs import runner, worker_heartbeats
from app.services.reads import figure_jobs
from tasks import nightly as nights
from tasks.queue import engine, huey, lease


@huey.periodic_task(crontab(minute="*"), priority=1)
def sweep() -> None:
    """Take jobs back from workers that died, wake up lost ones, and keep figures by day new."""
    runner.sweep(engine(), lease())
    worker_heartbeats.prune(engine())
    figure_jobs.ask_where_stale(engine())


@huey.periodic_task(crontab(minute="0"))
def nightly() -> None:
    """Do what is done each night; new kinds of it go into `tasks.nightly.HOOKS`."""
    nights.run(engine())


def catch_up() -> None:
    """Have the workers do what was missed while none was there."""
    sweep()
    nightly()
