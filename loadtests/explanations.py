"""Benchmark: why a figure is what it is, beside a bare read of the state at the same viewpoint.

At the head of long logs: explanations of an amount, a ratio, a rate and carry as the API answers
them, comparisons, and figures over time in one pass.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import Engine

from app.domain.figures.contributions import FUND_AMOUNTS
from app.domain.figures.series import Days
from app.domain.viewpoint import Viewpoint
from app.services.reads import comparisons, explanations, figure_series, viewpoints
from app.services.reads.explanations import Asked
from loadtests import report
from loadtests.ground import HOME, LongLog, ground, long_log

SIZES = (2_092, 20_000, 100_000)
_FIGURES = (
    "nav", "total_value", "paid_in", "invested", "proceeds", "expenses", "income", "cash", "tvpi",
    "net_irr", "accrued_carry",
)  # fmt: skip
_PAGE = 100
_AIMS = {"explain": 10, "compare": 4}  # times as long as a read of the state


def main() -> None:
    """Run the benchmark as the command line asks."""
    parser = report.arguments(__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="events of the funds")
    parser.add_argument("--rounds", type=int, default=30, help="in which each takes its turn")
    parser.add_argument("--home", type=Path, default=HOME, help="where the database is kept")
    given = parser.parse_args()
    rows: list[dict[str, Any]] = []
    with ground(given.home) as place:
        for size in given.sizes:
            log = long_log(place.engine, size)
            rows += _measured(size, _works(place.engine, log), given.rounds)
    print(report.table(rows))
    print(f"written to {report.write(given.out, 'explanations', {'rows': rows})}")


def _works(engine: Engine, log: LongLog) -> dict[str, Callable[[], object]]:
    """Return what is measured, by its name; the read of the state comes first."""
    at = Viewpoint(log.last_day, log.events)
    before = Viewpoint(log.last_day - timedelta(days=365), log.events)
    reported = Viewpoint(before.as_of, log.events * 9 // 10)
    works: dict[str, Callable[[], object]] = {"state": lambda: _state(engine, log, at)}

    def explained(figure: str) -> Callable[[], object]:
        return lambda: _explain(engine, Asked(log.fund_id, at, figure))

    for figure in _FIGURES:
        works[f"explain {figure}"] = explained(figure)

    def compared(one: Viewpoint) -> Callable[[], object]:
        return lambda: comparisons.load_comparison(engine, log.fund_id, one, at)

    works["compare with a year before"] = compared(before)
    works["compare, known earlier"] = compared(reported)
    days = Days("quarter", log.first_day, log.last_day)
    works["series by quarter"] = lambda: figure_series.load_series(
        engine, log.fund_id, log.events, days
    )
    return works


def _state(engine: Engine, log: LongLog, at: Viewpoint) -> object:
    _, head = viewpoints.resolve(engine, log.fund_id, viewpoints.ViewpointRequest())
    return viewpoints.load_view(engine, log.fund_id, at, head)


def _explain(engine: Engine, asked: Asked) -> None:
    explanations.load_explanation(engine, asked)
    if asked.figure in FUND_AMOUNTS:
        explanations.load_contributions(engine, asked, _PAGE)


def _measured(
    size: int, works: dict[str, Callable[[], object]], rounds: int
) -> list[dict[str, Any]]:
    took = report.by_turns(works, rounds)
    state = median(took["state"])
    return [
        {
            "events": size,
            "what": name,
            "p50 ms": round(median(each), 2),
            "p95 ms": round(report.percentile(each, 0.95), 2),
            "state reads": round(median(each) / state, 1),
            "aim": _AIMS.get(name.split(" ")[0], ""),
        }
        for name, each in took.items()
    ]


if __name__ == "__main__":
    main()
