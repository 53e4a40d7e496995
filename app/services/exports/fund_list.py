"""Exports the list of funds: all figures of each, seen on one day."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from decimal import Decimal
from typing import IO
from uuid import UUID

from sqlalchemy import Engine

from app.domain.accounts.audit import AuditKind
from app.domain.figures.figures import AMOUNTS, RATES, RATIOS
from app.domain.money import fraction_text
from app.services.accounts import audit
from app.services.exports.rows import Row
from app.services.funds.portfolio import Portfolio, PortfolioRequest, load_portfolio
from app.services.sheets import Format, write_rows
from app.store.accounts.people import Person

_FRACTIONS = (*RATIOS, *RATES)
_COLUMNS = (
    "fund",
    "fund_id",
    "condition",
    "as_of",
    "through",
    "currency",
    "vintage_year",
    "inception_on",
    "closed_through",
    *AMOUNTS,
    *_FRACTIONS,
    "reasons",
)


def export(  # noqa: PLR0913, PLR0917 (what is asked for, by whom, and where it goes)
    engine: Engine,
    wanted: PortfolioRequest,
    reader: Person,
    only: Collection[UUID] | None,
    file: IO[bytes],
    to: Format,
) -> None:
    """Write the funds that a person may see into an open file, as `load_portfolio` lists them."""
    portfolio = load_portfolio(engine, wanted, reader, only)
    with engine.begin() as connection:
        after = {"what": "funds", "as_of": wanted.as_of, "funds": len(portfolio.funds), "to": to}
        audit.record(connection, AuditKind.EXPORTED, after=after)
    write_rows(fund_rows(portfolio), file, to, "funds")


def fund_rows(portfolio: Portfolio) -> Iterator[Row]:
    """Return the funds, one a row; those that have not begun or cannot be read without figures.

    Where a ratio or rate is missing or says little, `reasons` says why.
    """
    yield _COLUMNS
    for each in portfolio.funds:
        known = (
            each.fund.name,
            str(each.fund.id),
            each.condition,
            portfolio.as_of,
            each.head.through,
        )
        if each.position is None:
            yield (*known, *[None] * (len(_COLUMNS) - len(known)))
            continue
        terms, figures = each.position.terms, each.position.figures
        yield (
            *known,
            terms.currency,
            terms.vintage_year,
            terms.inception_on,
            each.position.closed_through,
            *(getattr(figures, name) for name in AMOUNTS),
            *(_fraction(getattr(figures, name)) for name in _FRACTIONS),
            "; ".join(f"{name}: {why}" for name, why in figures.reasons.items()) or None,
        )


def _fraction(value: Decimal | None) -> Decimal | None:
    """Round a ratio to the six places that the API gives."""
    text = fraction_text(value)
    return None if text is None else Decimal(text)
