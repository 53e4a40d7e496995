"""Prometheus is told how the site does, by all of its processes as one, and nobody else is."""

from __future__ import annotations

import sys
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.request import urlopen
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Engine

from app import create_app, database
from app.config import VERSION, Settings, SettingsError
from app.services.jobs import jobs
from app.services.snapshots.take import SnapshotRequest, take
from app.store.jobs import workers
from app.store.jobs.tables import job
from tests.ledgers import called, look, new_fund, record
from tests.running_site import poll, running

_TOKEN = "0123456789abcdef"  # noqa: S105 - for tests only
Figures = dict[tuple[str, ...], float]


def _read(text: str) -> Figures:
    """Return each sample by its name and the values of its labels, in the order of their names."""
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def _figures(client: FlaskClient) -> Figures:
    answer = client.get("/metrics")
    assert answer.status_code == 200, answer.text
    assert answer.content_type.startswith("text/plain; version=0.0.4")
    assert "Set-Cookie" not in answer.headers
    return _read(answer.text)


def _more(before: Figures, after: Figures, *sample: str) -> float:
    return after.get(sample, 0) - before.get(sample, 0)


def test_requests_are_counted_by_template_method_and_status(
    client: FlaskClient, engine: Engine
) -> None:
    fund, route = new_fund(engine), "/funds/<uuid:fund_id>/"
    before = _figures(client)
    client.get(f"/funds/{fund}/")
    client.get(f"/funds/{fund}/?as_of=never")
    client.get(f"/funds/{uuid4()}/")
    client.open("/nowhere", method="BREW")
    after = _figures(client)
    for status in ("200", "400", "404"):
        assert _more(before, after, "asof_http_requests_total", "GET", route, status) == 1
    assert _more(before, after, "asof_http_requests_total", "other", "none", "404") == 1
    name = "asof_http_request_duration_seconds"
    assert _more(before, after, f"{name}_count", "GET", route) == 3
    assert 0 < _more(before, after, f"{name}_sum", "GET", route) < 30
    assert _more(before, after, f"{name}_bucket", "+Inf", "GET", route) == 3
    assert str(fund) not in client.get("/metrics").text


def test_reads_of_a_state_are_timed_and_their_events_counted(
    client: FlaskClient, engine: Engine
) -> None:
    fund = new_fund(engine, called("1"), called("2"), called("3"))
    before = _figures(client)
    look(engine, fund)
    take(engine, fund, uuid4(), SnapshotRequest(date(2010, 1, 15), "manual", "somebody"))
    middle = _figures(client)
    look(engine, fund)
    after = _figures(client)
    assert _more(before, middle, "asof_state_reads_total", "no") >= 1
    assert _more(before, middle, "asof_state_reads_total", "yes") == 0
    assert _more(middle, after, "asof_state_reads_total", "yes") == 1
    assert _more(middle, after, "asof_state_events_folded_bucket", "0.0") == 1
    assert _more(before, middle, "asof_state_events_folded_sum") >= 4
    for name in ("asof_state_query_seconds", "asof_state_fold_seconds"):
        assert _more(middle, after, f"{name}_count") == 1
        assert 0 < _more(middle, after, f"{name}_sum") < 1


def test_snapshots_are_told_by_what_they_are_good_for(site: Flask) -> None:
    engine, client = database.of(site).engine(), site.test_client()
    empty = _figures(client)
    assert empty["asof_snapshots", "serving"] == empty["asof_funds_active",] == 0
    today = datetime.now(UTC).date()
    fresh, stale, bare = (new_fund(engine, called("1")) for _ in range(3))
    for fund, days in ((fresh, 1), (fresh, 400), (stale, 3)):
        take(
            engine,
            fund,
            uuid4(),
            SnapshotRequest(today - timedelta(days=days), "manual", "somebody"),
        )
    figures = _figures(client)
    assert figures["asof_snapshots", "serving"] == 3
    assert (figures["asof_funds_active",], figures["asof_funds_snapshot_stale",]) == (3, 2)
    assert figures["asof_snapshot_oldest_newest_days",] == 3
    record(engine, fresh, called("2", "2010-02-02"))
    figures = _figures(client)
    assert figures["asof_snapshots", "serving"] == 1
    assert figures["asof_snapshots", "overtaken"] == 2
    assert figures["asof_funds_snapshot_stale",] == 3
    assert str(bare) not in client.get("/metrics").text


def test_jobs_are_told_by_kind_status_and_how_long_they_took(site: Flask) -> None:
    engine, client = database.of(site).engine(), site.test_client()
    fund = new_fund(engine)
    for seconds, status in ((0.3, "done"), (2, "done"), (4000, "failed")):
        _ended(engine, fund, "count", status, seconds)
    with engine.begin() as connection:
        jobs.request(connection, fund, "count", {}, requested_by="gp")
        workers.beat(connection, "one", "here", 1, VERSION)
    figures = _figures(client)
    found = {key[2]: value for key, value in figures.items() if key[:2] == ("asof_jobs", "count")}
    assert found == {"done": 2, "failed": 1, "queued": 1}
    name = "asof_job_duration_seconds"
    slots = {bound: figures[f"{name}_bucket", "count", bound] for bound in ("0.1", "0.5", "5.0")}
    assert slots == {"0.1": 0, "0.5": 1, "5.0": 2}
    # Of those that are done: what failed is retried, and what is counted must not fall.
    assert figures[f"{name}_bucket", "count", "+Inf"] == figures[f"{name}_count", "count"] == 2
    assert figures[f"{name}_sum", "count"] == pytest.approx(2.3)
    assert (figures["asof_jobs_due",], figures["asof_queue_depth",]) == (1, 4)
    assert 0 <= figures["asof_jobs_due_oldest_seconds",] < 60
    assert (figures["asof_workers_alive",], figures["asof_database_up",]) == (1, 1)


