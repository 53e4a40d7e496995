"""Reads what was planned of a fund and of its companies' metrics, and how it turned out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Engine

from app.domain.errors import UnknownCompanyError
from app.domain.period_closes import Close
from app.domain.planning import fund_years
from app.domain.planning.plan_to_date import PlannedAmount, plan_to_date
from app.domain.state.fold import in_fold_order, in_force
from app.domain.terms import Terms
from app.domain.variance import metric_log
from app.domain.variance.baselines import OF_A_CLOSE, Baseline, Comparison, variances
from app.domain.variance.metric_log import MetricLog
from app.domain.variance.variance import Variance
from app.domain.variance.windows import Window
from app.domain.viewpoint import FIRST_DAY, Viewpoint
from app.services.reads import log_cache, period_closes
from app.store.database.connections import reading
from app.store.log import contributing
from app.store.snapshots import state_reader


@dataclass(frozen=True, slots=True)
class VarianceRequest:
    """What to compare with what; a close is named by its event, the last one without a name."""

    fund_id: UUID
    at: Viewpoint
    baseline: Baseline = "forecast"
    window: Window = "period"
    close: int | None = None
    metric: str | None = None
    company_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class VarianceFound:
    """Every period that was asked for, by company and metric, the latest first."""

    asked: VarianceRequest
    variances: list[Variance]
    names: Mapping[str, str]  # of the companies, on the day, by their ids
    close: Close | None  # of the baseline, where it is of one


@dataclass(frozen=True, slots=True)
class FundPlan:
    """A fund beside the plan of its terms on a day; nothing where it has none yet."""

    terms: Terms | None
    amounts: list[PlannedAmount]


def load_variance(engine: Engine, asked: VarianceRequest) -> VarianceFound:
    """Compare the metrics of a fund's companies with a baseline.

    Where the baseline is of a close and there is none, no period has one. Raises
    UnknownCompanyError, and UnknownCloseError for a close that is named.
    """
    names = log_cache.company_names(engine, asked.fund_id, asked.at.through)
    if asked.company_id and not names.knows(str(asked.company_id)):
        raise UnknownCompanyError(f"the fund has no company with the id {asked.company_id}")
    close = _close(engine, asked) if asked.baseline in OF_A_CLOSE else None
    with reading(engine) as driver:
        facts = contributing.facts_since(
            driver, asked.fund_id, asked.at, FIRST_DAY, metric_log.TYPES
        )
    wanted = [
        each
        for each in facts
        if (asked.metric is None or each.payload.get("metric_type", asked.metric) == asked.metric)
        and (
            asked.company_id is None
            or each.payload.get("company_id", str(asked.company_id)) == str(asked.company_id)
        )
    ]
    # What is told of a quarter is dated after it: of the close only what it knew counts.
    known = Viewpoint(asked.at.as_of, close.sequence) if close else None
    reported = MetricLog.of(wanted, known) if known else MetricLog(asked.at)
    log = MetricLog.of(wanted, asked.at)
    found = variances(log, Comparison(asked.baseline, asked.window, reported))
    ids = {each.period.company_id for each in found}
    return VarianceFound(
        asked,
        found,
        {each: names.at(each, asked.at.as_of, asked.at.through) for each in ids},
        close,
    )


def load_plan(engine: Engine, fund_id: UUID, at: Viewpoint) -> FundPlan:
    """Put a fund beside the plan of its terms."""
    with reading(engine) as driver:
        state = state_reader.read_without_metrics(driver, fund_id, at.as_of, at.through).state
        if state.terms is None:
            return FundPlan(None, [])
        facts = contributing.facts_since(driver, fund_id, at, FIRST_DAY, fund_years.TYPES)
    events = in_fold_order(in_force(facts, at.through), at.as_of)
    return FundPlan(state.terms, plan_to_date(state.terms, state, events, at.as_of))


def _close(engine: Engine, asked: VarianceRequest) -> Close | None:
    """Find the close that is asked for, or the last that stood. What it knew is known here too."""
    known = period_closes.closes(engine, asked.fund_id, asked.at.through)
    if asked.close is not None:
        return period_closes.named(known, asked.close)
    standing = [each for each in known if each.stood_at(asked.at.through)]
    by_day = [each for each in standing if each.closed_through <= asked.at.as_of]
    return max(by_day, key=lambda each: each.closed_through, default=None)
