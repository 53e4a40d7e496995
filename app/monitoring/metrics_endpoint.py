"""How the site does, for Prometheus: what the web processes count, and what the database holds."""

from __future__ import annotations

import logging
import os

from flask import Blueprint, Flask, Response, current_app
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from app import database
from app.auth.route_rules import needs_watcher
from app.domain.errors import AsofError
from app.monitoring.database_metrics import SiteMetrics
from app.monitoring.shared_call import SingleFlight
from app.observability import metrics
from app.store import counts
from app.store.counts import SiteCounts
from app.store.database.connections import FAILURES, connect_apart

bp = Blueprint("metrics", __name__)
_WITHIN = 5.0  # seconds; Prometheus waits for ten
_KEY = "asof.counts"
_log = logging.getLogger(__name__)


def register(app: Flask) -> None:
    """Let the site be watched."""
    site = database.of(app)

    def read_counts() -> SiteCounts:
        with connect_apart(site.engine()) as driver:
            driver.autocommit = True
            return counts.counted(driver)

    app.extensions[_KEY] = SingleFlight(read_counts)
    app.register_blueprint(bp)


@bp.get("/metrics")
@needs_watcher
def show() -> Response:
    """Return all of it in Prometheus's text format."""
    site = CollectorRegistry()
    site.register(SiteMetrics(_counts(current_app.extensions[_KEY])))
    text = generate_latest(_of_web_processes()) + generate_latest(site)
    response = Response(text, content_type=CONTENT_TYPE_PLAIN_0_0_4)
    response.headers["Cache-Control"] = "no-store"
    return response


def _of_web_processes() -> CollectorRegistry:
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return metrics.REGISTRY  # this is the only one
    shared = CollectorRegistry()
    MultiProcessCollector(shared)  # type: ignore[no-untyped-call] # it has no types
    return shared


def _counts(flight: SingleFlight[SiteCounts]) -> SiteCounts | None:
    try:
        return flight.within(_WITHIN)
    except (TimeoutError, *FAILURES, AsofError) as error:
        _log.warning("The database could not be counted: %s", error)
        return None
