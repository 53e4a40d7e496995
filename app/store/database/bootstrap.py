"""Bring a database to the newest revision, and make the lesser role the application works in."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING

import psycopg.errors
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from app.config import PROJECT
from app.domain.errors import InternalError
from app.store.database import rights

if TYPE_CHECKING:
    from sqlalchemy import Connection

MIGRATIONS = PROJECT / "migrations"
ROLE = "asof_app"
_LOCK = 0x61736F66  # "asof": whoever prepares a database holds this advisory lock on it
_ROLE_TRIES = 5
_warned: set[str] = set()
_log = logging.getLogger(__name__)

_READINESS = sa.text(
    """
    SELECT me.rolname AS me, to_regclass('alembic_version') IS NOT NULL AS has_revision,
           me.rolsuper OR me.rolcreaterole AS may_make_role,
           coalesce(pg_has_role(lesser.oid, 'SET'), false) AS may_be_role,
           coalesce(has_table_privilege(lesser.oid, to_regclass('alembic_version'), 'SELECT')
                    AND obj_description(to_regclass('alembic_version'), 'pg_class') = :rights,
                    false) AS is_granted
    FROM pg_roles me LEFT JOIN pg_roles lesser ON lesser.rolname = :role
    WHERE me.rolname = current_user
    """
).bindparams(role=ROLE, rights=f"rights {rights.fingerprint()}")


class DatabaseSetupError(InternalError):
    """The database cannot be used as it is, and what to do about it."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


def engine_url(address: str) -> sa.URL:
    """Read a DATABASE_URL in any of its usual spellings, for psycopg 3."""
    try:
        url = sa.make_url(address)
    except sa.exc.ArgumentError:
        msg = "DATABASE_URL is no address: write postgresql://user:password@host:5432/database"
        raise DatabaseSetupError(msg) from None
    if url.drivername not in {"postgres", "postgresql", "postgresql+psycopg"}:
        msg = f"DATABASE_URL names {url.drivername}: Asof works on PostgreSQL 16 or later only"
        raise DatabaseSetupError(msg)
    return url.set(drivername="postgresql+psycopg")


def prepare(owner_url: sa.URL) -> bool:
    """Make the database ready; say whether the application may work in the lesser role.

    A database that is ready costs one query. Safe to run from many processes at once.
    """
    engine = sa.create_engine(owner_url, poolclass=sa.NullPool)
    try:
        with engine.begin() as connection:
            if (ready := _readiness(connection)) is not None:
                return ready
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
            _upgrade(connection)
            usable = _make_role(connection)
            if usable:
                _grant(connection)
            return usable
    except sa.exc.OperationalError as error:
        msg = f"The database {owner_url.render_as_string()} does not answer: {error.orig}"
        raise DatabaseSetupError(msg) from error
    finally:
        engine.dispose()


def head() -> str:
    """Return the newest revision, from the files' names: loading Alembic takes too long."""
    return max(file.name.partition("_")[0] for file in MIGRATIONS.glob("versions/[0-9]*.py"))


def _readiness(connection: Connection) -> bool | None:
    """Return whether the role is usable in a ready database; None where there is work to do."""
    found = connection.execute(_READINESS).one()
    if not found.has_revision:
        return None
    revision = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    if revision is not None and revision > head():
        msg = f"The database is at revision {revision}, this program at {head()}: use a newer Asof"
        raise DatabaseSetupError(msg)
    if revision != head():
        return None
    if found.may_be_role and found.is_granted:
        return True
    if found.may_be_role or found.may_make_role:
        return None
    _warn_of_missing_role(found.me)
    return False


def _upgrade(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 (see head)
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    _log.info("Bringing the database to revision %s", head())
    command.upgrade(config, "head")


def _make_role(connection: Connection) -> bool:
    """Make the role where it is missing and join it; say whether the application may be it.

    Roles are shared by all databases of a server, and the lock is not: others may be at it too.
    """
    for _ in range(_ROLE_TRIES):
        if connection.scalar(_MAY_BE_ROLE):
            return True
        try:
            with connection.begin_nested():
                connection.execute(_MAKE_ROLE)
                connection.execute(sa.text(f"GRANT {ROLE} TO CURRENT_USER"))
        except DBAPIError as error:
            if isinstance(error.orig, psycopg.errors.InsufficientPrivilege):
                break
            if not isinstance(error.orig, _RACES):
                raise
    _warn_of_missing_role(str(connection.scalar(sa.text("SELECT current_user"))))
    return False


_MAY_BE_ROLE = sa.text(
    "SELECT coalesce((SELECT pg_has_role(oid, 'SET') FROM pg_roles WHERE rolname = :role), false)"
).bindparams(role=ROLE)
_MAKE_ROLE = sa.text(
    f"""
    DO $$ BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{ROLE}') THEN
            CREATE ROLE {ROLE} NOLOGIN;
        END IF;
    END $$
    """
)
_RACES = (
    psycopg.errors.UniqueViolation,
    psycopg.errors.DuplicateObject,
    psycopg.errors.InternalError_,  # "tuple concurrently updated"
)


def _grant(connection: Connection) -> None:
    """Let the role do with what we own what `rights` says, and note that it may."""
    schema, *_ = connection.execute(sa.text("SELECT quote_ident(current_schema())")).one()
    may_enter = f"SELECT has_schema_privilege('{ROLE}', current_schema(), 'USAGE')"
    if not connection.scalar(sa.text(may_enter)):
        connection.execute(sa.text(f"GRANT USAGE ON SCHEMA {schema} TO {ROLE}"))
    # What earlier versions granted on tables to come.
    later = f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} REVOKE ALL ON"
    connection.execute(sa.text(f"{later} TABLES FROM {ROLE}"))
    connection.execute(sa.text(f"{later} SEQUENCES FROM {ROLE}"))
    for table in connection.scalars(_TABLES).all():
        name = f"{schema}.{connection.dialect.identifier_preparer.quote(table)}"
        connection.execute(sa.text(f"REVOKE ALL ON {name} FROM {ROLE}"))
        if table in rights.RIGHTS:
            granted = ", ".join(rights.RIGHTS[table].granted())
            connection.execute(sa.text(f"GRANT {granted} ON {name} TO {ROLE}"))
    for sequence in connection.scalars(_SEQUENCES):
        connection.execute(sa.text(f"GRANT USAGE ON SEQUENCE {sequence} TO {ROLE}"))
    note = f"COMMENT ON TABLE alembic_version IS 'rights {rights.fingerprint()}'"
    connection.execute(sa.text(note))


_TABLES = sa.text(
    "SELECT tablename FROM pg_tables "
    "WHERE schemaname = current_schema() AND tableowner = current_user"
)
_SEQUENCES = sa.text(
    "SELECT format('%I.%I', schemaname, sequencename) FROM pg_sequences "
    "WHERE schemaname = current_schema() AND sequenceowner = current_user"
)


def _warn_of_missing_role(user: str) -> None:
    """Say it once a process and user: each command prepares the database."""
    if user in _warned:
        return
    _warned.add(user)
    _log.warning(
        "%(user)s may not use the role %(role)s, so Asof works as the tables' owner, whose rights "
        "do not end at adding to the log. Let an administrator run: CREATE ROLE %(role)s; "
        'GRANT %(role)s TO "%(user)s";',
        {"user": user, "role": ROLE},
    )