def _ended(engine: Engine, fund: UUID, kind: str, status: str, seconds: float) -> None:
    now = datetime.now(UTC)
    with engine.begin() as connection:
        made = jobs.request(connection, fund, kind, {}, requested_by="gp")
        times = {"started_at": now - timedelta(seconds=seconds), "finished_at": now}
        connection.execute(job.update().where(job.c.id == made.id).values(status=status, **times))


def test_without_a_database_the_rest_is_told_still(tmp_path: Path) -> None:
    nowhere = "postgresql://127.0.0.1:1/asof"
    settings = Settings(home=tmp_path, database_url=nowhere, secret_key="-")  # noqa: S106
    client = create_app(settings).test_client()
    client.get("/healthz")
    figures = _figures(client)
    assert figures["asof_database_up",] == 0
    assert figures["asof_http_requests_total", "GET", "/healthz", "200"] >= 1
    assert ("asof_workers_alive",) not in figures


def _asked(settings: Settings, engine: Engine, at: str = "127.0.0.1", **headers: str) -> int:
    app = create_app(settings.model_copy(update={"hostnames": ("asof.example.com",)}))
    database.of(app).use(engine)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    client = app.test_client()
    return client.get("/metrics", headers=sent, environ_base={"REMOTE_ADDR": at}).status_code


_BEARER = f"Bearer {_TOKEN}"


def test_without_a_token_only_programs_on_the_machine_may_read(
    settings: Settings, engine: Engine
) -> None:
    assert _asked(settings, engine) == 200
    assert _asked(settings, engine, "::1", Host="localhost:8000") == 200
    assert _asked(settings, engine, "192.0.2.7") == 403
    assert _asked(settings, engine, "192.0.2.7", Authorization=_BEARER) == 403
    assert _asked(settings, engine, X_Forwarded_For="192.0.2.7") == 403
    assert _asked(settings, engine, "192.0.2.7", X_Forwarded_For="127.0.0.1") == 403
    assert _asked(settings, engine, Via="1.1 edge") == 403
    assert _asked(settings, engine, Host="asof.example.com") == 403


def test_with_a_token_everybody_needs_it(settings: Settings, engine: Engine) -> None:
    guarded = settings.model_copy(update={"metrics_token": _TOKEN})
    for at in ("127.0.0.1", "192.0.2.7"):
        assert _asked(guarded, engine, at, Authorization=_BEARER) == 200
        assert _asked(guarded, engine, at) == 401
        assert _asked(guarded, engine, at, Authorization=f"{_BEARER}0") == 401
        assert _asked(guarded, engine, at, Authorization="Basic eDp5") == 401


def test_behind_a_proxy_nobody_passes_for_a_program_on_the_machine(
    settings: Settings, engine: Engine
) -> None:
    proxied = settings.model_copy(update={"https": True})
    assert _asked(proxied, engine) == 403
    assert _asked(proxied, engine, X_Forwarded_For="127.0.0.1") == 403
    guarded = proxied.model_copy(update={"metrics_token": _TOKEN})
    assert _asked(guarded, engine, X_Forwarded_For="127.0.0.1") == 401
    assert _asked(guarded, engine, X_Forwarded_For="192.0.2.7", Authorization=_BEARER) == 200


def test_a_token_that_could_be_guessed_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASOF_METRICS_TOKEN", "guess")
    with pytest.raises(SettingsError, match="set it to 16 or more") as refused:
        Settings.from_environ()
    assert "guess" not in str(refused.value)


@pytest.mark.skipif(sys.platform != "linux", reason="waits for processes in /proc")
@pytest.mark.timeout(120)
def test_two_web_processes_tell_one_truth_which_starts_anew(tmp_path: Path) -> None:
    home, sample = tmp_path / "home", ("asof_http_requests_total", "GET", "/healthz", "200")
    with running(home) as site:
        address = site.address()
        site.await_workers()
        _ask_at_once(f"{address}healthz", 40)
        told = {_site_figures(address)[sample] for _ in range(10)}
        assert told == {40}
        shares = [file.read_bytes() for file in (home / "metrics").glob("counter_*.db")]
        assert sum(b"/healthz" in share for share in shares) == 2, "both processes have answered"
        poll(lambda: _site_figures(address)["asof_workers_alive",] == 2, 10, "two workers")
        site.stop()
    with running(home) as site:
        assert sample not in _site_figures(site.address())
        site.stop()


def _site_figures(address: str) -> Figures:
    with urlopen(f"{address}metrics", timeout=10) as answer:
        return _read(answer.read().decode())


def _ask_at_once(url: str, times: int) -> None:
    def ask() -> None:
        urlopen(url, timeout=10).close()

    askers = [threading.Thread(target=ask) for _ in range(times)]
    for each in askers:
        each.start()
    for each in askers:
        each.join()
