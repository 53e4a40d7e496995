"""The embedded server runs while anyone uses it, and not a moment longer."""

from __future__ import annotations

import os
import re
import signal
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg
import pytest
import sqlalchemy as sa

from app.config import PROJECT, Settings, SettingsError
from app.store.database import bootstrap, engines
from app.store.embedded import binaries, cluster, leases
from tests.machine import patience

if TYPE_CHECKING:
    from collections.abc import Callable

_USER = """
import sys
from pathlib import Path
from app.store.embedded import leases
lease = leases.acquire(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with a cluster in it, that no one uses."""
    home = tmp_path_factory.mktemp("embedded") / "home"
    leases.acquire(home).close()
    return home


def _await(wanted: Callable[[], bool], within: float = 10) -> None:
    deadline = time.monotonic() + patience(within)
    while not wanted():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _user(home: Path) -> subprocess.Popen[str]:
    """Start a process that uses the server until its standard input ends."""
    return subprocess.Popen(
        [sys.executable, "-c", _USER, str(home)],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _is_ready(user: subprocess.Popen[str]) -> bool:
    assert user.stdout is not None
    return user.stdout.readline() == "ready\n"


def _is_gone(home: Path) -> bool:
    return cluster.server_pid(home) is None and not cluster.is_kept(home)


def _count(lease: leases.Lease) -> int:
    engine = sa.create_engine(lease.url(), poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE IF NOT EXISTS seen (id int)"))
        connection.execute(sa.text("INSERT INTO seen VALUES (1)"))
        return int(connection.scalar(sa.text("SELECT count(*) FROM seen")) or 0)


def test_the_last_to_leave_stops_the_server(home: Path) -> None:
    first, second = leases.acquire(home), leases.acquire(home)
    first.close()
    assert cluster.server_pid(home) is not None
    second.close()
    assert cluster.server_pid(home) is None
    _await(lambda: _is_gone(home))


def test_many_processes_at_once_share_one_server_made_by_one_of_them(tmp_path: Path) -> None:
    home = tmp_path / "home"
    users = [_user(home) for _ in range(5)]
    try:
        assert all(_is_ready(user) for user in users)
        assert (home / "postgres.log").read_text().count("starting PostgreSQL") == 1
    finally:
        for user in users:
            user.communicate(timeout=patience(30))
    _await(lambda: _is_gone(home))


def test_a_user_that_was_killed_leaves_no_server_behind(home: Path) -> None:
    user = _user(home)
    assert _is_ready(user)
    user.kill()
    user.communicate()
    _await(lambda: _is_gone(home))


def test_a_server_that_was_killed_comes_back_with_its_data(home: Path) -> None:
    lease = leases.acquire(home)
    seen = _count(lease)
    killed = cluster.server_pid(home)
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    _await(lambda: cluster.server_pid(home) not in {None, killed})
    again = leases.acquire(home)
    assert _count(again) == seen + 1
    again.close()
    lease.close()


def test_a_server_killed_with_its_keeper_and_all_users_starts_again(home: Path) -> None:
    user = _user(home)
    assert _is_ready(user)
    server = cluster.server_pid(home)
    assert server is not None
    status = Path(f"/proc/{server}/status")
    if not status.exists():
        pytest.skip("finds the keeper in /proc")
    found = re.search(r"PPid:\s+(\d+)", status.read_text())
    assert found
    for pid in (int(found[1]), server, user.pid):
        os.kill(pid, signal.SIGKILL)
    user.communicate()
    lease = leases.acquire(home)
    assert _count(lease) > 0
    lease.close()


def test_a_dead_servers_number_in_use_by_another_process_does_not_stop_the_next(home: Path) -> None:
    pid_file = home / "pgdata" / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{home / 'pgdata'}\n0\n5432\n\n\n\nready\n")
    lease = leases.acquire(home)
    assert _count(lease) > 0
    lease.close()


def test_a_forked_child_that_ends_leaves_its_parents_server_alone(home: Path) -> None:
    script = """
import os, sys
from pathlib import Path
from app.store.embedded import cluster, leases
lease = leases.acquire(Path(sys.argv[1]))
if os.fork() == 0:
    sys.exit()  # with all that is registered for the end
os.wait()
print(cluster.server_pid(lease.home) is not None)
"""
    command = [sys.executable, "-c", script, str(home)]
    assert subprocess.check_output(command, cwd=PROJECT, text=True) == "True\n"
    _await(lambda: _is_gone(home))


def test_a_home_with_a_long_path_works(tmp_path: Path) -> None:
    home = tmp_path / ("long" * 25)
    lease = leases.acquire(home)
    assert _count(lease) == 1
    folder = Path(str(lease.url().query["host"]))
    assert len(os.fsencode(folder)) < 60
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    lease.close()
    folder.rmdir()


def test_no_one_but_its_user_may_enter_the_data_or_reach_the_socket(home: Path) -> None:
    for name in ("pgdata", "run"):
        assert stat.S_IMODE((home / name).stat().st_mode) == 0o700


def test_who_reaches_the_socket_needs_the_password_too(home: Path) -> None:
    with closing(leases.acquire(home)) as lease:
        for user in (cluster.OWNER, cluster.APPLICATION):
            url = lease.url(user=user).set(drivername="postgresql")
            psycopg.connect(url.render_as_string(hide_password=False)).close()
            with pytest.raises(psycopg.OperationalError, match="authentication failed"):
                psycopg.connect(url.set(password=uuid4().hex).render_as_string(hide_password=False))
    for name in ("database_password", "postgres.log"):
        assert stat.S_IMODE((home / name).stat().st_mode) == 0o600


def test_a_server_of_an_earlier_version_that_trusted_everybody_asks_from_now_on(
    tmp_path: Path,
) -> None:
    leases.acquire(tmp_path).close()
    (tmp_path / "pgdata" / "pg_hba.conf").write_text("local all all trust\n")
    (tmp_path / "database_password").unlink()
    (tmp_path / "postgres.log").chmod(0o644)
    with closing(leases.acquire(tmp_path)) as lease:
        assert _count(lease) == 1
        url = lease.url().set(drivername="postgresql", password=uuid4().hex)
        with pytest.raises(psycopg.OperationalError, match="authentication failed"):
            psycopg.connect(url.render_as_string(hide_password=False))
    assert stat.S_IMODE((tmp_path / "postgres.log").stat().st_mode) == 0o600


def test_data_of_another_major_version_are_refused_with_the_way_out(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_by, other = ("18", "16") if binaries.major_version() == "18" else ("16", "18")
    monkeypatch.setenv("PGSERVER_POSTGRES_VERSION", other)
    with pytest.raises(
        binaries.EmbeddedServerError, match=f"set PGSERVER_POSTGRES_VERSION={made_by}"
    ):
        leases.acquire(home)


def test_a_server_that_does_not_start_says_why(tmp_path: Path) -> None:
    leases.acquire(tmp_path).close()
    (tmp_path / "pgdata" / "postgresql.auto.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(binaries.EmbeddedServerError, match="no_such_setting"):
        leases.acquire(tmp_path)
    _await(lambda: _is_gone(tmp_path))


def test_its_log_tells_of_a_refused_row_and_not_what_stood_in_it(home: Path) -> None:
    with (
        closing(leases.acquire(home)) as lease,
        sa.create_engine(lease.url(), poolclass=sa.NullPool).connect() as connection,
    ):
        connection.execute(sa.text("CREATE TEMPORARY TABLE known (email text PRIMARY KEY)"))
        row = sa.text("INSERT INTO known VALUES (:email)"), {"email": "ada@example.com"}
        connection.execute(*row)
        with pytest.raises(sa.exc.IntegrityError, match="ada@example"):
            connection.execute(*row)
    log = (home / "postgres.log").read_text()
    assert "duplicate key value violates unique constraint" in log
    assert "ada@example" not in log


def test_the_application_signs_in_as_the_lesser_role(tmp_path: Path) -> None:
    engine = engines.open_engine(
        Settings(home=tmp_path, database_url=None, secret_key="for tests only")  # noqa: S106
    )
    with engine.connect() as connection:
        users = connection.execute(sa.text("SELECT session_user, current_user")).one()
        assert tuple(users) == (bootstrap.ROLE, bootstrap.ROLE)
    engines.close_engine(engine)
    assert cluster.server_pid(tmp_path) is None


def test_a_secret_key_is_made_once_and_kept_private(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASOF_HOME", str(tmp_path))
    monkeypatch.delenv("SECRET_KEY", raising=False)
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: Settings.from_environ().secret_key, range(8)))
    assert len(keys) == 1
    assert len(keys.pop()) > 40
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["secret_key"]


def test_a_port_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ASOF_HOME", str(tmp_path))
    monkeypatch.setenv("ASOF_PORT", "eight thousand")
    with pytest.raises(SettingsError, match="ASOF_PORT"):
        Settings.from_environ()
