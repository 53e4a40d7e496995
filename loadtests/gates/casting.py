"""Makes the funds and the people of a scenario."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from uuid import UUID

from sqlalchemy import Engine

from app.domain.events.model import Draft
from app.services.accounts import tokens
from app.services.demo.entries.model import GP
from app.services.demo.loader import demo_history
from app.services.funds.new_fund import establish_from_history
from app.services.snapshots.builder import build_missing
from app.store.admission.batches import Author
from loadtests.gates.cast import Part
from tests.ledgers import called, company, investment, new_fund
from tests.people import PASSWORD, member

HOLDINGS = 30
_OPENED = "2010-03-01"  # of the funds with quarters to value
_DAYS = 3600


def demo_fund(engine: Engine, name: str) -> UUID:
    """Make a fund with the story of the made-up one: two thousand events in ten years."""
    with engine.begin() as connection:
        author = Author(GP, "demo", may_adjust=True)
        fund = establish_from_history(connection, name, iter([_story()]), author)
    build_missing(engine, fund.id)
    return fund.id


def portfolio(engine: Engine, name: str) -> UUID:
    """Make a fund of thirty holdings, with open books and no mark yet."""
    names = [f"{name} {number:02}" for number in range(1, HOLDINGS + 1)]
    bought = [company(each, _OPENED) for each in names]
    bought += [
        investment(f"{place}00000", _OPENED, each) for place, each in enumerate(names, start=1)
    ]
    return new_fund(engine, called("900000", _OPENED), *bought, name=name)


def plain_fund(engine: Engine, name: str) -> UUID:
    """Make a fund of a few events, in which anybody may record more."""
    return new_fund(engine, company(), investment("5"), name=name)


def part(engine: Engine, fund: UUID, role: str = "gp", file: str = "") -> Part:
    """Let a new person take part, who has a role in a fund."""
    person = member(engine, fund, role)
    _, token = tokens.make(engine, person.id, "load")
    first, days = _span(engine, fund)
    return Part(person.email, PASSWORD, token, str(fund), first, days, file)


def _span(engine: Engine, fund: UUID) -> tuple[date, int]:
    """Return a fund's first day, and how many days the strip of its page has."""
    query = "SELECT min(effective_on), max(effective_on) FROM event WHERE fund_id = %(fund)s"
    with engine.connect() as connection:
        first, last = connection.exec_driver_sql(query, {"fund": fund}).one()
    return first, max((last - first).days, _DAYS)


@cache
def _story() -> Sequence[Draft]:
    _, history = demo_history()
    return [entry.draft() for entry in history]
