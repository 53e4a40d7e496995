"""The audit stays as it is: by rights, by trigger, by chain, and any change is found at its row."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from app.domain.accounts.audit import AuditKind
from app.services.accounts import audit
from app.store.accounts import audit as audit_store
from app.store.log.hash_chain import Break
from tests.people import somebody

CHANGES = (
    "UPDATE audit_event SET actor = 'x'",
    "DELETE FROM audit_event",
    "TRUNCATE audit_event CASCADE",
    "UPDATE audit_head SET sequence = sequence - 1",
    "UPDATE audit_head SET chain_hash = sha256('x')",
    "DELETE FROM audit_head",
    "TRUNCATE audit_head",
)


@pytest.fixture
def last(engine: Engine) -> int:
    """Record five events, and return the sequence of the last."""
    person = somebody(engine)
    for role in ("viewer", "analyst", "gp", "analyst", "viewer"):
        with engine.begin() as connection:
            audit.record(
                connection, AuditKind.ROLE_GRANTED, about=person, after={"role": role}, actor=person
            )
    return _head(engine)


def _head(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text("SELECT sequence FROM audit_head")).scalar_one())


@pytest.mark.parametrize("change", CHANGES)
def test_neither_the_application_nor_the_owner_changes_the_audit(
    engine: Engine, owner_engine: Engine, last: int, change: str
) -> None:
    for each, told in ((engine, "permission denied|append-only|moves on"), (owner_engine, "audit")):
        with each.connect() as connection, pytest.raises(DBAPIError, match=told):
            connection.execute(text(change))
    assert last == _head(engine)


def _tampered(connection: Connection, statement: str, last: int) -> Break | None:
    """Change rows as someone with all rights might, and see whether it shows; then undo it."""
    for table in ("audit_event", "audit_head"):
        connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
    connection.execute(text("ALTER TABLE audit_event DROP CONSTRAINT audit_event_sequence_check"))
    connection.execute(
        text("ALTER TABLE audit_event DROP CONSTRAINT audit_event_prev_sequence_fkey")
    )
    for part in statement.split(";"):
        connection.execute(text(part), {"last": last})
    _, found = audit_store.verify(connection)
    connection.rollback()
    return found


_ONE = " WHERE sequence = :last - 2"
_SWAP = """
    UPDATE audit_event SET sequence = -sequence WHERE sequence IN (:last - 2, :last - 1);
    UPDATE audit_event SET sequence = 2 * :last - 3 + sequence WHERE sequence < 0
"""
_FORGE = """
    INSERT INTO audit_event (sequence, id, kind, occurred_at, actor, chain_hash)
    SELECT :last + 1, gen_random_uuid(), kind, occurred_at, 'x', chain_hash
    FROM audit_event WHERE sequence = :last
