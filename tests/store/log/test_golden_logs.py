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
# What answers of the first version say otherwise, or not at all, since the definitions were amended
# (docs/concepts.md): what is in kind is no cash; a sale that does not state the stake lets it fall.
FIRST = "0190f3c2-5a10-7c3e-8a51-6f0c3f6f9a01"
AMENDED = {
    "figures": {"cash", "available_for_new_deals", "securities_held", "payables", "carry_unmet"},
    "holding": {"ownership", "ownership_estimated", "cost_estimated", "shares"},
    "carry": {"compounding", "cumulative"},
}


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
    is_first = golden["fund_id"] == FIRST
    added_since = {EventType.APPROVAL_CHANGED, EventType.EXPENSE_ACCRUED} if is_first else set()
    assert {event.event_type for event in events} == set(EventType) - added_since
    for answer in golden["answers"]:
        at = Viewpoint(date.fromisoformat(answer["as_of"]), answer["through"])
        known = events[: at.through]
        state = state_at(known, at)
        view = View(at, head, state, figures_of(state, at.as_of))
        given = State.model_validate(view).model_dump(mode="json")
        if is_first:
            given, answer = _without_amended(given), _without_amended(answer)  # noqa: PLW2901
        assert given == answer


def _without_amended(answer: dict[str, Any]) -> dict[str, Any]:
    terms = answer["terms"]
    parts = {
        "figures": _without(answer["figures"], AMENDED["figures"]),
        "portfolio_companies": [
            _without(each, AMENDED["holding"]) for each in answer["portfolio_companies"]
        ],
        "terms": terms | {"carry": _without(terms["carry"], AMENDED["carry"])},
    }
    return answer | parts


def _without(part: dict[str, Any], names: set[str]) -> dict[str, Any]:
    return {name: value for name, value in part.items() if name not in names}


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
