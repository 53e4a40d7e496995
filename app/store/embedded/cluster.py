"""The cluster in `home`: made, launched under its keeper, found and stopped."""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING

from app.config import kept_secret
from app.store.embedded import binaries, keeper, server_account
from app.store.embedded.binaries import EmbeddedServerError

if TYPE_CHECKING:
    import pwd

_PASSWORD = "database_password"  # noqa: S105 (the name of its file)
OWNER, APPLICATION, DATABASE = "postgres", "asof_app", "asof"
_RULE = "local all all scram-sha-256\n"
_STOP_WITHIN = 10.0  # seconds, before the server is told to drop everything at once
_SOCKET_PATH_LIMIT = 100  # bytes; the kernel's limit is 108, 104 on some systems


def make(home: Path, data: Path) -> None:
    """Make the cluster, its database and the application's role; half of one is never left."""
    draft = data.with_name("pgdata.new")
    shutil.rmtree(draft, ignore_errors=True)
    _private_folder(draft, home)
    # Before it is started for the first time, it is made to ask for a password.
    options = [f"--username={OWNER}", "--auth=trust", "--encoding=UTF8", "--no-locale"]
    _run(data, ["initdb", *options, "-D", str(draft)])
    _single(data, draft, [f"CREATE DATABASE {DATABASE}", f"CREATE ROLE {APPLICATION} LOGIN"])
    set_passwords(home, draft)
    draft.rename(data)


def password(home: Path) -> str:
    """Return the password of both roles, which only the user of this home may read."""
    return kept_secret(home / _PASSWORD, lambda: secrets.token_urlsafe(32))


def asks_for_password(data: Path) -> bool:
    """Return whether the server asks who comes for a password; earlier versions trusted them."""
    return (data / "pg_hba.conf").read_text() == _RULE


def set_passwords(home: Path, data: Path) -> None:
    """Set the password of the roles of a server that does not run, and have it asked for."""
    # What nobody can guess need not be stretched at each sign-in.
    alter = "SET scram_iterations = 1; ALTER ROLE {} PASSWORD '{}'"
    given = password(home)
    _single(home / "pgdata", data, [alter.format(role, given) for role in (OWNER, APPLICATION)])
    (data / "pg_hba.conf").write_text(_RULE)


def _single(data: Path, cluster: Path, statements: list[str]) -> None:
    """Run statements on a server that does not run, as nobody else can."""
    text = "".join(f"{statement};\n" for statement in statements)
    _run(data, ["postgres", "--single", "-D", str(cluster), "postgres"], text)


def launch(home: Path, data: Path) -> None:
    """Start the server in the background; the caller makes sure that no one else does."""
    folder = socket_folder(home)
    _private_folder(folder, home)
    (data / "postmaster.pid").unlink(missing_ok=True)  # a killed server's: its number may be reused
    options = {
        "listen_addresses": "",
        "port": "5432",
        "unix_socket_directories": f'"{folder}"',
        "log_error_verbosity": "terse",  # else rows that were refused stand in its log
    }
    command = [*as_account(data, "postgres"), "-D", str(data)]
    command += [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    files = [str(home / name) for name in ("lease", "keeper.lock", "postgres.log")]
    # -I and -S: the keeper needs nothing but the standard library, and starts at once.
    script = [sys.executable, "-I", "-S", str(keeper.__file__), *files]
    # Our own streams are not for it: whoever reads them would wait for the server's end.
    with private_file(home / "postgres.log") as log:
        subprocess.run(  # noqa: S603 (our own)
            [*script, *command],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env=_environment(),
        )


def private_file(path: Path) -> IO[bytes]:
    """Open a file to append to, made if need be, that only its user may open.

    Who could read a file could lock it.
    """
    opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.fchmod(opened, 0o600)  # those of earlier versions could be read by anybody
    return os.fdopen(opened, "ab")


def is_kept(home: Path) -> bool:
    """Return whether a keeper lives, which starts the server again by itself."""
    with private_file(home / "keeper.lock") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def server_pid(home: Path) -> int | None:
    """Return the number of the server's process, not of one that was given its number since."""
    data = home / "pgdata"
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
        if sys.platform == "linux":
            command = Path(f"/proc/{pid}/cmdline").read_text()
        else:
            ask = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
            command = subprocess.check_output(ask, text=True)  # noqa: S603
    except (OSError, ValueError, subprocess.CalledProcessError):
        return None
    return pid if str(data) in command else None


def stop(home: Path) -> None:
    """Stop the server, and return when it is gone; the caller holds the lease exclusively."""
    for how in (signal.SIGINT, signal.SIGQUIT):
        pid = server_pid(home)
        if pid is None:
            return
        os.kill(pid, how)
        deadline = time.monotonic() + _STOP_WITHIN
        while (server_pid(home) == pid or is_kept(home)) and time.monotonic() < deadline:
            time.sleep(0.01)  # the keeper goes right after the server


def socket_folder(home: Path) -> Path:
    """Return the folder of the server's socket: in home, unless that is too long for one."""
    folder = home / "run"
    if len(os.fsencode(folder / ".s.PGSQL.5432.lock")) <= _SOCKET_PATH_LIMIT:
        return folder
    name = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    return Path("/tmp") / f"asof-{os.geteuid()}-{name}"  # noqa: S108 (private, and checked to be)


def _private_folder(folder: Path, home: Path) -> None:
    """Make a folder that only the server's account may enter; one of someone else's is refused."""
    account = _account(home / "pgdata")
    owner = os.geteuid() if account is None else account.pw_uid
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if folder.is_symlink() or found.st_uid not in {owner, os.geteuid()}:
        msg = f"{folder} is someone else's: remove it, or set ASOF_HOME to a shorter path"
        raise EmbeddedServerError(msg)
    folder.chmod(0o700)
    if account is not None:
        os.chown(folder, account.pw_uid, account.pw_gid)


def admit(home: Path, group: int | None) -> None:
    """Let a group pass to the server's socket, which asks whoever comes for the password."""
    folder = socket_folder(home)
    if group is not None and folder.stat().st_gid != group:
        os.chown(folder, -1, group)
        folder.chmod(0o710)


def as_account(data: Path, program: str) -> list[str]:
    """Return the words that run one of PostgreSQL's programs as the account of these data.

    Raises EmbeddedServerError, with the mend, where no account can run it or reach the data.
    """
    path = binaries.program(program)
    try:
        return [*server_account.switch_account(_account(data), data, Path(path)), path]
    except server_account.ServerAccountError as error:
        raise EmbeddedServerError(str(error)) from error


def _account(data: Path) -> pwd.struct_passwd | None:
    try:
        return server_account.server_account(data)
    except server_account.ServerAccountError as error:
        raise EmbeddedServerError(str(error)) from error


def _run(data: Path, command: list[str], text: str = "") -> None:
    done = subprocess.run(  # noqa: S603 (PostgreSQL's own programs)
        [*as_account(data, command[0]), *command[1:]],
        input=text,
        cwd="/",
        env=_environment(),
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
    )
    if done.returncode:
        msg = f"{command[0]} failed in {data.parent}:\n{done.stderr.strip()}"
        raise EmbeddedServerError(msg)


def _environment() -> dict[str, str]:
    """Return our environment without what would lead PostgreSQL elsewhere."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**kept, "LC_ALL": "C"}
