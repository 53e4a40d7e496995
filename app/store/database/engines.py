"""Engines on the ledger's database, in the role that may only add to the log."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import orjson
import psycopg
import sqlalchemy as sa
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from app.config import Settings
from app.store.database import bootstrap, seals
from app.store.embedded import leases

PERSON_LIMITS = "asof_person_limits"  # the option of an engine that holds what a person may ask
_IDLE = 0.1  # seconds
# Who waits longer for a connection, from the pool or from the server, is told to come back: the
# browser gives up after 15 seconds, and a thread that waits serves nobody else.
_POOL_WITHIN, _CONNECT_WITHIN = 3.0, 5
_leases: dict[sa.Engine, leases.Lease] = {}
# Each connection starts like this, however the server is configured. Every statement names its fund
# and finds its rows by an index, whatever the values: to plan it anew each time takes longer than
# to run it. Bytes are copied as text, in the standard's reading of a backslash.
_SESSION = {
    "timezone": "UTC",
    "default_transaction_isolation": r"read\ committed",
    "plan_cache_mode": "force_generic_plan",
    "standard_conforming_strings": "on",
}


def open_engine(settings: Settings) -> sa.Engine:
    """Return a pooled engine on a ready database; the embedded server is started if need be."""
    seals.use(settings.seal_key or settings.secret_key)
    engine = _opened(settings)
    engine.update_execution_options(**{PERSON_LIMITS: settings.person_limits})
    return engine


def _opened(settings: Settings) -> sa.Engine:
    if settings.database_url is not None:
        owner = bootstrap.engine_url(settings.database_url)
        return application_engine(owner, in_role=bootstrap.prepare(owner))
    lease = leases.acquire(settings.home)
    try:
        bootstrap.prepare(lease.url())
        # Signing in as the role, there is no way back to the owner's rights.
        engine = application_engine(lease.url(user=bootstrap.ROLE))
    except BaseException:
        lease.close()
        raise
    _leases[engine] = lease
    return engine


@contextmanager
def as_owner(settings: Settings) -> Iterator[sa.URL]:
    """Return the address by which the tables' owner signs in; whether there are any is not seen to.

    The embedded server runs meanwhile.
    """
    if settings.database_url is not None:
        yield bootstrap.engine_url(settings.database_url)
        return
    lease = leases.acquire(settings.home)
    try:
        yield lease.url()
    finally:
        lease.close()


@dataclass(frozen=True, slots=True)
class Access:
    """What lets another process work on the same database, whatever account it runs as."""

    address: str = field(repr=False)
    files: tuple[int, ...] = ()  # to inherit: the embedded server runs as long as they are open


def access(engine: sa.Engine, settings: Settings, account: int | None) -> Access:
    """Return the access of a process, in the role that may only add to the log.

    The embedded server lets the account reach it, by its group.
    """
    if (lease := _leases.get(engine)) is None:
        return Access(settings.database_url or "")
    lease.admit(account)
    address = lease.url(user=bootstrap.ROLE).render_as_string(hide_password=False)
    return Access(address, (lease.fileno(),))


def close_engine(engine: sa.Engine) -> None:
    """Close its connections, and give back the embedded server."""
    engine.dispose()
    lease = _leases.pop(engine, None)
    if lease is not None:
        lease.close()


def tend(engine: sa.Engine) -> None:
    """Start the embedded server again where it was killed, and its keeper with it."""
    if (lease := _leases.get(engine)) is not None:
        lease.tend()


def application_engine(url: sa.URL, *, in_role: bool = False) -> sa.Engine:
    """Return an engine on a ready database; `in_role` steps down from the URL's own user."""
    wanted = {**_SESSION, "role": bootstrap.ROLE} if in_role else _SESSION
    options = [f"-c {name}={value}" for name, value in wanted.items()]
    given = url.query.get("options", ())
    given = (given,) if isinstance(given, str) else given
    patience = url.query.get("connect_timeout", str(_CONNECT_WITHIN))
    engine = sa.create_engine(
        url.update_query_dict(
            {"options": " ".join([*given, *options]), "connect_timeout": patience}
        ),
        pool_size=10,
        pool_timeout=_POOL_WITHIN,
        json_deserializer=orjson.loads,
        hide_parameters=True,  # errors are logged, and what was typed is not
    )
    sa.event.listen(engine, "checkin", _note_use)
    sa.event.listen(engine, "checkout", _check_idle)
    return engine


def _note_use(_: object, record: ConnectionPoolEntry) -> None:
    record.info["used_at"] = time.monotonic()


def _check_idle(
    connection: psycopg.Connection, record: ConnectionPoolEntry, _: PoolProxiedConnection
) -> None:
    """Ask a connection that lay idle for a while if it still works: its server may be a new one.

    The embedded server is started again where it was killed, and the first to ask must not fail.
    """
    if time.monotonic() - record.info.get("used_at", math.inf) < _IDLE:
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except psycopg.OperationalError as error:
        raise sa.exc.InvalidatePoolError from error
