"""Proof: whatever is changed in the database behind Asof's back is found, and where.

Each tampering is done as the tables' owner, with the triggers off, in a transaction that is taken
back: to every row of a log, to the head, the horizon and the snapshots, and to the end of the log.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection, Engine, text
from uuid_utils.compat import uuid7

from app.domain.viewpoint import Viewpoint
from app.services.snapshots.take import SnapshotRequest, take
from app.services.verification import verify_fund
from app.store.database.connections import driver_connection
from app.store.log import stored_events
from app.store.log.verifications import Part
from app.store.snapshots import state_reader
from loadtests import report
from loadtests.ground import HOME, ground
from tests.ledgers import called, company, investment, mark, new_fund, record

_FIRST, _SECOND = date(2010, 6, 30), date(2011, 6, 30)  # days with snapshots
_EVENTS = 18
_VIEWED = [Viewpoint(day, through) for day in (_FIRST, _SECOND, date(2012, 1, 1))
           for through in (12, _EVENTS)]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """Two funds alike, each verified, with snapshots of two days; and a snapshot of each."""

    fund: UUID
    other: UUID


@dataclass(frozen=True, slots=True)
class Tampering:
    """What somebody changes, and in which part it is to be found and where; empty is nowhere."""

    name: str
    statement: str
    part: Part | None
    place: str = ""


def _snapshot(name: str, change: str, where: str = "as_of = '2011-06-30'") -> Tampering:
    statement = f"UPDATE snapshot SET {change} WHERE snapshot.fund_id = :fund AND {where}"
    return Tampering(f"snapshot: {name}", statement, "snapshots")


_SWAPPED = """
    UPDATE snapshot SET seal = other.seal FROM snapshot AS other
    WHERE snapshot.fund_id = :fund AND other.fund_id = :{whose} AND other.id <> snapshot.id
        AND other.as_of {which} snapshot.as_of
"""
_CUT = """
    DELETE FROM event WHERE fund_id = :fund AND sequence > 15;
    UPDATE ledger_head SET sequence = event.sequence, recorded_at = event.recorded_at,
        chain_hash = event.chain_hash FROM event
        WHERE event.fund_id = :fund AND event.sequence = 15 AND ledger_head.fund_id = :fund;
    DELETE FROM horizon WHERE fund_id = :fund AND sequence > 15
