"""Who asks for more than one person may is told so, and loses nothing that they typed."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from app.config import PersonLimits, Settings, SettingsError
from app.services.imports.jobs import HANDLERS
from app.services.jobs import jobs, runner
from app.store.database.engines import PERSON_LIMITS
from tests.api.answers import fault, problem
from tests.ledgers import new_fund
from tests.people import signed_in, somebody

CSV = b"effective_on,event_type,amount,investor\n2010-01-05,COMMITMENT_MADE,500,Alma\n"
FROM_HERE = {"Sec-Fetch-Site": "same-origin"}
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
FUND = {
    "commitments": [],
    "terms": {
        "currency": "USD",
        "size": "1000",
        "vintage_year": 2010,
        "inception_on": "2010-01-01",
    },
}


@pytest.fixture
def allowing(engine: Engine) -> Iterator[Callable[..., None]]:
    """Return a way to change what the site allows, for this test."""
    usual = engine.get_execution_options()[PERSON_LIMITS]

    def allow(**most: int) -> None:
        engine.update_execution_options(**{PERSON_LIMITS: usual.model_copy(update=most)})

    yield allow
    engine.update_execution_options(**{PERSON_LIMITS: usual})


@pytest.fixture
def fund(engine: Engine) -> UUID:
    return new_fund(engine)


@pytest.fixture
def analyst(client_as: Callable[[UUID, str], FlaskClient], fund: UUID) -> FlaskClient:
    return client_as(fund, "analyst")


def test_the_api_says_429_and_when_to_ask_again(
    analyst: FlaskClient, fund: UUID, allowing: Callable[..., None]
) -> None:
    allowing(jobs=1)
    address = f"/api/funds/{fund}/snapshots"
    assert analyst.post(address, json={"at": "2012-03-31"}).status_code == 202
    answer = analyst.post(address, json={"at": "2012-04-30"})
    assert problem(answer, 429)["type"] == "urn:asof:problem:limit-reached"
    assert answer.headers["Retry-After"] == "10"
    field, value, reason = fault(answer, 429)
    assert (field, value) == ("jobs", "1")
    assert "1 job of yours is under way, and one person may have 1: wait until" in reason


def test_the_api_makes_no_more_funds_than_one_person_may(
    app: Flask, engine: Engine, allowing: Callable[..., None]
) -> None:
    allowing(funds=1)
    client = signed_in(app, somebody(engine))
    first = client.post("/api/funds", json={"name": f"Fund {uuid4()}", **FUND})
    assert first.status_code == 201, first.text
    answer = client.post("/api/funds", json={"name": f"Fund {uuid4()}", **FUND})
    assert fault(answer, 429)[:2] == ("funds", "1")
    assert 86_000 < int(answer.headers["Retry-After"]) <= 86_401


def test_a_form_that_asks_for_too_much_is_offered_again(
    analyst: FlaskClient, fund: UUID, allowing: Callable[..., None]
) -> None:
    allowing(jobs=1)
    page, typed = f"/funds/{fund}/snapshots/", {"as_of": "2012-03-31", "description": "Q1 <draft>"}
    assert analyst.post(page, data={**typed, "key": "a"}, headers=FROM_HERE).status_code == 303
    answer = analyst.post(page, data={**typed, "key": "b"}, headers=FROM_HERE)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "10")
    assert "1 job of yours is under way" in answer.text
    assert 'name="description" value="Q1 &lt;draft&gt;"' in answer.text
    assert "Send again" in answer.text


def test_a_page_that_asks_for_too_much_stays_as_it_is(
    analyst: FlaskClient, fund: UUID, allowing: Callable[..., None]
) -> None:
    allowing(jobs=1)
    page = f"/funds/{fund}/snapshots/check"
    analyst.post(f"/api/funds/{fund}/snapshots", json={"at": "2012-03-31"})
    answer = analyst.post(page, headers=FROM_HERE | HTMX)
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (429, "#alerts")
    assert "1 job of yours is under way" in answer.text


def test_an_upload_that_is_put_off_keeps_its_name_and_asks_for_the_file_again(
    app: Flask, engine: Engine, allowing: Callable[..., None]
) -> None:
    allowing(jobs=1)
    client = signed_in(app, somebody(engine))

    def upload(name: str, address: str = "/funds/import/") -> tuple[int, str, str]:
        data = {"name": name, "file": (io.BytesIO(CSV), "mine.csv")}
        answer = client.post(address, data=data, headers=FROM_HERE)
        return answer.status_code, answer.text, answer.headers.get("Location", "")

    status, _, where = upload("The first")
    assert status == 303
    status, page, _ = upload("The second")
    assert status == 429
    assert 'value="The second"' in page
    assert "1 job of yours is under way" in page
    assert "Then choose the file again." in page
    status, page, _ = upload("", f"{where}file")
    assert status == 429
    assert "1 job of yours is under way" in page


def test_of_two_imports_at_once_the_one_too_many_says_so_and_is_kept(
    app: Flask, engine: Engine, allowing: Callable[..., None]
) -> None:
    allowing(funds=1)
    client = signed_in(app, somebody(engine))
    pages = []
    for number in range(2):
        data = {"name": f"Import {number} {uuid4()}", "file": (io.BytesIO(CSV), "mine.csv")}
        pages.append(client.post("/funds/import/", data=data, headers=FROM_HERE).location)
    for step in ("", "commit"):
        for page in pages:
            if step:
                assert client.post(f"{page}{step}", headers=FROM_HERE).status_code == 303
        for page in pages:
            fund = UUID(page.split("/")[3])
            for job in reversed(jobs.listed(engine, fund)):
                runner.run(engine, HANDLERS, fund, job.id, 0)
    assert client.get(pages[0]).location.startswith("/funds/")
    page = client.get(pages[1]).text
    assert "You made 1 fund within 24 hours, and one person may make 1: make the next one" in page
    assert 'data-testid="commit"' in page


@pytest.mark.parametrize(
    "name", ["ASOF_JOBS_PER_PERSON", "ASOF_SNAPSHOTS_PER_DAY", "ASOF_FUNDS_PER_DAY"]
)
def test_a_limit_that_is_no_number_is_refused_by_its_name(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "many")
    with pytest.raises(SettingsError, match=f"{name} is 'many': set it to a whole number from 1"):
        Settings.from_environ()


def test_limits_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASOF_JOBS_PER_PERSON", "7")
    assert Settings.from_environ().person_limits == PersonLimits(jobs=7)
