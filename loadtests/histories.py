"""Large import files, made of the demo fund's years with more of the same."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import orjson

from app.services.demo import demo_history
from app.services.import_files.columns import PAYLOAD_COLUMNS

_ENVELOPE = ("sequence", "recorded_at", "effective_on", "event_type", "correlation_id")


def write_history(path: Path, events: int) -> None:
    """Write so many events as CSV, as they were recorded over ten years."""
    _, history = demo_history(events)
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.DictWriter(file, (*_ENVELOPE, *PAYLOAD_COLUMNS), restval="")
        rows.writeheader()
        for entry in history:
            envelope = {
                "sequence": entry.sequence,
                "recorded_at": entry.recorded_at.isoformat(),
                "effective_on": entry.effective_on.isoformat(),
                "event_type": entry.event_type,
                "correlation_id": entry.correlation_id or "",
            }
            rows.writerow(envelope | {key: _cell(value) for key, value in entry.payload.items()})


def _cell(value: Any) -> Any:  # noqa: ANN401 (any JSON)
    return orjson.dumps(value).decode() if isinstance(value, (dict, list, bool)) else value
