"""The scenarios: who takes part in each, and what the site must hold afterwards."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine

from loadtests.gates import casting
from loadtests.gates.cast import Cast
from loadtests.gates.run import Scenario

_READERS, _DRAGGING = 10, 50


def _critical_flows(engine: Engine, _: Path) -> Cast:
    fund = casting.demo_fund(engine, "Larkspur Quay")
    return {"Reader": [casting.part(engine, fund, "analyst") for _ in range(_READERS)]}


def _scrubbing(engine: Engine, _: Path) -> Cast:
    half = _DRAGGING // 2
    common = casting.demo_fund(engine, "Everybody's")
    own = [casting.demo_fund(engine, f"Fund {number}") for number in range(half)]
    return {"GP": [casting.part(engine, fund) for fund in [*[common] * half, *own]]}


SCENARIOS = {
    each.name: each
    for each in (
        Scenario(
            "critical-flows",
            f"{_READERS} people read states and timelines and ask for snapshots",
            _critical_flows,
        ),
        Scenario(
            "scrubbing",
            f"{_DRAGGING} GPs drag the handle, half of them in the same fund",
            _scrubbing,
        ),
    )
}