"""


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        ("UPDATE audit_event SET id = gen_random_uuid()" + _ONE, -2),
        ("UPDATE audit_event SET kind = 'signed_in'" + _ONE, -2),
        ("UPDATE audit_event SET occurred_at = occurred_at + interval '1 us'" + _ONE, -2),
        ("UPDATE audit_event SET actor_id = gen_random_uuid()" + _ONE, -2),
        ("UPDATE audit_event SET actor_id = NULL" + _ONE, -2),
        ("UPDATE audit_event SET actor = 'somebody else'" + _ONE, -2),
        ("UPDATE audit_event SET about_id = actor_id, about = ''" + _ONE, -2),
        ("UPDATE audit_event SET fund_id = gen_random_uuid()" + _ONE, -2),
        ("UPDATE audit_event SET before = after" + _ONE, -2),
        ("UPDATE audit_event SET before = after, after = before" + _ONE, -2),
        ('UPDATE audit_event SET after = \'{"role": "viewer"}\'' + _ONE, -2),
        ("UPDATE audit_event SET address = ''" + _ONE, -2),
        ("UPDATE audit_event SET address = device, device = address" + _ONE, -2),
        ("UPDATE audit_event SET request_id = ''" + _ONE, -2),
        ("UPDATE audit_event SET chain_hash = sha256('x')" + _ONE, -2),
        ("DELETE FROM audit_event" + _ONE, -2),
        ("DELETE FROM audit_event WHERE sequence = :last", 0),
        (_SWAP, -2),
        (_FORGE, 1),
        ("UPDATE audit_head SET chain_hash = sha256('x')", 0),
        ("UPDATE audit_head SET occurred_at = occurred_at + interval '1 us'", 0),
    ],
)
def test_whatever_is_changed_is_found_at_its_row(
    owner_engine: Engine, last: int, statement: str, place: int
) -> None:
    with owner_engine.connect() as connection:
        found = _tampered(connection, statement, last)
    assert found is not None
    assert found.sequence == last + place, found.reason


def test_an_untouched_audit_is_whole(engine: Engine, last: int) -> None:
    assert audit.verify(engine) == (last, None)


def test_what_is_taken_back_was_not_recorded(engine: Engine, last: int) -> None:
    with engine.connect() as connection:
        audit.record(connection, AuditKind.SIGNED_IN)
        connection.rollback()
    assert audit.verify(engine) == (last, None)


def test_of_many_at_once_each_has_its_place(engine: Engine, last: int) -> None:
    def record(_: int) -> None:
        with engine.begin() as connection:
            audit.record(connection, AuditKind.SIGNED_IN)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(record, range(80)))
    assert audit.verify(engine) == (last + 80, None)


def _recorded(engine: Engine, record: Callable[[Connection], None]) -> dict[str, object]:
    with engine.begin() as connection:
        record(connection)
        query = text("SELECT * FROM audit_event ORDER BY sequence DESC LIMIT 1")
        return dict(connection.execute(query).mappings().one())


def test_who_is_at_work_is_named_with_where_they_are(engine: Engine) -> None:
    actor, about, fund = somebody(engine), somebody(engine), uuid4()
    audit.begin("192.0.2.9", "Some browser")
    audit.acting(actor)
    try:
        seen = _recorded(
            engine,
            lambda connection: audit.record(
                connection,
                AuditKind.ROLE_CHANGED,
                about=about,
                fund_id=fund,
                before={"role": "viewer"},
                after={"role": "gp"},
            ),
        )
    finally:
        audit.end()
    assert (seen["actor_id"], seen["actor"]) == (actor.id, actor.email)
    assert (seen["about_id"], seen["about"]) == (about.id, about.email)
    assert (seen["address"], seen["device"]) == ("192.0.2.9", "Some browser")
    assert (seen["before"], seen["after"]) == ({"role": "viewer"}, {"role": "gp"})
    assert (seen["fund_id"], seen["kind"]) == (fund, "role_changed")


def test_outside_of_requests_whoever_runs_the_site_is_at_work(engine: Engine) -> None:
    seen = _recorded(engine, lambda connection: audit.record(connection, AuditKind.BACKED_UP))
    assert (seen["actor"], seen["actor_id"]) == ("whoever runs the site", None)
    assert str(seen["device"]).startswith("command line")


def test_whatever_is_sent_little_of_it_is_kept(engine: Engine) -> None:
    """A sign-in that fails is recorded: it must not fill the disk, nor fail another way."""
    flood = "\0\ud800é" * 100_000
    audit.begin(flood, flood)
    try:
        seen = _recorded(
            engine,
            lambda connection: audit.record(
                connection,
                AuditKind.SIGN_IN_FAILED,
                about=flood,
                after={f"{n}": flood for n in range(100)},
            ),
        )
    finally:
        audit.end()
    assert [len(str(seen[name])) for name in ("address", "device", "about")] == [254, 200, 254]
    assert len(str(seen["after"])) < 11_000
    assert audit.verify(engine)[1] is None
