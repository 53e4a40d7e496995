"""Asks a site for its health again and again, from a process of its own, and times the answers."""

from __future__ import annotations

import http.client
import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event

SPAWN = multiprocessing.get_context("spawn")
PATIENCE = 10.0  # seconds; a longer silence counts as so much
_PAUSE = 0.005


@contextmanager
def health_watched(host: str) -> Iterator[list[float]]:
    """Watch a site while something is done to it; the seconds of each answer are there afterwards.

    Each question has a connection of its own, so that all processes of the site are asked.
    """
    found: list[float] = []
    stop, (here, there) = SPAWN.Event(), SPAWN.Pipe()
    watch = SPAWN.Process(target=_watch, args=(host, stop, there), daemon=True)
    watch.start()
    assert here.recv() == "begun"
    try:
        yield found
    finally:
        stop.set()
        found.extend(here.recv())
        watch.join()


def _watch(host: str, stop: Event, there: Connection) -> None:
    seconds: list[float] = []
    _asked(host)
    there.send("begun")
    while not stop.is_set():
        seconds.append(_asked(host))
        time.sleep(_PAUSE)
    there.send(seconds)


def _asked(host: str) -> float:
    begun = time.perf_counter()
    try:
        connection = http.client.HTTPConnection(host, timeout=PATIENCE)
        connection.request("GET", "/healthz")
        status = connection.getresponse().status
        connection.close()
    except OSError:
        return PATIENCE
    return time.perf_counter() - begun if status == 200 else PATIENCE
