"""Run migrations on the connection handed in, or on the database of the settings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context

from app.config import Settings
from app.store.database import bootstrap
from app.store.embedded import leases
from app.store.every_table import metadata


def _migrate(connection: sa.Connection) -> None:
    context.configure(connection=connection, target_metadata=metadata)
    with context.begin_transaction():
        context.run_migrations()


def _migrate_from_the_command_line() -> None:
    settings = Settings.from_environ()
    lease = None if settings.database_url else leases.acquire(settings.home)
    try:
        url = lease.url() if lease else bootstrap.engine_url(settings.database_url or "")
        with sa.create_engine(url, poolclass=sa.NullPool).begin() as connection:
            _migrate(connection)
    finally:
        if lease:
            lease.close()


if (handed_in := context.config.attributes.get("connection")) is not None:
    _migrate(handed_in)
else:
    _migrate_from_the_command_line()
