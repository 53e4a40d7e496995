"""Prepare the database, start the processes that serve, and keep them until told to stop."""

from __future__ import annotations

import contextlib
import http.client
import json
import logging
import os
import select
import shutil
import signal
import socket
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from sqlalchemy.exc import SQLAlchemyError

from app.config import Settings
from app.domain.errors import AsofError
from app.observability import logging_setup
from app.runtime import child_account, first_start
from app.runtime.child_process import Child, SupervisorError
from app.store.database import engines
from app.store.embedded.binaries import EmbeddedServerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Engine

_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_STOP_WITHIN = 1.2  # seconds for the children; the database needs the rest of two
_TEND_EVERY = 1.0  # seconds between two looks at the database
_log = logging.getLogger(__name__)


def run(settings: Settings) -> int:
    """Serve until Ctrl-C or SIGTERM; 0 then, 1 where it could not go on, with the reason said."""
    logging_setup.begin("supervisor", logging.INFO)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        with _signals(_interrupt):
            settings = settings.model_copy(
                update={"port": _free_port(settings.host, settings.port)}
            )
            engine = _stocked_engine(settings)
            try:
                # Passwords are told to people, not to logs.
                ways_in = [] if settings.log == "json" else first_start.ways_in(engine, settings)
                return _Supervisor(settings, engine, ways_in).run()
            finally:
                engines.close_engine(engine)
    except KeyboardInterrupt:
        return 0
    except AsofError as error:
        _log.error("%s", error)
        return 1


def _stocked_engine(settings: Settings) -> Engine:
    """Open the database; one that has never held a fund gets the demo fund, if that is wanted."""
    engine = engines.open_engine(settings)
    try:
        if settings.demo and (fund := first_start.stock(engine, settings)):
            _log.info("Loaded a made-up fund to look at: %s", fund)
    except (AsofError, SQLAlchemyError) as error:
        _log.warning("The demo fund cannot be loaded, so the site starts without: %s", error)
    except BaseException:
        engines.close_engine(engine)
        raise
    return engine


class _Prepared(NamedTuple):
    """What the children run as, and with."""

    account: int | None  # None: the account of this process
    files: tuple[int, ...]  # that they inherit
    environment: dict[str, str]
    measuring: dict[str, str]  # what the web server needs besides, to count


@dataclass
class _Supervisor:
    settings: Settings
    engine: Engine
    ways_in: list[str]
    stopping: bool = False
    announced: bool = False

    def run(self) -> int:
        children: list[Child] = []
        try:
            children = self._children()
            with _signals(self._stop):
                self._keep(children)
        except SupervisorError as error:
            _log.error("%s", error)
            return 1
        finally:
            # A second Ctrl-C changes nothing: it would leave processes behind.
            with _signals(self._stop):
                _stop_all(children)
                engines.close_engine(self.engine)
        return 0

    def _children(self) -> list[Child]:
        given = self._without_rights() or self._prepared(None)
        where = [self.settings.host, str(self.settings.port)]
        web = [sys.executable, "-m", "app.runtime.web_server", str(os.getpid()), *where]
        worker = [sys.executable, "-m", "tasks.worker", str(os.getpid())]
        return [
            Child(name, command, environment, account=given.account, files=given.files)
            for name, command, environment in (
                ("The web server", web, given.environment | given.measuring),
                ("The worker", worker, given.environment),
            )
        ]

    def _without_rights(self) -> _Prepared | None:
        """Prepare an account without rights for the children, where there can be one."""
        account = child_account.child_account(self.settings.home)
        if account is None:
            return None
        given = self._prepared(account)
        try:
            child_account.check(account, given.environment | given.measuring)
        except child_account.ChildAccountError as error:
            _log.warning(
                "Pages and jobs run with root's rights, for an account without any cannot run them "
                "here: %s",
                error,
            )
            return None
        return given

    def _prepared(self, account: int | None) -> _Prepared:
        access = engines.access(self.engine, self.settings, account)
        environment = _environment(self.settings, access.address, account)
        return _Prepared(account, access.files, environment, _measuring(self.settings, account))

    def _stop(self, *_: object) -> None:
        self.stopping = True

    def _keep(self, children: list[Child]) -> None:
        reading, writing = os.pipe()
        os.set_blocking(writing, False)
        before = signal.set_wakeup_fd(writing)
        tended = time.monotonic()
        try:
            while not self.stopping:
                for child in children:
                    child.tend()
                if time.monotonic() - tended > _TEND_EVERY:
                    self._tend_database()
                    tended = time.monotonic()
                self._announce()
                if select.select([reading], [], [], 0.1)[0]:
                    os.read(reading, 512)
        finally:
            signal.set_wakeup_fd(before)
            os.close(reading)
            os.close(writing)

    def _tend_database(self) -> None:
        """See that the database runs; where it does not start now, it may when its disk has room.

        Until then the pages say that it is away.
        """
        try:
            engines.tend(self.engine)
        except EmbeddedServerError as error:
            _log.error("%s", error)

    def _announce(self) -> None:
        if not self.announced and _answers(self.settings):
            self.announced = True
            for line in self.ways_in:
                print(line, flush=True)  # noqa: T201 (what logs must not tell)
            _log.info("Asof is at %s (Ctrl-C stops it)", _address(self.settings))


