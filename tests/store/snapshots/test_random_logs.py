"""Random logs through the database: the answers are those of the log alone, and stay so."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from uuid_utils.compat import uuid7

from app.domain.figures.figures import AMOUNTS
from app.services.documents.state import State
from app.services.reads import viewpoints
from app.services.reads.viewpoints import View, ViewpointRequest
from app.store import funds
from app.store.log import stored_events
from tests.domain.figures.plain_reading import PlainReading
from tests.domain.ledger import Ledger
from tests.domain.random_logs import DAYS, ledgers
from tests.ledgers import Raw, record

Log = tuple[Ledger, list[Raw]]
# The engine of a whole run is as good as a fresh one: each example makes funds of its own.
_DATABASE = settings(
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def _open(engine: Engine) -> UUID:
    with engine.begin() as connection:
        return funds.register(connection, uuid7(), f"Fund {uuid7()}").id


def _see(engine: Engine, fund_id: UUID, as_of: date, through: int) -> View:
    at, head = viewpoints.resolve(engine, fund_id, ViewpointRequest(str(as_of), "", str(through)))
    return viewpoints.load_view(engine, fund_id, at, head)


@given(ledgers(), st.lists(st.tuples(DAYS, st.floats(0, 1)), min_size=3, max_size=3))
@_DATABASE
def test_the_database_answers_as_a_plain_reading_of_what_was_recorded(
    engine: Engine, log: Log, places: list[tuple[date, float]]
) -> None:
    fund_id = _open(engine)
    for event in log[1]:
        record(engine, fund_id, event, allow_duplicate=True)
    with engine.connect() as connection:
        assert stored_events.verify(connection, fund_id) is None
        events = stored_events.events_through(connection, fund_id, len(log[1]))
    assert len(events) == len(log[1]) == len(log[0].events)
    for as_of, share in places:
        through = round(share * len(events))
        figures = _see(engine, fund_id, as_of, through).figures
        expected = PlainReading(events, as_of, through).figures()
        assert {name: Fraction(getattr(figures, name)) for name in AMOUNTS} == expected


@given(ledgers(most=20), ledgers(most=20), DAYS)
@_DATABASE
def test_answers_once_given_stay_and_funds_do_not_touch_each_other(
    engine: Engine, one: Log, other: Log, as_of: date
) -> None:
    """Record two logs turn by turn; ask each at each step, and all again at the end."""
    logs = {_open(engine): list(one[1]), _open(engine): list(other[1])}
    lengths = {fund_id: len(events) for fund_id, events in logs.items()}
    given_then: dict[tuple[UUID, int], object] = {}
    while any(logs.values()):
        for fund_id, left in logs.items():
            if left:
                through = record(engine, fund_id, left.pop(0), allow_duplicate=True).last_sequence
                given_then[fund_id, through] = _answer(engine, fund_id, as_of, through)
    assert len(given_then) == sum(lengths.values())
    for (fund_id, through), answer in given_then.items():
        assert _answer(engine, fund_id, as_of, through) == answer


def _answer(engine: Engine, fund_id: UUID, as_of: date, through: int) -> object:
    """Return the whole answer, but for the head, which moves on."""
    document = State.model_validate(_see(engine, fund_id, as_of, through)).model_dump(mode="json")
    del document["head"]
    return document
