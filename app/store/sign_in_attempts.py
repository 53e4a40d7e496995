"""Attempts to sign in: counted by email and by address, whichever process saw them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, text
from uuid_utils.compat import uuid7

from app.domain.fields import name_key

WINDOW = 15 * 60  # seconds within which attempts count
BY_EMAIL, BY_ADDRESS = 10, 30

# Those who count the same attempts wait for each other, always in the same order.
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
# Once the limit-th newest attempt has left the window, the next one is free.
_WAIT = text(
    """
    SELECT ceil(extract(epoch FROM max(made_at) - clock_timestamp()) + :window)::int FROM (
        (SELECT made_at FROM sign_in_attempt WHERE email_key = :email
            AND made_at > clock_timestamp() - :window * interval '1 second'
            ORDER BY made_at DESC OFFSET :by_email - 1 LIMIT 1)
        UNION ALL
        (SELECT made_at FROM sign_in_attempt WHERE address = :address
            AND made_at > clock_timestamp() - :window * interval '1 second'
            ORDER BY made_at DESC OFFSET :by_address - 1 LIMIT 1)
    ) AS limits
    """
)
_NOTE = text(
    "INSERT INTO sign_in_attempt (id, email_key, address, made_at) "
    "VALUES (:id, :email, :address, clock_timestamp())"
)
_CLEAR = text("DELETE FROM sign_in_attempt WHERE email_key = :email")


def seconds_to_wait(connection: Connection, email: str, address: str) -> int:
    """Note an attempt and give 0, or give the seconds until the next one is free.

    It counts as failed until it is cleared, so that many at once cannot slip through together.
    """
    key = name_key(email)
    connection.execute(_LOCK, {"subjects": [f"email {key}", f"address {address}"]})
    connection.execute(_FORGET, {"window": WINDOW})
    asked = {"email": key, "address": address, "window": WINDOW}
    limits = {"by_email": BY_EMAIL, "by_address": BY_ADDRESS}
    wait = connection.execute(_WAIT, asked | limits).scalar_one()
    if wait is not None:
        return max(int(wait), 1)
    values: dict[str, str | UUID] = {"id": uuid7(), "email": key, "address": address}
    connection.execute(_NOTE, values)
    return 0


def clear(connection: Connection, email: str) -> None:
    """Forget the attempts with an email that turned out to be its bearer's."""
    connection.execute(_CLEAR, {"email": name_key(email)})
