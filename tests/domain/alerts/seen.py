"""A ledger as the rules see it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.domain.alerts.evaluation import Alert, Reported, Seen, evaluate
from app.domain.alerts.walk import walk
from app.domain.events.model import Event, Fact
from app.domain.figures.figures import figures_of
from app.domain.period_closes import closes_of
from app.domain.state.fold import in_fold_order, in_force, state_at
from app.domain.variance import metric_log
from app.domain.variance.baselines import Comparison, variances
from app.domain.variance.metric_log import MetricLog
from app.domain.viewpoint import Viewpoint

PERIOD_TYPES = ("PERIOD_CLOSED", "PERIOD_REOPENED")


def seen_from(events: Sequence[Event], at: Viewpoint) -> Seen:
    """Look at a log from a viewpoint, with its last close that stands."""
    known = [each for each in events if each.sequence <= at.through]
    facts = [
        Fact(each.sequence, each.event_type, each.effective_on, each.payload) for each in known
    ]
    flows = [each for each in facts if each.event_type not in metric_log.TYPES]
    ordered = in_fold_order(in_force(flows, at.through), at.as_of)
    walked = walk(ordered)
    turns = [each for each in known if each.event_type in PERIOD_TYPES]
    standing = [each for each in closes_of(turns) if each.stands]
    by_day = [each for each in standing if each.closed_through <= at.as_of]
    last = max(by_day, key=lambda each: each.closed_through, default=None)
    reported, log = None, MetricLog.of(facts, at)
    if last:
        day = last.closed_through
        then, now = (
            figures_of(state_at(events, Viewpoint(day, through)), day)
            for through in (last.sequence, at.through)
        )
        reported = Reported(last, then, now)
    return Seen(
        at,
        ordered,
        walked,
        log,
        variances(log, Comparison()),
        max((each.closed_through for each in standing), default=None),
        reported,
    )


def alerts_of(events: Sequence[Event], as_of: str, through: int = 10_000) -> list[Alert]:
    """Return what is out of bounds on a day."""
    return evaluate(seen_from(events, Viewpoint(date.fromisoformat(as_of), through)))
