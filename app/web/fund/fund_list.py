"""The list of funds as a page: what its address asks for, and what it shows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, Self
from uuid import UUID

from flask import url_for
from pydantic import TypeAdapter
from sqlalchemy import Engine

from app.domain.period_closes import period_name
from app.domain.portfolio import SUMS
from app.domain.viewpoint import FIRST_DAY, last_day, parse_as_of
from app.services.funds.nav_curves import nav_curves
from app.services.funds.portfolio import FundOrder, Portfolio, PortfolioRequest, load_portfolio
from app.services.funds.positions import FundCondition, FundOnDay
from app.store.accounts.people import Person
from app.web.fund import svg
from app.web.shared.figure_names import figure_name
from app.web.shared.filters import FilterField, PagedForm

PAGE_SIZES = (25, 50, 100)
CONDITIONS: dict[FundCondition, str] = {"open": "Open", "wound_up": "Wound up"}
# What the columns say, in their order; the curve stands after the vintage.
_FIGURES = ("committed", "paid_in", "distributed", "nav", "net_nav", "tvpi", "dpi", "net_irr")
LABELS = {
    "fund": "Fund",
    "vintage": "Vintage",
    **{name: figure_name(name) for name in _FIGURES},
}


def _today() -> date:
    return datetime.now(UTC).date()


class FundFilters(PagedForm):
    """Which funds are listed, on which day, and in which order."""

    search = FilterField()
    as_of = FilterField(lambda text: parse_as_of(text, today=_today()))
    vintage = FilterField(int, mend="write a year, such as 2016")
    currency = FilterField()
    state = FilterField(TypeAdapter(FundCondition).validate_python, mend="choose open or wound_up")
    sort = FilterField(FundOrder.named)
    per_page = FilterField(int)


@dataclass(frozen=True, slots=True)
class FundListAddress:
    """What the list is asked for; None and empty text mean today, all funds, the usual order."""

    today: date
    as_of: date | None = None
    search: str = ""
    vintage: int | None = None
    currency: str = ""
    state: FundCondition | None = None
    order: FundOrder = field(default_factory=FundOrder)
    per_page: int = PAGE_SIZES[0]
    number: int = 1

    @classmethod
    def from_request(cls) -> Self:
        """Read the address at work. Raises BeyondKnowledgeError for what cannot be read."""
        form = FundFilters.from_address().checked("as_of", "vintage", "state")
        today, per_page = _today(), form.per_page.data
        return cls(
            today,
            None if form.as_of.data == today else form.as_of.data,
            form.search.typed,
            form.vintage.data,
            form.currency.typed.upper(),
            form.state.data,
            form.sort.data or FundOrder(),
            per_page if per_page in PAGE_SIZES else PAGE_SIZES[0],
            form.number,
        )

    @property
    def day(self) -> date:
        """The day on which the funds are seen."""
        return self.as_of or self.today

    @property
    def first_day(self) -> date:
        """The earliest day that can be asked for."""
        return FIRST_DAY

    @property
    def last_day(self) -> date:
        """The last day that can be asked for."""
        return last_day(self.today)

    @property
    def request(self) -> PortfolioRequest:
        """What the address asks the services for."""
        currency = self.currency or None
        return PortfolioRequest(
            self.day, self.search, self.vintage, currency, self.state, self.order
        )

    @property
    def is_filtered(self) -> bool:
        """Whether funds may be left out."""
        return bool(self.search or self.vintage or self.currency or self.state)

    @property
    def is_only_searched(self) -> bool:
        """Whether they may be left out for their names alone."""
        return self.is_filtered and not (self.vintage or self.currency or self.state)

    @property
    def url(self) -> str:
        """Write the address."""
        size = self.per_page if self.per_page != PAGE_SIZES[0] else None
        page = self.number if self.number > 1 else None
        return url_for("funds.index", **self._query(), per_page=size, page=page)

    def export_url(self, to: str) -> str:
        """Write the address of all pages as a file."""
        return url_for("exports.funds", to=to, **self._query())

    @property
    def charts_url(self) -> str:
        """Write the address of all pages in charts."""
        return url_for("funds.list_charts", **self._query())

    def chart_url(self, name: str) -> str:
        """Write the address of the numbers behind one of them as a file."""
        return url_for("funds.list_numbers", name=name, **self._query())

    def fund_url(self, fund_id: UUID, endpoint: str = "funds.show") -> str:
        """Write the address of a fund on the same day."""
        return url_for(endpoint, fund_id=fund_id, as_of=self.as_of)

    def sorted_by(self, column: str) -> Self:
        """Order the funds otherwise, from the first page."""
        return replace(self, order=FundOrder.named(self.order.next_for(column)), number=1)

    def turned_to(self, number: int) -> Self:
        """Turn to another page."""
        return replace(self, number=number)

    def sized(self, per_page: int) -> Self:
        """Show so many funds a page, from the first page."""
        return replace(self, per_page=per_page, number=1)

    def on_today(self) -> Self:
        """Come back to today."""
        return replace(self, as_of=None)

    def unfiltered(self) -> Self:
        """Show all funds on the same day."""
        return replace(self, search="", vintage=None, currency="", state=None, number=1)

    def _query(self) -> dict[str, Any]:
        return {
            "as_of": self.as_of,
            "search": self.search or None,
            "vintage": self.vintage,
            "currency": self.currency or None,
            "state": self.state,
            "sort": self.order.name or None,
        }


@dataclass(frozen=True, slots=True)
class Curve:
    """The NAV of a fund as a drawing that is a unit wide for each day."""

    began: date
    path: str


@dataclass(frozen=True, slots=True)
class FundListPage:
    """One page of the funds that were found, with the totals of all pages."""

    address: FundListAddress
    portfolio: Portfolio
    funds: list[FundOnDay]  # of this page
    pages: int
    curves: dict[UUID, Curve]  # of the funds that have one
    began: date  # the first day of all curves

    sizes = PAGE_SIZES
    conditions = CONDITIONS
    labels = LABELS
    amounts = SUMS

    @property
    def has_funds(self) -> bool:
        """Whether there is any fund that the reader may see."""
        return self.portfolio.total > 0

    @property
    def vintages(self) -> list[int]:
        """The vintages to choose from, the newest first."""
        chosen = [self.address.vintage] if self.address.vintage else []
        return sorted({*self.portfolio.vintages, *chosen}, reverse=True)

    @property
    def currencies(self) -> list[str]:
        """The currencies to choose from."""
        return sorted({*self.portfolio.currencies, self.address.currency} - {""})

    @property
    def found(self) -> int:
        """How many funds were found, on all pages."""
        return len(self.portfolio.funds)

    @property
    def days(self) -> int:
        """How many days the curves have room for."""
        return max((self.address.day - self.began).days, 1)

    @property
    def quarter(self) -> str:
        """Name the last full quarter, for which books are closed or not."""
        return period_name(self.portfolio.totals[0].closing.quarter)


def load_fund_list(
    engine: Engine,
    address: FundListAddress,
    reader: Person,
    only: Collection[UUID] | None = None,
) -> FundListPage:
    """Look at one page of the funds that a person may see; it is the nearest page there is."""
    portfolio = load_portfolio(engine, address.request, reader, only)
    pages = max(1, -(-len(portfolio.funds) // address.per_page))
    address = address.turned_to(min(max(address.number, 1), pages))
    start = (address.number - 1) * address.per_page
    funds = portfolio.funds[start : start + address.per_page]
    heads = [each.head for each in funds if each.position]
    curves = {
        fund_id: Curve(curve[0][0], svg.sparkline(curve, address.day))
        for fund_id, curve in nav_curves(engine, heads).items()
        if curve and curve[0][0] <= address.day
    }
    began = min((each.began for each in curves.values()), default=address.day)
    return FundListPage(address, portfolio, funds, pages, curves, began)
