"""Funds: found, listed, and summed up."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Engine

from app.domain.figures.figures import Figures
from app.domain.terms import Terms
from app.domain.viewpoint import Viewpoint
from app.services.reads.nav_history import Series, nav_strip
from app.services.reads.viewpoints import terms_and_figures
from app.services.verification.verify_log import DAMAGE
from app.store import funds as store_funds
from app.store.accounts.people import Person
from app.store.database.connections import looking_up
from app.store.funds import Fund
from app.store.log import stored_events

PAGE_SIZE = 25
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FundSummary:
    """A fund with what is known of it today; without figures where its ledger cannot be read."""

    fund: Fund
    terms: Terms | None = None
    figures: Figures | None = None
    nav: Series = ()


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
        found = store_funds.after(connection, search, last, limit + 1, _narrowed_to(reader), only)
    return FundList(found[:limit], found[limit - 1].id if len(found) > limit else None)


@dataclass(frozen=True, slots=True)
class FundPage:
    """Some funds by name, and where they lie among all that were found."""

    summaries: list[FundSummary]
    number: int  # from 1
    pages: int
    found: int


def fund_page(engine: Engine, search: str, number: int, reader: Person) -> FundPage:
    """Sum up one page of the funds that a person may see and whose name contains the text.

    It is the nearest page there is.
    """
    member = _narrowed_to(reader)
    with engine.connect() as connection:
        found = store_funds.count(connection, search, member=member)
        pages = max(1, -(-found // PAGE_SIZE))
        number = min(max(number, 1), pages)
        start = (number - 1) * PAGE_SIZE
        funds = store_funds.listed(connection, search, member=member, limit=PAGE_SIZE, offset=start)
    return FundPage([_summary(engine, fund) for fund in funds], number, pages, found)


def _narrowed_to(reader: Person) -> UUID | None:
    return None if reader.is_admin else reader.id


def _summary(engine: Engine, fund: Fund) -> FundSummary:
    today = datetime.now(UTC).date()
    with engine.connect() as connection:
        head = stored_events.head_of(connection, fund.id)
    try:
        terms, figures = terms_and_figures(engine, fund.id, Viewpoint(today, head.sequence))
        nav = nav_strip(engine, fund.id, head.sequence).nav
    except DAMAGE:  # one ledger must not take the others' page away
        _log.exception("The ledger of fund %s cannot be read", fund.id)
        return FundSummary(fund)
    return FundSummary(fund, terms, figures, nav)
