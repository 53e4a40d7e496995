"""Restarts a site's database while people use it, and measures how soon the site is back."""

from __future__ import annotations

import os
import signal
import time
from http import HTTPStatus
from uuid import uuid4

import psycopg

from app.store.database.connections import connect_apart
from app.store.embedded.cluster import server_pid
from loadtests.api_client import ApiClient, UnansweredError
from loadtests.gates.judging import Verdict
from loadtests.gates.run import Ground
from tests.running_site import poll

RESTARTS = 5
_QUIET = 3.0  # seconds between two restarts
_RETURNS_WITHIN = 60.0
_WAYS = ((signal.SIGKILL, "killed"), (signal.SIGINT, "stopped in order"))
_ASKED = 8  # connections, of which each of two processes gets some
_BACK = 2.0  # seconds from the database to the site


def restart_repeatedly(ground: Ground) -> list[Verdict]:
    """Kill the database and stop it in order, by turns; return how long the site took to follow."""
    backs = []
    for number in range(RESTARTS):
        time.sleep(_QUIET)
        how, word = _WAYS[number % len(_WAYS)]
        began = time.monotonic()
        _end(ground, how)
        accepts = time.monotonic()
        poll(lambda: _answers(ground), _RETURNS_WITHIN, "the site answers")
        backs.append(time.monotonic() - accepts)
        print(
            f"  {word}: database back after {accepts - began:.2f} s, site {backs[-1]:.2f} s later"
        )
    time.sleep(_QUIET)
    return [
        Verdict("database", "restarts", len(backs), "≥", RESTARTS),
        Verdict("database", "seconds from its return to the site's", max(backs), "<", _BACK),
    ]


def _end(ground: Ground, how: signal.Signals) -> None:
    """End the server, and wait until the next one takes connections."""
    before = server_pid(ground.site.home)
    assert before is not None
    os.kill(before, how)

    def returned() -> bool:
        if server_pid(ground.site.home) in {before, None}:
            return False
        try:
            connect_apart(ground.engine).close()
        except psycopg.OperationalError:
            return False
        return True

    poll(returned, _RETURNS_WITHIN, "the database is back")


def _answers(ground: Ground) -> bool:
    """Return whether the site reads and records, whichever of its processes is asked."""
    return all(_records_and_reads(ground) for _ in range(_ASKED))


def _records_and_reads(ground: Ground) -> bool:
    """Ask over a connection of its own, which any of the processes may take."""
    part, key = ground.cast["Recorder"][0], str(uuid4())
    event = {
        "event_type": "CAPITAL_CALLED",
        "effective_on": "2020-01-31",
        "payload": {"amount": "1", "reference": key},
    }
    path = f"/api/funds/{part.fund}"
    with ApiClient(ground.site.address(), part.token) as client:
        try:
            recorded, _ = client.post(f"{path}/events", event, key)
            read, _ = client.get(f"{path}/state")
        except UnansweredError:
            return False
    return (recorded, read) == (HTTPStatus.CREATED, HTTPStatus.OK)
