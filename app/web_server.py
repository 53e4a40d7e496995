"""The web server: granian's main process and its workers, which leave when their parent does."""

from __future__ import annotations

import logging
import multiprocessing
import sys
from typing import TYPE_CHECKING

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from app import create_app, telling
from app.lifetime import leave_with

if TYPE_CHECKING:
    from flask import Flask

# What granian says goes the way of all other lines.
_AS_ALL_OTHERS = {
    "handlers": {},
    "loggers": {
        name: {"handlers": [], "level": "INFO", "propagate": True}
        for name in ("_granian", "granian.access")
    },
}


def worker() -> Flask:
    """Make the application in a worker of granian's."""
    parent = multiprocessing.parent_process()
    if parent is not None and parent.pid is not None:
        leave_with(parent.pid)
    telling.begin("web", logging.WARNING)
    return create_app()


def main(parent: str, host: str, port: str, target: str = "app.web_server:worker") -> None:
    """Serve what `target` makes until told to stop, or until the parent is gone."""
    leave_with(int(parent))
    as_json = telling.begin("web", logging.WARNING)
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
        log_dictconfig=_AS_ALL_OTHERS if as_json else None,
    ).serve()


if __name__ == "__main__":
    main(*sys.argv[1:])
