"""Reads what is out of bounds in a fund from a viewpoint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import psycopg
from sqlalchemy import Engine

from app.domain.alerts.evaluation import Alert, Reported, Seen, evaluate
from app.domain.alerts.walk import walk
from app.domain.figures.figures import Figures, figures_of
from app.domain.state.fold import in_fold_order, in_force
from app.domain.variance import metric_log
from app.domain.variance.baselines import Comparison, variances
from app.domain.variance.metric_log import MetricLog
from app.domain.viewpoint import FIRST_DAY, Viewpoint
from app.services.reads import log_cache, period_closes
from app.store.database.connections import reading
from app.store.log import contributing
from app.store.snapshots import state_reader


@dataclass(frozen=True, slots=True)
class AlertsFound:
    """Everything out of bounds from a viewpoint."""

    at: Viewpoint
    alerts: list[Alert]
    names: Mapping[str, str]  # of the companies, on the day, by their ids
    currency: str  # empty before there are terms


def load_alerts(engine: Engine, fund_id: UUID, at: Viewpoint) -> AlertsFound:
    """Hold a fund to its rules on a day, as far as it was known then."""
    closes = period_closes.closes(engine, fund_id, at.through)
    standing = [each for each in closes if each.stood_at(at.through)]
    by_day = [each for each in standing if each.closed_through <= at.as_of]
    last = max(by_day, key=lambda each: each.closed_through, default=None)
    with reading(engine) as driver:
        facts = contributing.facts_since(driver, fund_id, at, FIRST_DAY)
        metrics = contributing.facts_since(driver, fund_id, at, FIRST_DAY, metric_log.TYPES)
        reported = None
        if last:
            now = Viewpoint(last.closed_through, at.through)
            then = _figures(driver, fund_id, last.viewpoint)
            reported = Reported(last, then, _figures(driver, fund_id, now))
    ordered = in_fold_order(in_force(facts, at.through), at.as_of)
    walked, log = walk(ordered), MetricLog.of(metrics, at)
    found = evaluate(
        Seen(
            at,
            ordered,
            walked,
            log,
            variances(log, Comparison()),
            max((each.closed_through for each in standing), default=None),
            reported,
        )
    )
    names = log_cache.company_names(engine, fund_id, at.through)
    ids = {each.found.company_id for each in found} - {""}
    return AlertsFound(
        at,
        found,
        {each: names.at(each, at.as_of, at.through) for each in ids},
        walked.state.terms.currency if walked.state.terms else "",
    )


def _figures(driver: psycopg.Connection, fund_id: UUID, at: Viewpoint) -> Figures:
    state = state_reader.read_without_metrics(driver, fund_id, at.as_of, at.through).state
    return figures_of(state, at.as_of)
