"""PostgreSQL's own dump of a whole database, and the way back into an empty one."""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy import URL

from app.domain.errors import InternalError
from app.store.embedded import binaries

_PIECE = 1 << 18  # bytes
# Who owns what, and who may do what, set-up settles anew where the dump is restored.
_PLAIN = ("--no-owner", "--no-privileges", "--no-password")
# Worker processes do not move along with the database, no session comes back that has ended, and
# large exports can be made again.
_LEFT_OUT = tuple(
    f"--exclude-table-data={table}"
    for table in ("worker", "web_session", "export_file", "export_piece")
)
_TABLES = """
    SELECT count(*) FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE nspname = current_schema() AND relkind IN ('r', 'p', 'v', 'm', 'f')
"""

Progress = Callable[[int], None]  # bytes


class DumpError(InternalError):
    """The database cannot be dumped, or no dump be restored into it, and why."""


def connect(owner: URL) -> psycopg.Connection:
    """Open a connection as the owner."""
    try:
        return psycopg.connect(_address(owner), password=owner.password, autocommit=True)
    except psycopg.OperationalError as error:
        where = owner.render_as_string()
        raise DumpError(f"the database {where} does not answer: {error}") from error


def has_tables(driver: psycopg.Connection) -> bool:
    """Return whether the database holds anything already."""
    found = driver.execute(_TABLES).fetchone()
    return found is not None and found[0] > 0


def dump(driver: psycopg.Connection, owner: URL, out: IO[bytes], progress: Progress) -> None:
    """Write what the transaction of `driver` sees, which nobody waits for. Raises DumpError."""
    seen = driver.execute("SELECT pg_export_snapshot()").fetchone()
    assert seen is not None
    options = ["--format=custom", *_PLAIN, *_LEFT_OUT, f"--snapshot={seen[0]}"]
    with _running("pg_dump", driver, owner, options) as process:
        assert process.stdout is not None
        _copy(process.stdout, out, progress)


def load(driver: psycopg.Connection, owner: URL, source: IO[bytes], progress: Progress) -> None:
    """Restore a dump into an empty database: all of it or nothing. Raises DumpError."""
    with _running("pg_restore", driver, owner, [*_PLAIN, "--single-transaction"]) as process:
        assert process.stdin is not None
        _copy(source, process.stdin, progress)


def _copy(source: IO[bytes], out: IO[bytes], progress: Progress) -> None:
    done = 0
    while piece := source.read(_PIECE):
        out.write(piece)
        done += len(piece)
        progress(done)


@contextmanager
def _running(
    name: str, driver: psycopg.Connection, owner: URL, options: list[str]
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program of the server's version on the database; its end has to be a good one."""
    version = binaries.client_version(driver.info.server_version // 10_000)
    command = [binaries.program(name, version), *options, f"--dbname={_address(owner)}"]
    with tempfile.TemporaryFile() as said:
        # Where it ends early, the pipe breaks, and it has said why.
        with (
            contextlib.suppress(BrokenPipeError),
            subprocess.Popen(  # noqa: S603 (PostgreSQL's own)
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                env=_environment(owner),
            ) as process,
        ):
            yield process
        if process.returncode:
            said.seek(0)
            words = said.read().decode(errors="replace").strip()
            raise DumpError(f"{name} failed with exit status {process.returncode}:\n{words}")


def _address(owner: URL) -> str:
    """Write an address for libpq, without the password: everybody can read a command's words."""
    options = {name: str(value) for name, value in owner.query.items()}
    where = {"host": owner.host, "port": owner.port, "user": owner.username}
    given = {name: str(value) for name, value in where.items() if value is not None}
    return make_conninfo("", dbname=owner.database, **{**given, **options})


def _environment(owner: URL) -> dict[str, str]:
    kept = {**os.environ, "LC_ALL": "C"}
    return kept if owner.password is None else {**kept, "PGPASSWORD": owner.password}
