"""What is counted and timed while the site serves; each web process keeps its share.

With PROMETHEUS_MULTIPROC_DIR set before anything here is loaded, the shares lie in files of that
folder, and whoever is asked for the sum gives that of all processes.
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram

REGISTRY = CollectorRegistry()
_FAST = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0)
_requests = Counter(
    "asof_http_requests",
    "Requests that were answered, by the template of their address.",
    ("route", "method", "status"),
    registry=REGISTRY,
)
_request_seconds = Histogram(
    "asof_http_request_duration_seconds",
    "From when a request came to when its answer was ready.",
    ("route", "method"),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0),
    registry=REGISTRY,
)
_connections_ended = Counter(
    "asof_http_connections_ended",
    "Connections that the site ended: slow to send, slow to read, silent, or too many.",
    ("why",),
    registry=REGISTRY,
)
_query_seconds = Histogram(
    "asof_state_query_seconds",
    "Reading a snapshot and the events after it from the database.",
    buckets=_FAST,
    registry=REGISTRY,
)
_fold_seconds = Histogram(
    "asof_state_fold_seconds",
    "Folding the events onto the snapshot.",
    buckets=_FAST,
    registry=REGISTRY,
)
_events_folded = Histogram(
    "asof_state_events_folded",
    "Events that a read of a state folded.",
    buckets=(0, 10, 50, 100, 250, 500, 1000, 2500, 10_000, 100_000),
    registry=REGISTRY,
)
_reads = Counter(
    "asof_state_reads",
    "Reads of a state, by whether a snapshot served.",
    ("snapshot",),
    registry=REGISTRY,
)
_set_aside = Counter(
    "asof_snapshots_set_aside",
    "Snapshots that a read found not to be as they were written.",
    registry=REGISTRY,
)
_served, _unserved = _reads.labels("yes"), _reads.labels("no")


def request_answered(route: str, method: str, status: int, seconds: float) -> None:
    """Count a request."""
    _requests.labels(route, method, status).inc()
    _request_seconds.labels(route, method).observe(seconds)


def connection_ended(why: str) -> None:
    """Count a connection that the site ended: in each case it was the client who was slow."""
    _connections_ended.labels(why).inc()


def state_read(query: float, fold: float, folded: int, *, from_snapshot: bool) -> None:
    """Count a read of a state: seconds in the database and in the fold, and events folded."""
    _query_seconds.observe(query)
    _fold_seconds.observe(fold)
    _events_folded.observe(folded)
    (_served if from_snapshot else _unserved).inc()


def snapshot_set_aside() -> None:
    """Count a snapshot that is not as it was written."""
    _set_aside.inc()
