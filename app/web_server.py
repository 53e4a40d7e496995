"""The web server: granian's main process and its workers, which leave when their parent does."""

from __future__ import annotations

import multiprocessing
import sys
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from app import create_app
from app.config import log_form
from app.lifetime import leave_with

if TYPE_CHECKING:
    from flask import Flask


def worker() -> Flask:
    """Make the application in a worker of granian's."""
    parent = multiprocessing.parent_process()
    if parent is not None and parent.pid is not None:
        leave_with(parent.pid)
    _say_what_happens()
    return create_app()


def main(parent: str, host: str, port: str, target: str = "app.web_server:worker") -> None:
    """Serve what `target` makes until told to stop, or until the parent is gone."""
    leave_with(int(parent))
    log_dictconfig = _say_what_happens()
    Server(
        target,
        factory=True,
        address=host,
        port=int(port),
        interface=Interfaces.WSGI,
        workers=2,
        blocking_threads=4,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=1,
        log_level=LogLevels.warning,
        log_dictconfig=log_dictconfig,
    ).serve()


def _say_what_happens() -> dict[str, Any] | None:
    """Log as JSON where that is wanted; give what granian is to do then."""
    if log_form() == "text":
        return None
    from app import logs  # noqa: PLC0415 - it takes long to load

    logs.configure_json("web")
    return deepcopy(logs.GRANIAN)


if __name__ == "__main__":
    main(*sys.argv[1:])
