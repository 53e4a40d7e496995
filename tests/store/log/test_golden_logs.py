"""Logs written by earlier versions of the program fold to what they always did.

A golden log is never changed. A new schema version, or a change of what a fold may give, brings a
golden log of its own.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest

from app.domain.events.catalogue import EventType
from app.domain.events.model import Event
from app.domain.events.upcasts import newest_version, upcast
from app.domain.figures.figures import figures_of
from app.domain.state.fold import state_at
from app.domain.viewpoint import Viewpoint
from app.services.documents.state import State
from app.services.reads.viewpoints import View
from app.store.log.hash_chain import first_break
from app.store.log.rows import Head, Row

GOLDEN = sorted(Path(__file__).parent.glob("golden/*.json"))


def _row(raw: dict[str, Any]) -> Row:
    ids = {name: raw[name] and UUID(raw[name]) for name in ("id", "causation_id", "correlation_id")}
    instants = {
        name: raw[name] and datetime.fromisoformat(raw[name])
        for name in ("recorded_at", "loaded_at")
    }
    hashes = {name: bytes.fromhex(raw[name]) for name in ("payload_hash", "chain_hash")}
    day = date.fromisoformat(raw["effective_on"])
    return Row(**{**raw, **ids, **instants, **hashes, "effective_on": day})


def _event(row: Row) -> Event:
    event_type = EventType(row.event_type)
    return Event(
        sequence=row.sequence,
        id=row.id,
        event_type=event_type,
        effective_on=row.effective_on,
        payload=upcast(event_type, row.schema_version, row.payload),
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
    )


@pytest.fixture(params=GOLDEN, ids=[file.stem for file in GOLDEN])
def golden(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Return a golden log: its rows as they stand in the table, and the answers they gave."""
    document: dict[str, Any] = orjson.loads(request.param.read_bytes())
    return document


def test_a_golden_log_gives_the_answers_that_it_always_gave(golden: dict[str, Any]) -> None:
    events = [_event(_row(raw)) for raw in golden["rows"]]
    head = Head(events[-1].sequence, events[-1].recorded_at)
    added_since = {EventType.APPROVAL_CHANGED}  # it moves no figure
    assert {event.event_type for event in events} == set(EventType) - added_since
    for answer in golden["answers"]:
        at = Viewpoint(date.fromisoformat(answer["as_of"]), answer["through"])
        known = events[: at.through]
        state = state_at(known, at)
        view = View(at, head, state, figures_of(state, at.as_of))
        assert State.model_validate(view).model_dump(mode="json") == answer


def test_a_golden_log_still_hashes_as_it_was_written(golden: dict[str, Any]) -> None:
    rows = [_row(raw) for raw in golden["rows"]]
    head = (rows[-1].sequence, rows[-1].recorded_at, rows[-1].chain_hash)
    assert first_break(UUID(golden["fund_id"]), rows, head) is None


def test_an_old_payload_is_brought_up_one_version_at_a_time() -> None:
    steps = {
        (EventType.CREDIT_LINE_DRAWN, 1): lambda old: {"amount": old["sum"]},
        (EventType.CREDIT_LINE_DRAWN, 2): lambda old: old | {"bank": "unknown"},
    }
    newest = {"amount": "5", "bank": "unknown"}
    assert newest_version(EventType.CREDIT_LINE_DRAWN, steps) == 3
    assert newest_version(EventType.CREDIT_LINE_REPAID, steps) == 1
    for version, payload in ((1, {"sum": "5"}), (2, {"amount": "5"}), (3, newest)):
        assert upcast(EventType.CREDIT_LINE_DRAWN, version, payload, steps) == newest
