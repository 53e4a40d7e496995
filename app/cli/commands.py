"""What commands have in common: refusals in words, names, a progress bar."""

from __future__ import annotations

import sys
from typing import Any, Self

import click
from flask.cli import AppGroup
from pydantic import TypeAdapter, ValidationError

from app.domain.errors import AsofError
from app.domain.fields import FundName
from app.services.sheets import FORMATS, Format


class Commands(AppGroup):
    """Commands that end a refusal with its text and exit status 1."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - what the command returns
        """Run the command."""
        try:
            return super().invoke(ctx)
        except AsofError as error:
            raise click.ClickException(str(error)) from error


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
    """A progress bar on a terminal, nothing elsewhere."""

    def __init__(self, label: str, shown: bool) -> None:  # noqa: FBT001 - it is plain enough
        """Prepare the bar, which shows with its first step."""
        self._label = label
        self._shown = shown
        self._bar: Any = None

    def __enter__(self) -> Self:
        """Give the bar."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the bar's line."""
        if self._bar:
            self._bar.render_finish()

    def show(self, done: int, total: int) -> None:
        """Show how much is done of how much."""
        if not self._shown:
            return
        if self._bar is None:
            self._bar = click.progressbar(length=total, label=self._label, file=sys.stderr)
        self._bar.update(done - self._bar.pos)
