"""What commands have in common: refusals in words, names, progress."""

from __future__ import annotations

import sys
import time
from typing import Any, Self

import click
from flask.cli import AppGroup
from pydantic import TypeAdapter, ValidationError

from app.domain.errors import AsofError
from app.domain.fields import FundName
from app.services.sheets import FORMATS, Format


class _Refusing(click.Command):
    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - what the command returns
        """Run the command."""
        try:
            return super().invoke(ctx)
        except AsofError as error:
            raise click.ClickException(str(error)) from error


class Commands(_Refusing, AppGroup):
    """Commands that end a refusal with its text and exit status 1."""


class LoneCommand(_Refusing):
    """A command of no group that ends a refusal so too."""


def fund_name(text: str) -> str:
    """Read the name of a new fund."""
    try:
        return TypeAdapter(FundName).validate_python(text)
    except ValidationError as error:
        raise click.ClickException(f"--name {text!r}: {error.errors()[0]['msg']}") from error


def format_of(name: str) -> Format:
    """Find what a file is to be from the ending of its name."""
    for each in FORMATS:
        if name.lower().endswith(f".{each}"):
            return each
    raise click.ClickException(f"OUT {name!r}: end it with .csv or .xlsx, or give --format")


class Progress:
    """A progress bar on a terminal, and elsewhere a line every so often."""

    def __init__(self, label: str, shown: bool, every: float = 2.0) -> None:  # noqa: FBT001 - it is plain enough
        """Prepare the bar, which shows with its first step, or a line each so many seconds."""
        self._label = label
        self._shown = shown
        self._bar: Any = None
        self._every, self._told = every, time.monotonic()

    def __enter__(self) -> Self:
        """Return the bar."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the bar's line."""
        if self._bar:
            self._bar.render_finish()

    def show(self, done: int, total: int | None) -> None:
        """Show how much is done, of how much if that is known."""
        if not self._shown or total is None:
            self._tell(done, total)
            return
        if self._bar is None:
            self._bar = click.progressbar(length=total, label=self._label, file=sys.stderr)
        self._bar.update(done - self._bar.pos)

    def _tell(self, done: int, total: int | None) -> None:
        now = time.monotonic()
        if now - self._told >= self._every:
            of = "" if total is None else f" of {total:,}"
            click.echo(f"{self._label}: {done:,}{of}", err=True)
            self._told = now
