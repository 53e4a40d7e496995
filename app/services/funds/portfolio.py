"""The funds that a person may see, on one day: searched, filtered, in order, and added up."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Self
from uuid import UUID

from sqlalchemy import Engine

from app.domain.fields import name_key
from app.domain.portfolio import Position
from app.services.funds import positions
from app.services.funds.funds import member_of
from app.services.funds.positions import CurrencyTotal, FundCondition, FundOnDay
from app.store import funds as store_funds
from app.store.accounts.people import Person
from app.store.database.connections import reading

BY_NAME = "fund"
_Key = Callable[[Position], Decimal | int | None]
_LAST: tuple[FundCondition, ...] = ("open", "unreadable", "wound_up", "not_begun")


def _figure(name: str, position: Position) -> Decimal | None:
    value: Decimal | None = getattr(position.figures, name)
    return value


def _net_irr(position: Position) -> Decimal | None:
    """Return the rate, unless it says nothing yet."""
    figures = position.figures
    return None if figures.reasons.get("net_irr") == "under_one_year" else figures.net_irr


_KEYS: dict[str, _Key] = {
    "vintage": lambda position: position.terms.vintage_year,
    **{
        name: partial(_figure, name)
        for name in ("committed", "paid_in", "distributed", "nav", "net_nav", "tvpi", "dpi")
    },
    "net_irr": _net_irr,
}
COLUMNS = (BY_NAME, *_KEYS)


@dataclass(frozen=True, slots=True)
class FundOrder:
    """A column and a direction, as `nav` or `-nav` in an address; `-` turns it round.

    Names begin with the first, numbers with the largest.
    """

    column: str = BY_NAME
    turned: bool = False

    @classmethod
    def named(cls, text: str) -> Self:
        """Read an order; by name for anything else."""
        column = text.removeprefix("-")
        return cls(column, column != text) if column in COLUMNS else cls()

    @property
    def name(self) -> str:
        """The order as an address says it; empty for the usual one."""
        name = f"-{self.column}" if self.turned else self.column
        return "" if name == BY_NAME else name

    @property
    def ascends(self) -> bool:
        """Whether the smallest comes first."""
        return (self.column == BY_NAME) != self.turned

    def next_for(self, column: str) -> str:
        """Name the order that choosing a column's heading leads to."""
        return type(self)(column, turned=column == self.column and not self.turned).name


@dataclass(frozen=True, slots=True)
class PortfolioRequest:
    """Which funds to list on which day, in which order."""

    as_of: date
    search: str = ""
    vintage: int | None = None
    currency: str | None = None
    condition: FundCondition | None = None
    order: FundOrder = FundOrder()

    def passes(self, fund: FundOnDay) -> bool:
        """Return whether a fund passes all filters."""
        terms = fund.position.terms if fund.position else None
        return (
            (self.vintage is None or (terms is not None and terms.vintage_year == self.vintage))
            and (not self.currency or (terms is not None and terms.currency == self.currency))
            and (self.condition is None or fund.condition == self.condition)
        )


@dataclass(frozen=True, slots=True)
class Portfolio:
    """The funds that were found, in order, with their totals by currency."""

    as_of: date
    funds: list[FundOnDay]
    totals: list[CurrencyTotal]
    total: int  # how many funds the reader may see
    vintages: list[int]  # of all these, the newest first
    currencies: list[str]  # of the same


def load_portfolio(
    engine: Engine,
    wanted: PortfolioRequest,
    reader: Person,
    only: Collection[UUID] | None = None,
) -> Portfolio:
    """List the funds that a person may see, each on the day with all that is known of it now.

    Wound-up funds stand below the others in any order, and last those that begin later. `only`
    narrows it to those that a token is for.
    """
    with reading(engine) as driver:
        listed = store_funds.head_list(driver, member=member_of(reader), only=only)
    known = positions.funds_on(engine, listed, wanted.as_of)
    named = name_key(wanted.search)
    found = [each for each in known if named in each.head.name_key and wanted.passes(each)]
    found = _in_order(found, wanted.order)
    terms = [each.position.terms for each in known if each.position]
    return Portfolio(
        wanted.as_of,
        found,
        positions.totals(engine, found, wanted.as_of),
        len(known),
        sorted({each.vintage_year for each in terms}, reverse=True),
        sorted({each.currency for each in terms}),
    )


def _in_order(by_name: list[FundOnDay], order: FundOrder) -> list[FundOnDay]:
    """Sort funds that come by name; those without a value stand after those with one."""
    if order.column == BY_NAME:
        ordered = by_name[::-1] if order.turned else by_name
    else:
        key = _KEYS[order.column]
        values = [key(each.position) if each.position else None for each in by_name]
        places = [place for place, value in enumerate(values) if value is not None]
        places.sort(key=values.__getitem__, reverse=not order.ascends)  # type: ignore[arg-type]
        places += [place for place, value in enumerate(values) if value is None]
        ordered = [by_name[place] for place in places]
    return sorted(ordered, key=lambda each: _LAST.index(each.condition))
