"""The worked example of docs/concepts.md is what the program computes."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

from app.config import PROJECT
from app.domain.figures.figures import figures_of
from app.services.documents.state import Figures
from tests.domain.ledger import Ledger

_FIGURES = ("nav", "accrued_carry", "net_nav", "tvpi")


def _tables() -> list[list[list[str]]]:
    """Return the tables of the example, each as rows of cells without its header."""
    page = (PROJECT / "docs" / "concepts.md").read_text()
    section = page.partition("\n## A worked example\n")[2].partition("\n## ")[0]
    blocks = [block for block in section.split("\n\n") if block.startswith("|")]
    return [
        [[cell.strip() for cell in line.strip("|").split(" | ")] for line in block.splitlines()[2:]]
        for block in blocks
    ]


def test_the_figures_of_each_viewpoint_are_those_of_the_page() -> None:
    events, viewpoints = _tables()
    ledger = Ledger()
    for sequence, recorded, effective, event_type, payload in events:
        raw = {
            "event_type": event_type.strip("`"),
            "effective_on": effective,
            "payload": json.loads(payload.strip("`")),
        }
        [event] = ledger.record(raw, now=datetime.fromisoformat(recorded).replace(tzinfo=UTC))
        assert str(event.sequence) == sequence
    assert len(viewpoints) == 4
    for as_of, through, *shown in viewpoints:
        figures = figures_of(ledger.state(as_of, int(through)), date.fromisoformat(as_of))
        document = Figures.model_validate(figures).model_dump()
        assert shown[: len(_FIGURES)] == [document[name] for name in _FIGURES]
