"""Tokens of the API, of which only a hash is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, func, insert, or_, select, text, update
from uuid_utils.compat import uuid7

from app.domain.accounts.token_scopes import Scope, TokenLimits
from app.store.accounts.tables import api_token

_TOUCH_EVERY = text("interval '1 minute'")
_STILL_LISTED = timedelta(days=30)  # after its end, so that its owner sees why it fails


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of a token: all but the token itself."""

    id: UUID
    person_id: UUID
    label: str
    last_four: str
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime
    scope: str
    fund_ids: list[UUID] | None  # None: all funds of its person

    @property
    def is_expired(self) -> bool:
        """Whether its time is over."""
        return self.expires_at <= datetime.now(UTC)

    @property
    def limits(self) -> TokenLimits:
        """What it keeps its bearer from."""
        funds = None if self.fund_ids is None else frozenset(self.fund_ids)
        return TokenLimits(Scope(self.scope), funds)


_COLUMNS = tuple(api_token.c[each.name] for each in fields(Token))


def add(  # noqa: PLR0913 (a token is what is said of it)
    connection: Connection,
    person_id: UUID,
    label: str,
    token: str,
    *,
    scope: Scope,
    days: int,
    fund_ids: Collection[UUID] | None,
) -> Token:
    """Keep a new token's hash; it is good for so many days."""
    now = func.clock_timestamp()
    values = {
        "id": uuid7(), "person_id": person_id, "label": label, "token_hash": _hash(token),
        "last_four": token[-4:], "created_at": now, "expires_at": now + timedelta(days=days),
        "scope": scope.value, "fund_ids": None if fund_ids is None else sorted(fund_ids),
    }  # fmt: skip
    row = connection.execute(insert(api_token).values(values).returning(*_COLUMNS)).one()
    return Token(*row)


def listed(connection: Connection, person_id: UUID) -> list[Token]:
    """List a person's tokens that are good, or expired not long ago, the newest first."""
    query = select(*_COLUMNS).where(
        api_token.c.person_id == person_id,
        api_token.c.revoked_at.is_(None),
        api_token.c.expires_at > func.clock_timestamp() - _STILL_LISTED,
    )
    return [Token(*row) for row in connection.execute(query.order_by(api_token.c.id.desc()))]


def revoke(connection: Connection, person_id: UUID, token_id: UUID) -> Token | None:
    """End a token of a person's for good; return it unless it was ended already."""
    theirs = (api_token.c.id == token_id) & (api_token.c.person_id == person_id)
    good = theirs & api_token.c.revoked_at.is_(None)
    query = update(api_token).where(good).values(revoked_at=func.clock_timestamp())
    row = connection.execute(query.returning(*_COLUMNS)).first()
    return Token(*row) if row else None


def revoke_all(connection: Connection, person_id: UUID) -> int:
    """End all tokens of a person's for good; return how many were not ended yet."""
    theirs = (api_token.c.person_id == person_id) & api_token.c.revoked_at.is_(None)
    query = update(api_token).where(theirs).values(revoked_at=func.clock_timestamp())
    return connection.execute(query).rowcount


def find_token(connection: Connection, token: str) -> Token | None:
    """Find a token that is not revoked; it may be expired."""
    good = (api_token.c.token_hash == _hash(token)) & api_token.c.revoked_at.is_(None)
    row = connection.execute(select(*_COLUMNS).where(good)).first()
    return Token(*row) if row else None


def touch(connection: Connection, token: Token) -> bool:
    """Note that a token was used just now, to the minute; tell whether this was noted."""
    used = api_token.c.last_used_at
    stale = or_(used.is_(None), used < func.clock_timestamp() - _TOUCH_EVERY)
    query = update(api_token).where(api_token.c.id == token.id, stale)
    return connection.execute(query.values(last_used_at=func.clock_timestamp())).rowcount > 0


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
