"""A database is made ready once, by whoever comes first, in the role that may only add."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg.errors
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from app.config import Settings
from app.store.database import bootstrap, engines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def _session(url: str, home: Path) -> Iterator[sa.Engine]:
    engine = engines.open_engine(Settings(home=home, database_url=url, secret_key="-"))  # noqa: S106
    try:
        yield engine
    finally:
        engines.close_engine(engine)


def _needs_lesser_role(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        user = connection.scalar(sa.text("SELECT current_user"))
    if user != bootstrap.ROLE:
        pytest.skip(f"{user} may not use the role {bootstrap.ROLE} on this server")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET recorded_by = 'someone else'",
        "DELETE FROM event",
        "TRUNCATE event CASCADE",
        "ALTER TABLE event DISABLE TRIGGER ALL",
        "DROP TABLE append_request",
        "UPDATE alembic_version SET version_num = '0000'",
    ],
)
def test_the_application_may_add_to_the_log_and_nothing_more(
    engine: sa.Engine, statement: str
) -> None:
    _needs_lesser_role(engine)
    with engine.connect() as connection, pytest.raises(DBAPIError) as refusal:
        connection.execute(sa.text(statement))
    assert isinstance(refusal.value.orig, psycopg.errors.InsufficientPrivilege)


def test_the_owner_is_held_back_by_the_trigger(owner_engine: sa.Engine) -> None:
    with owner_engine.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
        connection.execute(sa.text("TRUNCATE event CASCADE"))


def test_a_table_that_nobody_named_is_closed_to_the_application(
    engine: sa.Engine, owner_engine: sa.Engine
) -> None:
    _needs_lesser_role(engine)
    with owner_engine.begin() as owner:
        owner.execute(sa.text("CREATE TABLE later (id int)"))
    try:
        with engine.begin() as connection, pytest.raises(DBAPIError, match="permission denied"):
            connection.execute(sa.text("SELECT FROM later"))
    finally:
        with owner_engine.begin() as owner:
            owner.execute(sa.text("DROP TABLE later"))


def test_connections_read_committed_in_utc(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        assert connection.scalar(sa.text("SHOW timezone")) == "UTC"
        assert connection.scalar(sa.text("SHOW transaction_isolation")) == "read committed"


def test_many_at_once_make_a_database_ready_once(fresh_database_url: str) -> None:
    url = bootstrap.engine_url(fresh_database_url)
    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(lambda _: bootstrap.prepare(url), range(8)))
    assert len(answers) == 1
    with sa.create_engine(url, poolclass=sa.NullPool).connect() as connection:
        revisions = connection.scalars(sa.text("SELECT version_num FROM alembic_version")).all()
    assert revisions == [bootstrap.head()]


def test_a_ready_database_costs_two_short_queries(settings: Settings) -> None:
    assert settings.database_url is not None
    statements: list[str] = []

    def note(*args: object) -> None:
        statements.append(str(args[2]))

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        bootstrap.prepare(bootstrap.engine_url(settings.database_url))
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
    assert len(statements) == 2


def test_a_database_of_a_newer_program_is_refused(fresh_database_url: str, tmp_path: Path) -> None:
    url = bootstrap.engine_url(fresh_database_url)
    bootstrap.prepare(url)
    with sa.create_engine(url, poolclass=sa.NullPool).begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with (
        pytest.raises(bootstrap.DatabaseSetupError, match=r"revision 9999.*use a newer Asof"),
        _session(fresh_database_url, tmp_path),
    ):
        pass


@pytest.mark.parametrize("spelling", ["postgres", "postgresql", "postgresql+psycopg"])
def test_an_address_may_be_spelt_in_the_usual_ways(spelling: str) -> None:
    url = bootstrap.engine_url(f"{spelling}://me:secret@db.example:5433/funds?sslmode=require")
    assert url.drivername == "postgresql+psycopg"
    assert url.query == {"sslmode": "require"}


@pytest.mark.parametrize("address", ["mysql://me@db/funds", "not an address"])
def test_an_address_of_something_else_is_refused(address: str) -> None:
    with pytest.raises(bootstrap.DatabaseSetupError, match="DATABASE_URL"):
        bootstrap.engine_url(address)


@contextmanager
def _login(url: str, rights: str) -> Iterator[str]:
    """Make an account that owns the database, and may do no more than `rights` say."""
    owner = sa.create_engine(bootstrap.engine_url(url), poolclass=sa.NullPool)
    name, password = f"asof_test_{uuid4().hex[:8]}", uuid4().hex
    with owner.begin() as connection:
        if connection.scalar(sa.text("SHOW is_superuser")) != "on":
            pytest.skip("only a superuser can make such an account")
        database = connection.scalar(sa.text("SELECT current_database()"))
        connection.execute(sa.text(f"CREATE ROLE {name} LOGIN PASSWORD '{password}' {rights}"))
        connection.execute(sa.text(f"ALTER DATABASE {database} OWNER TO {name}"))
    signed_in = bootstrap.engine_url(url).set(username=name, password=password)
    yield signed_in.render_as_string(hide_password=False)
    with owner.begin() as connection:
        connection.execute(sa.text(f"REASSIGN OWNED BY {name} TO CURRENT_USER"))
        connection.execute(sa.text(f"DROP OWNED BY {name}"))
        connection.execute(sa.text(f"DROP ROLE {name}"))


def test_an_account_that_may_not_make_the_role_is_warned_and_served(
    fresh_database_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        _login(fresh_database_url, "") as url,
        caplog.at_level(logging.WARNING),
        _session(url, tmp_path) as engine,
        engine.connect() as connection,
    ):
        assert connection.scalar(sa.text("SELECT count(*) FROM event")) == 0
        assert f"may not use the role {bootstrap.ROLE}" in caplog.text
        bootstrap.prepare(bootstrap.engine_url(url))
        assert len(caplog.records) == 1


def test_an_account_that_is_given_the_role_later_steps_down_into_it(
    fresh_database_url: str, tmp_path: Path
) -> None:
    with _login(fresh_database_url, "") as url:
        with _session(url, tmp_path) as engine:
            _assert_user(engine, bootstrap.ROLE, is_it=False)
        owner = sa.create_engine(bootstrap.engine_url(fresh_database_url), poolclass=sa.NullPool)
        name = bootstrap.engine_url(url).username
        with owner.begin() as connection:
            connection.execute(sa.text(f"GRANT {bootstrap.ROLE} TO {name}"))
        with _session(url, tmp_path) as engine:
            _assert_user(engine, bootstrap.ROLE, is_it=True)


def _assert_user(engine: sa.Engine, name: str, *, is_it: bool) -> None:
    with engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM event")) == 0
        assert (connection.scalar(sa.text("SELECT current_user")) == name) is is_it
