"""Processes that die while they make a database ready: the line names its address, or a home."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app.store.database import bootstrap
from app.store.embedded import leases
from tests.faults.mortals import Count, make_processes


def _prepare(count: Count, words: list[str]) -> None:
    [place] = words
    if place.startswith("/"):
        _make(count, Path(place))
        return
    sa.event.listen(sa.Engine, "before_cursor_execute", count)
    sa.event.listen(sa.Engine, "commit", count)
    bootstrap.prepare(bootstrap.engine_url(place))


def _make(count: Count, home: Path) -> None:
    """Make a server; what counts are the programs that it takes."""
    run = subprocess.run

    def counted(*given: Any, **options: Any) -> Any:  # noqa: ANN401
        count()
        return run(*given, **options)

    subprocess.run = counted
    leases.acquire(home).close()


if __name__ == "__main__":
    make_processes(_prepare)
