"""The account that the site's processes run as: where root starts them, one without rights."""

from __future__ import annotations

import errno
import hashlib
import os
import pwd
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from app.config import PROJECT, Settings
from app.domain.errors import AsofError, InternalError
from app.store.database import engines

# Numbers that have no name; systemd takes those of services from here too.
_NUMBERS = range(61184, 65520)
_TRIED_WITHIN = 60.0  # seconds


class ChildAccountError(InternalError):
    """Why no other account can run the site's processes here."""


def child_account(home: Path) -> int | None:
    """Return the number of the account, and of its group; None for the user's own.

    It owns nothing, and no process of another site's runs as it: whoever shares an account with a
    process may read its secrets.
    """
    if os.geteuid() != 0:
        return None
    begin = int(hashlib.sha256(os.fsencode(home)).hexdigest(), 16)
    numbers = (_NUMBERS[(begin + step) % len(_NUMBERS)] for step in range(len(_NUMBERS)))
    return next((number for number in numbers if not _is_named(number)), None)


def check(account: int, environment: dict[str, str]) -> None:
    """Run a process as the account that does what the site's do first.

    Raises ChildAccountError where it cannot.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-m", "app.runtime.child_account"],
            cwd=PROJECT,
            env=environment,
            user=account,
            group=account,
            extra_groups=[],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=_TRIED_WITHIN,
        )
    except OSError as error:
        raise ChildAccountError(_reason(error)) from error
    except subprocess.TimeoutExpired as error:
        raise ChildAccountError(f"it took more than {_TRIED_WITHIN:.0f} s to start") from error
    if done.returncode:
        output = done.stdout.strip() or done.stderr.strip()
        raise ChildAccountError(output.splitlines()[-1] if output else f"status {done.returncode}")


def _is_named(number: int) -> bool:
    try:
        pwd.getpwuid(number)
    except KeyError:
        return False
    return True


def _reason(error: OSError) -> str:
    if error.errno == errno.EACCES and error.filename:
        return f"it may not use {error.filename}"
    return str(error)


def main() -> int:
    """Do what the site's processes do first; 1 where this account may not, with the reason."""
    try:
        settings = Settings.from_environ()
        tempfile.TemporaryFile(dir=os.environ["PROMETHEUS_MULTIPROC_DIR"]).close()
        with socket.socket(
            socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        ) as listening:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((settings.host, settings.port))
        engine = engines.open_engine(settings)
        engines.close_engine(engine)
    except AsofError as error:
        reason = str(error)
    except OSError as error:
        reason = _reason(error)
    else:
        return 0
    sys.stdout.write(reason)
    return 1


if __name__ == "__main__":
    sys.exit(main())
