"""The processes of the web server: each one that dies is started again, all end when told to."""

from __future__ import annotations

import logging
import multiprocessing
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing import connection
from multiprocessing.process import BaseProcess

from uvicorn import Config, Server
from uvicorn.config import STARTUP_FAILURE
from uvicorn.importer import import_from_string

from app.config import Settings
from app.http_server.asgi import Front
from app.http_server.connection import Connection

_PROCESSES = 2
_IDLE_SECONDS = 30  # that a connection may be kept open for a next request
_TOO_SOON = 0.5  # seconds after a start, in which an end means that the next would end as well
_STOP_WITHIN = 1.0  # seconds for what is in hand
_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_log = logging.getLogger(__name__)


def serve(target: str, host: str, port: int) -> None:
    """Serve what `target` makes, until told to stop."""
    config = Config(
        partial(_front, target),
        factory=True,
        host=host,
        port=port,
        http=Connection,
        ws="none",
        loop="uvloop",
        interface="asgi3",
        lifespan="off",
        proxy_headers=False,  # the application believes its proxy, and nobody else
        server_header=False,
        access_log=False,
        log_config=None,
        timeout_keep_alive=_IDLE_SECONDS,
        timeout_graceful_shutdown=1,
    )

    def start() -> BaseProcess:
        process = multiprocessing.get_context().Process(target=_work, args=(config,))
        process.start()
        return process

    processes = _Processes(start)
    try:
        processes.keep()
    finally:
        processes.stop()


def _front(target: str) -> Front:
    """Make the application in a process of its own."""
    try:
        settings = Settings.from_environ()
        application = import_from_string(target)()
        return Front(application, settings.upload_mb * 1024 * 1024, settings.request_seconds)
    except Exception:  # noqa: BLE001 - whatever it is, it would be so again
        _log.exception("The web server cannot start")
        sys.exit(STARTUP_FAILURE)  # which is not tried again at once


def _work(config: Config) -> None:
    """Serve in a process of its own, on a socket of its own."""
    signal.set_wakeup_fd(-1)  # what the parent heard of signals with, where this is a fork
    for number in _STOP_SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    with _listening(config.host, config.port) as listening:
        Server(config).run([listening])


def _listening(host: str, port: int) -> socket.socket:
    """Listen beside the other processes; of one shared socket, who wakes first takes all."""
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listening.bind((host, port))
    return listening


class _Processes:
    """Processes that are kept until they are told to stop; Uvicorn's own hear of it late."""

    def __init__(self, start: Callable[[], BaseProcess]) -> None:
        self._start = start
        self._running = [start() for _ in range(_PROCESSES)]
        self._begun = time.monotonic()  # the newest of them

    def keep(self) -> None:
        """Start each anew that ends, until told to stop. Raises SystemExit where that is no use."""
        with _signals() as stop:
            while stop not in connection.wait([stop, *(each.sentinel for each in self._running)]):
                for index, each in enumerate(self._running):
                    if not each.is_alive():
                        self._running[index] = self._instead_of(each)

    def _instead_of(self, ended: BaseProcess) -> BaseProcess:
        lived = time.monotonic() - self._begun
        if ended.exitcode == STARTUP_FAILURE or lived < _TOO_SOON:
            sys.exit(STARTUP_FAILURE)
        _log.warning("A web process ended (%s); starting it again", ended.exitcode)
        self._begun = time.monotonic()
        return self._start()

    def stop(self) -> None:
        """Let them finish what they are at, for a moment."""
        for each in self._running:
            each.terminate()
        until = time.monotonic() + _STOP_WITHIN
        for each in self._running:
            each.join(max(until - time.monotonic(), 0))
            each.kill()


@contextmanager
def _signals() -> Iterator[socket.socket]:
    """Return a socket that can be read from once the process was told to stop."""
    reading, writing = socket.socketpair()
    writing.setblocking(False)  # noqa: FBT003 - the standard library's
    signal.set_wakeup_fd(writing.fileno())
    for number in _STOP_SIGNALS:
        signal.signal(number, lambda *_: None)
    with reading, writing:
        yield reading