"""
_HEAD_BACK = _CUT.split(";")[1]
TAMPERINGS = [
    _snapshot("state", r"state = state || '\x00'"),
    _snapshot("state with its hash",
              r"state = state || '\x00', state_hash = sha256(state || '\x00')"),
    _snapshot("state of an earlier day", "state = other.state, state_hash = other.state_hash, "
              "nav = other.nav FROM snapshot AS other", "other.fund_id = :fund "
              "AND other.as_of = '2010-06-30' AND snapshot.as_of = '2011-06-30'"),
    _snapshot("NAV", "nav = nav + 500000000"),
    _snapshot("as_of", "as_of = as_of + 100"),
    _snapshot("through", "through = through + 1"),
    _snapshot("through and the log's end", "through = through + 100"),
    _snapshot("type", "type = 'auto'"),
    _snapshot("event count", "event_count = event_count - 1"),
    _snapshot("last event", "last_event = last_event - 1"),
    _snapshot("its id", "id = gen_random_uuid()"),
    _snapshot("valid_before, open again", "valid_before = NULL", "as_of = '2010-06-30'"),
    _snapshot("valid_before, later", "valid_before = 18", "as_of = '2010-06-30'"),
    _snapshot("valid_before, what is in it", "valid_before = 3"),
    _snapshot("usable_until", "usable_until = 18"),
    _snapshot("keyed hash", "seal = sha256(seal)"),
    _snapshot("keyed hash taken away", "seal = NULL"),
    Tampering("snapshot: keyed hashes of two swapped",
              _SWAPPED.format(whose="fund", which="<>"), "snapshots"),
    Tampering("snapshot: keyed hash of another fund's",
              _SWAPPED.format(whose="other", which="="), "snapshots"),
    Tampering("snapshot: moved to another fund",
              "UPDATE snapshot SET fund_id = :fund WHERE fund_id = :other", "snapshots"),
    Tampering("snapshot: deleted", "DELETE FROM snapshot WHERE fund_id = :fund", None),
    _snapshot("named as sealed with another key", r"sealed_with = '\x00'"),
    _snapshot("named as another projector's", "projector_version = 99"),
    Tampering("horizon: earlier", "UPDATE horizon SET latest_on = '2010-02-02' "
              "WHERE fund_id = :fund AND sequence = 18", "horizon", "event 18"),
    Tampering("horizon: later", "UPDATE horizon SET latest_on = '2020-01-01' "
              "WHERE fund_id = :fund AND sequence = 18", "horizon", "event 18"),
    Tampering("horizon: a row more", "INSERT INTO horizon VALUES (:fund, 17, '2019-01-01')",
              "horizon", "event 17"),
    Tampering("horizon: a row less",
              "DELETE FROM horizon WHERE fund_id = :fund AND sequence = 18", "horizon", "event 18"),
    Tampering("head: set back", _HEAD_BACK, "log", "event 16"),
    Tampering("head: set forward", "UPDATE ledger_head SET sequence = 25 WHERE fund_id = :fund",
              "log", "event 19"),
    Tampering("head: chain hash", "UPDATE ledger_head SET chain_hash = sha256('x') "
              "WHERE fund_id = :fund", "log", "event 18"),
    Tampering("head: recorded_at", "UPDATE ledger_head SET recorded_at = recorded_at + interval "
              "'1 s' WHERE fund_id = :fund", "log", "event 18"),
    Tampering("tail cut, and the head left", _CUT.split(";", maxsplit=1)[0], "log", "event 16"),
    Tampering("tail cut, head and horizon with it", _CUT, "log", "event 18"),
]  # fmt: skip
# These hide a snapshot, as deleting it does: no answer changes, and it serves nobody.
_HIDDEN = {"another key", "another projector's"}
_ROW = " WHERE fund_id = :fund AND sequence = {sequence}"
_OF_ROWS = {
    "payload": 'UPDATE event SET payload = payload || \'{{"note": "x"}}\'',
    "effective_on": "UPDATE event SET effective_on = effective_on + 1",
    "payload_hash": "UPDATE event SET payload_hash = sha256(payload_hash)",
    "recorded_by": "UPDATE event SET recorded_by = 'someone else'",
    "recorded_at": "UPDATE event SET recorded_at = recorded_at + interval '1 us'",
    "loaded_at": "UPDATE event SET loaded_at = recorded_at",
    "schema_version": "UPDATE event SET schema_version = 9",
    "source": "UPDATE event SET source = 'demo'",
    "event_type": "UPDATE event SET event_type = 'SECURITY_CONVERTED'",
    "id": "UPDATE event SET id = gen_random_uuid()",
    "correlation_id": "UPDATE event SET correlation_id = gen_random_uuid()",
    "causation_id": "UPDATE event SET causation_id = gen_random_uuid()",
    "chain_hash": "UPDATE event SET chain_hash = sha256(chain_hash)",
    "name_key": "UPDATE event SET name_key = 'another name'",
    "deleted": "DELETE FROM event",
    "moved behind the others": "UPDATE event SET sequence = sequence + 1000",
}


def hidden(tampering: Tampering) -> bool:
    """Return whether a tampering does no more than to take a snapshot away."""
    return any(tampering.name.endswith(each) for each in _HIDDEN)


def place_to_tamper(engine: Engine) -> Place:
    """Make two funds alike and verify them."""
    return Place(_fund(engine), _fund(engine))


def of_rows() -> Iterator[Tampering]:
    """Write a tampering of each kind for every row of a log."""
    for sequence in range(1, _EVENTS + 1):
        for name, change in _OF_ROWS.items():
            statement = (change + _ROW).format(sequence=sequence)
            yield Tampering(f"row {sequence}: {name}", statement, "log", f"event {sequence}")


def outcome(owner: Engine, place: Place, tampering: Tampering) -> tuple[verify_fund.Report, bool]:
    """Tamper, verify, and read from every viewpoint; say whether the answers are what they were."""
    with owner.connect() as connection:
        reads = tampering.part != "log"  # of which the answers tell what it says
        before = _answers(connection, place.fund) if reads else []
        connection.execute(text("ALTER TABLE event DISABLE TRIGGER USER"))
        connection.execute(text("ALTER TABLE snapshot DISABLE TRIGGER USER"))
        for constraint in ("event_fund_id_prev_sequence_fkey", "event_first_of_fkey"):
            connection.execute(text(f"ALTER TABLE event DROP CONSTRAINT {constraint}"))
        for part in tampering.statement.split(";"):
            connection.execute(
                text(part),
                {name: getattr(place, name) for name in ("fund", "other") if f":{name}" in part},
            )
        found = verify_fund.verify_fund(connection, place.fund)
        same = not reads or _answers(connection, place.fund) == before
        connection.rollback()
    return found, same


def is_found(tampering: Tampering, found: verify_fund.Report) -> bool:
    """Return whether a tampering was found where it is."""
    if tampering.part is None or hidden(tampering):
        return not found.findings
    first = next((each for each in found.findings if each.part == tampering.part), None)
    return first is not None and tampering.place in {"", first.place}


def main() -> int:
    """Print the table of tamperings; exit status 1 where one is not found."""
    parser = report.arguments(__doc__)
    parser.add_argument("--home", type=Path, default=HOME, help="where the database is kept")
    given = parser.parse_args()
    with ground(given.home) as site:
        place = place_to_tamper(site.engine)
        rows = [_row(site.owner, place, each) for each in TAMPERINGS]
        of_log = [_row(site.owner, place, each) for each in of_rows()]
    print(report.table(rows))
    named = sum(row["found"] == "yes" for row in of_log)
    print(f"{named} of {len(of_log)} tamperings of rows of the log were named at their sequence")
    print(f"written to {report.write(given.out, 'tamperings', {'rows': [*rows, *of_log]})}")
    return 0 if all(row["found"] == "yes" for row in [*rows, *of_log]) else 1


def _row(owner: Engine, place: Place, tampering: Tampering) -> dict[str, object]:
    found, same = outcome(owner, place, tampering)
    said = next(iter(found.findings), None)
    return {
        "tampering": tampering.name,
        "found": "yes" if is_found(tampering, found) else "NO",
        "answers": "read from the log"
        if tampering.part == "log"
        else "as before"
        if same
        else "other",
        "told": f"{said.place}: {said.reason}"[:76] if said else "nothing: it serves nobody",
    }


def _fund(engine: Engine) -> UUID:
    """Make a fund of 18 events, with snapshots of two days: all but one are overtaken."""
    marks = [mark(str(month), f"2010-{month:02}-28") for month in range(5, 13)]
    fund = new_fund(engine, called("500"), company(), investment("100"), *marks)
    for day in (_FIRST, _SECOND):
        take(engine, fund, uuid7(), SnapshotRequest(day, "manual", "someone"))
    for month in range(7, 11):
        record(engine, fund, called(f"{month}", f"2011-{month:02}-15"))
    record(engine, fund, called("5", "2010-03-15"), called("9", "2011-11-15"))
    take(engine, fund, uuid7(), SnapshotRequest(_SECOND, "scheduled", "someone"))
    verify_fund.verify(engine, fund)
    return fund


def _answers(connection: Connection, fund: UUID) -> list[object]:
    driver = driver_connection(connection)
    head = stored_events.head_seen(driver, fund).sequence
    return [
        state_reader.read(driver, fund, at.as_of, min(at.through, head)).state for at in _VIEWED
    ]


if __name__ == "__main__":
    raise SystemExit(main())
