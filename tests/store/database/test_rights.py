"""The application's role may do what the code needs, column by column, and nothing more."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import psycopg.errors
import pytest
import sqlalchemy as sa
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from uuid_utils.compat import uuid7

from app.services.snapshots.take import SnapshotRequest, take
from app.store.database import bootstrap
from app.store.database.connections import reading
from app.store.database.rights import ALL, RIGHTS
from app.store.every_table import metadata
from app.store.log import verifications
from app.store.snapshots import table as snapshot_table
from tests.ledgers import called, new_fund, record

WRITING = ("INSERT", "UPDATE")
TABLES = [*metadata.tables.values()]


@pytest.fixture(autouse=True)
def _lesser_role(engine: Engine) -> None:
    with engine.connect() as connection:
        if connection.scalar(text("SELECT current_user")) != bootstrap.ROLE:
            pytest.skip(f"the role {bootstrap.ROLE} cannot be used on this server")


def _granted(table: str, privilege: str) -> tuple[str, ...]:
    return RIGHTS[table].insert if privilege == "INSERT" else RIGHTS[table].update


def _refused(engine: Engine, statement: str) -> bool:
    with engine.connect() as connection:
        try:
            connection.execute(text(statement))
        except DBAPIError as error:
            assert isinstance(error.orig, psycopg.errors.InsufficientPrivilege), error  # noqa: PT017
            return True
    return False


def test_every_table_has_its_rights_written_down() -> None:
    assert RIGHTS.keys() == {*metadata.tables, "alembic_version"}
    for name, rights in RIGHTS.items():
        columns = {ALL[0], *(metadata.tables[name].c.keys() if name in metadata.tables else ())}
        assert {*rights.insert, *rights.update} <= columns, name


@pytest.mark.parametrize("table", TABLES, ids=lambda each: each.name)
def test_columns_are_written_that_may_be_and_no_others(engine: Engine, table: sa.Table) -> None:
    name = table.name
    stored = [column.name for column in table.c if column.computed is None]
    for column in stored:
        may = {each: {column, *ALL} & {*_granted(name, each)} for each in WRITING}
        statements = {
            "INSERT": f'INSERT INTO {name} ("{column}") SELECT "{column}" FROM {name} WHERE false',
            "UPDATE": f'UPDATE {name} SET "{column}" = "{column}" WHERE false',
        }
        refused = [each for each in WRITING if _refused(engine, statements[each])]
        assert refused == [each for each in WRITING if not may[each]], column


@pytest.mark.parametrize("table", [*RIGHTS], ids=str)
def test_rows_go_only_where_they_may_and_tables_never(engine: Engine, table: str) -> None:
    assert not _refused(engine, f"SELECT FROM {table} WHERE false")
    assert _refused(engine, f"DELETE FROM {table} WHERE false") is not RIGHTS[table].delete
    for statement in (
        f"TRUNCATE {table} CASCADE",
        f"DROP TABLE {table} CASCADE",
        f"ALTER TABLE {table} DISABLE TRIGGER USER",
        f"ALTER TABLE {table} ADD COLUMN more int",
        f"COMMENT ON TABLE {table} IS 'rights of old'",
        f"GRANT UPDATE ON {table} TO {bootstrap.ROLE}",
        f"CREATE INDEX ON {table} ((1))",
    ):
        if statement.startswith("GRANT"):  # it grants nothing, and says so in a warning
            continue
        assert _refused(engine, statement), statement


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE horizon SET latest_on = latest_on + 1",
        "INSERT INTO horizon SELECT id, 9, '2030-01-01' FROM fund",
        "DELETE FROM horizon",
        "UPDATE ledger_head SET sequence = sequence - 1",
        "UPDATE ledger_head SET chain_hash = sha256('x')",
        "UPDATE ledger_head SET recorded_at = 'epoch'",
        "UPDATE snapshot SET state = 'x'",
        "UPDATE snapshot SET valid_before = NULL",
        "UPDATE snapshot SET as_of = as_of + 1, through = through + 1",
        "UPDATE snapshot SET seal = 'x'",
        "UPDATE verification SET findings = '[]'",
        "DELETE FROM verification",
        "UPDATE append_request SET request_hash = 'x'",
        "UPDATE person SET email = 'x'",
        "DELETE FROM person",
        "UPDATE api_token SET token_hash = 'x'",
        "DELETE FROM fund",
        "UPDATE fund SET name = 'another fund'",
        "ALTER FUNCTION follow_appended_events() RESET ALL",
        "CREATE OR REPLACE FUNCTION find_what_overtook() RETURNS trigger LANGUAGE sql AS 'SELECT'",
        "CREATE SCHEMA mine",
        "SET session_replication_role = replica",
    ],
)
def test_what_would_falsify_figures_is_refused(engine: Engine, statement: str) -> None:
    with engine.connect() as connection, pytest.raises(DBAPIError) as refusal:
        connection.execute(text(statement))
    kinds = (psycopg.errors.InsufficientPrivilege, psycopg.errors.InvalidParameterValue)
    assert isinstance(refusal.value.orig, kinds), refusal.value


def test_builds_are_counted_one_by_one_and_never_back(engine: Engine) -> None:
    fund = new_fund(engine)
    change = "UPDATE ledger_head SET builds = builds + {} WHERE fund_id = :fund"
    for step in (2, -1):
        with engine.begin() as connection, pytest.raises(DBAPIError, match="one by one"):
            connection.execute(text(change.format(step)), {"fund": fund})
    with engine.begin() as connection:
        connection.execute(text(change.format(1)), {"fund": fund})


def test_tables_of_ones_own_do_not_stand_in_for_the_ledgers(engine: Engine) -> None:
    fund = new_fund(engine, called("1", "2010-02-01"))
    with engine.connect() as connection:
        for name in ("ledger_head", "horizon", "snapshot"):
            connection.execute(text(f"CREATE TEMPORARY TABLE {name} (LIKE public.{name})"))
        connection.execute(
            text(
                "INSERT INTO event (fund_id, sequence, id, event_type, schema_version, "
                "effective_on, payload, payload_hash, recorded_at, recorded_by, source, chain_hash)"
                " SELECT fund_id, 3, gen_random_uuid(), event_type, 1, '2010-03-01', payload, 'x', "
                "recorded_at, 'x', 'x', 'x' FROM event WHERE fund_id = :fund AND sequence = 2"
            ),
            {"fund": fund},
        )
        seen = connection.scalar(
            text("SELECT sequence FROM public.ledger_head WHERE fund_id = :fund"), {"fund": fund}
        )
        connection.rollback()
    assert seen == 3


def test_a_snapshot_that_is_put_back_is_overtaken_by_what_overtook_it(engine: Engine) -> None:
    """A row that was genuine once cannot be brought back as if nothing had come since."""
    fund, day = new_fund(engine, called("1", "2010-02-01")), date(2010, 6, 30)
    kept = take(engine, fund, uuid7(), SnapshotRequest(day, "manual", "someone"))
    assert kept.valid_before is None
    columns = ", ".join(RIGHTS["snapshot"].insert)
    with engine.connect() as own:  # whose table of its own outlives the transaction
        with own.begin():
            own.execute(
                text(
                    f"CREATE TEMPORARY TABLE kept AS SELECT {columns} FROM snapshot WHERE id = :id"
                ),
                {"id": kept.id},
            )
            own.execute(text("DELETE FROM snapshot WHERE id = :id"), {"id": kept.id})
        record(engine, fund, called("2", "2010-02-02"))
        with own.begin():
            own.execute(text(f"INSERT INTO snapshot ({columns}) SELECT * FROM kept"))
            own.execute(text("DROP TABLE kept"))
    with reading(engine) as driver:
        again = snapshot_table.find_snapshot(driver, fund, kept.id)
    assert again is not None
    assert (again.valid_before, again.is_genuine) == (3, True)


def test_an_upgraded_site_gets_the_rights_of_today(fresh_database_url: str) -> None:
    url = bootstrap.engine_url(fresh_database_url)
    bootstrap.prepare(url)
    owner = sa.create_engine(url, poolclass=sa.NullPool)
    with owner.begin() as connection:  # as an earlier version left it
        connection.execute(
            text(f"GRANT SELECT, INSERT, UPDATE, DELETE ON horizon TO {bootstrap.ROLE}")
        )
        connection.execute(text(f"GRANT UPDATE (state) ON snapshot TO {bootstrap.ROLE}"))
        connection.execute(
            text(
                "ALTER DEFAULT PRIVILEGES IN SCHEMA public "
                f"GRANT SELECT ON TABLES TO {bootstrap.ROLE}"
            )
        )
        connection.execute(text("COMMENT ON TABLE alembic_version IS NULL"))
    assert bootstrap.prepare(url)
    with owner.begin() as connection:
        connection.execute(text("CREATE TABLE later (id int)"))
        left = connection.execute(
            text(
                f"SELECT has_table_privilege('{bootstrap.ROLE}', 'horizon', 'UPDATE'), "
                f"has_column_privilege('{bootstrap.ROLE}', 'snapshot', 'state', 'UPDATE'), "
                f"has_table_privilege('{bootstrap.ROLE}', 'later', 'SELECT')"
            )
        ).one()
    assert tuple(left) == (False, False, False)


def test_a_verification_that_somebody_else_wrote_is_not_believed(engine: Engine) -> None:
    fund: UUID = new_fund(engine)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO verification SELECT fund_id, :id, clock_timestamp(), sequence, "
                "chain_hash, 0, '[]', 'x', 'x' FROM ledger_head WHERE fund_id = :fund"
            ),
            {"fund": fund, "id": uuid7()},
        )
    with reading(engine) as driver:
        assert verifications.latest(driver, fund) is None
