"""Makes a fund of a history that is known already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import Connection
from uuid_utils.compat import uuid7

from app.domain.events import Draft
from app.domain.roles import Role
from app.services import recording
from app.store import memberships, registry
from app.store.log import Author, Batch
from app.store.registry import Fund


def found_fund(
    connection: Connection,
    name: str,
    parts: Iterable[Sequence[Draft]],
    author: Author,
    gp: UUID | None = None,
) -> Fund:
    """Register a fund and append its history, part by part, in the connection's transaction.

    Whoever sets it up becomes its `gp`; without one only administrators see it.

    Of a history in several parts only one at a time is in memory, and nobody sees the fund before
    the last. Raises FundNameTakenError, and RefusedError for a part that the log does not take.
    """
    fund = registry.register(connection, uuid7(), name)
    if gp:
        memberships.grant(connection, fund.id, gp, Role.GP)
    for part in parts:
        recording.append(connection, fund.id, Batch(part, author))
    return fund
