"""Funds: found and listed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Engine

from app.store import funds as store_funds
from app.store.accounts.people import Person
from app.store.database.connections import looking_up
from app.store.funds import Fund


def fund_by_id(engine: Engine, fund_id: UUID) -> Fund:
    """Find a fund. Raises UnknownFundError."""
    with looking_up(engine) as connection:
        return store_funds.find_fund(connection, fund_id)


def fund_by_id_or_name(engine: Engine, text: str) -> Fund:
    """Find a fund as people name it on a command line. Raises UnknownFundError."""
    with engine.connect() as connection:
        try:
            return store_funds.find_fund(connection, UUID(text))
        except ValueError:
            return store_funds.find_by_name(connection, text)


def all_funds(engine: Engine) -> list[Fund]:
    """List every fund by name."""
    with engine.connect() as connection:
        return store_funds.listed(connection)


@dataclass(frozen=True, slots=True)
class FundList:
    """Some funds by name, and after which the next page begins (None after the last)."""

    funds: list[Fund]
    next_cursor: UUID | None


def listed_after(  # noqa: PLR0913, PLR0917 (what is asked for, and by whom)
    engine: Engine,
    search: str,
    last: UUID | None,
    limit: int,
    reader: Person,
    only: Collection[UUID] | None = None,
) -> FundList:
    """List the funds that a person may see and whose name contains the text, after one of them.

    Added funds move nothing. `only` narrows it to those that a token is for.

    Raises UnknownFundError where the one to begin after is none.
    """
    with engine.connect() as connection:
        found = store_funds.after(connection, search, last, limit + 1, member_of(reader), only)
    return FundList(found[:limit], found[limit - 1].id if len(found) > limit else None)


def member_of(reader: Person) -> UUID | None:
    """Return whose roles narrow what a person may see; None for an administrator, who sees all."""
    return None if reader.is_admin else reader.id
