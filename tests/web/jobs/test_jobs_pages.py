"""The pages of jobs as the server sends them: lists, one job, and what can be tried again."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from uuid_utils.compat import uuid7

from app.services.jobs import jobs, runner
from app.services.jobs.jobs import Job
from app.store.jobs import runs
from app.store.jobs.jobs import Count
from app.web.jobs.page import PAGE_SIZE
from tests.ledgers import called, new_fund
from tests.people import PROOF, member, post, signed_in

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}
_POLLS = 'hx-trigger="every'
ClientAs = Callable[[UUID, str], FlaskClient]


@pytest.fixture
def fund(engine: Engine) -> UUID:
    return new_fund(engine, called("500"))


def _ask(
    engine: Engine, fund: UUID, description: str = "", kind: str = "take_snapshot",
    by: str = "asof", key: str | None = None,
) -> Job:  # fmt: skip
    subject = {"as_of": "2012-03-31", "type": "manual", "description": description}
    with engine.begin() as connection:
        return jobs.request(connection, fund, kind, subject, requested_by=by, dedupe_key=key)


def _claim(engine: Engine, job: Job, done: int | None = None, total: int | None = None) -> Job:
    with engine.begin() as connection:
        claimed = runs.claim(connection, job.fund_id, job.id)
        assert claimed
        if total:
            runs.beat(connection, claimed, Count(done, total))
    return claimed


def _fail(engine: Engine, job: Job, error: str = "the disk is full") -> Job:
    with engine.begin() as connection:
        runs.fail(connection, _claim(engine, job), error, None)
    return job


def _finish(engine: Engine, job: Job, result: object = None) -> Job:
    with engine.begin() as connection:
        runs.finish(connection, _claim(engine, job), result, Count())
    return job


def _page(client: FlaskClient, address: str, **headers: str) -> str:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.text


def _words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def _row(html: str, job: Job) -> str:
    found = re.search(rf'<tr role="row" id="job-{job.id}".*?</tr>', html, re.DOTALL)
    assert found
    return found[0]


def test_a_fund_without_jobs_says_what_makes_them(client: FlaskClient, fund: UUID) -> None:
    html = _page(client, f"/funds/{fund}/jobs/")
    assert "No jobs yet Snapshots and imports are jobs" in _words(html)
    assert _POLLS not in html


def test_a_row_tells_what_it_is_how_it_stands_who_asked_and_how_long_it_took(
    client: FlaskClient, engine: Engine, fund: UUID
) -> None:
    maya = member(engine, fund, "analyst", "Maya Ortiz")
    done = _finish(engine, _ask(engine, fund, "Q4 <report>", by=str(maya.id)))
    row = _row(_page(client, f"/funds/{fund}/jobs/"), done)
    words = _words(row)
    for said in ("Snapshot 31 Mar 2012, Q4 &lt;report&gt;", "Done", "1 of 5", "by Maya Ortiz"):
        assert said in words
    assert re.search(r"\b0\.\d s$", words)
    assert f'href="/funds/{fund}/jobs/{done.id}/"' in row


def test_a_running_job_has_a_bar_that_moves_and_the_page_looks_again(
    client: FlaskClient, engine: Engine, fund: UUID
) -> None:
    job = _ask(engine, fund)
    _claim(engine, job, 250, 1000)
    for address in (f"/funds/{fund}/jobs/", f"/funds/{fund}/jobs/{job.id}/", "/jobs/"):
        html = _page(client, address, **PARTIAL)
        assert 'max="1000" value="250"' in html
        assert "250 of 1,000 events" in html
        assert _POLLS in html
        assert "<html" not in html
    with engine.begin() as connection:
        runs.finish(connection, _again(engine, job), None, Count())
    for address in (f"/funds/{fund}/jobs/", f"/funds/{fund}/jobs/{job.id}/"):
        assert _POLLS not in _page(client, address, **PARTIAL)


def _again(engine: Engine, job: Job) -> Job:
    return jobs.find_job(engine, job.fund_id, job.id)


def test_a_job_that_is_to_be_tried_again_says_why(
    client: FlaskClient, engine: Engine, fund: UUID
) -> None:
    job = _ask(engine, fund)
    with engine.begin() as connection:
        runs.fail(connection, _claim(engine, job), "no luck", timedelta(seconds=30))
    words = _words(_row(_page(client, f"/funds/{fund}/jobs/"), job))
    assert "Retrying Attempt 1 of 5 failed. It is retried automatically. No luck" in words


@pytest.mark.parametrize("failures", [0, 1])
def test_a_job_that_nobody_begins_says_so(
    client: FlaskClient, engine: Engine, fund: UUID, failures: int
) -> None:
    job = _ask(engine, fund)
    for _ in range(failures):
        with engine.begin() as connection:
            runs.fail(connection, _claim(engine, job), "no luck", timedelta(seconds=1))
    with engine.begin() as connection:
        query = "UPDATE job SET due_at = due_at - interval '1 minute' WHERE id = :id"
        connection.execute(text(query), {"id": job.id})
    assert "No worker has started it yet" in _page(client, f"/funds/{fund}/jobs/")


def test_lost_leases_stand_apart_from_tries(
    client: FlaskClient, engine: Engine, fund: UUID
) -> None:
    job = _ask(engine, fund)
    with engine.begin() as connection:
        runs.lose(connection, _claim(engine, job), runner.MOST_LOST)
    words = _words(_row(_page(client, f"/funds/{fund}/jobs/"), job))
    assert "Queued 0 of 5 1 " in words
    for _ in range(runner.MOST_LOST - 1):
        with engine.begin() as connection:
            runs.lose(connection, _claim(engine, job), runner.MOST_LOST)
    words = _words(_page(client, f"/funds/{fund}/jobs/{job.id}/"))
    assert "Failed after 50 worker restarts Its worker was lost 50 times" in words
    assert "Worker restarts 50 of 50" in words


def test_a_failed_job_is_retried_and_its_page_keeps_what_was_before(
    engine: Engine, fund: UUID, app: Flask
) -> None:
    maya = member(engine, fund, "analyst", "Maya Ortiz")
    client = signed_in(app, maya)
    job = _fail(engine, _ask(engine, fund))
    there = f"/funds/{fund}/jobs/{job.id}/"
    page = _page(client, there)
    assert "Failed after 1 attempt The disk is full" in _words(page)
    client.environ_base.pop(PROOF)  # the form's own proof is enough, and needed
    assert client.post(f"{there}retry").status_code == 400
    answer = post(client, there, f"{there}retry")
    assert (answer.status_code, answer.location) == (303, there)
    assert _again(engine, job).status == "queued"
    words = _words(_page(client, there))
    assert "Earlier runs Failed on" in words
    assert "after 1 attempt, 0 worker restarts: the disk is full Retried on" in words
    assert "UTC by Maya Ortiz" in words
    assert "Queued" in words


def test_retry_pressed_twice_retries_once(client: FlaskClient, engine: Engine, fund: UUID) -> None:
    job = _fail(engine, _ask(engine, fund))
    for _ in range(2):
        assert client.post(f"/funds/{fund}/jobs/{job.id}/retry").status_code == 303
    assert len(_again(engine, job).history) == 1


def test_a_retry_leads_to_the_same_work_where_it_is_under_way(
    client: FlaskClient, engine: Engine, fund: UUID
) -> None:
    job = _fail(engine, _ask(engine, fund, kind="check_snapshots", key="check"))
    other = _ask(engine, fund, kind="check_snapshots", key="check")
    answer = client.post(f"/funds/{fund}/jobs/{job.id}/retry", follow_redirects=True)
    assert answer.request.path == f"/funds/{fund}/jobs/{other.id}/"
    assert "the same is in progress already, in this job" in answer.text


def test_a_job_is_seen_and_retried_in_its_own_fund_alone(
    client_as: ClientAs, engine: Engine, fund: UUID
) -> None:
    theirs = _fail(engine, _ask(engine, new_fund(engine), "of another fund"))
    gp = client_as(fund, "gp")
    assert "of another fund" not in _page(gp, f"/funds/{fund}/jobs/")
    for there in (f"/funds/{fund}", f"/funds/{theirs.fund_id}"):
        assert gp.get(f"{there}/jobs/{theirs.id}/").status_code == 404
        assert gp.get(f"/api{there}/jobs/{theirs.id}").status_code == 404
        for retry in (f"{there}/jobs/{theirs.id}/retry", f"{there}/snapshots/{theirs.id}/retry"):
            assert gp.post(retry).status_code == 404
    assert _again(engine, theirs).status == "failed"


def test_a_viewer_sees_a_failed_job_and_whom_to_ask(
    client_as: ClientAs, engine: Engine, fund: UUID
) -> None:
    job = _fail(engine, _ask(engine, fund))
    viewer = client_as(fund, "viewer")
    assert "Retry" not in _page(viewer, f"/funds/{fund}/jobs/")
    page = _page(viewer, f"/funds/{fund}/jobs/{job.id}/")
    assert "Retry</button>" not in page
    assert "An analyst of the fund can retry it" in page


def test_the_list_is_narrowed_by_status(client: FlaskClient, engine: Engine, fund: UUID) -> None:
    failed, done = _fail(engine, _ask(engine, fund)), _finish(engine, _ask(engine, fund))
    html = _page(client, f"/funds/{fund}/jobs/?status=failed")
    assert f"job-{failed.id}" in html
    assert f"job-{done.id}" not in html
    assert "All 2 Queued 0 Running 0 Done 1 Failed 1" in _words(html)
    assert "No job has this status" in _page(client, f"/funds/{fund}/jobs/?status=running")
    answer = client.get(f"/funds/{fund}/jobs/?status=lost")
    assert answer.status_code == 400
    assert "must be one of queued, running, done, failed" in answer.text
    assert client.get(f"/funds/{fund}/jobs/?before=x").status_code == 400


def test_many_jobs_come_a_page_at_a_time(client: FlaskClient, engine: Engine, fund: UUID) -> None:
    asked = [_ask(engine, fund) for _ in range(PAGE_SIZE + 2)]
    first = _page(client, f"/funds/{fund}/jobs/?status=queued")
    link = re.search(r'rel="next" href="([^"]+)"', first)
    assert link
    second = _page(client, link[1].replace("&amp;", "&"))
    shown = [re.findall(r'id="job-([0-9a-f-]+)"', html) for html in (first, second)]
    assert [len(page) for page in shown] == [PAGE_SIZE, 2]
    assert shown[0] + shown[1] == [str(job.id) for job in reversed(asked)]
    assert "These are the oldest." in second
    assert 'data-testid="newest"' in second


def test_administrators_see_the_jobs_of_all_funds_and_the_queue(
    client: FlaskClient, engine: Engine
) -> None:
    name = f"Fund {uuid4()}"
    one, other = (
        _ask(engine, new_fund(engine, name=name)),
        _ask(engine, uuid7(), kind="write_import"),
    )
    html = _page(client, "/jobs/")
    assert name in _row(html, one)
    assert "a fund to be imported" in _row(html, other)
    assert re.search(r"[\d,]+ wake-ups? in the queue", _words(html))
    alone = _words(_page(client, f"/funds/{other.fund_id}/jobs/{other.id}/"))
    assert "Import" in alone
    assert client.get(f"/funds/{one.fund_id}/jobs/{other.id}/").status_code == 404


def test_who_may_see_them_finds_the_way_there(
    client: FlaskClient, client_as: ClientAs, fund: UUID
) -> None:
    assert 'href="/jobs/"' in _page(client, "/funds/")
    viewer = client_as(fund, "viewer")
    assert 'href="/jobs/"' not in _page(viewer, "/funds/")
    assert f'href="/funds/{fund}/jobs/"' in _page(viewer, f"/funds/{fund}/snapshots/")


def test_a_snapshot_under_way_leads_to_its_job(
    client: FlaskClient, engine: Engine, fund: UUID
) -> None:
    job = _ask(engine, fund)
    assert f'href="/funds/{fund}/jobs/{job.id}/"' in _page(client, f"/funds/{fund}/snapshots/")
