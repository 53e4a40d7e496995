"""The address of a fund page: viewpoint and order, and nothing that goes without saying."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Self
from urllib.parse import quote_plus
from uuid import UUID

from flask import request, url_for

from app.domain.viewpoint import FIRST_DAY, last_day, parse_as_of, parse_known_at, with_plus
from app.services.reads.viewpoints import ViewpointRequest
from app.web.fund.holdings import Order

_MINUTE = re.compile(r"(T\d\d:\d\d)(Z|[+-]\d\d:\d\d)$")


@dataclass(frozen=True, slots=True)
class FundAddress:
    """Where a page stands; None and empty text mean today, all that is known, the usual order."""

    fund_id: UUID
    today: date
    as_of: date | None = None
    known_at: str = ""
    through: str = ""
    sort: str = ""
    compares: bool = False  # what was reported, with what is known today beside it

    @classmethod
    def from_request(cls, fund_id: UUID) -> Self:
        """Read the address at work. Raises BeyondKnowledgeError for what is no date."""
        now = datetime.now(UTC)
        given = {name: value.strip() for name, value in request.args.items()}
        today = now.date()
        as_of = parse_as_of(given["as_of"], today=today) if given.get("as_of") else None
        known_at = with_plus(given.get("known_at", ""))
        if given.get("known_time") and len(known_at) == len("2012-03-31"):
            known_at = f"{known_at}T{given['known_time']}Z"
        if known_at and parse_known_at(known_at, now=now) is None:
            known_at = ""  # today, which means now
        return cls(
            fund_id,
            today,
            None if as_of == today else as_of,
            known_at,
            given.get("through", ""),
            Order.named(given.get("sort", "")).name,
            given.get("compare") == "today",
        )

    @property
    def first_day(self) -> date:
        """The earliest day that can be asked for."""
        return FIRST_DAY

    @property
    def last_day(self) -> date:
        """The last day that can be asked for."""
        return last_day(self.today)

    @property
    def asked(self) -> ViewpointRequest:
        """What the address asks for."""
        as_of = self.as_of.isoformat() if self.as_of else ""
        return ViewpointRequest(as_of, _to_its_end(self.known_at), self.through)

    @property
    def is_now(self) -> bool:
        """Whether this is the fund as it stands, as far as it is known."""
        return self.as_of is None and self.is_all_known

    @property
    def is_all_known(self) -> bool:
        """Whether the reader knows all that is known today."""
        return not (self.known_at or self.through)

    @property
    def knowledge(self) -> dict[str, str]:
        """How much is known here, as parameters of an address."""
        given = {"known_at": self.known_at, "through": self.through}
        return {name: value for name, value in given.items() if value}

    @property
    def url(self) -> str:
        """Write the address."""
        page = _page("funds.show", self.fund_id)
        query = self._query(sort=self.sort)
        return f"{page}?{query}" if query else page

    def export_url(self, what: str, to: str) -> str:
        """Write the address of what is seen here as a file."""
        return f"{_page('exports.show', self.fund_id, to=to)}?{self._query(what=what)}"

    def explanation_url(self, figure: str, **more: str) -> str:
        """Write the address of what explains a figure as it is seen here."""
        page = _page("explanations.show", self.fund_id, figure=figure)
        query = self._query(**more)
        return f"{page}?{query}" if query else page

    def company_url(self, company_id: str) -> str:
        """Write the address of one of the companies as it is seen here."""
        page = f"{_page('funds.show', self.fund_id)}companies/{company_id}/"
        query = self._query()
        return f"{page}?{query}" if query else page

    def explanation_file_url(self, figure: str, to: str) -> str:
        """Write the address of the same as a file."""
        page = _page("explanations.export", self.fund_id, figure=figure, to=to)
        query = self._query()
        return f"{page}?{query}" if query else page

    @property
    def comparison_url(self) -> str:
        """Write the address of the comparison of this view with the same day as known today."""
        day = (self.as_of or self.today).isoformat()
        knowledge = {f"from_{name}": value for name, value in self.knowledge.items()}
        parameters = {"from_at": day, **knowledge, "to_at": day}
        query = "&".join(f"{name}={_quoted(value)}" for name, value in parameters.items())
        return f"{_page('comparisons.show', self.fund_id)}?{query}"

    @property
    def timeline_url(self) -> str:
        """Write the address of all events up to the day, which leads back to this view."""
        page = _page("timeline.index", self.fund_id)
        query = self._query(end=self.as_of.isoformat() if self.as_of else "")
        return f"{page}?{query}" if query else page

    @property
    def charts_url(self) -> str:
        """Write the address of the charts of what is seen here."""
        page = _page("charts.index", self.fund_id)
        query = self._query()
        return f"{page}?{query}" if query else page

    def chart_url(self, name: str) -> str:
        """Write the address of the numbers behind one of them as a file."""
        return f"{_page('charts.index', self.fund_id)}{name}.csv?{self._query()}".rstrip("?")

    @property
    def portfolio_url(self) -> str:
        """Write the address of the companies in charts, as they are seen here."""
        page = _page("portfolio.show", self.fund_id)
        query = self._query()
        return f"{page}?{query}" if query else page

    def portfolio_file_url(self, name: str) -> str:
        """Write the address of the numbers behind one of those charts as a file."""
        return f"{_page('portfolio.show', self.fund_id)}{name}.csv?{self._query()}".rstrip("?")

    def _query(self, **more: str) -> str:
        view = _view(self.as_of, self.known_at, self.through, self.compares)
        if not more:  # as most links of a page have it
            return view
        given = (f"{name}={_quoted(value)}" for name, value in more.items() if value)
        return "&".join(filter(None, (view, *given)))

    def on(self, day: date) -> Self:
        """Move to another day."""
        return replace(self, as_of=None if day == self.today else day)

    def knowing_all(self) -> Self:
        """Stay on the day, with all that is known now."""
        return replace(self, known_at="", through="", compares=False)

    def knowing_through(self, sequence: int) -> Self:
        """Stay on the day, with what was known at a sequence of the log."""
        return replace(self, known_at="", through=str(sequence))

    def knowing_at(self, instant: datetime) -> Self:
        """Stay on the day, with what was known at an instant, to the microsecond."""
        known_at = f"{instant.astimezone(UTC).replace(tzinfo=None).isoformat()}Z"
        return replace(self, known_at=known_at, through="")

    def now(self) -> Self:
        """Come back to the fund as it stands."""
        return replace(self.knowing_all(), as_of=None)

    def comparing(self, *, compares: bool) -> Self:
        """See what was reported alone, or with what is known today beside it."""
        return replace(self, compares=compares)

    def sorted_by(self, sort: str) -> Self:
        """Order the holdings otherwise."""
        return replace(self, sort=sort)


def _to_its_end(known_at: str) -> str:
    """Take a minute to its end, as a day is; the one that is not over means now."""
    now = datetime.now(UTC)
    if not _MINUTE.search(known_at) or datetime.fromisoformat(known_at) > now:
        return known_at
    end = _MINUTE.sub(r"\1:59.999999\2", known_at)
    return end if datetime.fromisoformat(end) < now else ""


def _page(endpoint: str, fund_id: UUID, to: str | None = None, figure: str | None = None) -> str:
    """Write the address of a page of a fund, which many links of it lead to."""
    return _kept_page(endpoint, fund_id, to, figure, request.script_root)


@lru_cache(maxsize=20_000)
def _kept_page(
    endpoint: str, fund_id: UUID, to: str | None, figure: str | None, _script_root: str
) -> str:
    """Write the address of a page, without the view that other links carry along."""
    return url_for(endpoint, fund_id=fund_id, to=to, figure=figure).partition("?")[0]


@lru_cache(maxsize=4_000)
def _view(as_of: date | None, known_at: str, through: str, compares: bool) -> str:  # noqa: FBT001 (so it can be kept)
    """Write what an address says of the view."""
    parameters = {
        "as_of": as_of.isoformat() if as_of else "",
        "known_at": known_at,
        "through": through,
        "compare": "today" if compares else "",
    }
    return "&".join(f"{name}={_quoted(value)}" for name, value in parameters.items() if value)


@lru_cache(maxsize=20_000)
def _quoted(value: str) -> str:
    """Write a value as it stands in an address; most are days, which come back again and again."""
    return quote_plus(value, safe=":")
