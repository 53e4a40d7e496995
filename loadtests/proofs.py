"""What has to hold of a fund after anything: acknowledged, once, in order, and folded right."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from app.domain.figures.figures import figures_of
from app.domain.state.fold import state_at
from app.domain.viewpoint import Viewpoint
from app.services.documents.state import State
from app.services.reads.viewpoints import View
from app.services.verification import verify_log
from app.store.database.connections import reading
from app.store.snapshots import state_reader
from loadtests.clients import any_day

_REFERENCES = "SELECT sequence, payload->>'reference' FROM event WHERE fund_id = %s ORDER BY 1"


@dataclass(frozen=True, slots=True)
class LogProof:
    """How the log differs from what was acknowledged, and from what a log is."""

    events: int
    lost: int
    doubled: int
    gaps: int
    broken: str


def prove_log(engine: Engine, fund: UUID, acknowledged: dict[str, int]) -> LogProof:
    """Look at the whole log; `acknowledged` gives the sequence of each reference."""
    report = verify_log.verify(engine, fund)
    with reading(engine) as driver:
        rows = driver.execute(_REFERENCES, (fund,)).fetchall()
    places = {reference: sequence for sequence, reference in rows}
    counts = Counter(reference for _, reference in rows if reference)
    return LogProof(
        events=len(rows),
        lost=sum(places.get(each) != sequence for each, sequence in acknowledged.items()),
        doubled=sum(count > 1 for count in counts.values()),
        gaps=sum(sequence != place for place, (sequence, _) in enumerate(rows, 1)),
        broken=str(report.broken or ""),
    )


def wrong_answers(
    engine: Engine, fund: UUID, answers: Sequence[tuple[str, int, dict[str, Any]]]
) -> int:
    """Count the answers of the API that are not what the log folds to from its first event."""
    wrong = 0
    with reading(engine) as driver:
        head = state_reader.read(driver, fund, date.max, None).head
        for day, through, answer in answers:
            at = Viewpoint(date.fromisoformat(day), through)
            state = state_at(state_reader.facts_after(driver, fund, None, at), at)
            view = View(at, head, state, figures_of(state, at.as_of))
            folded = State.model_validate(view).model_dump(mode="json")
            wrong += {**folded, "head": None} != {**answer, "head": None}
    return wrong


def wrong_reads(engine: Engine, fund: UUID, reads: int, chance: random.Random) -> tuple[int, int]:
    """Read from random viewpoints; return how many snapshots served, and how many were wrong."""
    served = wrong = 0
    with reading(engine) as driver:
        head = state_reader.read(driver, fund, date.max, None).head.sequence
        for _ in range(reads):
            at = Viewpoint(any_day(chance), chance.randint(1, head))
            found = state_reader.read(driver, fund, at.as_of, at.through)
            served += found.snapshot_as_of is not None
            wrong += found.state != state_at(state_reader.facts_after(driver, fund, None, at), at)
    return served, wrong
