"""Which books are closed: the statement that admission asks and the domain's rule say the same."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from app.domain.errors import RefusedError
from app.domain.events.catalogue import PERIOD_EVENTS
from app.domain.period_closes import closes_of
from app.services.reads import timeline
from app.services.recording.batches import parse_drafts
from app.store.admission.admission_scope import AdmissionScope, StoredLogIndex, read_scope
from app.store.database.connections import driver_connection
from tests.ledgers import called, new_fund, raw, record

_DAYS = ("2010-03-31", "2010-06-30", "2010-09-30", "2010-12-31")
_STEPS = st.lists(
    st.tuples(st.sampled_from(("PERIOD_CLOSED", "PERIOD_REOPENED")), st.sampled_from(_DAYS)),
    max_size=12,
)


def _asked_by_admission(engine: Engine, fund: UUID) -> date | None:
    scope = AdmissionScope.on(parse_drafts([called("1", "2010-05-01")]))
    assert not scope.turns, "only the last close is read"
    with engine.connect() as connection:
        cursor = driver_connection(connection).cursor()
        rows = read_scope(cursor, fund, scope).fetchall()
        index = StoredLogIndex(cursor, fund, 0)
        index.add_all(rows)
        return index.closed_through


def _by_the_rule(engine: Engine, fund: UUID) -> date | None:
    events = timeline.between(engine, fund, 1, 99)
    closes = closes_of(each for each in events if each.event_type in PERIOD_EVENTS)
    return max((each.closed_through for each in closes if each.stands), default=None)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_STEPS)
def test_the_last_close_in_force_is_the_same_by_statement_and_by_rule(
    engine: Engine, steps: list[tuple[str, str]]
) -> None:
    fund = new_fund(engine)
    for event_type, day in steps:
        try:
            record(engine, fund, raw(event_type, "2011-01-15", closed_through=day))
        except RefusedError:
            continue  # books close forward only, and what is open cannot be reopened
        assert _asked_by_admission(engine, fund) == _by_the_rule(engine, fund)
