"""The page on which people read what the API takes."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy import Engine

from app.domain.events.catalogue import EventType
from tests.ledgers import new_fund


def test_the_document_is_openapi_of_all_event_types(client: FlaskClient) -> None:
    response = client.get("/api/openapi.json")
    assert response.headers["Cache-Control"] == "private, no-cache"
    document = response.json
    assert document
    assert document["openapi"].startswith("3.1")
    event = document["components"]["schemas"]["Event"]
    assert set(event["discriminator"]["mapping"]) == set(EventType)


def test_the_page_shows_each_request_with_an_example_to_try(
    client: FlaskClient, engine: Engine
) -> None:
    fund = new_fund(engine, name="  0 First of all")
    html = client.get("/api/").text
    for anchor in ("establish_fund", "record_events", "take_snapshot", "shape-CapitalCalled"):
        assert f'id="{anchor}"' in html
    assert f"curl &#39;http://localhost/api/funds/{fund}/state?at=2012-03-31&#39;" in html
    assert 'href="/api/"' in client.get("/funds/").text
