"""What another site makes a browser send changes nothing, on pages and over the API alike."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from app.services.jobs import jobs
from app.services.reads import timeline
from tests.ledgers import called, new_fund

FOREIGN = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    {"Origin": "https://example.com"},
    {"Origin": "http://localhost:81"},
    {"Origin": "http://localhost.example.com"},
    {"Origin": "null"},
]
OWN = [
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "https://example.com"},
    {"Origin": "http://localhost"},
    {"Origin": "https://LOCALHOST"},  # a proxy that speaks TLS stands before the site
    {},
]


@pytest.mark.parametrize("headers", FOREIGN)
def test_what_another_site_sends_is_refused(
    client: FlaskClient, engine: Engine, headers: dict[str, str]
) -> None:
    fund = new_fund(engine)
    page = client.post(f"/funds/{fund}/snapshots/", data={"as_of": ""}, headers=headers)
    assert page.status_code == 403
    assert "Another site made your browser send this. Nothing was changed." in page.text
    assert jobs.listed(engine, fund) == []
    api = client.post(f"/api/funds/{fund}/events", json=called("5"), headers=headers)
    assert (api.status_code, api.mimetype) == (403, "application/problem+json")
    assert len(timeline.between(engine, fund, 1, 9)) == 1


@pytest.mark.parametrize("headers", OWN)
def test_what_this_site_or_a_program_sends_is_heard(
    client: FlaskClient, engine: Engine, headers: dict[str, str]
) -> None:
    fund = new_fund(engine)
    page = client.post(f"/funds/{fund}/snapshots/", data={"as_of": ""}, headers=headers)
    assert page.status_code == 303
    api = client.post(f"/api/funds/{fund}/events", json=called("5"), headers=headers)
    assert api.status_code == 201


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "INVENTED"])
def test_every_method_that_may_change_something_is_guarded(
    client: FlaskClient, method: str
) -> None:
    answer = client.open("/funds/", method=method, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


def test_another_site_may_link_here(client: FlaskClient) -> None:
    answer = client.get("/funds/", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 200
