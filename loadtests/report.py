"""What a benchmark prints and keeps: tables for people, the same figures as JSON for programs."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from typing import Any

RESULTS = Path(__file__).resolve().parent.parent / "var" / "loadtests"
Row = Mapping[str, Any]


@dataclass
class Report:
    """The tables of one run."""

    name: str
    folder: Path = RESULTS
    tables: dict[str, list[Row]] = field(default_factory=dict)

    def add(self, title: str, rows: Sequence[Row], note: str = "") -> None:
        """Print a table, and remember it; every row has the columns of the first."""
        self.tables[title] = list(rows)
        print(f"\n{title}")
        print(_table(rows))
        if note:
            print(note)

    def save(self) -> Path:
        """Write all tables to a file of the run's own."""
        now = datetime.now(UTC)
        document = {
            "name": self.name,
            "finished_at": now.isoformat(timespec="seconds"),
            "machine": {"processors": os.cpu_count(), "python": platform.python_version()},
            "tables": self.tables,
        }
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{self.name}-{now:%Y%m%dT%H%M%SZ}.json"
        path.write_text(json.dumps(document, indent=2) + "\n")
        print(f"\nKept as {path}")
        return path


def milliseconds(seconds: Sequence[float]) -> dict[str, float]:
    """Sum up how long something took: median, 95th and 99th percentile, in milliseconds."""
    cuts = quantiles(seconds, n=100, method="inclusive")
    return {f"p{part} ms": round(cuts[part - 1] * 1000, 3) for part in (50, 95, 99)}


def _table(rows: Sequence[Row]) -> str:
    cells = [list(rows[0]), *([_text(value) for value in row.values()] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join(
            text.ljust(width) if place == 0 else text.rjust(width)
            for place, (text, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in cells
    )


def _text(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.2f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
