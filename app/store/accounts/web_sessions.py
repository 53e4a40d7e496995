"""Sessions of browsers: begun, found with who is signed in, seen, confirmed and ended."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import psycopg
from sqlalchemy import Connection, delete, func, insert, select, update

from app.store.accounts.people import VISITOR_COLUMNS, VISITOR_JOINS, Person, Visitor, visitor_of
from app.store.accounts.tables import web_session

TOUCH_EVERY = timedelta(minutes=1)  # what is noted of a session in use is this old at most
_MOST = 50  # sessions of one person


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long sessions last, and how long it matters that the password was given."""

    idle: timedelta
    most: timedelta
    confirmed: timedelta


@dataclass(frozen=True, slots=True)
class WebSession:
    """A browser in which somebody is signed in."""

    id: UUID
    began_at: datetime
    seen_at: datetime
    address: str
    device: str


@dataclass(frozen=True, slots=True)
class Present:
    """The session that a request came with."""

    id: UUID
    visitor: Visitor
    is_confirmed: bool  # the password was given a short while ago
    is_stale: bool  # that it is in use was last noted a while ago


_COLUMNS = tuple(web_session.c[each.name] for each in fields(WebSession))
# Every request of a browser waits for this one.
_FIND = f"""
    SELECT web_session.confirmed_at > clock_timestamp() - %(confirmed)s,
        web_session.seen_at < clock_timestamp() - %(touch)s,
        {VISITOR_COLUMNS}
    FROM web_session
    JOIN person ON person.id = web_session.person_id AND person.session_epoch = web_session.epoch
    {VISITOR_JOINS}
    WHERE web_session.id = %(session)s
        AND web_session.seen_at > clock_timestamp() - %(idle)s
        AND web_session.began_at > clock_timestamp() - %(most)s
"""


def begin(
    connection: Connection, person: Person, address: str, device: str, lifetime: Lifetime
) -> UUID:
    """Begin a session of a person, and forget what is over: their oldest, and all that ended."""
    over = web_session.c.began_at < func.clock_timestamp() - lifetime.most
    connection.execute(delete(web_session).where(over))
    newest = select(web_session.c.id).where(web_session.c.person_id == person.id)
    oldest = newest.order_by(web_session.c.began_at.desc()).offset(_MOST - 1)
    connection.execute(delete(web_session).where(web_session.c.id.in_(oldest)))
    now = func.clock_timestamp()
    session_id = uuid4()  # by chance alone, so that nobody can guess it
    connection.execute(
        insert(web_session).values(
            id=session_id, person_id=person.id, epoch=person.session_epoch, began_at=now,
            seen_at=now, confirmed_at=now, address=address, device=device,
        )
    )  # fmt: skip
    return session_id


def find_session(
    driver: psycopg.Connection, session_id: UUID, fund_id: UUID | None, lifetime: Lifetime
) -> Present | None:
    """Find a session that goes on, with whose it is and their role in a fund, in one query."""
    given = {
        "session": session_id,
        "fund": fund_id,
        "idle": lifetime.idle,
        "most": lifetime.most,
        "confirmed": lifetime.confirmed,
        "touch": TOUCH_EVERY,
    }
    row = driver.execute(_FIND, given, binary=True).fetchone()
    if row is None:
        return None
    is_confirmed, is_stale, *columns = row
    return Present(session_id, visitor_of(columns), is_confirmed, is_stale)


def touch(connection: Connection, session_id: UUID) -> None:
    """Note that a session is in use, unless that was noted a moment ago."""
    stale = web_session.c.seen_at < func.clock_timestamp() - TOUCH_EVERY
    query = update(web_session).where(web_session.c.id == session_id, stale)
    connection.execute(query.values(seen_at=func.clock_timestamp()))


def confirm(connection: Connection, session_id: UUID) -> None:
    """Note that the password was given just now."""
    query = update(web_session).where(web_session.c.id == session_id)
    now = func.clock_timestamp()
    connection.execute(query.values(confirmed_at=now, seen_at=now))


def listed(connection: Connection, person: Person, lifetime: Lifetime) -> list[WebSession]:
    """List a person's sessions that go on, the one used last first."""
    now = func.clock_timestamp()
    of_now = web_session.c.epoch == person.session_epoch
    query = (
        select(*_COLUMNS)
        .where(web_session.c.person_id == person.id, of_now)
        .where(web_session.c.seen_at > now - lifetime.idle)
        .where(web_session.c.began_at > now - lifetime.most)
        .order_by(web_session.c.seen_at.desc(), web_session.c.id)
    )
    return [WebSession(*row) for row in connection.execute(query)]


def end(connection: Connection, person_id: UUID, session_id: UUID) -> WebSession | None:
    """End a session of a person's; return it unless it is over already."""
    theirs = (web_session.c.id == session_id) & (web_session.c.person_id == person_id)
    row = connection.execute(delete(web_session).where(theirs).returning(*_COLUMNS)).first()
    return WebSession(*row) if row else None
