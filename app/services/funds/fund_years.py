"""Plan against actual of a fund, year by year of its life."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Engine

from app.domain.planning import fund_years
from app.domain.planning.fund_years import FundYear
from app.domain.state.fold import in_fold_order, in_force
from app.domain.viewpoint import FIRST_DAY
from app.services.reads import viewpoints
from app.services.reads.viewpoints import ViewpointRequest
from app.store.database.connections import reading
from app.store.log import contributing


def load_fund_years(engine: Engine, fund_id: UUID) -> list[FundYear]:
    """Return the years of a fund as they stand today; none before it has terms.

    Raises UnknownFundError.
    """
    at, head = viewpoints.resolve(engine, fund_id, ViewpointRequest())
    view = viewpoints.load_view(engine, fund_id, at, head)
    if view.state.terms is None:
        return []
    with reading(engine) as driver:
        facts = contributing.facts_since(driver, fund_id, at, FIRST_DAY, fund_years.TYPES)
    events = in_fold_order(in_force(facts, at.through), at.as_of)
    return fund_years.fund_years(view.state.terms, view.state.committed, events, at.as_of)