def _stop_all(children: list[Child]) -> None:
    deadline = time.monotonic() + _STOP_WITHIN
    for child in children:
        child.ask_to_stop()
    for child in children:
        child.wait(deadline - time.monotonic())
        child.sweep()


@contextlib.contextmanager
def _signals(handler: Callable[..., None]) -> Iterator[None]:
    before = {number: signal.signal(number, handler) for number in _STOP_SIGNALS}
    try:
        yield
    finally:
        for number, earlier in before.items():
            signal.signal(number, earlier)


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def _environment(settings: Settings, database: str, account: int | None) -> dict[str, str]:
    given = {
        "ASOF_HOME": str(settings.home),
        "ASOF_HOST": settings.host,
        "ASOF_PORT": str(settings.port),
        "SECRET_KEY": settings.secret_key,
        "DATABASE_URL": database,
    }
    own_home = {} if account is None else {"HOME": "/nonexistent"}  # it has none
    return {**os.environ, **given, **own_home}


def _measuring(settings: Settings, account: int | None) -> dict[str, str]:
    """Return the web server's processes a folder for what they count together, from nought."""
    folder = settings.home / "metrics"
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        if account is not None:
            os.chown(folder, account, account)
    except OSError as error:
        msg = f"{folder} cannot be made ({error.strerror}): set ASOF_HOME to a folder of yours"
        raise SupervisorError(msg) from error
    return {"PROMETHEUS_MULTIPROC_DIR": str(folder)}


def _free_port(host: str, port: int) -> int:
    """Return the port, or a free one for 0; the web server alone would share one with another."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            msg = (
                f"Port {port} of {host} cannot be used ({error.strerror}): stop what uses it, "
                f"or choose another, such as ASOF_PORT={port + 1}"
            )
            raise SupervisorError(msg) from error
        return int(probe.getsockname()[1])


def _answers(settings: Settings) -> bool:
    anywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 (whom to ask there)
    host = anywhere.get(settings.host, settings.host)
    connection = http.client.HTTPConnection(host, settings.port, timeout=2)
    try:
        connection.request("GET", "/readyz")
        checks = json.loads(connection.getresponse().read())["checks"]
        # The worker may take its time: pages are there before it is.
        return all(check["ok"] for name, check in checks.items() if name != "worker")
    except (OSError, http.client.HTTPException, ValueError, LookupError, TypeError):
        return False
    finally:
        connection.close()


def _address(settings: Settings) -> str:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{settings.port}/"
