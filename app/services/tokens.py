"""Tokens with which programs come as a person: made, listed, revoked, recognised."""

from __future__ import annotations

import secrets
from uuid import UUID

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, Engine

from app.domain.audit import AuditKind
from app.domain.errors import PeopleError
from app.domain.fields import Name
from app.services import audit
from app.store import people, tokens
from app.store.driver import driver_connection
from app.store.outages import spared_when_full
from app.store.people import Person, Visitor
from app.store.tokens import Token

_PREFIX = "asof_"  # so that one that got out is known for what it is
_MOST = 50


def make(engine: Engine, person_id: UUID, label: str) -> tuple[Token, str]:
    """Make a token, which can be read this once. Raises PeopleError."""
    try:
        label = TypeAdapter(Name).validate_python(label)
    except ValidationError as error:
        raise PeopleError("label", label.strip(), error.errors()[0]["msg"]) from error
    token = _PREFIX + secrets.token_urlsafe(32)
    with engine.begin() as connection:
        if len(tokens.listed(connection, person_id)) >= _MOST:
            reason = f"you have {_MOST} tokens, the most there may be: revoke one first"
            raise PeopleError("label", label, reason)
        made = tokens.add(connection, person_id, label, token)
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


def bearer(engine: Engine, token: str, fund_id: UUID | None = None) -> Visitor | None:
    """Find who comes with a token, while they are active, and note that it was used."""
    with engine.begin() as connection:
        found = tokens.find(connection, token)
        if found is None:
            return None
        visitor = people.visitor(driver_connection(connection), found.person_id, fund_id)
        if visitor is None or not visitor.person.is_active:
            return None
        with spared_when_full(connection):
            if tokens.touch(connection, found) and found.last_used_at is None:
                _record(connection, AuditKind.TOKEN_FIRST_USED, found, visitor.person)
        return visitor


def _record(
    connection: Connection, kind: AuditKind, token: Token, actor: Person | None = None
) -> None:
    """Record in the audit what became of a token, by its label and its end."""
    person = people.find(connection, token.person_id)
    after = {"label": token.label, "last_four": token.last_four}
    audit.record(connection, kind, about=person, after=after, actor=actor)
