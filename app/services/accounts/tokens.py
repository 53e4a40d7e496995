"""Tokens with which programs come as a person: made, listed, revoked, recognised."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import replace
from uuid import UUID

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, Engine

from app.domain.accounts.audit import AuditKind
from app.domain.accounts.token_scopes import Scope
from app.domain.errors import PeopleError
from app.domain.fields import Name
from app.services.accounts import audit
from app.store.accounts import memberships, people, tokens
from app.store.accounts.people import Person, Visitor
from app.store.accounts.tokens import Token
from app.store.database.connections import driver_connection
from app.store.database.outages import spared_when_full

_PREFIX = "asof_"  # so that one that got out is known for what it is
MOST = 50  # that a person may have
USUAL_DAYS, MOST_DAYS = 90, 365


def make(  # noqa: PLR0913 (whose, what for, and how far it reaches)
    engine: Engine,
    person_id: UUID,
    label: str,
    *,
    scope: Scope = Scope.ALL,
    days: int = USUAL_DAYS,
    fund_ids: Collection[UUID] | None = None,
) -> tuple[Token, str]:
    """Create a token, which can be read this once. Raises PeopleError.

    It ends after so many days, and is for these funds only, or for all of its person's.
    """
    if not 1 <= days <= MOST_DAYS:
        raise PeopleError("days", str(days), f"is not from 1 to {MOST_DAYS}: choose fewer days")
    try:
        label = TypeAdapter(Name).validate_python(label)
    except ValidationError as error:
        raise PeopleError("label", label.strip(), error.errors()[0]["msg"]) from error
    token = _PREFIX + secrets.token_urlsafe(32)
    with engine.begin() as connection:
        _check_place(connection, person_id, label)
        _check_funds(connection, person_id, fund_ids)
        made = tokens.add(
            connection, person_id, label, token, scope=scope, days=days, fund_ids=fund_ids
        )
        _record(connection, AuditKind.TOKEN_MADE, made)
    return made, token


def listed(engine: Engine, person_id: UUID) -> list[Token]:
    """List a person's tokens, the newest first."""
    with engine.connect() as connection:
        return tokens.listed(connection, person_id)


def revoke(engine: Engine, person_id: UUID, token_id: UUID) -> None:
    """End a token of a person's; one that is ended already stays so."""
    with engine.begin() as connection:
        if revoked := tokens.revoke(connection, person_id, token_id):
            _record(connection, AuditKind.TOKEN_REVOKED, revoked)


def why_refused(engine: Engine, token: str) -> str:
    """Say why a token lets nobody in, and how to mend it."""
    with engine.connect() as connection:
        found = tokens.find_token(connection, token)
    if found and found.is_expired:
        return (
            f"the token expired on {found.expires_at:%Y-%m-%d}: make a new one on your account page"
        )
    return "the token is unknown or revoked: make a new one on your account page"


def _check_place(connection: Connection, person_id: UUID, label: str) -> None:
    """See that there is room for one more token, until the transaction ends."""
    if not people.lock(connection, person_id):
        raise PeopleError("label", label, "cannot be made for who may not sign in")
    good = [each for each in tokens.listed(connection, person_id) if not each.is_expired]
    if len(good) >= MOST:
        reason = f"you have {MOST} tokens, the most there may be: revoke one first"
        raise PeopleError("label", label, reason)


def _check_funds(
    connection: Connection, person_id: UUID, fund_ids: Collection[UUID] | None
) -> None:
    """See that a token is for funds that its person sees."""
    if fund_ids is None:
        return
    if not fund_ids:
        raise PeopleError("fund_ids", "", "are missing: choose one at least, or all")
    seen = memberships.funds_seen(connection, person_id, fund_ids)
    if unseen := set(fund_ids) - seen:
        reason = "is no fund of yours (any more): load the page again"
        raise PeopleError("fund_ids", str(min(unseen)), reason)


def bearer(engine: Engine, token: str, fund_id: UUID | None = None) -> Visitor | None:
    """Find who comes with a token, while they are active, and note that it was used."""
    with engine.begin() as connection:
        found = tokens.find_token(connection, token)
        if found is None or found.is_expired:
            return None
        visitor = people.visitor(driver_connection(connection), found.person_id, fund_id)
        if visitor is None or not visitor.person.is_active:
            return None
        with spared_when_full(connection):
            if tokens.touch(connection, found) and found.last_used_at is None:
                _record(connection, AuditKind.TOKEN_FIRST_USED, found, visitor.person)
        return replace(visitor, limits=found.limits)


def _record(
    connection: Connection, kind: AuditKind, token: Token, actor: Person | None = None
) -> None:
    """Record in the audit what became of a token, by its label and its end."""
    person = people.find_person(connection, token.person_id)
    after = {
        "label": token.label,
        "last_four": token.last_four,
        "scope": token.scope,
        "funds": "all" if token.fund_ids is None else ", ".join(map(str, token.fund_ids)),
        "expires_at": token.expires_at,
    }
    audit.record(connection, kind, about=person, after=after, actor=actor)
