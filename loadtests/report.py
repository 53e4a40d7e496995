"""What a trial found: a table for people, and the same as JSON in a folder."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from app.config import PROJECT

Row = Mapping[str, Any]


def arguments(description: str | None) -> argparse.ArgumentParser:
    """Begin the arguments of a trial, with the folder for what it finds."""
    parser = argparse.ArgumentParser(description=description)
    default = PROJECT / "var" / "loadtests"
    parser.add_argument("--out", type=Path, default=default, help="folder for the JSON file")
    return parser


def table(rows: Sequence[Row]) -> str:
    """Set rows of equal keys as a table, numbers to the right."""
    names = list(rows[0])
    cells = [[_text(row[name]) for name in names] for row in rows]
    widths = [max(map(len, column)) for column in zip(names, *cells, strict=True)]
    right = [isinstance(rows[0][name], (int, float)) for name in names]

    def line(texts: Sequence[str]) -> str:
        parts = zip(texts, widths, right, strict=True)
        return "  ".join(text.rjust(w) if r else text.ljust(w) for text, w, r in parts).rstrip()

    return "\n".join([line(names), line(["-" * width for width in widths]), *map(line, cells)])


def write(out: Path, name: str, found: Mapping[str, Any]) -> Path:
    """Keep what was found as `name`.json."""
    out.mkdir(parents=True, exist_ok=True)
    path = out / f"{name}.json"
    path.write_bytes(orjson.dumps(found, option=orjson.OPT_INDENT_2))
    return path


def milliseconds(seconds: Sequence[float]) -> dict[str, float]:
    """Sum up how long something took: median, 95th and 99th percentile."""
    return {f"p{part} ms": percentile(seconds, part / 100) * 1000 for part in (50, 95, 99)}


def by_turns(works: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Do several works in turn, after a first time that warms up; return each's milliseconds."""
    took: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(rounds + 1):
        for name, work in works.items():
            begun = time.perf_counter()
            work()
            if turn:
                took[name].append((time.perf_counter() - begun) * 1000)
    return took


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which a share of them lie."""
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def _text(value: object) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value)
