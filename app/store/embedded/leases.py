"""The embedded PostgreSQL: it runs while anyone holds a lease on it, and stops with the last."""

from __future__ import annotations

import atexit
import fcntl
import logging
import os
import time
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

import psycopg
import sqlalchemy as sa

from app.store.embedded import binaries, cluster
from app.store.embedded.binaries import EmbeddedServerError

if TYPE_CHECKING:
    from collections.abc import Iterator

_START_WITHIN = 60.0  # seconds; recovery after a crash is part of it
_log = logging.getLogger(__name__)


class Lease:
    """The right to use the server in `home`, until it is closed or the process ends."""

    def __init__(self, home: Path) -> None:
        """Wait while a server that no one used any more is being stopped."""
        self.home = home
        self._process = os.getpid()
        self._guests: int | None = None
        self._file: IO[bytes] | None = cluster.private_file(home / "lease")
        fcntl.flock(self._file, fcntl.LOCK_SH)
        atexit.register(self.close)

    def url(self, database: str = cluster.DATABASE, user: str = cluster.OWNER) -> sa.URL:
        """Return the address of a database, signing in as `user`."""
        return sa.URL.create(
            "postgresql+psycopg",
            username=user,
            password=cluster.password(self.home),
            database=database,
            query={"host": str(cluster.socket_folder(self.home)), "port": "5432"},
        )

    def admit(self, group: int | None) -> None:
        """Let a group of accounts reach the server, as long as this lease is tended."""
        self._guests = group
        cluster.admit(self.home, group)

    def fileno(self) -> int:
        """Return the file whose lock is the lease: a process that inherits it holds it too."""
        assert self._file is not None
        return self._file.fileno()

    def tend(self) -> None:
        """Start the server again if no one else is there to do so; costs two small files."""
        if cluster.server_pid(self.home) is None and not cluster.is_kept(self.home):
            with _alone(self.home):
                _start(self)
        cluster.admit(self.home, self._guests)  # who started it may not have known of them

    def close(self) -> None:
        """Give the lease back, and stop the server if no one else holds one."""
        if self._file is None:
            return
        file, self._file = self._file, None
        atexit.unregister(self.close)
        with file:
            if self._process != os.getpid():
                return  # a copy made by fork: the lease is the parent's
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            cluster.stop(self.home)


def acquire(home: Path) -> Lease:
    """Take a lease on the server in `home`, made and started if need be, and answering."""
    cluster.as_account(home / "pgdata", "postgres")  # where it cannot run, nothing is made
    home.mkdir(parents=True, exist_ok=True)
    lease = Lease(home)
    try:
        if not _answers(lease):
            with _alone(home):
                _start(lease)
    except BaseException:
        lease.close()
        raise
    return lease


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Of all who would make or start the server, let one at a time."""
    with cluster.private_file(home / "start.lock") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _start(lease: Lease) -> None:
    if _answers(lease):
        return
    home, data = lease.home, lease.home / "pgdata"
    if not data.exists():
        _log.info("Setting up a database in %s", home)
        cluster.make(home, data)
    made_by = (data / "PG_VERSION").read_text().strip()
    if made_by != binaries.major_version():
        msg = (
            f"The data in {data} are of PostgreSQL {made_by}, and this would start "
            f"{binaries.major_version()}: set PGSERVER_POSTGRES_VERSION={made_by}, "
            "or ASOF_HOME to another folder"
        )
        raise EmbeddedServerError(msg)
    if not cluster.asks_for_password(data) and cluster.server_pid(home) is None:
        cluster.set_passwords(home, data)
    _await_answer(lease, data)


def _await_answer(lease: Lease, data: Path) -> None:
    """Wait for the server, which a keeper may be starting; else start it, once."""
    launched = False
    deadline = time.monotonic() + _START_WITHIN
    while not _answers(lease):
        if not cluster.is_kept(lease.home) and cluster.server_pid(lease.home) is None:
            if launched:
                raise EmbeddedServerError(_with_log(lease.home, "PostgreSQL did not start"))
            _log.info("Starting PostgreSQL %s", binaries.major_version())
            cluster.launch(lease.home, data)
            launched = True
        if time.monotonic() > deadline:
            raise EmbeddedServerError(_with_log(lease.home, "PostgreSQL does not answer"))
        time.sleep(0.02)


def _answers(lease: Lease) -> bool:
    url = lease.url().set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _with_log(home: Path, message: str) -> str:
    log = home / "postgres.log"
    lines = log.read_text(errors="replace").splitlines()[-10:] if log.exists() else []
    return "\n".join([f"{message}; the end of {log}:", *lines])
