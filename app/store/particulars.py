"""Reads single particulars of a fund from its log, without a fold: its currency, its companies."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection

from app.store.driver import driver_connection

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


def currency_of(connection: Connection, fund_id: UUID) -> str:
    """Read the fund's one currency; empty before it is established."""
    row = driver_connection(connection).execute(_CURRENCY, {"fund": fund_id}).fetchone()
    return row[0] if row else ""


def company_names(connection: Connection, fund_id: UUID) -> list[str]:
    """List every name that a company of the fund ever bore, in order."""
    rows = driver_connection(connection).execute(_COMPANY_NAMES, (fund_id,))
    return [row[0] for row in rows]
