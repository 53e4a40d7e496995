"""Migrations go up and down, from empty and from each revision, to what the tables say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from app.store.database import bootstrap
from app.store.every_table import metadata

if TYPE_CHECKING:
    from collections.abc import Iterator


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(bootstrap.MIGRATIONS))
    return config


_SCRIPTS = ScriptDirectory.from_config(_config())
_REVISIONS = [script.revision for script in reversed(list(_SCRIPTS.walk_revisions()))]


@pytest.fixture
def connection(fresh_database_url: str) -> Iterator[sa.Connection]:
    """Return a connection to an empty database."""
    url = bootstrap.engine_url(fresh_database_url)
    with sa.create_engine(url, poolclass=sa.NullPool).connect() as connection:
        yield connection


def _go(connection: sa.Connection, revision: str, *, up: bool = True) -> None:
    config = _config()
    config.attributes["connection"] = connection
    (command.upgrade if up else command.downgrade)(config, revision)


def _inventory(connection: sa.Connection) -> list[tuple[str, ...]]:
    """List all that migrations make: columns, constraints, indexes, triggers, functions."""
    found = connection.execute(
        sa.text(
            """
            SELECT 'column', table_name, column_name, data_type || is_nullable
            FROM information_schema.columns WHERE table_schema = 'public'
            UNION ALL SELECT 'constraint', conrelid::regclass::text, conname,
                             pg_get_constraintdef(oid)
            FROM pg_constraint WHERE connamespace = 'public'::regnamespace
            UNION ALL SELECT 'index', tablename, indexname, indexdef
            FROM pg_indexes WHERE schemaname = 'public'
            UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname, pg_get_triggerdef(oid)
            FROM pg_trigger WHERE NOT tgisinternal
            UNION ALL SELECT 'function', proname, '', prosrc
            FROM pg_proc WHERE pronamespace = 'public'::regnamespace
            ORDER BY 1, 2, 3, 4
            """
        )
    )
    return [tuple(row) for row in found if row[1] != "alembic_version"]


def test_the_files_names_tell_the_head() -> None:
    assert bootstrap.head() == _SCRIPTS.get_current_head()
    assert sorted(_REVISIONS) == _REVISIONS


def test_from_empty_up_gives_what_the_tables_say(connection: sa.Connection) -> None:
    _go(connection, "head")
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    assert compare_metadata(context, metadata) == []


def test_all_the_way_down_leaves_nothing(connection: sa.Connection) -> None:
    empty = _inventory(connection)
    _go(connection, "head")
    assert _inventory(connection) != empty
    _go(connection, "base", up=False)
    assert _inventory(connection) == empty


@pytest.mark.parametrize("revision", _REVISIONS)
def test_each_revision_goes_down_to_the_one_before_and_up_again(
    connection: sa.Connection, revision: str
) -> None:
    _go(connection, revision)
    before = _inventory(connection)
    _go(connection, "-1", up=False)
    assert _inventory(connection) != before
    _go(connection, "+1")
    assert _inventory(connection) == before
