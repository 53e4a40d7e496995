"""A process that is started again when it dies, in a session of its own."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import time
from typing import TYPE_CHECKING

from app.config import PROJECT
from app.domain.errors import InternalError

if TYPE_CHECKING:
    from collections.abc import Sequence

_QUICK = 5.0  # seconds; a child that lived shorter than this did not start well
_TRIES = 5
_log = logging.getLogger(__name__)


class SupervisorError(InternalError):
    """The site cannot be served, and what to do about it."""


class Child:
    """One kind of process of the site's."""

    def __init__(
        self,
        name: str,
        command: list[str],
        environment: dict[str, str],
        *,
        account: int | None = None,
        files: Sequence[int] = (),
    ) -> None:
        """Say how it is started, which `tend` then does.

        It runs as another account where one is given, and inherits the open files.
        """
        self.name = name
        self._command = command
        self._environment = environment
        self._account = account
        self._files = files
        self._quick_deaths = 0
        self._not_before = 0.0
        self._process: subprocess.Popen[bytes] | None = None
        self._begun = 0.0

    def tend(self) -> None:
        """Start it if it does not run, with longer pauses the less well it starts."""
        if self._process is None:
            if time.monotonic() >= self._not_before:
                self._start()
            return
        status = self._process.poll()
        if status is None:
            return
        self.sweep()
        now = time.monotonic()
        self._quick_deaths = self._quick_deaths + 1 if now - self._begun < _QUICK else 1
        if self._quick_deaths >= _TRIES:
            msg = f"{self.name} ended {_TRIES} times right after its start; see above for why"
            raise SupervisorError(msg)
        _log.warning("%s ended (%s); starting it again", self.name, _in_words(status))
        self._not_before = now + 0.1 * 2**self._quick_deaths

    def _start(self) -> None:
        self._begun = time.monotonic()
        # A session of its own: the terminal's Ctrl-C reaches the supervisor only.
        self._process = subprocess.Popen(  # noqa: S603 (our own)
            self._command,
            cwd=PROJECT,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            user=self._account,
            group=self._account,
            extra_groups=None if self._account is None else [],
            pass_fds=self._files,
        )

    def ask_to_stop(self) -> None:
        """Let it finish what it is at."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def wait(self, seconds: float) -> None:
        """Wait until it has ended, no longer than that."""
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(max(seconds, 0))

    def sweep(self) -> None:
        """Kill what is left of it and of what it started."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None


def _in_words(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"exit status {status}"
