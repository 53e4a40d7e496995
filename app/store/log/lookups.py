"""Reads single facts of a fund from its log, without a fold: its currency, its companies."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

import psycopg
from sqlalchemy import Connection

from app.domain.events.catalogue import CASH_EVENTS
from app.domain.state.company_names import CompanyNames, Naming
from app.store.database.connections import driver_connection

_CURRENCY = """
    SELECT payload -> 'terms' ->> 'currency' FROM event AS terms
    WHERE fund_id = %(fund)s AND event_type IN ('FUND_ESTABLISHED', 'TERMS_AMENDED')
        AND NOT EXISTS (SELECT FROM event WHERE fund_id = %(fund)s AND voids = terms.sequence)
    ORDER BY sequence DESC LIMIT 1
"""
_COMPANY_NAMES = """
    SELECT DISTINCT ON (name_key) coalesce(payload ->> 'new_name', payload ->> 'company')
    FROM event WHERE fund_id = %s AND name_key IS NOT NULL ORDER BY name_key, sequence DESC
"""
_NAMINGS = """
    SELECT named.company_id, coalesce(named.payload ->> 'new_name', named.payload ->> 'company'),
        named.effective_on, named.sequence, void.sequence
    FROM event AS named LEFT JOIN event AS void ON void.fund_id = named.fund_id
        AND void.voids = named.sequence AND void.sequence <= %(through)s
    WHERE named.fund_id = %(fund)s AND named.name_key IS NOT NULL
        AND named.sequence <= %(through)s
"""
_FIRST_CASH = """
    SELECT sequence FROM event AS cash
    WHERE fund_id = %(fund)s AND event_type = ANY(%(types)s) AND sequence <> ALL(%(voided)s)
        AND NOT EXISTS (SELECT FROM event WHERE fund_id = %(fund)s AND voids = cash.sequence)
    ORDER BY sequence LIMIT 1
"""
_RECORDED_AS = """
    SELECT last_sequence FROM append_request WHERE fund_id = %s AND idempotency_key = %s
"""


def currency_of(connection: Connection, fund_id: UUID) -> str:
    """Read the fund's one currency; empty before it is established."""
    row = driver_connection(connection).execute(_CURRENCY, {"fund": fund_id}).fetchone()
    return row[0] if row else ""


def company_names(connection: Connection, fund_id: UUID) -> list[str]:
    """List every name that a company of the fund ever bore, in order."""
    rows = driver_connection(connection).execute(_COMPANY_NAMES, (fund_id,))
    return [row[0] for row in rows]


def names_through(driver: psycopg.Connection, fund_id: UUID, through: int) -> CompanyNames:
    """Read every name of every company, as far as it was known at a sequence."""
    rows = driver.execute(_NAMINGS, {"fund": fund_id, "through": through})
    return CompanyNames(Naming(str(row[0]), *row[1:]) for row in rows)


def first_cash(
    driver: psycopg.Connection | psycopg.Cursor, fund_id: UUID, voided: Collection[int] = ()
) -> int | None:
    """Find the first event in force that moved money; None before there is one.

    `voided` are sequences whose voids are not in the log yet.
    """
    types = [each.value for each in CASH_EVENTS]
    asked = {"fund": fund_id, "types": types, "voided": list(voided)}
    row = driver.execute(_FIRST_CASH, asked).fetchone()
    return row[0] if row else None


def recorded_as(connection: Connection, fund_id: UUID, key: str) -> int | None:
    """Find the last event of what was recorded under an idempotency key; None where nothing was."""
    row = driver_connection(connection).execute(_RECORDED_AS, (fund_id, key)).fetchone()
    return row[0] if row else None
