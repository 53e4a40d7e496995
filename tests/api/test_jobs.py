"""A job is followed over the API until it ends."""

from __future__ import annotations

from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import Engine
from uuid_utils.compat import uuid7

from app.services.jobs import overview
from app.store.jobs import runs
from tests.api.answers import fault, problem
from tests.ledgers import new_fund


def test_a_snapshots_job_is_followed_by_the_snapshots_id(
    client: FlaskClient, engine: Engine
) -> None:
    fund = new_fund(engine)
    asked = client.post(f"/api/funds/{fund}/snapshots", json={"at": "2012-03-31"}).get_json()
    address = f"/api/funds/{fund}/jobs/{asked['id']}"
    job = client.get(address).get_json()
    assert (job["kind"], job["status"], job["attempts"]) == ("take_snapshot", "queued", 0)
    assert job["requested_at"] == asked["requested_at"]
    assert (job["started_at"], job["finished_at"], job["error"]) == (None, None, None)
    with engine.begin() as connection:
        run = runs.claim(connection, fund, UUID(asked["id"]))
        assert run
        runs.lose(connection, run, 50)
    job = client.get(address).get_json()
    assert (job["status"], job["attempts"], job["lost_leases"]) == ("queued", 0, 1)
    with engine.begin() as connection:
        run = runs.claim(connection, fund, run.id)
        assert run
        runs.fail(connection, run, "the disk is full", None)
    job = client.get(address).get_json()
    assert (job["status"], job["error"], job["retries"]) == ("failed", "the disk is full", 0)
    assert job["finished_at"] > job["started_at"]
    overview.retry(engine, fund, run.id, "maya")
    job = client.get(address).get_json()
    assert (job["status"], job["error"], job["retries"]) == ("queued", None, 1)


def test_an_unknown_job_is_not_found(client: FlaskClient, engine: Engine) -> None:
    job = str(uuid7())
    answer = client.get(f"/api/funds/{new_fund(engine)}/jobs/{job}")
    assert problem(answer, 404)["type"] == "urn:asof:problem:unknown-job"
    assert fault(answer, 404)[:2] == ("job_id", job)
    answer = client.get(f"/api/funds/{uuid7()}/jobs/{job}")
    assert problem(answer, 404)["type"] == "urn:asof:problem:unknown-fund"
