"""Exports plan against actual: a row for each company, metric and period."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from sqlalchemy import Engine

from app.domain.accounts.audit import AuditKind
from app.domain.money import MICRO, rounded
from app.services.accounts import audit
from app.services.exports.rows import Row
from app.services.reads.variance import VarianceFound, VarianceRequest, load_variance
from app.services.sheets import Format, write_rows

_COLUMNS = (
    "company", "metric_type", "period_end", "period_months", "against", "over", "baseline",
    "actual", "difference", "share", "standing",
)  # fmt: skip


def export(engine: Engine, asked: VarianceRequest, file: IO[bytes], to: Format) -> None:
    """Write all periods that were asked for into an open file.

    Raises what `load_variance` raises.
    """
    found = load_variance(engine, asked)
    with engine.begin() as connection:
        after = {
            "what": f"variance from {asked.baseline} over {asked.window}",
            "as_of": asked.at.as_of,
            "through": asked.at.through,
            "to": to,
        }
        audit.record(connection, AuditKind.EXPORTED, fund_id=asked.fund_id, after=after)
    write_rows(_rows(found), file, to, "variance")


def _rows(found: VarianceFound) -> Iterator[Row]:
    yield _COLUMNS
    for each in found.variances:
        period = each.period
        yield (
            found.names[period.company_id],
            period.metric_type,
            period.end,
            period.months,
            found.asked.baseline,
            found.asked.window,
            each.baseline,
            each.actual,
            each.difference,
            None if each.share is None else rounded(each.share, MICRO),
            each.standing,
        )
