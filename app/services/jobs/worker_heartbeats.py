"""Worker processes show that they live, from a thread: a job may take all of the main one."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import time
from collections.abc import Sequence
from contextlib import suppress
from threading import Thread

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from app.config import VERSION
from app.store.jobs import workers

_EVERY = 10.0  # seconds between two signs of life
_log = logging.getLogger(__name__)


def begin(engine: Engine) -> None:
    """Show life from now on, as long as the process lives."""
    Thread(target=_go_on, args=(engine,), name="heartbeat-of-worker", daemon=True).start()


def end(engine: Engine, pids: Sequence[int]) -> None:
    """Say that processes of this host have ended; where the database is away, it shows later."""
    with suppress(DBAPIError), engine.begin() as connection:
        workers.end(connection, here(), pids)


def prune(engine: Engine) -> None:
    """Forget the long dead."""
    with engine.begin() as connection:
        workers.prune(connection)


def here() -> str:
    """Name the machine, or the container."""
    return socket.gethostname()


def _go_on(engine: Engine) -> None:
    host, pid = here(), os.getpid()
    name = f"{host}-{pid}-{secrets.token_hex(4)}"  # containers give the same pids again
    shown = True
    while True:
        try:
            with engine.begin() as connection:
                workers.beat(connection, name, host, pid, VERSION)
            shown = True
        except DBAPIError as error:
            if shown:  # once an outage
                _log.warning("The worker %s could not show life: %s", name, error.orig)
            shown = False
        time.sleep(_EVERY)
