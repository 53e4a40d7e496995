"""The registry of funds: their ids and names."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

import psycopg
from sqlalchemy import ColumnElement, Connection, func, insert, literal, select, tuple_
from sqlalchemy.exc import IntegrityError

from app.domain.errors import FundNameTakenError, UnknownFundError
from app.domain.fields import name_key
from app.store.admission.append import open_log
from app.store.tables import fund, membership

_HEADS = """
    SELECT fund.id, fund.name, fund.name_key, ledger_head.sequence
    FROM fund JOIN ledger_head ON ledger_head.fund_id = fund.id
    WHERE fund.id = ANY(%s)
"""
# Two columns and no rows: thousands of objects for each request would keep the garbage collector
# at work.
_HEAD_LIST = """
    SELECT coalesce(array_agg(fund.id::text ORDER BY fund.name_key, fund.id), '{}'),
        coalesce(array_agg(ledger_head.sequence ORDER BY fund.name_key, fund.id), '{}')
    FROM fund JOIN ledger_head ON ledger_head.fund_id = fund.id
    WHERE (%(only)s::uuid[] IS NULL OR fund.id = ANY(%(only)s))
        AND (%(member)s::uuid IS NULL
            OR fund.id IN (SELECT fund_id FROM membership WHERE person_id = %(member)s))
"""


@dataclass(frozen=True, slots=True)
class Fund:
    """A fund as the registry knows it; everything else about it is in its log."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class FundHead:
    """A fund with the sequence at which its log ends."""

    fund: Fund
    name_key: str  # the name as it is searched and sorted by
    through: int


class HeadList(NamedTuple):
    """Where the logs of funds end: their ids as text, by name, and the sequences beside them."""

    fund_ids: list[str]
    throughs: list[int]


def register(connection: Connection, fund_id: UUID, name: str) -> Fund:
    """Enter a new fund with its empty log. Raises FundNameTakenError."""
    try:
        with connection.begin_nested():
            connection.execute(insert(fund).values(id=fund_id, name=name, name_key=name_key(name)))
    except IntegrityError as error:
        raise FundNameTakenError(name) from error
    open_log(connection, fund_id)
    return Fund(fund_id, name)


def find_fund(connection: Connection, fund_id: UUID) -> Fund:
    """Find a fund by its id. Raises UnknownFundError."""
    row = connection.execute(select(fund.c.id, fund.c.name).where(fund.c.id == fund_id)).first()
    if row is None:
        raise UnknownFundError(f"no fund has the id {fund_id}")
    return Fund(row.id, row.name)


def find_by_name(connection: Connection, name: str) -> Fund:
    """Find a fund by its name, in any case. Raises UnknownFundError."""
    query = select(fund.c.id, fund.c.name).where(fund.c.name_key == name_key(name))
    row = connection.execute(query).first()
    if row is None:
        raise UnknownFundError(f"no fund is named {name!r}: flask fund list shows them all")
    return Fund(row.id, row.name)


def is_taken(connection: Connection, key: str) -> bool:
    """Return whether a fund bears the name that folds to a key."""
    return connection.scalar(select(fund.c.id).where(fund.c.name_key == key)) is not None


def listed(connection: Connection, limit: int | None = None) -> list[Fund]:
    """List all funds by name, or the first of them."""
    query = select(fund.c.id, fund.c.name).order_by(fund.c.name_key).limit(limit)
    return [Fund(row.id, row.name) for row in connection.execute(query)]


def head_list(
    driver: psycopg.Connection, *, member: UUID | None = None, only: Collection[UUID] | None = None
) -> HeadList:
    """Tell where the logs of funds end.

    With a `member` only the funds in which that person has a role; `only` leaves out all others.
    """
    given = {"member": member, "only": None if only is None else list(only)}
    row = driver.execute(_HEAD_LIST, given, binary=True).fetchone()
    assert row is not None
    return HeadList(*row)


def heads(driver: psycopg.Connection, fund_ids: Collection[str]) -> list[FundHead]:
    """Find funds by their ids, with the ends of their logs."""
    rows = driver.execute(_HEADS, (list(map(UUID, fund_ids)),), binary=True)
    return [FundHead(Fund(row[0], row[1]), row[2], row[3]) for row in rows]


def after(  # noqa: PLR0913, PLR0917 (what is asked for, and of which funds)
    connection: Connection,
    search: str,
    last: UUID | None,
    limit: int,
    member: UUID | None = None,
    only: Collection[UUID] | None = None,
) -> list[Fund]:
    """List funds by name after one of them, or from the first.

    With a `member` only the funds in which that person has a role; `only` leaves out all others.

    Raises UnknownFundError where there is no such fund among them.
    """
    query = select(fund.c.id, fund.c.name).where(*_conditions(search, member))
    if only is not None:
        query = query.where(fund.c.id.in_(only))
    if last is not None:
        seen = select(fund.c.name_key).where(fund.c.id == last, *_conditions("", member))
        if (key := connection.scalar(seen)) is None:
            raise UnknownFundError(f"no fund has the id {last}")
        query = query.where(tuple_(fund.c.name_key, fund.c.id) > tuple_(literal(key), last))
    rows = connection.execute(query.order_by(fund.c.name_key, fund.c.id).limit(limit))
    return [Fund(row.id, row.name) for row in rows]


def count(connection: Connection) -> int:
    """Count the funds."""
    return connection.execute(select(func.count()).select_from(fund)).scalar_one()


def _conditions(search: str, member: UUID | None) -> Iterator[ColumnElement[bool]]:
    yield fund.c.name_key.contains(name_key(search), autoescape=True)
    if member:
        theirs = select(membership.c.fund_id).where(membership.c.person_id == member)
        yield fund.c.id.in_(theirs)
