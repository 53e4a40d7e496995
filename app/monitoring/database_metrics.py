"""What the database tells of the site, in Prometheus's terms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from prometheus_client import Metric
from prometheus_client.metrics_core import GaugeMetricFamily, HistogramMetricFamily

from app.store.counts import JOB_SECONDS, Jobs, SiteCounts, Verified

_BOUNDS = [*(str(bound) for bound in JOB_SECONDS), "+Inf"]


class SiteMetrics:
    """A collector of what was counted; where nothing could be, it says so."""

    def __init__(self, counts: SiteCounts | None) -> None:
        """Take what was counted."""
        self._counts = counts

    def collect(self) -> Iterator[Metric]:
        """Return all of it."""
        counts = self._counts
        yield _gauge("database_up", "Whether the database answered.", int(counts is not None))
        if counts is None:
            return
        fresh = counts.freshness
        yield _snapshots(counts)
        yield _gauge("funds_active", "Funds with an entry within a year.", fresh.active_funds)
        yield _gauge(
            "funds_snapshot_stale",
            "Active funds whose newest snapshot that serves today is older than two days.",
            fresh.stale_funds,
        )
        yield _gauge(
            "snapshot_oldest_newest_days",
            "Age in days of the newest snapshot that serves today, in the fund where it is oldest.",
            fresh.oldest_days,
        )
        yield _jobs(counts.jobs)
        yield _durations(counts.jobs)
        yield _gauge("jobs_due", "Jobs that wait for a worker.", counts.due)
        yield _gauge(
            "jobs_due_oldest_seconds", "How long the first has waited.", counts.longest_due
        )
        yield _gauge("queue_depth", "Wake-ups in the queue.", counts.queued)
        yield _gauge("queue_scheduled", "Wake-ups for later.", counts.scheduled)
        yield from _verified(counts.verified)
        yield _gauge("workers_alive", "Worker processes with a sign of life.", counts.workers)


def _gauge(name: str, help_text: str, value: float) -> Metric:
    return GaugeMetricFamily(f"asof_{name}", help_text, value)


def _snapshots(counts: SiteCounts) -> Metric:
    family = GaugeMetricFamily(
        "asof_snapshots",
        "Snapshots that serve today, were overtaken, are of another projector or another key, or "
        "were set aside because they are wrong.",
        labels=["standing"],
    )
    for standing, count in asdict(counts.snapshots).items():
        family.add_metric([standing], count)
    return family


def _verified(verified: Verified) -> Iterator[Metric]:
    funds = GaugeMetricFamily(
        "asof_funds_verified",
        "Funds by what their last verification found: nothing, something wrong, or never verified.",
        labels=["found"],
    )
    for found in ("sound", "wrong", "never"):
        funds.add_metric([found], getattr(verified, found))
    yield funds
    mismatches = GaugeMetricFamily(
        "asof_verification_mismatches",
        "What the last verifications found not to be as written, by where it is.",
        labels=["part"],
    )
    for part in ("log", "horizon", "snapshots", "audit"):
        mismatches.add_metric([part], verified.mismatches.get(part, 0))
    yield mismatches
    yield _gauge(
        "verification_oldest_seconds",
        "How long ago the fund was verified that was verified the longest ago.",
        verified.oldest_seconds,
    )


def _jobs(jobs: list[Jobs]) -> Metric:
    family = GaugeMetricFamily("asof_jobs", "Jobs by kind and status.", labels=["kind", "status"])
    found: dict[tuple[str, str], int] = {}
    for each in jobs:
        key = each.kind, each.status
        found[key] = found.get(key, 0) + each.number
    for key, count in found.items():
        family.add_metric(key, count)
    return family


def _durations(jobs: list[Jobs]) -> Metric:
    family = HistogramMetricFamily(
        "asof_job_duration_seconds", "How long jobs took that are done.", labels=["kind"]
    )
    for kind in sorted({each.kind for each in jobs if each.slot is not None}):
        ended = [each for each in jobs if each.kind == kind and each.slot is not None]
        buckets = [
            (bound, sum(each.number for each in ended if (each.slot or 0) <= slot))
            for slot, bound in enumerate(_BOUNDS)
        ]
        family.add_metric([kind], buckets, sum(each.seconds for each in ended))
    return family
