"""Attempts to prove who one is: counted so that nobody can keep somebody else waiting.

Who comes by a browser that signed in before waits for that browser's failures alone. All others
wait for those of their own network: with the same email, and with any. What others fail at with
somebody's email makes no one wait who has not failed themselves.
"""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text
from uuid_utils.compat import uuid7

from app.domain.accounts import sign_in_delays as delays
from app.domain.fields import name_key

WINDOW = 60 * 60  # seconds within which failures count


class Attempt(NamedTuple):
    """Who tries to be whom, from where."""

    email: str
    network: str
    browser: str | None = None  # one that is known to have signed in with this email

    @property
    def subjects(self) -> list[str]:
        """What is counted: those who count the same wait for each other."""
        if self.browser:
            return [f"browser {self.browser}"]
        return [f"email {name_key(self.email)}", f"network {self.network}"]

    @property
    def given(self) -> dict[str, str | None]:
        """What queries ask for."""
        key = name_key(self.email)
        return {"email": key, "network": self.network, "browser": self.browser}


# In the same order always.
_LOCK = text(
    """
    SELECT pg_advisory_xact_lock(1936289645, hash) FROM (
        SELECT DISTINCT hashtext(subject) AS hash FROM unnest(CAST(:subjects AS text[])) AS subject
        ORDER BY 1
    ) AS each
    """
)
_FORGET = text(
    "DELETE FROM sign_in_attempt WHERE made_at < clock_timestamp() - :window * interval '1 second'"
)
_OWN = """
    email_key = :email AND browser IS NOT DISTINCT FROM :browser
    AND (browser IS NOT NULL OR address = :network)
"""
# How many failed, and for how long none has: of one's own, of the network, and with the email.
_FAILURES = text(
    f"""
    SELECT count(*), extract(epoch FROM clock_timestamp() - max(made_at))
    FROM sign_in_attempt WHERE {_OWN}
    UNION ALL
    SELECT count(*), extract(epoch FROM clock_timestamp() - max(made_at))
    FROM sign_in_attempt WHERE address = :network AND browser IS NULL
    UNION ALL
    SELECT count(*), 0 FROM sign_in_attempt WHERE email_key = :email AND browser IS NULL
    """
)
_NOTE = text(
    "INSERT INTO sign_in_attempt (id, email_key, address, browser, made_at) "
    "VALUES (:id, :email, :network, :browser, clock_timestamp())"
)
_CLEAR = text(f"DELETE FROM sign_in_attempt WHERE {_OWN}")


def seconds_to_wait(connection: Connection, attempt: Attempt) -> int:
    """Note an attempt and return 0, or return the seconds until the next one is free.

    It counts as failed until it is cleared, so that many at once cannot slip through together.
    """
    connection.execute(_LOCK, {"subjects": attempt.subjects})
    connection.execute(_FORGET, {"window": WINDOW})
    own, network, email = connection.execute(_FAILURES, attempt.given).all()
    free = delays.FREE if attempt.browser or email[0] < delays.MANY else 1
    wait = _left(delays.delay(own[0], free), own[1])
    if not attempt.browser:
        longest = delays.LONGEST_OF_NETWORK
        of_network = delays.delay(network[0], delays.FREE_OF_NETWORK, longest)
        wait = max(wait, _left(of_network, network[1]))
    if wait:
        return wait
    values: dict[str, str | UUID | None] = {"id": uuid7(), **attempt.given}
    connection.execute(_NOTE, values)
    return 0


def clear(connection: Connection, attempt: Attempt) -> None:
    """Forget the attempts from there, which turned out to be their bearer's; no others."""
    connection.execute(_CLEAR, attempt.given)


def _left(delay: int, passed: object) -> int:
    """Return the whole seconds that are left of a delay."""
    return max(0, -int(-(delay - float(str(passed))) // 1)) if delay else 0
