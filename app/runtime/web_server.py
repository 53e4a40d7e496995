"""The web server: its main process and its workers, which leave when their parent does."""

from __future__ import annotations

import logging
import multiprocessing
import sys
from typing import TYPE_CHECKING

from app import create_app
from app.http_server import processes
from app.observability import logging_setup
from app.runtime.parent_watch import exit_with_parent

if TYPE_CHECKING:
    from flask import Flask


def worker() -> Flask:
    """Make the application in a worker process."""
    parent = multiprocessing.parent_process()
    if parent is not None and parent.pid is not None:
        exit_with_parent(parent.pid)
    logging_setup.begin("web", logging.WARNING)
    return create_app()


def main(parent: str, host: str, port: str, target: str = "app.runtime.web_server:worker") -> None:
    """Serve what `target` makes until told to stop, or until the parent is gone."""
    exit_with_parent(int(parent))
    logging_setup.begin("web", logging.WARNING)
    processes.serve(target, host, int(port))


if __name__ == "__main__":
    main(*sys.argv[1:])
