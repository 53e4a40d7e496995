"""Set-up and migrations that are killed leave what was there, and the next start completes them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from app.config import Settings
from app.store.database import bootstrap, engines
from app.store.embedded import cluster, leases
from app.store.every_table import metadata
from tests.faults.mortals import Mortals, mortals, points
from tests.ledgers import called, new_fund

_POINTS = 4
_OBJECTS = """
    SELECT 'column', table_name || '.' || column_name FROM information_schema.columns
        WHERE table_schema = 'public'
    UNION ALL SELECT 'index', indexname FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT 'function', proname FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace
    ORDER BY 1, 2
"""


@pytest.fixture(scope="module")
def starts() -> Iterator[Mortals]:
    with mortals("tests.faults.dying_setup", {}) as starts:
        yield starts


@pytest.fixture
def owner(fresh_database_url: str) -> Iterator[sa.Engine]:
    engine = sa.create_engine(bootstrap.engine_url(fresh_database_url), poolclass=sa.NullPool)
    yield engine
    engine.dispose()


def _objects(owner: sa.Engine) -> list[tuple[str, str]]:
    with owner.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(_OBJECTS))]


def _begin_at(owner: sa.Engine, revision: str | None) -> None:
    """Have the database as it was at a revision, or empty."""
    config = Config()
    config.set_main_option("script_location", str(bootstrap.MIGRATIONS))
    with owner.begin() as connection:
        connection.execute(sa.text("DROP SCHEMA public CASCADE"))
        connection.execute(sa.text("CREATE SCHEMA public"))
        if revision:
            config.attributes["connection"] = connection
            command.upgrade(config, revision)


def _revision(owner: sa.Engine) -> str | None:
    with owner.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


@pytest.mark.parametrize("revision", [None, "0001", "0011"])
def test_migrations_that_are_killed_change_nothing_and_are_made_at_the_next_start(
    owner: sa.Engine, starts: Mortals, fresh_database_url: str, tmp_path: Path, revision: str | None
) -> None:
    _begin_at(owner, revision)
    statements = starts.do(fresh_database_url)
    _begin_at(owner, revision)
    before = _objects(owner)
    for point in points(statements, _POINTS):
        assert starts.do(fresh_database_url, point=point) == "killed"
        assert _objects(owner) == before, f"killed before statement {point}"
        assert _revision(owner) == revision
    settings = Settings(home=tmp_path, database_url=fresh_database_url, secret_key="-")  # noqa: S106
    engine = engines.open_engine(settings)
    new_fund(engine, called("100"))
    engines.close_engine(engine)
    with owner.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    assert _revision(owner) == bootstrap.head()


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_a_server_whose_making_was_killed_is_made_at_the_next_start(
    starts: Mortals, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    assert starts.do(home, point=2) == "killed"  # its files are there, its database is not
    assert (home / "pgdata.new").exists()
    assert starts.do(home).isdecimal()
    assert (home / "pgdata").exists()
    assert not (home / "pgdata.new").exists()
    lease = leases.acquire(home)
    with sa.create_engine(lease.url(), poolclass=sa.NullPool).connect() as connection:
        roles = connection.scalars(sa.text("SELECT rolname FROM pg_roles")).all()
    assert cluster.APPLICATION in roles
    lease.close()
