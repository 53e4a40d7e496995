"""The account that the embedded PostgreSQL runs as, and how it reaches its files.

Only the standard library is needed: `make run` asks this script whether the server can run here
before it installs anything.
"""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import sys
from pathlib import Path

# Linux's capabilities that let a process pass through any folder, the narrower one first; and the
# one that is needed to lend them.
_PASS_ANY_FOLDER = {2: "dac_read_search", 1: "dac_override"}
_LEND = 8
_ELSEWHERE = "use a folder that others may pass through (such as /srv/asof), or set DATABASE_URL"


class ServerAccountError(Exception):
    """No account here can run the server, and what to do about it."""


def server_account(data: Path) -> pwd.struct_passwd | None:
    """Return the account to run as, for PostgreSQL refuses to run as root; None: the user's own.

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
    raise ServerAccountError(msg)


def switch_account(account: pwd.struct_passwd | None, data: Path, program: Path) -> list[str]:
    """Return the words to put before a command so that it runs as the account; none for our own.

    Where a folder on the way to the data or to the program is private to root, the command is lent
    the right to pass through folders, and every folder stays as private as it is. PostgreSQL asks
    by access(2) whether it may run its programs; the kernel answers that without lent rights
    unless the securebit no_setuid_fixup is set.
    """
    if account is None:
        return []
    if shutil.which("setpriv") is None:
        msg = (
            "PostgreSQL does not run as root, and setpriv (package util-linux) is missing: "
            "install it, use another account, or set DATABASE_URL"
        )
        raise ServerAccountError(msg)
    switch = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
    private = _private_folder(account, data) or _private_folder(account, program)
    if private is not None:
        right = _right_to_pass(private, account)
        switch += [f"--inh-caps=+{right}", f"--ambient-caps=+{right}"]
        switch += ["--securebits=+no_setuid_fixup"]
    return [*switch, "--"]


def _private_folder(account: pwd.struct_passwd, path: Path) -> Path | None:
    """Return the outermost folder above a path that the account may not pass through."""
    for folder in reversed(path.resolve().parents):
        if folder.exists() and not _may_pass(account, folder.stat()):
            return folder
    return None


def _may_pass(account: pwd.struct_passwd, folder: os.stat_result) -> bool:
    if folder.st_uid == account.pw_uid:
        return bool(folder.st_mode & stat.S_IXUSR)
    if folder.st_gid == account.pw_gid:
        return bool(folder.st_mode & stat.S_IXGRP)
    return bool(folder.st_mode & stat.S_IXOTH)


def _right_to_pass(private: Path, account: pwd.struct_passwd) -> str:
    held = _held_rights()
    for number, name in _PASS_ANY_FOLDER.items():
        if held >> number & 1 and held >> _LEND & 1:
            return name
    msg = (
        f"PostgreSQL does not run as root, and the account {account.pw_name} may not pass through "
        f"{private}: {_ELSEWHERE}"
    )
    raise ServerAccountError(msg)


def _held_rights() -> int:
    """Return the capabilities that this process holds, one bit each; 0 where there are none."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1], 16) for line in lines if line.startswith("CapPrm")), 0)


def main(project: Path) -> int:
    """Return 0 if the server can run for a project in this folder; else 1, and say the mend."""
    if os.environ.get("DATABASE_URL"):
        return 0
    home = Path(os.environ.get("ASOF_HOME") or project / "var").expanduser().resolve()
    try:
        data = home / "pgdata"
        switch_account(server_account(data), data, project / ".venv" / "bin" / "postgres")
    except ServerAccountError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(__file__).resolve().parents[3]))
