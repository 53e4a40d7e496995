"""The scenarios: who takes part in each, and what the site must hold afterwards."""

from __future__ import annotations

from functools import partial
from itertools import cycle, islice
from pathlib import Path

from sqlalchemy import Engine

from loadtests.gates import casting, counting
from loadtests.gates.cast import Cast
from loadtests.gates.restarting import RESTARTS, restart_repeatedly
from loadtests.gates.run import Scenario
from loadtests.histories import write_history

_READERS, _DRAGGING, _ANALYSTS, _RECORDERS = 10, 50, 20, 4
_OTHERS = 5  # funds in which the other half of those who drag are
_ROWS = 30_000  # of the file that is imported


def _critical_flows(engine: Engine, _: Path) -> Cast:
    fund = casting.demo_fund(engine, "Larkspur Quay")
    return {"Reader": [casting.part(engine, fund, "analyst") for _ in range(_READERS)]}


def _scrubbing(engine: Engine, _: Path) -> Cast:
    half = _DRAGGING // 2
    common = casting.demo_fund(engine, "Everybody's")
    others = [casting.demo_fund(engine, f"Fund {number}") for number in range(_OTHERS)]
    spread = islice(cycle(others), half)
    return {"GP": [casting.part(engine, fund) for fund in [*[common] * half, *spread]]}


def _quarter_end(engine: Engine, _: Path) -> Cast:
    funds = [casting.portfolio(engine, f"Portfolio {number}") for number in range(_ANALYSTS)]
    common = casting.demo_fund(engine, "Everybody's")
    half = _ANALYSTS // 2
    looked_at = [*[common] * half, *funds[:half]]
    return {
        "Analyst": [casting.part(engine, fund, "analyst") for fund in funds],
        "GP": [casting.part(engine, fund) for fund in looked_at],
    }


def _import_under_load(engine: Engine, folder: Path) -> Cast:
    file = folder / "history.csv"
    write_history(file, _ROWS)
    fund = casting.demo_fund(engine, "Everybody's")
    return {
        "Importer": [casting.part(engine, fund, file=str(file))],
        "GP": [casting.part(engine, fund) for _ in range(_ANALYSTS)],
    }


def _restarts(engine: Engine, folder: Path) -> Cast:
    fund = casting.plain_fund(engine, "Recorded in")
    recorders = [casting.part(engine, fund, "analyst") for _ in range(_RECORDERS)]
    return {**_critical_flows(engine, folder), "Recorder": recorders}


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
            f"{_DRAGGING} GPs drag the handle, half of them in one fund, half in {_OTHERS} others",
            _scrubbing,
            warm_up=15,
        ),
        Scenario(
            "quarter-end",
            f"{_ANALYSTS} analysts record valuation rounds while {_ANALYSTS} GPs drag the handle",
            _quarter_end,
            counting.rounds,
        ),
        Scenario(
            "import-under-load",
            f"{_ROWS:,} rows are imported by the forms while {_ANALYSTS} GPs drag the handle",
            _import_under_load,
            partial(counting.imported, _ROWS),
            ends_itself=True,
        ),
        Scenario(
            "restarts",
            f"the database is restarted {RESTARTS} times while {_READERS} people use the critical "
            f"flows and {_RECORDERS} record events",
            _restarts,
            counting.recorded,
            restart_repeatedly,
        ),
    )
}
