"""Events stay as they are: by rights, by trigger, by constraint, and any change shows."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from app.store.log import stored_events
from app.store.log.hash_chain import Break
from tests.ledgers import called, company, investment, mark, new_fund

CHANGES = (
    "UPDATE event SET recorded_by = 'x' WHERE fund_id = :fund",
    "DELETE FROM event WHERE fund_id = :fund",
    "TRUNCATE event CASCADE",
)


@pytest.fixture
def fund(engine: Engine) -> UUID:
    return new_fund(engine, company(), investment("10"), mark("20"), called("30"))


@pytest.mark.parametrize("change", CHANGES)
def test_the_application_may_not_change_events(engine: Engine, fund: UUID, change: str) -> None:
    with (
        engine.connect() as connection,
        pytest.raises(DBAPIError, match=r"permission denied|append-only"),
    ):
        connection.execute(text(change), {"fund": fund})


@pytest.mark.parametrize("change", CHANGES)
def test_not_even_the_owner_changes_events(owner_engine: Engine, fund: UUID, change: str) -> None:
    with owner_engine.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
        connection.execute(text(change), {"fund": fund})


_COPY_OF_THE_FIFTH = """
    INSERT INTO event (fund_id, sequence, id, event_type, schema_version, effective_on, payload,
        payload_hash, recorded_at, recorded_by, source, chain_hash)
    SELECT {fund_id}, {sequence}, gen_random_uuid(), event_type, 1, effective_on, payload, '\\x00',
        recorded_at, 'x', 'x', chain_hash
    FROM event WHERE fund_id = :fund AND sequence = 5
"""


@pytest.mark.parametrize(
    ("fund_id", "sequence", "why"),
    [
        ("fund_id", 7, "prev_sequence"),  # a gap
        ("gen_random_uuid()", 1, "first_of"),  # the log of no fund
        ("gen_random_uuid()", 2, "prev_sequence"),
    ],
)
def test_neither_a_gap_nor_a_log_of_no_fund_can_be_written(
    engine: Engine, fund: UUID, fund_id: str, sequence: int, why: str
) -> None:
    statement = text(_COPY_OF_THE_FIFTH.format(fund_id=fund_id, sequence=sequence))
    with engine.connect() as connection, pytest.raises(DBAPIError, match=f"event.*{why}_fkey"):
        connection.execute(statement, {"fund": fund})


def _tampered(connection: Connection, statement: str, fund: UUID) -> Break | None:
    """Change rows as someone with all rights might, and look whether it shows; then undo it."""
    connection.execute(text("ALTER TABLE event DISABLE TRIGGER USER"))
    connection.execute(text("ALTER TABLE event DROP CONSTRAINT event_fund_id_prev_sequence_fkey"))
    for part in statement.split(";"):
        connection.execute(text(part), {"fund": fund})
    found = stored_events.verify(connection, fund)
    connection.rollback()
    return found


_SWAP = """
    UPDATE event SET sequence = -sequence WHERE fund_id = :fund AND sequence IN (3, 4);
    UPDATE event SET sequence = 7 + sequence WHERE fund_id = :fund AND sequence < 0
"""
_FORGE = """
    INSERT INTO event (fund_id, sequence, id, event_type, schema_version, effective_on, payload,
        payload_hash, recorded_at, recorded_by, source, chain_hash)
    SELECT fund_id, 6, gen_random_uuid(), event_type, 1, effective_on,
        payload || '{"note": "more"}', sha256('x'), recorded_at, 'x', 'x', chain_hash
    FROM event WHERE fund_id = :fund AND sequence = 5
"""
_ONE = " WHERE fund_id = :fund AND sequence = 3"


@pytest.mark.parametrize(
    ("statement", "sequence"),
    [
        ("UPDATE event SET payload = jsonb_set(payload, '{amount}', '\"11\"')" + _ONE, 3),
        ("UPDATE event SET effective_on = effective_on + 1" + _ONE, 3),
        ("UPDATE event SET payload_hash = chain_hash" + _ONE, 3),
        ("UPDATE event SET recorded_by = 'someone else'" + _ONE, 3),
        ("UPDATE event SET recorded_at = recorded_at + interval '1 us'" + _ONE, 3),
        ("UPDATE event SET loaded_at = recorded_at" + _ONE, 3),
        ("UPDATE event SET schema_version = 2" + _ONE, 3),
        ("UPDATE event SET source = 'demo'" + _ONE, 3),
        ("UPDATE event SET event_type = 'SECURITY_CONVERTED'" + _ONE, 3),
        ("UPDATE event SET id = gen_random_uuid()" + _ONE, 3),
        ("UPDATE event SET correlation_id = gen_random_uuid()" + _ONE, 3),
        ("UPDATE event SET causation_id = gen_random_uuid()" + _ONE, 3),
        ("UPDATE event SET chain_hash = payload_hash" + _ONE, 3),
        ("UPDATE event SET name_key = 'acme'" + _ONE, 3),
        ("DELETE FROM event" + _ONE, 3),
        ("DELETE FROM event WHERE fund_id = :fund AND sequence = 5", 5),
        ("DELETE FROM event WHERE fund_id = :fund AND sequence = 1", 1),
        (_SWAP, 3),
        (_FORGE, 6),
        (
            "UPDATE ledger_head SET chain_hash = sha256('x') WHERE fund_id = :fund",
            5,
        ),
    ],
)
def test_whatever_is_changed_is_found_at_its_sequence(
    owner_engine: Engine, fund: UUID, statement: str, sequence: int
) -> None:
    with owner_engine.connect() as connection:
        connection.execute(text("ALTER TABLE event DROP CONSTRAINT event_sequence_check"))
        found = _tampered(connection, statement, fund)
    assert found is not None
    assert found.sequence == sequence, found.reason


def test_an_untouched_ledger_is_whole(engine: Engine, fund: UUID) -> None:
    with engine.connect() as connection:
        assert stored_events.verify(connection, fund) is None


def test_one_funds_events_never_touch_anothers(engine: Engine, fund: UUID) -> None:
    other = new_fund(engine, company(), investment("99"))
    with engine.connect() as connection:
        before = stored_events.events_through(connection, fund, 99)
        new_fund(engine, called("1"))
        assert stored_events.events_through(connection, fund, 99) == before
        assert len(stored_events.events_through(connection, other, 99)) == 3
