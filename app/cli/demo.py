"""The commands for the demo fund."""

from __future__ import annotations

import sys

import click

from app import database
from app.cli.shared.actor import acting_person, as_whom
from app.cli.shared.commands import Commands, Progress, fund_name
from app.services import demo
from app.services.demo.story import SEED

commands = Commands("demo", help="Load a made-up fund to try things on.")


@commands.command("load")
@click.option("--events", type=click.IntRange(1, 1_000_000),
              help="Fill the story up to so many events; the story alone if left out.")  # fmt: skip
@click.option("--name", default=demo.NAME, show_default=True, help="The new fund's name.")
@click.option("--seed", default=SEED, show_default=True, help="Seed of the random noise.")
@as_whom
def load(events: int | None, name: str, seed: int, email: str | None) -> None:
    """Load the demo fund: ten years of thirty companies, marks, mistakes and corrections.

    Who does it becomes its GP.
    """
    name = fund_name(name)
    engine = database.engine()
    loader = acting_person(engine, email)
    total, _ = demo.demo_history(events, seed)
    with Progress("Loading events", sys.stderr.isatty()) as bar:
        fund = demo.load(
            engine, name, events, seed, lambda done: bar.show(done, total), gp=loader.id
        )
    click.echo(f"{fund.name}: {total} events loaded; its id is {fund.id}")
