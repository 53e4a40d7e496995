"""Engines on the ledger's database, in the role that may only add to the log."""

from __future__ import annotations

import orjson
import sqlalchemy as sa

from app.config import Settings
from app.store import embedded, setup

_leases: dict[sa.Engine, embedded.Lease] = {}
# Each connection starts like this, however the server is configured.
_SESSION = {"timezone": "UTC", "default_transaction_isolation": r"read\ committed"}


def open_engine(settings: Settings) -> sa.Engine:
    """Give a pooled engine on a database that is ready, starting the embedded server if need be."""
    if settings.database_url is not None:
        owner = setup.engine_url(settings.database_url)
        return application_engine(owner, in_role=setup.prepare(owner))
    lease = embedded.acquire(settings.home)
    try:
        setup.prepare(lease.url())
        # Signing in as the role, there is no way back to the owner's rights.
        engine = application_engine(lease.url(user=setup.ROLE))
    except BaseException:
        lease.close()
        raise
    _leases[engine] = lease
    return engine


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
    """Give an engine on a database that is ready; `in_role` steps down from the URL's own user."""
    wanted = {**_SESSION, "role": setup.ROLE} if in_role else _SESSION
    options = [f"-c {name}={value}" for name, value in wanted.items()]
    given = url.query.get("options", ())
    given = (given,) if isinstance(given, str) else given
    return sa.create_engine(
        url.update_query_dict({"options": " ".join([*given, *options])}),
        pool_size=10,
        json_deserializer=orjson.loads,
        # The embedded server is started again where it was killed: the first to ask must not fail.
        pool_pre_ping=True,
    )
