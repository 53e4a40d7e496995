"""Reads one company of a fund: its history, its forecasts and actuals, its share of the fund."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Engine

from app.domain.errors import UnknownCompanyError
from app.domain.figures.company import CompanyHistory, company_history
from app.domain.figures.figures import Figures, figures_of, ratio
from app.domain.state.fold import in_fold_order, in_force
from app.domain.terms import Terms
from app.domain.variance.baselines import Comparison, variances
from app.domain.variance.metric_log import MetricLog
from app.domain.variance.variance import Variance
from app.domain.viewpoint import Viewpoint
from app.services.reads import log_cache
from app.store.database.connections import reading
from app.store.log import contributing, stored_events
from app.store.snapshots import state_reader


@dataclass(frozen=True, slots=True)
class Company:
    """A company of a fund from a viewpoint."""

    id: str
    name: str
    history: CompanyHistory
    metrics: list[Variance]  # actuals beside forecasts, by metric, the latest period first
    fund: Figures
    terms: Terms | None

    @property
    def share_of_nav(self) -> Decimal | None:
        """Its fair value as a fraction of NAV before carry; None where that is not above 0."""
        return ratio(self.history.holding.fair_value, self.fund.nav)


def load_company(
    engine: Engine, fund_id: UUID, at: Viewpoint, head: int, company_id: UUID
) -> Company:
    """Look at a company from a viewpoint. Raises UnknownCompanyError where the fund has none such.

    A company that is added later has no history yet.
    """
    key = str(company_id)
    names = log_cache.company_names(engine, fund_id, head)
    name = names.at(key, at.as_of, at.through) or names.at(key, at.as_of, head)
    if not name:
        raise UnknownCompanyError(f"the fund has no company with the id {company_id}")
    with reading(engine) as driver:
        found = state_reader.read_without_metrics(driver, fund_id, at.as_of, at.through)
        facts = contributing.facts_of_company(driver, fund_id, at, key)
        ordered = in_fold_order(in_force(facts, at.through), at.as_of)
        events = {
            event.sequence: event
            for event in stored_events.numbered(
                driver, fund_id, [each.sequence for each in ordered]
            )
        }
    history = company_history(key, [events[each.sequence] for each in ordered], at.as_of)
    state = found.state
    return Company(
        key,
        name,
        history,
        variances(MetricLog.of(facts, at), Comparison()),
        figures_of(state, at.as_of),
        state.terms,
    )
